"""What is known of the addresses that courses lead to, and which courses lead to the same."""

import asyncio
from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.model import Checkpoint, Course, Page, Resource, ResourceKind
from bot.ports import Store, Unit
from bot.urls import resource_key
from tests.storage.sample import NORTH, NOW, SOUTH, content, edited, goals, later, meet, share, stands

A, B, C = (f"https://example.org/{name}" for name in "abc")
PAGE = Page(A, "Learn “it” 🎉", "pt-br", "All of it", ResourceKind.VIDEO, ("go", "Art"))


async def leading(unit: Unit, *urls: str, seconds: float = 0) -> Course:
    """Share a course whose steps lead to addresses."""
    steps = tuple(Checkpoint(f"Step {n}", url) for n, url in enumerate(urls))
    return await share(unit, f"Course at {seconds}", seconds, steps=steps)


async def using(unit: Unit, *urls: str, limit: int = 9) -> list[int]:
    return [course.id for course in await unit.courses.using(urls, limit)]


# Courses that use an address


async def test_courses_that_lead_to_an_address_come_newest_first(unit: Unit) -> None:
    first = await leading(unit, A, seconds=5)
    second = await leading(unit, A, A, B, seconds=9)
    third = await leading(unit, B, seconds=1)
    same_moment = await leading(unit, A, C, seconds=9)
    assert await using(unit, A) == [same_moment.id, second.id, first.id]
    assert await using(unit, B) == [second.id, third.id]
    assert await using(unit, A, B, limit=3) == [same_moment.id, second.id, first.id]
    assert await using(unit, C, B, A) == [same_moment.id, second.id, first.id, third.id]
    assert await using(unit, "https://example.org/d") == []
    assert await using(unit) == []
    assert await unit.courses.using({A}, 1) == [same_moment]


@pytest.mark.parametrize(
    "spelt",
    [
        "http://example.org/a",
        "HTTPS://EXAMPLE.ORG:443/a/",
        "https://example.org/a?utm_source=x&fbclid=y#part",
        "https://example.org/%61",
    ],
)
async def test_every_spelling_of_an_address_is_the_same_one(unit: Unit, spelt: str) -> None:
    course = await leading(unit, spelt)
    assert await using(unit, A) == await using(unit, spelt) == [course.id]
    assert course.steps[0].url == spelt, "it is kept as it was given"


@pytest.mark.parametrize("other", ["https://example.org/A", "https://example.org/a?x=1", "https://example.org:8443/a"])
async def test_another_address_is_another_one(unit: Unit, other: str) -> None:
    await leading(unit, other)
    assert await using(unit, A) == []


async def test_odd_and_long_addresses_are_addresses_too(unit: Unit) -> None:
    long = [f"https://example.org/{'x' * 1979}{end}" for end in "yz"]
    assert {len(url) for url in long} == {2000}
    course = await leading(unit, *long)
    assert await using(unit, long[1]) == [course.id]
    assert await using(unit, long[0][:-1]) == []
    for url in ("", "\x00", "\ud800", "http://[", "no address", "%", "javascript:alert(1)", "x" * 100_000):
        assert await using(unit, url) == []
        assert await unit.resources.known([url]) == {}
        await unit.resources.learn(url, PAGE, NOW)
        await unit.resources.missed(url, None)


async def test_a_course_is_found_by_the_addresses_it_has_now(unit: Unit) -> None:
    ana, course = await meet(unit), await leading(unit, A, B)
    await edited(unit, course, content(steps=(Checkpoint("Read", B), Checkpoint("Do", C))), ana.id)
    assert await using(unit, A) == []
    assert await using(unit, B) == await using(unit, C) == [course.id]


# Redirects


async def test_a_redirect_and_its_target_are_the_same_in_both_directions(unit: Unit) -> None:
    old, new, other = await leading(unit, A), await leading(unit, B, seconds=1), await leading(unit, C, seconds=2)
    assert await using(unit, A) == [old.id]
    await unit.resources.learn(A, replace(PAGE, address=B), NOW)
    assert await using(unit, A) == await using(unit, B) == await using(unit, A, B) == [new.id, old.id]
    assert await using(unit, C) == [other.id]


