"""The private conversations with accounts."""

from bot.doors import Door, Queue
from bot.model import Account, Profile
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, ana, later, meet

BEN = Account("slack", "T1", "U2")


async def test_nothing_is_known_of_a_conversation_that_never_was(unit: Unit) -> None:
    assert await unit.doors.of(ana()) == Door()


async def test_what_stands_first_opens_it_and_what_is_refused_shuts_it(unit: Unit) -> None:
    await unit.doors.shut(ana(), NOW)
    assert await unit.doors.of(ana()) == Door(shut_at=NOW)
    await unit.doors.opened(ana(), later(1))
    await unit.doors.opened(ana(), later(2))
    assert await unit.doors.of(ana()) == Door(opened_at=later(1))
    await unit.doors.shut(ana(), later(3))
    await unit.doors.shut(ana(), later(4))
    assert await unit.doors.of(ana()) == Door(opened_at=later(1), shut_at=later(4))
    assert await unit.doors.of(BEN) == Door()


async def test_each_community_has_its_own(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await unit.doors.opened(ana(), NOW)
        await unit.doors.shut(BEN, NOW)
        await unit.doors.place(BEN, NOW)
    async with store.write(SOUTH) as unit:
        await unit.doors.opened(ana(), later(9))
        assert await unit.doors.of(BEN) == Door()
        assert await unit.doors.queue(ana(), later(-9), NOW) == Queue()
    async with store.read(NORTH) as unit:
        assert await unit.doors.of(ana()) == Door(opened_at=NOW)


async def test_the_queue_is_of_others_on_the_same_platform(unit: Unit) -> None:
    for n in range(4):
        await unit.doors.place(Account("slack", "T1", f"U{n}"), later(60 * n))
    await unit.doors.place(Account("discord", "G1", "9"), later(500))
    assert await unit.doors.queue(ana(), NOW, later(150)) == Queue((later(120),), later(180))
    assert await unit.doors.queue(BEN, later(-1), later(150)) == Queue((NOW, later(60)), later(180))
    await unit.doors.place(ana(), later(999))
    assert (await unit.doors.of(ana())).place_at == later(999)
    assert await unit.doors.queue(Account("slack", "T1", "U3"), later(-1), later(150)) == Queue(
        (NOW, later(120)), later(999)
    )


async def test_who_wants_no_messages_wants_none_on_any_account(unit: Unit) -> None:
    person = await meet(unit)
    await unit.doors.mute(person.id, NOW)
    await unit.doors.opened(ana(), NOW)
    assert await unit.doors.of(ana()) == Door(opened_at=NOW, muted_at=NOW)
    assert await unit.doors.muted_at(person.id) == NOW
    there = await unit.people.meet(Account("discord", "G1", "9"), Profile("Ana too"), later(1))
    assert await unit.doors.of(Account("discord", "G1", "9")) == Door()
    await unit.joinings.offer(there.id, "digest", later(600))
    joining = await unit.joinings.join(person.id, "digest", later(2))
    assert joining is not None
    assert await unit.doors.of(Account("discord", "G1", "9")) == Door(muted_at=NOW)
    await unit.doors.mute(person.id, None)
    assert await unit.doors.of(Account("discord", "G1", "9")) == Door()
    assert await unit.doors.muted_at(person.id) is None
