"""One search among very many courses, against the bare index statement: `python -m bench.scale [COUNT] [DATABASE]`."""

import asyncio
import random
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.search import database
from bot.model import Checkpoint, CourseContent, CourseQuery, Workspace
from bot.ports import Store
from bot.records import NewCourse
from storage import open_store
from storage.query import asked, wanted
from storage.vocabulary import Vocabulary

COMMUNITY = "bench"
COUNT = 100_000
BATCH = 500
WORDS = 30_000
"""Words of the made-up language; the n-th commonest is used about 1/n as often as the commonest, as in any language."""
SEARCHES = 400
"""Each another one, so that nothing is remembered."""
BEST = 20
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
_BARE = (
    "SELECT course, sum(weight) AS score FROM search_posting WHERE community = {0} AND term IN ({1}) "
    "GROUP BY {2}course ORDER BY score DESC LIMIT 20"
)


def language(chance: random.Random) -> tuple[list[str], list[float]]:
    """Make up words, the commonest first, and how often each is used."""
    drawn = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(2 * WORDS))
    words = sorted(list(dict.fromkeys(drawn))[:WORDS])  # a set has another order in every process
    return words, [1 / (place + 3) for place in range(len(words))]


def courses(count: int, chance: random.Random, words: Sequence[str], shares: Sequence[float]) -> list[NewCourse]:
    """Make up courses out of these words."""
    drawn = iter(chance.choices(words, shares, k=count * 40))

    def said(number: int) -> str:
        return " ".join(next(drawn) for _ in range(number))

    return [
        NewCourse(
            CourseContent(
                f"{said(3)} {place}",
                tuple(Checkpoint(said(4), f"https://example.org/{place}/{step}") for step in range(4)),
                None,
                (said(1), said(1)),
                said(12),
                "en",
            ),
            None,
            str(place),
        )
        for place in range(count)
    ]


async def fill(store: Store, made: Sequence[NewCourse]) -> None:
    """Store courses."""
    await store.join(Workspace("bench", "home"), COMMUNITY)
    for start in range(0, len(made), BATCH):
        async with store.write(COMMUNITY) as unit:
            await unit.courses.add_many(made[start : start + BATCH], NOW)


@asynccontextmanager
async def served(url: str) -> AsyncIterator[Any]:
    """Give a connection to PostgreSQL by its driver alone."""
    import asyncpg  # type: ignore[import-untyped] # it brings no types

    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def settle(url: str) -> None:
    """Do at once what PostgreSQL does by itself some minutes later: count its rows, note that everybody sees them."""
    if not url.startswith("sqlite"):
        async with served(url) as server:
            await server.execute("VACUUM ANALYZE")


Ask = Callable[[list[str]], Awaitable[object]]


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Ask]:
    """Give what asks the database the plainest statement for some terms, by its driver alone."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")))) as file:

            async def ask(terms: list[str]) -> object:
                places = ",".join("?" * len(terms))
                # + keeps SQLite from going through all courses in order
                return file.execute(_BARE.format("?", places, "+"), (COMMUNITY, *terms)).fetchall()

            yield ask
        return
    async with served(url) as server:

        async def ask(terms: list[str]) -> object:
            places = ",".join(f"${n}" for n in range(2, len(terms) + 2))
            return await server.fetch(_BARE.format("$1", places, ""), COMMUNITY, *terms)

        yield ask


async def timed(work: Awaitable[object]) -> float:
    """Give the milliseconds that something takes."""
    begun = time.perf_counter()
    await work
    return (time.perf_counter() - begun) * 1000


async def search(store: Store, text: str) -> object:
    """Search as a member does."""
    async with store.read(COMMUNITY) as unit:
        return await unit.courses.search(CourseQuery(text), 0, 5)


def spread(times: Sequence[float]) -> tuple[float, float]:
    """Give the median and the 99th hundredth."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]


async def measure(count: int = COUNT, chosen: str = "") -> list[tuple[str, Any]]:
    """Store, then take turns: the bare statement for a search's terms, and the search."""
    chance = random.Random(11)
    words, shares = language(chance)
    async with database(chosen) as url, open_store(url) as store:
        await fill(store, courses(count, chance, words, shares))
        await settle(url)
        await search(store, words[0])  # the vocabulary is read once
        floor: list[float] = []
        ours: list[float] = []
        async with bare(url) as ask:
            for _ in range(SEARCHES):
                text = " ".join(chance.choices(words, shares, k=chance.randint(1, 4)))
                terms = sorted({term.term for term in wanted(asked(text), None, _vocabulary(store))})
                floor.append(await timed(ask(terms or [text])))
                ours.append(await timed(search(store, text)))
    (floor50, floor99), (ours50, ours99) = spread(floor), spread(ours)
    return [
        ("the bare index statement, ms p50 / p99", f"{floor50:.1f} / {floor99:.1f}"),
        (f"a search among {count:,} courses, ms p50 / p99 (p99 under 50)", f"{ours50:.1f} / {ours99:.1f}"),
        ("ratio of p50 (at most 3)", round(ours50 / floor50, 2)),
    ]


def _vocabulary(store: Any) -> Vocabulary:
    found: Vocabulary = store._vocabularies.of(COMMUNITY)  # noqa: SLF001 - the terms that the search looks for
    return found


async def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    for name, value in await measure(int(arguments[0]) if arguments else COUNT, *arguments[1:2]):
        print(f"{name}: {value}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