async def test_two_that_redirect_to_one_are_the_same_though_nobody_uses_the_target(unit: Unit) -> None:
    one, other = await leading(unit, A), await leading(unit, B, seconds=1)
    for url in (A, B):
        await unit.resources.learn(url, replace(PAGE, address=f"{C}?utm_source=them"), NOW)
    assert await using(unit, A) == await using(unit, B) == await using(unit, C) == [other.id, one.id]


async def test_a_target_that_moves_on_takes_those_before_along(unit: Unit) -> None:
    courses = [await leading(unit, url, seconds=-n) for n, url in enumerate((A, B, C))]
    await unit.resources.learn(A, replace(PAGE, address=B), NOW)
    await unit.resources.learn(B, replace(PAGE, address=C), later(1))
    everybody = [course.id for course in courses]
    assert await using(unit, A) == await using(unit, B) == await using(unit, C) == everybody


async def test_a_redirect_in_a_circle_or_to_itself_ends(unit: Unit) -> None:
    one, other = await leading(unit, A), await leading(unit, B, seconds=1)
    await unit.resources.learn(A, replace(PAGE, address="http://example.org/a/"), NOW)
    assert await using(unit, A) == [one.id]
    await unit.resources.learn(A, replace(PAGE, address=B), NOW)
    await unit.resources.learn(B, replace(PAGE, address=A), NOW)
    assert await using(unit, A) == await using(unit, B) == [other.id, one.id]


async def test_a_redirect_that_is_no_more_parts_the_two_again(unit: Unit) -> None:
    one, other = await leading(unit, A), await leading(unit, B, seconds=1)
    await unit.resources.learn(A, replace(PAGE, address=B), NOW)
    await unit.resources.learn(A, PAGE, later(1))
    assert await using(unit, A) == [one.id]
    assert await using(unit, B) == [other.id]


async def test_archived_courses_are_left_out_behind_redirects_too(unit: Unit) -> None:
    ana, old, new = await meet(unit), await leading(unit, A), await leading(unit, B, seconds=1)
    await unit.resources.learn(A, replace(PAGE, address=B), NOW)
    await unit.courses.set_archived(old.id, ana.id, NOW, on=True)
    assert await using(unit, A) == await using(unit, B) == [new.id]


# What is known


async def test_what_a_page_told_is_known_by_any_spelling_as_it_is_asked_for(unit: Unit) -> None:
    await leading(unit, A, B)
    assert await unit.resources.known([A, B]) == {}, "nobody read them yet"
    await unit.resources.learn("http://example.org/a/", PAGE, NOW)
    spelt = "https://example.org/a#part"
    assert await unit.resources.known([A, spelt, B, C]) == {A: PAGE, spelt: replace(PAGE, url=spelt)}
    assert await unit.resources.known([]) == {}


async def test_what_is_told_later_takes_the_place_of_what_was_known(unit: Unit) -> None:
    await leading(unit, A)
    for page in (PAGE, replace(PAGE, title="Another"), replace(PAGE, title="Another")):
        await unit.resources.learn(A, page, NOW)
        assert await unit.resources.known([A]) == {A: page}


async def test_what_is_known_stays_when_courses_come_and_change(unit: Unit) -> None:
    ana, course = await meet(unit), await leading(unit, A)
    await unit.resources.learn(A, PAGE, NOW)
    await leading(unit, A, seconds=1)
    await unit.courses.fork(course, ana.id, NOW)
    await edited(unit, course, content(steps=course.steps), ana.id, numbers=(1,))
    assert await unit.resources.known([A]) == {A: PAGE}
    assert await unit.resources.claim(later(999), 60, 9) == [], "it needs no second reading"


