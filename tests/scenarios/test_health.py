"""How the courses are doing, as stewards see it on every platform."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.care import Escalation, Outcome, Reason, Stage, Why
from bot.features.ownership import doubts
from bot.features.ownership.line import Line, draw
from bot.insights import ENOUGH
from bot.model import Checkpoint, CourseContent, Letter, OutboxState, Profile, Recipient
from tests import stage as stages
from tests.drivers import trouble
from tests.drivers.base import Seen
from tests.stage import show
from tests.storage.reminders import Reminders

LONG = timedelta(days=40)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load matplotlib before anybody waits for an answer."""
    draw(Line(735000, (0.5,)))


async def pass_time(stage: stages.Stage, by: timedelta) -> None:
    """Let time pass, with a tick at its end."""
    stage.clock.move(by)
    await stage.tick()


async def health(stage: stages.Stage, who: str = "elif") -> Seen:
    return (await stage.on.command(who, "/offcourse health")).only


async def used_and_stale(stage: stages.Stage) -> None:
    """Let two courses grow old, one more used than the other, with a line of three weeks."""
    async with stage.app.store.write("main") as unit:
        for course in (1, 2):
            await unit.reviews.set_interval(course, 30)
    for _ in range(2):
        for who, seen in (("ben", 1), ("chloe", 1), ("chloe", 2)):
            await show(stage, who, seen)
        await pass_time(stage, 2 * MINUTE)
        await pass_time(stage, timedelta(days=7))
    await pass_time(stage, LONG)
    await stage.on.command("chloe", "/course save C1")
    await pass_time(stage, 2 * MINUTE)


async def test_stewards_see_what_is_used_and_not_fresh(two_courses: stages.Stage) -> None:
    await used_and_stale(two_courses)
    seen = await health(two_courses)
    assert seen.private
    assert "0 % of the 2 courses in use are fresh." in seen.text
    first, second = (seen.text.index(title) for title in ("C1 Write small programs", "C2 Bake bread at home"))
    assert first < second, "the more used one comes first"
    assert "review due" in seen.text
    assert "4 looks, saved by 1" in seen.text
    assert "Used courses that are fresh, week by week: 9 Mar 100 %, 16 Mar 100 %, 27 Apr 0 %." in seen.text
    shown = await two_courses.tap("elif", seen, "Show C2")
    assert "Bake bread at home" in shown.text


async def test_the_picture_is_there_as_each_platform_shows_one(two_courses: stages.Stage) -> None:
    await used_and_stale(two_courses)
    seen = await health(two_courses)
    if two_courses.on.platform == "slack":
        (image,) = [block for block in seen.raw["blocks"] if block["type"] == "image"]
        assert image["image_url"].startswith(f"{stages.PAGES}/pictures/")
        name = image["image_url"].rpartition("/")[2].removesuffix(".png")
        png = two_courses.app.picture(name)
        assert png is not None
        assert png.startswith(b"\x89PNG")
        two_courses.clock.move(timedelta(hours=1))
        assert two_courses.app.picture(name) is None


async def test_nobody_else_sees_it_or_does_anything(two_courses: stages.Stage) -> None:
    lost = await lose_a_letter(two_courses)
    for command in ("health", "insights"):
        answer = (await two_courses.on.command("ben", f"/offcourse {command}")).only
        assert answer.private
        assert "That is for the stewards of Offcourse" in answer.text
        assert "/offcourse shows what is yours." in answer.text
    about = f"{lost.id}:{lost.key}"
    acts = [f"doubt.{act}:{about}" for act in ("ask_resend", "ask_forget", "resend", "forget")]
    seen = await health(two_courses)
    for act in (*acts, "insights.off:due", "insights.on:due"):
        assert "for the stewards" in (await trouble.tap(two_courses.on, "ben", seen, act)).text, act
    async with two_courses.app.store.read("main") as unit:
        assert await unit.outbox.get(lost.id) == lost
        assert await unit.insights.switched_off() == frozenset()
    for odd in (f"doubt.resend:{lost.id}:{'0' * 22}", f"doubt.forget:99:{lost.key}"):
        assert "settled already" in (await trouble.tap(two_courses.on, "elif", seen, odd)).text
    assert "can't be read" in (await trouble.tap(two_courses.on, "elif", seen, "insights.off:moods")).text


