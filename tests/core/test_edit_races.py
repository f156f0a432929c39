"""Edits made by processes that die, hang or overtake each other on one store: the newest state is shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.app import COMMUNITY, App
from bot.delivery import Delivery
from bot.errors import (
    InDoubt,
    StoreUnavailable,
)
from bot.model import OutboxState
from bot.ports import Unit
from bot.sending import LEASE
from tests.doubles.board import Board, another, tick
from tests.doubles.chat import FakeChat
from tests.stage import FixedClock

OVER_LEASE = timedelta(seconds=LEASE + 1)


class Dying:
    """The store of a process that dies: after that it writes nothing any more."""

    def __init__(self, app: App) -> None:
        self._store = app.store
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Unit]:
        if self.dead:
            raise StoreUnavailable
        async with self._store.write(community) as unit:
            yield unit


@pytest.mark.parametrize("step", ["claimed", "card made", "sent", "marked"])
async def test_a_process_that_dies_at_any_step_leaves_the_edit_to_the_next_one(
    app: App, chat: FakeChat, clock: FixedClock, board: Board, step: str
) -> None:
    await board.post("here")
    await tick(app, clock)
    await board.write("second")
    dying = Dying(app)
    first = another(app, "first", dying)

    async def die() -> None:
        dying.dead = True
        if step != "sent":
            raise RuntimeError("the request never left")

    if step == "claimed":
        async with app.store.write(COMMUNITY) as unit:
            assert len(await unit.outbox.claim(clock.now(), LEASE, 9, "first", ["playground"])) == 1
    else:
        chat.at_edit = die if step != "marked" else None
        await first.run_due(clock.now())
    second = another(app, "second")
    assert await second.run_due(clock.now()) == 0, "its lease runs: it may be alive"
    made = len(chat.edits)
    assert made == (step in {"sent", "marked"})
    clock.move(OVER_LEASE)
    assert await second.run_due(clock.now()) == (step != "marked")
    assert chat.shown(await board.ref()) == "second"
    assert (await board.letter(2)).state is OutboxState.SENT
    clock.move(OVER_LEASE)
    assert await second.run_due(clock.now()) == 0


async def test_a_change_after_a_process_died_is_shown_by_the_next_one(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    await tick(app, clock)
    await board.write("second")
    async with app.store.write(COMMUNITY) as unit:
        await unit.outbox.claim(clock.now(), LEASE, 9, "dead", ["playground"])
    await board.write("third")
    await tick(app, clock)
    assert chat.edits == []
    await tick(app, clock, OVER_LEASE)
    assert [words for _, words in chat.edits] == ["third"]


@pytest.mark.parametrize("failure", [None, InDoubt()])
@pytest.mark.parametrize("late", ["after", "during"])
async def test_an_old_card_that_arrives_late_never_stays(
    app: App, chat: FakeChat, clock: FixedClock, board: Board, late: str, failure: Exception | None
) -> None:
    """One process hangs with an old card until another one has shown (or is just showing) a newer one."""
    await board.post("here")
    await tick(app, clock)
    ref = await board.ref()
    await board.write("old")
    hangs, go = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        hangs.set()
        await go.wait()

    chat.at_edit = hang
    hanging = asyncio.create_task(another(app, "hanging").run_due(clock.now()))
    await hangs.wait()
    await board.write("new")
    clock.move(OVER_LEASE)

    async def overtake() -> None:
        """Let the old card arrive and be written down, just before the newer one arrives."""
        go.set()
        await hanging

    chat.at_edit = overtake if late == "during" else None
    await another(app, "other").run_due(clock.now())
    chat.edit_after += [failure] if failure else []
    go.set()
    await hanging
    chat.edit_after.clear()
    for _ in range(4):
        await tick(app, clock, OVER_LEASE)
    assert "old" in [words for _, words in chat.edits]
    assert chat.shown(ref) == "new"
    assert (await board.letter(2)).state is OutboxState.SENT


async def test_two_processes_and_many_changes_end_with_the_last_one(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("a", "b", "c")
    await tick(app, clock)
    one, other = another(app, "one"), another(app, "other")
    done = False

    async def work(delivery: Delivery) -> None:
        while not done:
            await delivery.run_due(clock.now())
            clock.move(timedelta(seconds=0.3))
            await asyncio.sleep(0)

    workers = [asyncio.create_task(work(delivery)) for delivery in (one, other)]
    for number in range(60):
        await board.write(f"{number}")
        await asyncio.sleep(0)
    done = True
    await asyncio.gather(*workers)
    for _ in range(3):
        await tick(app, clock, OVER_LEASE)
    assert {chat.shown(chat._ref(to, key)) for to, _, key in chat.sent} == {"59"}
