"""People and their accounts."""

import pytest

from bot.model import Account, Profile
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, ana, later, meet


async def test_a_stranger_is_nobody(unit: Unit) -> None:
    assert await unit.people.of(ana()) is None
    assert await unit.people.get(1) is None


async def test_an_account_becomes_a_person_at_first_contact(unit: Unit) -> None:
    person = await meet(unit)
    assert (person.id, person.name, person.timezone, person.locale) == (1, "Ana", "Europe/Lisbon", "pt-PT")
    assert person.profile_at is None  # no platform was asked yet
    assert person.accounts == (ana(),)
    assert await unit.people.of(ana()) == person == await unit.people.get(1)


async def test_meeting_again_changes_nothing(unit: Unit) -> None:
    first = await meet(unit)
    assert await unit.people.meet(ana(), Profile("Other"), later(60)) == first


async def test_update_writes_what_a_platform_told_and_leaves_the_rest(unit: Unit) -> None:
    person = await meet(unit)
    await unit.people.update(person.id, Profile("Ana María", None, "es"), later(60))
    changed = await unit.people.get(person.id)
    assert changed is not None
    assert (changed.name, changed.timezone, changed.locale) == ("Ana María", "Europe/Lisbon", "es")
    assert changed.profile_at == later(60)
    assert [p.id for p in await unit.people.named("ana maría")] == [person.id]


async def test_their_own_zone_stands_beside_what_a_platform_tells(unit: Unit) -> None:
    person = await meet(unit)
    await unit.people.set_zone(person.id, "Asia/Kathmandu", NOW)
    await unit.people.update(person.id, Profile("Ana", "America/New_York"), later(60))
    told = await unit.people.of(ana())
    assert told is not None
    assert (told.timezone, told.own_zone) == ("America/New_York", "Asia/Kathmandu")
    await unit.people.set_zone(person.id, None, NOW)
    told = await unit.people.get(person.id)
    assert told is not None
    assert told.own_zone is None


async def test_whose_clock_changes_is_looked_at_anew_and_nobody_else(unit: Unit) -> None:
    person, other = await meet(unit), await meet(unit, "U2", "Ben")
    for one in (person, other):
        await unit.carers.plan(one.id, later(900))

    async def now_due(seconds: float) -> list[int]:
        found = list(await unit.carers.next(later(seconds), 9))
        for number in found:
            await unit.carers.plan(number, later(900))
        return found

    await unit.people.set_zone(person.id, "Asia/Kathmandu", later(10))
    assert await now_due(10) == [person.id]
    await unit.people.set_zone(person.id, "Asia/Kathmandu", later(20))
    await unit.people.update(person.id, Profile("Ana", "Europe/Lisbon"), later(20))
    assert await now_due(20) == [], "it is the same clock"
    await unit.people.update(person.id, Profile("Ana", "America/New_York"), later(30))
    assert await now_due(30) == [person.id]
    await unit.carers.plan(person.id, None)
    await unit.people.set_zone(person.id, None, later(40))
    assert await now_due(40) == [], "there is nothing to look at"


async def test_an_added_person_has_no_account_and_was_told_of_by_no_platform(unit: Unit) -> None:
    person = await unit.people.add("Curator", NOW)
    assert (person.accounts, person.profile_at) == ((), None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ANA", ["Ana"]),  # exactly this name, before those that contain it
        ("an", ["Ana", "Ana Maria", "Hans"]),
        ("maria", ["Ana Maria"]),
        ("100%", ["100%"]),
        ("0%", ["100%"]),
        ("_", []),
        ("", []),
        ("nobody", []),
    ],
)
async def test_named(unit: Unit, asked: str, found: list[str]) -> None:
    for name in ("Hans", "Ana Maria", "Ana", "100%", "Zoë"):
        await unit.people.add(name, NOW)
    assert [person.name for person in await unit.people.named(asked)] == found


async def test_the_same_account_in_two_communities_is_two_people(store: Store) -> None:
    async with store.write(NORTH) as north:
        await meet(north, name="Northern")
    async with store.write(SOUTH) as south:
        assert await south.people.of(ana()) is None
        await south.people.meet(ana(), Profile("Southern"), NOW)
    async with store.read(NORTH) as north:
        person = await north.people.of(ana())
    assert person is not None
    assert person.name == "Northern"


async def test_meeting_somebody_in_a_community_that_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(LookupError, match="nowhere"):
        async with store.write("nowhere") as unit:
            await unit.people.meet(Account("slack", "T9", "U1"), Profile("Ana"), NOW)
