"""Owners who left unseen are noticed: everybody has their minute of the week."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import COMMUNITY, App, open_app
from bot.errors import BotError, InDoubt, NoSuchAccount, RateLimited, Unauthorized, Unreachable
from bot.model import Account, Letter, Profile, Recipient, Workspace
from bot.presence import TURNS, Presence, first_turn
from bot.requests import Event, EventKind
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings
from tests.storage.sample import content

HOME = Workspace("playground", "home")
ANA = Account("playground", "home", "ana")
MIDNIGHT = datetime(2026, 3, 5, tzinfo=UTC)
"""A Thursday, as the first day of 1970 was: turn 0."""


@dataclass
class Census(FakeChat):
    """Knows who is there, and writes down who was asked for."""

    asked: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    async def profile(self, account: Account) -> Profile:
        self.asked.append(account.user)
        if self.trouble:
            raise self.trouble
        return await super().profile(account)


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


async def is_here(app: App) -> bool:
    """Tell whether Ana is there, as far as we know."""
    async with app.store.read(COMMUNITY) as unit:
        return await unit.people.gone(1) == []


async def test_each_owner_is_asked_for_once_a_week(app: App, chat: Census) -> None:
    await minutes(app, 0, 2)
    assert chat.asked == ["ana"]
    await minutes(app, 2, 60)
    assert chat.asked == ["ana", "chloe"]
    await minutes(app, TURNS - 5, TURNS + 5)
    assert chat.asked == ["ana", "chloe"] * 2


async def test_who_is_gone_is_told_of_and_who_is_back_too(app: App, chat: Census) -> None:
    chat.gone = {str(ANA)}
    await minutes(app, 0, 5)
    async with app.store.read(COMMUNITY) as unit:
        assert len(await unit.people.gone(1)) == 1
        assert (await unit.escalations.listed(0, 9))[1] == 1
    chat.gone = set()
    await minutes(app, TURNS, TURNS + 9)
    async with app.store.read(COMMUNITY) as unit:
        course = await unit.courses.get(1)
        assert await unit.people.gone(1) == []
    assert course is not None
    assert course.owner is not None
    assert course.owner.id == 1


async def test_a_platform_that_does_not_tell_changes_nothing(app: App, chat: Census) -> None:
    chat.trouble = RateLimited(30)
    await minutes(app, 0, 5)
    assert await is_here(app)
    chat.trouble, chat.gone = None, {str(ANA)}
    await minutes(app, 6, 20)
    assert not await is_here(app), "it is asked again, soon"


async def test_a_short_pause_is_caught_up_with(app: App, chat: Census) -> None:
    await minutes(app, 0, 0)
    await app.presence.run_due(MIDNIGHT + timedelta(minutes=9))
    assert chat.asked == ["ana", "chloe"]


@pytest.mark.parametrize("pause", [timedelta(minutes=7), timedelta(hours=1), timedelta(hours=25)])
async def test_a_tick_now_and_then_looks_after_everybody(app: App, chat: Census, pause: timedelta) -> None:
    """As cron does it: each time it is another program."""
    async with app.store.write(COMMUNITY) as unit:
        for n in range(4, 60):
            await unit.people.meet(Account("playground", "home", f"p{n}"), Profile(f"p{n}"), MIDNIGHT)
            await unit.courses.add(content(f"Course {n}"), n, MIDNIGHT)
    now = MIDNIGHT
    while now < MIDNIGHT + timedelta(weeks=2):
        await Presence(app.store, app.chats, app._heard).run_due(now)
        now += pause
    assert set(chat.asked) == {"ana", "chloe", *(f"p{n}" for n in range(4, 60))}
    assert len(chat.asked) <= 3 * 58, "and not all of them all the time"


def test_who_is_weeks_behind_goes_on_with_the_same_people() -> None:
    assert first_turn(0, 12345) == 12345
    assert first_turn(100, 100) == 101
    assert first_turn(100, 100 + TURNS) == 101
    assert first_turn(100, 101 + TURNS) == 101 + TURNS
    assert first_turn(100, 5000 + 7 * TURNS) == 101 + 7 * TURNS


LEFT, CAME = (Event(str(kind), HOME, ANA, kind) for kind in (EventKind.LEFT, EventKind.CAME))


async def test_what_is_told_late_and_is_not_so_any_more_changes_nothing(app: App, chat: Census) -> None:
    await app.hear(LEFT)  # of the time before they came back, which nobody told either
    assert await is_here(app)
    await minutes(app, 2, 5)
    assert await is_here(app)
    assert chat.asked.count("ana") == 2, "once more in a minute, in case the platform answered from memory"
    chat.gone = {str(ANA)}
    await app.hear(LEFT)
    assert not await is_here(app)
    await app.hear(CAME)
    assert not await is_here(app)


async def test_what_the_platform_knows_only_a_moment_later_is_noticed(app: App, chat: Census) -> None:
    await app.hear(LEFT)
    chat.gone = {str(ANA)}
    await minutes(app, 1, 2)
    assert not await is_here(app)


@pytest.mark.parametrize("silence", [RateLimited(30), InDoubt()])
async def test_what_is_told_while_the_platform_does_not_answer_is_looked_at_soon(
    app: App, chat: Census, silence: Exception
) -> None:
    chat.gone, chat.trouble = {str(ANA)}, silence
    await app.hear(LEFT)
    assert await is_here(app)
    chat.trouble = None
    await minutes(app, 0, 0)
    assert not await is_here(app)


@pytest.mark.parametrize("error", [Unreachable(), Unauthorized()])
async def test_a_platform_that_tells_but_may_not_be_asked_is_believed(app: App, chat: Census, error: BotError) -> None:
    chat.trouble = error
    await app.hear(LEFT)
    assert not await is_here(app)


async def test_an_account_that_the_platform_never_knew_is_believed_to_be_gone_after_a_day(
    app: App, chat: Census
) -> None:
    chat.trouble = NoSuchAccount()
    await minutes(app, 0, 60)
    assert await is_here(app), "one such answer may be a mistake"
    assert chat.asked.count("ana") == 1
    await minutes(app, 24 * 60 - 5, 24 * 60 + 5)
    assert not await is_here(app)


async def test_a_wrong_answer_that_passes_changes_nothing(app: App, chat: Census) -> None:
    for day in range(3):
        chat.trouble = NoSuchAccount()
        await minutes(app, day * TURNS, day * TURNS + 5)
        chat.trouble = None
        await minutes(app, day * TURNS + 24 * 60 - 5, day * TURNS + 24 * 60 + 5)
    assert await is_here(app)


async def test_who_is_told_to_have_left_and_is_not_known_has_left(app: App, chat: Census) -> None:
    chat.trouble = NoSuchAccount()
    await app.hear(LEFT)
    assert not await is_here(app)


async def test_a_letter_to_an_account_that_is_not_known_has_it_looked_at(app: App, chat: Census) -> None:
    async with app.store.write(COMMUNITY) as unit:
        await unit.outbox.queue([Letter("course.card", "1", Recipient.account(ANA))], MIDNIGHT)
    chat.shut[str(ANA)] = NoSuchAccount()
    await app.delivery.run_due(MIDNIGHT + timedelta(minutes=9))
    chat.gone = {str(ANA)}
    await app.presence.run_due(MIDNIGHT + timedelta(minutes=9))
    assert not await is_here(app)
