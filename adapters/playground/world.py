"""The pretended chat platform: its messages, and who is told when they change. One JSON file keeps it all."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from adapters.playground.codec import decode, encode
from bot.errors import ConfigError
from bot.ui import Card

VERSION = 1
"""Of the file's form."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        number: counts up over all channels; never given twice.
        channel: where it stands; `@ana` is Ana's conversation with the bot.
        author: a member's id, or BOT.
        thread: the number of the message that it answers.
        private_to: the one member who sees it.
        key: the marker that the sender gave it.
        reactions: member ids (or BOT) by emoji, in the order they came.
    """

    number: int
    channel: str
    author: str
    body: Card | str
    at: datetime
    thread: int | None = None
    private_to: str | None = None
    key: str = ""
    edited: bool = False
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to the world.

    `settings` has no message: the clock moved, a channel was shut or opened, or a member left or came back.
    """

    kind: Literal["posted", "edited", "removed", "settings"]
    message: Message | None = None


Listener = Callable[[Change], None]


class World:
    """All messages, in memory and in a file; `None` for a file keeps them in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the file, if there is one; raise ConfigError where it can't be read."""
        self._path = path
        self._messages: dict[int, Message] = {}
        self._lines: dict[int, str] = {}  # each message as written, so that a change encodes one message only
        self._last = 0
        self._shut: set[str] = set()
        self._gone: set[str] = set()
        self._offset = timedelta()
        self._listeners: list[Listener] = []
        if path is not None and path.exists():
            self._load(path)

    @property
    def offset(self) -> timedelta:
        """How far the playground's clock is ahead."""
        return self._offset

    def shift(self, by: timedelta, *, shown: bool = True) -> None:
        """Put the playground's clock forward; windows need not be shown each moment on the way to a later one."""
        self._offset += by
        if shown:
            self._changed(Change("settings"))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell a listener of every change from now on; call what is given back to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def post(
        self,
        channel: str,
        author: str,
        body: Card | str,
        at: datetime,
        *,
        thread: int | None = None,
        private_to: str | None = None,
        key: str = "",
    ) -> Message:
        """Add a message."""
        self._last += 1
        message = Message(self._last, channel, author, body, at, thread, private_to, key)
        self._messages[message.number] = message
        self._changed(Change("posted", message))
        return message

    def get(self, number: int) -> Message | None:
        """Find a message."""
        return self._messages.get(number)

    def edit(self, number: int, body: Card | str) -> None:
        """Show another body in place of a message's; a message that is gone stays gone."""
        old = self._messages.get(number)
        if old is not None and old.body != body:
            self._put(replace(old, body=body, edited=True))

    def remove(self, number: int) -> None:
        """Take a message away, if it is there."""
        message = self._messages.pop(number, None)
        if message is not None:
            self._changed(Change("removed", message))

    def react(self, number: int, emoji: str, who: str, *, on: bool) -> None:
        """Set or take away somebody's reaction."""
        message = self._messages.get(number)
        if message is None:
            return
        others = tuple(name for name in message.reactions.get(emoji, ()) if name != who)
        reactions = {**message.reactions, emoji: (*others, who) if on else others}
        kept = {shown: names for shown, names in reactions.items() if names}
        if kept != message.reactions:
            self._put(replace(message, reactions=kept))

    def stream(self, channel: str, reader: str) -> list[Message]:
        """List what a member sees in a channel outside of threads, oldest first."""
        return [m for m in self._seen(channel, reader) if m.thread is None]

    def replies(self, root: Message, reader: str) -> list[Message]:
        """List what a member sees in the thread below a message, oldest first."""
        return [m for m in self._seen(root.channel, reader) if m.thread == root.number]

    def by(self, author: str, channel: str) -> Iterable[Message]:
        """List all that somebody wrote in a channel, oldest first."""
        return [m for m in self._messages.values() if m.channel == channel and m.author == author]

    def is_shut(self, channel: str) -> bool:
        """Tell whether the bot was removed from a channel."""
        return channel in self._shut

    def shut(self, channel: str, *, on: bool) -> None:
        """Remove the bot from a channel, or let it in again."""
        (self._shut.add if on else self._shut.discard)(channel)
        self._changed(Change("settings"))

    def is_gone(self, who: str) -> bool:
        """Tell whether a member has left the playground."""
        return who in self._gone

    def leave(self, who: str, *, on: bool) -> None:
        """Let a member leave the playground, or come back."""
        (self._gone.add if on else self._gone.discard)(who)
        self._changed(Change("settings"))

    def _seen(self, channel: str, reader: str) -> Iterable[Message]:
        return (m for m in self._messages.values() if m.channel == channel and m.private_to in {None, reader})

    def _put(self, message: Message) -> None:
        self._messages[message.number] = message
        self._changed(Change("edited", message))

    def _changed(self, change: Change) -> None:
        if change.message is not None:
            self._lines.pop(change.message.number, None)
        self._save()
        for listener in tuple(self._listeners):
            listener(change)

    def _save(self) -> None:
        """Write the file beside the old one and put it in its place, so that a crash leaves one of the two."""
        if self._path is None:
            return
        head = {
            "version": VERSION,
            "last": self._last,
            "offset": self._offset.total_seconds(),
            "shut": sorted(self._shut),
            "gone": sorted(self._gone),
        }
        messages = ",\n".join(self._line(message) for message in self._messages.values())
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f'{json.dumps(head)[:-1]}, "messages": [\n{messages}\n]}}\n', encoding="utf-8")
        fresh.replace(self._path)

    def _line(self, message: Message) -> str:
        line = self._lines.get(message.number)
        if line is None:
            line = self._lines[message.number] = json.dumps(_encode(message))
        return line

    def _load(self, path: Path) -> None:
        try:
            written = _read(path)
            self._messages = {message.number: message for message in map(_decode, written["messages"])}
            self._last, self._shut = written["last"], set(written["shut"])
            self._gone = set(written.get("gone", ()))  # files from before know nobody who left
            self._offset = timedelta(seconds=written["offset"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{path} can't be read ({error}): move it away to start the playground afresh."
            ) from error


def _read(path: Path) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if written["version"] != VERSION:
        raise ValueError(f"its version is {written['version']}, not {VERSION}")
    return written


def _encode(message: Message) -> dict[str, Any]:
    return {
        "number": message.number,
        "channel": message.channel,
        "author": message.author,
        "body": message.body if isinstance(message.body, str) else encode(message.body),
        "at": message.at.isoformat(),
        "thread": message.thread,
        "private_to": message.private_to,
        "key": message.key,
        "edited": message.edited,
        "reactions": message.reactions,
    }


def _decode(written: Mapping[str, Any]) -> Message:
    body = written["body"]
    return Message(
        number=written["number"],
        channel=written["channel"],
        author=written["author"],
        body=body if isinstance(body, str) else decode(body),
        at=datetime.fromisoformat(written["at"]),
        thread=written["thread"],
        private_to=written["private_to"],
        key=written["key"],
        edited=written["edited"],
        reactions={emoji: tuple(names) for emoji, names in written["reactions"].items()},
    )
