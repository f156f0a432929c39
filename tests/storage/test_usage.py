"""How much courses are used, and how many of these are fresh."""

from datetime import timedelta

import pytest

from bot.model import Course, Person
from bot.ports import Store, Unit
from bot.usage import WINDOW, Use, Viewed, Week
from tests.storage.sample import NORTH, NOW, SOUTH, content, meet, share

TODAY = NOW.toordinal()
LONG_AGO = NOW - WINDOW - timedelta(days=2)


async def owned(unit: Unit, goal: str, owner: Person) -> Course:
    course, _ = await unit.courses.add(content(goal), owner.id, NOW)
    return course


async def test_looks_add_up_by_course_and_day(unit: Unit) -> None:
    course = (await share(unit, "Bake bread")).id
    other = (await share(unit, "Grow tomatoes")).id
    await unit.usage.count([Viewed(course, TODAY, 2), Viewed(other, TODAY, 1)])
    await unit.usage.count([Viewed(course, TODAY, 3), Viewed(course, TODAY - 1, 4)])
    await unit.usage.count([])
    assert await unit.usage.of([course, other, 99], NOW) == {course: Use(views=9), other: Use(views=1)}
    assert await unit.usage.of([], NOW) == {}


async def test_what_was_long_ago_is_no_use(unit: Unit) -> None:
    course = (await share(unit, "Bake bread")).id
    person = await meet(unit)
    await unit.usage.count([Viewed(course, LONG_AGO.toordinal(), 5)])
    await unit.shelf.set(person.id, course, LONG_AGO, on=True)
    await unit.learning.start(person.id, course, LONG_AGO)
    assert await unit.usage.of([course], NOW) == {}
    assert await unit.usage.freshness(NOW, 1) == Week(1, 0, 0)
    await unit.learning.set_done(person.id, course, 1, NOW, on=True)  # at work on it again
    assert await unit.usage.of([course], NOW) == {course: Use(learners=1)}


async def test_shelves_and_learners_count_beside_looks(unit: Unit) -> None:
    course = (await share(unit, "Bake bread")).id
    for user in ("U1", "U2"):
        person = await meet(unit, user, user)
        await unit.shelf.set(person.id, course, NOW, on=True)
    await unit.learning.start(person.id, course, NOW)
    await unit.usage.count([Viewed(course, TODAY, 7)])
    assert await unit.usage.of([course], NOW) == {course: Use(7, 2, 1)}


async def test_stale_courses_come_by_use_and_fresh_ones_are_counted(unit: Unit) -> None:
    ana = await meet(unit)
    fresh, due = await owned(unit, "Bake bread", ana), await owned(unit, "Sing", ana)
    nobodys, unused = await share(unit, "Grow tomatoes"), await share(unit, "Whistle")
    gone = await share(unit, "Learn Flash")
    await unit.courses.set_archived(gone.id, ana.id, NOW, on=True)
    await unit.reviews.set_interval(due.id, 1)
    now = NOW + timedelta(days=2)
    day = now.toordinal()
    await unit.usage.count([Viewed(one.id, day, 9) for one in (fresh, due, nobodys, gone)])
    await unit.shelf.set(ana.id, nobodys.id, now, on=True)
    found = await unit.usage.stale(now, 9)
    assert [(course.id, use) for course, use in found] == [(nobodys.id, Use(9, 1)), (due.id, Use(9))]
    assert [course.id for course, _ in await unit.usage.stale(now, 1)] == [nobodys.id]
    assert await unit.usage.freshness(now, 7) == Week(7, 3, 1)
    assert unused.id not in await unit.usage.of([unused.id], now)


async def test_the_order_is_the_weight(unit: Unit) -> None:
    """What the database sorts by is the rule of `Use.weight`."""
    people = [await meet(unit, f"U{n}", f"N{n}") for n in range(4)]
    uses = [Use(11), Use(0, 1), Use(4, 0, 1), Use(3, 1, 1), Use(1, 4), Use(0, 0, 2)]
    courses = [await share(unit, f"Goal number {n}") for n in range(len(uses))]
    for course, use in zip(courses, uses, strict=True):
        if use.views:
            await unit.usage.count([Viewed(course.id, TODAY, use.views)])
        for person in people[: use.saves]:
            await unit.shelf.set(person.id, course.id, NOW, on=True)
        for person in people[: use.learners]:
            await unit.learning.start(person.id, course.id, NOW)
    found = [use for _, use in await unit.usage.stale(NOW, 9)]
    assert found == sorted(uses, key=lambda use: use.weight, reverse=True)


async def test_a_week_is_kept_once(unit: Unit) -> None:
    assert not await unit.usage.has_week(8)
    assert await unit.usage.keep_week(Week(8, 3, 1))
    assert not await unit.usage.keep_week(Week(8, 9, 9))
    assert await unit.usage.keep_week(Week(1, 2, 2))
    assert await unit.usage.has_week(8)
    assert await unit.usage.weeks(1) == [Week(1, 2, 2), Week(8, 3, 1)]
    assert await unit.usage.weeks(2) == [Week(8, 3, 1)]


async def test_old_looks_are_forgotten(unit: Unit) -> None:
    course = (await share(unit, "Bake bread")).id
    await unit.usage.count([Viewed(course, TODAY, 1), Viewed(course, TODAY - 1, 1), Viewed(course, TODAY - 2, 1)])
    assert await unit.usage.forget(TODAY - 1) == 1
    assert await unit.usage.of([course], NOW) == {course: Use(2)}


async def test_looks_at_what_is_not_there_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(SOUTH) as unit:
            await unit.usage.count([Viewed(1, TODAY, 1)])
    async with store.read(NORTH) as unit:
        assert await unit.usage.freshness(NOW, 1) == Week(1, 0, 0)
