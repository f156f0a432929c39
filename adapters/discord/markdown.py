"""The tree's words as Discord's markdown: what people typed is shown literally, what we mean is marked up."""

import re
from collections.abc import Iterable
from typing import assert_never

from adapters.discord.limits import PLATFORM
from bot.text import clamp
from bot.ui import (
    Block,
    Bold,
    Buttons,
    Code,
    Divider,
    Heading,
    Image,
    Inline,
    Items,
    Link,
    Mention,
    Note,
    Paragraph,
    PostLink,
    Time,
)

Spoken = Heading | Paragraph | Items | Note | Divider
"""The blocks that are words; a divider among them is one that found no place of its own."""

ANYWHERE = ""
"""Instead of a guild: a private conversation, where a mention of anybody works."""

_SAFE_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~/%&=?+#-]*)?(?<![.,?&+#-])")
"""An address among typed words that holds no markup, so that it may stay an address."""
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]")
_LINE_MARKUP = re.compile(r"(?m)^(\s*)([#>+-]|\d+(?=[.)]))")
_CROWD = re.compile(r"@(?=everyone|here)")
_SHORTCODE = re.compile(r":(?=[\w+-]+(?:::[\w-]+)?:|//)")
_PLAIN_PARENTHESES = re.compile(r"(?:\([^()]*\)|[^()])*")
_BARE_ADDRESS = re.compile(r"https?://[^\s<\\]+[^\s<\\.,:;\"'\])]")
_SEPARATE = "\u200b"
"""Keeps two runs of the same markup apart, which would be read as one."""
_TIME = {"date": "D", "datetime": "F", "relative": "R"}
_LINE = "⎯" * 12


def escape(text: str) -> str:
    """Write typed text so that Discord shows it as it was typed, and nobody is mentioned."""
    out: list[str] = []
    end = 0
    for address in _SAFE_ADDRESS.finditer(text):
        out += (_escape_words(text[end : address.start()]), f"<{address[0]}>")
        end = address.end()
    out.append(_escape_words(text[end:]))
    return "".join(out)


def _escape_words(text: str) -> str:
    # Lists first: their backslash must not be escaped again. A digit can't be escaped, so its dot is.
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _LINE_MARKUP.sub(_escape_line, text)
    return _SHORTCODE.sub(r"\:", _CROWD.sub(r"\@", text))


def _escape_line(found: re.Match[str]) -> str:
    blanks, mark = found.groups()
    return f"{blanks}{mark}\\" if mark.isdigit() else f"{blanks}\\{mark}"


def link(label: str, url: str) -> str:
    """Write a link whose address arrives byte for byte, in the nicest form that its characters allow."""
    shown = escape(label).replace("\n", " ").strip()
    if not re.fullmatch(r"https?://\S+", url):
        return f"{shown} {code(url)}".strip()  # Discord links to nothing else
    if re.search(r"[<>\\]", url):
        return f"{shown} {url} " if _BARE_ADDRESS.fullmatch(url) else f"{shown} {code(url)}"
    if not shown or label == url:
        return f"<{url}>"
    if "://" in label or not _PLAIN_PARENTHESES.fullmatch(url):
        return f"{shown} <{url}>"  # Discord shows such a masked link as its source
    return f"[{shown}](<{url}>)"


def code(text: str) -> str:
    """Write text to be copied as it stands; where no fence can hold it, as escaped text."""
    if not text.strip() or "``" in text:
        return escape(text)
    if "\n" in text:
        return f"```\n{text}\n```"
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def mentioned(part: Mention, guild: str) -> int | None:
    """Find the user that Discord can show in this guild."""
    for account in part.accounts:
        if account.platform == PLATFORM and guild in {ANYWHERE, account.workspace} and account.user.isdecimal():
            return int(account.user)
    return None


def inline(part: Inline, guild: str, leaf: int) -> str:
    """Write one run of text, what people typed in it clamped to `leaf` units."""
    match part:
        case str(words) | PostLink(label=words):
            return escape(clamp(words, leaf))
        case Bold(text):
            return f"**{escape(clamp(text, leaf))}**" if text.strip() else escape(text)
        case Code(text):
            return code(clamp(text, leaf))
        case Link(label, url):
            return link(label if label == url else clamp(label, leaf), url)
        case Mention(name):
            user = mentioned(part, guild)
            return escape(clamp(name, leaf)) if user is None else f"<@{user}>"
        case Time(at, style):
            return f"<t:{int(at.timestamp())}:{_TIME[style]}>"
        case _:
            assert_never(part)


def runs(block: Spoken, guild: str, leaf: int) -> list[str]:
    """Write a block as the runs that it is made of, none of which may be cut."""
    match block:
        case Heading(text, url):
            title = " ".join(clamp(text, leaf).split())
            return ["### ", link(title, url) if url else escape(title)] if title or url else []
        case Paragraph(parts):
            return _joined(inline(part, guild, leaf) for part in parts)
        case Note(parts):
            written = _joined(inline(_flat(part), guild, leaf).replace("\n", "\n-# ") for part in parts)
            return ["-# ", *written] if any(run.strip() for run in written) else []
        case Items(items, ordered):
            out: list[str] = []
            for number, item in enumerate(items, 1):
                out.append(f"{'' if number == 1 else chr(10)}{f'{number}.' if ordered else '-'} ")
                out += _joined(inline(_flat(part), guild, leaf).replace("\n", "\n  ") for part in item)
            return out
        case Divider():
            return [_LINE]
        case _:
            assert_never(block)


def _flat(part: Inline) -> Inline:
    """Take the line breaks out of code where lines begin with a mark, which would show inside a fence."""
    return Code(" ".join(part.text.split("\n"))) if isinstance(part, Code) else part


def _joined(written: Iterable[str]) -> list[str]:
    out: list[str] = []
    for run in written:
        if out and run and out[-1] and out[-1][-1] == run[0] and run[0] in "*`":
            out.append(_SEPARATE)
        out.append(run)
    return out


def pings(blocks: Iterable[Block], guild: str) -> frozenset[int]:
    """Collect the users who are to be notified."""
    found = (mentioned(part, guild) for part in _inlines(blocks) if isinstance(part, Mention) and part.ping)
    return frozenset(user for user in found if user is not None)


def _inlines(blocks: Iterable[Block]) -> Iterable[Inline]:
    for block in blocks:
        match block:
            case Paragraph(parts) | Note(parts):
                yield from parts
            case Items(items):
                for item in items:
                    yield from item
            case Heading() | Divider() | Buttons() | Image():
                pass
            case _:
                assert_never(block)
