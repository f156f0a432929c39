"""Pages read beside the letters: a slow web holds up neither them nor the tick, and the tick alone reads."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import rounds
from bot.app import COMMUNITY, App, open_app
from bot.config import Links
from bot.courses.phrases import CARD
from bot.errors import StoreUnavailable
from bot.model import Checkpoint, CourseContent, Letter, Page, Recipient, Workspace
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings

HOME = Workspace("playground", "home")
URL = "https://example.org/"


class SilentLinks(FakeLinks):
    """Pages that never answer; `ended` counts the readings that somebody gave up."""

    ended: int = 0

    async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - the port's own form
        self.asked.append(url)
        try:
            await asyncio.sleep(3600)
        finally:
            self.ended += 1
        return None


@pytest.fixture
def links() -> SilentLinks:
    return SilentLinks()


@pytest.fixture
async def app(tmp_path: Path, links: SilentLinks) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=FixedClock(), links=links) as opened:
        await opened.join(HOME)
        yield opened


@pytest.fixture
def chat(app: App) -> FakeChat:
    fake = FakeChat()
    app.chats["playground"] = fake  # not attach: these tests send when they say so
    return fake


async def announce(app: App) -> None:
    async with app.store.write(COMMUNITY) as unit:
        content = CourseContent("Know the sea", (Checkpoint("Swim first", URL),))
        course, _ = await unit.courses.add(content, None, app.clock.now())
        letter = Letter(CARD, str(course.id), Recipient("channel:playground:home:courses"))
        await unit.outbox.queue([letter], app.clock.now())


async def test_a_slow_web_holds_up_no_letter(app: App, chat: FakeChat, links: SilentLinks) -> None:
    await announce(app)
    tick = asyncio.create_task(app.tick(app.clock.now()))
    async with asyncio.timeout(5):
        while app.last_tick is None:  # noqa: ASYNC110 - the tick tells nobody when its letters are done
            await asyncio.sleep(0.01)
    assert len(chat.sent) == 1
    assert links.asked == [URL]
    assert not tick.done(), "the page is still being waited for"
    tick.cancel()
    await asyncio.gather(tick, return_exceptions=True)
    assert links.ended == 1, "who ends a tick ends its readings"


async def test_a_slow_web_holds_up_the_tick_only_so_long(
    app: App, links: SilentLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PAGE_LIMIT", 0.2)
    await announce(app)
    await asyncio.wait_for(app.tick(app.clock.now()), 5)
    assert links.ended == 1


async def test_a_tick_that_fails_leaves_no_reading_behind(
    app: App, links: SilentLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> int:
        while not links.asked:  # noqa: ASYNC110 - as long as the reading needs to begin
            await asyncio.sleep(0.01)
        raise StoreUnavailable

    await announce(app)
    monkeypatch.setattr(app.delivery, "run_due", fails)
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(app.tick(app.clock.now()), 5)
    assert links.ended == 1


async def test_nothing_is_read_before_a_tick(app: App, links: SilentLinks) -> None:
    await announce(app)
    app.delivery.wake()
    await asyncio.sleep(0.1)
    assert links.asked == []


async def test_switched_off_a_tick_reads_nothing(tmp_path: Path) -> None:
    links = FakeLinks()
    config = settings(tmp_path).model_copy(update={"links": Links(enabled=False)})
    async with open_app(config, clock=FixedClock(), links=links) as app:
        await announce(app)
        await app.tick(app.clock.now())
    assert links.asked == []


async def test_a_tick_learns_what_a_page_tells(tmp_path: Path) -> None:
    links = FakeLinks(titles={URL: "The sea"})
    async with open_app(settings(tmp_path), clock=FixedClock(), links=links) as app:
        await announce(app)
        await app.tick(app.clock.now())
        async with app.store.read(COMMUNITY) as unit:
            assert await unit.resources.known([URL]) == {URL: Page(URL, "The sea")}
