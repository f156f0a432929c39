"""The outbox: what happens to a letter when a platform answers, refuses, stays silent or dies."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app import COMMUNITY, App
from bot.courses.phrases import CARD
from bot.delivery import AT_ONCE, Delivery
from bot.errors import CannotTell, InDoubt, RateLimited, Refused, StoreUnavailable, Unreachable
from bot.model import Checkpoint, CourseContent, Letter, OutboxState, Place, Recipient
from bot.retries import BACKOFF, TRIES
from bot.sending import LEASE, LOOKUP_PATIENCE
from bot.ui import Card
from tests.doubles.chat import FakeChat
from tests.stage import FixedClock

CHANNEL = Recipient("channel:playground:home:courses")


async def queue(app: App, recipient: Recipient = CHANNEL, occurrence: str = "") -> None:
    async with app.store.write(COMMUNITY) as unit:
        content = CourseContent("Know the sea", (Checkpoint("Swim first", "https://example.org/"),))
        course, _ = await unit.courses.add(content, None, app.clock.now())
        await unit.outbox.queue([Letter(CARD, str(course.id), recipient, occurrence)], app.clock.now())


async def letter(app: App, subject: str = "1", kind: str = CARD) -> Letter:
    async with app.store.read(COMMUNITY) as unit:
        (only,) = await unit.outbox.find(kind, subject, "", None)
    return only


async def test_a_letter_is_sent_once(app: App, chat: FakeChat) -> None:
    await queue(app)
    await queue(app)
    for _ in range(3):
        await app.tick(app.clock.now())
    assert [to for to, _, _ in chat.sent] == ["playground:home/courses"]
    assert (await letter(app)).state is OutboxState.SENT
    async with app.store.read(COMMUNITY) as unit:
        (post,) = await unit.posts.of(CARD, "1")
        assert (await unit.posts.at(post.ref)) == post


async def test_an_answer_that_stays_out_is_looked_up_not_repeated(app: App, chat: FakeChat, clock: FixedClock) -> None:
    await queue(app)
    chat.after.append(InDoubt())
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.SENDING
    clock.move(timedelta(seconds=LEASE - 1))
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.SENDING, "too early: the send may still be under way"
    clock.move(timedelta(seconds=2))
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.SENT
    assert len(chat.sent) == 1


async def test_what_did_not_arrive_is_sent_after_the_look_up(app: App, chat: FakeChat, clock: FixedClock) -> None:
    await queue(app)
    chat.before.append(InDoubt())
    await app.tick(clock.now())
    clock.move(timedelta(seconds=LEASE + 1))
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.SENT
    assert len(chat.sent) == 1


async def test_what_cannot_be_looked_up_is_unknown_and_never_repeated(
    app: App, chat: FakeChat, clock: FixedClock
) -> None:
    await queue(app)
    chat.after.append(InDoubt())
    chat.look_up = CannotTell()
    await app.tick(clock.now())
    for _ in range(5):
        clock.move(timedelta(hours=1))
        await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.UNKNOWN
    assert len(chat.sent) == 1
    async with app.store.read(COMMUNITY) as unit:
        assert (await unit.outbox.counts())[OutboxState.UNKNOWN] == 1


async def test_a_look_up_without_an_answer_goes_on_for_a_day(app: App, chat: FakeChat, clock: FixedClock) -> None:
    await queue(app)
    chat.after.append(InDoubt())
    chat.look_up = InDoubt()
    await app.tick(clock.now())
    clock.move(timedelta(hours=3))
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.SENDING
    clock.move(LOOKUP_PATIENCE)
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.UNKNOWN
    assert len(chat.sent) == 1


async def test_a_platform_that_asks_to_wait_is_obeyed(app: App, chat: FakeChat, clock: FixedClock) -> None:
    await queue(app)
    chat.before += [RateLimited(30)] * 20
    for _ in range(20):
        await app.tick(clock.now())
        await app.tick(clock.now())
        clock.move(timedelta(seconds=31))
    assert len(chat.before) == 0, "one try a wait, and waiting never wears the letter out"
    await app.tick(clock.now())
    assert len(chat.sent) == 1


async def test_a_place_that_opens_again_gets_its_letter(app: App, chat: FakeChat, clock: FixedClock) -> None:
    await queue(app)
    chat.no_channel = True
    await app.tick(clock.now())
    waiting = await letter(app)
    assert (waiting.state, waiting.error) == (OutboxState.NEW, "Set the channel first.")
    chat.no_channel = False
    clock.move(timedelta(seconds=BACKOFF[0] + 1))
    await app.tick(clock.now())
    assert len(chat.sent) == 1


async def test_a_place_that_stays_shut_is_tried_every_hour_and_given_up_after_a_week(
    app: App, chat: FakeChat, clock: FixedClock
) -> None:
    del app.registry.work["adoption post"]  # the course has no owner: its weekly post would knock as well
    await queue(app)
    chat.before += [Unreachable("Invite me first.") for _ in range(2 * TRIES)]
    begun, left = clock.now(), 0
    while (await letter(app)).state is OutboxState.NEW:
        left = len(chat.before)
        clock.move(timedelta(hours=1, seconds=1))
        await app.tick(clock.now())
        assert len(chat.before) == left - 1
    given_up = await letter(app)
    assert (given_up.state, given_up.error) == (OutboxState.DEAD, "Invite me first.")
    assert timedelta(days=6) < clock.now() - begun < timedelta(days=8)


async def test_a_refused_card_is_dead_at_once(app: App, chat: FakeChat) -> None:
    await queue(app)
    chat.before.append(Refused())
    await app.tick(app.clock.now())
    assert (await letter(app)).state is OutboxState.DEAD


async def test_a_broken_letter_is_given_up_and_does_not_hold_up_the_others(
    app: App, chat: FakeChat, clock: FixedClock
) -> None:
    async with app.store.write(COMMUNITY) as unit:
        await unit.outbox.queue([Letter(CARD, "no number", CHANNEL)], clock.now())
    await queue(app)
    await app.tick(clock.now())
    assert len(chat.sent) == 1
    for _ in range(TRIES):
        clock.move(timedelta(hours=2))
        await app.tick(clock.now())
    broken = await letter(app, "no number")
    assert (broken.state, broken.error) == (OutboxState.DEAD, "I couldn't make this message.")


@pytest.mark.parametrize("kind", [CARD, "a kind of another version"])
async def test_what_is_no_longer_wanted_is_not_sent(app: App, chat: FakeChat, kind: str) -> None:
    async with app.store.write(COMMUNITY) as unit:
        await unit.outbox.queue([Letter(kind, "99", CHANNEL)], app.clock.now())
    await app.tick(app.clock.now())
    assert chat.sent == []
    assert (await letter(app, "99", kind)).state is OutboxState.DEAD


async def test_a_database_that_fails_before_the_send_leaves_no_doubt(
    app: App, chat: FakeChat, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Card:
        raise StoreUnavailable

    await queue(app)
    chat.look_up = CannotTell()
    with monkeypatch.context() as patch:
        patch.setattr(app.delivery._sending, "_made", broken)  # the database fails just while the card is made
        await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.NEW
    clock.move(timedelta(seconds=LEASE + 1))
    await app.tick(clock.now())
    assert len(chat.sent) == 1


@pytest.mark.parametrize("error", [Unreachable("gone"), RateLimited(60), InDoubt(), RuntimeError("odd")])
async def test_a_doubtful_letter_ends_unknown_however_the_look_up_fails(
    app: App, chat: FakeChat, clock: FixedClock, error: Exception
) -> None:
    await queue(app)
    chat.after.append(InDoubt())
    chat.look_up = error
    await app.tick(clock.now())
    for _ in range(6):
        clock.move(LOOKUP_PATIENCE / 4)
        await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.UNKNOWN
    assert len(chat.sent) == 1


async def test_a_channel_that_is_gone_leaves_a_doubtful_letter_unknown(
    app: App, chat: FakeChat, clock: FixedClock
) -> None:
    await queue(app)
    chat.after.append(InDoubt())
    await app.tick(clock.now())
    chat.no_channel = True
    for _ in range(6):
        clock.move(LOOKUP_PATIENCE / 4)
        await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.UNKNOWN


class HastyClock:
    """A clock on which twenty seconds pass in one: a busy machine that stands still for half a second costs ten."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._begun = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=20 * (asyncio.get_running_loop().time() - self._begun))


