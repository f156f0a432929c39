"""Putting courses away and bringing them back."""

from dataclasses import replace

import pytest

from bot.model import ChangeKind, CourseQuery, Level
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
    share,
)


async def test_archiving_tells_what_came_of_it_once(unit: Unit) -> None:
    ana = await meet(unit)
    course = await share(unit, "Learn Go")
    assert await unit.courses.set_archived(course.id, ana.id, later(1), on=False) is None
    put_away = await unit.courses.set_archived(course.id, ana.id, later(2), on=True)
    assert put_away == replace(course, archived_at=later(2), revision=2)
    assert await unit.courses.set_archived(course.id, ana.id, later(3), on=True) is None
    assert await unit.courses.get(course.id) == put_away
    assert await unit.courses.set_archived(course.id, ana.id, later(4), on=False) == replace(course, revision=3)
    assert await unit.courses.set_archived(99, ana.id, later(5), on=True) is None
    assert [change.kind for change in await unit.courses.changes(course.id, 0, 9)] == [
        ChangeKind.RESTORED,
        ChangeKind.ARCHIVED,
    ]


async def test_an_archived_course_is_found_nowhere_but_where_it_is_asked_for(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    gone, _ = await unit.courses.add(
        content("Sing like a canary", topics=("birds",), level=Level.MEDIUM, language="en"), ana.id, NOW
    )
    kept, _ = await unit.courses.add(content("Sing like a robin", topics=("robins",)), ben.id, later(1))
    await unit.courses.open_page(gone.id, "token")
    await unit.courses.set_archived(gone.id, ben.id, later(2), on=True)
    for text in ("", "sing", "canary", "canry", "cana", "primer", "!", "🎉"):
        assert gone.goal not in await goals(unit, text), text
    assert await goals(unit, "sing") == [kept.goal]
    for narrowed in ({"level": Level.MEDIUM}, {"topic": "birds"}, {"language": "en"}, {"owner": ana.id}):
        assert await goals(unit, **narrowed) == []
        assert await goals(unit, "sing", **narrowed) == []
    assert await unit.courses.titled("canary", 9) == []
    assert await unit.courses.titled("", 9) == [kept]
    assert [count.topic for count in await unit.courses.topics()] == ["robins"]
    assert await unit.courses.owners("", 9) == [ben]
    assert await unit.courses.using(["https://example.org/a"], 9) == [kept]
    assert await unit.courses.by_page("token") is None
    assert list(await unit.courses.telling("canary sing")) == ["sing"]


async def test_archived_courses_are_listed_where_the_query_asks_for_them(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    for n, person in enumerate((ana, ben, ana, ana)):
        course, _ = await unit.courses.add(content(f"Course {n}", topics=(f"t{n % 2}",)), person.id, later(n))
        if n != 3:
            await unit.courses.set_archived(course.id, person.id, later(9 - n), on=True)
    assert await goals(unit, archived=True) == ["Course 2", "Course 1", "Course 0"]
    assert await goals(unit, "nothing that stands there", archived=True) == ["Course 2", "Course 1", "Course 0"]
    assert await goals(unit, archived=True, owner=ana.id) == ["Course 2", "Course 0"]
    assert await goals(unit, archived=True, topic="t1") == ["Course 1"]
    page = await unit.courses.search(CourseQuery(archived=True), 1, 1)
    assert ([course.goal for course in page.courses], page.total) == (["Course 1"], 3)


async def test_a_restored_course_is_found_everywhere_again(unit: Unit) -> None:
    ana = await meet(unit)
    course, _ = await unit.courses.add(content("Sing like a canary", topics=("birds",)), ana.id, NOW)
    await unit.courses.open_page(course.id, "token")
    await unit.courses.set_archived(course.id, ana.id, later(1), on=True)
    back = await unit.courses.set_archived(course.id, ana.id, later(2), on=False)
    assert back is not None
    assert await goals(unit, "canry") == await goals(unit) == await goals(unit, topic="birds") == [course.goal]
    assert await unit.courses.titled("can", 9) == await unit.courses.using(["https://example.org/a"], 9) == [back]
    assert await unit.courses.owners("", 9) == [ana]
    assert await unit.courses.by_page("token") == back
    assert await goals(unit, archived=True) == []


async def test_an_archived_course_can_be_edited_and_is_found_by_its_new_words_when_it_is_back(unit: Unit) -> None:
    ana = await meet(unit)
    course = await share(unit, "Learn Go")
    put_away = await unit.courses.set_archived(course.id, ana.id, later(1), on=True)
    assert put_away is not None
    changed = await edited(unit, put_away, OTHER, ana.id)
    assert changed.archived_at == later(1)
    assert await goals(unit, "tomatoes") == await goals(unit, "go") == await goals(unit) == []
    assert await goals(unit, archived=True) == [OTHER.goal]
    await unit.courses.set_archived(course.id, ana.id, later(20), on=False)
    assert await goals(unit, "tomatoes") == [OTHER.goal]
    assert await goals(unit, "go") == []


async def test_archiving_by_nobody_we_know_leaves_all_as_it_was(store: Store) -> None:
    async with store.write(NORTH) as unit:
        course = await share(unit, "Learn Go")
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await unit.courses.set_archived(course.id, 99, NOW, on=True)
    async with store.read(NORTH) as unit:
        assert await goals(unit, "go") == ["Learn Go"]
