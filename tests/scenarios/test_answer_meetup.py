"""Saying whether one comes to a meetup, as members do it on every platform."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import settle
from bot.meetups.meetup import Counts
from tests.drivers import trouble
from tests.drivers.base import Answer, Seen
from tests.scenarios.meeting import LINK, live_in, meetup, preview
from tests.stage import Stage, stages_on

GOING, MAYBE, CANT = "✅ Going", "🤔 Maybe", "❌ Can't"


async def card(stage: Stage) -> str:
    """Read the announcement as it stands."""
    await stage.settled()
    return (await stage.posts("meetups"))[0].text


async def counted(stage: Stage, number: int = 1) -> Counts:
    async with stage.app.store.read("main") as unit:
        return (await unit.rsvps.counts([number]))[number]


async def say(stage: Stage, post: Seen, who: str, what: str) -> Answer:
    """Answer on the announcement; later each time, as real taps are."""
    stage.clock.move(timedelta(seconds=1))
    return await stage.tap(who, post, what)


async def letter(stage: Stage, who: str, about: str) -> Seen:
    """Give the last private letter to somebody that speaks of something."""
    await stage.settled()
    found = [one for one in await stage.letters(who) if about in one.text]
    assert found, f"no letter about {about!r} to {who}: {[one.text for one in await stage.letters(who)]}"
    return found[-1]


async def test_who_goes_is_told_in_private_where_to_go(stage: Stage) -> None:
    post = await meetup(stage)
    done = await say(stage, post, "ben", GOING)
    assert done.only.private
    assert not done.replaced
    for words in ("You are going to Bake bread together (M1).", "Library, room 2", LINK, "an apron", "90 min"):
        assert words in done.text
    shown = await card(stage)
    assert "✅ 1 going · 🤔 0 maybe · ❌ 0 can't · 1 of 2 places left" in shown
    assert "Going: " in shown
    assert "going: ben" in shown.lower().replace("@", ""), "their profile may not be known yet"
    assert LINK not in shown


async def test_another_answer_replaces_the_one_before(stage: Stage) -> None:
    post = await meetup(stage)
    done = await say(stage, post, "ben", GOING)
    maybe = await say(stage, done.only, "ben", MAYBE)
    assert maybe.replaced
    assert "You may come to Bake bread together (M1)." in maybe.text
    assert LINK not in maybe.text
    assert "✅ 0 going · 🤔 1 maybe" in await card(stage)
    assert "You can't come" in (await say(stage, post, "ben", CANT)).text
    assert "✅ 0 going · 🤔 0 maybe · ❌ 1 can't" in await card(stage)
    assert len(await stage.posts("meetups")) == 1


async def test_the_same_tap_again_changes_nothing(stage: Stage) -> None:
    post = await meetup(stage)
    await say(stage, post, "ben", GOING)
    await stage.on.repeat()
    assert "You are going" in (await say(stage, post, "ben", GOING)).text
    assert await counted(stage) == Counts(going=1)


async def test_many_tap_at_once_and_no_place_is_taken_twice(stage: Stage) -> None:
    post = await meetup(stage)
    token = post.button(GOING).token or ""
    people = ("ana", "ben", "chloe", "dries", "elif")
    for _ in range(2):
        await asyncio.gather(*(trouble.tap(stage.on, who, post, token) for who in people))
    assert await counted(stage) == Counts(going=2, waiting=3)
    shown = await card(stage)
    assert "✅ 2 going" in shown
    assert "all 2 places taken · 3 on the waitlist" in shown


async def test_who_comes_too_late_waits_and_is_offered_the_place_that_becomes_free(stage: Stage) -> None:
    post = await meetup(stage, when="in 3 weeks at 19:00")
    for who in ("ana", "ben"):
        await say(stage, post, who, GOING)
    waits = await say(stage, post, "chloe", GOING)
    assert "you are number 1 on the waitlist" in waits.text
    assert LINK not in waits.text
    assert "number 2" in (await say(stage, post, "dries", GOING)).text
    await say(stage, post, "ben", CANT)
    offer = await letter(stage, "chloe", "A place is free at Bake bread together (M1)")
    assert "hold it for you until" in offer.text
    taken = await stage.tap("chloe", offer, "Take it")
    assert "You are going to Bake bread together" in taken.text
    assert LINK in taken.text
    assert "on the waitlist" not in "".join(one.text for one in await stage.letters("dries"))
    assert "number 1 on the waitlist" in (await say(stage, post, "dries", GOING)).text


async def test_an_offer_that_nobody_takes_goes_to_the_next(stage: Stage) -> None:
    post = await meetup(stage, when="in 3 weeks at 19:00", places="1")
    for who in ("ana", "ben", "chloe"):
        await say(stage, post, who, GOING)
    await say(stage, post, "ana", CANT)
    await letter(stage, "ben", "A place is free")
    stage.clock.move(timedelta(hours=12))
    offer = await letter(stage, "chloe", "A place is free")
    assert "The time is over in which I held a place for you" in (await letter(stage, "ben", "number")).text
    declined = await stage.tap("chloe", offer, "I can't come")
    assert "You can't come" in declined.text
    assert await counted(stage) == Counts(waiting=1, cant=2)
    assert "You are going" in (await say(stage, post, "ben", GOING)).text


async def test_shortly_before_it_begins_the_first_tap_wins(stage: Stage) -> None:
    post = await meetup(stage, when="tomorrow 19:00", places="1")
    for who in ("ana", "ben", "chloe"):
        await say(stage, post, who, GOING)
    stage.clock.move(timedelta(hours=32))
    await say(stage, post, "ana", CANT)
    both = [await letter(stage, who, "for whoever taps first") for who in ("ben", "chloe")]
    assert "You are going" in (await stage.tap("chloe", both[1], "Take it")).text
    assert "number 1 on the waitlist" in (await stage.tap("ben", both[0], "Take it")).text


async def test_who_leaves_gives_their_place_to_the_next(stage: Stage) -> None:
    post = await meetup(stage, when="in 3 weeks at 19:00", places="1")
    for who in ("ben", "chloe"):
        await say(stage, post, who, GOING)
    await stage.on.leave("ben")
    await letter(stage, "chloe", "A place is free at Bake bread together (M1)")
    assert await counted(stage) == Counts(waiting=1)
    assert "ben" not in (await card(stage)).lower()


async def test_nobody_answers_what_is_over(stage: Stage) -> None:
    post = await meetup(stage)
    stage.clock.move(timedelta(days=3))
    assert "This meetup is over." in (await say(stage, post, "ben", GOING)).text
    assert await counted(stage) == Counts()


FORGED = [
    "meetup.rsvp:99:going",
    "meetup.rsvp:1:perhaps",
    "meetup.rsvp:1",
    "meetup.rsvp:-1:going",
    "meetup.rsvp:" + "9" * 60,
    "meetup.rsvp:1:going:2",
    "meetup.show:99",
    "meetup.show:",
    "meetup.post:1",
    "meetup.drop:99",
    "meetup.list:" + "9" * 30,
    "meetup.mine:" + "9" * 30,
]


async def test_a_forged_button_changes_nothing(stage: Stage) -> None:
    post = await meetup(stage)
    await say(stage, post, "ben", MAYBE)
    for token in FORGED:
        answer = await trouble.tap(stage.on, "chloe", post, token)
        assert "my side" not in answer.text, token
        assert answer.text, token
    assert await counted(stage) == Counts(maybe=1)
    await stage.settled()
    assert len(await stage.posts("meetups")) == 1


@pytest.fixture
async def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Stage, ...]]:
    """One community on Slack and on Discord."""
    monkeypatch.setattr(settle, "PATIENCE", 10.0)
    async with stages_on(("slack-http", "discord"), tmp_path) as stages:
        yield stages


async def test_one_list_over_all_workspaces(both: tuple[Stage, ...]) -> None:
    slack, discord = both
    await live_in(slack, "ana")
    await slack.tap("ana", (await preview(slack, "ana")).only, "Post")
    await slack.settled()
    ((there,), (here,)) = [await stage.posts("meetups") for stage in both]
    await say(slack, there, "ben", GOING)
    await say(discord, here, "chloe", GOING)
    assert "number 1 on the waitlist" in (await say(discord, here, "dries", GOING)).text
    for stage in both:
        shown = await card(stage)
        assert "✅ 2 going" in shown
        assert "ben" in shown.lower()
        assert "chloe" in shown.lower()
        assert "all 2 places taken · 1 on the waitlist" in shown
