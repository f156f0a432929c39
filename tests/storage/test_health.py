"""The watch on links in the tables: what is due for a look, what breaks, and which courses that concerns."""

from datetime import datetime, timedelta

import pytest

from bot.health import FOUND, WEEK, Checked, LinkHealth, Presence, Watched, moment_of
from bot.model import Checkpoint, Course, CourseContent, Page, Person
from bot.ports import Store, Unit
from bot.records import NewCourse
from bot.urls import resource_key
from tests.storage.sample import NORTH, NOW, SOUTH, content, edited, look_at, meet, stands

A, B, C = (f"https://example.org/{name}" for name in "abc")
GONE = Checked(Presence.GONE, "404 Not Found")
NO_HOST = Checked(Presence.GONE, "no such host", heard=False)
DAY = timedelta(days=1)
SOON = NOW + WEEK
"""When every address that was new at NOW has come up for a look."""


def leading(*urls: str, goal: str = "Know the sea") -> CourseContent:
    """Make a course whose steps lead to addresses."""
    return content(goal, steps=tuple(Checkpoint(f"Step {n}", url) for n, url in enumerate(urls)))


async def shared(unit: Unit, owner: Person | None, *urls: str, goal: str = "Know the sea") -> Course:
    course, _ = await unit.courses.add(leading(*urls, goal=goal), owner.id if owner else None, NOW)
    return course


async def broken_since(unit: Unit, *courses: Course) -> list[datetime | None]:
    return [(await stands(unit, course.id)).broken_since for course in courses]


async def breaks(unit: Unit, url: str, at: datetime = SOON, found: Checked = GONE) -> list[int]:
    """Let a link fail until it counts as broken, and give the courses that the last look changed."""
    changed: list[int] = []
    for days in (0, 2, 4):
        assert changed == []
        changed = list(await unit.resources.checked(resource_key(url), found, at + days * DAY))
    return changed


async def due(unit: Unit, now: datetime) -> list[str]:
    return [one.url for one in await unit.resources.claim_checks(now, 60, 99)]


# What is due


async def test_a_new_address_is_looked_at_at_its_moment_of_the_next_week(unit: Unit) -> None:
    await shared(unit, None, A)
    at = moment_of(resource_key(A), NOW)
    assert not await unit.resources.check_due(at - DAY / 24)
    assert await unit.resources.claim_checks(at - DAY / 24, 60, 9) == []
    assert await unit.resources.check_due(at)
    assert await unit.resources.claim_checks(at, 60, 9) == [Watched(resource_key(A), A)]


async def test_the_longest_due_come_first_each_for_its_lease(unit: Unit) -> None:
    urls = [f"https://example.org/{n}" for n in range(7)]
    await shared(unit, None, *urls)
    order = sorted(urls, key=lambda url: moment_of(resource_key(url), NOW))
    rounds = [[one.url for one in await unit.resources.claim_checks(SOON, 60, 3)] for _ in range(4)]
    assert rounds == [order[:3], order[3:6], order[6:], []]
    assert await due(unit, SOON + timedelta(seconds=59)) == []
    assert sorted(await due(unit, SOON + timedelta(seconds=60))) == sorted(urls)


async def test_what_a_look_gave_is_sent_along_with_the_next_one(unit: Unit) -> None:
    await shared(unit, None, A)
    key = resource_key(A)
    await unit.resources.checked(key, Checked(Presence.ALIVE, "200 OK", tag='"v1"', changed="yesterday"), SOON)
    await unit.resources.checked(key, GONE, SOON + WEEK)
    assert await unit.resources.claim_checks(SOON + 2 * WEEK, 60, 9) == [Watched(key, A, '"v1"', "yesterday")]


async def test_a_page_is_looked_at_again_when_its_rules_say(unit: Unit) -> None:
    await shared(unit, None, A)
    key, at = resource_key(A), moment_of(resource_key(A), NOW)
    for found, pause in ((None, WEEK), (FOUND, WEEK), (GONE, timedelta(hours=36))):
        assert await due(unit, at) == [A]
        await unit.resources.checked(key, found, at)
        assert await due(unit, at + pause - timedelta(seconds=1)) == []
        at += pause
    assert await due(unit, at) == [A]


