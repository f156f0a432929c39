"""How far people are in which course."""

import pytest

from bot.model import Course, Progress
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, content, edited, later, meet, share, stands, steps


async def progress(unit: Unit, person: int, course: int) -> Progress:
    found = await unit.learning.of(person, course)
    assert found is not None
    return found


@pytest.fixture
async def course(unit: Unit) -> Course:
    """A course with three steps; Ana is person 1, Ben person 2."""
    ana, _ = await meet(unit), await meet(unit, "U2", "Ben")
    return (await unit.courses.add(content(steps=steps("a", "b", "c")), ana.id, NOW))[0]


async def test_who_has_not_started_has_no_progress(unit: Unit, course: Course) -> None:
    assert await unit.learning.of(1, course.id) is None
    assert await unit.learning.of(1, 99) is None
    assert await unit.learning.of(99, course.id) is None
    assert await unit.learning.started(1, 0, 9) == ([], 0)


async def test_starting_again_changes_nothing(unit: Unit, course: Course) -> None:
    await unit.learning.start(1, course.id, later(1))
    first = Progress(course, later(1))
    assert await progress(unit, 1, course.id) == first
    await unit.learning.set_done(1, course.id, 2, later(2), on=True)
    await unit.learning.start(1, course.id, later(3))
    assert await progress(unit, 1, course.id) == Progress(course, later(1), frozenset({2}))
    assert await unit.learning.of(2, course.id) is None, "it is the person's alone"


@pytest.mark.parametrize("on", [True, False])
async def test_doing_or_undoing_a_step_starts_the_course(unit: Unit, course: Course, on: bool) -> None:  # noqa: FBT001 - a case
    await unit.learning.set_done(1, course.id, 3, later(5), on=on)
    assert await progress(unit, 1, course.id) == Progress(course, later(5), frozenset({3} if on else ()))


async def test_a_step_is_set_not_toggled(unit: Unit, course: Course) -> None:
    for on in (True, True, False, False, True):
        await unit.learning.set_done(1, course.id, 1, NOW, on=on)
        assert (await progress(unit, 1, course.id)).done == (frozenset({1}) if on else frozenset())
    await unit.learning.set_done(1, course.id, 2, NOW, on=False)
    assert (await progress(unit, 1, course.id)).done == {1}, "another step is another step"


async def test_finished_is_who_has_done_all_steps_in_any_order(unit: Unit, course: Course) -> None:
    for count, step in enumerate((3, 1, 2)):
        found = await unit.learning.of(1, course.id)
        assert found is None or (found.steps_done, found.is_finished) == (count, False)
        await unit.learning.set_done(1, course.id, step, NOW, on=True)
    found = await progress(unit, 1, course.id)
    assert (found.steps_done, found.is_finished) == (3, True)
    await unit.learning.set_done(1, course.id, 1, NOW, on=False)
    assert not (await progress(unit, 1, course.id)).is_finished


async def test_progress_follows_a_step_through_edits(unit: Unit, course: Course) -> None:
    for step in (1, 3):
        await unit.learning.set_done(2, course.id, step, NOW, on=True)
    moved = await edited(unit, course, content(steps=steps("c", "new", "b")), 1, numbers=(3, 4, 2))
    found = await progress(unit, 2, course.id)
    assert found.course == moved
    assert found.done == {1, 3}, "what was done stays known, also of steps that are gone"
    assert (found.steps_done, found.is_finished) == (1, False)
    alone = await edited(unit, moved, content(steps=steps("c")), 1, numbers=(3,))
    assert (await progress(unit, 2, course.id)).is_finished
    await edited(unit, alone, content(steps=steps("c", "a")), 1, numbers=(3, 1))
    assert (await progress(unit, 2, course.id)).steps_done == 2, "a step that comes back is still done"


async def test_a_new_step_is_never_done_already(unit: Unit, course: Course) -> None:
    for step in course.step_numbers:
        await unit.learning.set_done(2, course.id, step, NOW, on=True)
    fewer = await edited(unit, course, content(steps=steps("a")), 1, numbers=(1,))
    more = await edited(unit, fewer, content(steps=steps("a", "z")), 1, numbers=(1, fewer.steps_drawn + 1))
    found = await progress(unit, 2, course.id)
    assert (found.steps_done, found.is_finished) == (1, False)
    assert more.step_numbers == (1, 4)


