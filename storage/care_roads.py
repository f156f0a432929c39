"""Rows whose records have the fields of their columns, on their way out and in: care for courses, and meetups."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, select, tuple_

from bot.care_records import (
    AskedRecord,
    CarerRecord,
    DigestRecord,
    EscalationRecord,
    FlagRecord,
    HandoverRecord,
    JoiningRecord,
    ViewRecord,
    WeekRecord,
)
from bot.records import Arrival, CourseRecord, Numbers, Record
from storage.carers import BLANK
from storage.joining.travel import be_one, sent_along, translated
from storage.meetup_roads import MEETUP_ROADS
from storage.reviews import count_flags, look
from storage.roads import Road, number_here
from storage.sql import Values, draw, hold, insert_new, insert_or_update, mine, table

_OF_COURSE = {"course": CourseRecord}
ROADS: Mapping[type[Record], Road] = {
    road.record: road
    for road in (
        Road(CarerRecord, "carer", ("person",)),
        Road(DigestRecord, "digest", ("person",), known_by=("person", "kind", "made_at")),
        Road(AskedRecord, "asked", ("person",), ("settled_by",), _OF_COURSE, ("person", "course", "asked_at")),
        Road(FlagRecord, "flag", ("person",), ("settled_by",), _OF_COURSE, ("person", "course", "flagged_at")),
        Road(HandoverRecord, "handover", ("taker",), ("giver",), _OF_COURSE),
        Road(EscalationRecord, "escalation", (), ("owner",), _OF_COURSE),
        Road(ViewRecord, "course_view", about=_OF_COURSE),
        Road(WeekRecord, "freshness_week"),
        Road(JoiningRecord, "joining", ("kept", "gone"), known_by=("kept", "gone", "joined_at")),
        *MEETUP_ROADS,
    )
}
_CARER, _COURSE = table("carer"), table("course")
_OWNER = select(_COURSE.c.owner).where(mine(_COURSE), _COURSE.c.id == bindparam("this", type_=Integer))


def _says_something() -> ColumnElement[bool]:
    first, *others = (
        _CARER.c[name].is_distinct_from(BLANK.get(name)) for name in ROADS[CarerRecord].columns if name != "person"
    )
    said: ColumnElement[bool] = first
    for other in others:
        said |= other
    return said


_SAID = _says_something()
_HAS_SAID = select(_CARER.c.person).where(mine(_CARER), _CARER.c.person == bindparam("this", type_=Integer), _SAID)
_SAY = insert_or_update(_CARER, ["community", "person"], [n for n in ROADS[CarerRecord].columns if n != "person"])


def _paging(road: Road) -> Select[*tuple[Any, ...]]:
    rows = table(road.table)
    key = tuple_(*(rows.c[name] for name in road.key))
    after = tuple_(*(bindparam(f"after_{name}", type_=Integer) for name in road.key))
    told = select(*(rows.c[name] for name in road.columns)).where(mine(rows), key > after)
    told = told.where(_SAID) if road.record is CarerRecord else told
    return told.order_by(*(rows.c[name] for name in road.key)).limit(bindparam("most", type_=Integer))


_PAGING = {road.table: _paging(road) for road in ROADS.values()}


@cache
def _checking(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(next(road.record for road in ROADS.values() if road.table == name))


def page(db: Connection, community: str, kind: type[Record], after: Record | None, limit: int) -> list[Record]:
    """List the records of a kind that come after one, by key."""
    road = ROADS[kind]
    begun = {f"after_{name}": getattr(after, name) if after else 0 for name in road.key}
    rows = db.execute(_PAGING[road.table], {"tenant": community, "most": limit} | begun).mappings()
    return [_checking(road.table).validate_python(_read(dict(row))) for row in rows]


def _read(row: Values) -> Values:
    if "without" in row:
        row["without"] = json.loads(row["without"])
    if "moved" in row:
        row["moved"] = sent_along(row["moved"])
    return row


def arrive(db: Connection, community: str, records: Sequence[Record], known: Numbers, now: datetime) -> list[Arrival]:
    """Take records of one kind in; give what became of each."""
    hold(db, community)
    road = ROADS[type(records[0])]
    taken = set(known.others.get(road.record, {}).values())
    arrived: list[Arrival] = []
    for record in records:
        arrived.append(_arrive(db, community, record, known, now, taken))
        taken.update(number for number in (arrived[-1].number,) if number is not None)
    return arrived


def _arrive(
    db: Connection, community: str, record: Record, known: Numbers, now: datetime, taken: Collection[int]
) -> Arrival:
    road = ROADS[type(record)]
    row = _placed(road, record, known)
    match record:
        case CarerRecord():
            return _say(db, community, row)
        case JoiningRecord():
            if row["kept"] == row["gone"]:
                return Arrival()
            try:
                row["moved"] = translated(record.moved, known)
            except ValueError:
                return Arrival(problem="what came by it can't be read")
    arrival = _keep(db, community, road, row, taken)
    if arrival.fresh and isinstance(record, FlagRecord):
        _flagged(db, community, row["course"], now)
    elif arrival.fresh and isinstance(record, JoiningRecord) and record.undone_at is None:
        be_one(db, community, row["kept"], row["gone"])
    return arrival


def _placed(road: Road, record: Record, known: Numbers) -> Values:
    """Give a row with the people, what it is about and the numbers that are meant here."""
    row: Values = {name: _written(value) for name, value in asdict(record).items()}
    row |= {name: known.people[row[name]] for name in road.people}
    row |= {name: known.people.get(row[name] or 0) for name in road.maybe}
    row |= {name: number_here(known, kind, row[name]) for name, kind in road.about.items()}
    if isinstance(record, AskedRecord):
        row["digest"] = known.of(DigestRecord, record.digest) or 0
    return row if road.placed is None else row | road.placed(row, known)


def _written(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, tuple) else getattr(value, "value", value)


def _say(db: Connection, community: str, row: Values) -> Arrival:
    """Keep somebody's settings, unless they said something here; when to look at their courses is known already."""
    if db.execute(_HAS_SAID, {"tenant": community, "this": row["person"]}).first():
        return Arrival()
    db.execute(_SAY, {"community": community} | row)
    return Arrival(fresh=True)


