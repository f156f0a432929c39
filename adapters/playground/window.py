"""One browser window: side bar, header, messages, composer, for the member that its address names."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

from nicegui import ui

from adapters.playground import moments
from adapters.playground.addresses import Spot, spot
from adapters.playground.composer import Composer
from adapters.playground.dialog import FormDialog
from adapters.playground.elements import box, plain_click, run, tag
from adapters.playground.header import Header
from adapters.playground.members import BOT_NAME, may_read, member
from adapters.playground.session import Done, Seat, Session
from adapters.playground.sidebar import Sidebar
from adapters.playground.stream import Doings, Stream
from adapters.playground.world import Change, Message
from bot.model import Ref
from bot.ui import Form

Shift = Callable[[timedelta], Awaitable[None]]


class Window:
    """What one member sees; redraws itself when the world changes."""

    def __init__(self, session: Session, at: Spot, shift: Shift) -> None:
        self._session = session
        self._channel = at.channel
        self._thread: Message | None = None
        self._drafts: dict[tuple[str, str, tuple[str, ...]], dict[str, str]] = {}
        with box("playground") as self._root:
            skip = tag("a", "skip", "Skip to writing", {"href": "#"})
            plain_click(skip, self._write)
            self._sidebar = Sidebar(session.who, self._channel, self.open)
            with box("main", role="main"):
                self._header = Header(session, shift)
                with box("scroll", id="scroll", tabindex="0"):
                    self._pane = box("pane")
                self._foot = box("foot")
        self._open(at)
        self._listen()

    def open(self, channel: str, number: int | None = None) -> None:
        """Show another channel, at a message if one is named."""
        self._open(Spot(channel, number))

    def _open(self, at: Spot) -> None:
        self._channel, self._thread = at.channel, None
        self._header.show(at.channel)
        self._sidebar.show(at.channel)
        self._pane.clear()
        with self._pane:
            self._stream = Stream(self._session, at.channel, Doings(self._done, self._answer, self._go, self._send))
        self._foot.clear()
        with self._foot:
            name = BOT_NAME if at.channel.startswith("@") else f"#{at.channel}"
            self._composer = Composer(self._session, self._send, self._leave_thread, f"Message {name}")
        address = "/?" + urlencode({"as": self._session.who.id, "in": at.channel}, safe="@")
        with self._root:
            run(f"playground.opened('{address}', {at.number or 0})")

    def _listen(self) -> None:
        """Hear of changes until the window is gone, each in its own turn of the loop: a post never waits for us."""
        loop = asyncio.get_running_loop()

        def hear(change: Change) -> None:
            loop.call_soon(self._changed, change)

        stop = self._session.world.subscribe(hear)

        def forget() -> None:
            with suppress(ValueError):  # the client may be deleted twice
                stop()

        self._root.client.on_delete(forget)
        with self._root:
            ui.timer(20, self._header.tell_time)

    def _changed(self, change: Change) -> None:
        message = change.message
        if self._root.is_deleted or self._root.client.is_deleted:
            return
        if message is None:
            self._header.show(self._channel)
            self._stream.redraw()
        elif message.private_to not in {None, self._session.who.id} or not may_read(self._session.who, message.channel):
            return
        elif message.channel != self._channel:
            if change.kind == "posted":
                self._sidebar.unread(message.channel)
        else:
            self._stream.changed(change)
            if change.kind == "posted":
                mine = self._session.who.id in {message.author, message.private_to}
                with self._root:
                    run(f"playground.posted({message.number}, {'true' if mine else 'false'})")

    async def _send(self, typed: str) -> None:
        seat = Seat(self._channel, self._thread.number if self._thread else None)
        self._composer.busy(on=True)
        try:
            done = await self._session.say(seat, typed)
        finally:
            self._composer.busy(on=False)
        self._done(done, seat)

    def _done(self, done: Done, seat: Seat) -> None:
        if done.form is not None:
            self._ask(done.form, seat, done)

    def _ask(self, form: Form, seat: Seat, done: Done) -> None:
        blank = tuple(field.value for field in form.fields)
        kept = self._drafts.setdefault((form.id, form.state, blank), {})

        async def submitted(sent: Form, values: Mapping[str, str]) -> Done:
            answer = await self._session.submit(seat, sent, values)
            if not answer.errors:
                self._done(answer, seat)
            return answer

        with self._root:
            FormDialog(form, kept, submitted, done.errors)

    def _answer(self, message: Message) -> None:
        self._thread = message
        who = member(message.author)
        self._composer.replying(f"{who.name if who else BOT_NAME}, {self._hour(message)}")
        self._composer.focus()

    def _write(self) -> None:
        self._composer.focus()

    def _leave_thread(self) -> None:
        self._thread = None
        self._composer.replying("")
        self._composer.focus()

    def _hour(self, message: Message) -> str:
        return moments.hour(message.at, self._session.who.timezone)

    def _go(self, ref: Ref) -> None:
        found = spot(ref)
        if found is not None and may_read(self._session.who, found.channel):
            self._open(found)
