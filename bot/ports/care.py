"""Repositories of how courses are looked after."""

from datetime import datetime
from typing import Protocol

from bot.care import Intervals, Outcome, Settled


class Reviews(Protocol):
    """When courses were looked after, and when they are to be next."""

    async def intervals(self) -> Intervals:
        """Give the intervals that hold in the community."""
        ...

    async def set_intervals(self, intervals: Intervals) -> None:
        """Say after how long reviews are due. Where that is news, it is worked out anew for every course."""
        ...

    async def set_interval(self, course: int, days: int | None) -> None:
        """Say after how many days a course is to be reviewed: NEVER for not at all, None as its topics have it."""
        ...

    async def attend(self, course: int, by: int, now: datetime, outcome: Outcome) -> Settled:
        """Note that somebody looked after a course: REVIEWED and UPDATED make it fresh, every outcome settles.

        What was asked about the course, and the flags of its readers, are settled by that; give what was. An
        ARCHIVED or MOVED course is not reviewed by it. Doing it again settles nothing more.
        """
        ...
