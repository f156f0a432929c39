"""The rows that name a person: read for two persons at once, compared, and written."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, Select, Table, Update, bindparam, delete, or_, select, update

from storage.columns import Number
from storage.sql import Values, insert_new, mine, table
from storage.tables import METADATA

Key = tuple[Any, ...]
"""The values of a row's primary key, without the community."""
Rows = dict[str, dict[Key, Values]]
"""Rows by table and key; those tables whose rows aren't read whole have the columns that matter here."""

NAMING: Mapping[str, tuple[str, ...]] = {
    "account": ("person",),
    "person_interest": ("person",),
    "course": ("owner", "forker"),
    "course_co_owner": ("person",),
    "course_change": ("person", "other", "heir"),
    "learning": ("person",),
    "step_done": ("person",),
    "saved": ("person",),
    "draft": ("person",),
    "carer": ("person",),
    "digest": ("person",),
    "asked": ("person", "settled_by"),
    "flag": ("person", "settled_by"),
    "handover": ("giver", "taker"),
    "escalation": ("owner",),
    "ended_way": ("owner", "giver", "taker"),
    "meetup": ("host",),
    "meetup_co_host": ("person",),
    "meetup_change": ("person",),
    "rsvp": ("person",),
    "hosting": ("giver", "taker"),
}
"""Columns that name a person, who becomes another one by a joining."""
APART: Mapping[str, str] = {
    "person.id": "the person",
    "person.joined_to": "written by a joining",
    "joining.kept": "what was joined is history",
    "joining.gone": "what was joined is history",
    "link_code.person": "codes of both end with the joining",
    "link_miss.person": "who guessed wrong did so as who they were; forgotten after an hour",
}
"""Other columns that name a person, and why a joining leaves them alone."""
_WHOLE = ("handover", "hosting")
"""Tables whose rows are read whole, beside those that have a person in their key: such rows come and go."""
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "person": ("name", "timezone", "own_zone", "locale", "level", "welcomed_at", "muted_at", "joined_to", "created_at"),
    "course": ("root", "origin"),
    "asked": ("course", "settled_at", "outcome"),
    "flag": ("course", "settled_at", "outcome"),
}
"""What else is looked at, or changed, in rows that aren't read whole."""
_MOMENT = "$at"


@dataclass(frozen=True, slots=True)
class Change:
    """What a joining did to a row: the columns that it changed, or all of a row that it made or took away."""

    table: str
    key: Key
    was: Values | None
    became: Values | None


def key_columns(name: str) -> tuple[str, ...]:
    """Name the columns of a table's primary key, without the community."""
    return tuple(column.name for column in table(name).primary_key.columns if column.name != "community")


def key_of(name: str, row: Values) -> Key:
    """Give the key of a row."""
    return tuple(row[column] for column in key_columns(name))


@cache
def _columns(name: str) -> tuple[str, ...]:
    rows, keys = table(name), key_columns(name)
    if name in _WHOLE or set(keys) & set(NAMING.get(name, ())):
        return tuple(column.name for column in rows.columns if column.name != "community")
    return tuple(dict.fromkeys((*keys, *NAMING.get(name, ()), *_BESIDE.get(name, ()))))


def _reading(name: str) -> Select[*tuple[Any, ...]]:
    rows = table(name)
    two = [bindparam("kept", type_=Number), bindparam("gone", type_=Number)]
    naming = or_(*(rows.c[column].in_(two) for column in NAMING.get(name, ("id",))))
    return select(*(rows.c[column] for column in _columns(name))).where(mine(rows), naming)


_READING = {name: _reading(name) for name in (*NAMING, "person")}


def read_rows(db: Connection, community: str, kept: int, gone: int) -> Rows:
    """Read all rows that name one of two persons."""
    asked = {"tenant": community, "kept": kept, "gone": gone}
    found: Rows = {}
    for name, statement in _READING.items():
        rows = [dict(row) for row in db.execute(statement, asked).mappings()]
        found[name] = {key_of(name, row): row for row in rows}
    return found


def differences(before: Rows, after: Rows) -> list[Change]:
    """Tell what makes rows of others, table by table."""
    found: list[Change] = []
    for name in before:
        for key in sorted(before[name].keys() | after[name].keys(), key=repr):
            was, became = before[name].get(key), after[name].get(key)
            if was is not None and became is not None:
                touched = [column for column in was if was[column] != became[column]]
                was, became = ({column: row[column] for column in touched} for row in (was, became))
            if was != became:
                found.append(Change(name, key, was, became))
    return found


def write_changes(db: Connection, community: str, changes: Iterable[Change]) -> None:
    """Make changes: what goes before what refers to nothing any more, what comes after what it refers to."""
    order = {rows.name: position for position, rows in enumerate(METADATA.sorted_tables)}
    ordered = sorted(changes, key=lambda change: order[change.table])
    for change in reversed(ordered):
        if change.became is None:
            db.execute(_deleting(change.table), _which(community, change))
    for change in ordered:
        if change.was is not None and change.became is not None:
            db.execute(_updating(change.table, tuple(sorted(change.became))), _which(community, change) | change.became)
    for change in ordered:
        if change.was is None and change.became is not None:
            db.execute(insert_new(table(change.table)), {"community": community} | change.became)


def _which(community: str, change: Change) -> Values:
    named = (f"key_{column}" for column in key_columns(change.table))
    return {"tenant": community, **dict(zip(named, change.key, strict=True))}


def _is_key(rows: Table) -> ColumnElement[bool]:
    first, *others = (
        rows.c[column] == bindparam(f"key_{column}", type_=rows.c[column].type) for column in key_columns(rows.name)
    )
    condition: ColumnElement[bool] = first
    for other in others:
        condition &= other
    return condition


@cache
def _deleting(name: str) -> Delete:
    rows = table(name)
    return delete(rows).where(mine(rows), _is_key(rows))


@cache
def _updating(name: str, columns: Sequence[str]) -> Update:
    rows = table(name)
    new = {column: bindparam(column, type_=rows.c[column].type) for column in columns}
    return update(rows).where(mine(rows), _is_key(rows)).values(new)


def written(changes: Sequence[Change]) -> str:
    """Write changes down, to be taken back one day."""
    told = [(change.table, change.key, change.was, change.became) for change in changes]
    return json.dumps(told, default=_said, separators=(",", ":"))


def _said(value: object) -> object:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    raise TypeError(f"{type(value).__name__} is no value of a column")


def read_changes(text: str) -> list[Change]:
    """Read changes that were written down. Columns and tables that are no more are left out."""
    told = json.loads(text, object_hook=_meant)
    return [
        Change(name, tuple(key), _known(name, was), _known(name, became))
        for name, key, was, became in told
        if name in _READING
    ]


def _meant(value: dict[str, Any]) -> Any:
    return datetime.fromisoformat(value[_MOMENT]) if value.keys() == {_MOMENT} else value


def _known(name: str, row: Values | None) -> Values | None:
    return None if row is None else {column: value for column, value in row.items() if column in table(name).c}


Merge = Callable[[Values, Values], Values]
"""Makes one row of two with the same key: of the one that was there, and the one that comes."""
