"""Pages read in the background: what is learned, what a bad page or a bad moment changes, who reads what."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from bot import rounds
from bot.enrich import AT_ONCE, BATCH, PAUSES, Enrichment, next_try
from bot.errors import StoreUnavailable
from bot.health import Checked
from bot.model import Checkpoint, Page, ResourceKind
from bot.ports import LinkReader, Store, Unit
from bot.rounds import LEASE
from bot.urls import host_of
from tests.storage.conftest import in_use
from tests.storage.sample import NORTH, NOW, SOUTH, later, share

A, B = "https://example.org/a", "https://example.org/b"
PRIMER = Page(A, "A primer", "en", "What to know first", ResourceKind.HTML, ("primer",))


@dataclass
class Web:
    """Pages by address; an address that is not here can't be read, one of `silent` never answers."""

    pages: dict[str, Page] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    takes: float = 0.0
    asked: list[str] = field(default_factory=list)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    hosts: Counter[str] = field(default_factory=Counter)
    busiest: int = 0
    busiest_host: int = 0
    store: Store | None = None  # looked at for open connections while a page is read

    async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - the port's own form
        self.asked.append(url)
        self.was_asked.set()
        host = host_of(url)
        self.hosts[host] += 1
        self.busiest = max(self.busiest, self.hosts.total())
        self.busiest_host = max(self.busiest_host, self.hosts[host])
        if self.store is not None:
            assert in_use(self.store) == 0, "a transaction is open while a page is read"
        try:
            await asyncio.sleep(3600 if url in self.silent else self.takes)
        finally:
            self.hosts[host] -= 1
        return self.pages.get(url)

    async def check(
        self,
        url: str,
        timeout: float,  # noqa: ASYNC109 - the port's own form
        tag: str | None = None,
        changed: str | None = None,
    ) -> Checked | None:
        raise AssertionError("reading is no look")


def reading(store: Store, web: Web, *, enabled: bool = True) -> Enrichment:
    links: LinkReader = web
    return Enrichment(store=store, links=links, enabled=enabled, claimant="here")


async def use(store: Store, urls: Iterable[str], community: str = NORTH) -> None:
    """Share courses that lead to these addresses."""
    steps = [Checkpoint("Look at it", url) for url in urls]
    async with store.write(community) as unit:
        for n in range(0, len(steps), 7):
            await share(unit, f"Course {n}", steps=tuple(steps[n : n + 7]))


async def known(store: Store, *urls: str, community: str = NORTH) -> dict[str, Page]:
    async with store.read(community) as unit:
        return dict(await unit.resources.known(urls))


async def tries(store: Store, moment: datetime) -> dict[str, int]:
    """Tell how often each address that is due at a moment was missed, without leaving a trace."""
    found: dict[str, int] = {}
    with suppress(InterruptedError):
        async with store.write(NORTH) as unit:
            found = {one.url: one.tries for one in await unit.resources.claim(moment, LEASE, 2000)}
            raise InterruptedError
    return found


async def test_what_a_page_tells_is_known_once_and_for_all_its_courses(store: Store) -> None:
    await use(store, [A])
    await use(store, ["http://EXAMPLE.org:80/a/?utm_source=x#top"])
    web = Web({A: PRIMER}, store=store)
    assert await reading(store, web).run_due(NOW) == 1
    assert (await known(store, A))[A] == PRIMER
    assert await tries(store, later(10**9)) == {}
    assert await reading(store, web).run_due(later(10**9)) == 0
    assert web.asked == [A]


async def test_each_community_learns_for_itself(store: Store) -> None:
    await use(store, [A])
    await use(store, [A], SOUTH)
    assert await reading(store, Web({A: PRIMER})).run_due(NOW) == 2
    assert await known(store, A) == await known(store, A, community=SOUTH) == {A: PRIMER}


