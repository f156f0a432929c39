"""Courses on their way to another owner."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, select, update

from bot.care import Escalation, Stage, Why
from bot.ports.care import LISTED
from storage.columns import Number, StoredText
from storage.ended_ways import OFFER, WAY, keep, put_back, row_of
from storage.session import Session
from storage.sql import Values, hold, insert_new, insert_or_update, mine, table

_ESCALATION, _COURSE, _HANDOVER = table("escalation"), table("course"), table("handover")
_FIELDS = ("course", "owner", "stage", "why", "since", "due_at")
_ROWS = select(*(_ESCALATION.c[name] for name in _FIELDS)).where(mine(_ESCALATION))
_THIS = _ESCALATION.c.course == bindparam("this", type_=Number)
_ITS = _ROWS.where(_THIS)
_BEGIN = insert_new(_ESCALATION)
_PUT = insert_or_update(_ESCALATION, ["community", "course"], ["owner", "stage", "why", "since", "due_at"])
_OWNER = select(_COURSE.c.owner).where(
    mine(_COURSE), _COURSE.c.id == bindparam("this", type_=Number), _COURSE.c.archived_at.is_(None)
)
_HAS_OWNER = exists().where(mine(_COURSE), _COURSE.c.id == _ESCALATION.c.course, _COURSE.c.owner.is_not(None))
_FORGET = delete(_ESCALATION).where(mine(_ESCALATION), _THIS)
_MAKE_THEIRS = _FORGET.where(_HAS_OWNER).returning(*(_ESCALATION.c[name] for name in WAY))
_CALL_OFF = _MAKE_THEIRS.where(_ESCALATION.c.stage != Stage.PASSED.value)
_KEEP = (
    update(_COURSE)
    .where(mine(_COURSE), _COURSE.c.id == bindparam("this", type_=Number), _COURSE.c.owner.is_not(None))
    .values(offered_at=None)
)
_LOOKING_SINCE = select(_COURSE.c.offered_at).where(mine(_COURSE), _COURSE.c.id == bindparam("this", type_=Number))
_ITS_OFFER = (
    delete(_HANDOVER)
    .where(mine(_HANDOVER), _HANDOVER.c.course == bindparam("this", type_=Number))
    .returning(*(_HANDOVER.c[name] for name in OFFER))
)
_OF_BOT = _ITS_OFFER.where(_HANDOVER.c.giver.is_(None))
_FOUND_AGAIN = delete(_ESCALATION).where(
    mine(_ESCALATION),
    _ESCALATION.c.owner == bindparam("person", type_=Number),
    _ESCALATION.c.why == Why.UNREACHABLE.value,
)
_LEFT_BY = _ROWS.where(
    _ESCALATION.c.owner == bindparam("person", type_=Number), _ESCALATION.c.why == Why.LEFT.value
).order_by(_ESCALATION.c.course)
_DUE = (
    _ROWS.where(_ESCALATION.c.due_at <= bindparam("now", type_=_ESCALATION.c.due_at.type))
    .order_by(_ESCALATION.c.due_at, _ESCALATION.c.course)
    .limit(bindparam("most"))
)
_MOVE = update(_ESCALATION).where(mine(_ESCALATION), _THIS)
_IS_LISTED = (
    _ESCALATION.c.stage.in_(bindparam("stages", type_=StoredText, expanding=True)),
    exists().where(mine(_COURSE), _COURSE.c.id == _ESCALATION.c.course, _COURSE.c.archived_at.is_(None)),
)
_LISTED = (
    _ROWS.where(*_IS_LISTED)
    .order_by(_ESCALATION.c.since, _ESCALATION.c.course)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_HOW_MANY = select(func.count()).select_from(_ESCALATION).where(mine(_ESCALATION), *_IS_LISTED)


def _read(row: Row[*tuple[Any, ...]]) -> Escalation:
    course, owner, stage, why, since, due_at = row
    return Escalation(course, owner, Stage(stage), Why(why), since, due_at)


def _row(community: str, escalation: Escalation) -> Values:
    return {
        "community": community,
        "course": escalation.course,
        "owner": escalation.owner,
        "stage": escalation.stage.value,
        "why": escalation.why.value,
        "since": escalation.since,
        "due_at": escalation.due_at,
    }


def _begin(db: Connection, community: str, course: int, why: Why, now: datetime) -> None:
    hold(db, community)
    found = db.execute(_OWNER, {"tenant": community, "this": course}).first()
    if found is not None:
        db.execute(_BEGIN, _row(community, Escalation(course, found.owner, Stage.BEGUN, why, now, now)))


def _put(db: Connection, community: str, escalation: Escalation) -> None:
    hold(db, community)
    db.execute(_PUT, _row(community, escalation))


def cancel(db: Connection, community: str, course: int, now: datetime, *, theirs: bool = False) -> bool:
    """End the way of a course with an owner to another one; tell whether the bot's offer ended by that.

    `theirs`: what they did makes it theirs for good, also where it came to them because another one left.
    """
    hold(db, community)
    this = {"tenant": community, "this": course}
    way, looking_since = _called_off(db, this, theirs=theirs)
    offer = row_of(db.execute(_OF_BOT, this)) if way else None
    keep(db, community, course, now, way, looking_since, offer)
    return offer is not None


def close(db: Connection, community: str, course: int, now: datetime) -> bool:
    """Cancel, and take back whatever offer there is, because the course is put away; tell whether there was one."""
    hold(db, community)
    this = {"tenant": community, "this": course}
    way, looking_since = _called_off(db, this, theirs=True)
    offer = row_of(db.execute(_ITS_OFFER, this))
    keep(db, community, course, now, way, looking_since, offer)
    return offer is not None


def _called_off(db: Connection, this: Values, *, theirs: bool) -> tuple[Values | None, datetime | None]:
    """End the way of a course that has an owner; give it, and since when the course was up for adoption by it."""
    way = row_of(db.execute(_MAKE_THEIRS if theirs else _CALL_OFF, this))
    if way is None:
        return None, None
    looking_since = db.execute(_LOOKING_SINCE, this).scalar()
    db.execute(_KEEP, this)
    return way, looking_since


def _end(db: Connection, community: str, course: int) -> None:
    db.execute(_FORGET, {"tenant": community, "this": course})


def _reached(db: Connection, community: str, person: int) -> None:
    db.execute(_FOUND_AGAIN, {"tenant": community, "person": person})


def _of(db: Connection, community: str, course: int) -> Escalation | None:
    row = db.execute(_ITS, {"tenant": community, "this": course}).first()
    return None if row is None else _read(row)


def _left_by(db: Connection, community: str, person: int) -> list[Escalation]:
    return [_read(row) for row in db.execute(_LEFT_BY, {"tenant": community, "person": person})]


def _due(db: Connection, community: str, now: datetime, limit: int) -> list[Escalation]:
    return [_read(row) for row in db.execute(_DUE, {"tenant": community, "now": now, "most": limit})]


def _move(db: Connection, community: str, course: int, stage: Stage, due_at: datetime | None) -> None:
    db.execute(_MOVE.values(stage=stage.value, due_at=due_at), {"tenant": community, "this": course})


def _listed(
    db: Connection, community: str, offset: int, limit: int, stages: tuple[Stage, ...]
) -> tuple[list[Escalation], int]:
    wanted = {"tenant": community, "stages": [stage.value for stage in stages]}
    rows = db.execute(_LISTED, wanted | {"most": limit, "skip": offset})
    return [_read(row) for row in rows], db.execute(_HOW_MANY, wanted).scalar_one()


class SqlEscalations:
    """`bot.ports.Escalations` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def begin(self, course: int, why: Why, now: datetime) -> None:
        await self._run(_begin, course, why, now)

    async def put(self, escalation: Escalation) -> None:
        await self._run(_put, escalation)

    async def cancel(self, course: int, now: datetime) -> bool:
        return await self._run(cancel, course, now)

    async def resume(self, course: int, at: datetime) -> bool:
        return await self._run(put_back, course, at)

    async def end(self, course: int) -> None:
        await self._run(_end, course)

    async def reached(self, person: int) -> None:
        await self._run(_reached, person)

    async def of(self, course: int) -> Escalation | None:
        return await self._run(_of, course)

    async def left_by(self, person: int) -> Sequence[Escalation]:
        return await self._run(_left_by, person)

    async def due(self, now: datetime, limit: int) -> Sequence[Escalation]:
        return await self._run(_due, now, limit)

    async def move(self, course: int, stage: Stage, due_at: datetime | None) -> None:
        await self._run(_move, course, stage, due_at)

    async def listed(
        self, offset: int, limit: int, stages: Collection[Stage] = LISTED
    ) -> tuple[Sequence[Escalation], int]:
        return await self._run(_listed, offset, limit, tuple(sorted(stages)))
