"""What happens without anybody asking: due work, events of platforms, and what becomes of letters."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import COMMUNITY, App, open_app
from bot.commands import Background, DueWork, Listening, PostMaker, Round
from bot.errors import NotYet, Unreachable
from bot.model import Account, Letter, OutboxState, Place, Profile, Recipient, Ref, Workspace
from bot.requests import Event, EventKind
from bot.ui import Card, paragraph
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock, settings

HOME = Workspace("playground", "home")
ANA = Account("playground", "home", "ana")


@dataclass
class Diary:
    """Writes down what it is told."""

    entries: list[str] = field(default_factory=list)
    not_before: timedelta | None = None

    async def make(self, background: Background, letter: Letter) -> Card:
        if self.not_before:
            raise NotYet(background.now + self.not_before)
        return Card("Hello", (paragraph("Hello"),))

    async def sent(self, background: Background, letter: Letter) -> None:
        self.entries.append(f"sent {letter.subject} {letter.ref}")

    async def lost(self, background: Background, letter: Letter) -> None:
        self.entries.append(f"lost {letter.subject} for {letter.recipient.address}")

    async def hear(self, background: Background, event: Event) -> None:
        self.entries.append(f"{event.account.user} {event.kind}")

    async def work(self, round_: Round) -> None:
        async with round_.write() as unit:
            letter = Letter("diary", "due", Recipient.account(ANA), round_.now.isoformat())
            await unit.outbox.queue([letter], round_.now)


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
async def app(tmp_path: Path, diary: Diary) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=FixedClock(), links=FakeLinks(), sending=False) as opened:
        await opened.join(HOME)
        opened.registry.posts["diary"] = PostMaker("diary", diary.make, diary.sent, diary.lost)
        opened.registry.listeners[EventKind.LEFT] = [Listening(EventKind.LEFT, diary.hear)]
        yield opened


@pytest.fixture
def chat(app: App) -> FakeChat:
    chat = FakeChat()
    app.attach(chat)
    return chat


async def write(app: App, subject: str = "1") -> None:
    async with app.store.write(COMMUNITY) as unit:
        await unit.people.meet(ANA, Profile("Ana"), app.clock.now())
        await unit.outbox.queue([Letter("diary", subject, Recipient.account(ANA))], app.clock.now())


async def test_who_wants_to_know_is_told_that_a_letter_stands(app: App, chat: FakeChat, diary: Diary) -> None:
    await write(app)
    await app.tick(app.clock.now())
    await app.tick(app.clock.now())
    assert len(diary.entries) == 1
    assert diary.entries[0].startswith("sent 1 playground:")


async def test_who_wants_to_know_is_told_that_nobody_got_it(app: App, chat: FakeChat, diary: Diary) -> None:
    chat.before.append(Unreachable())
    await write(app)
    await app.tick(app.clock.now())
    assert diary.entries == ["lost 1 for playground:home:ana"]


async def test_a_letter_whose_time_has_not_come_waits_without_wearing_out(
    app: App, chat: FakeChat, diary: Diary
) -> None:
    diary.not_before = timedelta(hours=1)
    await write(app)
    for _ in range(30):
        await app.tick(app.clock.now())
        app.clock.move(timedelta(hours=1))  # type: ignore[attr-defined] # it is the fixed one
    async with app.store.read(COMMUNITY) as unit:
        (letter,) = await unit.outbox.find("diary", "1", "", None)
    assert (letter.state, letter.attempts) == (OutboxState.NEW, 0)
    diary.not_before = None
    await app.tick(app.clock.now())
    assert len(chat.sent) == 1


async def test_due_work_is_done_before_letters_go_out(app: App, chat: FakeChat, diary: Diary) -> None:
    app.registry.work["diary"] = DueWork("diary", diary.work)
    await app.tick(app.clock.now())
    assert len(chat.sent) == 1


async def test_work_that_fails_stops_no_other(app: App, chat: FakeChat, diary: Diary) -> None:
    async def fail(round_: Round) -> None:
        raise RuntimeError("broken")

    app.registry.work["broken"] = DueWork("broken", fail)
    app.registry.work["diary"] = DueWork("diary", diary.work)
    with capture_logs() as logs:
        await app.tick(app.clock.now())
    assert len(chat.sent) == 1
    assert [line["work"] for line in logs if line["event"] == "due work failed"] == ["broken"]


async def test_an_event_is_heard_once(app: App, diary: Diary) -> None:
    event = Event("Ev1", HOME, ANA, EventKind.LEFT)
    await app.hear(event)  # nobody met them yet, so it is no news
    async with app.store.write(COMMUNITY) as unit:
        await unit.people.meet(ANA, Profile("Ana"), app.clock.now())
    for _ in range(3):
        await app.hear(event)
    await app.hear(Event("Ev2", HOME, ANA, EventKind.CAME))
    await app.hear(Event("Ev3", Workspace("playground", "elsewhere"), ANA, EventKind.LEFT))
    assert diary.entries == ["ana left"]


async def test_a_letter_about_which_nobody_can_be_told_stops_no_other(app: App, chat: FakeChat, diary: Diary) -> None:
    async def fail(background: Background, letter: Letter) -> None:
        raise RuntimeError("broken")

    app.registry.posts["broken"] = PostMaker("broken", diary.make, fail, fail)
    async with app.store.write(COMMUNITY) as unit:
        await unit.people.meet(ANA, Profile("Ana"), app.clock.now())
        await unit.outbox.queue([Letter("broken", "1", Recipient.account(ANA))], app.clock.now())
    await write(app)
    with capture_logs() as logs:
        await app.tick(app.clock.now())
    assert [entry[:6] for entry in diary.entries] == ["sent 1"]
    assert app.last_tick is not None
    assert [line["kind"] for line in logs if line["log_level"] == "error"] == ["broken"]
    app.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined] # it is the fixed one
    await app.tick(app.clock.now())
    assert len(chat.sent) == 2, "it stands already, and is not sent again"


async def test_the_sender_lives_on_after_a_letter_about_which_nobody_can_be_told(
    app: App, chat: FakeChat, diary: Diary
) -> None:
    async def fail(background: Background, letter: Letter) -> None:
        raise RuntimeError("broken")

    app.registry.posts["broken"] = PostMaker("broken", diary.make, fail, fail)
    sender = asyncio.create_task(app.delivery.run())
    try:
        async with app.store.write(COMMUNITY) as unit:
            await unit.people.meet(ANA, Profile("Ana"), app.clock.now())
            await unit.outbox.queue([Letter("broken", "1", Recipient.account(ANA))], app.clock.now())
        for letters in (1, 2):
            app.delivery.wake()
            async with asyncio.timeout(5):
                while len(chat.sent) < letters:  # noqa: ASYNC110 - the double has no event to wait for
                    await asyncio.sleep(0.01)
            await app.delivery.idle()
            await write(app)
        assert not sender.done()
    finally:
        sender.cancel()
        await asyncio.gather(sender, return_exceptions=True)


class Searched(FakeChat):
    """Counts how often it is asked for a marker."""

    looks = 0

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        self.looks += 1
        return await super().find(place, key, since)


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_letter_of_which_nothing_can_be_written_down_is_looked_for_ever_later_and_shown_then(
    app: App, diary: Diary, *, arrives: bool
) -> None:
    async def fail(background: Background, letter: Letter) -> None:
        raise RuntimeError("broken")

    chat = Searched(shut={} if arrives else {str(ANA): Unreachable("They take no messages.")})
    app.attach(chat)
    app.registry.posts["broken"] = PostMaker("broken", diary.make, fail, fail)
    async with app.store.write(COMMUNITY) as unit:
        await unit.people.meet(ANA, Profile("Ana"), app.clock.now())
        await unit.outbox.queue([Letter("broken", "1", Recipient.account(ANA))], app.clock.now())
    for _ in range(2 * 24 * 12):
        await app.delivery.run_due(app.clock.now())
        app.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined] # it is the fixed one
    assert len(chat.sent) + len(chat.knocks) == (1 if arrives else 2), "the second knock is a day later"
    assert 5 < chat.looks < 12
    async with app.store.read(COMMUNITY) as unit:
        (letter,), total = await unit.outbox.unknown(9)
    assert total == 1
    assert letter.error == "I couldn't write down what became of it."


@pytest.mark.parametrize("part", ["enrichment", "watch", "presence"])
async def test_a_look_that_fails_stops_no_other(app: App, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    looked: list[str] = []
    for name in ("enrichment", "watch", "presence"):

        async def look(now: object, name: str = name) -> None:
            if name == part:
                raise RuntimeError("broken")
            await asyncio.sleep(0.05)
            looked.append(name)

        monkeypatch.setattr(getattr(app, name), "run_due", look)
    with capture_logs() as logs:
        await app.tick(app.clock.now())
    assert len(looked) == 2
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["look failed"]
