"""Who is no co-owner any more isn't asked to take a course over, and can't; on every platform."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import care
from bot.care import Why
from bot.nudges import Carer
from tests.drivers import trouble
from tests.drivers.base import Seen
from tests.stage import PYTHON, Stage, share

ASKED = "May I ask whether you would look after"
OVER = "isn't offered to you any more"


@pytest.fixture
async def asked(stage: Stage) -> Stage:
    """Ana says nothing about her course C1, so its co-owner Ben is asked to take it over."""
    await share(stage, "ana", **PYTHON)
    for who in ("ben", "chloe"):
        await stage.on.command(who, "/offcourse")
    await stage.on.command("ana", "/course co-owners C1 add:Ben")
    async with stage.app.store.write("main") as unit:
        await unit.escalations.begin(1, Why.SILENT, stage.clock.now())
    await stage.settled()
    return stage


async def letters(stage: Stage, who: str, about: str) -> list[Seen]:
    await stage.settled()
    return [one for one in await stage.on.letters(who) if about in one.text]


async def stands(stage: Stage) -> tuple[str, care.Stage | None, str]:
    """Give who owns C1, how far it is on its way, and to whom it is offered."""
    async with stage.app.store.read("main") as unit:
        course, way, offer = await unit.courses.get(1), await unit.escalations.of(1), await unit.handovers.of(1)
    assert course is not None
    assert course.owner is not None
    return course.owner.name.capitalize(), way.stage if way else None, offer.taker.name.capitalize() if offer else ""


@pytest.mark.parametrize("how", ["removed", "by a button", "no thanks"])
async def test_the_offer_ends_with_the_co_ownership(asked: Stage, how: str) -> None:
    assert (await letters(asked, "ben", ASKED))[0].button("Accept").token == "course.accept:1:1"
    match how:
        case "removed":
            await asked.on.command("ana", "/course co-owners C1 remove:Ben")
        case "by a button":
            await asked.tap("ana", (await asked.on.command("ana", "/course co-owners C1")).only, "Remove Ben")
        case _:
            await asked.tap("ben", (await letters(asked, "ben", "You are a co-owner"))[0], "No thanks")
    (over,) = await letters(asked, "ben", OVER)
    assert "Accept" not in [button.label for button in over.buttons]
    said = (await trouble.tap(asked.on, "ben", over, "course.accept:1:1")).text  # an old screen
    assert "You are no co-owner of Write small programs in Python (C1) any more" in said
    assert await stands(asked) == ("Ana", care.Stage.STEWARDS, "")


@pytest.mark.parametrize("paused", [False, True])
async def test_the_letter_waits_for_their_hours_and_their_pause(stage: Stage, *, paused: bool) -> None:
    await share(stage, "ana", **PYTHON)
    await stage.on.command("ben", "/offcourse")
    await stage.on.command("ana", "/course co-owners C1 add:Ben")
    await stage.settled()
    stage.clock.at = datetime(2026, 9, 11, 22, tzinfo=UTC)  # a Friday night
    if paused:
        async with stage.app.store.write("main") as unit:
            (ben,) = await unit.people.named("Ben")
            await unit.carers.prefer(Carer(ben.id, paused_until=datetime(2026, 9, 16, tzinfo=UTC)))
    async with stage.app.store.write("main") as unit:
        await unit.escalations.begin(1, Why.SILENT, stage.clock.now())
    for day, hour in ((11, 22), (12, 10), (14, 3), (14, 12), (16, 12)):
        stage.clock.at = datetime(2026, 9, day, hour, tzinfo=UTC)
        found = await letters(stage, "ben", ASKED)
        is_time = day == 16 or (day == 14 and hour == 12 and not paused)
        assert bool(found) is is_time, (day, hour)


async def test_the_next_co_owner_is_asked_instead(asked: Stage) -> None:
    await asked.on.command("ana", "/course co-owners C1 add:Chloe")
    await asked.on.command("ana", "/course co-owners C1 remove:Ben")
    asked.clock.move(timedelta(hours=5))  # it may be early in the morning where she lives
    (letter,) = await letters(asked, "chloe", ASKED)
    assert await stands(asked) == ("Ana", care.Stage.ASKED, "Chloe")
    assert "You look after" in (await asked.tap("chloe", letter, "Accept")).text


async def test_another_co_owner_who_goes_changes_nothing(asked: Stage) -> None:
    await asked.on.command("ana", "/course co-owners C1 add:Chloe")
    await asked.on.command("ana", "/course co-owners C1 remove:Chloe")
    await asked.settled()
    assert await stands(asked) == ("Ana", care.Stage.ASKED, "Ben")


@pytest.mark.parametrize("tap", ["Accept", "No thanks"])
async def test_a_tap_finds_out_where_nobody_told(asked: Stage, tap: str) -> None:
    """Whichever way somebody ceased to be a co-owner: what holds is what is so at the tap."""
    (letter,) = await letters(asked, "ben", ASKED)
    async with asked.app.store.write("main") as unit:
        (ben,) = await unit.people.named("Ben")
        await unit.courses.remove_co_owner(1, ben.id, ben.id, asked.app.clock.now())
    said = (await asked.tap("ben", letter, tap)).text
    assert ("You are no co-owner of" in said) is (tap == "Accept")
    assert await letters(asked, "ben", OVER)
    assert await stands(asked) == ("Ana", care.Stage.STEWARDS, "")


async def test_what_an_owner_offers_needs_no_co_ownership(asked: Stage) -> None:
    await asked.on.command("ana", "/course handover C1 to:Ben")
    (letter,) = await letters(asked, "ben", "Ana asks whether")
    await asked.on.command("ana", "/course co-owners C1 remove:Ben")
    assert "You look after" in (await asked.tap("ben", letter, "Accept")).text
