"""Who looks after a course beside its owner, and its page for the world."""

from dataclasses import replace

import pytest

from bot.model import Change, ChangeKind
from bot.ports import Store, Unit
from tests.storage.sample import (
    NORTH,
    NOW,
    OTHER,
    SOUTH,
    content,
    edited,
    later,
    meet,
    share,
    stands,
)


async def test_who_becomes_a_co_owner_and_who_is_none_any_more_stands_in_the_history(unit: Unit) -> None:
    people = [await meet(unit, f"U{n}", name) for n, name in enumerate(("Ana", "Ben", "Zoe"))]
    ana, ben, zoe = people
    course, _ = await unit.courses.add(content(), ana.id, NOW)
    other, _ = await unit.courses.add(content("Another"), ana.id, NOW)
    assert await unit.courses.add_co_owner(other.id, ben.id, ana.id, NOW)
    for person, is_news in ((zoe, True), (ben, True), (zoe, False)):
        assert await unit.courses.add_co_owner(course.id, person.id, ana.id, later(1)) is is_news
    assert set((await stands(unit, course.id)).co_owners) == {ben, zoe}
    for is_news in (True, False):
        assert await unit.courses.remove_co_owner(course.id, ben.id, ben.id, later(2)) is is_news
    assert (await stands(unit, course.id)).co_owners == (zoe,)
    assert (await stands(unit, other.id)).co_owners == (ben,)
    assert await unit.courses.changes(course.id, 0, 9) == [
        Change(4, later(2), ben, ChangeKind.CO_OWNER_REMOVED, other=ben),
        Change(3, later(1), ana, ChangeKind.CO_OWNER_ADDED, heir=ben),
        Change(2, later(1), ana, ChangeKind.CO_OWNER_ADDED, heir=zoe),
    ]
    assert (await stands(unit, course.id)).revision == 4


async def test_co_owners_stay_through_edits_and_the_archive(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    course, _ = await unit.courses.add(content(), ana.id, NOW)
    await unit.courses.add_co_owner(course.id, ben.id, None, NOW)
    changed = await edited(unit, await stands(unit, course.id), OTHER, ben.id)
    assert changed.co_owners == (ben,)
    put_away = await unit.courses.set_archived(course.id, ben.id, later(9), on=True)
    assert put_away is not None
    assert put_away.co_owners == (ben,)


async def test_a_page_is_given_once_and_keeps_its_token(unit: Unit) -> None:
    course = await share(unit, "Learn Go")
    opened = await unit.courses.open_page(course.id, "first")
    assert opened == replace(course, page="first")
    assert await unit.courses.open_page(course.id, "second") == opened
    assert await unit.courses.by_page("first") == opened
    assert await unit.courses.by_page("second") is None
    assert await unit.courses.open_page(99, "third") is None
    assert await unit.courses.by_page("third") is None


async def test_a_page_can_be_hidden_and_shown_and_set_twice(unit: Unit) -> None:
    ana = await meet(unit)
    course = await share(unit, "Learn Go")
    await unit.courses.open_page(course.id, "token")
    for on in (False, False, True, True):
        await unit.courses.show_page(course.id, on=on)
        found = await unit.courses.by_page("token")
        assert (found is not None) is on
        shown = await stands(unit, course.id)
        assert (shown.page, shown.page_open) == ("token", on)
    await unit.courses.show_page(course.id, on=False)
    again = await unit.courses.open_page(course.id, "another")
    assert again is not None
    assert (again.page, again.page_open) == ("token", False), "asking for the address switches nothing on"
    await unit.courses.set_archived(course.id, ana.id, NOW, on=True)
    await unit.courses.show_page(course.id, on=True)
    assert await unit.courses.by_page("token") is None
    await unit.courses.show_page(99, on=True)


async def test_a_page_outdates_no_editors_view(unit: Unit) -> None:
    ana = await meet(unit)
    course = await share(unit, "Learn Go")
    await unit.courses.open_page(course.id, "token")
    await unit.courses.show_page(course.id, on=False)
    changed = await edited(unit, course, OTHER, ana.id)
    assert (changed.page, changed.page_open) == ("token", False)


async def test_a_course_that_never_had_a_page_has_none_by_any_token(unit: Unit) -> None:
    await share(unit, "Learn Go")
    for token in ("", "None", "\x00", "\ud800", "%", "x" * 5000):
        assert await unit.courses.by_page(token) is None


async def test_two_courses_never_share_a_page(store: Store) -> None:
    async with store.write(NORTH) as unit:
        one, other = await share(unit, "Learn Go"), await share(unit, "Learn Rust")
        await unit.courses.open_page(one.id, "token")
    with pytest.raises(ValueError, match="refuse"):
        async with store.write(NORTH) as unit:
            await unit.courses.open_page(other.id, "token")
    async with store.read(NORTH) as unit:
        found = await unit.courses.by_page("token")
    assert found is not None
    assert found.id == one.id


async def test_a_token_opens_nothing_in_another_community(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await share(unit, "Learn Go")
        await unit.courses.open_page(1, "token")
    async with store.write(SOUTH) as unit:
        await share(unit, "Learn Rust")
        assert await unit.courses.by_page("token") is None
        await unit.courses.open_page(1, "token")
        assert (await stands(unit, 1)).page == "token"
    async with store.read(NORTH) as unit:
        found = await unit.courses.by_page("token")
        assert found is not None
        assert found.goal == "Learn Go"


async def test_what_was_seen_elsewhere_edits_and_forks_nothing_here(store: Store) -> None:
    """Both communities have a person 1 and a course 1."""
    async with store.write(NORTH) as unit:
        await meet(unit)
        seen = await share(unit, "Of the north")
    async with store.write(SOUTH) as unit:
        person = await meet(unit)
        own = await share(unit, "Of the south")
        assert (own.id, person.id) == (seen.id, 1)
        await unit.courses.set_archived(own.id, person.id, NOW, on=True)
        assert await unit.courses.edit(seen, OTHER, (1, 2), person.id, NOW) is None
        assert (await stands(unit, own.id)).goal == "Of the south"
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(seen.id) == seen
