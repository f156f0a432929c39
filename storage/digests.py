"""Messages that ask owners about their courses, what was asked, and what became of it."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select, update

from bot.care import Outcome, Reason, Standing
from bot.nudges import Asked, Digest, DigestKind, Item, Need
from storage.carers import IS_LAST, UNASKED, answered
from storage.columns import Number
from storage.needs import needs, next_need
from storage.session import Session
from storage.sql import Values, draw, hold, mine, table

_DIGEST, _ASKED, _COURSE, _FLAG = table("digest"), table("asked"), table("course"), table("flag")
_OF_ASKED = (
    "id", "digest", "person", "course", "reason", "asked_at", "tapped_at", "not_useful_at", "settled_at", "outcome",
    "settled_by", "until",
)  # fmt: skip
_KEPT = ("reviewed_at", "taken_at", "snoozed_until", "offered_at")
"""What `Standing` tells of a course."""
_THIS = bindparam("this", type_=Number)
_PERSON = bindparam("person", type_=Number)
_NOW = bindparam("now", type_=_ASKED.c.asked_at.type)
_BY = bindparam("by", type_=Number)
_IS_OPEN = _ASKED.c.settled_at.is_(None)
_ADD_DIGEST, _ADD_ASKED = insert(_DIGEST), insert(_ASKED)
_OF_DIGEST = ("id", "person", "kind", "made_at", "sent_at", "answered_at")
_DIGESTS = (  # a row for each course that a message asks about, or one where it asks about none
    select(*(_DIGEST.c[name] for name in _OF_DIGEST), *(_ASKED.c[name].label(f"asked_{name}") for name in _OF_ASKED))
    .outerjoin_from(_DIGEST, _ASKED, (_ASKED.c.community == _DIGEST.c.community) & (_ASKED.c.digest == _DIGEST.c.id))
    .where(mine(_DIGEST))
    .order_by(_ASKED.c.position)
)
_GET = _DIGESTS.where(_DIGEST.c.id == _THIS)
_LATEST = _DIGESTS.where(*IS_LAST)
_REQUESTS = select(*(_ASKED.c[name] for name in _OF_ASKED)).where(mine(_ASKED))
_OPEN = _REQUESTS.where(_ASKED.c.person == _PERSON, _IS_OPEN)  # sorted here, SQLite would walk through all there are
_ONE = _REQUESTS.where(_ASKED.c.id == _THIS)
_GIVEN_AWAY = (
    _REQUESTS.where(_ASKED.c.course == _THIS, _ASKED.c.outcome == Outcome.OFFERED.value, _ASKED.c.digest != UNASKED)
    .order_by(_ASKED.c.settled_at.desc(), _ASKED.c.id.desc())
    .limit(1)
)
_OPEN_ONE = select(_ASKED.c.id).where(
    mine(_ASKED), _ASKED.c.person == _PERSON, _ASKED.c.course == bindparam("course", type_=Number), _IS_OPEN
)
_SENT = (
    update(_DIGEST)
    .where(mine(_DIGEST), _DIGEST.c.id == _THIS)
    .values(sent_at=func.coalesce(_DIGEST.c.sent_at, _NOW))
    .returning(_DIGEST.c.person)
)
_CHANGE = update(_ASKED).where(mine(_ASKED), _ASKED.c.id == _THIS)
_END = _CHANGE.where(_IS_OPEN).values(settled_at=_NOW, settled_by=_BY, outcome=bindparam("ending"))
_TAP = _CHANGE.values(tapped_at=func.coalesce(_ASKED.c.tapped_at, _NOW), before=bindparam("as_it_was"))
_WHO = bindparam("who", type_=Number)  # a column's own name is taken in what changes its table
_IS_THERE = exists().where(mine(_DIGEST), _DIGEST.c.id == _ASKED.c.digest, _DIGEST.c.sent_at.is_not(None))
_OPEN_ALL = (
    update(_ASKED)
    .where(mine(_ASKED), _ASKED.c.person == _WHO, _IS_OPEN, _ASKED.c.tapped_at.is_(None), _IS_THERE)
    .values(tapped_at=_NOW)
)
_OPEN_COURSE = _OPEN_ALL.where(_ASKED.c.course == _THIS)
_DOUBT = _CHANGE.values(not_useful_at=func.coalesce(_ASKED.c.not_useful_at, _NOW))
_SNOOZED = _CHANGE.values(until=_NOW).returning(_ASKED.c.course)
_SNOOZE = update(_COURSE).where(mine(_COURSE), _COURSE.c.id == _THIS).values(snoozed_until=_NOW)
_AS_IT_IS = select(*(_COURSE.c[name] for name in _KEPT)).where(mine(_COURSE), _COURSE.c.id == _THIS)
_BEFORE = select(_ASKED.c.before).where(mine(_ASKED), _ASKED.c.id == _THIS)
_REOPEN = (
    _CHANGE.where(~_IS_OPEN)
    .values(settled_at=None, settled_by=None, outcome="", until=None, not_useful_at=None)
    .returning(_ASKED.c.digest)
)


def _make(db: Connection, community: str, person: int, kind: DigestKind, items: Sequence[Item], now: datetime) -> int:
    last = draw(db, community, "care", 1 + len(items))
    number = last - len(items)
    digest = {"community": community, "id": number, "person": person, "kind": kind.value, "made_at": now}
    db.execute(_ADD_DIGEST, digest)
    rows = [
        _request(community, number + 1 + place, number, place, person, item.course, item.reason, now)
        for place, item in enumerate(items)
    ]
    if rows:
        db.execute(_ADD_ASKED, rows)
    return number


def _request(
    community: str, number: int, digest: int, position: int, person: int, course: int, reason: Reason, now: datetime
) -> Values:
    return {
        "community": community,
        "id": number,
        "digest": digest,
        "position": position,
        "person": person,
        "course": course,
        "reason": reason.value,
        "asked_at": now,
        "outcome": "",
    }


def _digest(rows: Sequence[Row[*tuple[Any, ...]]]) -> Digest | None:
    """Make a message of its rows."""
    if not rows:
        return None
    width = len(_OF_DIGEST)
    number, person, kind, made_at, sent_at, answered_at = rows[0][:width]
    asked = tuple(_asked(row[width:]) for row in rows if row[width] is not None)
    return Digest(number, person, DigestKind(kind), made_at, sent_at, answered_at, asked)


def _asked(row: Sequence[Any]) -> Asked:
    told: Values = dict(zip(_OF_ASKED, row, strict=True))
    outcome = Outcome(told["outcome"]) if told["outcome"] else None
    return Asked(**(told | {"reason": Reason(told["reason"]), "outcome": outcome}))


def _get(db: Connection, community: str, digest: int) -> Digest | None:
    return _digest(db.execute(_GET, {"tenant": community, "this": digest}).all())


def _latest(db: Connection, community: str, person: int) -> Digest | None:
    return _digest(db.execute(_LATEST, {"tenant": community, "this": person}).all())


def _open(db: Connection, community: str, person: int) -> Sequence[Asked]:
    found = [_asked(row) for row in db.execute(_OPEN, {"tenant": community, "person": person})]
    return sorted(found, key=lambda asked: asked.id)


def _sent(db: Connection, community: str, digest: int, now: datetime) -> int | None:
    person: int | None = db.execute(_SENT, {"tenant": community, "this": digest, "now": now}).scalar()
    return person


def _end(
    db: Connection, community: str, asked: Collection[int], outcome: Outcome, now: datetime, by: int | None
) -> None:
    what: Values = {"tenant": community, "now": now, "ending": outcome.value, "by": by}
    if asked:
        db.execute(_END, [what | {"this": number} for number in sorted(asked)])


def _one(db: Connection, community: str, number: int) -> Asked | None:
    row = db.execute(_ONE, {"tenant": community, "this": number}).first()
    return None if row is None else _asked(row)


def _given_away(db: Connection, community: str, course: int) -> Asked | None:
    row = db.execute(_GIVEN_AWAY, {"tenant": community, "this": course}).first()
    return None if row is None else _asked(row)


def _take_up(db: Connection, community: str, person: int, course: int, reason: Reason, now: datetime) -> int:
    hold(db, community)
    number = db.execute(_OPEN_ONE, {"tenant": community, "person": person, "course": course}).scalar()
    if number is None:
        number = draw(db, community, "care")
        db.execute(_ADD_ASKED, _request(community, number, UNASKED, 0, person, course, reason, now))
    stands = db.execute(_AS_IT_IS, {"tenant": community, "this": course}).first()
    kept = dict(zip(_KEPT, ((at and at.isoformat()) for at in stands), strict=True)) if stands else {}
    db.execute(_TAP, {"tenant": community, "this": number, "now": now, "as_it_was": json.dumps(kept)})
    return number


def _opened(db: Connection, community: str, person: int, now: datetime, course: int | None) -> None:
    whose = {"tenant": community, "who": person, "now": now}
    if course is None:
        db.execute(_OPEN_ALL, whose)
    else:
        db.execute(_OPEN_COURSE, whose | {"this": course})
    answered(db, community, person, now)


def _doubt(db: Connection, community: str, asked: int, now: datetime) -> None:
    db.execute(_DOUBT, {"tenant": community, "this": asked, "now": now})


def _snooze(db: Connection, community: str, asked: int, until: datetime | None) -> None:
    course = db.execute(_SNOOZED, {"tenant": community, "this": asked, "now": until}).scalar()
    if course is not None:
        db.execute(_SNOOZE, {"tenant": community, "this": course, "now": until})


def _before(db: Connection, community: str, asked: int) -> Standing | None:
    kept = db.execute(_BEFORE, {"tenant": community, "this": asked}).scalar()
    if not kept:
        return None
    return Standing(**{name: at and datetime.fromisoformat(at) for name, at in json.loads(kept).items()})


def _reopen(db: Connection, community: str, asked: int) -> int | None:
    hold(db, community)
    done = _one(db, community, asked)
    if done is None or done.digest == UNASKED:
        return None
    again = {"tenant": community, "person": done.person, "course": done.course}
    if db.execute(_OPEN_ONE, again).first() is not None:
        return None
    digest: int | None = db.execute(_REOPEN, {"tenant": community, "this": asked}).scalar()
    return digest


class SqlDigests:
    """`bot.ports.Digests` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def needs(self, person: int, now: datetime) -> Sequence[Need]:
        return await self._run(needs, person, now)

    async def next_need(self, person: int, now: datetime) -> datetime | None:
        return await self._run(next_need, person, now)

    async def make(self, person: int, kind: DigestKind, items: Sequence[Item], now: datetime) -> int:
        return await self._run(_make, person, kind, tuple(items), now)

    async def get(self, digest: int) -> Digest | None:
        return await self._run(_get, digest)

    async def latest(self, person: int) -> Digest | None:
        return await self._run(_latest, person)

    async def open(self, person: int) -> Sequence[Asked]:
        return await self._run(_open, person)

    async def sent(self, digest: int, now: datetime) -> int | None:
        return await self._run(_sent, digest, now)

    async def end(self, asked: Collection[int], outcome: Outcome, now: datetime, by: int | None = None) -> None:
        await self._run(_end, tuple(asked), outcome, now, by)

    async def asked(self, number: int) -> Asked | None:
        return await self._run(_one, number)

    async def take_up(self, person: int, course: int, reason: Reason, now: datetime) -> int:
        return await self._run(_take_up, person, course, reason, now)

    async def snooze(self, asked: int, until: datetime | None) -> None:
        await self._run(_snooze, asked, until)

    async def opened(self, person: int, now: datetime, course: int | None = None) -> None:
        await self._run(_opened, person, now, course)

    async def answer(self, person: int, now: datetime) -> None:
        await self._run(answered, person, now)

    async def doubt(self, asked: int, now: datetime) -> None:
        await self._run(_doubt, asked, now)

    async def before(self, asked: int) -> Standing | None:
        return await self._run(_before, asked)

    async def given_away(self, course: int) -> Asked | None:
        return await self._run(_given_away, course)

    async def reopen(self, asked: int) -> int | None:
        return await self._run(_reopen, asked)