async def test_only_what_courses_use_is_looked_at(unit: Unit) -> None:
    ana = await meet(unit)
    gone, used, changed = [await shared(unit, ana, url, goal=f"To {url}") for url in (A, B, C)]
    await unit.courses.set_archived(gone.id, ana.id, NOW, on=True)
    await edited(unit, changed, leading(B), ana.id, numbers=(1,))
    assert await due(unit, SOON) == [B]
    assert not await unit.resources.check_due(SOON), "the others come again in a week, and hold up nothing"
    await unit.courses.set_archived(gone.id, ana.id, NOW, on=False)
    assert sorted(await due(unit, SOON + 2 * WEEK)) == [A, B]
    assert used.id != gone.id


async def test_what_nobody_used_for_a_week_is_not_held_against_it(unit: Unit) -> None:
    ana = await meet(unit)
    course = await shared(unit, ana, A)
    await breaks(unit, A)
    await unit.courses.set_archived(course.id, ana.id, SOON + 5 * DAY, on=True)
    assert await due(unit, SOON + 9 * DAY) == []
    await unit.courses.set_archived(course.id, ana.id, SOON + 10 * DAY, on=False)
    assert await broken_since(unit, course) == [None]
    assert await unit.resources.ailing([A]) == []


async def test_a_page_that_was_read_was_looked_at(unit: Unit) -> None:
    await shared(unit, None, A)
    at = moment_of(resource_key(A), NOW)
    await unit.resources.learn(A, Page(A, "The sea"), at - DAY)
    assert await due(unit, at) == []
    assert await due(unit, at + WEEK) == [A]


async def test_a_page_that_can_be_read_is_not_broken(unit: Unit) -> None:
    course = await shared(unit, None, A)
    await breaks(unit, A)
    assert await broken_since(unit, course) == [SOON]
    await unit.resources.learn(A, Page(A, "The sea"), SOON + 5 * DAY)
    assert await broken_since(unit, course) == [None]


async def test_a_title_that_an_import_brings_is_no_look(unit: Unit) -> None:
    new = NewCourse(leading(A), None, "a file", titles={A: "The sea"})
    await unit.courses.add_many([new], NOW)
    assert await due(unit, moment_of(resource_key(A), NOW)) == [A]


# What breaks


