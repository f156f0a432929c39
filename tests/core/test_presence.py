"""Owners who left unseen are noticed: everybody has their minute of the week."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import COMMUNITY, App, open_app
from bot.errors import RateLimited
from bot.model import Account, Profile, Workspace
from bot.presence import TURNS
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings
from tests.storage.sample import content

HOME = Workspace("playground", "home")
MIDNIGHT = datetime(2026, 3, 5, tzinfo=UTC)
"""A Thursday, as the first day of 1970 was: turn 0."""


class Census(FakeChat):
    """Knows who is there, and writes down who was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.gone: set[str] = set()
        self.asked: list[str] = []
        self.busy = False

    async def profile(self, account: Account) -> Profile:
        self.asked.append(account.user)
        if self.busy:
            raise RateLimited(30)
        return Profile(account.user, active=account.user not in self.gone)


@pytest.fixture
def chat() -> Census:
    return Census()


@pytest.fixture
async def app(tmp_path: Path, chat: Census) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=FixedClock(MIDNIGHT), links=FakeLinks(), sending=False) as opened:
        await opened.join(HOME)
        opened.attach(chat)
        async with opened.store.write(COMMUNITY) as unit:
            for n, name in enumerate(("ana", "ben", "chloe"), 1):
                await unit.people.meet(Account("playground", "home", name), Profile(name), MIDNIGHT)
                if name != "ben":
                    await unit.courses.add(content(f"Course {n}"), n, MIDNIGHT)
        yield opened


async def minutes(app: App, first: int, last: int) -> None:
    for minute in range(first, last + 1):
        await app.presence.run_due(MIDNIGHT + timedelta(minutes=minute))


async def test_each_owner_is_asked_for_once_a_week(app: App, chat: Census) -> None:
    await minutes(app, 0, 2)
    assert chat.asked == ["ana"]
    await minutes(app, 2, 60)
    assert chat.asked == ["ana", "chloe"]
    await minutes(app, TURNS - 5, TURNS + 5)
    assert chat.asked == ["ana", "chloe"] * 2


async def test_who_is_gone_is_told_of_and_who_is_back_too(app: App, chat: Census) -> None:
    chat.gone = {"ana"}
    await minutes(app, 0, 5)
    async with app.store.read(COMMUNITY) as unit:
        assert len(await unit.people.gone(1)) == 1
        assert (await unit.escalations.listed(0, 9))[1] == 1
    chat.gone = set()
    await minutes(app, TURNS, TURNS + 5)
    async with app.store.read(COMMUNITY) as unit:
        course = await unit.courses.get(1)
        assert await unit.people.gone(1) == []
    assert course is not None
    assert course.owner is not None
    assert course.owner.id == 1


async def test_a_platform_that_does_not_tell_changes_nothing(app: App, chat: Census) -> None:
    chat.busy = True
    await minutes(app, 0, 5)
    async with app.store.read(COMMUNITY) as unit:
        assert await unit.people.gone(1) == []


async def test_a_short_pause_is_caught_up_with(app: App, chat: Census) -> None:
    await minutes(app, 0, 0)
    await app.presence.run_due(MIDNIGHT + timedelta(minutes=9))
    assert chat.asked == ["ana", "chloe"]
