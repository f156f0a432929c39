"""Nothing gets stuck on its way: what was offered, put off, kept or left comes back to whom it belongs, in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import COMMUNITY
from bot.care import Outcome, Reason, Stage, Why
from bot.errors import Unreachable
from bot.model import Profile
from bot.nudges import Asked
from bot.requests import Event, EventKind, Invoke, Reply, Request, Submit
from tests.core.test_nudges import HOME, START, TUESDAY, WEEK, World, account, asked_by, notes, world

DAY = timedelta(days=1)


async def say(there: World, who: str, sub: str, **values: str) -> None:
    """Type a command that is taken."""
    root, _, rest = sub.partition(" ")
    key = f"{who} {sub} {there.clock.at} {values}"
    answer = await there.app.handle(Request(key, HOME, account(who), Profile(who), Invoke(root, rest, values=values)))
    assert isinstance(answer, Reply)


async def weeks(there: World, begin: datetime, count: int) -> None:
    """Let weeks go by, with two ticks a day."""
    for day in range(7 * count):
        await there.at(begin + day * DAY)
        await there.at(begin + day * DAY + timedelta(minutes=40))


async def open_of(there: World, who: str = "ana") -> Sequence[Asked]:
    async with there.app.store.read(COMMUNITY) as unit:
        return await unit.digests.open(there.people[who])


@pytest.mark.parametrize("end", ["decline", "silence", "back"])
async def test_what_was_offered_and_stays_is_asked_about_again(tmp_path: Path, end: str) -> None:
    async with world(tmp_path, 1) as here:
        await here.at(TUESDAY)
        assert len(await open_of(here)) == 1
        await say(here, "ana", "course handover", course="C1", to="ben")
        await here.at(TUESDAY + timedelta(hours=1))
        assert not await open_of(here)
        if end == "decline":
            await here.tap("ben", "course.decline:1")
        if end == "back":
            await here.tap("ana", "course.take_back:1")
        await weeks(here, TUESDAY + DAY, 4)
        assert len(await open_of(here)) == 1


async def test_what_is_given_on_in_silence_was_not_acted_on(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await weeks(here, TUESDAY, 6)
        async with here.app.store.read(COMMUNITY) as unit:
            assert (await unit.escalations.of(1)) is not None
            figures = (await unit.insights.reasons(TUESDAY - WEEK))[Reason.DUE]
        assert (figures.sent, figures.acted) == (1, 0)


async def test_a_week_is_a_week(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await here.at(TUESDAY)
        here.clock.move(timedelta(hours=3))
        await here.tap("ana", "nudge.snooze:1:0")
        await here.at(TUESDAY + 6 * DAY + timedelta(hours=1))
        assert len(here.chat.came) == 1
        await here.at(TUESDAY + WEEK)
        await here.at(TUESDAY + WEEK + timedelta(minutes=40))
        assert len(here.chat.came) == 2


async def test_a_look_at_more_is_an_answer(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await here.at(TUESDAY)
        await here.tap("ana", "nudge.more:1")
        (asked,) = await open_of(here)
        assert asked.tapped_at is not None


async def test_who_left_first_gets_it_back(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await here.at(TUESDAY)
        await say(here, "ana", "course co-owners", course="C1", add="ben")
        for n, who in enumerate(("ana", "ben")):
            here.chat.gone.add(str(account(who)))
            await here.app.hear(Event(f"l{n}", HOME, account(who), EventKind.LEFT))
            await here.at(TUESDAY + (n + 1) * DAY)
        here.chat.gone.remove(str(account("ana")))
        await here.app.hear(Event("back", HOME, account("ana"), EventKind.CAME))
        async with here.app.store.read(COMMUNITY) as unit:
            course = await unit.courses.get(1)
        assert course is not None
        assert course.owner is not None
        assert course.owner.id == here.people["ana"]


async def test_what_is_kept_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await weeks(here, TUESDAY, 8)
        async with here.app.store.read(COMMUNITY) as unit:
            way = await unit.escalations.of(1)
        assert way is not None
        assert way.stage is Stage.ADOPTION
        await here.tap("ana", "course.keep:1")
        await weeks(here, TUESDAY + 8 * WEEK, 3)
        async with here.app.store.read(COMMUNITY) as unit:
            assert (await unit.escalations.of(1)) is None
        assert await open_of(here)


async def test_a_reason_that_is_switched_on_again_is_asked_about(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        async with here.app.store.write(COMMUNITY) as unit:
            await unit.insights.switch(Reason.DUE, here.clock.at, on=False)
        await weeks(here, TUESDAY, 2)
        assert not here.chat.came
        async with here.app.store.write(COMMUNITY) as unit:
            await unit.insights.switch(Reason.DUE, here.clock.at, on=True)
        await weeks(here, TUESDAY + 2 * WEEK, 1)
        assert len(here.chat.came) == 1


async def test_an_answer_that_comes_late_is_heard(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await here.at(TUESDAY)
        await say(here, "ana", "course handover", course="C1", to="ben")
        await weeks(here, TUESDAY + DAY, 2)
        await here.tap("ben", "course.decline:1")
        await weeks(here, TUESDAY + 2 * WEEK + 2 * DAY, 1)
        assert len(await open_of(here)) == 1


async def test_ones_own_day_is_waited_for(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        async with here.app.store.write(COMMUNITY) as unit:
            await unit.reviews.attend(1, 1, datetime(2026, 3, 6, 12, tzinfo=TUESDAY.tzinfo), Outcome.REVIEWED)
        friday = TUESDAY - 4 * DAY  # it is due since Wednesday
        await here.at(friday)
        assert not here.chat.came
        values = {"weekday": "3", "hour": "10"}  # Thursdays
        await here.app.handle(Request("s", HOME, account("ana"), Profile("ana"), Submit("nudge.settings", values)))
        await here.at(friday + timedelta(minutes=40))
        assert not here.chat.came
        await here.at(friday + 6 * DAY)
        assert len(here.chat.came) == 1


async def test_a_shut_door_is_not_tried_twice_a_day_whatever_there_is_to_say(tmp_path: Path) -> None:
    async with world(tmp_path, 3) as here:
        here.chat.shut[str(account("ben"))] = Unreachable("shut")
        for n in (1, 2, 3):
            await say(here, "ana", "course co-owners", course=f"C{n}", add="ben")
            await here.at(START + n * timedelta(hours=1))
        assert len(here.chat.knocks) == 1, here.chat.knocks


async def test_who_comes_by_after_weeks_out_of_reach_is_told_and_asked_again(tmp_path: Path) -> None:
    async with world(tmp_path, 2) as here:
        here.chat.shut[str(account("ana"))] = Unreachable("shut")
        await weeks(here, TUESDAY, 6)
        assert 5 <= len(here.chat.knocks) <= 6
        async with here.app.store.read(COMMUNITY) as unit:
            found = [await unit.escalations.of(number) for number in (1, 2)]
        assert [(one.why, one.stage) for one in found if one] == [(Why.UNREACHABLE, Stage.LISTED)] * 2
        assert notes(await asked_by(here, "help"))[-1].startswith("2 courses of yours need a look")
        here.chat.shut.clear()
        await weeks(here, TUESDAY + 6 * WEEK, 1)
        assert len(here.chat.came) == 1
        async with here.app.store.read(COMMUNITY) as unit:
            assert [await unit.escalations.of(number) for number in (1, 2)] == [None, None]


async def test_who_was_silent_sees_that_somebody_else_is_looked_for_and_what_keeps_it(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await weeks(here, TUESDAY, 5)
        shown = await asked_by(here)
        assert "good shape" not in shown.summary
        (kept,) = [note for note in notes(shown) if "takes over" in note]
        assert kept == "I look for somebody who takes over C1. Still yours? /course review C1 keeps it."
        await say(here, "ana", "course review", course="C1")
        assert "good shape" in (await asked_by(here)).summary
