"""What the bot can say: a small tree that every platform renders. Nothing in it pings unless it says so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Literal, assert_never

from bot.model import Account, Recipient

TOKEN_LENGTH = 90
"""Longest button token: Discord allows 100 characters of custom_id, and adapters keep ten for themselves."""


@dataclass(frozen=True, slots=True)
class Bold:
    """Text with weight."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be typed or copied as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to an address; the address arrives byte for byte."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person: a link on their own platform where that is silent, else their name. Pings only if told to."""

    name: str
    accounts: tuple[Account, ...] = ()
    ping: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A moment (aware UTC) that each reader sees in their own zone."""

    at: datetime
    style: Literal["date", "datetime", "relative"] = "datetime"


@dataclass(frozen=True, slots=True)
class PostLink:
    """A link to a message that is just being posted; `settle` turns it into a link or into words."""

    kind: str
    subject: str
    label: str
    occurrence: str = ""
    recipient: Recipient | None = None  # None: wherever it stands in the reader's own workspace
    missing: str = "There is no channel for this yet; a steward can set one."  # where nothing was queued


Inline = str | Bold | Code | Link | Mention | Time | PostLink
"""One run of text."""

Text = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a card or of a part of it; may lead somewhere."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks in it are kept."""

    text: Text


@dataclass(frozen=True, slots=True)
class Items:
    """A list, one item a line."""

    items: tuple[Text, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: facts beside the matter."""

    text: Text


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap. Its token is `action:arg:arg`, all that the bot will know of it."""

    label: str
    token: str
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address and tells the bot nothing."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons side by side; a renderer breaks a long row into several."""

    buttons: tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, only for what words tell too: Slack shows none without an address.

    Attributes:
        png: the picture.
        alt: what it shows, in words, for those who don't see it; at most 1,000 characters.
        instead: what stands in its place where it can't be shown.
        url: where the world finds it, for a while; empty where it doesn't (`Context.hang`).
    """

    png: bytes
    alt: str
    instead: str
    url: str = ""


Block = Heading | Paragraph | Items | Note | Divider | Buttons | Image


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `summary` is its one-line form: notifications and plain-text readers get it."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks for. With `options` it is a choice, else text.

    Lengths are hints for the platform's own widgets, in characters; the form's handler decides.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    placeholder: str = ""
    required: bool = True
    multiline: bool = False
    max_length: int | None = None
    options: tuple[Option, ...] = ()

    def holding(self, value: str) -> "Field":
        """Give the same field with this value in it, which may be longer than it should be."""
        room = None if self.max_length is None else max(self.max_length, len(value))
        return replace(self, value=value, max_length=room)


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in. `id` names its handler, `state` comes back with it unchanged (at most 50 characters)."""

    id: str
    title: str
    fields: tuple[Field, ...]
    submit: str = "Send"
    state: str = ""

    def filled(self, values: Mapping[str, str], state: str | None = None) -> "Form":
        """Give the same form with these values typed in; a value too long for its field makes the field longer."""
        fields = tuple(field.holding(values.get(field.name, field.value)) for field in self.fields)
        return replace(self, fields=fields, state=self.state if state is None else state)

    def hinting(self, name: str, hint: str) -> "Form":
        """Give the same form with another hint at one of its fields."""
        fields = tuple(replace(field, hint=hint) if field.name == name else field for field in self.fields)
        return replace(self, fields=fields)


def text(*parts: Inline) -> Text:
    """Write a text from its parts, leaving out empty ones."""
    return tuple(part for part in parts if part != "")


def paragraph(*parts: Inline) -> Paragraph:
    """Write a paragraph from its parts."""
    return Paragraph(text(*parts))


def note(*parts: Inline) -> Note:
    """Write small print from its parts."""
    return Note(text(*parts))


def joined(parts: Iterable[Inline | Text], separator: str) -> Text:
    """Put a separator between parts."""
    out: list[Inline] = []
    for part in parts:
        if out:
            out.append(separator)
        out.extend(part if isinstance(part, tuple) else (part,))
    return tuple(out)


def token(action: str, *args: object) -> str:
    """Write a button token; raise ValueError where it would not fit.

    Only the last argument may hold a colon, because a token is split from the left.
    """
    *inner, last = [str(arg) for arg in args] or [""]
    if any(":" in arg for arg in inner):
        raise ValueError(f"only the last argument of {action} may hold a colon")
    written = ":".join([action, *inner, last] if args else [action])
    if len(written) > TOKEN_LENGTH:
        raise ValueError(f"the token of {action} is {len(written)} characters, {TOKEN_LENGTH} fit")
    return written


def plain(parts: Text) -> str:
    """Write a text without any markup, for places that have none."""
    return "".join(_plain_inline(part) for part in parts)


def _plain_inline(part: Inline) -> str:
    match part:
        case str():
            return part
        case Bold(value) | Code(value):
            return value
        case Link(label, url):
            return label if label == url else f"{label} ({url})"
        case Mention(name=name):
            return name
        case Time(at=at, style=style):
            return at.strftime("%a %d %b %Y" if style == "date" else "%a %d %b %Y %H:%M UTC")
        case PostLink(label=label):
            return label
        case _:
            assert_never(part)


@lru_cache(maxsize=256)  # the same results are shown to many
def post_links(card: Card) -> tuple[PostLink, ...]:
    """List the links in a card that wait for their message."""
    return tuple(part for block in card.blocks for part in _texts(block) if isinstance(part, PostLink))


def with_posts(card: Card, resolved: dict[PostLink, Text]) -> Card:
    """Give the card with each waiting link replaced by what became of it."""

    def mend(parts: Text) -> Text:
        return tuple(
            new for part in parts for new in (resolved.get(part, (part,)) if isinstance(part, PostLink) else (part,))
        )

    return replace(card, blocks=tuple(_mend(block, mend) for block in card.blocks))


def without_addresses(card: Card) -> Card:
    """Give the card with its pictures at no address, so that where one is needed, words stand in their place."""
    return replace(card, blocks=tuple(replace(b, url="") if isinstance(b, Image) else b for b in card.blocks))


def _texts(block: Block) -> Sequence[Inline]:
    match block:
        case Paragraph(parts) | Note(parts):
            return parts
        case Items(items):
            return [part for item in items for part in item]
        case Heading() | Divider() | Buttons() | Image():
            return ()
        case _:
            assert_never(block)


def _mend(block: Block, mend: Callable[[Text], Text]) -> Block:
    match block:
        case Paragraph(parts):
            return Paragraph(mend(parts))
        case Note(parts):
            return Note(mend(parts))
        case Items(items, ordered):
            return Items(tuple(mend(item) for item in items), ordered)
        case Heading() | Divider() | Buttons() | Image():
            return block
        case _:
            assert_never(block)
