"""What readers find wrong with courses, on both databases."""

import random
from datetime import timedelta

import pytest

from bot.care import Escalation, Flag, FlagKind, Outcome, Reason, Settled, Stage, Standing, Why
from bot.model import ChangeKind, Course, Person
from bot.nudges import Carer
from bot.ports import Store, Unit
from bot.ports.care import LISTED
from tests.storage.sample import NORTH, NOW, SOUTH, content, later, look_at, meet, share, stands


async def course_of(unit: Unit, owner: Person) -> Course:
    """Share a course of somebody's."""
    return (await unit.courses.add(content("Plain"), owner.id, NOW))[0]


async def flagged(unit: Unit, course: int, by: Person, said: str = "Old", seconds: float = 1) -> Flag:
    """Flag a course anew."""
    found = await unit.flags.put(course, by.id, FlagKind.OUTDATED, said, later(seconds))
    assert found is not None
    flag, fresh = found
    assert fresh
    return flag


async def test_a_flag_is_kept_counted_and_found(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await course_of(unit, ana)
    flag = await flagged(unit, course.id, ben, "Version 2 is gone")
    assert flag == Flag(1, course.id, ben, FlagKind.OUTDATED, "Version 2 is gone", later(1))
    assert await unit.flags.get(flag.id) == flag
    assert await unit.flags.open(course.id) == [flag]
    assert (await stands(unit, course.id)).flags == 1


async def test_the_open_flags_of_somebody_are_listed_the_newest_first(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    courses = [(await unit.courses.add(content(f"Course {n}"), ana.id, NOW))[0] for n in range(3)]
    flags = [await flagged(unit, course.id, ben, seconds=n) for n, course in enumerate(courses)]
    await flagged(unit, courses[0].id, ana)
    assert await unit.flags.by(ben.id) == flags[::-1]
    await unit.flags.settle(flags[1].id, ana.id, later(9), Outcome.UPDATED)
    assert await unit.flags.by(ben.id) == [flags[2], flags[0]]
    assert await unit.flags.by(99) == []


async def test_flags_that_no_owner_is_asked_about_are_for_the_stewards(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    whose = (None, ana.id, None, ana.id, None)
    courses = [(await unit.courses.add(content(f"Course {n}"), who, NOW))[0].id for n, who in enumerate(whose)]
    for seconds, course in zip((9, 1, 5, 7, 3), courses, strict=True):
        await flagged(unit, course, ben, seconds=seconds)
    await unit.courses.set_archived(courses[4], ana.id, later(10), on=True)

    async def unread(limit: int = 9) -> tuple[list[int], int]:
        page = await unit.flags.unread(limit)
        return [course.id for course in page.courses], page.total

    assert await unread() == ([courses[2], courses[0]], 2)
    assert await unread(1) == ([courses[2]], 2)
    for stage, is_on_list in (
        (Stage.BEGUN, False),
        (Stage.ASKED, False),
        (Stage.PASSED, False),
        *((s, True) for s in LISTED),
    ):
        await unit.escalations.put(Escalation(courses[3], ana.id, stage, Why.SILENT, NOW, NOW))
        assert (courses[3] in (await unread())[0]) is is_on_list, stage
    await unit.handovers.adopt(courses[0], ana.id, later(20))
    await unit.reviews.attend(courses[2], ana.id, later(20), Outcome.REVIEWED)
    assert await unread() == ([courses[3]], 1)


@pytest.mark.parametrize("how", ["stopped", "without", "off"])
async def test_flags_that_their_owner_wants_no_messages_about_are_for_the_stewards(unit: Unit, how: str) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    hers, his = await course_of(unit, ana), await course_of(unit, ben)
    await flagged(unit, hers.id, ben)
    await flagged(unit, his.id, ana)
    await unit.carers.prefer(Carer(ana.id, without=frozenset({Reason.DUE, Reason.BROKEN})))
    assert (await unit.flags.unread(9)).total == 0
    assert set(await unit.flags.heard([hers.id, his.id])) == {hers.id, his.id}
    match how:
        case "stopped":
            await unit.carers.prefer(Carer(ana.id, stopped=True))
        case "without":
            await unit.carers.prefer(Carer(ana.id, without=frozenset({Reason.FLAGGED, Reason.DUE})))
        case _:
            await unit.insights.switch(Reason.FLAGGED, later(9), on=False)
    unread = {hers.id, his.id} if how == "off" else {hers.id}
    assert {course.id for course in (await unit.flags.unread(9)).courses} == unread
    assert set(await unit.flags.heard([hers.id, his.id])) == {hers.id, his.id} - unread
    assert not await unit.flags.heard([])


async def test_one_open_flag_a_person_and_course_a_second_one_changes_it(unit: Unit) -> None:
    ana, ben, chloe = await meet(unit), await meet(unit, "U2", "Ben"), await meet(unit, "U3", "Chloe")
    course = await course_of(unit, ana)
    first = await flagged(unit, course.id, ben)
    changed = await unit.flags.put(course.id, ben.id, FlagKind.OTHER, "Too long", later(9))
    assert changed is not None
    assert changed == (Flag(first.id, course.id, ben, FlagKind.OTHER, "Too long", first.flagged_at), False)
    other = await flagged(unit, course.id, chloe, seconds=5)
    assert await unit.flags.open(course.id) == [other, changed[0]]
    assert (await stands(unit, course.id)).flags == 2


async def test_the_owner_of_a_flagged_course_is_looked_at(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
        course = await course_of(unit, ana)
        await share(unit, "Nobody's")
    assert await look_at(store, ana.id) == NOW + timedelta(days=180)
    async with store.write(NORTH) as unit:
        await flagged(unit, course.id, ben, seconds=9)
        await flagged(unit, course.id + 1, ben, seconds=9)
    assert await look_at(store, ana.id) == later(9)
    async with store.write(NORTH) as unit:
        await unit.flags.put(course.id, ben.id, FlagKind.OTHER, "Changed", later(3))
    assert await look_at(store, ana.id) == later(9), "a change is no news"


async def test_nothing_is_flagged_that_is_not_there_or_put_away(unit: Unit) -> None:
    ana = await meet(unit)
    course = await course_of(unit, ana)
    await unit.courses.set_archived(course.id, ana.id, later(1), on=True)
    for number in (course.id, 99):
        assert await unit.flags.put(number, ana.id, FlagKind.OTHER, "Hm", later(2)) is None


async def test_a_flag_is_settled_once(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await course_of(unit, ana)
    flag = await flagged(unit, course.id, ben)
    settled = await unit.flags.settle(flag.id, ana.id, later(5), Outcome.UPDATED)
    assert settled is not None
    assert (settled.settled_at, settled.outcome) == (later(5), Outcome.UPDATED)
    assert await unit.flags.settle(flag.id, ana.id, later(6), Outcome.REVIEWED) is None
    assert await unit.flags.settle(99, ana.id, later(6), Outcome.REVIEWED) is None
    assert await unit.flags.get(flag.id) == settled
    assert await unit.flags.open(course.id) == []
    assert (await stands(unit, course.id)).flags == 0
    assert (await stands(unit, course.id)).reviewed_at == NOW, "one settled flag is no review"
    again = await flagged(unit, course.id, ben, "Still", 7)
    assert again.id != flag.id


async def test_settling_is_taken_back_at_its_very_moment_only(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await course_of(unit, ana)
    flag = await flagged(unit, course.id, ben)
    assert await unit.flags.reopen(flag.id, later(5)) is None
    await unit.flags.settle(flag.id, ana.id, later(5), Outcome.REVIEWED)
    assert await unit.flags.reopen(flag.id, later(6)) is None
    assert await unit.flags.reopen(flag.id, later(5)) == flag
    assert (await stands(unit, course.id)).flags == 1
    await unit.flags.settle(flag.id, ana.id, later(8), Outcome.REVIEWED)
    await flagged(unit, course.id, ben, "Anew", 9)
    assert await unit.flags.reopen(flag.id, later(8)) is None, "there would be two open ones"


async def test_flags_come_back_with_their_course(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await course_of(unit, ana)
    flag = await flagged(unit, course.id, ben)
    await unit.courses.set_archived(course.id, ana.id, later(5), on=True)
    await unit.reviews.attend(course.id, ana.id, later(5), Outcome.ARCHIVED)
    assert (await stands(unit, course.id)).flags == 0
    assert await unit.flags.reopen(flag.id, later(5)) is None, "nobody needs to mend what is put away"
    await unit.courses.set_archived(course.id, ana.id, later(6), on=False)
    await unit.flags.revive(course.id, later(5))
    assert await unit.flags.open(course.id) == [flag]
    assert (await stands(unit, course.id)).flags == 1


async def test_a_review_is_undone_with_all_that_it_settled(unit: Unit) -> None:
    ana, ben, chloe = await meet(unit), await meet(unit, "U2", "Ben"), await meet(unit, "U3", "Chloe")
    course = await course_of(unit, ana)
    earlier = await flagged(unit, course.id, chloe, "Was settled before")
    await unit.flags.settle(earlier.id, ana.id, later(2), Outcome.UPDATED)
    flag = await flagged(unit, course.id, ben, seconds=3)
    before = await stands(unit, course.id)
    assert (await unit.reviews.attend(course.id, ana.id, later(60), Outcome.REVIEWED)).flags == (
        Flag(flag.id, course.id, ben, FlagKind.OUTDATED, "Old", later(3), later(60), Outcome.REVIEWED),
    )
    assert (await stands(unit, course.id)).flags == 0
    then = Standing(before.reviewed_at, before.taken_at, before.snoozed_until, before.offered_at)
    assert await unit.reviews.undo(course.id, later(61), then) is None
    assert await unit.reviews.undo(course.id, later(60), then) == ()
    assert await stands(unit, course.id) == before
    assert await unit.flags.open(course.id) == [flag]
    assert await unit.reviews.undo(course.id, later(60), then) is None


async def test_an_undo_puts_every_moment_back(unit: Unit) -> None:
    ana = await meet(unit)
    course = await course_of(unit, ana)
    await unit.reviews.attend(course.id, ana.id, later(60), Outcome.REVIEWED)
    then = Standing(later(-9), later(-3), later(-2), later(-1))
    assert await unit.reviews.undo(course.id, later(60), then) == ()
    found = await stands(unit, course.id)
    assert Standing(found.reviewed_at, found.taken_at, found.snoozed_until, found.offered_at) == then
    assert found.review_at == later(-9) + timedelta(days=180)


async def test_an_undo_makes_no_second_open_flag(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await course_of(unit, ana)
    await flagged(unit, course.id, ben)
    await unit.reviews.attend(course.id, ana.id, later(60), Outcome.REVIEWED)
    anew = await flagged(unit, course.id, ben, "Anew", 70)
    assert await unit.reviews.undo(course.id, later(60), Standing(NOW)) == ()
    assert await unit.flags.open(course.id) == [anew]
    assert (await stands(unit, course.id)).flags == 1


async def test_nothing_is_undone_in_what_was_put_away_or_changed_since(unit: Unit) -> None:
    ana = await meet(unit)
    course = await course_of(unit, ana)
    await unit.reviews.attend(course.id, ana.id, later(60), Outcome.REVIEWED)
    await unit.courses.set_archived(course.id, ana.id, later(61), on=True)
    assert await unit.reviews.undo(course.id, later(60), Standing(NOW)) is None
    await unit.courses.set_archived(course.id, ana.id, later(62), on=False)
    await unit.reviews.attend(course.id, ana.id, later(63), Outcome.REVIEWED)
    assert await unit.reviews.undo(course.id, later(60), Standing(NOW)) is None


async def test_nothing_is_undone_in_a_course_that_was_taken_over_since(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course = await course_of(unit, ana)
    await unit.reviews.attend(course.id, ana.id, later(60), Outcome.REVIEWED)
    await unit.handovers.move(course.id, ben.id, ana.id, later(61), ChangeKind.HANDED_OVER)
    before = await stands(unit, course.id)
    assert before.taken_at == later(61)
    assert await unit.reviews.undo(course.id, later(60), Standing(NOW)) is None
    assert await stands(unit, course.id) == before


async def test_the_same_numbers_in_two_communities_are_two_flags(store: Store) -> None:
    for community, said in ((NORTH, "Northern"), (SOUTH, "Southern")):
        async with store.write(community) as unit:
            course = await share(unit, "Plain")
            assert (await flagged(unit, course.id, await meet(unit), said)).id == 1
    async with store.read(NORTH) as north:
        assert [flag.said for flag in await north.flags.open(1)] == ["Northern"]


@pytest.mark.parametrize("seed", range(12))
async def test_the_count_is_that_of_the_open_flags_whatever_happens(unit: Unit, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test that can be played again
    people = [await meet(unit, f"U{n}", f"Person {n}") for n in range(4)]
    courses = [(await unit.courses.add(content(f"Course {n}"), people[0].id, NOW))[0].id for n in range(2)]
    moments: list[float] = [0.0]
    for step in range(60):
        await one_act(unit, chance, people, courses, moments, step)
        for course in courses:
            flags = await unit.flags.open(course)
            assert (await stands(unit, course)).flags == len(flags)
            assert len({flag.person.id for flag in flags}) == len(flags), "one open flag a person and course"


async def one_act(
    unit: Unit, chance: random.Random, people: list[Person], courses: list[int], moments: list[float], step: int
) -> None:
    """Do anything that may touch flags; remember the moments at which something was settled."""
    course, who, now = chance.choice(courses), chance.choice(people).id, later(step + 1)
    number, then = chance.randint(1, 20), later(chance.choice(moments))
    match chance.randrange(7):
        case 0 | 1:
            await unit.flags.put(course, who, chance.choice(list(FlagKind)), f"Said {step}", now)
            return
        case 2:
            await unit.flags.settle(number, who, now, chance.choice(list(Outcome)))
        case 3:
            await unit.flags.reopen(number, then)
            return
        case 4:
            found = await unit.reviews.attend(course, who, now, chance.choice(list(Outcome)))
            assert isinstance(found, Settled)
        case 5:
            await unit.reviews.undo(course, then, Standing(NOW))
            return
        case _:
            archived = (await stands(unit, course)).archived_at
            await unit.courses.set_archived(course, who, now, on=archived is None)
            await unit.flags.revive(course, then)
            return
    moments.append(step + 1)