def _keep(db: Connection, community: str, road: Road, row: Values, taken: Collection[int]) -> Arrival:
    if not road.known_by:
        return Arrival(fresh=db.execute(insert_new(table(road.table)), {"community": community} | row).rowcount > 0)
    known_by = {f"its_{name}": row[name] for name in road.known_by}
    same = db.execute(_finding(road.table, road.known_by), {"tenant": community} | known_by).scalars()
    here = next((number for number in same if number not in taken), None)
    if here is not None:
        return Arrival(number=here)
    row["id"] = _number(db, community, road, row["id"])
    is_fresh = db.execute(insert_new(table(road.table)), {"community": community} | row).rowcount > 0
    return Arrival(fresh=is_fresh, number=row["id"] if is_fresh else None)


def _number(db: Connection, community: str, road: Road, wanted: int) -> int:
    """Give a row its own number where that is free, else the next one."""
    drawn = draw(db, community, road.counter, 0)
    if wanted > drawn:
        return draw(db, community, road.counter, wanted - drawn)
    taken = db.execute(_finding(road.table, ("id",)), {"tenant": community, "its_id": wanted}).scalar()
    return wanted if taken is None else draw(db, community, road.counter)


@cache
def _finding(name: str, names: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    rows = table(name)
    same = (rows.c[name] == bindparam(f"its_{name}", type_=rows.c[name].type) for name in names)
    return select(rows.c.id).where(mine(rows), *same).order_by(rows.c.id)


def _flagged(db: Connection, community: str, course: int, now: datetime) -> None:
    """Count the flag, and have the owner looked at: they are to hear of it."""
    count_flags(db, community, course)
    owner = db.execute(_OWNER, {"tenant": community, "this": course}).scalar()
    look(db, community, {} if owner is None else {owner: now})