async def test_a_fork_begins_without_anybodys_progress(unit: Unit, course: Course) -> None:
    await unit.learning.set_done(2, course.id, 1, NOW, on=True)
    copy, _ = await unit.courses.fork(course, 2, NOW)
    assert await unit.learning.of(2, copy.id) is None
    await unit.learning.set_done(2, copy.id, 2, NOW, on=True)
    assert (await progress(unit, 2, course.id)).done == {1}


async def test_the_archive_takes_nobodys_progress_away(unit: Unit, course: Course) -> None:
    await unit.learning.set_done(2, course.id, 1, NOW, on=True)
    await unit.courses.set_archived(course.id, 1, later(1), on=True)
    found = await progress(unit, 2, course.id)
    assert (found.done, found.course.archived_at) == (frozenset({1}), later(1))
    assert [one.course.id for one in (await unit.learning.started(2, 0, 9))[0]] == [course.id]
    await unit.learning.set_done(2, course.id, 2, later(2), on=True)
    await unit.courses.set_archived(course.id, 1, later(3), on=False)
    assert (await progress(unit, 2, course.id)).done == {1, 2}


async def test_the_last_touched_comes_first(unit: Unit, course: Course) -> None:
    others = [(await share(unit, f"Course {n}", n)).id for n in range(3)]
    for n, number in enumerate((course.id, *others)):
        await unit.learning.start(2, number, later(n))
    await unit.learning.start(2, others[0], later(20))  # changes nothing
    await unit.learning.set_done(2, course.id, 1, later(10), on=True)
    await unit.learning.set_done(2, others[1], 1, later(11), on=False)
    await unit.learning.start(1, others[2], later(12))
    found, total = await unit.learning.started(2, 0, 9)
    assert [one.course.id for one in found] == [others[1], course.id, others[2], others[0]]
    assert total == 4
    assert found[1] == Progress(course, NOW, frozenset({1}))


async def test_what_was_started_comes_in_pages_without_gap_or_double(unit: Unit, course: Course) -> None:
    for n in range(23):
        await unit.learning.start(2, (await share(unit, f"Course {n}")).id, later(n // 5))  # many at one moment
    whole, total = await unit.learning.started(2, 0, 99)
    assert len(whole) == total == 23
    parts = [await unit.learning.started(2, at, 7) for at in (0, 7, 14, 21, 28)]
    assert [one for part, _ in parts for one in part] == list(whole)
    assert {count for _, count in parts} == {23}
    assert parts[-1][0] == []


async def test_a_course_or_person_that_is_nowhere_is_refused(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)
        await share(unit, "Learn Go")
    for person, course in ((1, 99), (99, 1)):
        with pytest.raises(ValueError, match="refuse"):
            async with store.write(NORTH) as unit:
                await unit.learning.start(person, course, NOW)
        with pytest.raises(ValueError, match="refuse"):
            async with store.write(NORTH) as unit:
                await unit.learning.set_done(person, course, 1, NOW, on=True)
    async with store.read(NORTH) as unit:
        assert await unit.learning.started(1, 0, 9) == ([], 0)


async def test_a_reader_sees_progress_as_soon_as_it_is_committed(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)
        course = await share(unit, "Learn Go")
    for step in (1, 2):
        async with store.read(NORTH) as unit:
            found = await unit.learning.of(1, course.id)
            assert (found.steps_done if found else 0) == step - 1
        async with store.write(NORTH) as unit:
            await unit.learning.set_done(1, course.id, step, NOW, on=True)


async def test_the_same_numbers_in_another_community_are_others(store: Store) -> None:
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            await meet(unit)
            await share(unit, f"Of the {community}")
    async with store.write(SOUTH) as unit:
        await unit.learning.set_done(1, 1, 1, NOW, on=True)
    async with store.write(NORTH) as unit:
        assert await unit.learning.of(1, 1) is None
        await unit.learning.set_done(1, 1, 2, NOW, on=True)
        await unit.learning.set_done(1, 1, 1, NOW, on=False)
        await stands(unit, 1)
    async with store.read(SOUTH) as unit:
        assert (await progress(unit, 1, 1)).done == {1}
