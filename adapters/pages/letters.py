"""The letters of pictures: the project's font, and what of a text it can draw. Loads Pillow when first asked.

The font has Latin, Greek and Cyrillic letters. Text is laid out letter by letter, the same on every machine, which is
enough for these three.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import regex

from bot.text import is_said

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

REGULAR, BOLD = 450, 750
"""Weights of the font, which takes any from 100 to 900."""
_NOWHERE = "\uffff"
"""No character, so that the font shows its sign for what it lacks."""
_LOOKED_AT = 20
"""Pixels; the size at which letters are looked at."""
_OPTICAL = 32
"""The cut of the font for large sizes."""
_NARROWER = 40
"""Pixels by which lines get shorter while they are balanced."""
_DECORATION = regex.compile(r"[\p{So}\p{Sk}\p{Cf}\p{Me}\p{Variation_Selector}]")
"""What a text can do without: emoji, and what joins and colours them."""


def drawable(text: str) -> str:
    """Give what can be drawn of a text: all of it, or all but its emoji.

    Nothing where a letter, digit or sign is missing: half a text would say something else.
    """
    kept: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if _has(char):
            kept.append(char)
        elif not _DECORATION.match(char):
            return ""
    said = " ".join("".join(kept).split())
    return said if is_said(said) else ""


@lru_cache(maxsize=2048)
def _has(char: str) -> bool:
    return char.isspace() or _drawn(char) != _drawn(_NOWHERE)


def _drawn(char: str) -> tuple[tuple[int, int], bytes]:
    mask = font(_LOOKED_AT, REGULAR).getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=16)
def font(size: int, weight: int) -> "FreeTypeFont":
    """Load the font in a size (pixels) and weight."""
    from PIL import ImageFont

    with as_file(files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf") as path:
        found = ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    found.set_variation_by_axes([_OPTICAL, weight])
    return found


def wrapped(text: str, face: "FreeTypeFont", width: int) -> list[str]:
    """Break a text into lines of at most `width` pixels, between words where that is possible."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        for part in _fitting(word, face, width):
            longer = f"{line} {part}" if line else part
            if face.getlength(longer) <= width:
                line = longer
            else:
                lines.append(line)
                line = part
    return [*lines, line] if line else lines


def balanced(text: str, face: "FreeTypeFont", width: int) -> list[str]:
    """Break a text into as few lines as `wrapped` does, but about as long as each other: none holds one last word."""
    lines = wrapped(text, face, width)
    longest = max(map(face.getlength, text.split()), default=0)
    for narrower in range(width, width // 2, -_NARROWER):
        tried = wrapped(text, face, narrower)
        if longest > narrower or len(tried) > len(lines):
            break
        lines = tried
    return lines


def _fitting(word: str, face: "FreeTypeFont", width: int) -> Iterator[str]:
    """Cut a word that is wider than a line, never inside a character as people see it."""
    part = ""
    for grapheme in regex.findall(r"\X", word):
        if part and face.getlength(part + grapheme) > width:
            yield part
            part = ""
        part += grapheme
    yield part


def shortened(text: str, face: "FreeTypeFont", width: int) -> str:
    """Cut a text to one line of `width` pixels."""
    if face.getlength(text) <= width:
        return text
    graphemes = regex.findall(r"\X", text)
    while graphemes and face.getlength("".join(graphemes).rstrip() + "…") > width:
        graphemes.pop()
    return "".join(graphemes).rstrip() + "…"
