"""Courses that people keep for themselves."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.model import CoursePage
from storage.columns import Number
from storage.loading import courses_by_id
from storage.session import Session
from storage.sql import insert_new, mine, table

_SAVED = table("saved")
_PERSON = _SAVED.c.person == bindparam("who", type_=Number)
_COURSE = _SAVED.c.course == bindparam("what", type_=Number)
_KEEP = insert_new(_SAVED)
_DROP = delete(_SAVED).where(mine(_SAVED), _PERSON, _COURSE)
_HOLDS = select(_SAVED.c.course).where(mine(_SAVED), _PERSON, _COURSE)
_LIST = (
    select(_SAVED.c.course)
    .where(mine(_SAVED), _PERSON)
    .order_by(_SAVED.c.saved_at.desc(), _SAVED.c.course.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_HOW_MANY = select(func.count()).select_from(_SAVED).where(mine(_SAVED), _PERSON)


def _set(db: Connection, community: str, person: int, course: int, now: datetime, *, on: bool) -> None:
    if on:
        db.execute(_KEEP, {"community": community, "person": person, "course": course, "saved_at": now})
    else:
        db.execute(_DROP, {"tenant": community, "who": person, "what": course})


def _holds(db: Connection, community: str, person: int, course: int) -> bool:
    return db.execute(_HOLDS, {"tenant": community, "who": person, "what": course}).first() is not None


def _of(db: Connection, community: str, person: int, offset: int, limit: int) -> CoursePage:
    theirs = {"tenant": community, "who": person}
    ids = list(db.execute(_LIST, theirs | {"most": limit, "skip": offset}).scalars())
    return CoursePage(tuple(courses_by_id(db, community, ids)), db.execute(_HOW_MANY, theirs).scalar_one())


class SqlShelf:
    """`bot.ports.Shelf` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def set(self, person: int, course: int, now: datetime, *, on: bool) -> None:
        await self._run(_set, person, course, now, on=on)

    async def holds(self, person: int, course: int) -> bool:
        return await self._run(_holds, person, course)

    async def of(self, person: int, offset: int, limit: int) -> CoursePage:
        return await self._run(_of, person, offset, limit)
