"""Asking owners, whatever happens in between: never twice, never the wrong one, never too often, never at night."""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.app import COMMUNITY, App, open_app
from bot.care import FlagKind, Outcome, Why
from bot.courses.attention import attend
from bot.errors import Unreachable
from bot.model import Account, ChangeKind, Checkpoint, CourseContent, OutboxState, Profile, Ref, Workspace
from bot.nudges import Carer
from bot.requests import Click, Invoke, Reply, Request
from bot.ui import Button, Buttons, Card, Note, plain
from tests.doubles.chat import FakeChat
from tests.stage import FakeLinks, FixedClock
from tests.stage import settings as app_settings

HOME = Workspace("playground", "home")
PEOPLE = (("ana", "Europe/Brussels"), ("ben", "America/New_York"), ("chloe", "Asia/Kathmandu"))
COURSES = 4
START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 9, 8, 8, 45, tzinfo=UTC)
"""In Brussels it is a quarter to eleven."""
WEEK = timedelta(days=7)


@dataclass
class Letterbox(FakeChat):
    """Remembers what stands where, and when it came."""

    stands: dict[Ref, Card] = field(default_factory=dict)
    came: list[tuple[datetime, str, Card]] = field(default_factory=list)
    clock: FixedClock = field(default_factory=FixedClock)

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        ref = await super().dm(account, card, key)
        self.stands[ref] = card
        if is_nudge(card):
            self.came.append((self.clock.at, str(account), card))
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        await super().edit(ref, card)
        self.stands[ref] = card

    async def profile(self, account: Account) -> Profile:
        zone = dict(PEOPLE).get(account.user, "Europe/Brussels")
        return Profile(account.user, zone, active=str(account) not in self.gone)


def tokens(card: Card) -> set[str]:
    """Give what the buttons of a card say."""
    rows = (block for block in card.blocks if isinstance(block, Buttons))
    return {button.token for row in rows for button in row.buttons if isinstance(button, Button)}


def is_nudge(card: Card) -> bool:
    """Tell whether a message asks an owner about their courses."""
    return any(token.startswith("nudge.") for token in tokens(card))


@dataclass
class World:
    """A community of three, with a chat that remembers."""

    app: App
    chat: Letterbox
    clock: FixedClock
    people: dict[str, int]
    zones: dict[str, ZoneInfo] = field(default_factory=lambda: {who: ZoneInfo(zone) for who, zone in PEOPLE})
    clocks: list[ZoneInfo] = field(default_factory=list)  # of those who got messages, when they came

    async def set_zone(self, who: str, zone: str | None) -> None:
        self.zones[who] = ZoneInfo(zone or dict(PEOPLE)[who])
        typed = Invoke("offcourse", "nudges", values={"zone": zone or "platform"})
        request = Request(f"{who} {zone} {self.clock.at}", HOME, account(who), Profile(who), typed)
        await self.app.handle(request)

    async def at(self, moment: datetime) -> None:
        self.clock.at = moment
        for _ in range(3):
            await self.app.tick(self.clock.at)
            self.clock.move(timedelta(seconds=2))

    async def tap(self, who: str, token: str) -> object:
        request = Request(f"{who} {token} {self.clock.at}", HOME, account(who), Profile(who), Click(token))
        return await self.app.handle(request)

    async def carer(self, who: str) -> Carer:
        async with self.app.store.read(COMMUNITY) as unit:
            return await unit.carers.of(self.people[who])


def account(who: str, platform: str = "playground") -> Account:
    return Account(platform, "home", who)


@asynccontextmanager
async def world(folder: Path, courses: int = COURSES) -> AsyncIterator[World]:
    """Open a community in which everybody has an account, and all courses are Ana's."""
    clock = FixedClock(START)
    async with open_app(app_settings(folder), clock=clock, links=FakeLinks(), sending=False) as app:
        await app.join(HOME)
        chat = Letterbox(clock=clock)
        app.attach(chat)
        people = {}
        async with app.store.write(COMMUNITY) as unit:
            for who, zone in PEOPLE:
                people[who] = (await unit.people.meet(account(who), Profile(who, zone), START)).id
            for n in range(courses):
                steps = (Checkpoint("Look at it", f"https://example.org/{n}"),)
                await unit.courses.add(CourseContent(f"Course number {n + 1}", steps), people["ana"], START)
        yield World(app, chat, clock, people)


