"""Shared pieces of the repositories' SQL: tables by name, inserts that tolerate what is there, numbers to draw."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Table, Text, Update, bindparam, update

# SQLAlchemy has one INSERT .. ON CONFLICT per dialect; SQLite takes PostgreSQL's (the contract tests run it).
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from storage.columns import Number
from storage.tables import METADATA

TENANT = bindparam("tenant", type_=Text)
"""The tenant of a statement: it stands in every one of them, and was never typed by anybody."""


def table(name: str) -> Table:
    """Give a declared table."""
    return METADATA.tables[name]


def mine(rows: FromClause) -> ColumnElement[bool]:
    """Narrow to the rows of the community that a statement runs for."""
    condition: ColumnElement[bool] = rows.c.community == TENANT
    return condition


def insert_new(rows: Table) -> Insert:
    """Insert what is not there yet, by any unique key."""
    return insert(rows).on_conflict_do_nothing()


def insert_or_update(rows: Table, key: list[str], changed: list[str] | dict[str, ColumnElement[Any]]) -> Insert:
    """Insert, or change the row with the same key: `changed` columns become the new ones, or what is said of each."""
    statement = insert(rows)
    new = changed if isinstance(changed, dict) else {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=key, set_=new)


_KINDS = ("courses", "people", "letters", "drafts", "care", "meetups")
_DRAWN = {kind: table("community").c[f"{kind}_drawn"] for kind in _KINDS}


def _drawing(kind: str) -> Update:
    drawn = _DRAWN[kind]
    return (
        update(table("community"))
        .where(table("community").c.id == TENANT)
        .values({drawn: drawn + bindparam("count", type_=drawn.type)})
        .returning(drawn)
    )


_DRAW = {kind: _drawing(kind) for kind in _DRAWN}


def draw(db: Connection, community: str, kind: str, count: int = 1) -> int:
    """Draw numbers of a kind and give the last; holds the community's row until the transaction ends.

    A negative count gives numbers back that were drawn in this same transaction. LookupError: no such community.
    """
    last: int | None = db.execute(_DRAW[kind], {"tenant": community, "count": count}).scalar()
    if last is None:
        raise LookupError(f"no community {community!r}: join a workspace to it first")
    return last


def hold(db: Connection, community: str) -> None:
    """Hold the community's row until the transaction ends, as `draw` does.

    Who changes a course takes it first of all: it comes before the course's own rows in every transaction that also
    draws a number, adds an address or counts in the search index, so that two of them never wait for each other.
    """
    draw(db, community, "courses", 0)


def among(column: ColumnElement[int], count: int) -> ColumnElement[bool]:
    """Narrow to a number of numbers, given as `numbers`.

    One statement per count is compiled once; SQLAlchemy's expanding parameters are written anew at every call.
    """
    return column.in_([bindparam(f"number{n}", type_=Number) for n in range(count)])


def numbers(given: Iterable[int]) -> dict[str, int]:
    """Give the arguments for `among`."""
    return {f"number{n}": number for n, number in enumerate(given)}


class bytewise(GenericFunction[str]):  # noqa: N801 - used like a function
    """A text compared and sorted by its bytes, as SQLite does it anyway; PostgreSQL else follows a language's rules."""

    type = Text()
    inherit_cache = True


@compiles(bytewise)
def _plain(element: bytewise, compiler: SQLCompiler, **more: Any) -> str:
    return compiler.process(element.clauses, **more)


@compiles(bytewise, "postgresql")
def _collated(element: bytewise, compiler: SQLCompiler, **more: Any) -> str:
    return f'{compiler.process(element.clauses, **more)} COLLATE "C"'


def literal_like(text: str) -> str:
    """Make a text match itself in LIKE .. ESCAPE '!'."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


Values = dict[str, Any]
"""The arguments of a statement by name."""
