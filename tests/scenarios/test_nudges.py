"""Owners are asked about their courses in private, at most once a week, and answer by a tap; on every platform."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.care import FlagKind, Outcome, Why
from bot.features.ownership.slots import SPREAD
from bot.model import Checkpoint, CourseContent
from tests.drivers import trouble
from tests.drivers.base import Answer, Seen
from tests.stage import PYTHON, Stage, share

TUESDAY = datetime(2026, 9, 8, 10, 45, tzinfo=UTC)
"""A Tuesday at which the courses of March are due, when everybody's turn in that hour has come."""
WEEK = timedelta(days=7)


async def at(stage: Stage, moment: datetime) -> None:
    """Put the clock forward and do what is due."""
    stage.clock.at = moment
    await stage.settled()


async def around(stage: Stage, moment: datetime) -> None:
    """Do what is due, and half an hour later what came late: it goes out at its place in the hour."""
    await at(stage, moment)
    await at(stage, moment + SPREAD)


async def letters(stage: Stage, who: str = "ana") -> list[Seen]:
    await stage.settled()
    return await stage.on.letters(who)


async def tap(stage: Stage, who: str, on: Seen, label: str, place: int = 0) -> Answer:
    """Tap the n-th button of a label."""
    return await stage.on.click(who, on, [button for button in on.buttons if button.label == label][place])


@pytest.fixture
async def due(stage: Stage) -> Stage:
    """Ana's course is due for a review, and she was told."""
    await share(stage, "ana", **PYTHON)
    await at(stage, TUESDAY)
    return stage


async def test_a_due_course_is_asked_about_once_and_still_good_shows_in_place(due: Stage) -> None:
    (asked,) = await letters(due)
    assert "1 course of yours needs a look" in asked.text
    assert "Write small programs in Python (C1)" in asked.text
    assert "last reviewed" in asked.text
    assert "once a week at most" in asked.text
    answer = await due.tap("ana", asked, "Still good")
    assert answer.messages == []
    (now,) = await letters(due)
    assert "All done here, thank you" in now.text
    assert "Still good" in now.text
    assert [button.label for button in now.buttons] == ["Undo", "Pause all", "Change day", "Stop these"]
    async with due.app.store.read("main") as unit:
        course = await unit.courses.get(1)
    assert course is not None
    assert course.reviewed_at > TUESDAY


async def test_undo_makes_it_due_again(due: Stage) -> None:
    (asked,) = await letters(due)
    await due.tap("ana", asked, "Still good")
    (done,) = await letters(due)
    await due.tap("ana", done, "Undo")
    (again,) = await letters(due)
    assert "1 course of yours needs a look" in again.text
    assert again.button("Still good")
    await at(due, TUESDAY + timedelta(hours=3))
    assert len(await letters(due)) == 1


async def many(stage: Stage, count: int, who: str = "Ana") -> None:
    """Give somebody who shared a course already more of them, as old as that."""
    async with stage.app.store.write("main") as unit:
        (person,) = await unit.people.named(who)
        for n in range(count):
            steps = (Checkpoint("Look at it", f"https://example.org/{n}"),)
            await unit.courses.add(CourseContent(f"Course number {n}", steps), person.id, stage.clock.now())


