"""How people want to be asked about their courses, and how that goes."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.care import Reason
from bot.nudges import Carer, DigestKind
from storage.columns import Number
from storage.insights import known_reasons, switched_off
from storage.session import Session
from storage.sql import Values, hold, insert_or_update, mine, table

_CARER, _DIGEST = table("carer"), table("digest")
_HABITS = ("weekday", "hour", "paused_until", "away_until", "stopped", "without")
_STATE = ("greeted_at", "digest_at", "rounds", "unreachable_since", "told_at")
BLANK: Values = {"stopped": False, "without": "[]", "rounds": 0}
"""What a row begins with."""

UNASKED = 0
"""The digest of what somebody did without being asked."""
_IS_ONE = _CARER.c.person == bindparam("this", type_=Number)
_OFF = select(func.aggregate_strings(table("reason_off").c.reason, ",")).where(mine(table("reason_off")))
_GET = select(*(_CARER.c[name] for name in (*_HABITS, *_STATE)), _OFF.scalar_subquery().label("off")).where(
    mine(_CARER), _IS_ONE
)
_PREFER = insert_or_update(_CARER, ["community", "person"], list(_HABITS))
_PLAN = insert_or_update(_CARER, ["community", "person"], ["look_at"])
_NOW = bindparam("now", type_=_CARER.c.look_at.type)
_DUE = (
    select(_CARER.c.person)
    .where(mine(_CARER), _CARER.c.look_at <= _NOW)
    .order_by(_CARER.c.look_at, _CARER.c.person)
    .limit(bindparam("most"))
)
_TURNED = insert_or_update(_CARER, ["community", "person"], ["digest_at", "rounds"])
_ONE = update(_CARER).where(mine(_CARER), _IS_ONE)
_REACHED = _ONE.values(greeted_at=func.coalesce(_CARER.c.greeted_at, _NOW), digest_at=_NOW, unreachable_since=None)
_MISSED = _ONE.values(unreachable_since=func.coalesce(_CARER.c.unreachable_since, _NOW))
_TOLD = _ONE.values(told_at=_NOW)
_HEARD = _ONE.where(_CARER.c.rounds > 0).values(rounds=0)
_LAST = (
    select(_DIGEST.c.id)
    .where(mine(_DIGEST), _DIGEST.c.person == bindparam("this", type_=Number))
    .order_by(_DIGEST.c.made_at.desc(), _DIGEST.c.id.desc())
    .limit(1)
)
IS_LAST = (mine(_DIGEST), _DIGEST.c.id == _LAST.scalar_subquery())
"""Narrows to the last message to a person, given as `this`."""
_ANSWERED = update(_DIGEST).where(*IS_LAST).values(answered_at=_NOW)
_QUESTION = select(_DIGEST.c.id).where(*IS_LAST, _DIGEST.c.kind == DigestKind.SILENCE.value)


def answered(db: Connection, community: str, person: int, now: datetime) -> None:
    """Note that a person did something about their courses: they are not silent."""
    this = {"tenant": community, "this": person}
    db.execute(_HEARD, this)
    db.execute(_ANSWERED, this | {"now": now})


def questions_to(db: Connection, community: str, people: Iterable[int]) -> set[int]:
    """Find the questions whether courses are still theirs that are the last messages to people."""
    found = (db.execute(_QUESTION, {"tenant": community, "this": person}).scalar() for person in sorted(people))
    return {number for number in found if number is not None}


def _of(db: Connection, community: str, person: int) -> Carer:
    row = db.execute(_GET, {"tenant": community, "this": person}).first()
    if row is None:
        return Carer(person, off=switched_off(db, community))
    told: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    without = frozenset(map(Reason, json.loads(told.pop("without"))))
    return Carer(person, without=without, off=known_reasons((told.pop("off") or "").split(",")), **told)


def _prefer(db: Connection, community: str, carer: Carer) -> None:
    told: Values = {name: getattr(carer, name) for name in _HABITS}
    without = json.dumps(sorted(reason.value for reason in carer.without))
    db.execute(_PREFER, new_carer(community, carer.person) | told | {"without": without})


def new_carer(community: str, person: int) -> Values:
    """Give the row of somebody who said nothing yet."""
    return {"community": community, "person": person} | BLANK


def _due(db: Connection, community: str, now: datetime, limit: int) -> Sequence[int]:
    return db.execute(_DUE, {"tenant": community, "now": now, "most": limit}).scalars().all()


def _next(db: Connection, community: str, now: datetime, limit: int) -> Sequence[int]:
    hold(db, community)
    return _due(db, community, now, limit)


def _plan(db: Connection, community: str, person: int, at: datetime | None) -> None:
    db.execute(_PLAN, new_carer(community, person) | {"look_at": at})


def _turned(db: Connection, community: str, person: int, rounds: int, at: datetime | None) -> None:
    db.execute(_TURNED, new_carer(community, person) | {"digest_at": at, "rounds": rounds})


class SqlCarers:
    """`bot.ports.Carers` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def of(self, person: int) -> Carer:
        return await self._run(_of, person)

    async def prefer(self, carer: Carer) -> None:
        await self._run(_prefer, carer)

    async def due(self, now: datetime) -> bool:
        return bool(await self._run(_due, now, 1))

    async def next(self, now: datetime, limit: int) -> Sequence[int]:
        return await self._run(_next, now, limit)

    async def plan(self, person: int, at: datetime | None) -> None:
        await self._run(_plan, person, at)

    async def turned(self, person: int, rounds: int, at: datetime | None) -> None:
        await self._run(_turned, person, rounds, at)

    async def reached(self, person: int, now: datetime) -> None:
        await self._run(_note, "reached", person, now)

    async def missed(self, person: int, now: datetime) -> None:
        await self._run(_note, "missed", person, now)

    async def told(self, person: int, now: datetime) -> None:
        await self._run(_note, "told", person, now)


_NOTES = {"reached": _REACHED, "missed": _MISSED, "told": _TOLD}


def _note(db: Connection, community: str, what: str, person: int, now: datetime) -> None:
    db.execute(_NOTES[what], {"tenant": community, "this": person, "now": now})
