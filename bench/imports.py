"""Importing many made-up courses, against bare inserts of the same rows: `python -m bench.imports [COUNT]`."""

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage import migrate

COUNT = 100_000
FEW = 10_000
ROWS = 15_000
"""Rows of one transaction of bare inserts: about as many as an import writes in one."""
_IMPORT = """
import asyncio, resource, sys, time
from pathlib import Path
from bot.app import open_app
from bot.config import Config, Links, Storage
from bot.logs import set_up

async def main(url, path):
    set_up(quiet=True)
    good = 0
    async with open_app(Config(storage=Storage(url=url), links=Links(enabled=False)), sending=False) as app:
        begun = time.perf_counter()
        async for row in app.import_path(Path(path)):
            good += row.ok
        print(good, time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

asyncio.run(main(*sys.argv[1:]))
"""


async def measure(count: int = COUNT) -> list[tuple[str, Any]]:
    """Import few courses and many, each in a process of its own, then write the rows of the many anew."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        few, many = folder / "few.jsonl", folder / "many.jsonl"
        write(few, min(FEW, count // 2))
        write(many, count)
        _, small = _imported(f"sqlite:///{folder}/few.db", few, min(FEW, count // 2))
        seconds, large = _imported(f"sqlite:///{folder}/many.db", many, count)
        await migrate(f"sqlite:///{folder}/bare.db")
        bare, rows = await asyncio.to_thread(_insert, folder / "many.db", folder / "bare.db")
    return [
        (f"courses a second, {count:,} of them", round(count / seconds)),
        (f"bare inserts of their {rows:,} rows, courses a second", round(count / bare)),
        ("ratio", round(bare / seconds, 2)),
        (f"most memory, MB, with {min(FEW, count // 2):,}", round(small)),
        (f"most memory, MB, with {count:,}", round(large)),
    ]


def write(path: Path, count: int) -> None:
    """Write made-up courses as JSON lines: four steps with titles, two topics, a description."""
    chance = random.Random(7)
    syllables = [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"]
    words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(8000)]

    def say(some: int) -> str:
        return " ".join(chance.choices(words, k=some))

    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            steps = [
                {"task": say(4), "url": f"https://example.org/{number}/{step}", "title": say(5)} for step in range(4)
            ]
            row = {"goal": say(4), "description": say(10), "topics": [say(1), say(1)], "language": "en"}
            file.write(json.dumps(row | {"level": "beginner", "steps": steps}) + "\n")


def _imported(url: str, path: Path, count: int) -> tuple[float, float]:
    """Import a file in a process of its own; give the seconds and the most memory it had, in MB."""
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _IMPORT, url, str(path)], check=True, capture_output=True, text=True
    )
    good, seconds, memory = told.stdout.split()
    assert int(good) == count, told.stdout
    return float(seconds), float(memory)


def _insert(source: Path, target: Path) -> tuple[float, int]:
    """Write all rows of a database into an empty one of the same form, as durably; give the seconds and the rows."""
    total, rows = 0.0, 0
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target, isolation_level=None)) as new:
        new.execute("PRAGMA journal_mode=WAL")
        new.execute("PRAGMA synchronous=FULL")
        for table in _tables(old):
            read = old.execute(f"SELECT * FROM {table} {_order(old, table)}")  # noqa: S608 - a table of ours
            insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(read.description))})"  # noqa: S608 - as above
            while page := read.fetchmany(ROWS):
                begun = time.perf_counter()
                new.execute("BEGIN IMMEDIATE")
                new.executemany(insert, page)
                new.execute("COMMIT")
                total += time.perf_counter() - begun
                rows += len(page)
    return total, rows


def _order(database: sqlite3.Connection, table: str) -> str:
    """Give rows in the order in which they came: sorted by their keys they would be written faster than they can be."""
    columns = {name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")}
    return "ORDER BY course" if "course" in columns else ""


def _tables(database: sqlite3.Connection) -> Iterator[str]:
    """List the tables with rows, without the one that tells the revision."""
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'")
    yield from [name for (name,) in names.fetchall()]


if __name__ == "__main__":
    for what, value in asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)):
        print(f"{what}: {value}")
