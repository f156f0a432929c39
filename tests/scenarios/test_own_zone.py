"""A member's own time zone: set, cleared, and what follows of it, on every platform."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.features.ownership.slots import SPREAD
from bot.model import Person, Profile
from tests.drivers.base import Answer, SeenForm
from tests.stage import PYTHON, Stage, share

TUESDAY = datetime(2026, 9, 8, tzinfo=UTC)
"""The day after a course of SHARED is due for its first review; 10:00 in Kathmandu is 4:15 UTC."""
THEIR_TEN = TUESDAY + timedelta(hours=4, minutes=15)
SHARED = TUESDAY - timedelta(days=180, hours=12)


async def person(stage: Stage, name: str = "Ana") -> Person:
    async with stage.app.store.read("main") as unit:
        (found,) = await unit.people.named(name)
    return found


async def at(stage: Stage, moment: datetime) -> int:
    """Put the clock forward, do what is due, and count the messages about Ana's courses."""
    stage.clock.at = moment
    await stage.settled()
    return len(await stage.letters("ana"))


async def opened(stage: Stage) -> SeenForm:
    form = (await stage.tap("ana", (await stage.on.command("ana", "/offcourse nudges")).only, "Time zone")).form
    assert form is not None
    return form


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    """Ana's course, half a year before the Tuesday."""
    stage.clock.at = SHARED
    await share(stage, "ana", **PYTHON)
    return stage


async def test_the_message_about_courses_moves_with_it_at_once(shared: Stage) -> None:
    stage = shared
    assert await at(stage, TUESDAY) == 0
    done = await stage.on.command("ana", "/offcourse nudges zone:Asia/Kathmandu")
    assert "Your time zone is Asia/Kathmandu. It is 05:45 there" in done.text
    assert "on Tuesday from 10:00 your time (Asia/Kathmandu)" in done.text
    assert "You set this time zone yourself" in done.text
    assert done.only.private
    assert await at(stage, THEIR_TEN - timedelta(seconds=9)) == 0
    assert await at(stage, THEIR_TEN + SPREAD) == 1


async def test_a_slot_that_went_by_on_the_new_clock_is_made_up_for_in_its_working_hours(shared: Stage) -> None:
    stage = shared
    assert await at(stage, THEIR_TEN + timedelta(hours=2)) == 0, "it is not ten yet where the platform says that Ana is"
    await stage.on.command("ana", "/offcourse nudges zone:Asia/Kathmandu")
    await at(stage, THEIR_TEN + timedelta(hours=2, minutes=45))
    assert await at(stage, THEIR_TEN + timedelta(hours=2, minutes=45) + 2 * SPREAD) == 1, "at its place in the hour"
    for day in range(1, 7):
        assert await at(stage, THEIR_TEN + timedelta(days=day, hours=3)) == 1, "and then not before the next week"
    assert await at(stage, THEIR_TEN + timedelta(days=7) + SPREAD) == 1, (
        "that one is still open: it is brought up to date"
    )


async def test_the_form_takes_a_city_and_brings_back_what_is_no_zone(stage: Stage) -> None:
    wrong = await stage.on.submit("ana", await opened(stage), zone="Brusels")
    form = await _mended(stage, wrong, "Did you mean Europe/Brussels?")
    assert form.fields["zone"].value == "Brusels"
    assert (await person(stage)).own_zone is None
    assert "Your time zone is Europe/Brussels" in (await stage.on.submit("ana", form, zone="brussels")).text
    assert (await opened(stage)).fields["zone"].value == "Europe/Brussels"


async def _mended(stage: Stage, wrong: Answer, said: str) -> SeenForm:
    """Open the form again that was refused with these words."""
    if stage.on.inline_errors:
        assert wrong.form is not None
        assert said in wrong.form.errors["zone"]
        return wrong.form
    assert said in wrong.text
    again = (await stage.tap("ana", wrong.only, "Fix")).form
    assert again is not None
    return again


@pytest.mark.parametrize("by", ["command", "form"])
async def test_it_is_given_back_to_the_platform(stage: Stage, by: str) -> None:
    await stage.on.command("ana", "/offcourse nudges zone:Kathmandu")
    if stage.on.platform != "discord":  # which tells none
        async with stage.app.store.write("main") as unit:
            await unit.people.update((await unit.people.named("Ana"))[0].id, Profile("Ana", "Europe/Lisbon"), SHARED)
    assert (await person(stage)).own_zone == "Asia/Kathmandu"
    if by == "form":
        done = await stage.on.submit("ana", await opened(stage), zone="")
    else:
        done = await stage.on.command("ana", "/offcourse nudges zone:platform")
    assert (await person(stage)).own_zone is None
    if stage.on.platform == "discord":
        assert "Your time zone is that of Offcourse: UTC" in done.text
        assert "I don't know your time zone" in done.text
    else:
        assert "Your time zone is what your platform tells: Europe/" in done.text
        assert "I don't know" not in done.text


async def test_what_was_typed_wrong_behind_the_command_comes_back_with_the_cure(stage: Stage) -> None:
    await stage.on.command("ana", "/offcourse")
    wrong = await stage.on.command("ana", "/offcourse nudges zone:Europe/Brusel")
    assert "I know no time zone “Europe/Brusel”. Did you mean Europe/Brussels" in wrong.text
    assert "/offcourse nudges Europe/Brusel" in wrong.text
    assert (await person(stage)).own_zone is None


async def test_zones_are_suggested_while_typing(stage: Stage) -> None:
    if not stage.on.suggests:
        return
    await stage.on.command("ana", "/offcourse")
    typed = await stage.on.suggest("ana", "/offcourse nudges", "zone", "belg")
    assert typed == ["Europe/Belgrade (Serbia) · 10:30 now", "Europe/Brussels (Belgium) · 10:30 now"]
    assert "As my platform tells" in await stage.on.suggest("ana", "/offcourse nudges", "zone", "")


async def test_a_pause_lasts_until_the_same_day_on_the_other_clock(stage: Stage) -> None:
    await stage.on.command("ana", "/offcourse nudges zone:Asia/Kathmandu")
    form = (await stage.tap("ana", (await stage.on.command("ana", "/offcourse nudges")).only, "Change")).form
    assert form is not None
    await stage.on.submit("ana", form, paused="24 Sep")
    await stage.on.command("ana", "/offcourse nudges zone:America/Lima")
    form = (await stage.tap("ana", (await stage.on.command("ana", "/offcourse nudges")).only, "Change")).form
    assert form is not None
    assert form.fields["paused"].value == "2026-09-24"