async def test_where_a_redirect_leads_is_the_same_resource(store: Store) -> None:
    await use(store, ["https://short.example/x"])
    page = Page("https://short.example/x", "A primer", address=A)
    await reading(store, Web({page.url: page})).run_due(NOW)
    async with store.read(NORTH) as unit:
        (found,) = await unit.courses.using([A], 9)
    assert found.steps[0].url == "https://short.example/x"


async def test_switched_off_it_does_nothing_at_all() -> None:
    nothing = cast("Any", object())
    assert await Enrichment(store=nothing, links=nothing, enabled=False, claimant="here").run_due(NOW) == 0


async def test_with_nothing_due_nothing_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "write", None)
    assert await reading(store, Web()).run_due(NOW) == 0


def test_pauses_grow_and_end() -> None:
    moments = [next_try(misses, NOW) for misses in range(1, len(PAUSES) + 2)]
    assert moments == [*(NOW + pause for pause in PAUSES), None]
    assert list(PAUSES) == sorted(set(PAUSES))


async def test_a_page_that_cannot_be_read_changes_nothing_and_is_left_in_the_end(store: Store) -> None:
    await use(store, [A])
    async with store.read(NORTH) as unit:
        before = await unit.courses.get(1)
    web, now = Web(), NOW
    for misses, pause in enumerate(PAUSES, 1):
        assert await reading(store, web).run_due(now) == 1
        assert await reading(store, web).run_due(now + pause - timedelta(seconds=1)) == 0
        now += pause
        assert await tries(store, now) == {A: misses}
    assert await reading(store, web).run_due(now) == 1
    assert await tries(store, later(10**9)) == {}
    assert len(web.asked) == len(PAUSES) + 1
    assert await known(store, A) == {}
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(1) == before


async def test_a_page_that_comes_back_is_learned(store: Store) -> None:
    await use(store, [A])
    await reading(store, Web()).run_due(NOW)
    await reading(store, Web({A: PRIMER})).run_due(NOW + PAUSES[0])
    assert await known(store, A) == {A: PRIMER}


async def test_a_page_that_never_answers_holds_up_itself_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_LIMIT", 0.2)
    urls = [f"https://h{n}.example/" for n in range(9)]
    await use(store, urls)
    web = Web({url: Page(url, "There") for url in urls[1:]}, silent={urls[0]})
    assert await asyncio.wait_for(reading(store, web).run_due(NOW), 5) == 9
    assert (await known(store, *urls)).keys() == set(urls[1:])
    assert await tries(store, NOW + PAUSES[0]) == {urls[0]: 1}


