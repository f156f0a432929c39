"""What owners are asked about: which courses need a look, one open request a course, and what taps change."""

from datetime import datetime, timedelta

import pytest

from bot.care import FlagKind, Outcome, Reason, Standing, Why
from bot.model import Course, Person
from bot.nudges import Carer, DigestKind, Item, ranked
from bot.ports import Store, Unit
from bot.usage import Viewed
from tests.storage.sample import NORTH, NOW, SOUTH, content, later, meet

DUE_AT = NOW + timedelta(days=180)
THEN = NOW + timedelta(days=200)


async def owned(unit: Unit, owner: Person, goal: str = "Plain", at: datetime = NOW) -> Course:
    return (await unit.courses.add(content(goal), owner.id, at))[0]


async def needed(unit: Unit, person: Person, at: datetime = THEN) -> list[tuple[int, Reason]]:
    needs = await unit.digests.needs(person.id, at)
    return [(item.course, item.reason) for item in ranked(needs, (), at)]


async def asked_about(unit: Unit, person: Person, *courses: Course, at: datetime = THEN) -> int:
    items = [Item(course.id, Reason.DUE, DUE_AT) for course in courses]
    return await unit.digests.make(person.id, DigestKind.DIGEST, items, at)


async def test_a_course_is_due_from_its_review_on_and_not_before(unit: Unit) -> None:
    ana = await meet(unit)
    course = await owned(unit, ana)
    assert await needed(unit, ana, DUE_AT - timedelta(seconds=1)) == []
    assert await needed(unit, ana, DUE_AT) == [(course.id, Reason.DUE)]
    assert await unit.digests.next_need(ana.id, NOW) == DUE_AT
    assert await unit.digests.next_need(ana.id, DUE_AT) is None


