"""What readers find wrong with courses: open flags and settled ones, and how many of a course are open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, not_, or_, select, union, update

from bot.care import Flag, FlagKind, Outcome, Reason
from bot.model import CoursePage
from bot.ports.care import LISTED
from storage.columns import Number
from storage.loading import courses_by_id
from storage.reviews import OF_FLAG, count_flags, flag_again, look, read_flags
from storage.session import Session
from storage.sql import Values, draw, hold, mine, table
from storage.tables.courses import NEEDY

_COURSE, _FLAG, _ESCALATION = table("course"), table("flag"), table("escalation")
_CARER, _OFF = table("carer"), table("reason_off")
_THIS = bindparam("this", type_=Number)
_IS_OPEN = _FLAG.c.settled_at.is_(None)
_FLAGGABLE = select(_COURSE.c.owner).where(mine(_COURSE), _COURSE.c.id == _THIS, _COURSE.c.archived_at.is_(None))
_ADD = insert(_FLAG)
_THEIRS = select(_FLAG.c.id).where(
    mine(_FLAG), _FLAG.c.course == _THIS, _FLAG.c.person == bindparam("who", type_=Number), _IS_OPEN
)
_CHANGE = (
    update(_FLAG)
    .where(mine(_FLAG), _FLAG.c.id == _THIS)
    .values(kind=bindparam("sort"), said=bindparam("words", type_=_FLAG.c.said.type))
)
_ONE = select(*OF_FLAG).where(mine(_FLAG), _FLAG.c.id == _THIS)
_OPEN = select(*OF_FLAG).where(mine(_FLAG), _FLAG.c.course == _THIS, _IS_OPEN)
_BY = select(*OF_FLAG).where(mine(_FLAG), _FLAG.c.person == bindparam("who", type_=Number), _IS_OPEN)
_ON_THE_LIST = select(_ESCALATION.c.course).where(
    mine(_ESCALATION), _ESCALATION.c.stage.in_(sorted(stage.value for stage in LISTED))
)
_WANT_NONE = select(_CARER.c.person).where(
    mine(_CARER), or_(_CARER.c.stopped, _CARER.c.without.contains(f'"{Reason.FLAGGED.value}"'))
)
_NOBODY_IS_ASKED = (
    _COURSE.c.owner.is_(None),
    _COURSE.c.id.in_(_ON_THE_LIST),
    _COURSE.c.owner.in_(_WANT_NONE),
    exists().where(mine(_OFF), _OFF.c.reason == Reason.FLAGGED.value),
)
_UNREAD = union(
    *(
        select(_COURSE.c.id).where(mine(_COURSE), _COURSE.c.flags > 0, NEEDY, nobody_is_asked)
        for nobody_is_asked in _NOBODY_IS_ASKED
    )
).subquery()
_THESE = _COURSE.c.id.in_(bindparam("these", type_=Number, expanding=True))
_HEARD = select(_COURSE.c.id).where(mine(_COURSE), _THESE, not_(or_(*_NOBODY_IS_ASKED)))
_FIRST = (
    select(func.min(_FLAG.c.flagged_at)).where(mine(_FLAG), _FLAG.c.course == _UNREAD.c.id, _IS_OPEN).scalar_subquery()
)
_UNREAD_FIRST = select(_UNREAD.c.id).order_by(_FIRST, _UNREAD.c.id).limit(bindparam("most"))
_HOW_MANY = select(func.count()).select_from(_UNREAD)
_SETTLE = (
    update(_FLAG)
    .where(mine(_FLAG), _FLAG.c.id == _THIS, _IS_OPEN)
    .values(
        settled_at=bindparam("now", type_=_FLAG.c.settled_at.type),
        settled_by=bindparam("by", type_=Number),
        outcome=bindparam("ending"),
    )
    .returning(*OF_FLAG)
)
_REOPEN = (
    update(_FLAG)
    .where(mine(_FLAG), _FLAG.c.id == _THIS)
    .values(settled_at=None, settled_by=None, outcome="")
    .returning(*OF_FLAG)
)


def _put(
    db: Connection, community: str, course: int, person: int, kind: FlagKind, said: str, now: datetime
) -> tuple[Flag, bool] | None:
    hold(db, community)
    its = db.execute(_FLAGGABLE, {"tenant": community, "this": course}).first()
    if its is None:
        return None
    number = _open_of(db, community, course, person)
    fresh = number is None
    if number is None:
        number = draw(db, community, "care")
        row: Values = {"community": community, "id": number, "course": course, "person": person, "outcome": ""}
        db.execute(_ADD, row | {"kind": kind.value, "said": said, "flagged_at": now})
        look(db, community, {} if its.owner is None else {its.owner: now})
    else:
        db.execute(_CHANGE, {"tenant": community, "this": number, "sort": kind.value, "words": said})
    count_flags(db, community, course)
    return _one_of(db, community, db.execute(_ONE, {"tenant": community, "this": number}).one()), fresh


def _open_of(db: Connection, community: str, course: int, person: int) -> int | None:
    found: int | None = db.execute(_THEIRS, {"tenant": community, "this": course, "who": person}).scalar()
    return found


def _one_of(db: Connection, community: str, row: Row[*tuple[Any, ...]]) -> Flag:
    return read_flags(db, community, [row])[0]


def _open(db: Connection, community: str, course: int) -> Sequence[Flag]:
    rows = db.execute(_OPEN, {"tenant": community, "this": course}).all()
    return sorted(read_flags(db, community, rows), key=lambda flag: (flag.flagged_at, flag.id), reverse=True)


def _by(db: Connection, community: str, person: int) -> Sequence[Flag]:
    flags = read_flags(db, community, db.execute(_BY, {"tenant": community, "who": person}).all())
    return sorted(flags, key=lambda flag: (flag.flagged_at, flag.id), reverse=True)


def _unread(db: Connection, community: str, limit: int) -> CoursePage:
    ids = db.execute(_UNREAD_FIRST, {"tenant": community, "most": limit}).scalars().all()
    return CoursePage(
        tuple(courses_by_id(db, community, ids)), db.execute(_HOW_MANY, {"tenant": community}).scalar_one()
    )


def _heard(db: Connection, community: str, courses: Collection[int]) -> Collection[int]:
    asked = {"tenant": community, "these": sorted(courses)}
    return set(db.execute(_HEARD, asked).scalars()) if courses else set()


def _get(db: Connection, community: str, flag: int) -> Flag | None:
    row = db.execute(_ONE, {"tenant": community, "this": flag}).first()
    return None if row is None else _one_of(db, community, row)


def _settle(db: Connection, community: str, flag: int, by: int, now: datetime, outcome: Outcome) -> Flag | None:
    hold(db, community)
    what = {"tenant": community, "this": flag, "now": now, "by": by, "ending": outcome.value}
    row = db.execute(_SETTLE, what).first()
    if row is None:
        return None
    count_flags(db, community, row.course)
    return _one_of(db, community, row)


def _reopen(db: Connection, community: str, flag: int, at: datetime) -> Flag | None:
    hold(db, community)
    found = _get(db, community, flag)
    if found is None or found.settled_at != at or _open_of(db, community, found.course, found.person.id):
        return None
    its = db.execute(_FLAGGABLE, {"tenant": community, "this": found.course}).first()
    if its is None:
        return None
    row = db.execute(_REOPEN, {"tenant": community, "this": flag}).one()
    count_flags(db, community, found.course)
    look(db, community, {} if its.owner is None else {its.owner: found.flagged_at})
    return _one_of(db, community, row)


def _revive(db: Connection, community: str, course: int, at: datetime) -> None:
    hold(db, community)
    flag_again(db, community, course, at)


class SqlFlags:
    """`bot.ports.Flags` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def put(self, course: int, person: int, kind: FlagKind, said: str, now: datetime) -> tuple[Flag, bool] | None:
        return await self._run(_put, course, person, kind, said, now)

    async def open(self, course: int) -> Sequence[Flag]:
        return await self._run(_open, course)

    async def by(self, person: int) -> Sequence[Flag]:
        return await self._run(_by, person)

    async def unread(self, limit: int) -> CoursePage:
        return await self._run(_unread, limit)

    async def heard(self, courses: Collection[int]) -> Collection[int]:
        return await self._run(_heard, frozenset(courses))

    async def get(self, flag: int) -> Flag | None:
        return await self._run(_get, flag)

    async def settle(self, flag: int, by: int, now: datetime, outcome: Outcome) -> Flag | None:
        return await self._run(_settle, flag, by, now, outcome)

    async def reopen(self, flag: int, at: datetime) -> Flag | None:
        return await self._run(_reopen, flag, at)

    async def revive(self, course: int, at: datetime) -> None:
        await self._run(_revive, course, at)
