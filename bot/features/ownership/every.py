"""How often a course wants a review, as people write it. Pure functions."""

import re

from bot.care import NEVER
from bot.config import MOST_DAYS
from bot.text import clamp, one_line

DEFAULT = "default"
"""What one writes for: as its topics and the community have it."""
_TYPED = re.compile(r"(?:every )?([0-9]{1,9}) ?(d|days?|w|weeks?|m|months?|y|years?)?", re.IGNORECASE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_HOW = "Write a number of days (90), or 6 weeks, 3 months, 1 year; never; or default."


def parse_every(typed: str) -> int | None:
    """Read how often: days, NEVER, or None for the default. Raise ValueError with what is possible."""
    said = one_line(typed)
    if said.casefold() == "never":
        return NEVER
    if said.casefold() == DEFAULT:
        return None
    found = _TYPED.fullmatch(said)
    if found is None:
        raise ValueError(f"“{clamp(said, 40)}” is no interval. {_HOW}")
    days = int(found[1]) * _DAYS[(found[2] or "d")[0].lower()]
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"from 1 to {MOST_DAYS} days are possible. {_HOW}")
    return days


def written_every(days: int | None) -> str:
    """Write how often, as `parse_every` reads it."""
    return DEFAULT if days is None else "never" if days == NEVER else str(days)