def asked_in(card: Card) -> set[int]:
    """Tell about which courses a card asks."""
    return {int(token.split(":")[1]) for token in tokens(card) if token.startswith("nudge.good:")}


ELSEWHERE = (None, "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo", "UTC")
"""Zones that people say they live in; None: as their platform tells."""
who_ = st.sampled_from([name for name, _ in PEOPLE])
course_ = st.integers(1, COURSES)
ACTS = st.one_of(
    st.tuples(st.just("tick"), st.integers(1, 24 * 9)),
    st.tuples(st.just("tick"), st.integers(1, 24 * 9)),
    st.tuples(st.just("review"), who_, course_),
    st.tuples(st.just("tap"), who_, st.sampled_from(["good", "snooze", "month", "useless"]), course_),
    st.tuples(st.just("undo"), who_, st.integers(1, 40)),
    st.tuples(st.just("move"), st.none() | who_, course_),
    st.tuples(st.just("archive"), course_, st.booleans()),
    st.tuples(st.just("flag"), who_, course_),
    st.tuples(st.just("wish"), who_, st.sampled_from(["pause", "stop", "resume", "mine", "later", "give"])),
    st.tuples(st.just("door"), who_, st.booleans()),
    st.tuples(st.just("zone"), who_, st.sampled_from(ELSEWHERE)),
)


async def act(there: World, what: tuple[object, ...]) -> None:
    match what:
        case ("tick", int(hours)):
            await there.at(there.clock.at + timedelta(hours=hours))
        case ("tap", str(who), str(name), int(course)):
            await there.tap(who, f"nudge.{name}:{course}")
        case ("undo", str(who), int(asked)):
            await there.tap(who, f"nudge.undo:{asked}")
        case ("wish", str(who), str(name)):
            await there.tap(who, f"nudge.{name}")
        case ("door", str(who), bool(is_open)):
            there.chat.shut.pop(str(account(who)), None)
            if not is_open:
                there.chat.shut[str(account(who))] = Unreachable("shut")
        case ("zone", str(who), zone):
            await there.set_zone(who, zone if isinstance(zone, str) else None)
        case _:
            await change(there, what)


async def change(there: World, what: tuple[object, ...]) -> None:
    now = there.clock.at
    async with there.app.store.write(COMMUNITY) as unit:
        match what:
            case ("review", str(who), int(course)):
                await attend(unit, course, there.people[who], now, Outcome.REVIEWED)
            case ("move", heir, int(course)):
                taker = there.people[heir] if isinstance(heir, str) else None
                await unit.handovers.move(course, taker, None, now, ChangeKind.HANDED_OVER)
                await attend(unit, course, there.people["chloe"], now, Outcome.MOVED)
            case ("archive", int(course), bool(on)):
                await unit.courses.set_archived(course, there.people["ana"], now, on=on)
            case ("flag", str(who), int(course)):
                await unit.flags.put(course, there.people[who], FlagKind.OTHER, "Look at it", now)
            case _:
                raise AssertionError(what)


async def owners(there: World) -> dict[int, int | None]:
    async with there.app.store.read(COMMUNITY) as unit:
        found = [await unit.courses.get(number) for number in range(1, COURSES + 1)]
    return {course.id: course.owner.id if course.owner else None for course in found if course}


async def check(there: World, before: int) -> None:
    """Check all that came since, and all that stands."""
    own = await owners(there)
    for moment, to, card in there.chat.came[before:]:
        name = to.rpartition(":")[2]
        assert all(own[course] == there.people[name] for course in asked_in(card)), "asked somebody else's"
        there.clocks.append(there.zones[name])
        shown = moment.astimezone(there.zones[name])
        assert shown.weekday() < 5, shown
        assert 9 <= shown.hour < 17, shown
    received: dict[str, list[tuple[datetime, ZoneInfo]]] = {}
    for (moment, to, _), zone in zip(there.chat.came, there.clocks, strict=True):
        received.setdefault(to, []).append((moment, zone))
    for came in received.values():
        for (first, _), (second, zone) in itertools.pairwise(came):
            assert (second.astimezone(zone).date() - first.astimezone(zone).date()).days >= 7, came
    async with there.app.store.read(COMMUNITY) as unit:
        for person in there.people.values():
            opened = [asked.course for asked in await unit.digests.open(person)]
            assert len(opened) == len(set(opened))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, min_size=5, max_size=45))
