"""Who says what to a meetup and who has a place, as the rule of places sees it: frozen values. Times are aware UTC."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.meetups.meetup import Answer


class Standing(StrEnum):
    """What it came to that somebody goes."""

    PLACE = "place"  # they have one
    WAITS = "waits"  # for one
    OFFERED = "offered"  # one is held for them until `offered_until`
    OPEN = "open"  # they wait, and were told that one is free for whoever is first
    PASSED = "passed"  # they wait, and let an offer pass: the next one is for all


WAITING = frozenset(Standing) - {Standing.PLACE}
"""As what somebody stands in the list who goes, and has no place."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says to a meetup, and what that came to.

    Attributes:
        person: their number.
        answer: what they say; None where they took it back, which is kept so that what was said before stays past.
        answered_at: when they last did so.
        standing: of somebody who goes: whether they have a place; None for everybody else.
        since: since when they have their place, or wait; it orders the line.
        offered_until: until when a place is held for them (`OFFERED`) or free for the first (`OPEN`).
    """

    person: int
    answer: Answer | None
    answered_at: datetime
    standing: Standing | None = None
    since: datetime | None = None
    offered_until: datetime | None = None

    @property
    def has_place(self) -> bool:
        """Whether they go, and have a place."""
        return self.standing is Standing.PLACE

    @property
    def waits(self) -> bool:
        """Whether they would go if there were a place."""
        return self.standing is not None and self.standing is not Standing.PLACE


@dataclass(frozen=True, slots=True)
class Sheet:
    """The list of a meetup.

    Attributes:
        starts_at: when the meetup begins.
        places: how many can come; None for any number.
        claims: in no special order. All who wait must be among them, and those whom an act is about.
        unlisted: how many more have a place, of whom nothing else needs to be known.
    """

    starts_at: datetime
    places: int | None = None
    claims: tuple[Claim, ...] = ()
    unlisted: int = 0

    @property
    def taken(self) -> int:
        """Count the places that are taken."""
        placed = Standing.PLACE  # looked up once: answers come by the thousand
        return self.unlisted + sum(claim.standing is placed for claim in self.claims)

    @property
    def line(self) -> tuple[Claim, ...]:
        """List those who wait, the next one first; those who let an offer pass come after those who weren't asked."""
        return tuple(sorted((claim for claim in self.claims if claim.waits), key=turn_of))

    def find(self, person: int) -> Claim | None:
        """Find what somebody says."""
        return next((claim for claim in self.claims if claim.person == person), None)

    def position(self, person: int) -> int | None:
        """Tell how far somebody is in the line, from 1; None for those who don't wait."""
        mine = self.find(person)
        if mine is None or not mine.waits:
            return None
        turn = turn_of(mine)
        return 1 + sum(claim.waits and turn_of(claim) < turn for claim in self.claims)


def turn_of(claim: Claim) -> tuple[bool, datetime, int]:
    """Give what the line is ordered by."""
    return claim.standing is Standing.PASSED, claim.since or claim.answered_at, claim.person


class News(StrEnum):
    """What somebody is to be told."""

    PLACE = "place"  # they have one, as they asked
    WAITS = "waits"  # all places are taken: they wait at `position`
    OFFERED = "offered"  # a place is held for them until `until`
    OPEN = "open"  # a place is free until `until`, for whoever is first
    PASSED = "passed"  # the time to take the place they were offered is over; they wait at `position`
    GONE = "gone"  # the place they were offered is there no more; they wait at `position`
    PROMOTED = "promoted"  # they have a place, because there are more now
    MOVED_IN = "moved in"  # the host gave them a place
    MOVED_OUT = "moved out"  # the host gave their place away; they wait at `position`


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is to be told; `position` and `until` where the news has one."""

    person: int
    news: News
    position: int | None = None
    until: datetime | None = None


class Refusal(StrEnum):
    """Why a host can't move somebody."""

    FULL = "full"  # all places are taken
    NOT_WAITING = "not waiting"  # they don't go, or have a place
    NO_PLACE = "no place"  # who is to give theirs up has none


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act led to.

    Attributes:
        sheet: the list as it is then; the same where nothing changed.
        told: who is to hear what, in the order in which it happened; who acted is among them.
        refused: why it couldn't be done.
    """

    sheet: Sheet
    told: tuple[Told, ...] = ()
    refused: Refusal | None = None

    def changed(self, before: Sheet) -> tuple[Claim, ...]:
        """List the claims that are new or not as they were."""
        known: Callable[[int], Claim | None] = {claim.person: claim for claim in before.claims}.get
        return tuple(claim for claim in self.sheet.claims if known(claim.person) != claim)
