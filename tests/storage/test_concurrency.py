"""Many at once: nothing lost, nothing twice, nothing half."""

import asyncio
from collections import Counter

import pytest

from bot.errors import StoreUnavailable
from bot.model import CourseQuery, Profile
from bot.ports import Store
from tests.storage.conftest import in_use
from tests.storage.sample import NORTH, NOW, ana, content, later, letter, meet, share

SLACK = ("slack",)


async def test_200_read_modify_writes_lose_nothing(store: Store) -> None:
    async with store.write(NORTH) as unit:
        person = await meet(unit, name="0")

    async def count_up() -> None:
        for _ in range(5):
            async with store.write(NORTH) as unit:
                await unit.outbox.queue([letter("lock", occurrence="the community's row is held from here on")], NOW)
                known = await unit.people.get(person.id)
                assert known is not None
                await unit.people.update(person.id, Profile(str(int(known.name) + 1)), NOW)

    await asyncio.gather(*(count_up() for _ in range(40)))
    async with store.read(NORTH) as unit:
        known = await unit.people.get(person.id)
    assert known is not None
    assert known.name == "200"


async def test_200_sharings_of_the_same_make_one_course(store: Store) -> None:
    async def once(n: int) -> tuple[int, bool]:
        async with store.write(NORTH) as unit:
            course, fresh = await unit.courses.add(content("Learn Go"), None, later(n))
        return course.id, fresh

    made = await asyncio.gather(*(once(n) for n in range(200)))
    assert Counter(made) == {(1, True): 1, (1, False): 199}
    async with store.write(NORTH) as unit:
        assert (await share(unit, "The next one")).id == 2
        assert (await unit.courses.search(CourseQuery("go"), 0, 5)).total == 1


async def test_different_courses_at_once_get_numbers_without_gaps(store: Store) -> None:
    async def once(n: int) -> int:
        async with store.write(NORTH) as unit:
            return (await share(unit, f"Course about subject{n}", n)).id

    assert sorted(await asyncio.gather(*(once(n) for n in range(60)))) == list(range(1, 61))


async def test_one_person_met_from_many_sides_at_once_is_one(store: Store) -> None:
    async def once() -> int:
        async with store.write(NORTH) as unit:
            return (await meet(unit)).id

    assert set(await asyncio.gather(*(once() for _ in range(40)))) == {1}


async def test_one_delivery_in_many_copies_is_handled_once(store: Store) -> None:
    async def once() -> bool:
        async with store.write(NORTH) as unit:
            return await unit.deliveries.add("slack", "Ev1", NOW)

    assert sum(await asyncio.gather(*(once() for _ in range(40)))) == 1


async def test_eight_workers_claim_each_letter_once(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await unit.outbox.queue([letter(str(n)) for n in range(400)], NOW)

    async def work(name: str) -> list[int]:
        mine: list[int] = []
        while True:
            async with store.write(NORTH) as unit:
                given = await unit.outbox.claim(NOW, 30, 10, name, SLACK)
                await asyncio.sleep(0)
            if not given:
                return mine
            mine += [one.id for one in given]

    taken = await asyncio.gather(*(work(f"worker {n}") for n in range(8)))
    assert sorted(number for mine in taken for number in mine) == list(range(1, 401))


async def test_readers_are_not_held_up_by_a_writer_and_see_one_state(store: Store) -> None:
    async with store.write(NORTH) as writing:
        await meet(writing)
        async with store.read(NORTH) as reading:
            assert await reading.people.of(ana()) is None
        await share(writing, "Learn Go")
    async with store.read(NORTH) as reading:
        assert await reading.people.of(ana()) is not None
        async with store.write(NORTH) as writing:
            await share(writing, "Later")
        assert (await reading.courses.search(CourseQuery(), 0, 5)).total == 1


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        async with store.read(NORTH) as unit:
            await unit.deliveries.add("slack", "Ev1", NOW)
    async with store.write(NORTH) as unit:
        assert await unit.deliveries.add("slack", "Ev1", NOW)


async def test_an_error_takes_back_all_of_the_unit(store: Store) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - the unit as a whole fails
        async with store.write(NORTH) as unit:
            await meet(unit)
            await unit.outbox.queue([letter()], NOW)
            await share(unit, "Learn Go")
            raise RuntimeError
    async with store.write(NORTH) as unit:
        assert await unit.people.of(ana()) is None
        assert (await unit.outbox.counts())["new"] == 0
        assert (await share(unit, "Learn Go")).id == 1


async def test_calls_side_by_side_in_one_unit_take_turns(store: Store) -> None:
    async with store.write(NORTH) as unit:
        fresh = await asyncio.gather(*(unit.deliveries.add("slack", f"Ev{n}", NOW) for n in range(20)))
    assert all(fresh)


async def test_cancelled_transactions_leave_nothing_behind(store: Store) -> None:
    async def write(n: int) -> None:
        async with store.write(NORTH) as unit:
            await unit.deliveries.add("slack", f"Ev{n}", NOW)
            await unit.deliveries.add("discord", f"Ev{n}", NOW)

    async def cut_short(n: int) -> None:
        task = asyncio.create_task(write(n))
        await asyncio.sleep(n % 12 * 0.0004)
        task.cancel()
        await asyncio.wait([task])

    await asyncio.gather(*(cut_short(n) for n in range(120)))
    assert in_use(store) == 0
    async with store.write(NORTH) as unit:
        for n in range(120):
            slack = await unit.deliveries.add("slack", f"Ev{n}", NOW)
            assert slack == await unit.deliveries.add("discord", f"Ev{n}", NOW), "half a transaction was kept"


async def test_cancelled_readers_give_their_connections_back(store: Store) -> None:
    async def read() -> None:
        async with store.read(NORTH) as unit:
            await unit.courses.search(CourseQuery("go"), 0, 5)

    for n in range(40):
        task = asyncio.create_task(read())
        await asyncio.sleep(n % 8 * 0.0003)
        task.cancel()
        await asyncio.wait([task])
    assert in_use(store) == 0
    await asyncio.gather(*(read() for _ in range(40)))
