"""Whose a course is, and to whom it is offered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update

from bot.care import Handover, Stage
from bot.courses.rights import may_accept
from bot.model import ChangeKind, Course, CoursePage
from storage.columns import Number
from storage.curation import note_change, one
from storage.loading import courses_by_id
from storage.offers import Offers
from storage.reviews import look
from storage.session import Session
from storage.sql import hold, mine, table
from storage.tables.courses import LOOKING

_COURSE, _ESCALATION = table("course"), table("escalation")
_CO_OWNER = table("course_co_owner")
_THIS = bindparam("this", type_=Number)
_TAKER = bindparam("taker", type_=Number)
_OFFERS = Offers("handover", "course", Handover)
_END_WAY = delete(_ESCALATION).where(mine(_ESCALATION), _ESCALATION.c.course == _THIS)
_IS_HERE = _COURSE.c.archived_at.is_(None)
_NEEDS_ONE = or_(_COURSE.c.owner.is_(None), _COURSE.c.offered_at.is_not(None))
_WHOSE = select(_COURSE.c.owner).where(mine(_COURSE), _COURSE.c.id == _THIS)
_WHOSE_FREE = _WHOSE.where(
    _IS_HERE, _NEEDS_ONE, func.coalesce(_COURSE.c.owner, 0) != _TAKER
).with_for_update()  # SQLite has one writer and leaves this out
_MOVE = (
    update(_COURSE)
    .where(mine(_COURSE), _COURSE.c.id == _THIS)
    .values(
        owner=bindparam("heir", type_=Number),
        taken_at=bindparam("taken", type_=_COURSE.c.taken_at.type),
        offered_at=None,
        snoozed_until=None,
        revision=_COURSE.c.revision + 1,
    )
    .returning(_COURSE.c.revision)
)
_NO_CO_OWNER = delete(_CO_OWNER).where(mine(_CO_OWNER), _CO_OWNER.c.course == _THIS, _CO_OWNER.c.person == _TAKER)
_OFFERED = update(_COURSE).where(mine(_COURSE), _COURSE.c.id == _THIS, _IS_HERE)
_PUT_UP = _OFFERED.where(_COURSE.c.offered_at.is_(None)).values(
    offered_at=bindparam("at", type_=_COURSE.c.offered_at.type)
)
_KEEP = _OFFERED.where(_COURSE.c.offered_at.is_not(None), _COURSE.c.owner.is_not(None)).values(offered_at=None)
_WITH_STEWARDS = exists().where(
    mine(_ESCALATION), _ESCALATION.c.course == _COURSE.c.id, _ESCALATION.c.stage == Stage.STEWARDS.value
)
_LOOKS = (mine(_COURSE), LOOKING, ~_WITH_STEWARDS)
_LOOKING = (
    select(_COURSE.c.id)
    .where(*_LOOKS)
    .order_by(func.coalesce(_COURSE.c.offered_at, _COURSE.c.created_at), _COURSE.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_PUT_UP_BY = select(_COURSE.c.id).where(mine(_COURSE), LOOKING, _COURSE.c.owner == bindparam("whose", type_=Number))
_HOW_MANY = select(func.count()).select_from(_COURSE).where(*_LOOKS)


def _end(db: Connection, community: str, course: int) -> Handover | None:
    hold(db, community)
    found = _OFFERS.of(db, community, course)
    if found is None:
        return None
    _OFFERS.end(db, community, course)
    owner = db.execute(_WHOSE, {"tenant": community, "this": course}).scalar()
    look(db, community, {} if owner is None else {owner: found.offered_at})  # they are asked about it again
    return found


def _accept(db: Connection, community: str, course: int, taker: int, now: datetime) -> Course | None:
    hold(db, community)
    offer, found = _OFFERS.of(db, community, course), one(db, community, course)
    if offer is None or offer.taker.id != taker or found is None or found.archived_at is not None:
        return None
    if not may_accept(offer, found):
        return None
    move(db, community, course, taker, taker, now, ChangeKind.HANDED_OVER)
    return one(db, community, course)


def _adopt(db: Connection, community: str, course: int, person: int, now: datetime) -> Course | None:
    hold(db, community)
    if db.execute(_WHOSE_FREE, {"tenant": community, "this": course, "taker": person}).first() is None:
        return None
    move(db, community, course, person, person, now, ChangeKind.ADOPTED)
    return one(db, community, course)


def move(
    db: Connection, community: str, course: int, heir: int | None, by: int | None, now: datetime, kind: ChangeKind
) -> None:
    """Give a course to somebody, or to nobody, and end all that was under way to find somebody."""
    hold(db, community)
    this = {"tenant": community, "this": course}
    before = db.execute(_WHOSE, this).scalar()
    taken = heir is not None and kind is not ChangeKind.RETURNED  # who comes back knows the course
    moved = db.execute(_MOVE, this | {"heir": heir, "taken": now if taken else None}).first()
    if moved is None:
        return
    _OFFERS.end(db, community, course)
    db.execute(_END_WAY, this)
    note_change(db, community, course, moved.revision, by, now, kind, other=before, heir=heir)
    if heir is not None:
        db.execute(_NO_CO_OWNER, this | {"taker": heir})
        look(db, community, {heir: now})


def _put_up(db: Connection, community: str, course: int, at: datetime | None) -> bool:
    hold(db, community)
    this = {"tenant": community, "this": course}
    return db.execute(_KEEP, this).rowcount > 0 if at is None else db.execute(_PUT_UP, this | {"at": at}).rowcount > 0


def _put_up_by(db: Connection, community: str, person: int) -> list[Course]:
    ids = db.execute(_PUT_UP_BY, {"tenant": community, "whose": person}).scalars()
    return courses_by_id(db, community, sorted(ids))


def _looking(db: Connection, community: str, offset: int, limit: int) -> CoursePage:
    ids = db.execute(_LOOKING, {"tenant": community, "most": limit, "skip": offset}).scalars().all()
    total = db.execute(_HOW_MANY, {"tenant": community}).scalar_one()
    return CoursePage(tuple(courses_by_id(db, community, ids)), total)


class SqlHandovers:
    """`bot.ports.Handovers` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def of(self, course: int) -> Handover | None:
        return await self._run(_OFFERS.of, course)

    async def to(self, person: int) -> Sequence[Handover]:
        return await self._run(_OFFERS.to, person)

    async def by(self, person: int) -> Sequence[Handover]:
        return await self._run(_OFFERS.by, person)

    async def put_up_by(self, person: int) -> Sequence[Course]:
        return await self._run(_put_up_by, person)

    async def offer(self, course: int, giver: int | None, taker: int, now: datetime) -> bool:
        return await self._run(_OFFERS.make, course, giver, taker, now)

    async def end(self, course: int) -> Handover | None:
        return await self._run(_end, course)

    async def accept(self, course: int, taker: int, now: datetime) -> Course | None:
        return await self._run(_accept, course, taker, now)

    async def adopt(self, course: int, person: int, now: datetime) -> Course | None:
        return await self._run(_adopt, course, person, now)

    async def move(self, course: int, heir: int | None, by: int | None, now: datetime, kind: ChangeKind) -> None:
        await self._run(move, course, heir, by, now, kind)

    async def put_up(self, course: int, at: datetime | None) -> bool:
        return await self._run(_put_up, course, at)

    async def looking(self, offset: int, limit: int) -> CoursePage:
        return await self._run(_looking, offset, limit)
