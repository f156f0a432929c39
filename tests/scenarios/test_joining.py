"""One person with accounts on two platforms, or two in the playground: joined, used as one, and parted again."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.drivers import trouble
from tests.drivers.base import Seen
from tests.stage import PYTHON, Stage, share, show, stages_on

BREAD = PYTHON | {"goal": "Bake bread at home", "steps": "Knead it | https://example.org/bread"}
Sides = tuple[tuple[Stage, str], tuple[Stage, str]]
"""Where one person has two accounts, and what they are called there."""


@pytest.fixture(params=[("slack-http", "discord"), ("discord", "slack-http"), ("playground",)], ids="-".join)
async def sides(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sides]:
    """Ana has met the bot on the first side; in the playground her other account is Ben's."""
    async with stages_on(request.param, tmp_path) as stages:
        await stages[0].on.command("ana", "/offcourse")
        yield (stages[0], "ana"), (stages[-1], "ana" if len(stages) > 1 else "ben")


async def code_of(stage: Stage, who: str) -> str:
    """Get a code."""
    answer = (await stage.on.command(who, "/offcourse link")).only
    assert answer.private
    found = re.search(r"/offcourse link ([A-Z2-9]{4}-[A-Z2-9]{4})\b", answer.text)
    assert found, answer.text
    return found[1]


async def preview(sides: Sides) -> Seen:
    """Make a code on the first side, and type it on the other."""
    (here, who), (there, other) = sides
    answer = (await there.on.command(other, f"/offcourse link {await code_of(here, who)}")).only
    assert answer.private
    return answer


async def joined(sides: Sides) -> Seen:
    """Join both accounts."""
    _, (there, other) = sides
    answer = await there.tap(other, await preview(sides), "Join them")
    assert "one person now" in answer.text
    return answer.only


async def test_two_accounts_become_one_and_part_again(sides: Sides) -> None:
    (here, who), (there, other) = sides
    await share(here, who, **PYTHON)
    await share(there, other, **BREAD)
    await there.tap(other, await show(there, other, 1), "Start")
    shown = await preview(sides)
    assert "Courses you own: 1 from this account, 1 from the other" in shown.text
    assert "Courses you started: 1 from this account, 0 from the other" in shown.text
    assert "steward" not in shown.text
    done = await there.tap(other, shown, "Join them")
    assert done.replaced
    for stage, name in sides:
        mine = (await stage.on.command(name, "/course list mine")).text
        assert PYTHON["goal"] in mine
        assert BREAD["goal"] in mine
    assert PYTHON["goal"] in (await here.on.command(who, "/course progress")).text
    await here.settled()
    (told,) = await here.on.letters(who)
    assert "were joined" in told.text
    asked = await here.tap(who, (await here.on.command(who, "/offcourse unlink")).only, _unlink_label(sides))
    parted = await here.tap(who, asked.only, "Yes, unlink")
    assert "two people again" in parted.text
    assert "1 course" in parted.text
    mine = (await here.on.command(who, "/course list mine")).text
    assert PYTHON["goal"] in mine
    assert BREAD["goal"] not in mine
    assert BREAD["goal"] in (await there.on.command(other, "/course list mine")).text
    again = await trouble.tap(here.on, who, asked.only, asked.only.button("Yes, unlink").token or "")
    assert "taken back already" in again.text


def _unlink_label(sides: Sides) -> str:
    return f"Unlink {sides[1][1].capitalize()}"


async def test_a_time_zone_of_ones_own_holds_on_both_and_goes_back(sides: Sides) -> None:
    (here, who), (there, other) = sides
    await there.on.command(other, "/offcourse nudges zone:Kathmandu")
    assert "Settings (reminders, time zone): from this account" in (await preview(sides)).text
    await joined(sides)
    await here.settled()
    assert "your time (Asia/Kathmandu)" in (await here.on.command(who, "/offcourse nudges")).text
    asked = await here.tap(who, (await here.on.command(who, "/offcourse unlink")).only, _unlink_label(sides))
    await here.tap(who, asked.only, "Yes, unlink")
    assert "Kathmandu" not in (await here.on.command(who, "/offcourse nudges")).text
    assert "your time (Asia/Kathmandu)" in (await there.on.command(other, "/offcourse nudges")).text


async def test_an_owner_may_edit_from_the_other_platform(sides: Sides) -> None:
    (here, who), (there, other) = sides
    await share(here, who, **PYTHON)
    assert (await there.on.command(other, "/course edit C1")).form is None
    await joined(sides)
    assert (await there.on.command(other, "/course edit C1")).form is not None


