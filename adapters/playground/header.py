"""The line above the messages: where one is, what time it is there, and the switches of the pretended world."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.playground import moments
from adapters.playground.elements import box, button, icon, menu, run, tag, words
from adapters.playground.members import BOT_NAME, CHANNELS
from adapters.playground.session import Session

Shift = Callable[[timedelta], Awaitable[None]]
_STEPS = (("+1 hour", timedelta(hours=1)), ("+1 day", timedelta(days=1)), ("+1 week", timedelta(weeks=1)))
"""Some things come at certain hours only, whatever the hour is at which somebody tries the playground."""


class Header:
    """Draws the header of the open channel."""

    def __init__(self, session: Session, shift: Shift) -> None:
        self._session = session
        self._shift = shift
        self._channel = ""
        with tag("header", "header"):
            with button("tool drawer-open", lambda: None, label="Open the menu") as opener:
                icon("menu")
            opener.on("click", js_handler="() => playground.drawer(true)")
            self._names = box("header-names")
            with box("header-clock", role="group", **{"aria-label": "The playground's clock"}):
                self._time = words("", "header-time", "time", title=f"Time in {session.who.timezone}")
                for label, step in _STEPS:
                    said = f"Put the clock forward: {label}"
                    made = button("btn btn-plain btn-small", self._step(step), text=label)
                    made.props["title"] = said
            with box("tool-spot") as self._spot, button("tool", self._menu, label="Channel settings"):
                icon("more")

    def show(self, channel: str) -> None:
        """Name the open channel and tell the time."""
        self._channel = channel
        direct = channel.startswith("@")
        title = f"{BOT_NAME} bot" if direct else f"#{channel}"
        topic = next((c.topic for c in CHANNELS if c.id == channel), "Your private conversation")
        self._names.clear()
        with self._names:
            words(title, "header-title", "h1")
            shut = self._session.world.is_shut(channel)
            words(self._shut_words(direct) if shut else topic, "header-topic header-shut" if shut else "header-topic")
        self.tell_time()

    def tell_time(self) -> None:
        """Show what time it is."""
        who = self._session.who
        now = self._session.core.clock.now()
        self._time.set_text(moments.show(now, "datetime", who.timezone, now))

    def _step(self, by: timedelta) -> Callable[[], Awaitable[None]]:
        async def step() -> None:
            await self._shift(by)
            run("playground.end()")  # what came due stands there

        return step

    def _menu(self) -> None:
        world, channel = self._session.world, self._channel
        shut = world.is_shut(channel)
        if not channel.startswith("@"):
            label = "Let the bot in again" if shut else "Remove the bot from this channel"
            menu(self._spot, [(label, lambda: world.shut(channel, on=not shut))])
            return
        label = "Take the bot's messages again" if shut else "Take no messages from the bot"
        leave = "Come back to the playground" if world.is_gone(self._session.who.id) else "Leave the playground"
        menu(self._spot, [(label, lambda: world.shut(channel, on=not shut)), (leave, self._session.leave_or_return)])

    def _shut_words(self, direct: bool) -> str:  # noqa: FBT001 - one caller, beside it
        return "You take no messages from the bot" if direct else "The bot was removed from this channel"
