"""What a joining moved, on its way to another database: with the numbers that people, courses and rows have there."""

import re
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, update

from bot.care_records import AskedRecord, DigestRecord, FlagRecord
from bot.meetup_records import MeetupRecord
from bot.records import Numbers, Record
from storage.columns import Number
from storage.curation import fork_origin
from storage.joining.rows import NAMING, Change, key_columns, read_changes, written
from storage.sql import Values, mine, table

_LEFT = frozenset({"draft", "ended_way"})
"""Tables that are not exported."""
_NUMBERED: dict[str, type[Record]] = {
    "digest": DigestRecord,
    "asked": AskedRecord,
    "flag": FlagRecord,
    "meetup": MeetupRecord,
}
_HELD = (str, int, datetime, type(None))
"""What columns hold."""
_FORK = re.compile(r"fork of (\d{1,10}) by (\d{1,10})")
_PERSON, _ACCOUNT = table("person"), table("account")
_GONE = bindparam("gone", type_=Number)
_JOIN = (
    update(_PERSON)
    .where(
        mine(_PERSON),
        _PERSON.c.id == _GONE,
        _PERSON.c.joined_to.is_(None),
        ~exists().where(mine(_ACCOUNT), _ACCOUNT.c.person == _GONE),
    )
    .values(joined_to=bindparam("kept", type_=Number))
)


class _UnknownError(LookupError):
    """A change speaks of somebody or something that didn't come along."""


def sent_along(moved: str) -> str:
    """Leave out what stays behind."""
    return written([change for change in read_changes(moved) if change.table not in _LEFT])


def translated(moved: str, known: Numbers) -> str:
    """Write what moved with the numbers of here, without what didn't come along. ValueError for what can't be read."""
    try:
        return written([told for change in _checked(moved) if (told := _translated(change, known)) is not None])
    except (TypeError, AttributeError, RecursionError, LookupError) as error:
        raise ValueError("this is not what a joining moved") from error


def _checked(moved: str) -> list[Change]:
    changes = read_changes(moved)
    if not moved.startswith("[") or not all(map(_can_be, changes)):
        raise TypeError("a row of a table holds other things")
    return changes


def _can_be(change: Change) -> bool:
    """Tell whether a change can be one of a joining: a key as the table has it, and values that columns hold."""
    rows = [row for row in (change.was, change.became) if row is not None]
    values = [*change.key, *(value for row in rows for value in row.values())]
    right_key = len(change.key) == len(key_columns(change.table))
    return right_key and bool(rows) and all(isinstance(value, _HELD) for value in values)


def _translated(change: Change, known: Numbers) -> Change | None:
    if change.table in _LEFT:
        return None
    names = key_columns(change.table)
    key: Values = dict(zip(names, change.key, strict=True))
    try:
        named = _row(change.table, key, known)
        was, became = (None if row is None else _row(change.table, row, known) for row in (change.was, change.became))
    except _UnknownError:
        return None
    return Change(change.table, tuple(named[name] for name in names), was, became)


def _row(name: str, row: Values, known: Numbers) -> Values:
    return {column: _meant(name, column, value, known) for column, value in row.items()}


def _meant(name: str, column: str, value: object, known: Numbers) -> object:
    """Give a value as it stands here."""
    if column == "origin" and isinstance(value, str) and (fork := _FORK.fullmatch(value)):
        root, forker = known.courses.get(int(fork[1])), known.people.get(int(fork[2]))
        return fork_origin(root, forker) if root and forker else value
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if column in NAMING.get(name, ()) or (name == "person" and column in {"id", "joined_to"}):
        return _known(known.people.get(value))
    if column == "course" or (name == "course" and column in {"id", "root"}):
        return _known(known.courses.get(value))
    if column in {"id", "meetup"} or (name == "asked" and column == "digest"):
        return _known(known.of(MeetupRecord if column == "meetup" else _NUMBERED[name], value))
    return value


def _known(number: int | None) -> int:
    if number is None:
        raise _UnknownError
    return number


def be_one(db: Connection, community: str, kept: int, gone: int) -> None:
    """Let somebody who came without an account be whom they turned out to be."""
    db.execute(_JOIN, {"tenant": community, "kept": kept, "gone": gone})
