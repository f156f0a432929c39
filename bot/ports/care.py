"""Repositories of how courses are looked after."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.care import Flag, FlagKind, Intervals, Outcome, Settled, Standing


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

    async def undo(self, course: int, at: datetime, before: Standing) -> Sequence[int] | None:
        """Put back what a review of this very moment changed: the course, the requests and the flags it settled.

        Give the numbers of the digests that ask for the course again. None, and nothing changes, where the course
        doesn't stand any more as that review left it.
        """
        ...


class Flags(Protocol):
    """What readers find wrong with courses. `Course.flags` counts the open ones, in the same transaction."""

    async def put(self, course: int, person: int, kind: FlagKind, said: str, now: datetime) -> tuple[Flag, bool] | None:
        """Keep what somebody finds wrong, and tell whether it is new: one who has an open flag there changes that one.

        A new one has the owner looked at. None for a course that isn't here, or is archived.
        """
        ...

    async def open(self, course: int) -> Sequence[Flag]:
        """List the open flags of a course, the newest first."""
        ...

    async def get(self, flag: int) -> Flag | None:
        """Find a flag by number, open or settled."""
        ...

    async def settle(self, flag: int, by: int, now: datetime, outcome: Outcome) -> Flag | None:
        """Settle one flag, and give it as it is now; None where it isn't open."""
        ...

    async def reopen(self, flag: int, at: datetime) -> Flag | None:
        """Take back that a flag was settled at this very moment, and give it.

        None where it wasn't, where its person has another one open on the course, or where that is archived.
        """
        ...

    async def revive(self, course: int, at: datetime) -> None:
        """Open again what was settled at this very moment at a course that came back, such as by putting it away."""
        ...
