"""An Undo puts back the way to another owner, and the offer, that the tap had ended; on every platform."""

from datetime import timedelta

import pytest

from bot.care import Escalation, Stage, Why
from tests.drivers.base import Seen
from tests.stage import PYTHON, share
from tests.stage import Stage as Played

WEEK = timedelta(days=7)


@pytest.fixture
async def cared(stage: Played) -> Played:
    """Ana's course C1 is due for a review, and Ben is its co-owner."""
    await share(stage, "ana", **PYTHON)
    await stage.on.command("ben", "/offcourse")
    await stage.on.command("ana", "/course co-owners C1 add:Ben")
    await stage.settled()
    stage.clock.move(timedelta(days=181))
    return stage


async def begin(stage: Played) -> None:
    async with stage.app.store.write("main") as unit:
        await unit.escalations.begin(1, Why.SILENT, stage.clock.now())
    await stage.settled()


async def stands(stage: Played) -> tuple[Escalation | None, str, bool]:
    """Give the way of C1, who offers it to whom since when, and whether anybody may adopt it."""
    async with stage.app.store.read("main") as unit:
        way, offer = await unit.escalations.of(1), await unit.handovers.of(1)
        said = f"{offer.giver and offer.giver.id} to {offer.taker.id} {offer.occurrence}" if offer else ""
        return way, said, (await unit.handovers.looking(0, 1)).total > 0


NOTHING = (None, "", False)


async def letter(stage: Played, who: str, about: str) -> Seen:
    await stage.settled()
    return next(one for one in reversed(await stage.on.letters(who)) if about in one.text)


async def test_a_review_that_is_taken_back_leaves_the_co_owner_asked(cared: Played) -> None:
    await begin(cared)
    before = await stands(cared)
    assert before[0] is not None
    assert before[0].stage is Stage.ASKED
    asked = await letter(cared, "ben", "May I ask")
    done = await cared.on.command("ana", "/course review C1")
    assert await stands(cared) == NOTHING
    await letter(cared, "ben", "isn't offered to you any more")
    assert "is as it was" in (await cared.tap("ana", done.only, "Undo")).text
    assert await stands(cared) == before
    await letter(cared, "ben", "May I ask")
    assert "You look after" in (await cared.tap("ben", asked, "Accept")).text


async def test_what_was_up_for_adoption_is_again(cared: Played) -> None:
    await begin(cared)
    for _ in range(2):
        cared.clock.move(WEEK)
        await cared.settled()
    before = await stands(cared)
    assert before[0] is not None
    assert (before[0].stage, before[2]) == (Stage.ADOPTION, True)
    done = await cared.on.command("ana", "/course review C1")
    assert await stands(cared) == NOTHING
    await cared.tap("ana", done.only, "Undo")
    assert await stands(cared) == before


@pytest.mark.parametrize("tap", ["Still good", "Snooze a week"])
async def test_a_tap_in_a_list_that_is_taken_back(cared: Played, tap: str) -> None:
    async with cared.app.store.write("main") as unit:
        await unit.escalations.begin(1, Why.UNREACHABLE, cared.clock.now())
    before = await stands(cared)
    assert before[0] is not None
    mine = (await cared.on.command("ana", "/offcourse mine")).only
    done = await cared.tap("ana", mine, tap)
    assert await stands(cared) == NOTHING
    await cared.tap("ana", done.only, "Undo")
    assert await stands(cared) == before


async def archived(stage: Played) -> Seen:
    asked = (await stage.on.command("ana", "/course archive C1")).only
    return (await stage.tap("ana", asked, "Archive it")).only


@pytest.mark.parametrize("offered", [True, False])
async def test_putting_it_away_and_undoing_that(cared: Played, *, offered: bool) -> None:
    if offered:
        await cared.on.command("ana", "/course handover C1 to:Ben")
    else:
        await begin(cared)
    before = await stands(cared)
    done = await archived(cared)
    assert await stands(cared) == NOTHING
    await cared.tap("ana", done, "Undo")
    assert await stands(cared) == before
    assert "You look after" in (await cared.tap("ben", await letter(cared, "ben", "look after"), "Accept")).text


async def test_undoing_the_archive_in_the_message_opens_all_again(cared: Played) -> None:
    """The owner is out of reach by a message, is reached, and puts the course away there."""
    opened = (await cared.on.command("chloe", "/course flag C1")).form
    assert opened is not None
    await cared.on.submit("chloe", opened, kind="outdated", said="Python 2 is gone")
    await cared.on.command("ana", "/course handover C1 to:Ben")
    cared.clock.move(timedelta(days=15))  # Ben says nothing, so Ana is asked again
    cared.clock.at += timedelta(days=(1 - cared.clock.at.weekday()) % 7)
    cared.clock.at = cared.clock.at.replace(hour=10, minute=45)
    before = await stands(cared)
    asked = await letter(cared, "ana", "flagged by 1 reader")
    more = (await cared.tap("ana", asked, "More…")).only
    sure = (await cared.tap("ana", more, "Archive")).only
    await cared.tap("ana", sure, "Archive it")
    assert await stands(cared) == NOTHING
    await cared.tap("ana", await letter(cared, "ana", "✓ Archived"), "Undo")
    assert await stands(cared) == before
    assert "flagged by 1 reader" in (await letter(cared, "ana", "needs a look")).text


async def test_bringing_it_back_another_day_begins_anew(cared: Played) -> None:
    await begin(cared)
    await archived(cared)
    cared.clock.move(timedelta(days=30))
    await cared.on.command("ana", "/course restore C1")
    assert await stands(cared) == NOTHING


async def test_what_came_since_stays(cared: Played) -> None:
    """Ana reviews it, offers it to Elif, and takes only the review back."""
    await cared.on.command("elif", "/offcourse")
    await begin(cared)
    done = await cared.on.command("ana", "/course review C1")
    await cared.on.command("ana", "/course handover C1 to:Elif")
    await cared.tap("ana", done.only, "Undo")
    async with cared.app.store.read("main") as unit:
        offer = await unit.handovers.of(1)
    assert offer is not None
    assert offer.taker.name.casefold() == "elif"
