"""From a page's bytes to what it tells of itself. Pages are hostile: every step takes bounded time and memory."""

import codecs
import re
import zlib
from collections.abc import AsyncIterable, Iterable, Iterator
from itertools import islice

from adapters.links.tags import cut, language_of, metas_of, title_of
from bot.config import LANGUAGE
from bot.model import Page, ResourceKind
from bot.text import clamp, is_said, one_line
from bot.topics import TOPIC_LENGTH, TOPICS, normal_topic

MOST_BYTES = 1 << 20
"""How much of a page is read, in bytes after decompression."""
TITLE_LENGTH = 200
"""Longest title that is kept, in UTF-16 units."""
DESCRIPTION_LENGTH = 500
"""Longest description that is kept, in UTF-16 units: what search engines index of one, and then some."""
_MOST_SUGGESTIONS = 100
_LONGEST_LANGUAGE = 35
_BETWEEN_TOPICS = re.compile(r"[,;|\n\u060c\u061b\u3001\uff0c\uff1b]")
"""What stands between keywords; Arabic and Chinese have commas of their own."""
_SAYS_NOTHING = frozenset({"video", "sharing", "camera phone", "video phone", "free", "upload"})
"""The keywords that YouTube gives to every page without ones of its own."""

_HEAD_ENDS = re.compile(rb"</head\b|<body\b", re.IGNORECASE)
_LONGEST_MARK = 8
_META_CHARSET = re.compile(rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([a-z0-9_:.-]{1,40})""", re.IGNORECASE)
_META_CHARSET_WITHIN = 1024
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSETS = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "gbk", "gb2312", "gb18030", "big5"),
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "cp866", "cp874", "mac_roman"),
        *(f"cp125{n}" for n in range(9)),
        *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    )
)
"""Charsets of pages. Python knows others (punycode, unicode_escape) that no page uses and some take long."""
_AS_BROWSERS_DO = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030"}


async def head_of(chunks: AsyncIterable[bytes], *, gzipped: bool) -> bytes:
    """Read a page up to its body, at most MOST_BYTES; raise zlib.error for a broken compression.

    Inflating is bounded here, not left to the client: a page of 200 kB may unfold to hundreds of megabytes.
    """
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS) if gzipped else None
    data = bytearray()
    async for chunk in chunks:
        room = MOST_BYTES - len(data)
        searched = max(0, len(data) - _LONGEST_MARK)
        data += inflater.decompress(chunk, room) if inflater else chunk[:room]
        if len(data) >= MOST_BYTES or _HEAD_ENDS.search(data, searched):
            break
    return bytes(data)


def page(url: str, body: bytes, charset: str | None, language: str) -> Page:
    """Read a page's beginning. `charset` and `language` are what the headers tell of it, if they do."""
    found = cut(decoded(body, charset))
    metas = metas_of(found)
    title = _first([*metas.get("og:title", ()), title_of(found)])
    names = ("og:description", "description", "twitter:description")
    description = _first(text for name in names for text in metas.get(name, ()))
    said = _language(language_of(found)) or _language(language.partition(",")[0])
    kinds = (kind.strip().lower() for kind in metas.get("og:type", ()))
    return Page(
        url,
        clamp(title, TITLE_LENGTH),
        said,
        clamp(description, DESCRIPTION_LENGTH),
        ResourceKind.VIDEO if next(kinds, "").partition(".")[0] == "video" else ResourceKind.HTML,
        _topics(metas),
    )


def decoded(body: bytes, charset: str | None) -> str:
    """Make text of a page's bytes: by its byte order mark, the header, its own word, else UTF-8.

    Broken bytes become U+FFFD.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    own = _META_CHARSET.search(body, 0, _META_CHARSET_WITHIN)
    name = _known(charset) or _known(own[1].decode("ascii") if own else None) or "utf-8"
    return body.decode(name, "replace")


def _known(charset: str | None) -> str | None:
    try:
        name = codecs.lookup(charset or "").name
    except (LookupError, ValueError):
        return None
    name = _AS_BROWSERS_DO.get(name, name)
    return name if name in _CHARSETS else None


def _first(texts: Iterable[str]) -> str:
    """Give the first text with something to read, as HTML shows it: any blanks are one."""
    plain = (" ".join(one_line(text).split()) for text in texts)
    return next((text for text in plain if is_said(text)), "")


def _topics(metas: dict[str, list[str]]) -> tuple[str, ...]:
    """Suggest topics: tags of articles and videos first, because somebody chose each; then keywords."""
    names = ("article:tag", "og:video:tag", "video:tag", "keywords")
    said = (part for name in names for text in metas.get(name, ()) for part in _BETWEEN_TOPICS.split(text))
    return tuple(islice(_fit(islice(said, _MOST_SUGGESTIONS)), TOPICS))


def _fit(names: Iterable[str]) -> Iterator[str]:
    topics = dict.fromkeys(map(normal_topic, names))
    return (topic for topic in topics if 0 < len(topic) <= TOPIC_LENGTH and topic not in _SAYS_NOTHING)


def _language(raw: str) -> str:
    said = raw.strip().lower().replace("_", "-")
    return said if len(said) <= _LONGEST_LANGUAGE and re.fullmatch(LANGUAGE, said) else ""
