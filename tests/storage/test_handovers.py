"""Whose a course is: offers, adoption, the way to another owner, and the history of it."""

import asyncio
from datetime import timedelta

import pytest

from bot.care import Escalation, Handover, Outcome, Stage, Why
from bot.model import ChangeKind, Course, CourseQuery
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, ana, content, later, meet, stands

MANY = 12
WEEK = timedelta(days=7)


async def people(unit: Unit) -> Course:
    """Let Ana (1) have a course; Ben (2) and Zoe (3) are there too."""
    for n, name in enumerate(("Ana", "Ben", "Zoe"), 1):
        await meet(unit, f"U{n}", name)
    return (await unit.courses.add(content("Learn Go"), 1, NOW))[0]


@pytest.fixture
async def course(unit: Unit) -> Course:
    return await people(unit)


async def owner(unit: Unit, course: Course) -> int | None:
    found = (await stands(unit, course.id)).owner
    return found.id if found else None


async def test_an_offer_changes_nothing_until_it_is_accepted(unit: Unit, course: Course) -> None:
    assert await unit.handovers.offer(course.id, 1, 2, later(5))
    assert await stands(unit, course.id) == course
    offer = await unit.handovers.of(course.id)
    assert offer is not None
    assert (offer.giver and offer.giver.name, offer.taker.name) == ("Ana", "Ben")
    assert await unit.handovers.to(2) == [offer]
    assert await unit.handovers.accept(course.id, 3, later(6)) is None
    moved = await unit.handovers.accept(course.id, 2, later(7))
    assert moved is not None
    assert moved.owner is not None
    assert (moved.owner.id, moved.taken_at, moved.reviewed_at) == (2, later(7), course.reviewed_at)
    assert await unit.handovers.of(course.id) is None
    (change,) = await unit.courses.changes(course.id, 0, 9)
    assert (change.kind, change.other, change.heir) == (
        ChangeKind.HANDED_OVER,
        await unit.people.get(1),
        await unit.people.get(2),
    )


async def test_only_a_co_owner_accepts_what_the_bot_offers(unit: Unit, course: Course) -> None:
    await unit.courses.add_co_owner(course.id, 2, 1, NOW)
    await unit.handovers.offer(course.id, None, 2, later(5))
    await unit.courses.remove_co_owner(course.id, 2, 1, NOW)
    assert await unit.handovers.accept(course.id, 2, later(6)) is None
    assert await owner(unit, course) == 1
    await unit.courses.add_co_owner(course.id, 2, 1, NOW)
    assert await unit.handovers.accept(course.id, 2, later(7))


async def test_what_somebody_gave_away_and_nobody_has_yet_is_listed(unit: Unit, course: Course) -> None:
    other, third = [(await unit.courses.add(content(f"Learn {what}"), 1, NOW))[0].id for what in ("Rust", "C")]
    await unit.handovers.offer(other, 1, 2, later(1))
    await unit.handovers.offer(course.id, 1, 3, later(2))
    await unit.handovers.offer(third, None, 2, later(3))
    assert [(offer.course, offer.taker.id) for offer in await unit.handovers.by(1)] == [(course.id, 3), (other, 2)]
    assert await unit.handovers.by(2) == []
    for number in (third, course.id):
        assert await unit.handovers.put_up(number, later(4))
    assert [one.id for one in await unit.handovers.put_up_by(1)] == [course.id, third]
    await unit.courses.set_archived(third, 1, later(5), on=True)
    await unit.handovers.adopt(course.id, 3, later(6))
    assert await unit.handovers.put_up_by(1) == []
    assert await unit.handovers.put_up_by(3) == []


async def test_there_is_one_offer_a_course(unit: Unit, course: Course) -> None:
    assert await unit.handovers.offer(course.id, 1, 2, NOW)
    assert not await unit.handovers.offer(course.id, None, 3, NOW)
    ended = await unit.handovers.end(course.id)
    assert isinstance(ended, Handover)
    assert ended.taker.id == 2
    assert await unit.handovers.end(course.id) is None
    assert await unit.handovers.offer(course.id, 1, 3, NOW)


async def test_an_archived_course_is_not_taken_over(unit: Unit, course: Course) -> None:
    await unit.handovers.offer(course.id, 1, 2, NOW)
    await unit.courses.set_archived(course.id, 1, NOW, on=True)
    assert await unit.handovers.accept(course.id, 2, NOW) is None
    assert not await unit.handovers.put_up(course.id, NOW)
    assert (await unit.reviews.attend(course.id, 1, NOW, Outcome.ARCHIVED)).offer
    assert await unit.handovers.of(course.id) is None