async def test_what_a_slow_host_leaves_no_time_for_is_no_miss(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_LIMIT", 0.3)
    monkeypatch.setattr(rounds, "BEGIN_WITHIN", 0.1)
    await use(store, [A, B, "https://quick.example/"])
    web = Web({"https://quick.example/": Page("https://quick.example/", "Quick")}, silent={A, B})
    assert await asyncio.wait_for(reading(store, web).run_due(NOW), 5) == 2
    assert len(await known(store, "https://quick.example/")) == 1
    assert list((await tries(store, later(LEASE))).values()) == [0], "the other page of the host comes after its lease"
    assert sorted((await tries(store, NOW + PAUSES[0])).values()) == [0, 1]


async def test_a_run_ends_however_slow_the_web_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_LIMIT", 0.2)
    monkeypatch.setattr(rounds, "BEGIN_WITHIN", 0.3)
    urls = [f"https://h{n}.example/" for n in range(BATCH)]
    await use(store, urls)
    tried = await asyncio.wait_for(reading(store, Web(silent=set(urls))).run_due(NOW), 5)
    assert AT_ONCE <= tried <= 3 * AT_ONCE


def test_a_run_fits_between_ticks_and_into_its_lease() -> None:
    from bot.schedule import PACE

    assert rounds.BEGIN_WITHIN + rounds.PAGE_LIMIT < PACE < LEASE


async def test_1000_due_pages_come_in_batches_each_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BEGIN_WITHIN", 60)  # the machine may be busy
    urls = [f"https://h{n % 50}.example/{n}" for n in range(1000)]
    await use(store, urls)
    web = Web({url: Page(url, f"Page {n}") for n, url in enumerate(urls)}, takes=0.001)
    runs = 0
    while tried := await reading(store, web).run_due(NOW):
        runs += 1
        assert tried <= BATCH
    assert runs >= 1000 / BATCH
    assert sorted(web.asked) == sorted(urls)
    assert 1 < web.busiest <= AT_ONCE
    assert web.busiest_host == 1
    assert len(await known(store, *urls)) == 1000


async def test_several_at_once_read_nothing_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BEGIN_WITHIN", 60)  # the machine may be busy
    urls = [f"https://h{n}.example/" for n in range(200)]
    await use(store, urls)
    web = Web({url: Page(url, "There") for url in urls}, takes=0.001)
    for _ in range(10):
        await asyncio.gather(*(reading(store, web).run_due(NOW) for _ in range(4)))
    assert sorted(web.asked) == sorted(urls)
    assert len(await known(store, *urls)) == 200


async def test_a_death_between_reading_and_writing_loses_nothing(store: Store) -> None:
    await use(store, [A])
    web = Web({A: PRIMER}, silent={A})
    run = asyncio.create_task(reading(store, web).run_due(NOW))
    await web.was_asked.wait()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    web.silent.clear()
    assert await reading(store, web).run_due(later(LEASE - 1)) == 0, "the lease runs: another may still read it"
    assert await reading(store, web).run_due(later(LEASE)) == 1
    assert await known(store, A) == {A: PRIMER}


class Failing:
    """A store that can't be reached for some of its transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.writes_left = 0
        self.is_down = False

    async def communities(self) -> Any:
        if self.is_down:
            raise StoreUnavailable
        return await self._store.communities()

    def read(self, community: str) -> Any:
        return self._store.read(community)

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Unit]:
        if self.writes_left <= 0:
            raise StoreUnavailable
        self.writes_left -= 1
        async with self._store.write(community) as unit:
            yield unit


async def test_without_the_store_nothing_is_read(store: Store) -> None:
    await use(store, [A])
    web, failing = Web({A: PRIMER}), Failing(store)
    failing.is_down = True
    assert await reading(cast("Store", failing), web).run_due(NOW) == 0
    failing.is_down = False
    assert await reading(cast("Store", failing), web).run_due(NOW) == 0
    assert web.asked == []
    assert await reading(store, web).run_due(NOW) == 1


async def test_a_store_that_goes_away_ends_the_run_and_all_comes_again(store: Store) -> None:
    urls = [f"https://h{n}.example/" for n in range(20)]
    await use(store, urls)
    web, failing = Web({url: Page(url, "There") for url in urls}, takes=0.001), Failing(store)
    failing.writes_left = 5
    assert await reading(cast("Store", failing), web).run_due(NOW) == 3
    assert len(web.asked) <= 3 + AT_ONCE
    assert len(await known(store, *urls)) == 3
    assert await reading(store, web).run_due(later(LEASE)) == 17
    assert len(await known(store, *urls)) == 20


async def test_what_cannot_be_kept_is_not_read_for_ever(store: Store) -> None:
    await use(store, [A, "https://fine.example/"])
    spoilt = Page(A, topics=(b"no text",))  # type: ignore[arg-type] # what the reader would never give
    web = Web({A: spoilt, "https://fine.example/": Page("https://fine.example/", "Fine")})
    assert await reading(store, web).run_due(NOW) == 2
    assert await tries(store, NOW + PAUSES[0] - timedelta(seconds=1)) == {}
    assert await tries(store, NOW + PAUSES[0]) == {A: 1}
    assert len(await known(store, "https://fine.example/")) == 1