async def test_a_link_that_breaks_shows_on_all_courses_that_use_it(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    one, two = await shared(unit, ana, A, B), await shared(unit, ben, "http://EXAMPLE.org/a/", goal="Swim")
    other = await shared(unit, ana, B, goal="Sail")
    away = await shared(unit, ana, A, goal="Dive")
    await unit.courses.set_archived(away.id, ana.id, NOW, on=True)
    assert await breaks(unit, A) == [one.id, two.id]
    assert await broken_since(unit, one, two, other, away) == [SOON, SOON, None, None]
    assert list(await unit.resources.checked(resource_key(A), FOUND, SOON + 5 * DAY)) == [one.id, two.id]
    assert await broken_since(unit, one, two, other, away) == [None] * 4


async def test_a_course_is_broken_since_the_first_of_its_links_that_are_broken_now(unit: Unit) -> None:
    course = await shared(unit, None, A, B, C)
    await breaks(unit, B, SOON + DAY)
    await breaks(unit, A)
    assert await broken_since(unit, course) == [SOON]
    await breaks(unit, C, SOON + 2 * DAY)
    assert await broken_since(unit, course) == [SOON]
    await unit.resources.checked(resource_key(A), FOUND, SOON + 9 * DAY)
    assert await broken_since(unit, course) == [SOON + DAY]
    for url in (B, C):
        await unit.resources.checked(resource_key(url), FOUND, SOON + 9 * DAY)
    assert await broken_since(unit, course) == [None]


async def test_without_another_page_that_is_found_silence_breaks_nothing(unit: Unit) -> None:
    course = await shared(unit, None, A, B)
    await unit.resources.checked(resource_key(B), FOUND, SOON - DAY)
    assert await breaks(unit, A, found=NO_HOST) == []
    await unit.resources.checked(resource_key(B), FOUND, SOON + 5 * DAY)
    assert list(await unit.resources.checked(resource_key(A), NO_HOST, SOON + 6 * DAY)) == [course.id]
    assert await broken_since(unit, course) == [SOON]


async def test_an_address_that_is_not_here_is_left_alone(unit: Unit) -> None:
    for found in (None, FOUND, GONE):
        assert list(await unit.resources.checked(resource_key(A), found, NOW)) == []


# What courses become


async def test_an_edit_takes_a_broken_link_away_and_brings_one_in(unit: Unit) -> None:
    ana = await meet(unit)
    course, other = await shared(unit, ana, A), await shared(unit, ana, B, goal="Swim")
    await breaks(unit, A)
    mended = await edited(unit, await stands(unit, course.id), leading(B), ana.id, numbers=(1,))
    assert mended.broken_since is None
    spoilt = await edited(unit, other, leading(A, B, goal="Swim"), ana.id)
    assert spoilt.broken_since == SOON


@pytest.mark.parametrize("many", [False, True])
async def test_new_courses_with_a_broken_link_begin_so(unit: Unit, *, many: bool) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    first = await shared(unit, ana, A)
    await breaks(unit, A)
    if many:
        new = [NewCourse(leading(url, goal=f"To {url}"), ben.id, "a file") for url in (A, B)]
        numbers = [number for number, _ in await unit.courses.add_many(new, SOON)]
        assert await broken_since(unit, *[await stands(unit, number) for number in numbers]) == [SOON, None]
    else:
        fork, _ = await unit.courses.fork(first, ben.id, SOON)
        assert (await shared(unit, ben, A, goal="Swim")).broken_since == fork.broken_since == SOON


async def test_an_archived_course_is_not_called_broken(unit: Unit) -> None:
    ana = await meet(unit)
    course = await shared(unit, ana, A)
    await breaks(unit, A)
    put_away = await unit.courses.set_archived(course.id, ana.id, SOON + 5 * DAY, on=True)
    assert put_away is not None
    assert put_away.broken_since is None
    back = await unit.courses.set_archived(course.id, ana.id, SOON + 5 * DAY, on=False)
    assert back is not None
    assert back.broken_since == SOON


async def test_owners_are_looked_at_when_a_link_breaks_and_when_it_is_whole_again(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
        await shared(unit, ana, A)
        await shared(unit, ben, B, goal="Swim")
        await shared(unit, None, A, goal="Nobody's")
    before = await look_at(store, ben.id)
    async with store.write(NORTH) as unit:
        await breaks(unit, A)
    assert await look_at(store, ana.id) == SOON + 4 * DAY
    assert await look_at(store, ben.id) == before != SOON + 4 * DAY


# Evidence


async def test_what_is_amiss_with_a_course_s_links(unit: Unit) -> None:
    course = await shared(unit, None, A, B, f"{C}?utm_source=x")
    await unit.resources.learn(A, Page(A, "The sea, for beginners"), NOW)
    assert await unit.resources.ailing([step.url for step in course.steps]) == []
    await breaks(unit, A)
    moved = Checked(Presence.ALIVE, "200 OK", moved_to="https://example.com/c")
    await unit.resources.checked(resource_key(C), moved, SOON)
    found = await unit.resources.ailing([step.url for step in course.steps])
    assert found == [
        LinkHealth(A, SOON, "404 Not Found", None, "The sea, for beginners", SOON + 4 * DAY),
        LinkHealth(f"{C}?utm_source=x", None, "200 OK", "https://example.com/c", "", SOON),
    ]
    assert list(await unit.resources.ailing([])) == []


async def test_a_page_that_moved_and_is_gone_there_is_offered_no_more(unit: Unit) -> None:
    await shared(unit, None, A)
    await unit.resources.checked(resource_key(A), Checked(Presence.ALIVE, "200 OK", moved_to=B), SOON)
    await unit.resources.learn(A, Page(A, "The sea"), SOON + DAY)
    assert [one.moved_to for one in await unit.resources.ailing([A])] == [B], "a reading says nothing about moves"
    await unit.resources.checked(resource_key(A), GONE, SOON + 2 * DAY)
    assert await unit.resources.ailing([A]) == []


async def test_each_community_looks_for_itself(store: Store) -> None:
    courses: list[Course] = []
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            courses.append(await shared(unit, None, A))
    async with store.write(NORTH) as unit:
        await breaks(unit, A)
    async with store.read(SOUTH) as unit:
        assert await broken_since(unit, courses[1]) == [None]
        assert await unit.resources.ailing([A]) == []