async def test_only_what_looks_for_an_owner_is_adopted(unit: Unit, course: Course) -> None:
    assert await unit.handovers.adopt(course.id, 2, NOW) is None
    assert await unit.handovers.put_up(course.id, later(1))
    assert [found.id for found in (await unit.handovers.looking(0, 9)).courses] == [course.id]
    assert await unit.handovers.adopt(course.id, 1, NOW) is None, "it is theirs already"
    adopted = await unit.handovers.adopt(course.id, 2, later(2))
    assert adopted is not None
    assert (adopted.offered_at, adopted.taken_at) == (None, later(2))
    assert (await unit.handovers.looking(0, 9)).total == 0
    assert await unit.handovers.adopt(course.id, 3, NOW) is None


async def test_the_stewards_look_first(unit: Unit, course: Course) -> None:
    await unit.handovers.move(course.id, None, 1, NOW, ChangeKind.LEFT)
    await unit.escalations.put(Escalation(course.id, 1, Stage.STEWARDS, Why.LEFT, NOW, NOW + WEEK))
    assert (await unit.handovers.looking(0, 9)).total == 0
    assert (await unit.escalations.listed(0, 9))[1] == 1
    assert await unit.escalations.due(NOW, 9) == []
    assert len(await unit.escalations.due(NOW + WEEK, 9)) == 1
    await unit.escalations.move(course.id, Stage.ADOPTION, None)
    assert (await unit.handovers.looking(0, 9)).total == 1
    assert len(await unit.escalations.left_by(1)) == 1
    await unit.handovers.adopt(course.id, 3, NOW)
    assert (await unit.escalations.of(course.id), await unit.escalations.left_by(1)) == (None, [])


async def test_one_way_to_another_owner_a_course(unit: Unit, course: Course) -> None:
    await unit.escalations.begin(course.id, Why.SILENT, NOW)
    await unit.escalations.begin(course.id, Why.UNREACHABLE, later(9))
    assert await unit.escalations.of(course.id) == Escalation(course.id, 1, Stage.BEGUN, Why.SILENT, NOW, NOW)


@pytest.mark.parametrize("outcome", [Outcome.REVIEWED, Outcome.UPDATED, Outcome.ARCHIVED, Outcome.SNOOZED])
async def test_an_owner_who_does_something_keeps_the_course(unit: Unit, course: Course, outcome: Outcome) -> None:
    await unit.escalations.begin(course.id, Why.SILENT, NOW)
    await unit.handovers.offer(course.id, None, 2, NOW)
    await unit.handovers.put_up(course.id, NOW)
    assert (await unit.reviews.attend(course.id, 1, later(9), outcome)).offer
    assert await unit.escalations.of(course.id) is None
    assert await unit.handovers.of(course.id) is None
    assert (await stands(unit, course.id)).offered_at is None


WAYS_END = [Outcome.REVIEWED, Outcome.UPDATED, Outcome.ARCHIVED, Outcome.SNOOZED, Outcome.OFFERED]


@pytest.mark.parametrize("outcome", WAYS_END)
async def test_what_an_act_ended_comes_back_as_it_was_once(unit: Unit, course: Course, outcome: Outcome) -> None:
    await unit.courses.add_co_owner(course.id, 2, 1, NOW)
    way = Escalation(course.id, 1, Stage.ASKED, Why.SILENT, NOW, later(5))
    await unit.escalations.put(way)
    await unit.handovers.offer(course.id, None, 2, later(1))
    await unit.handovers.put_up(course.id, later(2))
    offer = await unit.handovers.of(course.id)
    await unit.reviews.attend(course.id, 1, later(9), outcome)
    assert not await unit.escalations.resume(course.id, later(8)), "that is another moment"
    assert await unit.escalations.of(course.id) is None
    assert await unit.escalations.resume(course.id, later(9))
    assert await unit.escalations.of(course.id) == way
    assert await unit.handovers.of(course.id) == offer
    if outcome in {Outcome.ARCHIVED, Outcome.SNOOZED, Outcome.OFFERED}:  # a review's Undo brings this back itself
        assert (await stands(unit, course.id)).offered_at == later(2)
    await unit.escalations.end(course.id)
    assert not await unit.escalations.resume(course.id, later(9))
    assert await unit.escalations.of(course.id) is None


