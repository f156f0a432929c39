"""Private conversations: what is known of them outlives the program, and is one for all that run on a database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import COMMUNITY, App, open_app
from bot.commands import Background, PostMaker
from bot.doors import SHUT_FOR, Door
from bot.errors import Unreachable
from bot.model import Account, Letter, Profile, Recipient, Workspace
from bot.ui import Card, paragraph
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings

NOTE = "note"
"""A kind of private letter of no feature."""
SHUT = Unreachable("They take no messages.")


async def make_note(background: Background, letter: Letter) -> Card | None:
    return Card(f"Note {letter.subject}", (paragraph(f"Note {letter.subject}"),))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@asynccontextmanager
async def started(folder: Path, clock: FixedClock, chat: FakeChat) -> AsyncIterator[App]:
    """Start the program on what an earlier start left behind."""
    async with open_app(settings(folder), clock=clock, links=FakeLinks(), sending=False) as app:
        await app.join(Workspace(chat.platform, "home"))
        app.registry.posts[NOTE] = PostMaker(NOTE, make_note)
        app.attach(chat)
        yield app


async def write(app: App, name: str, subject: str = "1") -> None:
    """Write a note to somebody."""
    (platform,) = app.chats
    account = Account(platform, "home", name)
    async with app.store.write(COMMUNITY) as unit:
        await unit.people.meet(account, Profile(name), app.clock.now())
        await unit.outbox.queue([Letter(NOTE, subject, Recipient.account(account))], app.clock.now())


async def test_a_closed_door_is_left_alone_for_the_day_also_after_a_restart(tmp_path: Path, clock: FixedClock) -> None:
    chat = FakeChat(shut={"playground:home:ana": SHUT})
    for n in range(4):
        async with started(tmp_path, clock, chat) as app:
            await write(app, "ana", str(n))
            await app.tick(clock.now())
        clock.move(SHUT_FOR / 4)
    assert len(chat.knocks) == 1
    async with started(tmp_path, clock, chat) as app:
        await write(app, "ana", "the day after")
        await app.tick(clock.now())
    assert len(chat.knocks) == 2


async def test_a_door_that_opens_is_open(tmp_path: Path, clock: FixedClock) -> None:
    chat = FakeChat(shut={"playground:home:ana": SHUT})
    async with started(tmp_path, clock, chat) as app:
        await write(app, "ana")
        await app.tick(clock.now())
        chat.shut.clear()
        clock.move(SHUT_FOR)
        await write(app, "ana", "2")
        await app.tick(clock.now())
        assert len(chat.sent) == 1
        async with app.store.read(COMMUNITY) as unit:
            assert await unit.doors.of(Account("playground", "home", "ana")) == Door(opened_at=clock.now())


def test_a_door_is_shut_for_a_day(clock: FixedClock) -> None:
    door = Door(shut_at=clock.now())
    assert door.is_shut(clock.now())
    assert door.is_shut(clock.now() + SHUT_FOR - timedelta(microseconds=1))
    assert not door.is_shut(clock.now() + SHUT_FOR)
    assert not Door().is_shut(clock.now())
