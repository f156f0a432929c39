"""Who says what to which meetup, and who has a place there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, assert_never

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, or_, select, update

from bot.meetups.acts import Act, Join, MoveIn, MoveOut, Pass, Resize, Say, Shift, Take, TakeBack
from bot.meetups.meetup import Answer, Counts
from bot.meetups.places import next_turn, play
from bot.meetups.rsvp import Rsvp
from bot.meetups.sheet import WAITING, Claim, Outcome, Sheet, Standing
from bot.model import Person
from storage.columns import Number
from storage.people import people_by_id
from storage.session import Session
from storage.sql import Values, among, hold, insert_or_update, mine, numbers, table

_MEETUP, _RSVP = table("meetup"), table("rsvp")
_THIS, _WHO, _OTHER = (bindparam(name, type_=Number) for name in ("this", "who", "other"))
_CLAIM = ("person", "answer", "answered_at", "standing", "since", "offered_until")
_CLAIMS = select(_RSVP.c.meetup, *(_RSVP.c[name] for name in _CLAIM))
_ITS = and_(mine(_RSVP), _RSVP.c.meetup == _THIS)
_HAS_PLACE = _RSVP.c.standing == Standing.PLACE.value
_WAITS = _RSVP.c.standing.in_(sorted(standing.value for standing in WAITING))
_IS_IT = and_(mine(_MEETUP), _MEETUP.c.id == _THIS)
_MEETUP_OF = select(_MEETUP.c.starts_at, _MEETUP.c.places, _MEETUP.c.cancelled_at).where(_IS_IT)
_TURN = bindparam("turn", type_=_MEETUP.c.turn_at.type)
_SET_TURN = update(_MEETUP).where(_IS_IT, _MEETUP.c.turn_at.is_distinct_from(_TURN)).values(turn_at=_TURN)
_LISTED = _CLAIMS.where(_ITS, or_(_WAITS, _RSVP.c.person.in_([_WHO, _OTHER])))
_TAKEN = select(func.count()).select_from(_RSVP).where(_ITS, _HAS_PLACE)
_OF = _CLAIMS.where(_ITS, _RSVP.c.person == _WHO)
_SAY = insert_or_update(_RSVP, ["community", "meetup", "person"], list(_CLAIM[1:]))
_LET_WAIT = (
    update(_RSVP)
    .where(_ITS, _RSVP.c.person == _WHO, _HAS_PLACE)
    .values(standing=Standing.WAITS.value, offered_until=None)
)
_GOERS = select(_RSVP.c.person).where(_ITS, _HAS_PLACE).order_by(_RSVP.c.since, _RSVP.c.person).limit(bindparam("most"))
_CONCERNED = _CLAIMS.where(_ITS, _RSVP.c.answer.in_([Answer.GOING.value, Answer.MAYBE.value])).order_by(_RSVP.c.person)
_TURNING = (
    select(_MEETUP.c.id)
    .where(mine(_MEETUP), _MEETUP.c.turn_at <= bindparam("now", type_=_MEETUP.c.turn_at.type))
    .order_by(_MEETUP.c.turn_at, _MEETUP.c.id)
    .limit(bindparam("most"))
)


@cache
def _theirs(count: int) -> Select[*tuple[Any, ...]]:
    return _CLAIMS.where(mine(_RSVP), _RSVP.c.person == _WHO, among(_RSVP.c.meetup, count))


@cache
def _counting(count: int) -> Select[*tuple[Any, ...]]:
    told = select(_RSVP.c.meetup, _RSVP.c.answer, _RSVP.c.standing, func.count().label("people"))
    narrowed = told.where(mine(_RSVP), among(_RSVP.c.meetup, count), _RSVP.c.answer.is_not(None))
    return narrowed.group_by(_RSVP.c.meetup, _RSVP.c.answer, _RSVP.c.standing)


def sheet_of(db: Connection, community: str, meetup: int, people: Sequence[int] = ()) -> Sheet | None:
    """Give the list of a meetup as far as it matters to two people at most.

    None where there is no such meetup, or it is cancelled. Whoever means to change it holds the community's row.
    """
    who, other, *_ = (*people, 0, 0)
    asked: Values = {"tenant": community, "this": meetup, "who": who, "other": other}
    its = db.execute(_MEETUP_OF, asked).first()
    if its is None or its.cancelled_at is not None:
        return None
    claims = tuple(_claim(row) for row in db.execute(_LISTED, asked).all())
    taken = db.execute(_TAKEN, asked).scalar_one()
    return Sheet(its.starts_at, its.places, claims, taken - sum(claim.has_place for claim in claims))


def write_sheet(db: Connection, community: str, meetup: int, before: Sheet, outcome: Outcome, now: datetime) -> None:
    """Write down what an act led to, and when time alone may bring more."""
    for claim in outcome.changed(before):
        db.execute(_SAY, {"community": community, "meetup": meetup, "person": claim.person} | claim_values(claim))
    plan_turn(db, community, meetup, next_turn(outcome.sheet, now))


def plan_turn(db: Connection, community: str, meetup: int, turn_at: datetime | None) -> None:
    """Say when time alone may bring news to the list of a meetup; None for never."""
    db.execute(_SET_TURN, {"tenant": community, "this": meetup, "turn": turn_at})


def _value(word: Answer | Standing | None) -> str | None:
    return None if word is None else word.value


def claim_values(claim: Claim) -> Values:
    """Give the columns that a claim stands in, without those that say whose it is."""
    return {
        "answer": _value(claim.answer),
        "answered_at": claim.answered_at,
        "standing": _value(claim.standing),
        "since": claim.since,
        "offered_until": claim.offered_until,
    }


def claim_of(row: Mapping[str, Any]) -> Claim:
    """Read a claim from the columns that it stands in."""
    answer, standing = row["answer"], row["standing"]
    return Claim(
        row["person"],
        None if answer is None else Answer(answer),
        row["answered_at"],
        None if standing is None else Standing(standing),
        row["since"],
        row["offered_until"],
    )


def _claim(row: Row[*tuple[Any, ...]]) -> Claim:
    return claim_of(row._asdict())


def _play(db: Connection, community: str, meetup: int, act: Act, now: datetime) -> Outcome | None:
    hold(db, community)
    sheet = sheet_of(db, community, meetup, _people_of(act))
    if sheet is None:
        return None
    outcome = play(sheet, act, now)
    write_sheet(db, community, meetup, sheet, outcome, now)
    return outcome


def _people_of(act: Act) -> tuple[int, ...]:
    """List those whom an act is about."""
    match act:
        case Say(person) | Take(person) | TakeBack(person) | MoveOut(person):
            return (person,)
        case MoveIn(person, instead_of=other):
            return (person,) if other is None else (person, other)
        case Join(person, gone):
            return (person, gone)
        case Resize() | Shift() | Pass():
            return ()
        case _:
            assert_never(act)


def keep_within(db: Connection, community: str, meetup: int, people: Iterable[int], now: datetime) -> None:
    """Let people who got back a place that isn't there any more wait for one; what is free is handed out at `now`."""
    its = db.execute(_MEETUP_OF, {"tenant": community, "this": meetup}).one()
    if its.places is None or its.cancelled_at is not None:
        return
    for person in people:
        theirs: Values = {"tenant": community, "this": meetup, "who": person}
        if db.execute(_TAKEN, theirs).scalar_one() > its.places:
            db.execute(_LET_WAIT, theirs)
    plan_turn(db, community, meetup, now)


