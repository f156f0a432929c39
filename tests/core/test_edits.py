"""Edits of messages that stand: each shows the newest state, whatever fails."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.app import COMMUNITY, App
from bot.edits import EDIT_LIMIT, EDIT_PACE, Later, Over, judge
from bot.errors import (
    CannotTell,
    InDoubt,
    RateLimited,
    Refused,
    StoreUnavailable,
    Unauthorized,
    Unreachable,
)
from bot.model import OutboxState, Ref
from bot.retries import BACKOFF, TRIES
from bot.sending import LEASE, SEND_LIMIT
from tests.doubles.board import BOARD, Board, another, tick
from tests.doubles.chat import FakeChat
from tests.stage import FixedClock

PACE = timedelta(seconds=EDIT_PACE)
OVER_LEASE = timedelta(seconds=LEASE + 1)


async def test_every_message_that_stands_shows_the_new_state(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here", "there")
    await tick(app, clock)
    await board.write("second")
    for _ in range(3):
        await tick(app, clock, PACE)
    assert sorted(chat.edits) == sorted(
        (ref, "second") for _, _, key in chat.sent if (ref := _ref_of(chat, key)) is not None
    )
    assert len(chat.edits) == len(chat.sent) == 2


def _ref_of(chat: FakeChat, key: str) -> Ref | None:
    return next((chat._ref(to, k) for to, _, k in chat.sent if k == key), None)


async def test_what_was_not_sent_yet_needs_no_edit(app: App, chat: FakeChat, clock: FixedClock, board: Board) -> None:
    await board.post("here")
    chat.before.append(RateLimited(60))
    await tick(app, clock)
    await board.write("second")
    await tick(app, clock)
    await tick(app, clock, timedelta(seconds=61))
    assert [card.summary for _, card, _ in chat.sent] == ["second"]
    assert chat.edits == []
    assert (await board.letter(2)).state is OutboxState.SENT


async def test_a_post_that_is_just_going_out_is_edited_when_it_stands(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    chat.after.append(InDoubt())
    await tick(app, clock)
    await board.write("second")
    await tick(app, clock)
    assert chat.edits == []
    for _ in range(3):
        await tick(app, clock, OVER_LEASE)
    assert len(chat.sent) == 1
    assert chat.edits == [(await board.ref(), "second")]


async def test_a_post_that_was_never_seen_to_stand_is_left_alone(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    chat.after.append(InDoubt())
    chat.look_up = CannotTell()
    await tick(app, clock)
    await board.write("second")
    for _ in range(4):
        await tick(app, clock, OVER_LEASE)
    assert (await board.letter()).state is OutboxState.UNKNOWN
    assert (await board.letter(2)).state is OutboxState.DEAD
    assert chat.edits == []


async def test_500_changes_in_ten_seconds_are_at_most_one_edit_a_second_and_the_last_one_stands(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    await tick(app, clock)
    for number in range(500):
        await board.write(f"{number}")
        if number % 5 == 0:
            await tick(app, clock, timedelta(seconds=0.1))
    for _ in range(3):
        await tick(app, clock, PACE)
    assert 8 <= len(chat.edits) <= 12
    assert chat.shown(await board.ref()) == "499"


async def test_a_change_while_the_edit_is_on_its_way_is_shown_too(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    await tick(app, clock)
    await board.write("second")
    chat.at_edit = lambda: board.write("third")
    await tick(app, clock)
    assert [words for _, words in chat.edits] == ["second"]
    await tick(app, clock)
    assert len(chat.edits) == 1, "the pace holds for it too"
    for _ in range(3):
        await tick(app, clock, PACE)
    assert [words for _, words in chat.edits] == ["second", "third"]


async def test_without_a_card_the_message_stays_as_it_is(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    await tick(app, clock)
    await board.write(None)
    await tick(app, clock)
    assert chat.edits == []
    await board.write("back")
    await tick(app, clock, PACE)
    assert [words for _, words in chat.edits] == ["back"]


@pytest.mark.parametrize("gone", [Unreachable("gone"), Refused("never")])
async def test_a_message_that_is_gone_is_tried_once_for_each_change(
    app: App, chat: FakeChat, clock: FixedClock, board: Board, gone: Exception
) -> None:
    await board.post("here")
    await tick(app, clock)
    for words in ("second", "third"):
        chat.edit_before = [gone] * 9
        await board.write(words)
        for _ in range(5):
            await tick(app, clock, timedelta(hours=1))
        assert len(chat.edit_before) == 8
        assert (await board.letter(2)).state is OutboxState.DEAD
        assert (await board.letter(2)).error == str(gone)
    assert (await board.letter()).state is OutboxState.SENT


async def test_a_change_while_an_edit_fails_for_good_is_tried_too(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    """The card that was refused may have been too long, and the one after it is not."""
    await board.post("here")
    await tick(app, clock)
    await board.write("second")

    async def meanwhile() -> None:
        await board.write("third")
        raise Refused

    chat.at_edit = meanwhile
    for _ in range(3):
        await tick(app, clock, PACE)
    assert [words for _, words in chat.edits] == ["third"]


@pytest.mark.parametrize(
    ("failure", "pause"),
    [(InDoubt(), LEASE), (TimeoutError(), LEASE), (RateLimited(300), 300), (Unauthorized("token"), BACKOFF[0])],
)
@pytest.mark.parametrize("arrived", [False, True])
async def test_an_edit_that_fails_for_now_is_made_again(
    app: App, chat: FakeChat, clock: FixedClock, board: Board, failure: Exception, pause: float, *, arrived: bool
) -> None:
    await board.post("here")
    await tick(app, clock)
    await board.write("second")
    (chat.edit_after if arrived else chat.edit_before).append(failure)
    await tick(app, clock)
    chat.edits.clear()
    await tick(app, clock, timedelta(seconds=pause - 1))
    assert chat.edits == []
    await tick(app, clock, timedelta(seconds=2))
    assert chat.edits == [(await board.ref(), "second")]


def test_waiting_never_wears_an_edit_out_and_failing_does() -> None:
    assert judge(RateLimited(7), 9 * TRIES) == Later(7, "The platform asked me to wait.")
    assert isinstance(judge(StoreUnavailable(), 9 * TRIES), Later)
    for error in (InDoubt(), TimeoutError(), Unauthorized(), RuntimeError()):
        assert isinstance(judge(error, TRIES - 1), Later)
        assert isinstance(judge(error, TRIES), Over)


def test_an_edit_is_over_before_its_lease() -> None:
    assert EDIT_LIMIT < LEASE
    assert SEND_LIMIT < LEASE


# What must not be confused by edits.


async def test_posts_letters_and_figures_know_nothing_of_edits(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    await tick(app, clock)

    async def picture() -> list[object]:
        async with app.store.read(COMMUNITY) as unit:
            found = await unit.outbox.find(BOARD, "1", "", None)
            return [found, await unit.posts.of(BOARD, "1"), await unit.outbox.counts()]

    before = await picture()
    await board.write("second")
    assert await picture() == before
    await tick(app, clock)
    assert await picture() == before
    chat.edit_before.append(Refused())
    await board.write("third")
    await tick(app, clock, PACE)
    assert await picture() == before, "an edit that failed is no message that was given up"


async def test_what_nobody_shows_needs_nothing(app: App, chat: FakeChat, clock: FixedClock, board: Board) -> None:
    await board.write("second")
    await tick(app, clock)
    async with app.store.read(COMMUNITY) as unit:
        assert await unit.outbox.get(1) is None


class Running:
    """A clock that runs from a start."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._time: Callable[[], float] = asyncio.get_running_loop().time
        self._begun = self._time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._time() - self._begun)


async def test_a_change_within_the_pace_is_shown_right_after_it_without_a_tick(
    app: App, chat: FakeChat, clock: FixedClock, board: Board
) -> None:
    await board.post("here")
    await tick(app, clock)
    app.clock = Running(clock.now())
    delivery = another(app)
    running = asyncio.create_task(delivery.run())
    try:
        async with asyncio.timeout(3 * EDIT_PACE):
            for words in ("second", "third"):
                await board.write(words)
                delivery.wake()
                while words not in [shown for _, shown in chat.edits]:  # noqa: ASYNC110 - the double has no event
                    await asyncio.sleep(0.01)
    finally:
        running.cancel()
