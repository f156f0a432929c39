"""Makes the words of a message fit: first typed text is clamped, then the longest addresses are left out.

Only whole runs are ever shown: half a link or half a mark-up would show as something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.discord import limits
from adapters.discord.markdown import Spoken, runs
from bot.text import units
from bot.ui import Divider, Heading, Inline, Items, Link, Note, Paragraph, Text

CUT = "…"
"""Stands where something was cut."""
TOO_LONG = "(address too long to show here)"
"""Stands where an address was left out."""
_LEAVES = (limits.TEXT, 2000, 1000, 500, 250, 120, 60, 30, 12)
"""How long one run of typed text may be, tried in this order until all of a message fits."""
_READABLE = 60
"""Typed text is not clamped below this for the sake of an address."""

Blocks = tuple[Spoken, ...]


def written(said: Sequence[Blocks], guild: str) -> Iterator[str]:
    """Write the words of a message, one text each, shortened as little as makes them fit together."""
    room = limits.TEXT
    for text in _fitting(said, guild):
        shown = _cut(text, room)
        room -= units(shown)
        yield shown if shown.strip() else ""


def _fitting(said: Sequence[Blocks], guild: str) -> list[list[str]]:
    texts = _texts(said, guild, limits.TEXT)
    if _fits(texts):
        return texts
    for lighter in _lighter(said):
        said = lighter
        if _fits(_texts(said, guild, _READABLE)):
            break
    for leaf in _LEAVES:
        texts = _texts(said, guild, leaf)
        if _fits(texts):
            break
    return texts


def _texts(said: Sequence[Blocks], guild: str, leaf: int) -> list[list[str]]:
    return [_lines(blocks, guild, leaf) for blocks in said]


def _fits(texts: Sequence[Sequence[str]]) -> bool:
    return sum(units("".join(text)) for text in texts) <= limits.TEXT


def _lines(blocks: Blocks, guild: str, leaf: int) -> list[str]:
    out: list[str] = []
    for block in blocks:
        lines = runs(block, guild, leaf)
        if any(run.strip() for run in lines):
            out += ["\n", *lines] if out else lines
    return out


def _cut(lines: Sequence[str], room: int) -> str:
    """Keep whole runs only."""
    if units("".join(lines)) <= room:
        return "".join(lines)
    if room < units(CUT):
        return ""  # what came before ends with the mark of a cut already
    out: list[str] = []
    room -= units(CUT)
    for run in lines:
        room -= units(run)
        if room < 0:
            break
        out.append(run)
    return "".join(out) + CUT


def _lighter(said: Sequence[Blocks]) -> Iterator[Sequence[Blocks]]:
    """Give the words as they are, then with one address less each time: the longest one, of equals the last one."""
    yield said
    addresses = dict.fromkeys(url for blocks in said for block in blocks for url in _addresses(block))
    longest = sorted((url for url in reversed(addresses) if units(url) > units(TOO_LONG)), key=units, reverse=True)
    for count in range(1, len(longest) + 1):
        dropped = frozenset(longest[:count])
        yield [tuple(_without(block, dropped) for block in blocks) for blocks in said]


def _addresses(block: Spoken) -> Iterator[str]:
    match block:
        case Heading(url=str(url)):
            yield url
        case Paragraph(parts) | Note(parts):
            yield from (part.url for part in parts if isinstance(part, Link))
        case Items(items):
            yield from (part.url for item in items for part in item if isinstance(part, Link))
        case Heading() | Divider():
            pass


def _without(block: Spoken, dropped: frozenset[str]) -> Spoken:
    match block:
        case Heading(text, str(url)) if url in dropped:
            return Heading(f"{text} {TOO_LONG}")
        case Paragraph(parts) | Note(parts):
            return replace(block, text=_unlinked(parts, dropped))
        case Items(items):
            return replace(block, items=tuple(_unlinked(item, dropped) for item in items))
        case _:
            return block


def _unlinked(parts: Text, dropped: frozenset[str]) -> Text:
    out: list[Inline] = []
    for part in parts:
        # Two runs, so that a long label is clamped and the remark behind it stays.
        out += [part.label, f" {TOO_LONG}"] if isinstance(part, Link) and part.url in dropped else [part]
    return tuple(out)
