"""What must be withstood, on every platform: forged acts, repeated and late ones, odd texts, closed doors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.model import CourseQuery, OutboxState, Workspace
from bot.ports import Unit
from tests.drivers import trouble
from tests.drivers.slack import SlackDriver
from tests.scenarios.conftest import picture
from tests.stage import PYTHON, Stage, share, show

COVERED = {
    "wrong signature": "tests/slack/test_http.py test_i23_an_odd_signature_is_refused, test_another_secret_is_refused",
    "replay": "tests/slack/test_http.py test_a_replay_is_handled_once",
    "malformed bodies": "tests/slack/test_http.py test_i22_broken_and_unsigned_is_refused_with_one_line",
    "odd payloads": "tests/slack/test_inbound.py test_no_payload_makes_it_fail",
    "missing fields": "tests/slack/test_missing.py test_what_lacks_a_field_is_still_handled_once",
    "late answers": "tests/slack/test_answers.py test_a_slow_tap_is_answered_afterwards",
    "late on Discord": "tests/discord/test_answers.py test_a_late_reply_is_announced_in_time_and_follows",
    "slow database": "tests/scenarios/test_withstand.py test_a_slow_database_answers_later_and_once",
    "database away": "tests/core/test_dispatch.py test_a_database_out_of_reach_loses_nothing_that_was_typed",
    "one delivery at once": "tests/core/test_dispatch.py test_the_same_delivery_many_times_at_once_is_one_effect",
    "repeated form": "tests/scenarios/test_share.py test_the_same_delivery_twice_is_one_course",
    "reordered forms": "tests/scenarios/test_withstand.py test_deliveries_in_another_order_have_the_same_effect",
    "double click": "tests/scenarios/test_withstand.py test_two_clicks_are_as_good_as_one",
    "archived cards": "tests/scenarios/test_withstand.py test_old_buttons_of_an_archived_course_say_so",
    "forged buttons": "tests/scenarios/test_forged.py test_a_forged_button_changes_nothing_of_others",
    "forged forms": "tests/scenarios/test_forged.py test_a_forged_form_changes_nothing_of_others",
    "another community": "tests/core/test_dispatch.py test_another_communitys_course_is_not_found",
    "another's draft": "tests/core/test_dispatch.py test_a_draft_is_only_for_its_writer",
    "two editors": "tests/scenarios/test_curate.py test_the_second_of_two_editors_loses_nothing",
    "limits": "tests/scenarios/test_any_text.py test_limits_hold_on_every_platform",
    "any text": "tests/scenarios/test_any_text.py test_any_text_in_any_field_is_shown_or_named",
    "mentions in cards": "tests/slack/test_render.py test_what_people_type_is_shown_as_typed",
    "mentions on Discord": "tests/discord/test_markdown.py test_any_typed_markup_is_shown_and_does_nothing",
    "bot removed": "tests/scenarios/test_withstand.py test_a_bot_that_was_removed_says_so_and_announces_later",
    "closed messages": "tests/scenarios/test_withstand.py test_who_takes_no_messages_holds_up_nobody",
    "long forms": "tests/scenarios/test_edit_trouble.py test_steps_that_are_too_long_for_a_form_all_survive_an_edit",
    "fetcher's attackers": "tests/links/test_bounds.py tests/links/test_rules.py",
}
"""Which case stands where."""


@pytest.mark.parametrize("case", COVERED)
def test_each_case_of_the_list_has_its_test(case: str, pytestconfig: pytest.Config) -> None:
    files = [word for word in COVERED[case].replace(",", "").split() if word.endswith(".py")]
    names = [word for word in COVERED[case].replace(",", "").split() if word.startswith("test_")]
    text = "".join((pytestconfig.rootpath / file).read_text(encoding="utf-8") for file in files)
    assert files
    assert all(f"def {name}(" in text for name in names)


# Repeated, doubled, late


async def test_deliveries_in_another_order_have_the_same_effect(two_courses: Stage) -> None:
    """Three edits arrive; then old ones are delivered again, the newest first."""
    acts = []
    for goal in ("First version", "Second version", "Third version"):
        opened = (await two_courses.on.command("ana", "/course edit C1")).form
        assert opened is not None
        assert f"Saved: {goal}" in (await two_courses.on.submit("ana", opened, goal=goal)).text
        acts.append(trouble.last(two_courses.on))
    before = await picture(two_courses)
    for act in (acts[2], acts[0], acts[1], acts[0]):
        assert (await trouble.again(two_courses.on, act)).text == ""
    assert await picture(two_courses) == before
    assert "Third version" in (await show(two_courses, "ben", 1)).text


async def test_an_old_form_never_overwrites_a_newer_version(two_courses: Stage) -> None:
    """The same window sent twice, the second time with other words: its reader saw an older course."""
    opened = (await two_courses.on.command("ana", "/course edit C1")).form
    assert opened is not None
    await two_courses.on.submit("ana", opened, goal="First version")
    late = await two_courses.on.submit("ana", opened, goal="Another version")
    assert "changed C1 while you were editing it" in late.text
    assert "First version" in (await show(two_courses, "ben", 1)).text


TWICE = [
    ("ben", "course.fork:1"),
    ("ben", "course.start:1"),
    ("ben", "course.done:1:2"),
    ("ben", "course.undone:1:2"),
    ("ben", "course.save:1"),
    ("ben", "course.unsave:1"),
    ("ana", "course.hide_page:1"),
    ("ana", "course.link:1"),
    ("ben", "offcourse.skip"),
    ("ana", "course.archive:1"),
    ("ana", "course.restore:1"),
]


async def test_two_clicks_are_as_good_as_one(two_courses: Stage) -> None:
    post = (await two_courses.posts())[0]
    for who, token in TWICE:
        first = await trouble.tap(two_courses.on, who, post, token)
        assert first.text, token
        after_one = await picture(two_courses)
        two_courses.clock.move(timedelta(seconds=5))
        again = [await trouble.tap(two_courses.on, who, post, token) for _ in range(2)]
        assert "my side" not in "".join(answer.text for answer in again), token
        after_many = await picture(two_courses)
        assert after_many[:2] == after_one[:2], token
        assert after_many[2:4] == after_one[2:4], token
    await two_courses.settled()
    assert len(await two_courses.posts()) == 2


async def test_two_clicks_at_once_are_as_good_as_one(two_courses: Stage) -> None:
    post = (await two_courses.posts())[0]
    taps = ["course.fork:1", "course.done:1:2", "course.save:1", "course.post:1"]
    await asyncio.gather(*(trouble.tap(two_courses.on, "ben", post, token) for token in taps * 3))
    await two_courses.settled()
    async with two_courses.app.store.read("main") as unit:
        ben = (await unit.people.named("Ben"))[0].id
        assert (await unit.courses.search(CourseQuery(owner=ben), 0, 9)).total == 2
        progress = await unit.learning.of(ben, 1)
        assert progress is not None
        assert progress.done == {2}
        assert (await unit.shelf.of(ben, 0, 9)).total == 1
    assert len(await two_courses.posts()) == 3


async def test_old_buttons_of_an_archived_course_say_so(two_courses: Stage) -> None:
    for button in ("Start", "Save"):
        await two_courses.tap("chloe", await show(two_courses, "chloe", 1), button)
    old = await show(two_courses, "dries", 1)
    post = (await two_courses.posts())[0]
    asked = await two_courses.on.command("ana", "/course archive C1")
    await two_courses.tap("ana", asked.only, "Archive it")
    await two_courses.settled()
    before = await picture(two_courses)
    for found in old.buttons:
        answer = await two_courses.on.click("dries", old, found)
        assert "my side" not in answer.text
        assert "archived" in answer.text.lower() or found.label in {"History", "Save"}, found.label
    for token in ("course.fork:1", "course.start:1", "course.done:1:1", "course.edit:1", "course.post:1"):
        answer = await trouble.tap(two_courses.on, "dries", post, token)
        assert answer.form is None
        assert "my side" not in answer.text
    after = await picture(two_courses)
    assert (after[0], after[1]) == (before[0], before[1])
    assert len(await two_courses.posts()) <= 2, "nothing new was posted"
    mine = await two_courses.on.command("chloe", "/course progress")
    assert PYTHON["goal"] in mine.text, "progress stays"


# A slow database

PATIENCE = 3.0
"""Seconds that Slack and Discord wait for an answer."""


class SlowStore:
    """A store whose writing transactions take their time to open."""

    def __init__(self, store: Any, seconds: float) -> None:
        self._store = store
        self._seconds = seconds

    async def community_of(self, workspace: Workspace) -> str | None:
        found: str | None = await self._store.community_of(workspace)
        return found

    def read(self, community: str) -> Any:
        return self._store.read(community)

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Unit]:
        await asyncio.sleep(self._seconds)
        async with self._store.write(community) as unit:
            yield unit


async def test_a_slow_database_answers_later_and_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = (await stage.on.command("ana", "/course share")).form
    assert opened is not None
    waits = acknowledgements(stage, monkeypatch)
    slow = SlowStore(stage.app.store, PATIENCE + 0.2)
    monkeypatch.setattr(stage.app._dispatcher, "_store", slow)  # the database of a running app can't be made slow
    sending = asyncio.create_task(stage.on.submit("ana", opened, **PYTHON))
    if stage.on.platform == "discord":
        await sending  # one act at a time in Discord's double; the answer is under way
    await asyncio.sleep(0.5)
    second = await trouble.again(stage.on, trouble.last(stage.on))
    first = await sending
    async with asyncio.timeout(20):
        while not await stage.posts():  # noqa: ASYNC110 - the platforms' doubles tell nobody
            await asyncio.sleep(0.05)
    await stage.settled()
    assert len(await stage.posts()) == 1
    async with stage.app.store.read("main") as unit:
        assert (await unit.courses.search(CourseQuery(), 0, 9)).total == 1
    assert "my side" not in first.text + second.text
    if stage.on.platform != "discord":  # there the answer comes after the driver has looked
        assert "Shared:" in first.text + second.text
    assert all(wait < PATIENCE for wait in waits)
    assert bool(waits) is (stage.on.platform == "slack")


def acknowledgements(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Gather how long Slack waited for each acknowledgement, in seconds; Discord's double refuses late ones."""
    waits: list[float] = []
    if not isinstance(stage.on, SlackDriver):
        return waits
    deliver = stage.on.deliver

    async def timed(payload: dict[str, Any]) -> dict[str, Any] | None:
        before = asyncio.get_running_loop().time()
        acknowledged = await deliver(payload)
        waits.append(asyncio.get_running_loop().time() - before)
        return acknowledged

    monkeypatch.setattr(stage.on, "deliver", timed)
    return waits