def _turning(db: Connection, community: str, now: datetime, limit: int) -> list[int]:
    return list(db.execute(_TURNING, {"tenant": community, "now": now, "most": limit}).scalars())


def _of(db: Connection, community: str, meetup: int, person: int) -> Rsvp | None:
    rows = db.execute(_OF, {"tenant": community, "this": meetup, "who": person}).all()
    return next(iter(_read(db, community, rows)), None)


def _read(db: Connection, community: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Rsvp]:
    people = people_by_id(db, community, {row.person for row in rows}) if rows else {}
    waiting = {row.meetup for row in rows if row.standing in WAITING}
    sheets = {meetup: sheet_of(db, community, meetup) for meetup in waiting}
    return [_rsvp(row, people[row.person], sheets.get(row.meetup)) for row in rows]


def _rsvp(row: Row[*tuple[Any, ...]], person: Person, sheet: Sheet | None) -> Rsvp:
    return Rsvp(row.meetup, person, _claim(row), sheet.position(row.person) if sheet else None)


def _several(db: Connection, community: str, meetups: Sequence[int], person: int) -> dict[int, Rsvp]:
    if not meetups:
        return {}
    rows = db.execute(_theirs(len(meetups)), {"tenant": community, "who": person} | numbers(meetups)).all()
    return {rsvp.meetup: rsvp for rsvp in _read(db, community, rows)}


def _counts(db: Connection, community: str, meetups: Sequence[int]) -> dict[int, Counts]:
    found: dict[int, dict[str, int]] = {meetup: {} for meetup in meetups}
    if meetups:
        for row in db.execute(_counting(len(meetups)), {"tenant": community} | numbers(meetups)):
            what = "waiting" if row.standing in WAITING else row.answer
            found[row.meetup][what] = found[row.meetup].get(what, 0) + row.people
    return {meetup: Counts(**counts) for meetup, counts in found.items()}


def _goers(db: Connection, community: str, meetup: int, limit: int) -> list[Person]:
    ids = db.execute(_GOERS, {"tenant": community, "this": meetup, "most": limit}).scalars().all()
    people = people_by_id(db, community, ids)
    return [people[number] for number in ids]


def _concerned(db: Connection, community: str, meetup: int) -> list[Rsvp]:
    return _read(db, community, db.execute(_CONCERNED, {"tenant": community, "this": meetup}).all())


class SqlRsvps:
    """`bot.ports.Rsvps` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def play(self, meetup: int, act: Act, now: datetime) -> Outcome | None:
        return await self._run(_play, meetup, act, now)

    async def turning(self, now: datetime, limit: int) -> Sequence[int]:
        return await self._run(_turning, now, limit)

    async def of(self, meetup: int, person: int) -> Rsvp | None:
        return await self._run(_of, meetup, person)

    async def several(self, meetups: Collection[int], person: int) -> Mapping[int, Rsvp]:
        return await self._run(_several, tuple(meetups), person)

    async def counts(self, meetups: Collection[int]) -> Mapping[int, Counts]:
        return await self._run(_counts, tuple(meetups))

    async def goers(self, meetup: int, limit: int) -> Sequence[Person]:
        return await self._run(_goers, meetup, limit)

    async def concerned(self, meetup: int) -> Sequence[Rsvp]:
        return await self._run(_concerned, meetup)
