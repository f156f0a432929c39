"""Private letters: nobody knocks twice at a closed door, and the person's next account is written to."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.app import COMMUNITY, App
from bot.app.doctor import _outbox
from bot.courses.phrases import CARD
from bot.delivery import Delivery
from bot.doors import next_recipient
from bot.errors import InDoubt, StoreUnavailable, Unauthorized, Unreachable
from bot.model import UNREACHED, Account, Checkpoint, CourseContent, Finding, Letter, OutboxState, Profile, Recipient
from bot.ports import Unit
from bot.retries import BACKOFF
from bot.sending import LEASE
from storage.sql import table
from tests.doubles.chat import FakeChat
from tests.stage import FixedClock

HERE, THERE, NOWHERE = (Account("playground", place, "ana") for place in ("home", "other", "void"))
SLACK = Account("slack", "T1", "U1")
SHUT = Unreachable("They take no messages.")
LETTER = Letter(CARD, "1", Recipient.account(HERE), "x")


@pytest.fixture
async def ana(app: App, clock: FixedClock) -> None:
    """A person with an account in each of four places, one on a platform that isn't attached, and a course."""
    async with app.store.write(COMMUNITY) as unit:
        person = await unit.people.meet(HERE, Profile("Ana"), clock.now())
        await unit.courses.add(CourseContent("Sail", (Checkpoint("Go", "https://example.org/"),)), None, clock.now())
        for account in (THERE, NOWHERE, SLACK):
            row = {"platform": account.platform, "workspace": account.workspace, "user_id": account.user}
            row |= {"community": COMMUNITY, "person": person.id}  # type: ignore[dict-item] # a row of both
            people: Any = unit.people  # its private seat: linking accounts is not there yet
            await people._run(lambda db, _, row=row: db.execute(table("account").insert(), row))
        await unit.outbox.queue([LETTER], clock.now())


async def states(app: App) -> dict[str, OutboxState]:
    """Tell how the letters stand, by account."""
    async with app.store.read(COMMUNITY) as unit:
        return {one.recipient.address: one.state for one in await unit.outbox.find(CARD, "1", "x", None)}


@pytest.mark.usefixtures("ana")
async def test_the_next_account_gets_what_the_first_does_not_take(app: App, chat: FakeChat, clock: FixedClock) -> None:
    chat.shut[str(HERE)] = SHUT
    for _ in range(3):
        await app.tick(clock.now())
        clock.move(timedelta(days=1))
    assert [to for to, _, _ in chat.sent] == [str(THERE)]
    assert chat.knocks == [str(HERE)]
    assert await states(app) == {str(HERE): OutboxState.DEAD, str(THERE): OutboxState.SENT}


@pytest.mark.usefixtures("ana")
async def test_each_account_is_asked_once_and_the_last_says_why(app: App, chat: FakeChat, clock: FixedClock) -> None:
    accounts = (HERE, THERE, NOWHERE)
    chat.shut |= {str(account): SHUT for account in accounts}
    for _ in range(5):
        await app.tick(clock.now())
        clock.move(timedelta(days=1))
    assert sorted(chat.knocks) == sorted(map(str, accounts)), "and nothing waits for a platform that isn't there"
    assert await states(app) == {str(account): OutboxState.DEAD for account in accounts}
    async with app.store.read(COMMUNITY) as unit:
        assert {one.error for one in await unit.outbox.find(CARD, "1", "x", None)} == {str(SHUT)}
        counts = await unit.outbox.counts()
    assert (counts[UNREACHED], counts[OutboxState.DEAD]) == (3, 0), "nothing that a steward could mend"


@pytest.mark.usefixtures("ana")
async def test_an_account_that_has_the_same_letter_is_not_written_to_again(
    app: App, chat: FakeChat, clock: FixedClock
) -> None:
    async with app.store.write(COMMUNITY) as unit:
        await unit.outbox.queue([replace(LETTER, recipient=Recipient.account(THERE))], clock.now())
    chat.shut[str(HERE)] = SHUT
    await app.tick(clock.now())
    assert sorted(to for to, _, _ in chat.sent) == sorted([str(THERE), str(NOWHERE)])