async def test_two_senders_on_one_database_send_each_letter_once(app: App, chat: FakeChat, clock: FixedClock) -> None:
    """All letters together take longer than a lease; those that wait must not look abandoned to the other sender."""
    async with app.store.write(COMMUNITY) as unit:
        content = CourseContent("Know the sea", (Checkpoint("Swim first", "https://example.org/"),))
        await unit.courses.add(content, None, clock.now())
        letters = [Letter(CARD, "1", Recipient.place(Place(f"playground:home/{n}"))) for n in range(60)]
        await unit.outbox.queue(letters, clock.now())
    chat.delay = 0.25  # five seconds of the hasty clock: eight at once make sixty letters last longer than a lease
    hasty = HastyClock(clock.now())
    parts: dict[str, Any] = {"store": app.store, "registry": app.registry, "config": app.config, "chats": app.chats}
    one, other = (Delivery(**parts, clock=hasty, claimant=name) for name in ("one", "other"))

    async def again_and_again() -> None:
        while await one.run_due(hasty.now()) + await other.run_due(hasty.now()) or len(chat.sent) < 60:
            pass

    await asyncio.gather(one.run_due(hasty.now()), again_and_again(), other.run_due(hasty.now()))
    places = [to for to, _, _ in chat.sent]
    assert len(places) == 60
    assert len(set(places)) == 60


