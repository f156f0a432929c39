"""How places and messages on Discord are written down, and their links."""

import re
from dataclasses import dataclass

from adapters.discord.limits import PLATFORM
from bot.model import Place, Ref

PRIVATE = "@me"
"""Stands for the guild of a private conversation, as in Discord's own links."""

_LINK = re.compile(
    r"https://(?:(?:canary|ptb|www)\.)?discord(?:app)?\.com/channels/(\d{1,20}|@me)/(\d{1,20})/(\d{1,20})/?(?:[?#]\S*)?"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel in a guild, and perhaps a message in it."""

    guild: str
    channel: int
    message: int = 0

    @property
    def place(self) -> Place:
        """The channel, written down."""
        return Place(f"{PLATFORM}:{self.guild}/{self.channel}")

    @property
    def ref(self) -> Ref:
        """The message, written down."""
        return Ref(f"{self.place}/{self.message}")

    @property
    def link(self) -> str:
        """The address that opens the message."""
        return f"https://discord.com/channels/{self.guild}/{self.channel}/{self.message}"

    @property
    def private(self) -> bool:
        """Whether it is a private conversation."""
        return self.guild == PRIVATE


def spot(address: Place | Ref) -> Spot:
    """Read a place or a message; raise ValueError for one of another platform."""
    platform, _, rest = address.partition(":")
    guild, *ids = rest.split("/")
    if platform != PLATFORM or not 1 <= len(ids) <= 2 or not all(part.isdecimal() for part in ids):  # noqa: PLR2004 - channel, message
        raise ValueError(f"{address!r} is not on Discord")
    return Spot(guild, *(int(part) for part in ids))


def linked(text: str) -> Ref | None:
    """Read a link to a message; None for any other text."""
    found = _LINK.fullmatch(text.strip().removeprefix("<").removesuffix(">"))
    return Spot(found[1], int(found[2]), int(found[3])).ref if found else None
