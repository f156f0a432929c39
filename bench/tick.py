"""A tick with as much due among few courses as among very many: `python -m bench.tick [COUNT] [DATABASE]`.

The rows are written by the drivers alone, because a million courses would take an hour by the front door; the ticks are
the program's own. Each owner has some courses, one of which is due where it is their turn.
"""

import asyncio
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from bench.scale import served, settle
from bench.search import database
from bot.app import COMMUNITY, App, open_app
from bot.config import Config, Links, Storage
from bot.model import Workspace
from storage.tables import METADATA
from tests.doubles.chat import FakeChat

COUNT, FEW = 1_000_000, 10_000
DUE = 1_000
"""Courses due at a tick, each of another owner: as many letters go out."""
EACH = 3
"""Courses of an owner."""
ROUNDS = 3
"""Ticks that are measured, each with owners of its own; the middle one counts."""
NOW = datetime(2026, 5, 5, 13, 35, tzinfo=UTC)
"""A Tuesday afternoon, late in the hour: whose slot went by in the morning is written to at once."""
PACE = timedelta(minutes=8)
HOME = Workspace("playground", "home")
_BATCH = 20_000

Row = dict[str, Any]


@dataclass
class Clock:
    """The time of the measurement."""

    at: datetime = NOW

    def now(self) -> datetime:
        """Tell the moment."""
        return self.at


def tables(count: int) -> Iterator[tuple[str, Row, Callable[[int], Row], int]]:
    """Name the tables to fill: what is the same in all rows, what is another in each (counted from 1), how many."""
    owners = count // EACH
    later, before = NOW + timedelta(days=100), NOW - timedelta(days=182)
    made = {"created_at": before, "updated_at": before, "reviewed_at": before, "revision": 1, "page_open": True}

    def turn(owner: int) -> datetime | None:
        """Tell when an owner's turn comes: DUE of them before each measured tick."""
        place = (owner - 1) // DUE
        return NOW + PACE * place - PACE / 2 if place < ROUNDS else None

    def course(n: int) -> Row:
        owner = (n - 1) % owners + 1
        is_due = n <= owners and turn(owner) is not None
        due = NOW - timedelta(days=2) if is_due else later
        return {"id": n, "owner": owner, "origin": f"bench {n}", "root": n, "review_at": due}

    yield "person", {"name": "Somebody", "folded": "somebody", "created_at": before}, lambda n: {"id": n}, owners
    home = {"platform": HOME.platform, "workspace": HOME.id}
    yield "account", home, lambda n: {"user_id": f"user{n}", "person": n}, owners
    yield "carer", {"without": "[]"}, lambda n: {"person": n, "look_at": turn(n) or later}, owners
    yield "course", {"goal": "Know a thing", "folded": "know a thing", "steps_drawn": 1} | made, course, count
    step = {"task": "Read it", "url": "https://example.org/a", "number": 1}
    yield "course_step", step, lambda n: {"course": n, "resource": f"key{n}"}, count
    watched = {"url": "https://example.org/a", "check_at": later}
    yield "resource", watched, lambda n: {"key": f"key{n}"}, count


def filler(column: "Column[Any]") -> object:
    """Give what stands in a column of which nothing is said."""
    if column.nullable:
        return None
    kind = type(column.type).__name__
    return {"UTCDateTime": NOW, "Boolean": False, "Text": "", "StoredText": ""}.get(kind, 0)


def rows(name: str, same: Row, each: Callable[[int], Row], count: int) -> tuple[list[str], Iterator[list[Any]]]:
    """Give the columns of a table, and its rows."""
    columns = list(METADATA.tables[name].columns)
    names = [column.name for column in columns]
    template = [(same | {"community": COMMUNITY}).get(column.name, filler(column)) for column in columns]
    places = {column: place for place, column in enumerate(names)}

    def made() -> Iterator[list[Any]]:
        for n in range(1, count + 1):
            row = template.copy()
            for column, value in each(n).items():
                row[places[column]] = value
            yield row

    return names, made()


async def fill(url: str, count: int) -> None:
    """Write all rows by the database's own driver."""
    if url.startswith("sqlite"):
        await asyncio.to_thread(_fill_file, url.removeprefix("sqlite:///"), count)
    else:
        await _fill_server(url, count)


