"""What becomes of reminders, as it is counted, and which reasons are switched off."""

from datetime import timedelta

from bot.care import Outcome, Reason
from bot.insights import Nudged
from bot.ports import Store
from tests.storage.reminders import Reminders
from tests.storage.sample import NORTH, NOW, SOUTH, content, later, meet

HOUR = timedelta(hours=1)


async def two(store: Store) -> Reminders:
    """Ana owns C1 and C2, Ben nothing."""
    async with store.write(NORTH) as unit:
        ana, _ = await meet(unit), await meet(unit, "U2", "Ben")
        for goal in ("Bake bread", "Grow tomatoes"):
            await unit.courses.add(content(goal), ana.id, NOW)
    return Reminders(store, NORTH)


async def reasons(store: Store) -> dict[Reason, Nudged]:
    async with store.read(NORTH) as unit:
        return dict(await unit.insights.reasons(NOW))


async def test_each_outcome_counts_as_what_it_is(store: Store) -> None:
    reminders = await two(store)
    for outcome in Outcome:
        await reminders.sent(1, 1, Reason.DUE, tapped=True, outcome=outcome)
    await reminders.sent(1, 1, Reason.DUE)
    found = await reasons(store)
    assert found == {Reason.DUE: Nudged(len(Outcome) + 1, len(Outcome), 4, 0)}


async def test_a_snooze_is_opened_and_not_acted_on(store: Store) -> None:
    reminders = await two(store)
    await reminders.sent(1, 1, Reason.BROKEN, tapped=True, outcome=Outcome.SNOOZED)
    assert await reasons(store) == {Reason.BROKEN: Nudged(1, 1, 0, 0)}


async def test_what_was_not_sent_or_settled_before_does_not_count(store: Store) -> None:
    reminders = await two(store)
    await reminders.sent(1, 1, Reason.DUE, at=None)
    await reminders.sent(1, 1, Reason.DUE, at=NOW - HOUR, outcome=Outcome.GONE)
    await reminders.sent(1, 1, Reason.DUE, at=NOW + HOUR, outcome=Outcome.UPDATED, settled=-HOUR)
    assert await reasons(store) == {}


async def test_no_use_is_an_answer_too_and_reasons_stay_apart(store: Store) -> None:
    reminders = await two(store)
    await reminders.sent(1, 1, Reason.FLAGGED, not_useful=True)
    await reminders.sent(1, 2, Reason.DUE, outcome=Outcome.REVIEWED)
    assert await reasons(store) == {Reason.FLAGGED: Nudged(1, 1, 0, 1), Reason.DUE: Nudged(1, 0, 1, 0)}


async def test_a_reason_is_switched_off_and_on_again(store: Store) -> None:
    async with store.write(NORTH) as unit:
        assert await unit.insights.switched_off() == frozenset()
        for _ in range(2):
            await unit.insights.switch(Reason.DUE, NOW, on=False)
        await unit.insights.switch(Reason.TAKEN, NOW, on=False)
        assert await unit.insights.switched_off() == {Reason.DUE, Reason.TAKEN}
        for _ in range(2):
            await unit.insights.switch(Reason.DUE, later(5), on=True)
        assert await unit.insights.switched_off() == {Reason.TAKEN}
    async with store.read(SOUTH) as unit:
        assert await unit.insights.switched_off() == frozenset()


async def test_who_is_out_of_reach_and_owns_something_is_listed(store: Store) -> None:
    reminders = await two(store)
    async with store.write(NORTH) as unit:
        zoe = await meet(unit, "U3", "Zoe")
        gone, _ = await unit.courses.add(content("Learn Flash"), zoe.id, NOW)
        await unit.courses.add(content("Sail"), zoe.id, NOW)
        await unit.courses.set_archived(gone.id, zoe.id, NOW, on=True)
    await reminders.unreachable(1, later(9))
    await reminders.unreachable(2, later(1))
    await reminders.unreachable(zoe.id, later(5))
    async with store.read(NORTH) as unit:
        found, total = await unit.insights.unreachable(9)
        assert [(one.person.name, one.since, one.courses) for one in found] == [
            ("Zoe", later(5), 1),
            ("Ana", later(9), 2),
        ]
        assert total == 2
        first, total = await unit.insights.unreachable(1)
        assert ([one.person.name for one in first], total) == (["Zoe"], 2)
