"""How places, messages and links of the playground are written, and read back: pure."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from adapters.playground.members import HOME, PLATFORM
from bot.model import Place, Ref

_SPOT = re.compile(r"(@?[a-z][a-z0-9-]{0,40})(?:/([0-9]{1,12}))?")
_PREFIX = f"{PLATFORM}:{HOME.id}/"
_LOCAL = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel, and a message in it: the thread below it for a place, the message itself for a ref."""

    channel: str
    number: int | None = None

    def __str__(self) -> str:
        return self.channel if self.number is None else f"{self.channel}/{self.number}"


def place_of(channel: str, thread: int | None = None) -> Place:
    """Write a channel, or a thread in it, as a place."""
    return Place(f"{_PREFIX}{Spot(channel, thread)}")


def ref_of(channel: str, number: int) -> Ref:
    """Write a message as a ref."""
    return Ref(f"{_PREFIX}{Spot(channel, number)}")


def spot(address: str) -> Spot | None:
    """Read a place or a ref of the playground; None for any other text."""
    return _spot(address.removeprefix(_PREFIX)) if address.startswith(_PREFIX) else None


def link_of(ref: Ref) -> str:
    """Write the link that opens a message."""
    return "/?" + urlencode({"at": ref.removeprefix(_PREFIX)}, safe="/@")


def ref_in(link: str) -> Ref | None:
    """Read the message out of a link of the playground, absolute or relative; None for any other text."""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:  # such as an unfinished [IPv6 address
        return None
    if parts.path != "/" or (host is not None and host not in _LOCAL):
        return None
    found = _spot(parse_qs(parts.query).get("at", [""])[0])
    return ref_of(found.channel, found.number) if found and found.number is not None else None


def read_spot(text: str) -> Spot | None:
    """Read what stands behind `at=` in the page's own address."""
    return _spot(text)


def _spot(text: str) -> Spot | None:
    found = _SPOT.fullmatch(text)
    if not found:
        return None
    return Spot(found[1], int(found[2]) if found[2] else None)