async def test_an_address_that_no_course_uses_is_left_alone(unit: Unit) -> None:
    await leading(unit, A)
    await unit.resources.learn(C, PAGE, NOW)
    assert await unit.resources.known([C]) == {}


async def test_the_target_of_a_redirect_is_known_by_what_was_found_there(unit: Unit) -> None:
    await leading(unit, A)
    await unit.resources.learn(A, replace(PAGE, address=B), NOW)
    known = await unit.resources.known([A, B, C])
    assert known.keys() == {A, B}
    assert (known[B].url, known[B].title) == (B, PAGE.title)
    await leading(unit, B, seconds=1)
    await unit.resources.learn(B, replace(PAGE, title="Its own"), NOW)
    known = await unit.resources.known([A, B])
    assert (known[A].title, known[B].title) == (PAGE.title, "Its own"), "its own word counts first"


async def test_any_text_can_be_known_of_a_page(unit: Unit) -> None:
    await leading(unit, A)
    odd = "a\x00b \ud800 \u202e 👩‍👩‍👧 \u200b %_'\" <!channel>"
    kept = odd.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    await unit.resources.learn(A, Page(A, odd, odd, odd, ResourceKind.HTML, (odd, "x" * 5000), odd), NOW)
    found = (await unit.resources.known([A]))[A]
    assert (found.title, found.language, found.description) == (kept, kept, kept)
    assert found.topics[1] == "x" * 5000


# Due to be read


async def test_new_addresses_are_due_the_longest_due_first_and_once(unit: Unit) -> None:
    await leading(unit, C, seconds=5)
    await leading(unit, B, "http://example.org/b/", seconds=1)
    await leading(unit, A, B, seconds=9)
    assert await unit.resources.claim(NOW, 60, 9) == [], "nothing is due before its time"
    given = await unit.resources.claim(later(5), 60, 9)
    assert [one.key for one in given] == [resource_key(B), resource_key(C)]
    assert [one.tries for one in given] == [0, 0]
    assert given[1] == Resource(resource_key(C), C)
    assert [one.url for one in await unit.resources.claim(later(9), 60, 9)] == [A]
    assert await unit.resources.claim(later(9), 60, 9) == []


async def test_what_was_claimed_and_not_answered_is_due_again_after_its_lease(unit: Unit) -> None:
    await leading(unit, A)
    assert len(await unit.resources.claim(later(1), 60, 9)) == 1
    assert await unit.resources.claim(later(60.9), 60, 9) == []
    assert len(await unit.resources.claim(later(61), 60, 9)) == 1


async def test_a_limit_leaves_the_rest_due(unit: Unit) -> None:
    await leading(unit, *(f"https://example.org/{n}" for n in range(7)))
    rounds = [await unit.resources.claim(NOW, 60, 3) for _ in range(4)]
    assert [len(given) for given in rounds] == [3, 3, 1, 0]
    assert len({one.key for given in rounds for one in given}) == 7


async def test_a_missed_address_is_tried_again_when_it_was_said_and_counts(unit: Unit) -> None:
    await leading(unit, A)
    key = resource_key(A)
    for tries in range(3):
        assert await unit.resources.claim(later(100 * tries), 60, 9) == [Resource(key, A, tries)]
        await unit.resources.missed(key, later(100 * (tries + 1)))
        assert await unit.resources.claim(later(100 * tries + 99), 60, 9) == []
    assert await unit.resources.known([A]) == {}
    await unit.resources.learn(A, PAGE, later(200))
    assert await unit.resources.known([A]) == {A: PAGE}
    assert await unit.resources.claim(later(9999), 60, 9) == []


async def test_an_address_that_is_given_up_is_never_tried_by_itself(unit: Unit) -> None:
    await leading(unit, A)
    await unit.resources.missed(resource_key(A), None)
    await unit.resources.missed(resource_key(C), later(1))
    assert await unit.resources.claim(later(10**7), 60, 9) == []


