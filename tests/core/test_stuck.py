"""Nothing gets stuck on its way: what was offered, put off, kept or left comes back to whom it belongs, in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import COMMUNITY
from bot.care import Outcome
from bot.errors import Unreachable
from bot.model import Profile
from bot.nudges import Asked
from bot.requests import Invoke, Reply, Request, Submit
from tests.core.test_nudges import HOME, START, TUESDAY, World, account, asked_by, notes, world

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


async def test_who_was_silent_sees_that_somebody_else_is_looked_for_and_what_keeps_it(tmp_path: Path) -> None:
    async with world(tmp_path, 1) as here:
        await weeks(here, TUESDAY, 5)
        shown = await asked_by(here)
        assert "good shape" not in shown.summary
        (kept,) = [note for note in notes(shown) if "takes over" in note]
        assert kept == "I look for somebody who takes over C1. Still yours? /course review C1 keeps it."
        await say(here, "ana", "course review", course="C1")
        assert "good shape" in (await asked_by(here)).summary