async def test_a_second_tap_and_a_used_code_are_told_kindly(sides: Sides) -> None:
    (here, who), (there, other) = sides
    code = await code_of(here, who)
    shown = (await there.on.command(other, f"/offcourse link {code}")).only
    tap = shown.button("Join them").token or ""
    first = await trouble.tap(there.on, other, shown, tap)
    assert "one person now" in first.text
    repeated = await there.on.repeat()
    assert not repeated.messages
    assert "one person here" in (await trouble.tap(there.on, other, shown, tap)).text
    assert "I don't know this code" in (await there.on.command(other, f"/offcourse link {code}")).text
    mine = await code_of(here, who)
    assert "your own" in (await there.on.command(other, f"/offcourse link {mine}")).text


async def test_both_directions_at_once_join_once(sides: Sides) -> None:
    (here, who), (there, other) = sides
    codes = [await code_of(here, who), await code_of(there, other)]
    shown = [
        (await there.on.command(other, f"/offcourse link {codes[0]}")).only,
        (await here.on.command(who, f"/offcourse link {codes[1]}")).only,
    ]
    if here is there:
        answers = [await there.tap(other, shown[0], "Join them"), await here.tap(who, shown[1], "Join them")]
    else:
        taps = (there.tap(other, shown[0], "Join them"), here.tap(who, shown[1], "Join them"))
        answers = list(await asyncio.gather(*taps))
    assert sum("one person now" in answer.text for answer in answers) == 1
    assert sum("one person here." in answer.text for answer in answers) == 1
    async with here.app.store.read("main") as unit:
        assert len(await unit.joinings.of(1)) == 1


async def test_a_code_ends_and_a_newer_one_replaces_it(sides: Sides) -> None:
    (here, who), (there, other) = sides
    old = await code_of(here, who)
    new = await code_of(here, who)
    assert "I don't know this code" in (await there.on.command(other, f"/offcourse link {old}")).text
    here.clock.move(timedelta(minutes=10))
    refused = (await there.on.command(other, f"/offcourse link {new}")).text
    assert "older than ten minutes" in refused
    assert "/offcourse link" in refused


async def test_codes_can_not_be_guessed(sides: Sides) -> None:
    (here, who), (there, other) = sides
    code = await code_of(here, who)
    for n in range(5):
        assert "I don't know" in (await there.on.command(other, f"/offcourse link GUESS{n}AB")).text
    for typed in ("GUESSAGAIN", code):
        assert "an hour" in (await there.on.command(other, f"/offcourse link {typed}")).text
    shown = (await there.on.command(other, "/offcourse link")).only
    assert "an hour" in (await trouble.tap(there.on, other, shown, f"offcourse.join:1:{code}")).text, "nor by a button"
    here.clock.move(timedelta(hours=1))
    fresh = await code_of(here, who)
    typed = fresh.lower().replace("-", " ")
    assert "Are both" in (await there.on.command(other, f"/offcourse link {typed}")).text


async def test_a_third_person_sees_whose_code_it_is_and_gets_nothing_by_looking(sides: Sides) -> None:
    (here, who), (there, other) = sides
    await share(here, who, **PYTHON)
    code = await code_of(here, who)
    seen = (await there.on.command("chloe", f"/offcourse link {code}")).only
    assert "Ana" in seen.text
    assert "Join only what is yours" in seen.text
    shown = (await there.on.command(other, f"/offcourse link {code}")).only
    assert "one person now" in (await there.tap(other, shown, "Join them")).text
    late = await trouble.tap(there.on, "chloe", seen, seen.button("Join them").token or "")
    assert "I don't know this code" in late.text
    assert "None yet" in (await there.on.command("chloe", "/offcourse")).text


async def test_rights_of_a_steward_are_told_and_count_for_both(sides: Sides) -> None:
    (here, who), (there, _) = sides
    await share(here, who, **PYTHON)
    await there.on.command("elif", "/offcourse")
    await joined_as(here, who, there, "elif")
    await share(here, "ben", **BREAD)
    assert (await here.on.command(who, "/course edit C2")).form is not None


async def joined_as(here: Stage, who: str, there: Stage, other: str) -> None:
    """Join two accounts, one of which is a steward's."""
    shown = (await there.on.command(other, f"/offcourse link {await code_of(here, who)}")).only
    assert "A steward by this account" in shown.text
    await there.tap(other, shown, "Join them")


async def test_nothing_to_unlink_says_how_to_link(sides: Sides) -> None:
    (here, who), _ = sides
    answer = (await here.on.command(who, "/offcourse unlink")).text
    assert "No other account" in answer
    assert "/offcourse link" in answer
