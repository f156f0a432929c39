"""Repositories of how it all goes: how much courses are used, whether they are fresh, and what reminders bring."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.care import Reason
from bot.insights import Nudged, Unreachable
from bot.model import Course
from bot.usage import Use, Viewed, Week


class Usage(Protocol):
    """What people do with courses: looks, shelves and learning within `bot.usage.WINDOW`."""

    async def count(self, views: Sequence[Viewed]) -> None:
        """Add looks at courses to those of their days. Adding twice counts twice."""
        ...

    async def of(self, courses: Collection[int], now: datetime) -> Mapping[int, Use]:
        """Tell how much courses are used, by their numbers; those that nobody touched are left out."""
        ...

    async def freshness(self, now: datetime, week: int) -> Week:
        """Count the courses that are in use now, and the fresh ones among them, as those of a week.

        Archived ones are left out.
        """
        ...

    async def stale(self, now: datetime, limit: int) -> Sequence[tuple[Course, Use]]:
        """List the courses that are in use and not fresh, the most used first; archived ones are left out."""
        ...

    async def keep_week(self, week: Week) -> bool:
        """Keep the figures of a week; False where there are some already, which stay."""
        ...

    async def has_week(self, week: int) -> bool:
        """Tell whether the figures of a week are kept."""
        ...

    async def weeks(self, since: int) -> Sequence[Week]:
        """List the weeks since a day, in order. Weeks in which the bot was off are not among them."""
        ...

    async def forget(self, before: int) -> int:
        """Forget the looks of days before that; give how many rows."""
        ...


class Insights(Protocol):
    """What becomes of reminders, and which reasons to remind of are switched off."""

    async def reasons(self, since: datetime) -> Mapping[Reason, Nudged]:
        """Tell what became of the reminders sent since a moment; reasons without any are left out."""
        ...

    async def switched_off(self) -> frozenset[Reason]:
        """Tell which reasons owners are not reminded of in this community."""
        ...

    async def switch(self, reason: Reason, now: datetime, *, on: bool) -> None:
        """Switch a reason off, or on again. Setting it twice is fine."""
        ...

    async def unreachable(self, limit: int) -> tuple[Sequence[Unreachable], int]:
        """List owners of courses whom no message reaches, the longest first, and tell how many there are in all."""
        ...
