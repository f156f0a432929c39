"""Reviewing courses, as owners do it on every platform: still good, taken back, and how often."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Course
from tests.drivers import trouble
from tests.stage import PYTHON, Stage, share, show


@pytest.fixture
async def due(stage: Stage) -> Stage:
    """Ana's course C1, whose review is due."""
    assert "Shared:" in (await share(stage, "ana", **PYTHON)).text
    await stage.on.command("ben", "/offcourse")
    await stage.settled()
    stage.clock.move(timedelta(days=181))
    return stage


async def course(stage: Stage) -> Course:
    """Give C1 as it stands; its owner's profile is looked up from time to time, and no matter here."""
    async with stage.app.store.read("main") as unit:
        found = await unit.courses.get(1)
    assert found is not None
    return replace(found, owner=None)


async def flag(stage: Stage, who: str, said: str = "Python 2 is gone") -> str:
    """Flag C1 as a reader would."""
    opened = (await stage.on.command(who, "/course flag C1")).form
    assert opened is not None
    return (await stage.on.submit(who, opened, kind="outdated", said=said)).text


async def test_still_good_in_one_command(due: Stage) -> None:
    done = await due.on.command("ana", "/course review C1")
    assert "Still good: Write small programs in Python (C1)" in done.text
    assert "next review is due on" in done.text
    assert done.only.private
    assert (await course(due)).reviewed_at == due.clock.now()
    assert "🌱 reviewed" in (await show(due, "ben", 1)).text


async def test_still_good_in_one_tap_where_it_is_due(due: Stage) -> None:
    shown = await show(due, "ana", 1)
    assert "🍂 review due" in shown.text
    assert "Still good:" in (await due.tap("ana", shown, "Still good")).text
    assert "Still good" not in [button.label for button in (await show(due, "ana", 1)).buttons]
    assert "Still good" not in [button.label for button in (await show(due, "ben", 1)).buttons]


@pytest.mark.parametrize("who", ["ben", "elif"])
async def test_co_owners_and_stewards_may_too(due: Stage, who: str) -> None:
    async with due.app.store.write("main") as unit:
        (ben,) = await unit.people.named("Ben")
        await unit.courses.add_co_owner(1, ben.id, None, due.clock.now())
    assert "Still good:" in (await due.tap(who, await show(due, who, 1), "Still good")).text


async def test_others_are_told_kindly_and_offered_a_flag(due: Stage) -> None:
    before = await course(due)
    refused = await due.on.command("ben", "/course review C1")
    assert "C1 is looked after by Ana, and only they can say if it is still good." in refused.text.replace("@", "")
    assert (await due.tap("ben", refused.only, "Flag")).form is not None
    (post,) = await due.on.posts()
    forged = await trouble.tap(due.on, "ben", post, "course.review:1")
    assert "only they can say" in forged.text
    assert await course(due) == before


async def test_an_undo_puts_everything_back_and_nobody_was_told(due: Stage) -> None:
    await flag(due, "ben")
    before = await course(due)
    done = await due.on.command("ana", "/course review C1")
    assert "1 flag settled" in done.text
    due.clock.move(timedelta(minutes=4))
    undone = await due.tap("ana", done.only, "Undo")
    assert "Taken back" in undone.text
    assert undone.replaced
    assert await course(due) == before
    (post,) = await due.on.posts()
    twice = done.only.button("Undo").token or ""
    assert "nothing to take back" in (await trouble.tap(due.on, "ana", post, twice)).text
    due.clock.move(timedelta(minutes=9))
    await due.settled()
    assert await due.on.letters("ben") == []
    assert "🚩 flagged by 1 reader" in (await due.on.posts())[0].text


async def test_an_undo_comes_too_late_once_others_are_told(due: Stage) -> None:
    await flag(due, "ben")
    done = await due.on.command("ana", "/course review C1")
    due.clock.move(timedelta(minutes=5))
    await due.settled()
    (letter,) = await due.on.letters("ben")
    assert "found still good as it is, because you flagged it" in letter.text
    assert "Python 2 is gone" in letter.text
    reviewed = await course(due)
    assert "more than 5 minutes ago" in (await due.tap("ana", done.only, "Undo")).text
    assert await course(due) == reviewed


async def test_a_second_review_after_an_undo_is_told_once(due: Stage) -> None:
    await flag(due, "ben")
    done = await due.on.command("ana", "/course review C1")
    await due.tap("ana", done.only, "Undo")
    due.clock.move(timedelta(minutes=1))
    await due.on.command("ana", "/course review C1")
    due.clock.move(timedelta(minutes=9))
    await due.settled()
    assert len(await due.on.letters("ben")) == 1


