"""Courses that people keep for themselves."""

import pytest

from bot.model import CoursePage
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, OTHER, SOUTH, edited, later, meet, share, stands


async def test_an_empty_shelf_holds_nothing(unit: Unit) -> None:
    ana, course = await meet(unit), await share(unit, "Learn Go")
    assert not await unit.shelf.holds(ana.id, course.id)
    assert await unit.shelf.of(ana.id, 0, 9) == CoursePage((), 0)
    assert await unit.shelf.of(99, 0, 9) == CoursePage((), 0)


async def test_a_course_is_put_there_and_taken_away_and_set_twice(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course, other = await share(unit, "Learn Go"), await share(unit, "Learn Rust")
    for on in (True, True, False, False, True):
        await unit.shelf.set(ana.id, course.id, NOW, on=on)
        assert await unit.shelf.holds(ana.id, course.id) is on
        assert await unit.shelf.of(ana.id, 0, 9) == CoursePage((course,) if on else (), int(on))
    assert not await unit.shelf.holds(ana.id, other.id)
    assert not await unit.shelf.holds(ben.id, course.id), "it is the person's alone"
    await unit.shelf.set(ben.id, course.id, NOW, on=False)
    assert await unit.shelf.holds(ana.id, course.id)


async def test_the_last_put_there_comes_first(unit: Unit) -> None:
    ana = await meet(unit)
    numbers = [(await share(unit, f"Course {n}")).id for n in range(4)]
    for n, number in enumerate((numbers[2], numbers[0], numbers[3], numbers[1])):
        await unit.shelf.set(ana.id, number, later(n), on=True)
    await unit.shelf.set(ana.id, numbers[2], later(20), on=True)  # it stands there already
    page = await unit.shelf.of(ana.id, 0, 9)
    assert [course.id for course in page.courses] == [numbers[1], numbers[3], numbers[0], numbers[2]]
    await unit.shelf.set(ana.id, numbers[2], later(21), on=False)
    await unit.shelf.set(ana.id, numbers[2], later(22), on=True)
    page = await unit.shelf.of(ana.id, 0, 1)
    assert ([course.id for course in page.courses], page.total) == ([numbers[2]], 4)


async def test_pages_join_without_gap_or_double(unit: Unit) -> None:
    ana = await meet(unit)
    for n in range(23):
        await unit.shelf.set(ana.id, (await share(unit, f"Course {n}")).id, later(n // 5), on=True)
    whole = await unit.shelf.of(ana.id, 0, 99)
    parts = [await unit.shelf.of(ana.id, at, 7) for at in (0, 7, 14, 21, 28)]
    assert [course for part in parts for course in part.courses] == list(whole.courses)
    assert {part.total for part in parts} == {whole.total} == {23}
    assert len({course.id for course in whole.courses}) == 23


async def test_archived_and_edited_courses_stay_on_the_shelf(unit: Unit) -> None:
    ana, course = await meet(unit), await share(unit, "Learn Go")
    await unit.shelf.set(ana.id, course.id, NOW, on=True)
    changed = await edited(unit, course, OTHER, ana.id)
    assert (await unit.shelf.of(ana.id, 0, 9)).courses == (changed,)
    await unit.courses.set_archived(course.id, ana.id, later(20), on=True)
    put_away = await stands(unit, course.id)
    assert put_away.archived_at is not None
    assert await unit.shelf.of(ana.id, 0, 9) == CoursePage((put_away,), 1)
    await unit.shelf.set(ana.id, course.id, later(21), on=False)
    await unit.shelf.set(ana.id, course.id, later(22), on=True)
    assert await unit.shelf.holds(ana.id, course.id)


async def test_a_fork_is_another_course(unit: Unit) -> None:
    ana, course = await meet(unit), await share(unit, "Learn Go")
    await unit.shelf.set(ana.id, course.id, NOW, on=True)
    copy, _ = await unit.courses.fork(course, ana.id, NOW)
    assert not await unit.shelf.holds(ana.id, copy.id)


async def test_what_is_nowhere_is_refused_and_taking_it_away_is_fine(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)
        await share(unit, "Learn Go")
        await unit.shelf.set(1, 99, NOW, on=False)
        await unit.shelf.set(99, 1, NOW, on=False)
        assert not await unit.shelf.holds(2**70, -1)
    for person, course in ((1, 99), (99, 1)):
        with pytest.raises(ValueError, match="refuse"):
            async with store.write(NORTH) as unit:
                await unit.shelf.set(person, course, NOW, on=True)


async def test_the_same_numbers_in_another_community_are_others(store: Store) -> None:
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            await meet(unit)
            await share(unit, f"Of the {community}")
    async with store.write(SOUTH) as unit:
        await unit.shelf.set(1, 1, NOW, on=True)
    async with store.write(NORTH) as unit:
        assert not await unit.shelf.holds(1, 1)
        await unit.shelf.set(1, 1, NOW, on=False)
    async with store.read(SOUTH) as unit:
        assert [course.goal for course in (await unit.shelf.of(1, 0, 9)).courses] == ["Of the south"]