async def test_the_weightiest_reason_comes_first_then_the_most_used_course(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    plain, used, flagged, taken = [await owned(unit, ana, goal) for goal in ("Plain", "Used", "Flagged", "Taken")]
    await unit.usage.count([Viewed(used.id, (THEN - timedelta(days=3)).toordinal(), 3)])
    await unit.flags.put(flagged.id, ben.id, FlagKind.OUTDATED, "It is old", later(5))
    await unit.handovers.offer(taken.id, ana.id, ben.id, NOW)
    await unit.handovers.accept(taken.id, ben.id, later(9))
    assert await needed(unit, ana) == [(flagged.id, Reason.FLAGGED), (used.id, Reason.DUE), (plain.id, Reason.DUE)]
    assert await needed(unit, ben) == [(taken.id, Reason.TAKEN)]


@pytest.mark.parametrize("way", ["archived", "snoozed", "escalated", "offered", "reviewed"])
async def test_what_needs_no_asking_is_left_out(unit: Unit, way: str) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await owned(unit, ana)
    match way:
        case "archived":
            await unit.courses.set_archived(course.id, ana.id, THEN, on=True)
        case "snoozed":
            number = await unit.digests.take_up(ana.id, course.id, Reason.DUE, THEN)
            await unit.digests.snooze(number, THEN + timedelta(days=7))
            assert await unit.digests.next_need(ana.id, THEN) == THEN + timedelta(days=7)
            assert await needed(unit, ana, THEN + timedelta(days=7)) == [(course.id, Reason.DUE)]
        case "escalated":
            await unit.escalations.begin(course.id, Why.SILENT, THEN)
        case "offered":
            await unit.handovers.offer(course.id, ana.id, ben.id, THEN)
            assert await needed(unit, ana, THEN + timedelta(days=14)) == [(course.id, Reason.DUE)]
        case _:
            await unit.reviews.attend(course.id, ana.id, THEN, Outcome.REVIEWED)
    assert await needed(unit, ana) == []


async def test_a_course_is_asked_about_once_at_a_time(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana = await meet(unit)
        course = await owned(unit, ana)
        await asked_about(unit, ana, course)
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await asked_about(unit, ana, course)


async def test_an_act_settles_the_request_and_counts_as_an_answer(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana = await meet(unit)
        course, other = await owned(unit, ana), await owned(unit, ana, "Other")
        digest = await asked_about(unit, ana, course, other)
        await unit.carers.turned(ana.id, 2, THEN)
        assert [asked.course for asked in await unit.digests.open(ana.id)] == [course.id, other.id]
        settled = await unit.reviews.attend(course.id, ana.id, THEN, Outcome.UPDATED)
        assert settled.digests == (digest,)
    async with store.read(NORTH) as unit:
        found = await unit.digests.get(digest)
        assert found is not None
        assert found.answered_at == THEN
        assert [(a.outcome, a.settled_by, a.tapped_at) for a in found.asked] == [
            (Outcome.UPDATED, ana.id, THEN),
            (None, None, None),
        ]
        assert (await unit.carers.of(ana.id)).rounds == 0
        assert await unit.digests.latest(ana.id) == found


async def test_a_tap_opens_what_reached_them_and_is_a_sign_of_life(unit: Unit) -> None:
    ana = await meet(unit)
    one, two, three = [await owned(unit, ana, goal) for goal in ("One", "Two", "Three")]
    await unit.digests.sent(await asked_about(unit, ana, one, two), THEN)
    waiting = await asked_about(unit, ana, three)
    await unit.carers.turned(ana.id, 2, THEN)
    await unit.digests.opened(ana.id, THEN + timedelta(1), two.id)
    assert (await unit.carers.of(ana.id)).rounds == 0
    assert [asked.tapped_at for asked in await unit.digests.open(ana.id)] == [None, THEN + timedelta(1), None]
    await unit.digests.opened(ana.id, THEN + timedelta(2))
    tapped = [asked.tapped_at for asked in await unit.digests.open(ana.id)]
    assert tapped == [THEN + timedelta(2), THEN + timedelta(1), None], "the third is on its way yet"
    await unit.digests.sent(waiting, THEN + timedelta(3))
    await unit.digests.opened(ana.id, THEN + timedelta(4))
    assert (await unit.digests.open(ana.id))[2].tapped_at == THEN + timedelta(4)


async def test_a_review_can_be_taken_back_with_its_request(unit: Unit) -> None:
    ana = await meet(unit)
    course = await owned(unit, ana)
    digest = await asked_about(unit, ana, course)
    number = await unit.digests.take_up(ana.id, course.id, Reason.DUE, THEN)
    await unit.reviews.attend(course.id, ana.id, THEN, Outcome.REVIEWED)
    before = await unit.digests.before(number)
    assert before == Standing(NOW)
    assert await unit.reviews.undo(course.id, THEN, before) == (digest,)
    assert [asked.id for asked in await unit.digests.open(ana.id)] == [number]
    assert await needed(unit, ana) == [(course.id, Reason.DUE)]


async def test_what_was_done_unasked_leaves_no_open_request_when_it_is_taken_back(unit: Unit) -> None:
    ana = await meet(unit)
    course = await owned(unit, ana)
    number = await unit.digests.take_up(ana.id, course.id, Reason.DUE, THEN)
    settled = await unit.reviews.attend(course.id, ana.id, THEN, Outcome.REVIEWED)
    assert settled.digests == ()
    before = await unit.digests.before(number)
    assert before is not None
    assert await unit.reviews.undo(course.id, THEN, before) == ()
    assert await unit.digests.reopen(number) is None
    assert await unit.digests.open(ana.id) == []
    assert await asked_about(unit, ana, course)


async def test_a_request_is_not_opened_again_beside_a_newer_one(unit: Unit) -> None:
    ana = await meet(unit)
    course = await owned(unit, ana)
    first = await asked_about(unit, ana, course)
    (old,) = await unit.digests.open(ana.id)
    await unit.digests.end([old.id], Outcome.GONE, THEN)
    assert await unit.digests.reopen(old.id) == first
    await unit.digests.end([old.id], Outcome.GONE, THEN)
    await asked_about(unit, ana, course)
    assert await unit.digests.reopen(old.id) is None


async def test_the_last_request_that_ended_with_an_offer_is_found(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await owned(unit, ana)
    assert await unit.digests.given_away(course.id) is None
    await unit.digests.take_up(ana.id, course.id, Reason.DUE, THEN)  # unasked: no message shows it
    await unit.reviews.attend(course.id, ana.id, THEN, Outcome.OFFERED)
    assert await unit.digests.given_away(course.id) is None
    numbers = []
    for hours, who in ((1, ana), (2, ben)):
        await asked_about(unit, who, course)
        await unit.reviews.attend(course.id, who.id, THEN + timedelta(hours=hours), Outcome.OFFERED)
        found = await unit.digests.given_away(course.id)
        assert found is not None
        numbers.append((found.person, found.settled_at))
    assert numbers == [(ana.id, THEN + timedelta(hours=1)), (ben.id, THEN + timedelta(hours=2))]
    await asked_about(unit, ana, course)
    await unit.reviews.attend(course.id, ana.id, THEN + timedelta(hours=3), Outcome.REVIEWED)
    found = await unit.digests.given_away(course.id)
    assert found is not None
    assert found.person == ben.id


async def test_how_somebody_wants_to_be_asked_is_kept_apart_from_how_it_goes(unit: Unit) -> None:
    ana = await meet(unit)
    assert await unit.carers.of(ana.id) == Carer(ana.id)
    wished = Carer(ana.id, weekday=3, hour=8, paused_until=THEN, stopped=True, without=frozenset({Reason.DUE}))
    await unit.carers.prefer(wished)
    await unit.carers.turned(ana.id, 1, NOW)
    await unit.carers.missed(ana.id, later(1))
    await unit.carers.missed(ana.id, later(2))
    missed = await unit.carers.of(ana.id)
    assert (missed.unreachable_since, missed.rounds, missed.weekday, missed.without) == (
        later(1),
        1,
        3,
        frozenset({Reason.DUE}),
    )
    await unit.carers.reached(ana.id, later(3))
    reached = await unit.carers.of(ana.id)
    assert (reached.unreachable_since, reached.greeted_at, reached.digest_at) == (None, later(3), later(3))
    await unit.carers.reached(ana.id, later(9))
    assert (await unit.carers.of(ana.id)).greeted_at == later(3)


async def test_people_are_looked_at_when_planned_the_longest_due_first(unit: Unit) -> None:
    ana, ben, chloe = await meet(unit), await meet(unit, "U2", "Ben"), await meet(unit, "U3", "Chloe")
    await unit.carers.plan(ana.id, later(9))
    await unit.carers.plan(ben.id, later(5))
    await unit.carers.plan(chloe.id, later(10))
    assert not await unit.carers.due(later(4))
    assert await unit.carers.next(later(9), 9) == [ben.id, ana.id]
    assert await unit.carers.next(later(9), 1) == [ben.id]
    await unit.carers.plan(ben.id, None)
    assert await unit.carers.next(later(9), 9) == [ana.id]


async def test_each_community_has_its_own_needs(store: Store) -> None:
    async with store.write(NORTH) as north:
        ana = await meet(north)
        await owned(north, ana)
    async with store.read(SOUTH) as south:
        assert await south.digests.needs(ana.id, THEN) == []
        assert await south.digests.next_need(ana.id, NOW) is None