async def test_what_somebody_made_theirs_is_a_leavers_again(unit: Unit, course: Course) -> None:
    await unit.handovers.move(course.id, 2, 1, NOW, ChangeKind.LEFT)
    way = Escalation(course.id, 1, Stage.PASSED, Why.LEFT, NOW, NOW + 4 * WEEK)
    await unit.escalations.put(way)
    await unit.reviews.attend(course.id, 2, later(9), Outcome.REVIEWED)
    assert not await unit.escalations.resume(course.id, later(9))
    assert await unit.escalations.left_by(1) == [way]


async def test_a_members_offer_comes_back_when_a_course_does(unit: Unit, course: Course) -> None:
    await unit.handovers.offer(course.id, 1, 3, NOW)
    offer = await unit.handovers.of(course.id)
    assert (await unit.reviews.attend(course.id, 1, later(9), Outcome.ARCHIVED)).offer
    assert await unit.escalations.resume(course.id, later(9))
    assert await unit.handovers.of(course.id) == offer


@pytest.mark.parametrize("since", ["moved", "put away", "removed", "offered", "begun"])
async def test_what_came_since_stays(unit: Unit, course: Course, since: str) -> None:
    await unit.courses.add_co_owner(course.id, 2, 1, NOW)
    await unit.escalations.put(Escalation(course.id, 1, Stage.ASKED, Why.SILENT, NOW, later(5)))
    await unit.handovers.offer(course.id, None, 2, later(1))
    await unit.reviews.attend(course.id, 1, later(9), Outcome.SNOOZED)
    match since:
        case "moved":
            await unit.handovers.move(course.id, 3, 1, later(10), ChangeKind.HANDED_OVER)
        case "put away":
            await unit.courses.set_archived(course.id, 1, later(10), on=True)
        case "removed":
            await unit.courses.remove_co_owner(course.id, 2, 1, later(10))
        case "offered":
            await unit.handovers.offer(course.id, 1, 3, later(10))
        case _:
            await unit.escalations.begin(course.id, Why.UNREACHABLE, later(10))
    assert await unit.escalations.resume(course.id, later(9)) is (since == "begun")
    way, offer = await unit.escalations.of(course.id), await unit.handovers.of(course.id)
    assert (way and way.why) == {
        "moved": None, "put away": None, "begun": Why.UNREACHABLE,
    }.get(since, Why.SILENT)  # fmt: skip
    assert (offer and offer.taker.id) == {"begun": 2, "offered": 3}.get(since)


@pytest.mark.parametrize("outcome", [Outcome.GONE, Outcome.MOVED])
async def test_what_nobody_did_leaves_it_on_its_way(unit: Unit, course: Course, outcome: Outcome) -> None:
    await unit.escalations.begin(course.id, Why.SILENT, NOW)
    assert not (await unit.reviews.attend(course.id, 1, later(9), outcome)).offer
    assert await unit.escalations.of(course.id)


async def test_without_an_owner_it_goes_on_looking(unit: Unit, course: Course) -> None:
    await unit.handovers.move(course.id, None, 1, NOW, ChangeKind.LEFT)
    await unit.escalations.put(Escalation(course.id, 1, Stage.ADOPTION, Why.LEFT, NOW))
    await unit.handovers.put_up(course.id, NOW)
    await unit.reviews.attend(course.id, 3, later(9), Outcome.REVIEWED)
    assert await unit.escalations.of(course.id)
    assert (await stands(unit, course.id)).offered_at == NOW


async def test_the_owner_s_own_offer_stays_when_they_review(unit: Unit, course: Course) -> None:
    await unit.escalations.begin(course.id, Why.SILENT, NOW)
    await unit.handovers.offer(course.id, 1, 2, NOW)
    assert not (await unit.reviews.attend(course.id, 1, later(9), Outcome.REVIEWED)).offer
    assert await unit.handovers.of(course.id)


async def test_who_got_it_from_a_leaver_makes_it_theirs_by_a_review(unit: Unit, course: Course) -> None:
    await unit.handovers.move(course.id, 2, 1, NOW, ChangeKind.LEFT)
    await unit.escalations.put(Escalation(course.id, 1, Stage.PASSED, Why.LEFT, NOW, NOW + 4 * WEEK))
    await unit.reviews.attend(course.id, 2, later(9), Outcome.SNOOZED)
    assert await unit.escalations.left_by(1)
    await unit.reviews.attend(course.id, 2, later(9), Outcome.REVIEWED)
    assert not await unit.escalations.left_by(1)


