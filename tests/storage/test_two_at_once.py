"""Two transactions about one course: one of them wins, nobody hears of an error."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

import pytest

from bot.model import ChangeKind, Checkpoint, Course, CourseQuery, Interests, Level, OutboxState, Page
from bot.ports import Store
from tests.storage.sample import NORTH, NOW, content, edited, goals, later, letter, meet, said, share, stands

MANY = 12


@pytest.fixture
async def course(store: Store) -> Course:
    """A course of Ana's; Ben and Zoe are there too."""
    async with store.write(NORTH) as unit:
        ana, *_ = [await meet(unit, f"U{n}", name) for n, name in enumerate(("Ana", "Ben", "Zoe"), 1)]
        return (await unit.courses.add(content("Learn Go"), ana.id, NOW))[0]


async def test_of_many_edits_of_one_revision_exactly_one_wins(store: Store, course: Course) -> None:
    async def edit(n: int) -> Course | None:
        async with store.write(NORTH) as unit:
            return await unit.courses.edit(course, content(f"Version{n}"), (1, 2), n % 3 + 1, later(n))

    won = [found for found in await asyncio.gather(*map(edit, range(MANY))) if found]
    assert len(won) == 1
    async with store.read(NORTH) as unit:
        assert await unit.courses.get(course.id) == won[0]
        assert [change.before for change in await unit.courses.changes(course.id, 0, 99)] == [said(course)]
        for n in range(MANY):
            assert await goals(unit, f"Version{n}") in ([], [won[0].goal])
        assert await goals(unit) == [won[0].goal]


async def test_editors_who_look_again_lose_nothing(store: Store, course: Course) -> None:
    async def edit(n: int) -> None:
        while True:
            async with store.write(NORTH) as unit:
                seen = await stands(unit, course.id)
                news = content("Learn Go", description=f"{seen.description} {n}")
                if await unit.courses.edit(seen, news, (1, 2), n % 3 + 1, NOW):
                    return

    await asyncio.gather(*map(edit, range(MANY)))
    async with store.read(NORTH) as unit:
        found = await stands(unit, course.id)
        assert sorted(map(int, found.description.split())) == list(range(MANY))
        history = await unit.courses.changes(course.id, 0, 99)
        assert [change.number for change in history] == list(range(MANY + 1, 1, -1))
        assert await goals(unit, "go") == ["Learn Go"]


async def test_many_forks_by_one_person_are_one(store: Store, course: Course) -> None:
    async def fork(n: int) -> tuple[int, bool]:
        async with store.write(NORTH) as unit:
            copy, fresh = await unit.courses.fork(course, 2, later(n))
        return copy.id, fresh

    made = Counter(await asyncio.gather(*map(fork, range(MANY))))
    assert made == {(2, True): 1, (2, False): MANY - 1}
    async with store.write(NORTH) as unit:
        assert (await share(unit, "The next one")).id == 3, "no number was lost"
        assert len(await goals(unit, "go")) == 2


async def test_many_people_fork_side_by_side(store: Store, course: Course) -> None:
    async with store.write(NORTH) as unit:
        people = [(await meet(unit, f"V{n}", f"P{n}")).id for n in range(MANY)]

    async def fork(person: int) -> int:
        async with store.write(NORTH) as unit:
            copy, fresh = await unit.courses.fork(course, person, NOW)
        assert fresh
        return copy.id

    assert sorted(await asyncio.gather(*map(fork, people))) == list(range(2, MANY + 2))


@pytest.mark.parametrize("on", [True, False])
async def test_many_who_archive_or_restore_make_one_change(store: Store, course: Course, on: bool) -> None:  # noqa: FBT001 - a case
    async with store.write(NORTH) as unit:
        if not on:
            await unit.courses.set_archived(course.id, 1, NOW, on=True)
        before = len(await unit.courses.changes(course.id, 0, 99))

    async def put(n: int) -> bool:
        async with store.write(NORTH) as unit:
            return await unit.courses.set_archived(course.id, n % 3 + 1, later(n), on=on) is not None

    assert sum(await asyncio.gather(*map(put, range(MANY)))) == 1
    async with store.read(NORTH) as unit:
        assert len(await unit.courses.changes(course.id, 0, 99)) == before + 1
        assert await goals(unit, "go") == ([] if on else ["Learn Go"])
        assert len(await goals(unit, archived=True)) == on