async def test_an_account_of_nobody_ends_its_letter(app: App, chat: FakeChat, clock: FixedClock) -> None:
    async with app.store.write(COMMUNITY) as unit:
        await unit.courses.add(CourseContent("Sail", (Checkpoint("Go", "https://example.org/"),)), None, clock.now())
        await unit.outbox.queue([LETTER], clock.now())
    chat.shut[str(HERE)] = SHUT
    await app.tick(clock.now())
    assert await states(app) == {str(HERE): OutboxState.DEAD}


@pytest.mark.usefixtures("ana")
async def test_a_refused_token_closes_nobodys_door(app: App, chat: FakeChat, clock: FixedClock) -> None:
    chat.shut[str(HERE)] = Unauthorized("Set the token anew.")
    await app.tick(clock.now())
    assert await states(app) == {str(HERE): OutboxState.NEW}
    del chat.shut[str(HERE)]
    clock.move(timedelta(seconds=BACKOFF[0]))
    await app.tick(clock.now())
    assert [to for to, _, _ in chat.sent] == [str(HERE)]


@pytest.mark.usefixtures("ana")
async def test_a_private_letter_in_doubt_is_looked_up(app: App, chat: FakeChat, clock: FixedClock) -> None:
    chat.after.append(InDoubt())
    await app.tick(clock.now())
    chat.shut[str(HERE)] = SHUT  # no matter: it arrived
    clock.move(timedelta(seconds=LEASE + 1))
    await app.tick(clock.now())
    assert len(chat.sent) == 1
    assert await states(app) == {str(HERE): OutboxState.SENT}


class Torn:
    """A store that breaks after the next letter was queued, before its transaction is done."""

    def __init__(self, app: App) -> None:
        self._store = app.store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Unit]:
        async with self._store.write(community) as unit:
            yield unit
            if len(await unit.outbox.find(CARD, "1", "x", None)) > 1:
                raise StoreUnavailable


@pytest.mark.usefixtures("ana")
async def test_a_process_that_dies_while_passing_on_loses_and_doubles_nothing(
    app: App, chat: FakeChat, clock: FixedClock
) -> None:
    chat.shut[str(HERE)] = SHUT
    parts: dict[str, Any] = {"registry": app.registry, "config": app.config, "clock": clock, "chats": app.chats}
    await Delivery(**parts, store=Torn(app), claimant="dies").run_due(clock.now())
    assert await states(app) == {str(HERE): OutboxState.SENDING}
    for _ in range(3):
        clock.move(timedelta(seconds=LEASE + 1))
        await app.tick(clock.now())
    assert [to for to, _, _ in chat.sent] == [str(THERE)]


def test_the_next_account_is_the_first_that_is_left() -> None:
    accounts = (HERE, THERE, SLACK)
    here, there, slack = map(Recipient.account, accounts)
    assert next_recipient(accounts, {here}, {"playground", "slack"}) == there
    assert next_recipient(accounts, {here, there}, {"playground", "slack"}) == slack
    assert next_recipient(accounts, {here, there}, {"playground"}) is None
    assert next_recipient(accounts, {here, there, slack}, {"playground", "slack"}) is None
    assert next_recipient((), set(), {"playground"}) is None


@pytest.mark.usefixtures("ana")
async def test_check_finds_closed_doors_well(app: App, chat: FakeChat, clock: FixedClock) -> None:
    chat.shut |= {str(account): SHUT for account in (HERE, THERE, NOWHERE)}
    await app.tick(clock.now())
    async with app.store.read(COMMUNITY) as unit:
        found = _outbox(Counter(await unit.outbox.counts()))
    assert found == Finding.well("Outbox", "0 waiting, 3 private messages that nobody took")
