"""From a card to a Components V2 layout: pure, within Discord's limits, so that buttons stand beside what they act on.

A part that Discord lacks becomes text. Too many components fold together, too much text is shortened (`fit`);
no button is ever dropped.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, assert_never

import discord
from discord import ui

from adapters.discord import fit, limits
from adapters.discord.markdown import ANYWHERE, Spoken, pings
from bot.text import clamp, units
from bot.ui import Button, Buttons, Card, Divider, Image, Link, LinkButton, Paragraph

_STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}

Layout = ui.LayoutView
"""What is sent: a view that listens to nothing."""


@dataclass(frozen=True, slots=True)
class Say:
    """Words that become one text display."""

    blocks: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A divider with a place of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """At most five buttons side by side."""

    buttons: tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that comes along as a file of this name."""

    alt: str
    file: str


Part = Say | Line | Row | Picture


def layout(card: Card, guild: str = ANYWHERE, key: str = "") -> Layout:
    """Render a card for readers in a guild; `key` is the marker it carries.

    Raise ValueError for what no folding makes fit: more buttons, or a longer token, than Discord has room for.
    """
    view: Layout = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*_items(card, guild), id=mark(key) if key else None))
    # Clicks are told by their custom_id alone, so the library need not remember the view: it would keep each one.
    view.stop()
    return view


def files(card: Card) -> list[discord.File]:
    """Give the pictures of a card, to be sent along with its layout."""
    pictures = [block for block in card.blocks if isinstance(block, Image)]
    return [discord.File(io.BytesIO(image.png), _file(number)) for number, image in enumerate(pictures)]


def _file(number: int) -> str:
    return f"picture-{number}.png"


def mentions(card: Card, guild: str = ANYWHERE) -> discord.AllowedMentions:
    """Allow exactly the notifications that the card asks for."""
    users = [discord.Object(user) for user in sorted(pings(card.blocks, guild))]
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users or False)


def mark(key: str) -> int:
    """Make the id of the top container from a marker: the nonce is known to Discord for some minutes only."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") & 0x7FFFFFFF | 1 << 20


def _items(card: Card, guild: str) -> Iterator[ui.Item[Any]]:
    parts = _fitted(list(_parts(card)))
    written = fit.written([part.blocks for part in parts if isinstance(part, Say)], guild)
    tokens = _numbered(parts)
    said = False
    for part in parts:
        match part:
            case Say():
                if text := next(written):
                    said = True
                    yield ui.TextDisplay(text)
            case Line():
                said = True
                yield ui.Separator()
            case Picture(alt, file):
                said = True
                shown = discord.MediaGalleryItem(f"attachment://{file}", description=clamp(alt, limits.ALT_TEXT))
                yield ui.MediaGallery(shown)
            case Row(buttons):
                said = True
                yield ui.ActionRow(*(_button(button, tokens) for button in buttons))
            case _:
                assert_never(part)
    if not said:
        yield ui.TextDisplay(next(fit.written([(Paragraph((card.summary,)),)], guild)) or fit.CUT)


def _parts(card: Card) -> Iterator[Part]:
    said: list[Spoken] = []
    pictures = 0
    for block in card.blocks:
        match block:
            case Buttons(buttons):
                links = [b for b in buttons if isinstance(b, LinkButton) and not _fits(b)]
                said += [Paragraph((Link(b.label, b.url),)) for b in links]
                beside: list[Part] = [*_rows(tuple(filter(_fits, buttons)))]
            case Divider():
                beside = [Line()]
            case Image(alt=alt):
                beside = [Picture(alt, _file(pictures))]
                pictures += 1
            case _:
                said.append(block)
                continue
        if said:
            yield Say(tuple(said))
            said = []
        yield from beside
    if said:
        yield Say(tuple(said))


def _fits(button: Button | LinkButton) -> bool:
    match button:
        case Button():
            return True
        case LinkButton(url=url):
            return url.startswith(("https://", "http://")) and len(url) <= limits.BUTTON_URL
        case _:
            assert_never(button)


def _rows(buttons: Sequence[Button | LinkButton]) -> Iterator[Row]:
    for start in range(0, len(buttons), limits.ROW_BUTTONS):
        yield Row(tuple(buttons[start : start + limits.ROW_BUTTONS]))


def _components(parts: Iterable[Part]) -> int:
    return 1 + sum(1 + len(part.buttons) if isinstance(part, Row) else 1 for part in parts)


def _fitted(parts: list[Part]) -> list[Part]:
    """Fold until the parts fit: dividers into words, then neighbouring rows into one, then all into one text."""
    if _components(parts) > limits.COMPONENTS:
        parts = _merged([Say((Divider(),)) if isinstance(part, Line) else part for part in parts])
    while _components(parts) > limits.COMPONENTS and (at := _pair(parts)) is not None:
        parts = _paired(parts, at)
    if _components(parts) > limits.COMPONENTS:
        buttons = [button for part in parts if isinstance(part, Row) for button in part.buttons]
        parts = [*_merged([part for part in parts if not isinstance(part, Row)]), *_rows(buttons)]
    if _components(parts) > limits.COMPONENTS:
        raise ValueError(f"a message on Discord holds at most {limits.MESSAGE_BUTTONS} buttons")
    return parts


def _merged(parts: Sequence[Part]) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        last = out[-1] if out else None
        if isinstance(part, Say) and isinstance(last, Say):
            out[-1] = Say(last.blocks + part.blocks)
        else:
            out.append(part)
    return out


def _pair(parts: Sequence[Part]) -> int | None:
    """Find the last two rows that fit into one; those at the end of a long list are read least."""
    rows = [at for at, part in enumerate(parts) if isinstance(part, Row)]
    pairs = [(a, b) for a, b in pairwise(rows) if _width(parts[a], parts[b]) <= limits.ROW_BUTTONS]
    return pairs[-1][0] if pairs else None


def _width(*parts: Part) -> int:
    return sum(len(part.buttons) for part in parts if isinstance(part, Row))


def _paired(parts: Sequence[Part], at: int) -> list[Part]:
    """Put the row at an index together with the next row, below the words between them."""
    after = next(n for n in range(at + 1, len(parts)) if isinstance(parts[n], Row))
    row = Row(tuple(button for part in (parts[at], parts[after]) if isinstance(part, Row) for button in part.buttons))
    return _merged([*parts[:at], *parts[at + 1 : after], row, *parts[after + 1 :]])


def _numbered(parts: Iterable[Part]) -> Iterator[str]:
    """Give each button its custom_id: its token, numbered where a card has it twice, which Discord refuses."""
    seen: dict[str, int] = {}
    for part in parts:
        for button in part.buttons if isinstance(part, Row) else ():
            if isinstance(button, Button):
                seen[button.token] = times = seen.get(button.token, 0) + 1
                yield custom_id(button.token, times)


def custom_id(token: str, times: int = 1) -> str:
    """Write a button's custom_id; raise ValueError where a token does not fit."""
    written = token if times == 1 else f"{times}~{token}"
    if not 1 <= units(written) <= limits.CUSTOM_ID:
        raise ValueError(f"the token {token[:20]!r} makes a custom_id that Discord refuses")
    return written


def _button(button: Button | LinkButton, tokens: Iterator[str]) -> ui.Button[Any]:
    label = clamp(button.label.strip() or fit.CUT, limits.BUTTON_LABEL)
    match button:
        case Button(style=style):
            return ui.Button(label=label, custom_id=next(tokens), style=_STYLES[style])
        case LinkButton(url=url):
            return ui.Button(label=label, url=url)
        case _:
            assert_never(button)
