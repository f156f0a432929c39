"""Storing what was read, many courses in one transaction; a bad one takes no other with it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.config import Config
from bot.features.courses.imports.fitting import Fitted
from bot.features.courses.imports.rows import Imported, Read
from bot.model import Account, CourseContent, Profile
from bot.ports import Clock, Unit
from bot.records import NewCourse

BATCH = 300
"""Most rows of one transaction: long enough to be fast, short enough that others who write don't wait long."""
BATCH_SIZE = 524_288
"""Where a batch ends at the latest, in bytes of its rows."""
CURATORS = 10_000
"""How many curators are kept in mind, so that their courses needn't look them up."""

Opening = Callable[[], AbstractAsyncContextManager[Unit]]


@dataclass(slots=True)
class _Import:
    """An import on its way."""

    write: Opening
    config: Config
    clock: Clock
    owners: Mapping[str, Account]
    curators: dict[str, int] = field(default_factory=dict)

    async def store(self, batch: Sequence[Read]) -> Sequence[Imported]:
        """Store a batch in one transaction; one row after another where the database refuses something."""
        good = [read for read in batch if read.course]
        try:
            told = dict(zip(map(id, good), await self._transact(good), strict=True))
        except ValueError as error:
            if len(batch) == 1:
                return [_imported(batch[0], str(error), ok=False)]
            return [one for read in batch for one in await self.store([read])]
        return [_imported(read, told.get(id(read), read.problem), ok=read.course is not None) for read in batch]

    async def _transact(self, good: Sequence[Read]) -> list[str]:
        if not good:
            return []
        now = self.clock.now()
        curators = self.curators if len(self.curators) < CURATORS else {}
        met: dict[str, int] = {}
        async with self.write() as unit:
            new = [
                await self._courses(unit, read.course, curators, met, now) for read in good if read.course is not None
            ]
            stored = iter(await unit.courses.add_many([course for courses in new for course in courses], now))
        self.curators = curators | met
        return [
            _told(read.course, [next(stored) for _ in courses])
            for read, courses in zip(good, new, strict=True)
            if read.course is not None
        ]

    async def _courses(
        self, unit: Unit, course: Fitted, known: Mapping[str, int], met: dict[str, int], now: datetime
    ) -> list[NewCourse]:
        owner = None
        if course.curator is not None:
            owner = known.get(course.curator) or met.get(course.curator)
            if owner is None:
                owner = met[course.curator] = await curator(unit, course.curator, self.owners, now)
        source = f"a file of {course.curator or 'nobody'}"
        return [
            NewCourse(self._in_language(content), owner, source, course.origin, _titles(course, content))
            for content in course.contents
        ]

    def _in_language(self, content: CourseContent) -> CourseContent:
        return content if content.language else replace(content, language=self.config.community.language)


def _titles(course: Fitted, content: CourseContent) -> dict[str, str]:
    return {step.url: course.titles[step.url] for step in content.steps if step.url in course.titles}


async def curator(unit: Unit, name: str, owners: Mapping[str, Account], now: datetime) -> int:
    """Find the person whom a file names as curator, or make one.

    Whose account a name means is said by `owners` alone: names are chosen freely, and courses would go to whoever
    calls themselves like that.
    """
    if name in owners:
        return (await unit.people.meet(owners[name], Profile(name), now)).id
    exact = [one for one in await unit.people.named(name) if one.name == name and not one.accounts]
    return (exact[0] if exact else await unit.people.add(name, now)).id


def _told(course: Fitted, stored: Sequence[tuple[int, bool]]) -> str:
    named = [f"C{number} {content.goal}" for (number, _), content in zip(stored, course.contents, strict=True)]
    what = "imported" if any(fresh for _, fresh in stored) else "here already"
    parts = f" in {len(named)} parts" if len(named) > 1 else ""
    said = named[0] if len(named) == 1 else f"{named[0]} … {named[-1]}"
    notes = f" ({', '.join(course.notes)})" if course.notes else ""
    return f"{what}{parts}: {said}{notes}"


def _imported(read: Read, message: str, *, ok: bool) -> Imported:
    return Imported(read.path, ok, message, read.line, read.share)


async def import_rows(
    rows: Iterator[Read], write: Opening, config: Config, clock: Clock, owners: Mapping[str, Account]
) -> AsyncIterator[Imported]:
    """Store courses as they are read, and give what became of each; one that is there already adds nothing.

    `write` opens a transaction. Where one fails, those before it stay: importing again adds the rest.
    """
    work = _Import(write, config, clock, owners)
    while batch := await asyncio.to_thread(_batch, rows):
        for imported in await work.store(batch):
            yield imported


def _batch(rows: Iterator[Read]) -> list[Read]:
    batch: list[Read] = []
    size = 0
    for read in rows:
        batch.append(read)
        size += read.size
        if len(batch) == BATCH or size >= BATCH_SIZE:
            break
    return batch