async def test_more_letters_than_hands_all_go_out_when_woken(app: App, chat: FakeChat, clock: FixedClock) -> None:
    async with app.store.write(COMMUNITY) as unit:
        content = CourseContent("Know the sea", (Checkpoint("Swim first", "https://example.org/"),))
        await unit.courses.add(content, None, clock.now())
        letters = [Letter(CARD, "1", Recipient.place(Place(f"playground:home/{n}"))) for n in range(3 * AT_ONCE)]
        await unit.outbox.queue(letters, clock.now())
    app.delivery.wake()
    async with asyncio.timeout(10):
        while len(chat.sent) < 3 * AT_ONCE:
            await app.delivery.moved(app.delivery.moves, 1)


async def test_a_letter_that_was_taken_up_in_the_background_can_be_waited_for(app: App, chat: FakeChat) -> None:
    await queue(app)
    chat.delay = 0.1
    app.delivery.wake()
    async with asyncio.timeout(5):
        while (await letter(app)).state is OutboxState.NEW:  # noqa: ASYNC110 - a claim tells nobody
            await asyncio.sleep(0)
    await app.tick(app.clock.now())
    assert chat.sent == [], "a tick doesn't get what was claimed by another"
    await app.delivery.idle()
    assert (await letter(app)).state is OutboxState.SENT


async def test_a_claim_that_is_just_being_made_is_waited_for(app: App, chat: FakeChat) -> None:
    await queue(app)
    sending = asyncio.create_task(app.delivery.run_due(app.clock.now()))
    await asyncio.sleep(0)
    await app.delivery.idle()
    assert len(chat.sent) == 1
    await sending


async def test_letters_wait_for_their_platform(app: App, clock: FixedClock) -> None:
    await queue(app)
    await app.tick(clock.now())
    assert (await letter(app)).state is OutboxState.NEW
    fake = FakeChat()
    app.chats["playground"] = fake
    await app.tick(clock.now())
    assert len(fake.sent) == 1


async def test_a_letter_to_a_person(app: App, chat: FakeChat) -> None:
    await queue(app, Recipient("account:playground:home:ana"))
    await app.tick(app.clock.now())
    assert [to for to, _, _ in chat.sent] == ["playground:home:ana"]