async def test_an_edit_and_an_archiving_at_once_never_bring_the_course_half_back(store: Store, course: Course) -> None:
    for n in range(MANY):
        async with store.read(NORTH) as unit:
            seen = await stands(unit, course.id)

        async def edit(seen: Course = seen, n: int = n) -> bool:
            async with store.write(NORTH) as unit:
                return await unit.courses.edit(seen, content(f"Version{n}"), (1, 2), 1, later(n)) is not None

        async def put(n: int = n) -> bool:
            async with store.write(NORTH) as unit:
                return await unit.courses.set_archived(course.id, 2, later(n), on=n % 2 == 0) is not None

        both: list[Awaitable[bool]] = [edit(), put()]
        await asyncio.gather(*(both if n % 4 < 2 else both[::-1]))
        async with store.read(NORTH) as unit:
            found = await stands(unit, course.id)
            assert await goals(unit, "learn version") == await goals(unit), "the index holds what can be found"
            assert len(await goals(unit)) == (found.archived_at is None)
            kinds = [change.kind for change in await unit.courses.changes(course.id, 0, 99)]
            assert found.revision == len(kinds) + 1
            assert kinds.count(ChangeKind.ARCHIVED) - kinds.count(ChangeKind.RESTORED) == (n % 2 == 0)


async def test_who_holds_the_community_and_then_archives_waits_for_no_editor(store: Store, course: Course) -> None:
    """A stranger's first click: met (which draws a number) and then archiving, while somebody edits the course."""
    met = asyncio.Event()

    async def archive() -> Course | None:
        async with store.write(NORTH) as unit:
            await meet(unit, "U9", "New")
            met.set()
            await asyncio.sleep(0.3)  # the edit is under way, and waits
            return await unit.courses.set_archived(course.id, 4, NOW, on=True)

    async def edit() -> Course | None:
        await met.wait()
        async with store.write(NORTH) as unit:
            return await unit.courses.edit(course, content("Learn Rust"), (1, 2), 1, NOW)

    put_away, changed = await asyncio.gather(archive(), edit())
    assert put_away is not None
    assert changed is None


async def test_edits_and_sharings_that_bring_the_same_new_addresses_never_block_each_other(
    store: Store, course: Course
) -> None:
    async def edit(n: int) -> None:
        async with store.write(NORTH) as unit:
            seen = await stands(unit, course.id)
            await unit.courses.edit(seen, content("Edited", steps=addresses(n)), range(1, 7), 1, later(n))

    async def add(n: int) -> None:
        async with store.write(NORTH) as unit:
            await unit.courses.add(content(f"Course {n}", steps=addresses(n)[::-1]), 2, later(n))

    def addresses(n: int) -> tuple[Checkpoint, ...]:
        return tuple(Checkpoint(f"Step {m}", f"https://example.org/{n}/{m}") for m in range(6))

    await asyncio.gather(*(work(n) for n in range(20) for work in (edit, add)))
    async with store.read(NORTH) as unit:
        assert (await unit.courses.search(CourseQuery(owner=2), 0, 1)).total == 20


async def test_two_who_name_co_owners_at_once_both_get_their_wish(store: Store, course: Course) -> None:
    async def name(n: int) -> bool:
        async with store.write(NORTH) as unit:
            return await unit.courses.add_co_owner(course.id, 2 + n % 2, 1, NOW)

    assert sum(await asyncio.gather(*map(name, range(MANY)))) == 2
    async with store.read(NORTH) as unit:
        assert {person.id for person in (await stands(unit, course.id)).co_owners} == {2, 3}
        assert len(await unit.courses.changes(course.id, 0, 9)) == 2


