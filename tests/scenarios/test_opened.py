"""Whatever owners tap in the message about their courses, insights count it as opened; on every platform."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.care import Reason
from bot.features.ownership.slots import SPREAD
from bot.insights import Nudged
from bot.model import Checkpoint, CourseContent
from tests.drivers.base import Seen
from tests.stage import PYTHON, Stage, share

TUESDAY = datetime(2026, 9, 8, 10, 45, tzinfo=UTC)
WEEK = timedelta(days=7)
COURSES = 7


@pytest.fixture
async def asked(stage: Stage) -> Stage:
    """Ana was asked about the first five of her courses, all of them due for a review."""
    await share(stage, "ana", **PYTHON)
    async with stage.app.store.write("main") as unit:
        (ana,) = await unit.people.named("Ana")
        for n in range(COURSES - 1):
            steps = (Checkpoint("Look at it", f"https://example.org/{n}"),)
            await unit.courses.add(CourseContent(f"Course number {n}", steps), ana.id, stage.clock.now())
    await at(stage, TUESDAY)
    assert await counted(stage) == (5, 0, 0)
    return stage


async def at(stage: Stage, moment: datetime) -> None:
    for later in (timedelta(), SPREAD):
        stage.clock.at = moment + later
        await stage.settled()


async def letter(stage: Stage) -> Seen:
    return (await stage.letters("ana"))[-1]


async def counted(stage: Stage) -> tuple[int, int, int]:
    """Count the reminders of reviews: sent, opened, acted on."""
    async with stage.app.store.read("main") as unit:
        found = (await unit.insights.reasons(TUESDAY - WEEK)).get(Reason.DUE, Nudged())
    return found.sent, found.opened, found.acted


@pytest.mark.parametrize(
    ("label", "opened"),
    [("Update", 1), ("More…", 1), ("Show all", 5), ("Change day", 5), ("Pause all", 5), ("Stop these", 5)],
)
async def test_a_tap_that_saves_nothing_counts(asked: Stage, label: str, opened: int) -> None:
    """What is about one course opens its request; what is about all of them opens the message."""
    answer = await asked.tap("ana", await letter(asked), label)
    assert (answer.form is not None) is (label in {"Update", "Change day"})
    assert await counted(asked) == (5, opened, 0)
    await asked.on.repeat()
    assert await counted(asked) == (5, opened, 0)


@pytest.mark.parametrize(("label", "acted"), [("Still mine", 0), ("Later", 0), ("I'd like to hand these over", 7)])
async def test_an_answer_to_the_question_counts(asked: Stage, label: str, acted: int) -> None:
    for week in (1, 2, 3):
        await at(asked, TUESDAY + week * WEEK)
    await asked.tap("ana", await letter(asked), label)
    assert await counted(asked) == (7, 7, acted)


async def test_who_taps_is_not_silent(asked: Stage) -> None:
    for week in (1, 2, 3, 4):
        await asked.tap("ana", await letter(asked), "Show all")
        await at(asked, TUESDAY + week * WEEK)
    assert "still yours" not in (await letter(asked)).text


async def test_what_one_looks_up_oneself_is_no_opened_message(asked: Stage) -> None:
    mine = (await asked.on.command("ana", "/offcourse mine")).only
    await asked.tap("ana", mine, "Show all")
    await asked.tap("ana", (await asked.on.command("ana", "/offcourse nudges")).only, "Pause a month")
    assert await counted(asked) == (5, 0, 0)
