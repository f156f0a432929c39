"""Edits of messages that stand: the newest state is shown, whatever fails, dies or overtakes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app import COMMUNITY, App
from bot.commands import Composing, PostMaker
from bot.delivery import LEASE, SEND_LIMIT, Delivery
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
from bot.model import Letter, OutboxState, Place, Recipient, Ref
from bot.ports import Unit
from bot.retries import BACKOFF, TRIES
from bot.ui import Card, paragraph
from tests.doubles.chat import FakeChat
from tests.stage import FixedClock

BOARD = "board"
PACE = timedelta(seconds=EDIT_PACE)
OVER_LEASE = timedelta(seconds=LEASE + 1)


@dataclass
class Board:
    """What stands on a board, on every message that shows it."""

    app: App
    words: str | None = "first"

    async def make(self, composing: Composing, letter: Letter) -> Card | None:
        """Make the card of this moment."""
        return None if self.words is None else Card(self.words, (paragraph(self.words),))

    async def write(self, words: str | None) -> None:
        """Change it, and have every message show it."""
        async with self.app.store.write(COMMUNITY) as unit:
            await unit.outbox.refresh(BOARD, "1", self.app.clock.now())
            self.words = words

    async def post(self, *places: str) -> None:
        """Have it posted."""
        letters = [Letter(BOARD, "1", Recipient.place(Place(f"playground:home/{place}"))) for place in places]
        async with self.app.store.write(COMMUNITY) as unit:
            await unit.outbox.queue(letters, self.app.clock.now())

    async def letter(self, number: int = 1) -> Letter:
        """Give a letter; 1 is the first post, the next numbers its edits in the order they were first wanted."""
        async with self.app.store.read(COMMUNITY) as unit:
            found = await unit.outbox.get(number)
        assert found is not None
        return found

    async def ref(self) -> Ref:
        """Tell where the first post stands."""
        ref = (await self.letter()).ref
        assert ref is not None
        return ref


@pytest.fixture
def board(app: App, chat: FakeChat) -> Board:
    made = Board(app)
    app.registry.posts[BOARD] = PostMaker(BOARD, made.make)
    return made


async def tick(app: App, clock: FixedClock, after: timedelta = timedelta()) -> None:
    clock.move(after)
    await app.tick(clock.now())


def another(app: App, name: str = "another", store: Any = None) -> Delivery:
    """Start a second sender on the same store."""
    return Delivery(
        store=store or app.store,
        registry=app.registry,
        config=app.config,
        clock=app.clock,
        chats=app.chats,
        claimant=name,
    )


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


# What follows: processes that die or hang, on one store.


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