async def test_a_page_that_many_ask_for_has_one_token(store: Store, course: Course) -> None:
    async def ask(n: int) -> str | None:
        async with store.write(NORTH) as unit:
            found = await unit.courses.open_page(course.id, f"token{n}")
        assert found is not None
        return found.page

    assert len(set(await asyncio.gather(*map(ask, range(MANY))))) == 1


async def test_clicks_on_one_step_at_once_leave_it_done_once(store: Store, course: Course) -> None:
    async def click(n: int) -> None:
        async with store.write(NORTH) as unit:
            await unit.learning.set_done(2, course.id, n % 2 + 1, later(n), on=True)

    await asyncio.gather(*map(click, range(MANY)))
    async with store.read(NORTH) as unit:
        found = await unit.learning.of(2, course.id)
    assert found is not None
    assert found.done == {1, 2}


async def test_one_course_is_saved_and_started_by_one_person_from_many_sides(store: Store, course: Course) -> None:
    async def click(n: int) -> None:
        async with store.write(NORTH) as unit:
            await unit.shelf.set(2, course.id, later(n), on=True)
            await unit.learning.start(2, course.id, later(n))

    await asyncio.gather(*map(click, range(MANY)))
    async with store.read(NORTH) as unit:
        assert (await unit.shelf.of(2, 0, 9)).total == 1
        assert (await unit.learning.started(2, 0, 9))[1] == 1


async def test_interests_told_twice_at_once_are_those_of_one_telling(store: Store, course: Course) -> None:
    told = [Interests(Level.BEGINNER, ("go", "art"), ("bread",), NOW), Interests(None, ("art", "x"), (), NOW)]

    async def tell(n: int) -> None:
        async with store.write(NORTH) as unit:
            await unit.people.set_interests(2, told[n % 2])

    await asyncio.gather(*map(tell, range(MANY)))
    async with store.read(NORTH) as unit:
        assert await unit.people.interests(2) in told


async def test_each_address_is_claimed_by_one_reader(store: Store) -> None:
    async with store.write(NORTH) as unit:
        for n in range(20):
            await share(unit, f"Course {n}", steps=(Checkpoint("Read", f"https://example.org/{n}"),))

    async def claim() -> list[str]:
        mine: list[str] = []
        while True:
            async with store.write(NORTH) as unit:
                given = await unit.resources.claim(NOW, 60, 3)
            if not given:
                return mine
            mine.extend(one.url for one in given)

    claimed = [url for urls in await asyncio.gather(*(claim() for _ in range(6))) for url in urls]
    assert sorted(claimed) == sorted(f"https://example.org/{n}" for n in range(20))


async def test_what_is_learned_of_an_address_while_its_course_is_edited_is_kept(store: Store, course: Course) -> None:
    async def learn(n: int) -> None:
        async with store.write(NORTH) as unit:
            await unit.resources.learn("https://example.org/a", Page("https://example.org/a", f"Title {n}"), later(n))

    async def edit(n: int) -> None:
        async with store.write(NORTH) as unit:
            await edited(unit, await stands(unit, course.id), content(f"Version {n}"), 1, n)

    await asyncio.gather(edit(0), *map(learn, range(MANY)))
    async with store.read(NORTH) as unit:
        known = await unit.resources.known(["https://example.org/a"])
    assert known["https://example.org/a"].title in {f"Title {n}" for n in range(MANY)}


async def test_of_many_who_decide_about_a_lost_letter_one_does(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await unit.outbox.queue([letter()], NOW)
        (lost,) = await unit.outbox.claim(NOW, 30, 1, "worker", ["slack"])
        await unit.outbox.close(lost.id, OutboxState.UNKNOWN, "Nobody knows.")

    async def decide(n: int) -> bool:
        async with store.write(NORTH) as unit:
            if n % 2:
                return await unit.outbox.forget(lost.id, lost.key)
            return await unit.outbox.resend(lost.id, lost.key, later(n))

    assert Counter(await asyncio.gather(*map(decide, range(MANY)))) == {True: 1, False: MANY - 1}
