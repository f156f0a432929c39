"""Copies of courses: one for each person and lineage, with a life of its own."""

import pytest

from bot.model import Checkpoint, CourseContent, CourseQuery
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, OTHER, content, edited, goals, later, meet, said, share, stands, steps


async def test_a_fork_is_a_copy_with_a_life_of_its_own(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    parent, _ = await unit.courses.add(OTHER, ana.id, NOW)
    await unit.courses.add_co_owner(parent.id, ben.id, None, NOW)
    await unit.courses.open_page(parent.id, "token")
    parent = await stands(unit, parent.id)
    parent = await edited(unit, parent, content(steps=steps("b", "c")), ana.id, numbers=(2, 3))
    copy, fresh = await unit.courses.fork(parent, ben.id, later(20))
    assert fresh
    assert said(copy) == said(parent)
    assert (copy.owner, copy.co_owners, copy.root, copy.parent) == (ben, (), parent.id, parent.id)
    assert (copy.created_at, copy.updated_at, copy.reviewed_at) == (later(20),) * 3
    assert (copy.revision, copy.step_numbers, copy.steps_drawn) == (1, (1, 2), 2)
    assert (copy.page, copy.page_open, copy.archived_at) == (None, True, None)
    assert await unit.courses.get(copy.id) == copy
    await edited(unit, copy, OTHER, ben.id, seconds=30)
    assert said(await stands(unit, parent.id)) == said(parent)
    assert sorted(await goals(unit)) == sorted([OTHER.goal, parent.goal])


async def test_a_fork_is_found_like_every_course(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    parent, _ = await unit.courses.add(OTHER, ana.id, NOW)
    copy, _ = await unit.courses.fork(parent, ben.id, later(1))
    assert await unit.courses.using(["https://example.org/dig"], 9) == [copy, parent]
    assert await unit.courses.titled("grow", 9) == [copy, parent]
    assert await goals(unit, "tomatos", owner=ben.id) == [OTHER.goal]
    assert [count.courses for count in await unit.courses.topics()] == [2, 2]
    await unit.courses.set_archived(parent.id, ana.id, later(2), on=True)
    assert await unit.courses.titled("grow", 9) == [copy], "the archive never takes others' forks along"


async def test_one_fork_for_each_person_and_lineage(unit: Unit) -> None:
    ana, ben, zoe = [await meet(unit, f"U{n}", name) for n, name in enumerate(("Ana", "Ben", "Zoe"))]
    root, _ = await unit.courses.add(content(), ana.id, NOW)
    bens, _ = await unit.courses.fork(root, ben.id, later(1))
    assert await unit.courses.fork(root, ben.id, later(2)) == (bens, False)
    zoes, fresh = await unit.courses.fork(bens, zoe.id, later(3))
    assert fresh
    assert (zoes.root, zoes.parent) == (root.id, bens.id), "a fork of a fork"
    for parent in (root, bens, zoes):
        assert await unit.courses.fork(parent, zoe.id, later(4)) == (zoes, False)
        assert await unit.courses.fork(parent, ben.id, later(4)) == (bens, False)
        assert await unit.courses.fork(parent, ana.id, later(4)) == (root, False), "who owns one of them has theirs"
    other, _ = await unit.courses.add(content("Another"), ana.id, NOW)
    assert (await unit.courses.fork(other, zoe.id, later(5)))[1], "another lineage"
    assert (await unit.courses.search(CourseQuery(), 0, 9)).total == 5


async def test_a_fork_stays_the_persons_when_it_was_edited_or_archived(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    root, _ = await unit.courses.add(content(), ana.id, NOW)
    copy, _ = await unit.courses.fork(root, ben.id, NOW)
    await edited(unit, copy, OTHER, ben.id)
    put_away = await unit.courses.set_archived(copy.id, ben.id, later(20), on=True)
    assert put_away is not None
    assert await unit.courses.fork(root, ben.id, later(30)) == (put_away, False)
    assert await unit.courses.of_lineage(root.id, ben.id) == put_away


async def test_a_course_of_nobodys_and_one_that_is_put_away_can_be_forked(unit: Unit) -> None:
    ben = await meet(unit, "U2", "Ben")
    root = await share(unit, "Learn Go")
    put_away = await unit.courses.set_archived(root.id, ben.id, NOW, on=True)
    assert put_away is not None
    copy, fresh = await unit.courses.fork(put_away, ben.id, later(1))
    assert (fresh, copy.archived_at, copy.revision) == (True, None, 1)
    assert await goals(unit, "go") == ["Learn Go"]


async def test_forking_is_not_sharing_and_sharing_is_not_forking(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    root, _ = await unit.courses.add(content(), ana.id, NOW)
    copy, _ = await unit.courses.fork(root, ben.id, NOW)
    own, fresh = await unit.courses.add(content(), ben.id, NOW)
    assert (fresh, own.root) == (True, own.id)
    assert len({root.id, copy.id, own.id}) == 3
    assert await unit.courses.of_lineage(own.id, ben.id) == own
    assert await unit.courses.of_lineage(root.id, ben.id) == copy


async def test_numbers_stay_without_gaps_when_a_fork_was_there_before(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    root, _ = await unit.courses.add(content(), ana.id, NOW)
    for _ in range(3):
        await unit.courses.fork(root, ben.id, NOW)
    assert (await share(unit, "The next one")).id == 3


async def test_of_lineage_finds_nothing_for_who_has_nothing_there(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    root, _ = await unit.courses.add(content(), ana.id, NOW)
    copy, _ = await unit.courses.fork(root, ben.id, NOW)
    assert await unit.courses.of_lineage(root.id, 99) is None
    assert await unit.courses.of_lineage(copy.id, ben.id) is None, "a fork is no root"
    assert await unit.courses.of_lineage(99, ana.id) is None
    assert await unit.courses.of_lineage(2**40, 2**40) is None
    await unit.courses.add_co_owner(root.id, ben.id, None, NOW)
    assert await unit.courses.of_lineage(root.id, ben.id) == copy, "to look after a course isn't to own it"


async def test_a_fork_for_nobody_we_know_is_refused(store: Store) -> None:
    async with store.write(NORTH) as unit:
        course = await share(unit, "Learn Go")
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await unit.courses.fork(course, 99, NOW)
    async with store.write(NORTH) as unit:
        assert (await share(unit, "The next one")).id == 2


ODD = (
    "a\x00b",
    "\ud800 lone",
    "zero\u200bwidth\ufeff",
    "\u202eright to left",
    "👩‍👩‍👧‍👦 family",
    "é" * 300,
    "%_!'\"\\",
    "<!channel> @everyone <@U1>",
    "x" * 3000,
)


@pytest.mark.parametrize("text", ODD, ids=ascii)
async def test_any_text_comes_through_an_edit_its_history_and_a_fork(unit: Unit, text: str) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    kept = text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    topic = text[:200]
    given = CourseContent(text, (Checkpoint(text, f"https://example.org/{kept}"),), None, (topic,), text, None)
    kept_as = CourseContent(kept, (Checkpoint(kept, given.steps[0].url),), None, (kept[:200],), kept)
    course = await share(unit, "Learn Go")
    course = await edited(unit, course, given, ana.id, numbers=(3,))
    assert said(course) == kept_as
    await unit.courses.open_page(course.id, text)
    found = await unit.courses.by_page(text)
    assert found is not None
    assert said(found) == kept_as
    course = await edited(unit, found, content("Plain again"), ana.id, numbers=(3, 4))
    assert (await unit.courses.changes(course.id, 0, 1))[0].before == kept_as
    course = await edited(unit, course, given, ana.id, numbers=(3,))
    copy, _ = await unit.courses.fork(course, ben.id, NOW)
    assert said(copy) == kept_as
    assert {one.id for one in await unit.courses.using([given.steps[0].url], 9)} == {course.id, copy.id}
    await unit.courses.search(CourseQuery(text, topic=topic), 0, 9)
    assert [one.id for one in await unit.courses.titled(text, 9)] == [copy.id, course.id]