def test_whatever_happens_nobody_is_asked_twice_or_wrongly_or_too_often(acts: list[tuple[object, ...]]) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with world(Path(folder)) as there:
                await there.at(datetime(2026, 8, 20, 9, 0, tzinfo=UTC))
                for what in acts:
                    before = len(there.chat.came)
                    await act(there, what)
                    await check(there, before)
                await asks_once(there)

    asyncio.run(play())


async def asks_once(there: World) -> None:
    """Bring all that stands up to date, and see that no course is asked about in two messages to one person."""
    await there.at(there.clock.at + timedelta(minutes=1))
    asking: dict[str, list[int]] = {}
    for ref, card in there.chat.stands.items():
        asking.setdefault(ref.split("/")[1], []).extend(asked_in(card))
    for courses in asking.values():
        assert len(courses) == len(set(courses)), asking


async def test_a_year_of_silence_is_one_message_one_question_and_no_more(tmp_path: Path) -> None:
    async with world(tmp_path) as there:
        for week in range(52):
            await there.at(TUESDAY + week * WEEK)
        assert [card.summary.partition(":")[0] for _, _, card in there.chat.came] == [
            "4 courses of yours need a look",
            "Are these courses still yours?",
        ]


async def test_sending_is_no_review(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as there:
        await there.at(TUESDAY)
        assert len(there.chat.came) == 1
        async with there.app.store.read(COMMUNITY) as unit:
            course = await unit.courses.get(1)
        assert course is not None
        assert course.reviewed_at == START


async def test_what_was_settled_or_moved_after_the_letter_was_queued_is_not_sent(tmp_path: Path) -> None:
    async with world(tmp_path, 2) as there:
        there.clock.at = TUESDAY
        app, chats = there.app, dict(there.app.chats)
        app.chats.clear()  # the platform is away: letters wait
        await there.at(TUESDAY)
        await change(there, ("review", "ana", 1))
        await change(there, ("move", "ben", 2))
        app.chats.update(chats)
        await there.at(TUESDAY + timedelta(minutes=5))
        assert there.chat.came == []


async def test_a_letter_that_was_held_up_till_the_night_waits_for_the_morning(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as there:
        chats = dict(there.app.chats)
        there.app.chats.clear()
        await there.at(TUESDAY)
        there.app.chats.update(chats)
        await there.at(TUESDAY + timedelta(hours=10))
        assert there.chat.came == []
        await there.at(TUESDAY + timedelta(days=1))
        ((moment, _, _),) = there.chat.came
        assert moment.hour < 15
        await there.at(TUESDAY + WEEK)
        assert len(there.chat.came) == 1


async def test_a_stop_holds_for_a_letter_that_is_queued_already(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as there:
        chats = dict(there.app.chats)
        there.app.chats.clear()
        await there.at(TUESDAY)
        await there.tap("ana", "nudge.stop")
        there.app.chats.update(chats)
        await there.at(TUESDAY + timedelta(minutes=5))
        assert there.chat.came == []
        await there.tap("ana", "nudge.resume")
        await there.at(TUESDAY + timedelta(hours=1))
        assert len(there.chat.came) == 1, "it was taken back, so this week's is still to come"


async def asked_by(there: World, typed: str = "mine") -> Card:
    who = account("ana")
    request = Request(f"{typed} {there.clock.at}", HOME, who, Profile("ana"), Invoke("offcourse", typed))
    outcome = await there.app.handle(request)
    assert isinstance(outcome, Reply)
    return outcome.card


def notes(card: Card) -> list[str]:
    return [plain(block.text) for block in card.blocks if isinstance(block, Note)]


async def test_who_is_out_of_reach_is_told_once_a_week_below_a_reply_then_others_are_asked(tmp_path: Path) -> None:
    async with world(tmp_path, 3) as there:
        there.chat.shut[str(account("ana"))] = Unreachable("shut")
        await there.at(TUESDAY)
        for n in range(24):
            await there.at(TUESDAY + timedelta(hours=n))
        assert len(there.chat.knocks) == 1, "a shut door is not tried twice in a day"
        told = "3 courses of yours need a look, and no private message reaches you: /offcourse mine"
        there.clock.at = TUESDAY + timedelta(days=1)
        assert notes(await asked_by(there, "help"))[-1] == told
        there.clock.move(timedelta(minutes=1))
        assert told not in notes(await asked_by(there, "help"))
        await there.at(TUESDAY + WEEK)
        assert len(there.chat.knocks) == 2
        assert notes(await asked_by(there, "nudges"))[-1] == told
        await there.at(TUESDAY + 2 * WEEK + timedelta(days=1))
        async with there.app.store.read(COMMUNITY) as unit:
            found = [await unit.escalations.of(number) for number in (1, 2, 3)]
        assert [one.why for one in found if one] == [Why.UNREACHABLE] * 3


async def test_a_door_that_opens_again_ends_it(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as there:
        there.chat.shut[str(account("ana"))] = Unreachable("shut")
        await there.at(TUESDAY)
        there.chat.shut.clear()
        await there.at(TUESDAY + WEEK)
        assert len(there.chat.came) == 1
        assert (await there.carer("ana")).unreachable_since is None


async def test_an_owner_without_any_account_is_out_of_reach(tmp_path: Path) -> None:
    async with world(tmp_path, 0) as there:
        async with there.app.store.write(COMMUNITY) as unit:
            nobody = await unit.people.add("Nobody", START)
            steps = (Checkpoint("Look at it", "https://example.org/1"),)
            course, _ = await unit.courses.add(CourseContent("Course of nobody", steps), nobody.id, START)
        for week in range(4):
            await there.at(TUESDAY + week * WEEK + timedelta(hours=3))
        async with there.app.store.read(COMMUNITY) as unit:
            found = await unit.escalations.of(course.id)
        assert found is not None
        assert found.why is Why.UNREACHABLE


@pytest.mark.parametrize(("platform", "most", "down"), [("discord", 10, 0), ("discord", 10, 5), ("playground", 40, 0)])
async def test_private_conversations_are_opened_slowly(tmp_path: Path, platform: str, most: int, down: int) -> None:
    """Also where the program is down for hours, and all of them are late."""
    config = app_settings(tmp_path)
    clock = FixedClock(START)
    async with open_app(config, clock=clock, links=FakeLinks(), sending=False) as app:
        chat = Letterbox(platform=platform, clock=clock)
        await app.join(Workspace(platform, "home"))
        app.attach(chat)
        async with app.store.write(COMMUNITY) as unit:
            for n in range(40):
                who = await unit.people.meet(account(f"p{n}", platform), Profile(f"p{n}", "UTC"), START)
                steps = (Checkpoint("Look at it", f"https://example.org/{n}"),)
                await unit.courses.add(CourseContent(f"Course number {n}", steps), who.id, START)
        clock.at = datetime(2026, 9, 8, 9, 58, tzinfo=UTC)
        for n in range(6 * 40):
            clock.move(timedelta(minutes=10))
            if not 2 <= n < 2 + down * 6:
                await app.tick(clock.at)
        moments = [moment for moment, _, _ in chat.came]
        assert len(moments) == 40
        assert max(sum(a <= b < a + timedelta(minutes=59) for b in moments) for a in moments) <= most
        assert all(9 <= moment.hour < 17 for moment in moments)


async def test_an_owner_whose_turn_fails_stops_no_other(tmp_path: Path) -> None:
    async with world(tmp_path, 2) as there:
        await change(there, ("move", "ben", 1))
        async with there.app.store.write(COMMUNITY) as unit:
            await unit.carers.prefer(Carer(there.people["ana"], weekday=99))  # no day of any week
        with capture_logs() as logs:
            await there.at(datetime(2026, 9, 8, 15, 45, tzinfo=UTC))
        assert [to for _, to, _ in there.chat.came] == ["playground:home:ben"]
        assert [line["person"] for line in logs if line["event"] == "owner not asked"] == [there.people["ana"]]


async def test_what_nobody_knows_arrived_is_asked_again_the_week_after(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as there:
        await there.at(TUESDAY - timedelta(hours=6))
        chats = dict(there.app.chats)
        there.app.chats.clear()
        await there.at(TUESDAY)
        async with there.app.store.write(COMMUNITY) as unit:
            (letter,) = await unit.outbox.find("care.digest", "1", "", None)
            await unit.outbox.close(letter.id, OutboxState.UNKNOWN, "Nobody knows.")
        there.app.chats.update(chats)
        await there.at(TUESDAY + timedelta(days=1))
        assert there.chat.came == []
        await there.at(TUESDAY + WEEK)
        assert len(there.chat.came) == 1
