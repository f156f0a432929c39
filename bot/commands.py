"""How a feature declares what it can do, and how typed text becomes its arguments.

One decorated handler is all there is of a command: the Discord slash command, the Slack parser and manifest
entry, the help and the README table are made from it. Decorators only describe; nothing happens at import.
"""

import dataclasses
import functools
import re
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import ModuleType, NoneType
from typing import Any, TypeVar

from bot.config import Config
from bot.errors import Invalid
from bot.model import Account, Letter, Page, Person, Place, Ref, Workspace
from bot.ports import Unit
from bot.requests import Reply, Request, Suggestion
from bot.ui import Card, Form

NAME = re.compile(r"[a-z0-9_-]{1,32}")
"""A command or option name that Discord takes (application commands) and Slack can type."""
SUMMARY_LENGTH = 100
"""Longest summary or option help: Discord's command description."""
OPTIONS = 25
"""Most options of a command, and most choices of an option, on Discord."""
SUBCOMMANDS = 25
"""Most sub-commands in a group on Discord."""
MENU_LABEL_LENGTH = 24
"""Longest name of a Slack message shortcut (Discord's context menu allows 32)."""


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

    @property
    def is_steward(self) -> bool:
        """Whether the settings name one of the person's accounts as a platform owner."""
        return any(str(account) in self.config.community.stewards for account in self.person.accounts)

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
class Composing:
    """What the maker of an outgoing card may know: its text is made when it is sent, not when it is queued."""

    now: datetime
    config: Config
    registry: "Registry"
    unit: Unit


class NoArgs:
    """Arguments of what takes none."""


Answer = Reply | Card | Form
"""What a handler gives: a card is a private reply."""
Handler = Callable[[Context, Any], Awaitable[Answer]]
Maker = Callable[[Composing, Letter], Awaitable[Card | None]]
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


@dataclass(frozen=True)
class PostMaker:
    """Makes the card of an outgoing letter at send time; None where it is no longer wanted."""

    kind: str
    make: Maker


Declaration = Command | Action | FormHandler | MessageAction | PostMaker


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


def post(kind: str) -> Callable[[Maker], PostMaker]:
    """Declare how the card of a kind of letter is made when it is sent."""
    return lambda make: PostMaker(kind, make)


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


_WORD = re.compile(r'[^\s"]*:"[^"]*"|\S+')


def split_text(options: Sequence[Option], typed: str) -> dict[str, str]:
    """Read what was typed behind a command: `words key:value key:"two words"`.

    Only names of options are keys, so that `a:b`, an address or `it's` stay words. The first option takes all
    words; without options, words are dropped. shlex is no help here: it eats apostrophes.
    """
    names = {option.name for option in options}
    values: dict[str, str] = {}
    words: list[str] = []
    for word in _WORD.findall(typed):
        key, colon, value = word.partition(":")
        if colon and key.lower() in names:
            values[key.lower()] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
        else:
            words.append(word)
    if words and options:
        first = options[0].name
        values[first] = " ".join(filter(None, (values.get(first), *words)))
    return values


Args = TypeVar("Args")


def parse_values(args: type[Args], values: Mapping[str, str]) -> Args:
    """Make the arguments from text by option name; raise Invalid naming each bad field and what is allowed.

    Empty values count as missing. Discord's typed options and Slack's typed words both end here, so that what
    is said of a bad value is the same everywhere.
    """
    parsed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for opt in options_of(args):
        raw = values.get(opt.name, "").strip()
        if not raw:
            if opt.required:
                errors[opt.name] = f"{opt.name} is missing: {opt.help}."
            continue
        try:
            parsed[opt.name] = _convert(opt, raw)
        except ValueError as error:
            errors[opt.name] = f"{opt.name}: {error}"
    if errors:
        raise Invalid(errors)
    return args(**parsed)


