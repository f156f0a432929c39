"""What `/offcourse mine` shows beside courses: offers to somebody and by them, and their flags, on every platform."""

import json
from datetime import timedelta

import pytest

from bot.care import FlagKind, Why
from bot.model import Checkpoint, CourseContent
from tests.drivers.base import Seen
from tests.stage import PYTHON, Stage, share

BREAD = PYTHON | {"goal": "Bake bread at home", "steps": "Knead it | https://example.org/bread"}


@pytest.fixture
async def there(stage: Stage) -> Stage:
    """Ana has course 1, Ben course 2; Chloe was here."""
    await share(stage, "ana", **PYTHON)
    await share(stage, "ben", **BREAD)
    await stage.on.command("chloe", "/offcourse")
    return stage


async def mine(stage: Stage, who: str) -> Seen:
    seen = (await stage.on.command(who, "/offcourse mine")).only
    assert seen.private
    return seen


def labels(seen: Seen) -> list[str]:
    return [button.label for button in seen.buttons]


async def owner_of(stage: Stage, course: int) -> str:
    async with stage.app.store.read("main") as unit:
        found = await unit.courses.get(course)
    return found.owner.name if found and found.owner else ""


async def test_what_is_offered_to_somebody_can_be_accepted_there(there: Stage) -> None:
    await there.on.command("ana", "/course handover C1 to:Chloe")
    await there.on.command("ben", "/course handover C2 to:Chloe")
    await there.settled()
    seen = await mine(there, "chloe")
    assert "You look after no course yet." in seen.text
    assert "Ana asks you to look after Write small programs in Python (C1), since" in seen.text.replace("@", "")
    assert {"Accept C1", "No thanks C1", "Accept C2", "No thanks C2"} <= set(labels(seen))
    assert "I write to you at most once a week" in seen.text
    assert "You look after" in (await there.tap("chloe", seen, "Accept C1")).text
    assert "stays where it is" in (await there.tap("chloe", seen, "No thanks C2")).text
    assert [await owner_of(there, number) for number in (1, 2)] == ["Chloe", "Ben"]
    assert "Open requests" not in (await mine(there, "chloe")).text
    assert "isn't offered to you any more" in (await there.tap("chloe", seen, "Accept C2")).text


async def test_a_co_owner_finds_what_the_bot_asks_them(there: Stage) -> None:
    await there.on.command("ana", "/course co-owners C1 add:Chloe")
    async with there.app.store.write("main") as unit:
        await unit.escalations.begin(1, Why.SILENT, there.clock.now())
    await there.settled()
    seen = await mine(there, "chloe")
    assert "I ask you, as its co-owner, to look after Write small programs in Python (C1), since" in seen.text
    assert "You look after" in (await there.tap("chloe", seen, "Accept C1")).text


async def test_what_somebody_offered_can_be_taken_back_there(there: Stage) -> None:
    await there.on.command("ana", "/course handover C1 to:Ben")
    seen = await mine(there, "ana")
    assert "You offered Write small programs in Python (C1) to Ben on" in seen.text.replace("@", "")
    assert "I don't ask Ben" in (await there.tap("ana", seen, "Take back C1")).text
    assert "Open requests" not in (await mine(there, "ana")).text
    assert "Open requests" not in (await mine(there, "ben")).text


async def test_what_is_up_for_adoption_can_be_kept_there(there: Stage) -> None:
    opened = await there.on.command("ana", "/course handover C1")
    assert opened.form is not None
    await there.on.submit("ana", opened.form, to="")
    seen = await mine(there, "ana")
    assert "Your Write small programs in Python (C1) is up for adoption since" in seen.text
    assert "stays with Ana" in (await there.tap("ana", seen, "Keep C1")).text
    assert "Open requests" not in (await mine(there, "ana")).text


async def test_open_flags_tell_who_reads_them_until_they_are_settled(there: Stage) -> None:
    for number in (1, 2):
        opened = (await there.on.command("chloe", f"/course flag C{number}")).form
        assert opened is not None
        await there.on.submit("chloe", opened, kind="outdated", said=f"Step {number} is old")
    await there.on.leave("ben")
    seen = await mine(there, "chloe")
    assert "outdated: “Step 1 is old”. Ana reads it; you hear what comes of it." in seen.text
    assert "outdated: “Step 2 is old”. The stewards read it; you hear what comes of it." in seen.text
    assert "Withdrawn" in (await there.tap("chloe", seen, "Withdraw flag C1")).text
    assert "You look after" in (await there.on.command("chloe", "/course adopt C2")).text
    assert "You flagged" not in (await mine(there, "chloe")).text, "one's own course is no other's"


async def test_all_of_it_is_one_message_and_the_rest_is_a_tap_away(there: Stage) -> None:
    await crowd(there)
    seen = await mine(there, "ana")
    found = labels(seen)
    assert (found.count("Still good"), found.count("Show all"), found.count("All 13")) == (3, 1, 1)
    assert {"Change", "Time zone", "Pause a month", "Stop these", "Accept C12"} <= set(found)
    if there.on.platform == "discord":
        rows = [json.dumps(part) for part in seen.raw[0]["components"] if part["type"] == 1]
        assert max(row.count("Still good") for row in rows) == 1, "each course with its own buttons"
    shown = (await there.tap("ana", seen, "All 13")).only
    assert "13 open requests" in shown.text
    pages = [shown]
    for _ in range(2):
        pages.append((await there.tap("ana", pages[-1], "More")).only)
    told = [label for page in pages for label in labels(page) if label.split(" ")[0] in {"Accept", "Take", "Withdraw"}]
    assert len(told) == 13
    assert "Back" in labels(pages[-1])
    assert "More" not in labels(pages[-1])


async def crowd(stage: Stage) -> None:
    """Let Ana have eleven courses that are flagged, seven offers to her, two by her and four open flags."""
    async with stage.app.store.write("main") as unit:
        (ana,), (ben,), (chloe,) = [await unit.people.named(name) for name in ("Ana", "Ben", "Chloe")]
        now = stage.clock.now()

        async def course(number: int, owner: int) -> int:
            steps = (Checkpoint("Read it", f"https://example.org/{number}"),)
            content = CourseContent(f"Course number {number} with a name as long as can", steps)
            return (await unit.courses.add(content, owner, now))[0].id

        own = [1, *[await course(number, ana.id) for number in range(9)]]
        for number in own:
            await unit.flags.put(number, chloe.id, FlagKind.OTHER, "It says things that aren't so. " * 9, now)
        others = [2, *[await course(number, ben.id) for number in range(20, 30)]]
        for number in others[1:8]:
            await unit.handovers.offer(number, ben.id, ana.id, now)
        for number in own[:2]:
            await unit.handovers.offer(number, ana.id, chloe.id, now)
        for number in others[:4]:
            await unit.flags.put(number, ana.id, FlagKind.OTHER, "This is outdated, I am afraid. " * 9, now)
    stage.clock.move(timedelta(days=1))
