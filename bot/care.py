"""How courses are looked after: values and the rules that hold wherever that is spoken of. Times are aware UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Person
from bot.offers import Offer

NEVER = 0
"""A review interval that means: never."""


class Reason(StrEnum):
    """Why an owner is asked to look at a course, the weightiest first."""

    BROKEN = "broken"  # a link of it is broken
    FLAGGED = "flagged"  # readers say that something is wrong
    QUESTION = "question"  # an open question is linked to it
    TAKEN = "taken"  # they took it over and haven't reviewed it yet
    DUE = "due"  # its review is due


class Outcome(StrEnum):
    """What became of a request to an owner, or of a flag."""

    REVIEWED = "reviewed"  # still good
    UPDATED = "updated"
    SNOOZED = "snoozed"
    OFFERED = "offered"  # to somebody who may take it over
    ARCHIVED = "archived"
    MOVED = "moved"  # it has another owner
    GONE = "gone"  # the reason went away by itself
    WITHDRAWN = "withdrawn"  # the flag, by the one who raised it


class FlagKind(StrEnum):
    """What a reader finds wrong with a course."""

    OUTDATED = "outdated"
    BROKEN_LINK = "broken-link"
    WRONG_LEVEL = "wrong-level"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Flag:
    """What a reader said is wrong with a course; open until it is settled."""

    id: int
    course: int
    person: Person
    kind: FlagKind
    said: str
    flagged_at: datetime
    settled_at: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What somebody's care for a course settled: flags of readers, and digests that show it (their numbers).

    Those are the ones that ask for it, and a question whether courses are still their owner's.
    `offer` is whether it ended an offer to somebody to take the course over.
    """

    flags: tuple[Flag, ...] = ()
    digests: tuple[int, ...] = ()
    offer: bool = False


class Handover(Offer):
    """A course that is offered to somebody."""

    __slots__ = ()

    @property
    def course(self) -> int:
        """The number of the course."""
        return self.about


class Why(StrEnum):
    """Why a course is on its way to another owner."""

    SILENT = "silent"  # its owner answers nothing
    UNREACHABLE = "unreachable"  # its owner can't be written to
    LEFT = "left"  # its owner is gone
    GIVEN = "given"  # its owner, asked whether it is still theirs, likes to hand it over


class Stage(StrEnum):
    """How far a course is on its way to another owner."""

    BEGUN = "begun"  # nobody was asked yet
    ASKED = "asked"  # a co-owner is asked to take it over
    PASSED = "passed"  # a co-owner has it, because its owner left
    STEWARDS = "stewards"  # on the stewards' list
    LISTED = "listed"  # stays on that list: its owner is there, but out of reach
    ADOPTION = "adoption"  # up for adoption


@dataclass(frozen=True, slots=True)
class Escalation:
    """A course on its way to another owner; `owner` is whose it was when that began, `due_at` its next step."""

    course: int
    owner: int | None
    stage: Stage
    why: Why
    since: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a course stood before somebody reviewed it: what an Undo puts back."""

    reviewed_at: datetime
    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    offered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intervals:
    """After how many days a review is due (NEVER: not at all): of all courses, and of those with a topic."""

    days: int
    by_topic: dict[str, int]  # topics as they are looked up: folded


def review_at(reviewed_at: datetime, own: int | None, topics: Iterable[str], intervals: Intervals) -> datetime | None:
    """Tell when the next review of a course is due; None for never.

    Its own interval (in days) rules, else the shortest of its topics (folded), else the community's. A topic that
    says never only rules where no other topic of the course says how often.
    """
    days = interval(own, topics, intervals)
    return None if days == NEVER else reviewed_at + timedelta(days=days)


def interval(own: int | None, topics: Iterable[str], intervals: Intervals) -> int:
    """Give the days between two reviews of a course, as `review_at` has it."""
    if own is not None:
        return own
    told = [intervals.by_topic[topic] for topic in topics if topic in intervals.by_topic]
    return min((days for days in told if days != NEVER), default=NEVER) if told else intervals.days


USUAL = Intervals(180, {})
"""What holds where nobody said anything."""
