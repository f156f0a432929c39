"""How a feature declares what it can do.

One decorated handler is all there is of a command: the Discord slash command, the Slack parser and manifest
entry, the help and the README table are made from it. Decorators only describe; nothing happens at import.
"""

import dataclasses
import functools
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Any

from bot.config import Config
from bot.model import Account, Letter, Page, Person, Place, Ref, Workspace
from bot.ports import Store, Unit
from bot.requests import Event, EventKind, Noted, Reply, Request, Suggestion
from bot.ui import Card, Form, Text

if TYPE_CHECKING:
    from bot.registry import Registry


@dataclass(frozen=True)
class Context:
    """All that a handler may know and touch. `now` is aware UTC, read once for the request."""

    now: datetime
    config: Config
    registry: "Registry"
    unit: Unit
    person: Person
    request: Request
    pages: Mapping[str, Page]  # what was read of the addresses that the declaration named
    ref_of: Callable[[str], Ref | None]  # reads a link to a message on any platform
    secret: Callable[[], str]  # makes a word of 22 characters that nobody can guess
    hang: Callable[[bytes], str]  # hangs a picture (PNG) up for the world and gives its address, if we have any
    looked_at: list[int] = dataclasses.field(default_factory=list)  # see `count_view`

    @property
    def is_steward(self) -> bool:
        """Whether the settings name one of the person's accounts as a platform owner."""
        return any(str(account) in self.config.community.stewards for account in self.person.accounts)

    def count_view(self, course: int) -> None:
        """Say that the person looks at a course. It is counted after the reply (`bot.views`), so reads may say it."""
        self.looked_at.append(course)

    @property
    def account(self) -> Account:
        """Who asks, on their platform."""
        return self.request.account

    @property
    def workspace(self) -> Workspace:
        """Where they ask."""
        return self.request.workspace

    @property
    def place(self) -> Place | None:
        """The channel they ask in, if the bot can post there."""
        return self.request.place


@dataclass(frozen=True)
class Background:
    """What may be known and touched, in one transaction, where nobody asks for anything: letters, events, due work."""

    now: datetime
    config: Config
    registry: "Registry"
    unit: Unit


@dataclass(frozen=True)
class Round:
    """One look through a community for what is due at a moment. Short transactions, as many as it needs."""

    now: datetime
    config: Config
    registry: "Registry"
    store: Store
    community: str

    def read(self) -> AbstractAsyncContextManager[Unit]:
        """Open a transaction that only reads."""
        return self.store.read(self.community)

    def write(self) -> AbstractAsyncContextManager[Unit]:
        """Open a transaction that writes; it commits when left in peace."""
        return self.store.write(self.community)

    def background(self, unit: Unit) -> Background:
        """Give what is at hand in one of these transactions."""
        return Background(self.now, self.config, self.registry, unit)


class NoArgs:
    """Arguments of what takes none."""


Answer = Reply | Card | Form | Noted
"""What a handler gives: a card is a private reply."""
Handler = Callable[[Context, Any], Awaitable[Answer]]
Maker = Callable[[Background, Letter], Awaitable[Card | None]]
Told = Callable[[Background, Letter], Awaitable[None]]
"""Is told what became of a letter, in the transaction that writes it down."""
Listener = Callable[[Background, Event], Awaitable[None]]
Worker = Callable[[Round], Awaitable[None]]
Links = Callable[[Any], Iterable[str]]
Suggest = Callable[[Context, str], Awaitable[Sequence[Suggestion]]]


@dataclass(frozen=True)
class Option:
    """One argument of a command. The first option of a command takes all the words that name no option."""

    name: str
    help: str
    required: bool
    choices: tuple[str, ...]
    suggest: Suggest | None
    default: Any
    kind: type


@dataclass(frozen=True)
class Command:
    """A slash command: `root` is the command, `sub` its sub-command.

    Attributes:
        opens_form: it may answer with a form. Discord needs to know before anything is sent.
        changes: it writes, so its delivery is remembered and a repeated one does nothing.
        default: what the root does without a sub-command.
        links: addresses to read before the transaction opens; the handler finds them in `ctx.pages`.
    """

    root: str
    sub: str
    summary: str
    handler: Handler
    args: type
    options: tuple[Option, ...]
    opens_form: bool = False
    changes: bool = False
    default: bool = False
    links: Links | None = None

    @property
    def written(self) -> str:
        """How one types it, without arguments."""
        return f"/{self.root} {self.sub}"

    @property
    def usage(self) -> str:
        """How one types it, with its arguments: the first bare, the others by name."""
        shown = [o.name if i == 0 else f"{o.name}:" for i, o in enumerate(self.options)]
        needed = [o.required for o in self.options]
        parts = [s if n else f"[{s}]" for s, n in zip(shown, needed, strict=True)]
        return " ".join([self.written, *parts])


@dataclass(frozen=True)
class Action:
    """What a button does. Its arguments come from the button's token, by position; rights are checked each time."""

    name: str
    handler: Handler
    args: type
    changes: bool = False
    opens_form: bool = False
    links: Links | None = None


@dataclass(frozen=True)
class FormHandler:
    """What a form does when it is sent off. Its handler gets the values by field name; it always writes."""

    id: str
    handler: Handler
    blank: Callable[[Config], Form]
    links: Links | None = None


@dataclass(frozen=True)
class MessageAction:
    """What one can do with somebody's message from its menu."""

    name: str
    label: str
    summary: str
    handler: Handler
    opens_form: bool = False
    links: Links | None = None


CONCERNED = "something here concerns you"
"""Why somebody gets a letter of a kind that doesn't say more."""