async def test_of_many_the_first_five_come_with_the_honest_total(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    await many(stage, 11)
    await at(stage, TUESDAY)
    (asked,) = await letters(stage)
    assert "5 of 12 courses of yours that need a look" in asked.text
    labels = [button.label for button in asked.buttons]
    assert labels == ["Still good", "Update", "Snooze a week", "More…"] * 5 + [
        "Show all",
        "Pause all",
        "Change day",
        "Stop these",
    ]
    listed = (await stage.tap("ana", asked, "Show all")).only
    assert listed.private
    assert "12 courses of yours need a look" in listed.text
    assert "page 1 of 3" in listed.text
    second = await stage.tap("ana", listed, "More")
    assert second.replaced
    assert "page 2 of 3" in second.text
    done = await tap(stage, "ana", second.only, "Still good", 2)
    assert done.replaced
    assert "11 courses of yours need a look" in done.text
    assert "✓ Still good" in done.text
    back = await stage.tap("ana", done.only, "Undo")
    assert "12 courses of yours need a look" in back.text


async def test_an_owner_who_ignores_it_is_asked_about_the_rest_and_about_nothing_twice(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    await many(stage, 6)
    for week in range(3):
        await around(stage, TUESDAY + week * WEEK)
    found = await letters(stage)
    assert ["5 of 7 courses" in found[0].text, "2 of 7 courses" in found[1].text, len(found)] == [True, True, 2]
    async with stage.app.store.read("main") as unit:
        (person,) = await unit.people.named("Ana")
        opened = await unit.digests.open(person.id)
    assert sorted(asked.course for asked in opened) == [1, 2, 3, 4, 5, 6, 7]


async def test_a_message_is_refreshed_with_the_evidence_of_the_week(due: Stage) -> None:
    (asked,) = await letters(due)
    assert "no use in 90 days" in asked.text
    await due.on.command("ben", "/course save C1")
    await around(due, TUESDAY + WEEK)
    (asked,) = await letters(due)
    assert "on 1 shelf in 90 days" in asked.text


async def test_snooze_for_a_week_and_undo(due: Stage) -> None:
    (asked,) = await letters(due)
    await due.tap("ana", asked, "Snooze a week")
    (done,) = await letters(due)
    assert "Put off until" in done.text
    await due.tap("ana", done, "Undo")
    (again,) = await letters(due)
    await due.tap("ana", again, "Snooze a week")
    await at(due, TUESDAY + timedelta(days=6))
    assert len(await letters(due)) == 1
    await around(due, TUESDAY + 2 * WEEK)
    assert len(await letters(due)) == 2


async def test_what_is_put_off_says_until_when_among_ones_courses(due: Stage) -> None:
    (asked,) = await letters(due)
    await due.tap("ana", asked, "Snooze a week")
    said = (await due.on.command("ana", "/offcourse mine")).text
    assert "C1 Write small programs in Python: 🍂 review due, put off until" in said
    due.clock.move(timedelta(days=8))
    said = (await due.on.command("ana", "/offcourse mine")).text
    assert "review due" in said
    assert "put off" not in said


@pytest.mark.parametrize("how", ["Still good", "Archive"])
@pytest.mark.parametrize(("later", "flags"), [(timedelta(minutes=4), 1), (timedelta(minutes=6), 0), (3 * WEEK, 0)])
async def test_an_undo_opens_no_flag_whose_reader_was_told(
    stage: Stage, how: str, later: timedelta, flags: int
) -> None:
    await share(stage, "ana", **PYTHON)
    opened = (await stage.on.command("ben", "/course flag C1")).form
    assert opened is not None
    await stage.on.submit("ben", opened, kind="outdated", said="Step 1 is about Python 2")
    await at(stage, TUESDAY)
    (asked,) = await letters(stage)
    if how == "Archive":
        more = (await stage.tap("ana", asked, "More…")).only
        await stage.tap("ana", (await stage.tap("ana", more, "Archive")).only, "Archive it")
    else:
        await stage.tap("ana", asked, how)
    await at(stage, stage.clock.now() + later)
    assert len([one for one in await letters(stage, "ben") if "was looked at" in one.text]) == 1 - flags
    await stage.tap("ana", (await letters(stage))[0], "Undo")
    async with stage.app.store.read("main") as unit:
        course = await unit.courses.get(1)
    assert course is not None
    assert (course.flags, course.archived_at) == (flags, None)
    assert course.reviewed_at < TUESDAY
    assert (await letters(stage))[0].button("Still good")


async def test_two_taps_are_one_act(due: Stage) -> None:
    (asked,) = await letters(due)
    await due.tap("ana", asked, "Snooze a week")
    due.clock.move(timedelta(days=1))
    await trouble.tap(due.on, "ana", asked, "nudge.snooze:1:0")  # on a phone that still shows the buttons
    await trouble.tap(due.on, "ana", asked, "nudge.good:1:0")
    (done,) = await letters(due)
    assert "Put off until" in done.text
    async with due.app.store.read("main") as unit:
        course = await unit.courses.get(1)
    assert course is not None
    assert course.snoozed_until is not None
    assert course.snoozed_until < TUESDAY + WEEK + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("label", "said"), [("Snooze a month", "Put off until"), ("Not useful", "Thank you for telling me")]
)
async def test_more_offers_what_else_can_be_done(due: Stage, label: str, said: str) -> None:
    (asked,) = await letters(due)
    more = (await due.tap("ana", asked, "More…")).only
    assert more.private
    done = await due.tap("ana", more, label)
    assert done.replaced
    assert "Put off until" in done.text
    (shown,) = await letters(due)
    assert said in shown.text
    undone = await due.tap("ana", done.only, "Undo")
    assert undone.replaced
    (again,) = await letters(due)
    assert again.button("Still good")


async def test_snooze_until_a_date_as_people_type_it(due: Stage) -> None:
    (asked,) = await letters(due)
    more = (await due.tap("ana", asked, "More…")).only
    opened = (await due.tap("ana", more, "Snooze until…")).form
    assert opened is not None
    bad = await due.on.submit("ana", opened, until="yesterday-ish")
    assert "can't read" in (str(bad.form.errors) if due.on.inline_errors and bad.form else bad.text)
    opened = (await due.tap("ana", more, "Snooze until…")).form
    assert opened is not None
    await due.on.submit("ana", opened, until="24 Dec")
    async with due.app.store.read("main") as unit:
        course = await unit.courses.get(1)
    assert course is not None
    assert course.snoozed_until is not None
    assert course.snoozed_until.date() in {datetime(2026, 12, 23, tzinfo=UTC).date(), datetime(2026, 12, 24).date()}  # noqa: DTZ001 - a day
    (shown,) = await letters(due)
    assert "Put off until" in shown.text


async def test_archiving_shows_in_the_message_and_can_be_undone_there(due: Stage) -> None:
    (asked,) = await letters(due)
    more = (await due.tap("ana", asked, "More…")).only
    sure = (await due.tap("ana", more, "Archive")).only
    await due.tap("ana", sure, "Archive it")
    (shown,) = await letters(due)
    assert "✓ Archived" in shown.text
    await due.tap("ana", shown, "Undo")
    (again,) = await letters(due)
    assert again.button("Still good")
    assert "1 course" in (await due.on.command("ben", "/course list")).text


async def test_an_edit_counts_and_whoever_settles_it_first_is_named(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    await many(stage, 1)
    await at(stage, TUESDAY)
    (asked,) = await letters(stage)
    opened = (await stage.tap("ana", asked, "Update")).form
    assert opened is not None
    await stage.on.submit("ana", opened, goal="Write programs in Python")
    other = await stage.on.command("elif", "/course edit C2")
    assert other.form is not None
    await stage.on.submit("elif", other.form, goal="Another course")
    (shown,) = await letters(stage)
    assert "All done here" in shown.text
    assert "✓ Updated, by Elif" in shown.text
    assert "Undo" not in [button.label for button in shown.buttons]


async def test_a_pause_a_stop_and_back_again(due: Stage) -> None:
    (asked,) = await letters(due)
    await due.tap("ana", asked, "Pause all")
    (paused,) = await letters(due)
    assert "Paused until" in paused.text
    await due.tap("ana", paused, "Resume")
    (again,) = await letters(due)
    await due.tap("ana", again, "Stop these")
    (stopped,) = await letters(due)
    assert "You stopped these messages." in stopped.text
    await many(due, 3)
    for week in range(1, 60):
        due.clock.at = TUESDAY + week * WEEK
        await due.app.tick(due.clock.now())
    assert len(await letters(due)) == 1


async def test_a_paused_month_ends_as_its_day_begins(due: Stage) -> None:
    (asked,) = await letters(due)
    await due.tap("ana", asked, "Pause all")
    due.clock.at = TUESDAY + timedelta(days=30, hours=-5)  # that morning the form could not be sent off
    settings = (await due.on.command("ana", "/offcourse nudges")).only
    assert "Paused until" not in settings.text
    form = (await due.tap("ana", settings, "Change")).form
    assert form is not None
    assert "I'll keep to that" in (await due.on.submit("ana", form, hour="12")).text


async def test_after_a_pause_comes_one_late_message(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    opened = await stage.on.command("ana", "/offcourse nudges")
    form = (await stage.tap("ana", opened.only, "Change")).form
    assert form is not None
    stage.clock.at = TUESDAY - timedelta(days=6)
    form = (await stage.tap("ana", (await stage.on.command("ana", "/offcourse nudges")).only, "Change")).form
    assert form is not None
    saved = await stage.on.submit("ana", form, paused="24 Sep", without="flags")
    assert "Paused until" in saved.text
    assert "Not about: flags." in saved.text
    for day in range(16):
        await at(stage, TUESDAY + timedelta(days=day, hours=2))
    assert await letters(stage) == []
    await around(stage, datetime(2026, 9, 24, 12, 45, tzinfo=UTC))
    assert len(await letters(stage)) == 1
    await around(stage, datetime(2026, 9, 29, 12, 45, tzinfo=UTC))
    assert len(await letters(stage)) == 1


async def test_nobody_is_written_to_at_the_weekend_and_a_missed_slot_is_made_up_for_once(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    saturday = datetime(2026, 9, 12, 12, 45, tzinfo=UTC)
    await at(stage, saturday)
    await at(stage, saturday + timedelta(days=1))
    assert await letters(stage) == []
    await at(stage, saturday + timedelta(days=2))
    assert len(await letters(stage)) == 1
    await at(stage, saturday + timedelta(days=3))
    assert len(await letters(stage)) == 1


async def test_ones_own_day_and_hour_win(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    opened = await stage.on.command("ana", "/offcourse nudges")
    form = (await stage.tap("ana", opened.only, "Change")).form
    assert form is not None
    saved = await stage.on.submit("ana", form, weekday="6", hour="20")
    assert "on Sunday from 20:00 your time" in saved.text
    async with stage.app.store.read("main") as unit:
        (person,) = await unit.people.named("Ana")
    zone = ZoneInfo(person.timezone or "UTC")
    await at(stage, datetime(2026, 9, 13, 19, 59, tzinfo=zone).astimezone(UTC))
    assert await letters(stage) == []
    await at(stage, datetime(2026, 9, 13, 20, 31, tzinfo=zone).astimezone(UTC))
    assert len(await letters(stage)) == 1


async def test_what_one_looks_after_stands_in_one_place(due: Stage) -> None:
    await many(due, 2)
    mine = (await due.on.command("ana", "/offcourse mine")).only
    assert mine.private
    assert "You look after 3 courses: 1 needs a look" in mine.text
    assert "review due" in mine.text
    assert "at most once a week, on Tuesday from 10:00 your time" in mine.text
    done = await due.tap("ana", mine, "Still good")
    assert done.replaced
    (shown,) = await letters(due)
    assert "All done here" in shown.text
    mine = (await due.on.command("ana", "/offcourse mine")).only
    assert "all are in good shape" in mine.text
    assert "You look after no course yet" in (await due.on.command("ben", "/offcourse mine")).text


async def test_three_silent_weeks_bring_one_question_and_then_the_courses_go_on(due: Stage) -> None:
    for week in range(1, 3):
        await around(due, TUESDAY + week * WEEK)
        assert len(await letters(due)) == 1
    await around(due, TUESDAY + 3 * WEEK)
    _, question = await letters(due)
    assert "Are these courses still yours?" in question.text
    assert "Write small programs in Python (C1)" in question.text
    await around(due, TUESDAY + 4 * WEEK)
    async with due.app.store.read("main") as unit:
        escalation = await unit.escalations.of(1)
    assert escalation is not None
    assert escalation.why is Why.SILENT
    first, question = (await letters(due))[:2]
    assert "Somebody else is asked to take it over" in first.text
    assert "I look for somebody" in question.text


@pytest.mark.parametrize(
    ("label", "said"), [("Still mine", "still"), ("Later", "Put off"), ("I'd like to hand these over", "Somebody else")]
)
async def test_an_answer_ends_the_silence(due: Stage, label: str, said: str) -> None:
    for week in range(1, 4):
        await around(due, TUESDAY + week * WEEK)
    first, question = await letters(due)
    await due.tap("ana", question, label)
    first, question = await letters(due)
    assert "Thank you" in question.text
    assert said in first.text or label == "Still mine"
    await around(due, TUESDAY + 4 * WEEK)
    async with due.app.store.read("main") as unit:
        escalation = await unit.escalations.of(1)
    assert (escalation is not None) == (label == "I'd like to hand these over")


async def test_who_likes_to_hand_over_is_not_called_silent(due: Stage) -> None:
    for week in range(1, 4):
        await around(due, TUESDAY + week * WEEK)
    await due.tap("ana", (await letters(due))[-1], "I'd like to hand these over")
    assert "Still yours?" in (await due.on.command("ana", "/offcourse mine")).text
    await around(due, TUESDAY + 4 * WEEK)
    health = (await due.on.command("elif", "/offcourse health")).text
    assert "C1 Write small programs in Python · its owner likes to hand it over since" in health


@pytest.mark.parametrize(
    ("who", "said"), [("ana", "Thank you, I'll keep that in mind"), ("ben", "All done here, thank you")]
)
async def test_the_question_goes_where_somebody_looked_after_the_courses(due: Stage, who: str, said: str) -> None:
    await due.on.command("ben", "/offcourse")
    await due.on.command("ana", "/course co-owners C1 add:Ben")
    for week in range(1, 4):
        await around(due, TUESDAY + week * WEEK)
    assert "Are these courses still yours?" in (await letters(due))[-1].text
    await due.on.command(who, "/course review C1")
    question = (await letters(due))[-1]
    assert said in question.text
    assert not question.buttons
    await many(due, 1)
    opened = (await due.on.command("chloe", "/course flag C2")).form
    assert opened is not None
    await due.on.submit("chloe", opened, kind="outdated", said="That page is old")
    await around(due, TUESDAY + 4 * WEEK)
    _, question, fresh = await letters(due)
    assert "1 course of yours needs a look" in fresh.text
    assert said in question.text


async def test_the_question_goes_with_its_reason(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    opened = (await stage.on.command("ben", "/course flag C1")).form
    assert opened is not None
    flagged = await stage.on.submit("ben", opened, kind="outdated", said="Step 1 is about Python 2")
    for week in range(4):
        await around(stage, datetime(2026, 3, 10, 10, 45, tzinfo=UTC) + week * WEEK)
    assert "Are these courses still yours?" in (await letters(stage))[-1].text
    await stage.tap("ben", flagged.only, "Withdraw")
    await around(stage, datetime(2026, 3, 10, 10, 45, tzinfo=UTC) + 4 * WEEK)
    question = (await letters(stage))[-1]
    assert "All done here, thank you" in question.text
    assert not question.buttons


async def test_any_act_on_any_course_resets_the_silence(due: Stage) -> None:
    await many(due, 1)
    for week in range(1, 6):
        await due.on.submit("ana", (await due.on.command("ana", "/course edit C2")).form, goal=f"Changed {week} times")  # type: ignore[arg-type] # it is open
        await around(due, TUESDAY + week * WEEK)
    assert len(await letters(due)) == 1


async def test_the_message_tells_the_evidence_of_each_reason(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    async with stage.app.store.write("main") as unit:
        (ana,) = await unit.people.named("Ana")
    await share(stage, "ben", goal="Bake bread at home", steps="Knead it | https://example.org/bread")
    async with stage.app.store.write("main") as unit:
        (ben,) = await unit.people.named("Ben")
        await unit.flags.put(1, ben.id, FlagKind.OUTDATED, "Python 2 is over", stage.clock.now())
        await unit.handovers.offer(2, ben.id, ana.id, stage.clock.now())
        await unit.handovers.accept(2, ana.id, stage.clock.now())
    await at(stage, datetime(2026, 3, 10, 10, 45, tzinfo=UTC))
    (asked,) = await letters(stage)
    flagged, taken = asked.text.index("flagged by 1 reader"), asked.text.index("not reviewed yet")
    assert flagged < taken
    assert "outdated, “Python 2 is over”" in asked.text
    async with stage.app.store.write("main") as unit:
        (flag,) = await unit.flags.open(1)
        await unit.flags.settle(flag.id, ben.id, stage.clock.now(), Outcome.WITHDRAWN)
    await around(stage, datetime(2026, 3, 17, 10, 45, tzinfo=UTC))
    (shown,) = await letters(stage)
    assert "Settled by itself" in shown.text
