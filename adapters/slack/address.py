"""How places and messages of Slack are written down: `slack:TEAM/CHANNEL` and `slack:TEAM/CHANNEL/TS`. Pure.

A place inside a thread carries the time stamp of its root: `slack:TEAM/CHANNEL/THREAD_TS`.
"""

import re
from dataclasses import dataclass
from typing import Self

from bot.errors import Refused
from bot.model import Place, Ref

PLATFORM = "slack"

_ADDRESS = re.compile(r"slack:([A-Za-z0-9]*)/([^/\s]+)(?:/([0-9]+\.[0-9]+))?")
_LINK = re.compile(
    r"https?://[^\s/?#@]+/archives/([CDG][A-Z0-9]{1,31})/p([0-9]{6,20})([0-9]{6})/?(?:\?[^\s#]*)?", re.IGNORECASE
)
"""A permanent link to a message, or to a reply (`?thread_ts=…`). A workspace has many hosts: its own, that of its
organisation, one behind a proxy."""


@dataclass(frozen=True, slots=True)
class Address:
    """A channel, and a message in it or the root of a thread where `ts` is given.

    An empty team is the one our token belongs to, as long as it is not known.
    """

    team: str
    channel: str
    ts: str = ""

    @classmethod
    def parse(cls, written: Place | Ref) -> Self:
        """Read a place or a message; raise Refused for what no Slack adapter wrote."""
        found = _ADDRESS.fullmatch(written)
        if found is None:
            raise Refused(f"{written[:80]!r} is no place on Slack.")
        return cls(found[1], found[2], found[3] or "")

    @property
    def place(self) -> Place:
        """This address as a place."""
        return Place(self._written())

    @property
    def ref(self) -> Ref:
        """This address as a message."""
        return Ref(self._written())

    def _written(self) -> str:
        return f"{PLATFORM}:{self.team}/{self.channel}" + (f"/{self.ts}" if self.ts else "")


def link(domain: str, channel: str, ts: str) -> str:
    """Write the link that Slack's `Copy link` gives."""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def read_link(written: str, team: str) -> Ref | None:
    """Read a link to a message, as one of this team; None for any other text."""
    found = _LINK.fullmatch(written.strip())
    return Address(team, found[1].upper(), f"{found[2]}.{found[3]}").ref if found else None
