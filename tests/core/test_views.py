"""Looks at courses: counted beside the reading, written down now and then."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import COMMUNITY, App, open_app
from bot.errors import StoreUnavailable
from bot.model import Account, CourseContent, Profile, Workspace
from bot.ports import Store
from bot.requests import Invoke, Request
from bot.usage import Use, Viewed
from bot.views import COUNTED_AT_ONCE, PACE, Views
from tests.doubles.core import NOW
from tests.stage import FakeLinks, FixedClock, settings
from tests.storage.sample import steps

HOME = Workspace("playground", "home")
TODAY = NOW.toordinal()


@dataclass
class FakeUsage:
    """A store that only takes looks."""

    taken: list[tuple[str, Viewed]] = field(default_factory=list)
    error: Exception | None = None
    community: str = ""

    @property
    def usage(self) -> "FakeUsage":
        return self

    async def count(self, views: list[Viewed]) -> None:
        if self.error:
            raise self.error
        self.taken += [(self.community, one) for one in views]

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator["FakeUsage"]:
        self.community = community
        yield self


def counting(store: Any, timezone: str = "UTC") -> Views:
    return Views(cast("Store", store), timezone)


async def test_looks_add_up_until_they_are_written() -> None:
    store = FakeUsage()
    views = counting(store)
    views.add("north", [2, 1, 2], NOW)
    views.add("south", [2], NOW)
    views.add("north", [2], NOW)
    await views.write()
    assert store.taken == [
        ("north", Viewed(1, TODAY, 1)),
        ("north", Viewed(2, TODAY, 3)),
        ("south", Viewed(2, TODAY, 1)),
    ]
    await views.write()
    assert len(store.taken) == 3, "nothing is written twice"


async def test_the_day_is_the_communitys() -> None:
    store = FakeUsage()
    views = counting(store, "Pacific/Auckland")
    views.add("north", [1], NOW.replace(hour=13))  # past midnight there
    await views.write()
    assert store.taken == [("north", Viewed(1, TODAY + 1, 1))]


async def test_it_is_written_at_its_pace() -> None:
    store = FakeUsage()
    views = counting(store)
    await views.write_due(NOW)
    views.add("north", [1], NOW)
    await views.write_due(NOW + PACE - timedelta(seconds=1))
    assert store.taken == []
    await views.write_due(NOW + PACE)
    assert len(store.taken) == 1


async def test_what_the_store_did_not_take_is_kept() -> None:
    store = FakeUsage(error=StoreUnavailable())
    views = counting(store)
    views.add("north", [1], NOW)
    with pytest.raises(StoreUnavailable):
        await views.write()
    views.add("north", [1], NOW)
    store.error = None
    await views.write()
    assert store.taken == [("north", Viewed(1, TODAY, 2))]


async def test_a_course_that_is_gone_stops_nothing() -> None:
    store = FakeUsage(error=ValueError("refused"))
    views = counting(store)
    views.add("north", [1], NOW)
    await views.write()
    store.error = None
    await views.write()
    assert store.taken == []


async def test_memory_is_bounded() -> None:
    store = FakeUsage()
    views = counting(store)
    views.add("north", range(COUNTED_AT_ONCE + 5), NOW)
    views.add("north", [0, COUNTED_AT_ONCE + 9], NOW)
    await views.write()
    counted = {one.course: one.views for _, one in store.taken}
    assert len(counted) == COUNTED_AT_ONCE
    assert counted[0] == 2, "what is counted already goes on counting"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=FixedClock(), links=FakeLinks(), sending=False) as opened:
        await opened.join(HOME)
        async with opened.store.write(COMMUNITY) as unit:
            ana = await unit.people.meet(Account("playground", "home", "ana"), Profile("Ana"), opened.clock.now())
            await unit.courses.add(CourseContent("Bake bread", steps("knead")), ana.id, opened.clock.now())
        yield opened


async def look(app: App, who: str, key: str) -> None:
    asked = Invoke("course", "show", values={"course": "C1"})
    await app.handle(Request(key, HOME, Account("playground", "home", who), Profile(who), asked))


async def used(app: App) -> Use | None:
    async with app.store.read(COMMUNITY) as unit:
        return (await unit.usage.of([1], app.clock.now())).get(1)


async def test_who_looks_after_a_course_does_not_use_it_by_looking(app: App) -> None:
    await look(app, "ana", "1")
    await look(app, "ben", "2")
    await look(app, "chloe", "3")
    assert await used(app) is None, "reading writes nothing"
    await app.tick(app.clock.now())
    assert await used(app) == Use(views=2)


async def test_the_end_of_the_program_writes_what_was_counted(app: App) -> None:
    await app.tick(app.clock.now())
    await look(app, "ben", "2")
    await app.close()
    assert await used(app) == Use(views=1)
