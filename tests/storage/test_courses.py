"""Storing courses and listing them."""

import pytest

from bot.model import Checkpoint, Level, TopicCount
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, content, later, meet, share


async def test_a_course_comes_back_as_it_was_given(unit: Unit) -> None:
    owner = await meet(unit)
    steps = tuple(Checkpoint(f"Step {n} ✓", f"https://example.org/{n}") for n in range(7))
    given = content(
        "Bake “bread” 🍞", steps=steps, level=Level.MEDIUM, topics=("Baking", "food"), description="é", language="pt-br"
    )
    course, fresh = await unit.courses.add(given, owner.id, NOW)
    assert fresh
    assert (course.id, course.short_id, course.owner) == (1, "C1", owner)
    assert (course.created_at, course.updated_at) == (NOW, NOW)
    for name in ("goal", "steps", "level", "topics", "description", "language"):
        assert getattr(course, name) == getattr(given, name)
    assert await unit.courses.get(1) == course


async def test_sharing_the_same_again_gives_the_first(unit: Unit) -> None:
    owner = await meet(unit)
    first, _ = await unit.courses.add(content("Learn Go"), owner.id, NOW)
    again, fresh = await unit.courses.add(content("learn  GO", description="other"), owner.id, later(9))
    assert (again, fresh) == (first, False)


async def test_another_owner_or_other_addresses_make_another_course(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    other = (Checkpoint("Read", "https://example.org/other"),)
    made = [
        await unit.courses.add(content(), ana.id, NOW),
        await unit.courses.add(content(), ben.id, NOW),
        await unit.courses.add(content(), None, NOW),
        await unit.courses.add(content(steps=other), ana.id, NOW),
    ]
    assert [(course.id, fresh) for course, fresh in made] == [(1, True), (2, True), (3, True), (4, True)]


async def test_a_course_for_an_owner_who_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await unit.courses.add(content(), 99, NOW)
    async with store.write(NORTH) as unit:
        assert (await share(unit, "Learn Go")).id == 1


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 10**40, -(10**40)])
async def test_a_number_nobody_has_finds_nothing(unit: Unit, number: int) -> None:
    await share(unit, "Learn Go")
    assert await unit.courses.get(number) is None


async def test_titled_gives_the_whole_then_the_start_then_the_rest(unit: Unit) -> None:
    for n, goal in enumerate(("Why go?", "Go", "Go further", "Let it go", "Python", "100% Go_")):
        await share(unit, goal, n)
    assert [c.goal for c in await unit.courses.titled("GO", 9)] == [
        "Go",
        "Go further",
        "100% Go_",
        "Let it go",
        "Why go?",
    ]
    assert [c.goal for c in await unit.courses.titled("100%", 9)] == ["100% Go_"]
    assert [c.goal for c in await unit.courses.titled("o_", 9)] == ["100% Go_"]
    assert [c.goal for c in await unit.courses.titled("", 2)] == ["100% Go_", "Python"]
    assert [c.goal for c in await unit.courses.titled("go", 1)] == ["Go"]


async def test_topics_are_counted_most_first_then_by_name(unit: Unit) -> None:
    await share(unit, "One course", topics=("python", "Data"))
    await share(unit, "Another", topics=("data", "art"))
    await share(unit, "Third one")
    assert await unit.courses.topics() in (
        [TopicCount("Data", 2), TopicCount("art", 1), TopicCount("python", 1)],
        [TopicCount("data", 2), TopicCount("art", 1), TopicCount("python", 1)],
    )


async def test_owners_are_people_with_courses(unit: Unit) -> None:
    ana, ben, zoe = [await meet(unit, f"U{n}", name) for n, name in enumerate(("Ana", "Ben", "Zoë Anand"))]
    for person in (zoe, ana):
        await unit.courses.add(content(), person.id, NOW)
    await unit.courses.add(content("Another goal"), ana.id, NOW)
    assert [p.name for p in await unit.courses.owners("AN", 9)] == ["Ana", "Zoë Anand"]
    assert [p.name for p in await unit.courses.owners("", 1)] == ["Ana"]
    assert await unit.courses.owners(ben.name, 9) == []


async def test_a_topic_given_twice_counts_once(unit: Unit) -> None:
    course = await share(unit, "One course", topics=("art", "Data", "ART"))
    assert [topic.casefold() for topic in course.topics] == ["art", "data"]
    assert sum(counted.courses for counted in await unit.courses.topics()) == 2
