"""Private conversations: what is known of them outlives the program, and is one for all that run on a database."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import COMMUNITY, App, SystemClock, open_app
from bot.commands import Background, PostMaker
from bot.delivery import Delivery
from bot.doors import PACES, SHUT_FOR, Door, Queue, turn
from bot.errors import InDoubt, Unreachable
from bot.model import Account, Letter, Profile, Recipient, Ref, Workspace
from bot.ports import Clock
from bot.sending import LEASE
from bot.ui import Card, Note, Paragraph, paragraph, plain
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings

NOTE, NEWS = "note", "news"
"""Kinds of private letters of no feature: one that answers somebody, and one of many."""
HOUR = timedelta(hours=1)
FIRST = "This is my first private message to you"
SHUT = Unreachable("They take no messages.")


async def make_note(background: Background, letter: Letter) -> Card | None:
    return Card(f"Note {letter.subject}", (paragraph(f"Note {letter.subject}"),))


def plain_text(card: Card) -> str:
    return "\n".join(plain(block.text) for block in card.blocks if isinstance(block, Paragraph | Note))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@asynccontextmanager
async def started(folder: Path, clock: Clock, chat: FakeChat) -> AsyncIterator[App]:
    """Start the program on what an earlier start left behind."""
    async with open_app(settings(folder), clock=clock, links=FakeLinks(), sending=False) as app:
        await app.join(Workspace(chat.platform, "home"))
        app.registry.posts[NOTE] = PostMaker(NOTE, make_note)
        app.registry.posts[NEWS] = PostMaker(NEWS, make_note, many=True)
        app.attach(chat)
        yield app


async def write(app: App, *names: str, kind: str = NOTE, subject: str = "1") -> None:
    """Write to each of these people."""
    (platform,) = app.chats
    async with app.store.write(COMMUNITY) as unit:
        for name in names:
            account = Account(platform, "home", name)
            await unit.people.meet(account, Profile(name), app.clock.now())
            await unit.outbox.queue([Letter(kind, subject, Recipient.account(account))], app.clock.now())


async def test_a_closed_door_is_left_alone_for_the_day_also_after_a_restart(tmp_path: Path, clock: FixedClock) -> None:
    chat = FakeChat(shut={"playground:home:ana": SHUT})
    for n in range(4):
        async with started(tmp_path, clock, chat) as app:
            await write(app, "ana", subject=str(n))
            await app.tick(clock.now())
        clock.move(SHUT_FOR / 4)
    assert len(chat.knocks) == 1
    async with started(tmp_path, clock, chat) as app:
        await write(app, "ana", subject="the day after")
        await app.tick(clock.now())
    assert len(chat.knocks) == 2


async def test_a_door_that_opens_is_open(tmp_path: Path, clock: FixedClock) -> None:
    chat = FakeChat(shut={"playground:home:ana": SHUT})
    async with started(tmp_path, clock, chat) as app:
        await write(app, "ana")
        await app.tick(clock.now())
        chat.shut.clear()
        clock.move(SHUT_FOR)
        await write(app, "ana", subject="2")
        await app.tick(clock.now())
        assert len(chat.sent) == 1
        async with app.store.read(COMMUNITY) as unit:
            assert await unit.doors.of(Account("playground", "home", "ana")) == Door(opened_at=clock.now())


@dataclass
class Calendar(FakeChat):
    """Writes down when each message came."""

    clock: FixedClock = field(default_factory=FixedClock)
    came: dict[str, datetime] = field(default_factory=dict)

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        ref = await super().dm(account, card, key)
        self.came.setdefault(account.user, self.clock.at)
        return ref

    def most_in(self, stretch: timedelta) -> int:
        """Count the first messages in the busiest stretch of time."""
        moments = self.came.values()
        return max(sum(begin <= one < begin + stretch for one in moments) for begin in moments)


@pytest.mark.parametrize("kind", [NOTE, NEWS])
async def test_ten_conversations_an_hour_over_every_restart(tmp_path: Path, clock: FixedClock, kind: str) -> None:
    """As `tick` by cron does it: each time it is another program."""
    chat = Calendar("discord", clock=clock)
    async with started(tmp_path, clock, chat) as app:
        await write(app, *(f"p{n}" for n in range(25)), kind=kind)
    for _ in range(24):
        async with started(tmp_path, clock, chat) as app:
            await app.tick(clock.now())
        clock.move(timedelta(minutes=10))
    assert len(chat.came) == 25
    assert chat.most_in(HOUR) <= 10


async def test_ten_conversations_an_hour_by_all_programs_together(tmp_path: Path, clock: FixedClock) -> None:
    chat = Calendar("discord", clock=clock)
    async with started(tmp_path, clock, chat) as app:
        await write(app, *(f"p{n}" for n in range(25)))
        other = Delivery(
            store=app.store, registry=app.registry, config=app.config, clock=clock, chats=app.chats, claimant="other"
        )
        for _ in range(20):
            await asyncio.gather(app.delivery.run_due(clock.now()), other.run_due(clock.now()))
            clock.move(timedelta(minutes=10))
    assert len(chat.came) == 25
    assert chat.most_in(HOUR) <= 10


async def test_what_answers_somebody_does_not_wait_for_all_the_news(tmp_path: Path, clock: FixedClock) -> None:
    chat = Calendar("discord", clock=clock)
    async with started(tmp_path, clock, chat) as app:
        await write(app, *(f"p{n}" for n in range(40)), kind=NEWS)
        await app.tick(clock.now())
        clock.move(timedelta(minutes=10))
        begun = clock.now()
        await write(app, "ana", "p39")  # who is to get the news hours later
        await app.tick(clock.now())
        await write(app, "ben")
        for _ in range(12):
            await app.tick(clock.now())
            clock.move(timedelta(minutes=5))
    assert [chat.came[name] for name in ("ana", "p39")] == [begun, begun]
    assert begun < chat.came["ben"] <= begun + HOUR, "ten an hour hold for all"
    assert chat.most_in(HOUR) <= 10
    assert [to for to, _, _ in chat.sent].count("discord:home:p39") == 1, "the news are still to come"


async def test_a_conversation_that_is_open_waits_for_nothing(tmp_path: Path, clock: FixedClock) -> None:
    chat = Calendar("discord", clock=clock)
    async with started(tmp_path, clock, chat) as app:
        names = [f"p{n}" for n in range(20)]
        await write(app, *names)
        for _ in range(20):
            await app.tick(clock.now())
            clock.move(timedelta(minutes=10))
        await write(app, *names, subject="2")
        await app.tick(clock.now())
    assert len(chat.sent) == 40


async def test_one_a_second_on_slack_while_the_program_runs(tmp_path: Path, clock: FixedClock) -> None:
    chat = Calendar("slack", clock=clock)
    async with started(tmp_path, clock, chat) as app:
        await write(app, *(f"p{n}" for n in range(4)))
        for _ in range(4):
            await app.tick(clock.now())
            clock.move(timedelta(seconds=1))
    assert len(chat.came) == 4
    assert chat.most_in(timedelta(seconds=1)) == 1


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=99)])
async def test_a_tick_by_itself_goes_on_with_what_waits_a_moment(tmp_path: Path, ahead: timedelta) -> None:
    chat = FakeChat("slack")
    async with started(tmp_path, SystemClock(), chat) as app:
        await write(app, "ana", "ben")
        await app.tick(app.clock.now() + ahead)
        assert len(chat.sent) == 1
        await app.delivery.linger(ahead, 30)
        assert len(chat.sent) == 2
        await app.delivery.linger(ahead, 30)


async def test_the_running_program_wakes_for_it(tmp_path: Path) -> None:
    chat = FakeChat("slack")
    async with started(tmp_path, SystemClock(), chat) as app:
        await write(app, "ana", "ben")
        sender = asyncio.create_task(app.delivery.run())
        app.delivery.wake()
        async with asyncio.timeout(30):
            while len(chat.sent) < 2:
                await app.delivery.moved(app.delivery.moves, 1)
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


minutes = st.integers(0, 600).map(lambda n: timedelta(minutes=n))


@given(st.lists(st.tuples(minutes, st.booleans()), min_size=1, max_size=60), st.lists(st.integers(1, 90), min_size=1))
def test_whatever_comes_and_whenever_it_is_looked_for(wanted: list[tuple[timedelta, bool]], ticks: list[int]) -> None:
    """The rule by itself: all get their turn, never too many in an hour, also after long pauses."""
    paces, begin = PACES["discord"], datetime(2026, 3, 4, tzinfo=UTC)
    places: dict[int, datetime] = {}
    opened: dict[int, datetime] = {}
    due = {n: begin + at for n, (at, _) in enumerate(wanted)}
    now, pauses = begin, itertools.cycle(ticks)
    while due:
        for n in sorted((n for n in due if due[n] <= now), key=lambda n: (due[n], n)):
            others = [place for one, place in places.items() if one != n]
            ahead = max((one for one in others if one > now), default=None)
            queue = Queue([one for one in others if now - HOUR < one <= now], ahead)
            many = wanted[n][1]
            at = turn(now, places.get(n), queue, paces, many=many)
            assert at >= now
            if many or at <= now:
                places[n] = at
            due[n] = at
            if at <= now:
                opened[n] = due.pop(n)
        now += timedelta(minutes=next(pauses))
        assert now < begin + timedelta(days=7), "somebody waits for ever"
    for begun in opened.values():
        assert sum(begun <= one < begun + HOUR for one in opened.values()) <= paces.all.most


async def test_the_first_letter_says_so_also_where_its_answer_stayed_out(tmp_path: Path, clock: FixedClock) -> None:
    chat = FakeChat(after=[InDoubt()])
    async with started(tmp_path, clock, chat) as app:
        await write(app, "ana")
        for _ in range(2):
            await app.tick(clock.now())
            clock.move(timedelta(seconds=LEASE + 1))
        await write(app, "ana", subject="2")
        await app.tick(clock.now())
        first, second = [plain_text(card) for _, card, _ in chat.sent]
        assert (FIRST in first, FIRST in second) == (True, False)
        async with app.store.read(COMMUNITY) as unit:
            letters = [(await unit.outbox.find(NOTE, subject, "", None))[0] for subject in ("1", "2")]
        assert [letter.opens for letter in letters] == [True, False]


async def test_a_letter_that_introduces_itself_is_left_as_it_is(tmp_path: Path, clock: FixedClock) -> None:
    seen: list[bool] = []

    async def make(background: Background, letter: Letter) -> Card:
        seen.append(letter.opens)
        return Card("Hello", (paragraph("Hello"),))

    chat = FakeChat()
    async with started(tmp_path, clock, chat) as app:
        app.registry.posts[NOTE] = PostMaker(NOTE, make, why=None)
        for n in range(2):
            await write(app, "ana", subject=str(n))
            await app.tick(clock.now())
    assert seen == [True, False]
    assert FIRST not in plain_text(chat.sent[0][1])


async def test_who_wants_no_private_messages_gets_what_is_for_their_safety(tmp_path: Path, clock: FixedClock) -> None:
    chat, lost = FakeChat(), list[str]()

    async def note(background: Background, letter: Letter) -> None:
        lost.append(letter.subject)

    async with started(tmp_path, clock, chat) as app:
        app.registry.posts[NOTE] = PostMaker(NOTE, make_note, lost=note)
        app.registry.posts[NEWS] = PostMaker(NEWS, make_note, always=True)
        await write(app, "ana")
        async with app.store.write(COMMUNITY) as unit:
            await unit.doors.mute(1, clock.now())
        await write(app, "ana", kind=NEWS)
        await app.tick(clock.now())
    assert lost == ["1"]
    assert len(chat.sent) == 1


def test_a_door_is_shut_for_a_day(clock: FixedClock) -> None:
    door = Door(shut_at=clock.now())
    assert door.is_shut(clock.now())
    assert door.is_shut(clock.now() + SHUT_FOR - timedelta(microseconds=1))
    assert not door.is_shut(clock.now() + SHUT_FOR)
    assert not Door().is_shut(clock.now())