async def lose_a_letter(stage: stages.Stage, occurrence: str = "lost") -> Letter:
    """Leave a letter to Ben of which nobody knows whether it arrived."""
    async with stage.app.store.write("main") as unit:
        (ben,) = await unit.people.named("Ben")
        letter = Letter("course.card", "1", Recipient.account(ben.accounts[0]), occurrence)
        await unit.outbox.queue([letter], stage.clock.now())
        (queued,) = await unit.outbox.find("course.card", "1", occurrence, None)
        (claimed,) = [
            one
            for one in await unit.outbox.claim(stage.clock.now(), 60, 99, "nobody", [stage.on.platform])
            if one.id == queued.id
        ]
        await unit.outbox.close(claimed.id, OutboxState.UNKNOWN, "I can't look up whether it arrived.")
        (lost,) = await unit.outbox.find("course.card", "1", occurrence, None)
        return lost


async def test_a_letter_that_may_be_lost_is_sent_again_once(two_courses: stages.Stage) -> None:
    await two_courses.settled()
    await lose_a_letter(two_courses)
    seen = await health(two_courses)
    assert "The card of a course (course.card 1) to " in seen.text
    asked = await two_courses.tap("elif", seen, "Resend")
    assert "If it did arrive, it stands there twice." in asked.text
    assert await two_courses.letters("ben") == []
    done = await two_courses.tap("elif", asked.only, "Send it again")
    assert done.replaced
    assert "It is on its way again." in done.text
    await two_courses.settled()
    assert len(await two_courses.letters("ben")) == 1
    for late in ("Resend", "Forget"):
        assert "settled already" in (await two_courses.tap("elif", seen, late)).text
    assert "Perhaps not arrived" not in (await health(two_courses)).text
    assert len(await two_courses.letters("ben")) == 1


async def test_a_letter_that_may_be_lost_is_let_be(two_courses: stages.Stage) -> None:
    await two_courses.settled()
    await lose_a_letter(two_courses)
    asked = (await two_courses.tap("elif", await health(two_courses), "Forget")).only
    left = await two_courses.tap("elif", asked, "Leave it for now")
    assert "Left as it is." in left.text
    asked = (await two_courses.tap("elif", await health(two_courses), "Forget")).only
    assert "Forgotten." in (await two_courses.tap("elif", asked, "Forget it")).text
    await two_courses.settled()
    assert await two_courses.letters("ben") == []
    assert "Perhaps not arrived" not in (await health(two_courses)).text


async def test_what_has_no_owner_and_who_is_out_of_reach_is_named(two_courses: stages.Stage) -> None:
    now = two_courses.clock.now()
    async with two_courses.app.store.write("main") as unit:
        (ana,), (ben,) = await unit.people.named("Ana"), await unit.people.named("Ben")
        await unit.escalations.put(Escalation(1, ana.id, Stage.STEWARDS, Why.SILENT, now))
        await unit.handovers.put_up(2, now)
    await Reminders(two_courses.app.store, "main").unreachable(ben.id, now)
    text = (await health(two_courses)).text
    assert "C1 Write small programs in Python · its owner doesn't answer since" in text
    assert "Looking for an owner" in text
    assert "C2 Bake bread at home · since" in text
    assert re.search(r"Owners whom no message reaches\n\W*\w+ · since .* · 1 course\n", text)


