"""Time zones: in which one a person lives, and what people type to name one. Pure, but for the names in `tzdata`.

Whoever needs somebody's clock asks `zone_of`: what they said themselves rules, then what their platform tells, then the
community's.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.model import Person
from bot.text import clamp, one_line

if TYPE_CHECKING:
    from bot.config import Config  # it checks a zone of its own by the names here

UNIVERSAL = "UTC"
EXAMPLES = "Europe/Brussels or America/New_York"
"""What may be typed."""
CLOSE = 3
"""Zones that are offered in place of one that nobody knows."""
_QUOTED = 40
"""How much of a name that nobody knows is quoted."""
_ALIKE = 0.7
"""How much a name must be like what was typed to be meant by it, as difflib measures it."""
_TRAPS = frozenset({"EST", "MST", "HST", "Factory"})
"""Names that say less than people mean by them: these clocks are never changed for the summer."""
_HOURS = re.compile(r"(?:utc|gmt)?\s*[+-]?\d.*")


class Teller(Enum):
    """Who told the zone of a person."""

    PERSON = "person"
    PLATFORM = "platform"
    COMMUNITY = "community"


def zone_of(person: Person, config: "Config") -> ZoneInfo:
    """Give the zone in which a person lives."""
    return told(person, config)[0]


def told(person: Person, config: "Config") -> tuple[ZoneInfo, Teller]:
    """Give the zone in which a person lives, and who told it."""
    for name, teller in ((person.own_zone, Teller.PERSON), (person.timezone, Teller.PLATFORM)):
        zone = _zone(name)
        if zone is not None:
            return zone, teller
    return ZoneInfo(config.community.timezone), Teller.COMMUNITY


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, LookupError, OSError):  # a name that is none, or one that is newer than our data
        return None


@cache
def names() -> frozenset[str]:
    """Give the names of all zones, old spellings too. zoneinfo would look through files of the system for 50 ms."""
    return frozenset(_lines("zones"))


def is_name(text: str) -> bool:
    """Tell whether a text is, letter by letter, the name of a zone that says what people mean by it."""
    return text in names() and text not in _TRAPS


@cache
def places() -> Mapping[str, str]:
    """Give the zones that places have today, each with its country."""
    countries = dict(_cells(line)[:2] for line in _lines("zoneinfo", "iso3166.tab"))
    found = {name: countries[code] for code, _, name, *_ in map(_cells, _lines("zoneinfo", "zone.tab"))}
    return found | {UNIVERSAL: ""}


def _lines(*path: str) -> Iterator[str]:
    text = resources.files("tzdata").joinpath(*path).read_text("utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _cells(line: str) -> list[str]:
    return line.split("\t")


def named(typed: str) -> str:
    """Find the zone that somebody means: its name, or the city or the country in it. ValueError says what to write."""
    wanted = _folded(typed)
    whole = [name for name in names() if is_name(name) and _folded(name) == wanted]
    found = whole or [name for name, country in places().items() if wanted in {_city(name), _folded(country)}]
    if wanted and len(found) == 1:
        return found[0]
    raise ValueError(_cure(clamp(one_line(typed), _QUOTED), wanted, found))


def _cure(shown: str, wanted: str, found: Sequence[str]) -> str:
    """Say why a name is none, and what to write."""
    if wanted and found:
        return f"“{shown}” has several time zones. Name one, such as {_listed(found[:CLOSE])}"
    if _HOURS.fullmatch(wanted):
        return f"hours alone don't tell when clocks are changed. Write an area and a big city in it, such as {EXAMPLES}"
    close = close_to(wanted, CLOSE)
    cure = f"Did you mean {_listed(close)}?" if close else f"Write an area and a big city in it, such as {EXAMPLES}"
    return f"I know no time zone “{shown}”. {cure}"


def close_to(typed: str, count: int) -> list[str]:
    """Find zones whose name, or whose city, is spelt nearly like what was typed; the closest first."""
    spelt = {_folded(name): name for name in places()} | {_city(name): name for name in places()}
    found = difflib.get_close_matches(_folded(typed), spelt, count + 1, _ALIKE)
    return list(dict.fromkeys(spelt[one] for one in found))[:count]


def suggested(typed: str, count: int) -> Sequence[tuple[str, str]]:
    """Offer zones with their countries while somebody types; those whose city begins like it come first."""
    wanted = _folded(typed)
    ranked = sorted((rank, name) for name in places() if (rank := _rank(wanted, name)) is not None)
    found = [name for _, name in ranked] or close_to(typed, count)
    return [(name, places()[name]) for name in found[:count]]


def _rank(wanted: str, name: str) -> int | None:
    """Tell how well a zone fits what was typed so far, 0 for best; None where it doesn't."""
    country, whole = _folded(places()[name]), _folded(name)
    fits = (_city(name).startswith(wanted), country.startswith(wanted), whole.startswith(wanted), wanted in whole)
    return next((rank for rank, does in enumerate(fits) if does), None)


def _city(name: str) -> str:
    return _folded(name.rpartition("/")[2])


def _folded(typed: str) -> str:
    """Write a name as it is looked up: without marks, capitals and what stands for a blank."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", one_line(typed)) if not unicodedata.combining(one))
    return " ".join(plain.casefold().replace("_", " ").replace(" / ", "/").split())


def _listed(found: Sequence[str]) -> str:
    *others, last = found
    return f"{', '.join(others)} or {last}" if others else last
