"""How much courses are used, and how many of these are fresh: values and rules. Days are `date.toordinal` numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WINDOW = timedelta(days=90)
"""Only what happened within this time counts as use."""
VIEW = 1
"""What somebody's look at a course weighs."""
SAVE = 5
"""What a course on somebody's shelf weighs: they mean to come back."""
LEARNER = 10
"""What somebody who is at work on a course weighs: outdated, it costs them most."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Viewed:
    """How often a course was looked at on a day."""

    course: int
    day: int
    views: int


@dataclass(frozen=True, slots=True)
class Use:
    """What people did with a course within the last `WINDOW`: looks, shelves it was put on, people at work on it."""

    views: int = 0
    saves: int = 0
    learners: int = 0

    @property
    def weight(self) -> int:
        """How much a course is used, to compare it with others; 0 for not at all."""
        return VIEW * self.views + SAVE * self.saves + LEARNER * self.learners


UNUSED = Use()
"""What holds of a course that nobody touched."""


@dataclass(frozen=True, slots=True)
class Week:
    """How many courses were in use when a week began (`week` is its Monday), and how many of these were fresh."""

    week: int
    used: int
    fresh: int

    @property
    def share(self) -> float | None:
        """The share of used courses that were fresh, 0 to 1; None where none was used."""
        return self.fresh / self.used if self.used else None


def day_of(moment: datetime, timezone: str) -> int:
    """Tell the day of a moment in a time zone."""
    return moment.astimezone(ZoneInfo(timezone)).toordinal()


def monday_of(day: int) -> int:
    """Tell the Monday of a day's week."""
    return day - (day - 1) % _WEEK  # day 1 was a Monday
