"""Editing a course: what stands here afterwards, what its history keeps, what a search finds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import StoreUnavailable
from bot.model import Change, ChangeKind, Level
from bot.ports import Store, Unit
from tests.storage.sample import (
    NORTH,
    NOW,
    OTHER,
    content,
    edited,
    goals,
    later,
    meet,
    said,
    share,
    steps,
)


async def test_a_shared_course_is_the_root_of_its_own_lineage(unit: Unit) -> None:
    course = await share(unit, "Learn Go")
    assert (course.revision, course.root, course.parent, course.archived_at) == (1, course.id, None, None)
    assert (course.step_numbers, course.steps_drawn, course.reviewed_at) == ((1, 2), 2, NOW)
    assert (course.page, course.page_open, course.co_owners) == (None, True, ())
    assert await unit.courses.changes(course.id, 0, 9) == []


async def test_an_edit_replaces_all_of_the_content_and_counts_as_a_review(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course, _ = await unit.courses.add(content(level=Level.BEGINNER, topics=("a", "b")), ana.id, NOW)
    found = await edited(unit, course, OTHER, ben.id)
    assert said(found) == OTHER
    assert found == replace(
        course,
        goal=OTHER.goal,
        steps=OTHER.steps,
        level=OTHER.level,
        topics=OTHER.topics,
        description=OTHER.description,
        language=OTHER.language,
        revision=2,
        updated_at=later(9),
        reviewed_at=later(9),
        review_at=later(9) + timedelta(days=180),
    )
    assert await unit.courses.get(course.id) == found


async def test_an_edit_can_take_everything_optional_away(unit: Unit) -> None:
    ana = await meet(unit)
    course, _ = await unit.courses.add(OTHER, ana.id, NOW)
    found = await edited(unit, course, content("Bare one"), ana.id)
    assert said(found) == content("Bare one")
    assert await unit.courses.topics() == []


async def test_an_edit_of_what_stands_here_no_more_writes_nothing(unit: Unit) -> None:
    ana = await meet(unit)
    seen, _ = await unit.courses.add(content("Learn Go"), ana.id, NOW)
    first = await edited(unit, seen, content("Learn Rust"), ana.id)
    assert await unit.courses.edit(seen, OTHER, (1, 2), ana.id, later(20)) is None
    assert await unit.courses.get(seen.id) == first
    assert len(await unit.courses.changes(seen.id, 0, 9)) == 1
    assert await goals(unit, "tomatoes") == []


@pytest.mark.parametrize("away", [True, False])
async def test_archiving_and_restoring_outdate_an_editors_view(unit: Unit, away: bool) -> None:  # noqa: FBT001 - a case
    ana = await meet(unit)
    seen, _ = await unit.courses.add(content("Learn Go"), ana.id, NOW)
    if not away:
        put_away = await unit.courses.set_archived(seen.id, ana.id, NOW, on=True)
        assert put_away is not None
        seen = put_away
    assert await unit.courses.set_archived(seen.id, ana.id, later(1), on=away) is not None
    assert await unit.courses.edit(seen, OTHER, (1, 2), ana.id, later(2)) is None


async def test_a_course_that_is_nowhere_cannot_be_edited(unit: Unit) -> None:
    ana = await meet(unit)
    course = await share(unit, "Learn Go")
    assert await unit.courses.edit(replace(course, id=99), OTHER, (1, 2), ana.id, NOW) is None
    assert await unit.courses.edit(replace(course, revision=99), OTHER, (1, 2), ana.id, NOW) is None
    assert await goals(unit) == ["Learn Go"]


async def test_sharing_what_a_course_was_before_an_edit_gives_that_course(unit: Unit) -> None:
    ana = await meet(unit)
    course, _ = await unit.courses.add(content("Learn Go"), ana.id, NOW)
    found = await edited(unit, course, OTHER, ana.id)
    assert await unit.courses.add(content("Learn Go"), ana.id, later(20)) == (found, False)
    assert (await unit.courses.add(OTHER, ana.id, later(21)))[1], "nobody shared this before"


async def test_steps_keep_their_numbers_and_new_ones_never_get_an_old_one(unit: Unit) -> None:
    ana = await meet(unit)
    course, _ = await unit.courses.add(content(steps=steps("a", "b", "c")), ana.id, NOW)
    moved = await edited(unit, course, content(steps=steps("c", "new", "a")), ana.id, numbers=(3, 4, 1))
    assert (moved.step_numbers, moved.steps_drawn) == ((3, 4, 1), 4)
    assert moved.steps == steps("c", "new", "a")
    fewer = await edited(unit, moved, content(steps=steps("a")), ana.id, numbers=(1,))
    assert (fewer.step_numbers, fewer.steps_drawn) == ((1,), 4), "a number that a step ever had stays drawn"
    more = await edited(unit, fewer, content(steps=steps("a", "z")), ana.id, numbers=(1, 5))
    assert (more.step_numbers, more.steps_drawn) == ((1, 5), 5)


async def test_a_course_can_lose_its_last_step(unit: Unit) -> None:
    ana = await meet(unit)
    course = await share(unit, "Learn Go")
    bare = await edited(unit, course, content("Learn Go", steps=()), ana.id, numbers=())
    assert (bare.steps, bare.step_numbers, bare.steps_drawn) == ((), (), 2)


async def test_as_many_numbers_as_steps_or_nothing_is_written(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana, course = await meet(unit), await share(unit, "Learn Go")
    with pytest.raises(ValueError, match="shorter"):
        async with store.write(NORTH) as unit:
            await unit.courses.edit(course, OTHER, (1,), ana.id, NOW)
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(course.id) == course


async def test_an_edit_by_nobody_we_know_leaves_all_as_it_was(store: Store) -> None:
    async with store.write(NORTH) as unit:
        course = await share(unit, "Learn Go")
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await unit.courses.edit(course, OTHER, (1, 2), 99, NOW)
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(course.id) == course
        assert await goals(unit, "go") == ["Learn Go"]
        assert await goals(unit, "tomatoes") == []


async def test_a_fault_in_an_edit_ends_the_unit(store: Store) -> None:
    """What a database refused is not half kept by somebody who goes on."""
    async with store.write(NORTH) as unit:
        course = await share(unit, "Learn Go")
    with pytest.raises(StoreUnavailable):  # noqa: PT012 - the unit as a whole fails
        async with store.write(NORTH) as unit:
            with pytest.raises(ValueError, match="refuse"):
                await unit.courses.edit(course, OTHER, (1, 2), 99, NOW)
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(course.id) == course


async def test_the_history_tells_the_newest_first_and_keeps_what_was(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    first, _ = await unit.courses.add(OTHER, ana.id, NOW)
    second = await edited(unit, first, content("Learn Go"), ana.id, seconds=1)
    await unit.courses.set_archived(first.id, ben.id, later(2), on=True)
    restored = await unit.courses.set_archived(first.id, ana.id, later(3), on=False)
    assert restored is not None
    await edited(unit, restored, content("Learn Rust"), ben.id, seconds=4)
    assert await unit.courses.changes(first.id, 0, 9) == [
        Change(5, later(4), ben, ChangeKind.EDITED, content("Learn Go")),
        Change(4, later(3), ana, ChangeKind.RESTORED),
        Change(3, later(2), ben, ChangeKind.ARCHIVED),
        Change(2, later(1), ana, ChangeKind.EDITED, OTHER),
    ]
    assert said(second) == content("Learn Go")
    assert [change.number for change in await unit.courses.changes(first.id, 1, 2)] == [4, 3]
    assert await unit.courses.changes(first.id, 4, 2) == []
    assert await unit.courses.changes(99, 0, 9) == []


async def test_each_course_has_its_own_history(unit: Unit) -> None:
    ana = await meet(unit)
    one, other = await share(unit, "Learn Go"), await share(unit, "Learn Rust")
    await edited(unit, one, OTHER, ana.id)
    copy, _ = await unit.courses.fork(one, ana.id, NOW)
    assert len(await unit.courses.changes(one.id, 0, 9)) == 1
    assert await unit.courses.changes(other.id, 0, 9) == []
    assert await unit.courses.changes(copy.id, 0, 9) == [], "a fork begins its own"


async def test_edited_words_are_found_and_old_ones_are_not(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana = await meet(unit)
        course, _ = await unit.courses.add(
            content("Play chess well", description="Openings and endgames", topics=("boards",)), ana.id, NOW
        )
    async with store.read(NORTH) as unit:  # the shared vocabulary knows the old words
        for word in ("chess", "ches", "openings", "boards", "primer"):
            assert await goals(unit, word) == ["Play chess well"], word
    async with store.write(NORTH) as unit:
        course = await edited(unit, course, OTHER, ana.id)
        assert await goals(unit, "tomatoes") == [OTHER.goal], "in the transaction itself too"
        assert await goals(unit, "chess") == []
    async with store.read(NORTH) as unit:
        for word in ("tomatoes", "tomatos", "garden", "dig", "food"):
            assert await goals(unit, word) == [OTHER.goal], word
        for word in ("chess", "ches", "openings", "boards", "primer"):
            assert await goals(unit, word) == [], word
        assert list(await unit.courses.telling("chess tomatoes")) == ["tomatoes"]
        assert await unit.courses.titled("chess", 9) == []
        assert [found.id for found in await unit.courses.titled("grow", 9)] == [course.id]
        assert await unit.courses.using(["https://example.org/a"], 9) == []
        assert [found.id for found in await unit.courses.using(["https://example.org/dig"], 9)] == [course.id]


async def test_an_edit_that_was_taken_back_changes_no_search(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana, course = await meet(unit), await share(unit, "Play chess well")
    with pytest.raises(RuntimeError, match="never mind"):  # noqa: PT012 - the unit as a whole fails
        async with store.write(NORTH) as unit:
            await edited(unit, course, OTHER, ana.id)
            assert await goals(unit, "tomatoes") == [OTHER.goal]
            raise RuntimeError("never mind")
    async with store.read(NORTH) as unit:
        assert await goals(unit, "chess") == ["Play chess well"]
        assert await goals(unit, "tomatoes") == []
        assert await unit.courses.changes(course.id, 0, 9) == []
