"""Time goes on in the playground as it would go on, and what comes at an hour of the day comes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.playground.clock import ShiftedClock, pass_time
from adapters.playground.world import World
from tests.doubles.core import SteadyClock
from tests.stage import PYTHON, share, stage_on

EVENING = datetime(2026, 9, 2, 20, 0, tzinfo=UTC)
"""A Wednesday, when what was shared in March is due; nobody is written to at that hour."""


@pytest.mark.parametrize("steps", [[timedelta(weeks=1)], [timedelta(days=1)] * 7])
async def test_what_is_put_forward_in_the_evening_brings_letters_of_the_mornings(
    tmp_path: Path, steps: list[timedelta]
) -> None:
    async with stage_on("playground", tmp_path) as stage:
        await share(stage, "ana", **PYTHON)
        stage.clock.at = EVENING
        clock = ShiftedClock(stage.clock, World())
        for step in steps:
            await pass_time(clock, step, stage.app.work, stage.app.tick)
        assert clock.now() == EVENING + timedelta(weeks=1)
        (asked,) = await stage.letters("ana")
        assert "1 course of yours needs a look" in asked.text


@pytest.mark.parametrize(
    ("by", "hours"),
    [(timedelta(minutes=20), []), (timedelta(hours=1), []), (timedelta(minutes=150), [1, 2]), (timedelta(), [])],
)
async def test_it_stops_at_each_hour_on_the_way(by: timedelta, hours: list[int]) -> None:
    clock, worked, ticked = ShiftedClock(SteadyClock(EVENING), World()), list[datetime](), list[datetime]()

    async def work(now: datetime) -> None:
        worked.append(now)

    async def tick(now: datetime) -> None:
        ticked.append(now)

    await pass_time(clock, by, work, tick)
    assert worked == [EVENING + timedelta(hours=hour) for hour in hours]
    assert ticked == [EVENING + by]
