"""Where a meetup is, as its host types it: an address, a link, or both in any order. Pure functions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.addresses import check_url, links_in
from bot.text import clean, is_said

ADDRESS_LENGTH = 200
"""Longest address, in characters: a street, a city and how to find the door."""
_FOR_ALL = re.compile(r"[ \t]*\(?\bfor (?:all|everybody|everyone)\b\)?", re.IGNORECASE)
_MAPS = re.compile(
    r"(?:^|\.)(?:openstreetmap\.org|osm\.org|maps\.app\.goo\.gl|maps\.apple\.com|wego\.here\.com|mapy\.c(?:z|om))$"
    r"|^maps\.google\.|^(?:www\.)?(?:google\.[a-z.]+/maps|goo\.gl/maps|bing\.com/maps)",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"(?:\b(?:and|or|also)\s+)?\b(?:online|on-line|video|call|link|zoom|meet|teams|jitsi|via|at|here|join|by|on)\b"
    r"|[\s:,;|()\[\]–—-]",
    re.IGNORECASE,
)
"""Words around a link that say nothing which the link doesn't say."""
_EDGE = " \t,;:|–—-"


@dataclass(frozen=True, slots=True)
class Where:
    """Where people meet; `link_for_all` says whether everybody sees the link, or only those who go."""

    address: str = ""
    link: str = ""
    link_for_all: bool = False


def read_where(typed: str) -> Where:
    """Read where a meetup is; raise ValueError that says what to write.

    The link is where one joins, so only those who go see it, unless “for all” stands behind it. A link to a map is a
    part of the address.
    """
    text = clean(typed)
    links = [link for link in links_in(text) if not is_map(link)] or _bare_link(text)
    if len(links) > 1:
        raise ValueError("there are several links; write the one by which one joins, and the others into About")
    if not links:
        address = _address(text, is_said)
        if not address:
            raise ValueError("say where: an address, a link, or both")
        return Where(address)
    before, _, after = text.partition(links[0])
    told = _FOR_ALL.match(after)
    rest = f"{before}\n{after[told.end() :] if told else after}"
    return Where(_address(rest, _says_more), check_url(links[0]), told is not None)


def is_map(link: str) -> bool:
    """Tell whether a link leads to a place on a map."""
    parts = urlsplit(link)
    host = (parts.hostname or "").lower()
    return _MAPS.search(host) is not None or _MAPS.search(f"{host}{parts.path}") is not None


def _bare_link(text: str) -> list[str]:
    """Read a link without https:// where nothing else was typed, such as meet.jit.si/room."""
    first, _, behind = text.partition("/")
    is_one = "." in first and behind and not re.search(r"\s", text)
    return [text] if is_one else []


def _says_more(line: str) -> bool:
    """Tell whether a line says something that a link doesn't say."""
    return is_said(_FILLING.sub("", line))


def _address(text: str, is_part: Callable[[str], bool]) -> str:
    lines = (" ".join(line.split()).lstrip(f"{_EDGE})]").rstrip(f"{_EDGE}([") for line in text.split("\n"))
    address = ", ".join(filter(is_part, lines))
    if len(address) > ADDRESS_LENGTH:
        raise ValueError(f"the address has {len(address)} characters, at most {ADDRESS_LENGTH} are possible")
    return address


def typed_where(where: Where) -> str:
    """Write where a meetup is as it is typed: `read_where` reads it back."""
    link = f"{where.link} for all" if where.link_for_all else where.link
    return "\n".join(filter(None, (where.address, link)))