async def test_a_double_tap_is_one_review_with_one_undo(due: Stage) -> None:
    before = await course(due)
    shown = await show(due, "ana", 1)
    first = await due.tap("ana", shown, "Still good")
    due.clock.move(timedelta(seconds=1))
    again = await due.tap("ana", shown, "Still good")
    assert "reviewed a moment ago" in again.text
    assert "Taken back" in (await due.tap("ana", first.only, "Undo")).text
    assert await course(due) == before


async def test_the_same_review_delivered_twice_does_nothing_more(due: Stage) -> None:
    await due.on.command("ana", "/course review C1")
    reviewed = await course(due)
    due.clock.move(timedelta(hours=1))
    assert (await due.on.repeat()).text == ""
    assert await course(due) == reviewed


async def test_others_cannot_undo_and_made_up_undos_do_nothing(due: Stage) -> None:
    done = await due.on.command("ana", "/course review C1")
    undo = done.only.button("Undo").token
    assert undo is not None
    reviewed = await course(due)
    (post,) = await due.on.posts()
    assert "Only those who look after C1" in (await trouble.tap(due.on, "ben", post, undo)).text
    for made_up in (
        "course.unreview:1", "course.unreview:1:zz", "course.unreview:1:z" + "z" * 10 + ":0",
        f"course.unreview:1:{undo.split(':')[2]}:!", f"course.unreview:1:{undo.split(':')[2]}:zzzzzzzzzzz",
        f"course.unreview:99:{undo.split(':')[2]}:0",
    ):  # fmt: skip
        answer = await trouble.tap(due.on, "ana", post, made_up)
        assert "Taken back" not in answer.text, made_up
        assert "my side" not in answer.text, made_up
    assert await course(due) == reviewed


async def test_an_archived_course_needs_no_review(due: Stage) -> None:
    await due.tap("ana", (await due.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "Restore it first" in (await due.on.command("ana", "/course review C1")).text
    assert "Restore it first" in (await due.on.command("ana", "/course review C1 every:90")).text


async def test_without_a_name_those_that_want_a_look_are_offered_first(due: Stage) -> None:
    fresh = {"goal": "Play the flute", "steps": "Blow into it | https://example.org/flute", "topics": "music"}
    assert "Shared:" in (await share(due, "ana", **fresh)).text
    offered = (await due.on.command("ana", "/course review")).only
    labels = [button.label for button in offered.buttons]
    assert labels == ["C1 Write small programs in Python", "C2 Play the flute"]
    assert "Still good:" in (await due.tap("ana", offered, labels[0])).text


@pytest.mark.parametrize(
    ("every", "said", "days"),
    [
        ("90", "wants a review every 90 days", 90),
        ('"3 months"', "wants a review every 90 days", 90),
        ("1", "wants a review every day", 1),
        ("never", "wants a review never", 0),
        ("default", "as often as its topics and the community have it", None),
    ],
)
async def test_a_course_has_its_own_interval(due: Stage, every: str, said: str, days: int | None) -> None:
    before = await course(due)
    answer = await due.on.command("ana", f"/course review C1 every:{every}")
    assert said in answer.text
    now = await course(due)
    assert (now.review_days, now.reviewed_at) == (days, before.reviewed_at), "setting it is no review"
    assert now.review_at == (None if days == 0 else before.reviewed_at + timedelta(days=days or 180))


async def test_an_interval_is_taken_back_and_misread_kindly(due: Stage) -> None:
    done = await due.on.command("ana", "/course review C1 every:never")
    assert "🌱 reviewed" in (await show(due, "ana", 1)).text
    await due.tap("ana", done.only, "Undo")
    assert (await course(due)).review_days is None
    wrong = await due.on.command("ana", "/course review C1 every:soon")
    assert "“soon” is no interval. Write a number of days (90)" in wrong.text
    offered = (await due.on.command("ana", "/course review every:30")).only
    assert "every 30 days" in (await due.tap("ana", offered, "C1 Write small programs in Python")).text
    (post,) = await due.on.posts()
    for forged in ("course.every:30:1", "course.every:soon:1", "course.every:1"):
        assert "wants a review" not in (await trouble.tap(due.on, "ben", post, forged)).text
    assert (await course(due)).review_days == 30
