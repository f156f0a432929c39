"""Who is how far in which course."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.model import Progress
from storage.columns import Number
from storage.loading import courses_by_id
from storage.session import Session
from storage.sql import Values, insert_new, insert_or_update, mine, table

_LEARNING, _DONE = table("learning"), table("step_done")
_PERSON, _COURSE = bindparam("who", type_=Number), bindparam("what", type_=Number)
_START = insert_new(_LEARNING)
_TOUCH = insert_or_update(_LEARNING, ["community", "person", "course"], ["touched_at"])
_DO = insert_new(_DONE)
_IS_THEIRS = (_DONE.c.person == _PERSON) & (_DONE.c.course == _COURSE)
_UNDO = delete(_DONE).where(mine(_DONE), _IS_THEIRS, _DONE.c.step == bindparam("number", type_=Number))
_STARTED_AT = select(_LEARNING.c.started_at).where(
    mine(_LEARNING), _LEARNING.c.person == _PERSON, _LEARNING.c.course == _COURSE
)
_STARTED = (
    select(_LEARNING.c.course, _LEARNING.c.started_at)
    .where(mine(_LEARNING), _LEARNING.c.person == _PERSON)
    .order_by(_LEARNING.c.touched_at.desc(), _LEARNING.c.course.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_HOW_MANY = select(func.count()).select_from(_LEARNING).where(mine(_LEARNING), _LEARNING.c.person == _PERSON)
_STEPS = select(_DONE.c.course, _DONE.c.step).where(
    mine(_DONE), _DONE.c.person == _PERSON, _DONE.c.course.in_(bindparam("courses", type_=Number, expanding=True))
)


def _row(community: str, person: int, course: int, now: datetime) -> Values:
    return {"community": community, "person": person, "course": course, "started_at": now, "touched_at": now}


def _start(db: Connection, community: str, person: int, course: int, now: datetime) -> None:
    db.execute(_START, _row(community, person, course, now))


def _set_done(db: Connection, community: str, person: int, course: int, step: int, now: datetime, *, on: bool) -> None:
    db.execute(_TOUCH, _row(community, person, course, now))
    if on:
        row = {"community": community, "person": person, "course": course, "step": step, "done_at": now}
        db.execute(_DO, row)
    else:
        db.execute(_UNDO, {"tenant": community, "who": person, "what": course, "number": step})


def _of(db: Connection, community: str, person: int, course: int) -> Progress | None:
    started_at = db.execute(_STARTED_AT, {"tenant": community, "who": person, "what": course}).scalar()
    if started_at is None:
        return None
    return _progress(db, community, person, {course: started_at})[0]


def _started(db: Connection, community: str, person: int, offset: int, limit: int) -> tuple[list[Progress], int]:
    theirs = {"tenant": community, "who": person}
    rows = db.execute(_STARTED, theirs | {"most": limit, "skip": offset}).all()
    total: int = db.execute(_HOW_MANY, theirs).scalar_one()
    return _progress(db, community, person, {row.course: row.started_at for row in rows}), total


def _progress(db: Connection, community: str, person: int, started: dict[int, datetime]) -> list[Progress]:
    if not started:
        return []
    done: dict[int, set[int]] = {}
    for course, step in db.execute(_STEPS, {"tenant": community, "who": person, "courses": list(started)}):
        done.setdefault(course, set()).add(step)
    courses = courses_by_id(db, community, list(started))
    return [Progress(course, started[course.id], frozenset(done.get(course.id, ()))) for course in courses]


class SqlLearning:
    """`bot.ports.Learning` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def start(self, person: int, course: int, now: datetime) -> None:
        await self._run(_start, person, course, now)

    async def set_done(self, person: int, course: int, step: int, now: datetime, *, on: bool) -> None:
        await self._run(_set_done, person, course, step, now, on=on)

    async def of(self, person: int, course: int) -> Progress | None:
        return await self._run(_of, person, course)

    async def started(self, person: int, offset: int, limit: int) -> tuple[Sequence[Progress], int]:
        return await self._run(_started, person, offset, limit)
