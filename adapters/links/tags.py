"""The few tags of a page that tell of it, cut out of its text. Pages are hostile: one pass, bounded pieces.

The parser builds a tree, and some trees take minutes (a million characters of nested divisions, a tag with a
hundred thousand attributes). So the tags that matter are cut out first, and each is parsed alone: a broken one can't
swallow what follows it.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

WANTED = frozenset(
    {"og:title", "og:type", "og:description", "description", "twitter:description"}
    | {"keywords", "article:tag", "og:video:tag", "video:tag"}
)
"""Names of the `meta` tags that are kept, as `name` or `property`."""
_LONGEST_TAG = 4000
_LONGEST_TITLE = 2000
_MOST_OF_A_NAME = 16

_LETTERS = re.IGNORECASE | re.ASCII
_OPENING = re.compile(r"<(!--|/head|body|html|title|meta|script|style|template|noscript)(?![a-z0-9-])", _LETTERS)
_REST_OF_TAG = re.compile(r"""(?:[^>=]|=\s*+(?:"[^"]*"|'[^']*')?+)*+>""")
"""Up to the tag's end; only a quote behind `=` hides a `>`."""
_CLOSING = {
    "!--": re.compile("-->"),
    **{n: re.compile(rf"</{n}(?![a-z0-9-])", _LETTERS) for n in ("script", "style", "template", "noscript")},
}
_TITLE_END = re.compile(r"</title(?![a-z0-9-])", _LETTERS)
_MENTIONED = re.compile("|".join(sorted(map(re.escape, WANTED), key=len, reverse=True)), _LETTERS)


@dataclass(slots=True)
class Cuttings:
    """The tags of a page that matter, as they stand in it."""

    html: str = ""
    title: str = ""
    metas: list[str] = field(default_factory=list)
    _mentioned: Counter[str] = field(default_factory=Counter)

    def keep(self, name: str, tag: str) -> None:
        """Keep a tag if it matters and there are not too many of its kind."""
        if name == "html":
            self.html = self.html or tag
        elif mention := _MENTIONED.search(tag):
            self._mentioned[mention[0].lower()] += 1
            if self._mentioned[mention[0].lower()] <= _MOST_OF_A_NAME:
                self.metas.append(tag)


def cut(text: str) -> Cuttings:
    """Find the tags that tell of a page; what stands in comments and scripts doesn't count."""
    found = Cuttings()
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
            found.keep(name, opening[0] + rest[0])
    return found


def title_of(found: Cuttings) -> str:
    """Give the text of the title tag."""
    node = LexborHTMLParser(f"<title>{found.title}</title>").css_first("title")
    return node.text() if node else ""


def language_of(found: Cuttings) -> str:
    """Give the language that the page's first tag names, as it stands there."""
    return _attributes(found.html, "html").get("lang") or ""


def metas_of(found: Cuttings) -> dict[str, list[str]]:
    """Give the contents of the wanted `meta` tags by name, in the order of the page."""
    told: dict[str, list[str]] = {}
    for tag in found.metas:
        attributes = _attributes(tag, "meta")
        names = {(attributes.get(key) or "").strip().lower() for key in ("name", "property")}
        for name in names & WANTED:
            told.setdefault(name, []).append(attributes.get("content") or "")
    return told


def _attributes(tag: str, name: str) -> dict[str, str | None]:
    node = LexborHTMLParser(tag).css_first(name) if tag else None
    return node.attributes if node else {}