def _convert(opt: Option, raw: str) -> Any:
    if opt.choices:
        if raw.lower() not in opt.choices:
            raise ValueError(f"“{raw[:40]}” is not one of {', '.join(opt.choices)}.")
        return opt.kind(raw.lower())
    if opt.kind is int:
        if not re.fullmatch(r"[0-9]{1,9}", raw):  # as many digits as a number of the database surely holds
            raise ValueError(f"“{raw[:40]}” is not a whole number.")
        return int(raw)
    return raw


def parse_token(args: type[Args], parts: str) -> Args:
    """Make an action's arguments from the rest of a button token, by position; raise Invalid for any other text."""
    options = options_of(args)
    given = parts.split(":", len(options) - 1) if options and parts else []
    return parse_values(args, {opt.name: value for opt, value in zip(options, given, strict=False)})


class Registry:
    """All that the features declare, checked: it refuses at start what a platform would refuse later."""

    def __init__(self, features: Iterable[ModuleType]) -> None:
        """Collect the declarations of feature modules; raise ValueError for what a platform would refuse."""
        self.commands: dict[tuple[str, str], Command] = {}
        self.actions: dict[str, Action] = {}
        self.forms: dict[str, FormHandler] = {}
        self.message_actions: dict[str, MessageAction] = {}
        self.posts: dict[str, PostMaker] = {}
        for feature in features:
            for declared in vars(feature).values():
                if isinstance(declared, Command | Action | FormHandler | MessageAction | PostMaker):
                    self._add(declared)
        for root in self.roots():
            if len(self.group(root)) > SUBCOMMANDS:
                raise ValueError(f"/{root} has more than {SUBCOMMANDS} sub-commands")

    def roots(self) -> list[str]:
        """Name the slash commands, in the order of declaration."""
        return list(dict.fromkeys(root for root, _ in self.commands))

    def group(self, root: str) -> list[Command]:
        """List the sub-commands of a slash command, in the order of declaration."""
        return [found for found in self.commands.values() if found.root == root]

    def default(self, root: str) -> Command | None:
        """Give what a slash command does without a sub-command."""
        return next((found for found in self.group(root) if found.default), None)

    def _add(self, declared: Declaration) -> None:
        match declared:
            case Command():
                check_command(declared)
                self._keep(self.commands, (declared.root, declared.sub), declared)
            case Action():
                self._keep(self.actions, declared.name, declared)
            case FormHandler():
                self._keep(self.forms, declared.id, declared)
            case MessageAction():
                if len(declared.label) > MENU_LABEL_LENGTH:
                    raise ValueError(f"{declared.label!r} is longer than {MENU_LABEL_LENGTH} characters")
                self._keep(self.message_actions, declared.name, declared)
            case PostMaker():
                self._keep(self.posts, declared.kind, declared)

    def _keep(self, shelf: dict[Any, Any], name: object, declared: Declaration) -> None:
        if shelf.get(name, declared) is not declared:
            raise ValueError(f"{name} is declared twice")
        shelf[name] = declared


def check_command(declared: Command) -> None:
    """Raise ValueError for a command that Discord or Slack would refuse."""
    for name in (declared.root, declared.sub, *(opt.name for opt in declared.options)):
        if not NAME.fullmatch(name):
            raise ValueError(f"{declared.written}: {name!r} must be 1 to 32 of a-z, 0-9, _ and -")
    for words in (declared.summary, *(opt.help for opt in declared.options)):
        if not 1 <= len(words) <= SUMMARY_LENGTH:
            raise ValueError(f"{declared.written}: {words!r} must be 1 to {SUMMARY_LENGTH} characters")
    if len(declared.options) > OPTIONS or any(len(opt.choices) > OPTIONS for opt in declared.options):
        raise ValueError(f"{declared.written}: at most {OPTIONS} options, and choices in each")
    needed = [opt.required for opt in declared.options]
    if needed != sorted(needed, reverse=True):
        raise ValueError(f"{declared.written}: required options come before optional ones")
