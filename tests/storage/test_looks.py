"""When to look whether accounts are still there."""

from bot.model import Account
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, ana, later, meet

BEN = Account("slack", "T1", "U2")


async def test_accounts_are_looked_at_when_it_was_planned(unit: Unit) -> None:
    await meet(unit)
    await meet(unit, "U2", "Ben")
    assert await unit.looks.due(later(99), 9) == []
    await unit.looks.plan(ana(), later(9))
    await unit.looks.plan(BEN, later(5))
    await unit.looks.plan(Account("slack", "T1", "U9"), NOW)
    assert await unit.looks.due(later(4), 9) == []
    assert await unit.looks.due(later(9), 9) == [(BEN, True), (ana(), True)]
    assert await unit.looks.due(later(9), 1) == [(BEN, True)]
    await unit.looks.settle(BEN)
    assert await unit.looks.due(later(9), 9) == [(ana(), True)]


async def test_a_doubt_lasts_until_it_is_settled(unit: Unit) -> None:
    await meet(unit)
    assert await unit.looks.doubt(ana(), NOW, later(9)) == NOW
    assert await unit.looks.doubt(ana(), later(9), later(18)) == NOW
    assert await unit.looks.due(later(9), 9) == []
    await unit.looks.settle(ana())
    assert await unit.looks.doubt(ana(), later(20), later(29)) == later(20)
    assert await unit.looks.doubt(BEN, later(20), later(29)) == later(20), "nobody met them"


async def test_who_leaves_or_comes_is_in_no_doubt(unit: Unit) -> None:
    await meet(unit)
    await unit.looks.doubt(ana(), NOW, later(9))
    assert await unit.people.left(ana(), later(5)) is not None
    assert await unit.looks.due(later(99), 9) == []
    await unit.looks.plan(ana(), later(9))
    assert await unit.looks.due(later(9), 9) == [(ana(), False)]
    assert await unit.people.came(ana()) is not None
    assert await unit.looks.due(later(99), 9) == []
    assert await unit.looks.doubt(ana(), later(9), later(18)) == later(9)


async def test_turns_never_go_back(unit: Unit) -> None:
    assert await unit.looks.turn() == 0
    await unit.looks.took(29_000_000)
    await unit.looks.took(28_999_999)
    assert await unit.looks.turn() == 29_000_000


async def test_each_community_has_its_own(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)
        await unit.looks.doubt(ana(), NOW, NOW)
        await unit.looks.took(7)
    async with store.write(SOUTH) as unit:
        assert await unit.looks.due(NOW, 9) == []
        assert await unit.looks.turn() == 0
        await unit.looks.plan(ana(), later(99))
        await unit.looks.settle(ana())
        await unit.looks.took(9)
    async with store.read(NORTH) as unit:
        assert await unit.looks.due(NOW, 9) == [(ana(), True)]
        assert await unit.looks.turn() == 7
