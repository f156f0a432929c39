"""What became of courses that an owner was asked about and gave away, in words, with the way back. Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.care import Handover
from bot.model import Course
from bot.ui import Button, token

LOOKED_FOR = "Somebody else is asked to take it over"


@dataclass(frozen=True, slots=True)
class Given:
    """How it stands with courses that were given away.

    Attributes:
        offers: the open offers, by course.
        leaving: courses for which the bot looks for another owner.
    """

    offers: Mapping[int, Handover] = field(default_factory=dict)
    leaving: frozenset[int] = frozenset()


def became(course: Course, person: int, given: Given) -> tuple[str, Button | None]:
    """Say what became of a course that somebody gave away, with what takes it back while that is possible."""
    offer = given.offers.get(course.id)
    if course.owner is None or course.owner.id != person:
        return (f"{course.owner.name} looks after it now" if course.owner else "It looks for an owner"), None
    if course.archived_at:
        return "Archived", None
    if offer is not None and offer.giver is not None:
        return f"{offer.taker.name} is asked to take it over", Button(
            "Take it back", token("course.take_back", course.id)
        )
    if course.offered_at:
        return "It is up for adoption", Button("Keep it", token("course.keep", course.id))
    if offer is not None or course.id in given.leaving:
        return LOOKED_FOR, None
    return "It stays yours: nobody took it over", None
