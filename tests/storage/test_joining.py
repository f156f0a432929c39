"""Two accounts, one person: joined and parted again, on both databases."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Table, select

from bot.care import FlagKind
from bot.joining import Holdings, Joining
from bot.model import Account, Course, Interests, Level, Person, Profile
from bot.ports import Store, Unit
from storage.columns import Number
from storage.joining.rows import APART, NAMING
from storage.tables import METADATA
from tests.storage.people_filled import run_on
from tests.storage.sample import NORTH, NOW, SOUTH, content, later, meet, stands

SOON = NOW + timedelta(minutes=10)
NO_PERSON = {
    "id", "course", "digest", "root", "parent", "step", "meetup", "series",
}  # fmt: skip
"""Columns that hold a number of something else than a person."""


async def join(unit: Unit, typing: int, offering: int, seconds: float = 60, code: str = "code") -> Joining | None:
    """Let one person make a code, and another one type it."""
    await unit.joinings.offer(offering, code, SOON)
    return await unit.joinings.join(typing, code, later(seconds))


async def joined(unit: Unit, typing: int, offering: int, seconds: float = 60) -> Joining:
    """Join two people who are two."""
    found = await join(unit, typing, offering, seconds)
    assert found is not None
    return found


def test_every_column_that_names_a_person_is_handled() -> None:
    """A new table that refers to a person fails here until joining knows it."""
    known = {f"{table}.{column}" for table, columns in NAMING.items() for column in columns} | APART.keys()
    referring = {f"{table.name}.{column}" for table in METADATA.sorted_tables for column in _references(table)}
    assert referring <= known
    numbers = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, Number) and (column.name not in NO_PERSON or table.name == "person")
    }
    assert numbers == known


def _references(table: Table) -> Iterable[str]:
    """Name the columns by which a table refers to a person, also by way of other tables."""
    for constraint in table.foreign_key_constraints:
        for element in constraint.elements:
            target = element.column.table
            if element.column.name == "community":
                continue
            if target.name == "person" or element.column.name in _references(target):
                yield element.parent.name


async def test_both_bring_what_they_have(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    first, _ = await unit.courses.add(content("Bake bread"), ana.id, NOW)
    second, _ = await unit.courses.add(content("Bake rye"), ben.id, NOW)
    await unit.learning.set_done(ben.id, first.id, 1, later(5), on=True)
    await unit.learning.set_done(ana.id, first.id, 2, later(6), on=True)
    await unit.shelf.set(ben.id, first.id, later(7), on=True)
    await unit.people.set_interests(ana.id, Interests(None, ("bread",), (), later(9)))
    await unit.people.set_interests(ben.id, Interests(Level.MEDIUM, ("Bread", "sea"), ("go",), later(8)))
    assert await unit.joinings.holdings(ben.id) == Holdings(1, 0, 1, 1, 1, 3)
    joining = await joined(unit, ana.id, ben.id)
    assert (joining.kept.id, joining.gone.id, joining.gone.name) == (ana.id, ben.id, "Ben")
    assert joining.accounts == (Account("slack", "T1", "U2"),)
    for number in (ana.id, ben.id):
        assert await unit.people.get(number) == joining.kept
    assert [one.owner and one.owner.id for one in (await stands(unit, first.id), await stands(unit, second.id))] == [
        1,
        1,
    ]
    progress = await unit.learning.of(ana.id, first.id)
    assert progress is not None
    assert (progress.started_at, progress.done) == (later(5), frozenset({1, 2}))
    assert await unit.shelf.holds(ana.id, first.id)
    assert await unit.people.interests(ana.id) == Interests(Level.MEDIUM, ("bread", "sea"), ("go",), later(8))
    assert await unit.people.named("Ben") == []
    assert await unit.joinings.of(ana.id) == [joining]


async def test_the_one_met_first_is_kept_whoever_types(unit: Unit) -> None:
    ana = await unit.people.meet(Account("slack", "T1", "U1"), Profile("Ana"), later(9))
    ben = await unit.people.meet(Account("slack", "T1", "U2"), Profile("Ben"), later(3))
    assert (await joined(unit, ana.id, ben.id)).kept.id == ben.id


async def test_a_code_joins_once_and_only_while_it_lasts(unit: Unit) -> None:
    ana, ben, eve = await meet(unit), await meet(unit, "U2", "Ben"), await meet(unit, "U3", "Eve")
    assert await join(unit, ana.id, ben.id, 600) is None, "ten minutes are over"
    await unit.joinings.offer(ben.id, "newer", SOON)
    assert await unit.joinings.offered("code") is None, "a new code makes the old one invalid"
    assert await join(unit, ben.id, ben.id) is None, "one's own"
    await joined(unit, ana.id, ben.id)
    assert await unit.joinings.join(eve.id, "code", later(61)) is None, "used"
    assert await join(unit, ben.id, ana.id) is None, "they are one already"


async def test_codes_are_of_one_community(store: Store) -> None:
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            await meet(unit)
    async with store.write(NORTH) as unit:
        await unit.joinings.offer(1, "code", SOON)
    async with store.write(SOUTH) as unit:
        assert await unit.joinings.offered("code") is None
        assert await unit.joinings.join(1, "code", NOW) is None


async def test_wrong_codes_are_counted_for_an_hour(unit: Unit) -> None:
    ana = await meet(unit)
    for n in range(3):
        await unit.joinings.miss(ana.id, later(n), later(n - 3600))
        assert await unit.joinings.missed(ana.id, later(n - 3600)) == n + 1
    assert await unit.joinings.missed(ana.id, NOW) == 0
    await unit.joinings.miss(ana.id, later(3601), later(1))
    assert await unit.joinings.missed(ana.id, later(1)) == 1
    await unit.joinings.offer(ana.id, "code", SOON)
    assert await unit.joinings.forget(later(599), later(3600)) == 0
    assert await unit.joinings.forget(later(600), later(3601)) == 2


async def test_both_codes_at_once_join_once(store: Store) -> None:
    async with store.write(NORTH) as unit:
        ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
        await unit.joinings.offer(ana.id, "a", SOON)
        await unit.joinings.offer(ben.id, "b", SOON)

    async def tap(who: Person, code: str) -> Joining | None:
        async with store.write(NORTH) as unit:
            return await unit.joinings.join(who.id, code, later(1))

    taps = await asyncio.gather(*(tap(*one) for one in [(ana, "b"), (ben, "a")] * 5))
    assert sum(one is not None for one in taps) == 1


async def test_what_is_done_as_somebody_just_now_comes_along(store: Store) -> None:
    """On PostgreSQL transactions run side by side: what is done as somebody who is gone by then would be lost."""
    async with store.write(NORTH) as unit:
        await meet(unit)
        await meet(unit, "U2", "Ben")
        course, _ = await unit.courses.add(content("Bake bread"), None, NOW)
        await unit.joinings.offer(1, "code", SOON)
    met, done = asyncio.Event(), asyncio.Event()

    async def learn() -> None:
        async with store.write(NORTH) as unit:
            ben = await meet(unit, "U2", "Ben")
            met.set()
            await asyncio.sleep(0.2)
            await unit.shelf.set(ben.id, course.id, NOW, on=True)
            assert not done.is_set()

    async def link() -> None:
        await met.wait()
        async with store.write(NORTH) as unit:
            assert await unit.joinings.join(2, "code", later(1))
        done.set()

    await asyncio.gather(learn(), link())
    async with store.read(NORTH) as unit:
        assert await unit.shelf.holds(1, course.id)


async def _two_with_courses(unit: Unit) -> tuple[Person, Person, Course, Course]:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    first, _ = await unit.courses.add(content("Bake bread"), ana.id, NOW)
    second, _ = await unit.courses.add(content("Bake rye"), ben.id, NOW)
    return ana, ben, first, second


async def test_what_changed_since_stays(unit: Unit) -> None:
    ana, ben, first, second = await _two_with_courses(unit)
    third, _ = await unit.courses.add(content("Bake cake"), ben.id, NOW)
    await unit.learning.set_done(ben.id, first.id, 1, later(5), on=True)
    await unit.shelf.set(ben.id, first.id, later(5), on=True)
    joining = await joined(unit, ana.id, ben.id)
    await unit.learning.set_done(ana.id, first.id, 2, later(70), on=True)
    await unit.shelf.set(ana.id, second.id, later(70), on=True)
    made, _ = await unit.courses.add(content("Bake pie"), ana.id, later(70))
    eve = await meet(unit, "U3", "Eve")
    await run_on(unit, lambda db: db.execute(METADATA.tables["course"].update().where(
        METADATA.tables["course"].c.community == NORTH, METADATA.tables["course"].c.id == third.id
    ).values(owner=eve.id)))  # fmt: skip
    assert joining.courses == (second.id, third.id)
    assert await unit.joinings.part(joining.id, ana.id, later(80)) == replace(joining, courses=(second.id,))
    owners = [(await stands(unit, one.id)).owner for one in (first, second, third, made)]
    assert [owner and owner.id for owner in owners] == [ana.id, ben.id, eve.id, ana.id]
    for person, steps in ((ana, {2}), (ben, {1})):
        progress = await unit.learning.of(person.id, first.id)
        assert progress is not None
        assert progress.done == steps
    assert [await unit.shelf.holds(ana.id, one.id) for one in (first, second)] == [False, True]
    assert [await unit.shelf.holds(ben.id, one.id) for one in (first, second)] == [True, False]
    assert await unit.people.of(Account("slack", "T1", "U2")) == ben
    assert await unit.joinings.part(joining.id, ana.id, later(90)) is None, "it was parted before"
    assert await unit.joinings.of(ana.id) == []


async def test_whoever_wanted_fewer_messages_is_heard(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    rows = [
        {"person": ana.id, "weekday": 4, "stopped": False, "without": '["due"]', "rounds": 2},
        {"person": ben.id, "weekday": 1, "hour": 8, "stopped": True, "without": '["broken"]', "rounds": 0},
    ]
    carer = METADATA.tables["carer"]
    for row in rows:
        await run_on(unit, lambda db, row=row: db.execute(carer.insert(), {"community": NORTH} | row))  # type: ignore[misc] # a row of both
    await joined(unit, ana.id, ben.id)
    told = select(carer.c.weekday, carer.c.hour, carer.c.stopped, carer.c.without, carer.c.rounds)
    (row,) = await run_on(unit, lambda db: db.execute(told.where(carer.c.community == NORTH)).all())
    assert tuple(row) == (4, 8, True, '["broken", "due"]', 0)


async def test_settings_that_came_go_back_also_when_the_bot_wrote_beside_them(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    carer = METADATA.tables["carer"]
    said = {"community": NORTH, "person": ben.id, "weekday": 1, "stopped": True, "without": "[]", "rounds": 0}
    await run_on(unit, lambda db: db.execute(carer.insert(), said))
    joining = await joined(unit, ana.id, ben.id)
    await unit.courses.add(content("Bake bread"), ana.id, later(70))
    await run_on(unit, lambda db: db.execute(carer.update().where(carer.c.community == NORTH).values(hour=7)))
    assert await unit.joinings.part(joining.id, ana.id, later(80))
    told = select(carer.c.person, carer.c.weekday, carer.c.hour, carer.c.stopped).where(carer.c.community == NORTH)
    rows = await run_on(unit, lambda db: db.execute(told.order_by(carer.c.person)).all())
    assert [tuple(row) for row in rows] == [(ana.id, None, 7, False), (ben.id, 1, None, True)]


async def test_the_zone_somebody_set_comes_along_and_goes_back(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    await unit.people.set_zone(ben.id, "Asia/Kathmandu", NOW)
    assert (await unit.joinings.holdings(ben.id)).has_settings
    await unit.carers.plan(ana.id, later(900))
    joining = await joined(unit, ana.id, ben.id)
    assert joining.kept.own_zone == "Asia/Kathmandu"
    assert list(await unit.carers.next(later(60), 9)) == [ana.id], "their clock is another one by now"
    await unit.carers.plan(ana.id, later(900))
    assert await unit.joinings.part(joining.id, ana.id, later(80))
    assert list(await unit.carers.next(later(80), 9)) == [ana.id], "and the one from before again"
    found = [await unit.people.get(number) for number in (ana.id, ben.id)]
    assert [one and one.own_zone for one in found] == [None, "Asia/Kathmandu"]


async def test_the_zone_of_the_one_who_is_kept_rules_and_one_set_since_stays(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    await unit.people.set_zone(ana.id, "America/Lima", NOW)
    await unit.people.set_zone(ben.id, "Asia/Kathmandu", NOW)
    joining = await joined(unit, ana.id, ben.id)
    assert joining.kept.own_zone == "America/Lima"
    await unit.people.set_zone(ana.id, "Europe/Paris", later(70))
    assert await unit.joinings.part(joining.id, ana.id, later(80))
    found = [await unit.people.get(number) for number in (ana.id, ben.id)]
    assert [one and one.own_zone for one in found] == ["Europe/Paris", "Asia/Kathmandu"]


async def test_a_step_that_was_done_at_the_very_moment_stays(unit: Unit) -> None:
    ana, ben, first, _ = await _two_with_courses(unit)
    await unit.learning.set_done(ben.id, first.id, 1, later(5), on=True)
    joining = await joined(unit, ana.id, ben.id)
    await unit.learning.set_done(ana.id, first.id, 2, later(5), on=True)
    assert await unit.joinings.part(joining.id, ana.id, later(80))
    found = [await unit.learning.of(person.id, first.id) for person in (ana, ben)]
    assert [one and set(one.done) for one in found] == [{2}, {1}]


@pytest.mark.parametrize("was_taken_away", [True, False])
async def test_a_right_that_was_taken_away_is_not_given_back(unit: Unit, was_taken_away: bool) -> None:  # noqa: FBT001
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    eve = await meet(unit, "U3", "Eve")
    course, _ = await unit.courses.add(content("Bake bread"), eve.id, NOW)
    await unit.courses.add_co_owner(course.id, ben.id, None, NOW)
    joining = await joined(unit, ana.id, ben.id)
    if was_taken_away:
        await unit.courses.remove_co_owner(course.id, ana.id, eve.id, later(70))
    assert await unit.joinings.part(joining.id, ana.id, later(80))
    assert (await stands(unit, course.id)).co_owners == (() if was_taken_away else (ben,))


async def test_an_owner_is_looked_at_in_time_for_what_happened_in_between(unit: Unit) -> None:
    ana, ben, first, second = await _two_with_courses(unit)
    eve = await meet(unit, "U3", "Eve")
    await unit.flags.put(second.id, eve.id, FlagKind.OTHER, "Ben's is odd", later(20))
    joining = await joined(unit, ana.id, ben.id)
    await unit.flags.put(first.id, eve.id, FlagKind.OTHER, "Ana's is odd", later(70))
    assert await unit.joinings.part(joining.id, ana.id, later(80))
    carer = METADATA.tables["carer"]
    looks = select(carer.c.person, carer.c.look_at).where(carer.c.community == NORTH)
    planned = {row.person: row.look_at for row in await run_on(unit, lambda db: db.execute(looks).all())}
    assert planned[ana.id] <= later(70)
    assert planned[ben.id] <= later(20)


async def test_only_the_latest_joining_of_oneself_is_parted(unit: Unit) -> None:
    ana, ben, eve = await meet(unit), await meet(unit, "U2", "Ben"), await meet(unit, "U3", "Eve")
    early = await joined(unit, ben.id, ana.id)
    late = await joined(unit, eve.id, ana.id, 61)
    assert [one.id for one in await unit.joinings.of(ana.id)] == [late.id, early.id]
    assert await unit.joinings.part(early.id, ana.id, later(70)) is None
    dora = await meet(unit, "U4", "Dora")
    assert await unit.joinings.part(late.id, dora.id, later(70)) is None, "it is not theirs"
    assert await unit.joinings.part(late.id, ana.id, later(70))
    assert await unit.joinings.part(early.id, ana.id, later(71))
    assert await joined(unit, ben.id, ana.id, 80), "and they may change their mind"
