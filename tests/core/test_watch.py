"""The watch on links, as ticks drive it: what is asked, what becomes of it, and what a bad moment costs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import rounds
from bot.app import COMMUNITY, App, open_app
from bot.config import Links
from bot.courses.phrases import CARD
from bot.enrich import AT_ONCE as READ_AT_ONCE
from bot.health import FOUND, WEEK, Checked, Presence, Watched
from bot.model import Checkpoint, CourseContent, Letter, Recipient, Workspace
from bot.urls import host_of
from bot.watch import AT_ONCE, BATCH, Watch
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings

HOME = Workspace("playground", "home")
URL = "https://example.org/"
GONE = Checked(Presence.GONE, "410 Gone")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def links() -> FakeLinks:
    return FakeLinks()


@pytest.fixture
async def app(tmp_path: Path, clock: FixedClock, links: FakeLinks) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=clock, links=links) as opened:
        await opened.join(HOME)
        yield opened


async def share(app: App, *urls: str) -> int:
    async with app.store.write(COMMUNITY) as unit:
        steps = tuple(Checkpoint(f"Step {n}", url) for n, url in enumerate(urls))
        course, _ = await unit.courses.add(CourseContent("Know the sea", steps), None, app.clock.now())
    return course.id


async def test_a_link_breaks_and_the_cards_of_its_course_follow(app: App, clock: FixedClock, links: FakeLinks) -> None:
    number = await share(app, URL)
    chat = FakeChat()
    app.chats["playground"] = chat
    async with app.store.write(COMMUNITY) as unit:
        letter = Letter(CARD, str(number), Recipient("channel:playground:home:courses"))
        await unit.outbox.queue([letter], clock.now())
    await app.tick(clock.now())
    links.looks[URL] = GONE
    clock.move(WEEK)
    for _ in range(3):
        await app.tick(clock.now())
        clock.move(timedelta(hours=36))
    async with app.store.read(COMMUNITY) as unit:
        course = await unit.courses.get(number)
    assert course is not None
    assert course.broken_since == clock.now() - timedelta(hours=3 * 36)
    await app.tick(clock.now())
    assert len(chat.edits) == 1


async def test_what_a_look_gave_is_sent_with_the_next(tmp_path: Path, clock: FixedClock) -> None:
    told: list[tuple[str | None, str | None]] = []

    class Tagging(FakeLinks):
        async def check(
            self,
            url: str,
            timeout: float,  # noqa: ASYNC109 - the port's own form
            tag: str | None = None,
            changed: str | None = None,
        ) -> Checked | None:
            told.append((tag, changed))
            return Checked(Presence.ALIVE, "200 OK", tag='"v1"', changed="yesterday")

    async with open_app(settings(tmp_path), clock=clock, links=Tagging()) as app:
        await share(app, URL)
        for _ in range(2):
            clock.move(WEEK)
            await app.tick(clock.now())
    assert told == [(None, None), ('"v1"', "yesterday")]


async def test_switched_off_nobody_looks(tmp_path: Path, clock: FixedClock, links: FakeLinks) -> None:
    config = settings(tmp_path).model_copy(update={"links": Links(enabled=False)})
    async with open_app(config, clock=clock, links=links) as app:
        await share(app, URL)
        clock.move(WEEK)
        await app.tick(clock.now())
    assert links.looked_at == []


async def test_a_batch_is_looked_at_in_one_round_each_page_once(app: App, clock: FixedClock, links: FakeLinks) -> None:
    urls = [f"https://h{n}.example/{n}" for n in range(3 * BATCH)]
    for n in range(0, len(urls), 20):
        async with app.store.write(COMMUNITY) as unit:
            steps = tuple(Checkpoint("Look", url) for url in urls[n : n + 20])
            await unit.courses.add(CourseContent(f"Course {n}", steps), None, clock.now())
    clock.move(WEEK)
    assert [await app.watch.run_due(clock.now()) for _ in range(4)] == [BATCH, BATCH, BATCH, 0]
    assert sorted(links.looked_at) == sorted(urls)


async def test_who_dies_while_looking_loses_nothing(
    app: App, clock: FixedClock, links: FakeLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = asyncio.Event()

    async def never(*_: object) -> Checked:
        looking.set()
        await asyncio.sleep(3600)
        return FOUND

    await share(app, URL)
    clock.move(WEEK)
    with monkeypatch.context() as patched:
        patched.setattr(links, "check", never)
        run = asyncio.create_task(app.watch.run_due(clock.now()))
        await asyncio.wait_for(looking.wait(), 10)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
    assert await app.watch.run_due(clock.now()) == 0, "the lease runs: another may still look"
    clock.move(timedelta(seconds=rounds.LEASE))
    assert await app.watch.run_due(clock.now()) == 1


def test_people_who_wait_find_room_in_the_fetcher() -> None:
    from adapters.links.reader import AT_ONCE as FETCHED_AT_ONCE

    assert AT_ONCE + READ_AT_ONCE < FETCHED_AT_ONCE


@dataclass
class Hosts(FakeLinks):
    """Counts how many pages of one host are looked at, at one time, at most."""

    busy: Counter[str] = field(default_factory=Counter)
    most: int = 0

    async def check(
        self,
        url: str,
        timeout: float,  # noqa: ASYNC109 - the port's own form
        tag: str | None = None,
        changed: str | None = None,
    ) -> Checked | None:
        host = host_of(url)
        self.busy[host] += 1
        self.most = max(self.most, self.busy[host])
        await asyncio.sleep(0.01)  # so long it takes
        self.busy[host] -= 1
        return await super().check(url, timeout, tag, changed)


async def test_two_programs_are_never_at_one_host_at_once(app: App, clock: FixedClock) -> None:
    links = Hosts()
    one, other = (Watch(store=app.store, links=links, enabled=True, claimant=name) for name in ("one", "other"))
    urls = [f"https://h{n % 3}.example/{n}" for n in range(2 * BATCH)]
    for n in range(0, len(urls), 20):
        await share(app, *urls[n : n + 20])
    clock.move(WEEK)
    for _ in range(30):
        await asyncio.gather(one.run_due(clock.now()), other.run_due(clock.now()))
        clock.move(timedelta(seconds=10))
    assert links.most == 1
    assert sorted(links.looked_at) == sorted(urls), "and all are looked at, once"


async def test_a_page_that_cannot_be_written_down_stops_no_other(
    app: App, clock: FixedClock, links: FakeLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [f"https://{name}.example/{n}" for name in ("a", "b", "c") for n in range(3)]
    await share(app, *urls)
    clock.move(WEEK)
    visit = app.watch.visit

    async def fail_at_one(community: str, one: Watched, now: datetime) -> None:
        await visit(community, one, now)
        if one.url == urls[0]:
            raise RuntimeError("broken")

    monkeypatch.setattr(app.watch, "visit", fail_at_one)
    with capture_logs() as logs:
        assert await app.watch.run_due(clock.now()) == len(urls)
    assert sorted(links.looked_at) == urls
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["page not visited"]