@dataclass(frozen=True)
class PostMaker:
    """Makes the card of an outgoing letter at send time; None where it is no longer wanted.

    Attributes:
        sent: is told that it stands.
        lost: is told that it will not be sent to anybody any more (to none of a person's accounts).
        title: what the letter is, in a few words for stewards, such as `the card of a course`; empty: its kind.
        why: why somebody gets it, in a clause. It is said below the first private message of ours that they get, with a
            way to have none; None: its card says so itself where `letter.opens`.
        many: many of them come at one time, by themselves. Where conversations are opened slowly, they let others go
            first: letters that answer what somebody did.
        always: it is for the safety of their account, and goes also to those who want no private messages.
    """

    kind: str
    make: Maker
    sent: Told | None = None
    lost: Told | None = None
    title: str = ""
    why: str | None = CONCERNED
    many: bool = False
    always: bool = False


@dataclass(frozen=True)
class Listening:
    """Hears what happens on a platform without anybody asking the bot."""

    kind: EventKind
    hear: Listener


@dataclass(frozen=True)
class DueWork:
    """Work that is due by rows in the database: done at every tick, for each community, before letters are sent."""

    name: str
    run: Worker


@dataclass(frozen=True)
class Aside:
    """Something that a person should know, told below the next reply that they get.

    Attributes:
        say: gives the words, None where there is nothing to tell. It only reads, and at every reply: it must be quick.
        told: writes down that it was told.
    """

    name: str
    say: Callable[[Context], Awaitable[Text | None]]
    told: Callable[[Context], Awaitable[None]]


Declaration = Command | Action | FormHandler | MessageAction | PostMaker | Listening | DueWork | Aside


def option(help: str, *, default: Any = dataclasses.MISSING, suggest: Suggest | None = None) -> Any:  # noqa: A002
    """Declare a field of an argument class: its help, its default (none: required), its suggestions."""
    return dataclasses.field(default=default, metadata={"help": help, "suggest": suggest})


def command(
    name: str,
    summary: str,
    *,
    args: type = NoArgs,
    opens_form: bool = False,
    changes: bool = False,
    default: bool = False,
    links: Links | None = None,
) -> Callable[[Handler], Command]:
    """Declare a slash command, named as it is typed: `course search`."""
    root, _, sub = name.partition(" ")

    def declare(handler: Handler) -> Command:
        return Command(root, sub, summary, handler, args, options_of(args), opens_form, changes, default, links)

    return declare


def action(
    name: str,
    *,
    args: type = NoArgs,
    changes: bool = False,
    opens_form: bool = False,
    links: Links | None = None,
) -> Callable[[Handler], Action]:
    """Declare what a button does, named like `course.show`."""
    return lambda handler: Action(name, handler, args, changes, opens_form, links)


def form(
    id: str,  # noqa: A002 - it is the form's id
    *,
    blank: Callable[[Config], Form],
    links: Links | None = None,
) -> Callable[[Handler], FormHandler]:
    """Declare what a form does when sent off; `blank` gives the empty form. The handler gets a Submit."""
    return lambda handler: FormHandler(id, handler, blank, links)


def message_action(
    name: str, label: str, summary: str, *, opens_form: bool = False, links: Links | None = None
) -> Callable[[Handler], MessageAction]:
    """Declare an entry in the menu of every message. The handler gets a Pick."""
    return lambda handler: MessageAction(name, label, summary, handler, opens_form, links)


def post(
    kind: str,
    *,
    sent: Told | None = None,
    lost: Told | None = None,
    title: str = "",
    why: str | None = CONCERNED,
    many: bool = False,
    always: bool = False,
) -> Callable[[Maker], PostMaker]:
    """Declare how the card of a kind of letter is made when it is sent, and who is told what became of it.

    See `PostMaker` for what else can be said of it.
    """
    return lambda make: PostMaker(kind, make, sent, lost, title, why, many, always)


def listen(kind: EventKind) -> Callable[[Listener], Listening]:
    """Declare what happens when a platform tells of an event; several may listen to one."""
    return lambda hear: Listening(kind, hear)


def due(name: str) -> Callable[[Worker], DueWork]:
    """Declare work that is due by rows in the database. It must be short where nothing is due."""
    return lambda run: DueWork(name, run)


def aside(
    name: str, *, told: Callable[[Context], Awaitable[None]]
) -> Callable[[Callable[[Context], Awaitable[Text | None]]], Aside]:
    """Declare what a person should know, told below the next reply that they get, once `told` has it written down."""
    return lambda say: Aside(name, say, told)


def options_of(args: type) -> tuple[Option, ...]:
    """Read the options of an argument class, in order."""
    return _read_options(args)


@functools.cache  # every tap on a button asks, and type hints are slow to read
def _read_options(args: type) -> tuple[Option, ...]:
    if not dataclasses.is_dataclass(args):
        return ()
    hints = typing.get_type_hints(args)
    return tuple(_option(field, hints[field.name]) for field in dataclasses.fields(args))


def _option(field: "dataclasses.Field[Any]", hint: Any) -> Option:
    kinds = [kind for kind in typing.get_args(hint) or (hint,) if kind is not NoneType]
    kind = kinds[0]
    choices = tuple(str(c.value) for c in kind) if issubclass(kind, StrEnum) else ()
    required = field.default is dataclasses.MISSING
    return Option(
        name=field.name,
        help=field.metadata.get("help", ""),
        required=required,
        choices=choices,
        suggest=field.metadata.get("suggest"),
        default=None if required else field.default,
        kind=kind,
    )
