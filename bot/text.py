"""Text that people type, made safe to store and show: pure functions, no markup of any platform."""

import unicodedata

import regex

_CONTROL = regex.compile(r"[\p{Cc}--[\n\t]]|\p{Cs}|\p{Co}", regex.V1)
_INVISIBLE = regex.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\u180e\U000e0001]")
"""Zero-width and bidirectional controls: they hide or turn text. The joiners U+200C and U+200D stay, because
Persian words and family emoji need them."""
_PILED_MARKS = regex.compile(r"(\p{M}{4})\p{M}+")
_BLANKS = regex.compile(r"[^\S\n]+")
_LINE_ENDS = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_LETTER = regex.compile(r"[\p{L}\p{N}\p{S}]")


def clean(raw: str) -> str:
    """Make typed text storable: one form of Unicode, no NUL, controls, lone surrogates or hidden direction marks.

    Runs of blanks become one, lines are trimmed, line breaks stay.
    """
    if raw.isascii() and raw.isprintable():  # most of what people type, and all of it is fine
        return " ".join(raw.split())
    text = _LINE_ENDS.sub("\n", raw)
    text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    text = _PILED_MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()


def one_line(raw: str) -> str:
    """Clean text for a place that has one line."""
    return " ".join(clean(raw).split())


def is_said(text: str) -> bool:
    """Tell whether there is anything to read: a letter, digit or symbol."""
    return any(char.isalnum() for char in text) or _LETTER.search(text) is not None


def units(text: str) -> int:
    """Count UTF-16 units: what Slack counts, and never less than what Discord counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clamp(text: str, limit: int, ending: str = "…") -> str:
    """Shorten text to `limit` UTF-16 units, never inside a character as people see it."""
    if units(text) <= limit:
        return text
    room = limit - units(ending)
    kept: list[str] = []
    for grapheme in regex.findall(r"\X", text[: limit + 1]):
        room -= units(grapheme)
        if room < 0:
            break
        kept.append(grapheme)
    return "".join(kept).rstrip() + ending


def sentence(words: str) -> str:
    """Make a sentence of an error: a capital in front, a full stop behind."""
    ended = words if words.endswith((".", "…", "?")) else f"{words}."
    return ended[:1].upper() + ended[1:]
