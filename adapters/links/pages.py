"""From a page's bytes to its title and language. Pages are hostile: every step takes bounded time and memory.

The parser builds a tree, and some trees take minutes (a million characters of nested divisions, a tag with a
hundred thousand attributes). So the few tags that matter are cut out first, and only they are parsed.
"""

import codecs
import re
import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from bot.config import LANGUAGE
from bot.model import Page
from bot.text import clamp, is_said, one_line

MOST_BYTES = 1 << 20
"""How much of a page is read, in bytes after decompression."""
TITLE_LENGTH = 200
"""Longest title that is kept, in UTF-16 units."""
_OPEN_GRAPH_TITLE = 'meta[property="og:title"], meta[name="og:title"]'
_LONGEST_TAG = 4000
_MOST_TAGS = 4
_LONGEST_TITLE = 2000
_LONGEST_LANGUAGE = 35

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

_LETTERS = re.IGNORECASE | re.ASCII
_OPENING = re.compile(r"<(!--|/head|body|html|title|meta|script|style|template|noscript)(?![a-z0-9-])", _LETTERS)
_REST_OF_TAG = re.compile(r"""(?:[^>=]|=\s*+(?:"[^"]*"|'[^']*')?+)*+>""")
"""Up to the tag's end; only a quote behind `=` hides a `>`."""
_CLOSING = {
    "!--": re.compile("-->"),
    **{n: re.compile(rf"</{n}(?![a-z0-9-])", _LETTERS) for n in ("script", "style", "template", "noscript")},
}
_TITLE_END = re.compile(r"</title(?![a-z0-9-])", _LETTERS)


@dataclass(slots=True)
class _Cuttings:
    """The tags of a page that matter, as they stand in it."""

    html: str = ""
    title: str = ""
    open_graph: list[str] = field(default_factory=list)


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
    # A broken tag can swallow what follows it: the most telling part comes first.
    tree = LexborHTMLParser(f"<title>{found.title}</title>{''.join(found.open_graph)}{found.html}")
    titles = [_attribute(tree, _OPEN_GRAPH_TITLE, "content"), _text(tree, "title")]
    title = next((title for title in map(_plain, titles) if is_said(title)), "")
    said = _language(_attribute(tree, "html", "lang")) or _language(language.partition(",")[0])
    return Page(url, clamp(title, TITLE_LENGTH), said)


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


def cut(text: str) -> _Cuttings:
    """Find the tags that tell title and language, in one pass; what stands in comments and scripts doesn't count."""
    found = _Cuttings()
    at = 0
    while opening := _OPENING.search(text, at):
        name = opening[1].lower()
        at = opening.end()
        if name in {"/head", "body"}:
            break
        if closing := _CLOSING.get(name):
            end = closing.search(text, at)
            if end is None:
                break
            at = end.end()
            continue
        rest = _REST_OF_TAG.match(text, at, at + _LONGEST_TAG)
        if rest is None:
            at += _LONGEST_TAG
            continue
        at = rest.end()
        if name == "title":
            end = _TITLE_END.search(text, at)
            stop = end.start() if end else len(text)
            found.title = found.title or text[at : min(stop, at + _LONGEST_TITLE)]
            at = stop
        else:
            _keep(found, name, opening[0] + rest[0])
    return found


def _keep(found: _Cuttings, name: str, tag: str) -> None:
    if name == "html":
        found.html = found.html or tag
    elif "og:title" in tag.lower() and len(found.open_graph) < _MOST_TAGS:
        found.open_graph.append(tag)


def _plain(title: str) -> str:
    return " ".join(one_line(title).split())  # as HTML shows it: any blanks are one


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) if node else None) or ""


def _text(tree: LexborHTMLParser, tag: str) -> str:
    node = tree.css_first(tag)
    return node.text() if node else ""


def _language(raw: str) -> str:
    said = raw.strip().lower().replace("_", "-")
    return said if len(said) <= _LONGEST_LANGUAGE and re.fullmatch(LANGUAGE, said) else ""