# Doors that are closed


async def test_a_bot_that_was_removed_says_so_and_announces_later(stage: Stage) -> None:
    trouble.close_channel(stage.on)
    done = await share(stage, "ana", **PYTHON)
    assert "Shared: Write small programs in Python (C1)" in done.text
    assert "See the announcement" not in done.text
    assert await stage.posts() == []
    assert "small programs" in (await stage.on.command("ben", "/course search python")).text
    told = await stage.tap("ben", await show(stage, "ben", 1), "Share here")
    assert told.text
    assert "my side" not in told.text
    trouble.open_channel(stage.on)
    stage.clock.move(timedelta(hours=2))
    await stage.settled()
    assert len(await stage.posts()) in {1, 2}, "the announcement, and what Ben shared where the bot was let in again"
    async with stage.app.store.read("main") as unit:
        (letter,) = await unit.outbox.find("course.card", "1", "announced", None)
    assert letter.state == OutboxState.SENT


async def test_who_takes_no_messages_holds_up_nobody(two_courses: Stage) -> None:
    """Ana can't be told of a fork; the fork is made, nobody hears twice, and all others are told."""
    if not trouble.close_messages(two_courses.on, "ana"):
        pytest.skip("in the playground everybody takes messages")
    answer = await two_courses.on.command("chloe", "/course fork C1")
    assert "Your own copy of C1" in answer.text
    for _ in range(3):
        two_courses.clock.move(timedelta(hours=2))
        await two_courses.settled()
    assert (
        "Shared:"
        in (await share(two_courses, "dries", goal="Draw a map", steps="Draw it | https://example.org/map")).text
    )
    await two_courses.settled()
    assert len(await two_courses.posts()) == 3
    async with two_courses.app.store.read("main") as unit:
        (letter,) = await unit.outbox.find("course.forked", "3", "", None)
        assert letter.state in {OutboxState.DEAD, OutboxState.NEW}
        assert letter.error, "the operator is told why"
