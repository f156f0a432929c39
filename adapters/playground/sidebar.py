"""The side bar: who one is, the channels, the private conversation; a drawer on a phone."""

from collections.abc import Callable

from nicegui.element import Element

from adapters.playground.elements import box, button, icon, plain_click, run, tag, words
from adapters.playground.members import BOT_NAME, CHANNELS, MEMBERS, Member, may_read
from adapters.playground.stream import picture

Open = Callable[[str], None]


class Sidebar:
    """Draws the side bar and marks where one is and where there is news."""

    def __init__(self, who: Member, channel: str, opened: Open) -> None:
        self._who = who
        self._opened = opened
        self._places: dict[str, Element] = {}
        box("scrim").on("click", js_handler="() => playground.drawer(false)")
        with tag("nav", "sidebar", None, {"id": "sidebar", "aria-label": "People and channels"}):
            with box("brand"):
                words("O", "brand-mark", **{"aria-hidden": "true"})
                words("Offcourse", "brand-name")
                words("playground", "brand-kind")
                with button("tool drawer-close", _close, label="Close the menu"):
                    icon("close")
            self._people(channel)
            self._list("Channels", [c.id for c in CHANNELS if may_read(who, c.id)])
            self._list("Private", [who.direct])
            words("Everything here is pretended and stays on this computer.", "sidebar-note", "p")

    def show(self, channel: str) -> None:
        """Mark the channel that is open."""
        for name, place in self._places.items():
            place.classes(add="place-here" if name == channel else "", remove="" if name == channel else "place-here")
            place.props["aria-current"] = "page" if name == channel else "false"
        if channel in self._places:
            self._places[channel].classes(remove="place-new")

    def unread(self, channel: str) -> None:
        """Mark a channel where something new stands."""
        if channel in self._places:
            self._places[channel].classes(add="place-new")

    def _people(self, channel: str) -> None:
        words("You are", "sidebar-title", "h2")
        with tag("ul", "people"):
            for someone in MEMBERS:
                me = someone == self._who
                there = channel if may_read(someone, channel) else "courses"
                url = f"/?as={someone.id}&in={there}"
                with tag("li"), tag("a", "person person-me" if me else "person", None, {"href": url}) as entry:
                    if me:
                        entry.props["aria-current"] = "true"
                    picture(someone.id)
                    with box("person-words"):
                        words(someone.name, "person-name")
                        words(someone.about, "person-about")

    def _list(self, title: str, channels: list[str]) -> None:
        words(title, "sidebar-title", "h2")
        with tag("ul", "places"):
            for channel in channels:
                url = f"/?as={self._who.id}&in={channel}"
                with tag("li"), tag("a", "place", None, {"href": url}) as place:
                    self._label(channel)
                plain_click(place, lambda channel=channel: self._go(channel))
                self._places[channel] = place

    def _label(self, channel: str) -> None:
        if channel.startswith("@"):
            icon("lock")
            words(f"{BOT_NAME} bot")
        else:
            hidden = next(c for c in CHANNELS if c.id == channel).members is not None
            icon("lock" if hidden else "hash")
            words(channel)
        words("new", "place-news")

    def _go(self, channel: str) -> None:
        _close()
        self._opened(channel)


def _close() -> None:
    run("playground.drawer(false)")
