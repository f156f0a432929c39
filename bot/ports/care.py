"""Repositories of how courses are looked after."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.care import (
    Escalation,
    Flag,
    FlagKind,
    Handover,
    Intervals,
    Outcome,
    Settled,
    Stage,
    Standing,
    Why,
)
from bot.model import ChangeKind, Course, CoursePage

LISTED = frozenset({Stage.STEWARDS, Stage.LISTED, Stage.ADOPTION})
"""The stages of what is on the stewards' list."""


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
        ARCHIVED or MOVED course is not reviewed by it, and its flags go along with a course that is OFFERED or MOVED.
        An owner who does anything about it is not silent: the way to another owner ends (`Escalations.cancel`).
        Nobody takes over what is ARCHIVED. Doing it again settles nothing more.
        """
        ...

    async def undo(
        self, course: int, at: datetime, before: Standing, *, with_flags: bool = True
    ) -> Sequence[int] | None:
        """Put back what a review of this very moment changed: the course, the requests and the flags it settled.

        The flags stay settled without `with_flags`.

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

    async def by(self, person: int) -> Sequence[Flag]:
        """List the open flags of a person, the newest first."""
        ...

    async def unread(self, limit: int) -> CoursePage:
        """List courses with open flags that no owner is asked about, those that were flagged first before others.

        They have no owner, are on the stewards' list, or their owner isn't asked about flags: they want no messages,
        or none of that, or nobody in the community is. Archived ones are left out.
        """
        ...

    async def heard(self, courses: Collection[int]) -> Collection[int]:
        """Tell at which of these courses an owner is asked about flags."""
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


class Handovers(Protocol):
    """Whose a course is, and to whom it is offered. Every change of the owner ends the offer and the escalation."""

    async def of(self, course: int) -> Handover | None:
        """Give the open offer of a course; there is one at most."""
        ...

    async def to(self, person: int) -> Sequence[Handover]:
        """List what is offered to a person, by course."""
        ...

    async def by(self, person: int) -> Sequence[Handover]:
        """List what a person offers to somebody, by course."""
        ...

    async def put_up_by(self, person: int) -> Sequence[Course]:
        """List what a person owns and is up for adoption, by course."""
        ...

    async def offer(self, course: int, giver: int | None, taker: int, now: datetime) -> bool:
        """Offer a course to somebody; False where it is offered to anybody already. `giver` is None for the bot."""
        ...

    async def end(self, course: int) -> Handover | None:
        """End the open offer of a course, and give it; None where there is none."""
        ...

    async def accept(self, course: int, taker: int, now: datetime) -> Course | None:
        """Give a course to whom it is offered; None where it isn't, or is archived, and nothing changes.

        What the bot offers only a co-owner can accept.
        """
        ...

    async def adopt(self, course: int, person: int, now: datetime) -> Course | None:
        """Give a course that looks for an owner to the first who comes; None for everybody else."""
        ...

    async def move(self, course: int, heir: int | None, by: int | None, now: datetime, kind: ChangeKind) -> None:
        """Give a course to somebody, or to nobody, whoever owns it.

        Nothing is reset, and the heir has to review it, unless it was theirs and they RETURNED.
        """
        ...

    async def put_up(self, course: int, at: datetime | None) -> bool:
        """Say since when a course looks for an owner, or that it doesn't; False where that is known.

        The owner it has stays until somebody adopts it. One without an owner always looks for one.
        """
        ...

    async def looking(self, offset: int, limit: int) -> CoursePage:
        """List courses that look for an owner, those that do longest first; none that the stewards look at first."""
        ...


class Escalations(Protocol):
    """Courses on their way to another owner: at most one way a course."""

    async def begin(self, course: int, why: Why, now: datetime) -> None:
        """Begin to look for somebody who takes a course over; nothing where that is under way, or it is archived."""
        ...

    async def put(self, escalation: Escalation) -> None:
        """Write down how far a course is, in place of what was known."""
        ...

    async def cancel(self, course: int, now: datetime) -> bool:
        """End the way to another owner, because its owner did something; True where the bot's offer ended by that.

        A course without an owner goes on looking for one.
        """
        ...

    async def resume(self, course: int, at: datetime) -> bool:
        """Put back, as it was, what an act of this very moment ended: the way, and the offer that stood by then.

        Nothing where the course has another owner by now, and what came since stays. True where an offer stands again.
        """
        ...

    async def end(self, course: int) -> None:
        """Forget that a course was on its way: it is whose it is."""
        ...

    async def of(self, course: int) -> Escalation | None:
        """Tell how far a course is; None where it is not on its way."""
        ...

    async def reached(self, person: int) -> None:
        """End the ways of courses that began because nothing reached this owner."""
        ...

    async def left_by(self, person: int) -> Sequence[Escalation]:
        """List what somebody left behind that nobody else has made theirs since, by course."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Escalation]:
        """List those whose next step is due, the longest due first."""
        ...

    async def move(self, course: int, stage: Stage, due_at: datetime | None) -> None:
        """Say how far a course is now, and when its next step is due; None: never."""
        ...

    async def listed(
        self, offset: int, limit: int, stages: Collection[Stage] = LISTED
    ) -> tuple[Sequence[Escalation], int]:
        """List what is on the stewards' list, the longest first, and tell how many there are in all."""
        ...