def _fill_file(path: str, count: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous=OFF")
        for name, same, each, many in tables(count):
            names, made = rows(name, same, each, many)
            processors = [column.type.bind_processor(SQLiteDialect_pysqlite()) for column in METADATA.tables[name].c]
            insert = f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - ours
            known: dict[Any, Any] = {}
            for some in _batched(made):
                file.execute("BEGIN")
                file.executemany(insert, [_stored(row, processors, known) for row in some])
                file.execute("COMMIT")
        for what, number in _drawn(count).items():
            file.execute(f"UPDATE community SET {what} = ?", (number,))  # noqa: S608 - ours


def _stored(row: list[Any], processors: Sequence[Any], known: dict[Any, Any]) -> list[Any]:
    """Write a row as SQLite keeps it; the few moments there are, are worked out once each."""
    for place, (value, process) in enumerate(zip(row, processors, strict=True)):
        if process is not None and isinstance(value, datetime):
            if value not in known:
                known[value] = process(value)
            row[place] = known[value]
    return row


def _batched(made: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while some := [row for _, row in zip(range(_BATCH), made, strict=False)]:
        yield some


async def _fill_server(url: str, count: int) -> None:
    async with served(url) as server:
        await server.execute("SET session_replication_role = replica")  # the rows fit together as they are made
        for name, same, each, many in tables(count):
            names, made = rows(name, same, each, many)
            await server.copy_records_to_table(name, records=(tuple(row) for row in made), columns=names)
        for what, number in _drawn(count).items():
            await server.execute(f"UPDATE community SET {what} = $1", number)  # noqa: S608 - ours
    await settle(url)


def _drawn(count: int) -> dict[str, int]:
    return {"courses_drawn": count, "people_drawn": count // EACH}


class Ticking:
    """The program over a filled database, with a platform that takes everything at once."""

    def __init__(self, app: App, clock: Clock) -> None:
        """Attach the platform."""
        self._app, self._clock, self._chat = app, clock, FakeChat()
        app.attach(self._chat)

    async def tick(self, at: datetime, letters: int) -> float:
        """Tick at a moment, and give the milliseconds; SystemExit where not as many letters went out as should."""
        self._clock.at = at
        begun = time.perf_counter()
        await self._app.tick(at)
        took = (time.perf_counter() - begun) * 1000
        if len(self._chat.sent) != letters:
            raise SystemExit(f"{len(self._chat.sent)} letters went out, not {letters}: this measures something else")
        self._chat.sent.clear()
        return took


@asynccontextmanager
async def ticking(chosen: str, count: int) -> AsyncIterator[Ticking]:
    """Fill a database and open the program over it, past what is done once a week."""
    async with database(chosen) as url:
        config = Config(storage=Storage(url=url), links=Links(enabled=False))
        async with open_app(config, clock=Clock(), sending=False) as app:
            await app.join(HOME)
        await fill(url, count)
        clock = Clock()
        async with open_app(config, clock=clock, sending=False) as app:
            program = Ticking(app, clock)
            await program.tick(NOW - PACE, 0)
            yield program


async def measure(count: int = COUNT, chosen: str = "") -> list[tuple[str, Any]]:
    """Tick among few courses and among very many in turns, so that both meet the same moods of the machine."""
    async with ticking(chosen, FEW) as among_few, ticking(chosen, count) as among_many:
        nothing = [await one.tick(NOW - PACE + timedelta(seconds=10), 0) for one in (among_few, among_many)]
        few, many = [], []
        for place in range(ROUNDS):
            few.append(await among_few.tick(NOW + PACE * place, DUE))
            many.append(await among_many.tick(NOW + PACE * place, DUE))
    ratios = [large / small for small, large in zip(few, many, strict=True)]
    return [
        (f"a tick with {DUE:,} courses due among {FEW:,}, ms (middle of {ROUNDS})", round(statistics.median(few))),
        (f"the same among {count:,}, ms", round(statistics.median(many))),
        ("ratio, taken in turns (at most 1.5)", round(statistics.median(ratios), 2)),
        (f"a tick with nothing due, ms, among {FEW:,} / {count:,}", f"{nothing[0]:.1f} / {nothing[1]:.1f}"),
    ]


async def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    for name, value in await measure(int(arguments[0]) if arguments else COUNT, *arguments[1:2]):
        print(f"{name}: {value}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