async def test_flags_go_along_to_the_new_owner(unit: Unit, course: Course) -> None:
    """Only that nothing of them is said to be settled: the flags themselves are another room's."""
    await unit.handovers.offer(course.id, 1, 2, NOW)
    await unit.handovers.accept(course.id, 2, NOW)
    assert (await unit.reviews.attend(course.id, 2, NOW, Outcome.MOVED)).flags == ()


async def test_the_heir_is_no_co_owner_any_more(unit: Unit, course: Course) -> None:
    for person in (2, 3):
        await unit.courses.add_co_owner(course.id, person, 1, NOW)
    await unit.handovers.move(course.id, 2, 1, NOW, ChangeKind.LEFT)
    assert [person.id for person in (await stands(unit, course.id)).co_owners] == [3]


async def test_what_one_cares_for_is_owned_or_co_owned(unit: Unit, course: Course) -> None:
    await unit.courses.add_co_owner(course.id, 2, None, NOW)
    for person, count in ((1, 1), (2, 1), (3, 0)):
        assert (await unit.courses.search(CourseQuery(carer=person), 0, 9)).total == count


async def test_an_account_that_left_is_none_of_a_persons(unit: Unit, course: Course) -> None:
    left = await unit.people.left(ana(), NOW)
    assert left is not None
    assert left.accounts == ()
    assert await unit.people.left(ana(), later(9)) is None, "that is no news"
    assert await unit.people.gone(1) == [ana()]
    assert [person.name for person in await unit.people.present("", 9)] == ["Ben", "Zoe"]
    found = await unit.people.of(ana())
    assert found is not None
    assert (found.id, found.accounts) == (1, ())
    back = await unit.people.came(ana())
    assert back is not None
    assert back.accounts == (ana(),)
    assert await unit.people.came(ana()) is None


async def test_of_many_who_adopt_at_once_exactly_one_wins(store: Store) -> None:
    async with store.write(NORTH) as unit:
        course = await people(unit)
        crowd = [(await meet(unit, f"V{n}", f"P{n}")).id for n in range(MANY)]
        await unit.handovers.put_up(course.id, NOW)

    async def adopt(person: int) -> Course | None:
        async with store.write(NORTH) as unit:
            return await unit.handovers.adopt(course.id, person, NOW)

    won = [found for found in await asyncio.gather(*map(adopt, crowd)) if found]
    assert len(won) == 1
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(course.id) == won[0]
        assert len(await unit.courses.changes(course.id, 0, 99)) == 1


async def test_accepting_adopting_and_taking_back_at_once_have_one_winner(store: Store) -> None:
    async with store.write(NORTH) as unit:
        course = await people(unit)

    for n in range(MANY):
        async with store.write(NORTH) as unit:
            await unit.handovers.move(course.id, 1, 1, later(n), ChangeKind.RETURNED)
            await unit.handovers.offer(course.id, 1, 2, NOW)
            await unit.handovers.put_up(course.id, NOW)
            before = (await stands(unit, course.id)).revision

        async def accept() -> object:
            async with store.write(NORTH) as unit:
                return await unit.handovers.accept(course.id, 2, NOW)

        async def adopt() -> object:
            async with store.write(NORTH) as unit:
                return await unit.handovers.adopt(course.id, 3, NOW)

        async def end() -> object:
            async with store.write(NORTH) as unit:
                return await unit.handovers.end(course.id)

        accepted, ended, adopted = await asyncio.gather(accept(), end(), adopt())
        assert not (accepted and ended), "an offer that was taken back was accepted"
        async with store.read(NORTH) as unit:
            assert await unit.handovers.of(course.id) is None
            steps = (await stands(unit, course.id)).revision - before
            assert steps == bool(accepted) + bool(adopted)


async def test_owners_are_found_by_their_part_of_the_week(unit: Unit, course: Course) -> None:
    """Ben owns nothing; what Zoe had was passed on when she left."""
    other = (await unit.courses.add(content("Learn Rust"), 3, NOW))[0]
    await unit.handovers.move(other.id, None, 3, NOW, ChangeKind.LEFT)
    await unit.escalations.put(Escalation(other.id, 3, Stage.STEWARDS, Why.LEFT, NOW))
    found = [[person.name for person in await unit.people.owners([part], 2)] for part in range(2)]
    assert found == [[], ["Ana", "Zoe"]]
    assert await unit.people.owners([0], 3) == await unit.people.owners([3, 5], 10080)