async def test_what_waits_for_stewards_is_found_behind_all_that_looks_for_an_owner(two_courses: stages.Stage) -> None:
    now = two_courses.clock.now()
    async with two_courses.app.store.write("main") as unit:
        (ana,) = await unit.people.named("Ana")
        for n in range(101):
            steps = (Checkpoint("Read about it", f"https://example.org/{n}"),)
            made, _ = await unit.courses.add(CourseContent(f"Learn number {n}", steps), None, now)
            await unit.escalations.put(Escalation(made.id, ana.id, Stage.ADOPTION, Why.LEFT, now - LONG))
        await unit.escalations.put(Escalation(1, ana.id, Stage.STEWARDS, Why.SILENT, now))
    assert "C1 Write small programs in Python · its owner doesn't answer since" in (await health(two_courses)).text


async def test_a_card_with_everything_is_shown_whole(two_courses: stages.Stage) -> None:
    await used_and_stale(two_courses)
    await two_courses.settled()
    now = two_courses.clock.now()
    async with two_courses.app.store.write("main") as unit:
        (ana,), (ben,) = await unit.people.named("Ana"), await unit.people.named("Ben")
        for n in range(22):
            goal, steps = f"Learn {n} ".ljust(55, "x"), (Checkpoint("Read about it", f"https://example.org/{n}"),)
            course, _ = await unit.courses.add(CourseContent(goal, steps), None, now)
            await unit.shelf.set(ana.id, course.id, now, on=True)
            if n < 6:
                await unit.escalations.put(Escalation(course.id, ana.id, Stage.LISTED, Why.UNREACHABLE, now))
        owners = [await unit.people.meet(replace(ben.accounts[0], user=f"100{n}"), Profile(f"Owner {n}"), now)
                  for n in range(6)]  # fmt: skip
        for n, owner in enumerate(owners):
            steps = (Checkpoint("Read about it", f"https://example.com/{n}"),)
            await unit.courses.add(CourseContent(f"Know {n} things", steps), owner.id, now)
    for owner in owners:
        await Reminders(two_courses.app.store, "main").unreachable(owner.id, now)
    for n in range(doubts.LISTED):
        await lose_a_letter(two_courses, f"lost {n}")
    text = (await health(two_courses)).text
    assert "can't be shown" not in text
    assert text.count("The card of a course (course.card 1) to ") == doubts.LISTED
    for heading in ("Used, and not fresh", "On your list", "Looking for an owner", "Owners whom no message reaches"):
        assert heading in text
    assert "/offcourse insights" in text


async def test_a_young_community_hears_that_all_is_quiet(stage: stages.Stage) -> None:
    seen = await health(stage)
    assert "No course is in use just now." in seen.text
    assert seen.buttons == []


async def test_a_reason_that_brings_nothing_is_switched_off_and_on(two_courses: stages.Stage) -> None:
    reminders = Reminders(two_courses.app.store, "main")
    now = two_courses.clock.now()
    for number in range(ENOUGH):
        outcome = Outcome.REVIEWED if number < 9 else Outcome.SNOOZED
        await reminders.sent(1, 1, Reason.DUE, at=now, tapped=True, outcome=outcome)
        await reminders.sent(1, 1, Reason.BROKEN, at=now, outcome=Outcome.UPDATED)
    seen = (await two_courses.on.command("elif", "/offcourse insights")).only
    assert seen.private
    assert "Review due: 50 sent, 50 opened, 9 acted on (18 %), 0 not useful" in seen.text
    assert "Link broken: 50 sent, 0 opened, 50 acted on (100 %), 0 not useful" in seen.text
    assert "Open question: nothing sent yet" in seen.text
    assert [button.label for button in seen.buttons] == ["Switch off: Review due"]
    off = await two_courses.tap("elif", seen, "Switch off: Review due")
    assert off.replaced
    assert "0 not useful · switched off" in off.text
    async with two_courses.app.store.read("main") as unit:
        assert await unit.insights.switched_off() == {Reason.DUE}
    assert [button.label for button in off.only.buttons] == ["Switch on: Review due"]
    on = await two_courses.tap("elif", off.only, "Switch on: Review due")
    assert [button.label for button in on.only.buttons] == ["Switch off: Review due"]
    async with two_courses.app.store.read("main") as unit:
        assert await unit.insights.switched_off() == frozenset()