async def test_a_failed_reading_changes_nothing_for_the_course(unit: Unit) -> None:
    course = await leading(unit, A)
    await unit.resources.missed(resource_key(A), None)
    assert await stands(unit, course.id) == course
    assert await using(unit, A) == [course.id]


async def test_each_community_reads_for_itself(store: Store) -> None:
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            await leading(unit, A)
    async with store.write(NORTH) as unit:
        await unit.resources.learn(A, replace(PAGE, address=B), NOW)
        assert await unit.resources.claim(later(9), 60, 9) == []
    async with store.write(SOUTH) as unit:
        assert await unit.resources.known([A]) == {}
        assert await using(unit, B) == []
        assert [one.url for one in await unit.resources.claim(later(9), 60, 9)] == [A]
        await unit.resources.missed(resource_key(A), None)
    async with store.read(NORTH) as unit:
        assert await unit.resources.known([A]) == {A: replace(PAGE, address="")}


async def test_what_a_page_leaves_out_this_time_stays_known(unit: Unit) -> None:
    await share(unit, "Read on")
    full = Page(A, "A primer", "en", "All of it.", ResourceKind.HTML, ("reading",))
    await unit.resources.learn(A, full, NOW)
    await unit.resources.learn(A, Page(A), later(9))
    assert (await unit.resources.known([A]))[A] == full
    await unit.resources.learn(A, Page(A, "A new primer", kind=ResourceKind.HTML), later(18))
    assert (await unit.resources.known([A]))[A] == replace(full, title="A new primer")


async def test_courses_are_found_by_the_titles_of_their_pages(unit: Unit) -> None:
    course = await leading(unit, A)
    assert await goals(unit, "perceptron") == []
    await unit.resources.learn(A, Page(A, "Meet the perceptron"), NOW)
    assert await goals(unit, "perceptron") == [course.goal]
    await unit.resources.learn(A, Page(A, "Meet the neuron"), later(9))
    assert await goals(unit, "perceptron") == []
    assert await goals(unit, "neuron") == [course.goal]
    await unit.courses.set_archived(course.id, (await meet(unit)).id, NOW, on=True)
    await unit.resources.learn(A, Page(A, "Meet the synapse"), later(18))
    assert await goals(unit, "synapse") == []
    await unit.courses.set_archived(course.id, (await meet(unit)).id, NOW, on=False)
    assert await goals(unit, "synapse") == [course.goal]


async def test_a_host_is_one_programs_at_a_time(unit: Unit) -> None:
    take = unit.resources.take_hosts
    assert await take({"a.example", "b.example"}, "one", NOW, 15) == {"a.example", "b.example"}
    assert await take({"b.example", "c.example"}, "other", later(1), 15) == {"c.example"}
    assert await take({"a.example", "c.example"}, "one", later(10), 15) == {"a.example"}
    assert await take({"a.example", "b.example"}, "other", later(14.9), 15) == set()
    assert await take({"a.example", "b.example"}, "other", later(15), 15) == {"b.example"}
    assert await take({"a.example"}, "other", later(25), 15) == {"a.example"}


async def test_each_community_has_its_own_hosts(store: Store) -> None:
    async with store.write(NORTH) as unit:
        assert await unit.resources.take_hosts({"a.example"}, "one", NOW, 15) == {"a.example"}
    async with store.write(SOUTH) as unit:
        assert await unit.resources.take_hosts({"a.example"}, "other", NOW, 15) == {"a.example"}


async def test_of_many_who_want_hosts_at_once_each_goes_to_one(store: Store) -> None:
    hosts = {f"h{n}.example" for n in range(20)}

    async def take(n: int) -> Collection[str]:
        async with store.write(NORTH) as unit:
            return await unit.resources.take_hosts(hosts - {f"h{n}.example"}, f"program {n}", NOW, 15)

    taken = [host for found in await asyncio.gather(*map(take, range(8))) for host in found]
    assert sorted(taken) == sorted(hosts)
