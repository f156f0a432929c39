"""The messages of one channel as one member sees them; keeps itself up to date, message by message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nicegui.element import Element

from adapters.playground import moments
from adapters.playground.elements import Act, box, button, icon, menu, run, tag, words
from adapters.playground.members import BOT, BOT_NAME, member
from adapters.playground.render import Reader, card
from adapters.playground.session import Done, Seat, Session
from adapters.playground.world import Change, Message
from bot.commands import Command
from bot.model import Ref

EMOJI = ("👍", "❤️", "🎉", "✅", "👀", "🙌", "🤔", "😄", "📚", "🙏")
STARTS = 6
"""Commands that are offered where nothing was written yet."""
GROUPED = timedelta(minutes=5)
"""Messages of one author this close together share one name and picture."""
SHOWN = 40
"""Newest messages drawn at first: the browser looks at every part of the page on each update."""


@dataclass(frozen=True, slots=True)
class Doings:
    """What the window does when somebody acts on a message."""

    done: Callable[[Done, Seat], None]
    reply: Callable[[Message], None]
    go: Callable[[Ref], None]
    say: Callable[[str], Awaitable[None]]


class Stream:
    """Draws a channel and redraws what changes in it."""

    def __init__(self, session: Session, channel: str, doings: Doings) -> None:
        self._session = session
        self._channel = channel
        self._doings = doings
        self._shown = SHOWN
        self._holders: dict[int, Element] = {}
        self._last: Message | None = None
        self._day: date | None = None
        self._list = box("stream-list", role="log", **{"aria-label": f"Messages in {channel}", "aria-live": "polite"})
        self.redraw()

    def redraw(self) -> None:
        """Draw all of it anew."""
        self._list.clear()
        self._holders, self._last, self._day = {}, None, None
        found = self._session.world.stream(self._channel, self._session.who.id)
        with self._list:
            if not found:
                self._nothing_here()
            if len(found) > self._shown:
                with box("earlier"):
                    button("btn btn-plain btn-small", self._earlier, text="Show earlier messages")
            for message in found[-self._shown :]:
                self._append(message)
            run("playground.refocus()")

    def _earlier(self) -> None:
        self._shown *= 2
        self.redraw()

    def changed(self, change: Change) -> None:
        """Redraw what a change touches."""
        message = change.message
        if message is None or (change.kind == "removed" and message.thread is None):
            self.redraw()
        elif message.thread is not None:
            self._redraw_one(self._session.world.get(message.thread))
        elif message.number in self._holders:  # drawn already, if several changes came at once
            self._redraw_one(self._session.world.get(message.number))
        elif change.kind == "posted" and self._last is not None:
            with self._list:
                self._append(message)
        elif change.kind == "posted":
            self.redraw()

    def _append(self, message: Message) -> None:
        zone = self._session.who.timezone
        day = moments.day_of(message.at, zone)
        if day != self._day:
            today = moments.day_of(self._now, zone)
            words(moments.day_name(day, today), "day", "div", role="separator")
        follows = day == self._day and _follows(self._last, message)
        self._last, self._day = message, day
        self._holders[message.number] = holder = box("holder", id=f"m{message.number}")
        holder.classes("holder-follows" if follows else "")
        self._fill(holder, message)

    def _redraw_one(self, message: Message | None) -> None:
        holder = self._holders.get(message.number) if message else None
        if message is not None and holder is not None:
            holder.clear()
            self._fill(holder, message)
            with holder:
                run("playground.refocus()")

    def _fill(self, holder: Element, message: Message) -> None:
        with holder:
            self._message(message, "message")
            replies = self._session.world.replies(message, self._session.who.id)
            if replies:
                with box("thread", role="group", **{"aria-label": f"{len(replies)} in this thread"}):
                    for reply in replies:
                        self._message(reply, "message message-reply")
                    button(
                        "quiet",
                        lambda: self._doings.reply(message),
                        text="Reply in thread",
                        focus=f"{message.number}:t",
                    )

    def _message(self, message: Message, classes: str) -> None:
        mine = message.private_to is not None
        with tag("article", f"{classes} message-private" if mine else classes, None, {"data-n": message.number}):
            picture(message.author)
            with box("message-main"):
                self._head(message)
                if mine:
                    self._only_you(message)
                self._body(message)
                self._reactions(message)
            if not mine:
                self._tools(message)

    def _head(self, message: Message) -> None:
        zone = self._session.who.timezone
        who = member(message.author)
        with box("message-head"):
            words(who.name if who else BOT_NAME, "message-name")
            if who is None:
                words("app", "badge")
            at = message.at
            stamp = moments.hour(at, zone)
            words(stamp, "message-time", "time", datetime=at.isoformat(), title=moments.full(at, zone))
            if message.edited and message.private_to is None:
                words("edited", "message-time")

    def _only_you(self, message: Message) -> None:
        with box("only-you"):
            icon("eye")
            words("Only you can see this")
            button("quiet", lambda: self._session.dismiss(message.number), text="Dismiss", focus=f"{message.number}:d")

    def _body(self, message: Message) -> None:
        if isinstance(message.body, str):
            words(message.body, "message-text", "p", dir="auto")
            return

        async def tap(token: str) -> None:
            seat = Seat(message.channel, message.thread)
            self._doings.done(await self._session.click(message.number, token), seat)

        card(message.body, Reader(self._session.who, self._now, tap, self._doings.go, str(message.number)))

    def _reactions(self, message: Message) -> None:
        if not message.reactions:
            return
        me = self._session.who.id
        with box("reactions"):
            for emoji, names in message.reactions.items():
                said = f"{emoji} {len(names)}"
                by = ", ".join(_name(name) for name in names)
                made = button(
                    "reaction",
                    lambda emoji=emoji: self._session.react(message.number, emoji),
                    text=said,
                    label=f"{by} reacted with {emoji}",
                    focus=f"{message.number}:{emoji}",
                )
                made.props["aria-pressed"] = "true" if me in names else "false"

    def _tools(self, message: Message) -> None:
        number = message.number
        root = number if message.thread is None else message.thread
        with box("tools", role="toolbar", **{"aria-label": "This message"}):
            with box("tool-spot") as spot:
                self._tool("smile", "React", lambda: self._pick_emoji(spot, number), number)
            answer = self._session.world.get(root) or message
            self._tool("reply", "Reply in thread", lambda: self._doings.reply(answer), number)
            if self._session.core.registry.message_actions:
                with box("tool-spot") as last:
                    self._tool("more", "More", lambda: self._menu(last, message), number)

    def _tool(self, drawn: str, label: str, act: Callable[[], None], number: int) -> None:
        with button("tool", act, label=label, focus=f"{number}:{drawn}"):
            icon(drawn)

    def _pick_emoji(self, anchor: Element, number: int) -> None:
        def react(emoji: str) -> Act:
            return lambda: self._session.react(number, emoji)

        menu(anchor, [(emoji, react(emoji)) for emoji in EMOJI], "menu menu-emoji")

    def _menu(self, anchor: Element, message: Message) -> None:
        seat = Seat(message.channel, message.thread)

        def pick(action: str) -> Act:
            async def picked() -> None:
                self._doings.done(await self._session.pick(message.number, action), seat)

            return picked

        found = self._session.core.registry.message_actions.values()
        menu(anchor, [(action.label, pick(action.name)) for action in found])

    def _nothing_here(self) -> None:
        direct = self._channel.startswith("@")
        said = "This is your conversation with the bot." if direct else f"Nobody wrote in #{self._channel} yet."
        with box("nothing"):
            words(f"Hello {self._session.who.name}", "nothing-title", "h2")
            words(f"{said} Type / below for all commands, or start here:", "nothing-text", "p")
            with box("starts"):
                for command in self._starts():
                    self._start(f"/{command.root}" if command.default else command.written, command.summary)
            hint = "Be somebody else with a tap on the left, and open a second window to see both sides."
            words(hint, "nothing-text", "p")

    def _starts(self) -> list[Command]:
        """Choose commands that do something as they stand: what the channel is for, then some of each kind."""
        registry = self._session.core.registry
        ranked = [
            (f"{root}s" != self._channel, place, number, command)
            for number, root in enumerate(registry.roots())
            for place, command in enumerate(registry.group(root))
            if not any(option.required for option in command.options)
        ]
        return [command for *_, command in sorted(ranked, key=lambda one: one[:3])][:STARTS]

    def _start(self, typed: str, about: str) -> None:
        with button("start", lambda: self._doings.say(typed)):
            words(typed, "start-name")
            words(about, "start-about")

    @property
    def _now(self) -> datetime:
        return self._session.core.clock.now()


def picture(author: str) -> None:
    """Draw somebody's round picture: their initial on their colour."""
    who = member(author)
    made = words(who.name[0] if who else "O", "avatar" if who else "avatar avatar-bot", **{"aria-hidden": "true"})
    if who:
        made.style(f"--hue: {who.hue}")


def _name(author: str) -> str:
    who = member(author) if author != BOT else None
    return who.name if who else BOT_NAME


def _follows(last: Message | None, message: Message) -> bool:
    if last is None or last.author != message.author or last.private_to != message.private_to:
        return False
    return message.private_to is None and message.at - last.at < GROUPED
