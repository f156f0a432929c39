"""Courses that are a little out of the ordinary: without an owner, archived meanwhile, gone from a list."""

import pytest

from bot.model import Checkpoint, CourseContent
from tests.stage import PYTHON, Stage, share, show

SEA = CourseContent("Know the sea", (Checkpoint("Look at it", "https://example.org/sea"),), topics=("sea",))


@pytest.fixture
async def nobodys(stage: Stage) -> Stage:
    """C1 is a course without an owner, as an import makes them."""
    await stage.on.command("ana", "/offcourse")
    async with stage.app.store.write("main") as unit:
        await unit.courses.add(SEA, None, stage.clock.now())
    return stage


async def test_nobodys_course_says_so_wherever_its_owner_would_stand(nobodys: Stage) -> None:
    assert "C1 · all levels · #sea · 1 step · 🙋 looking for an owner" in (await show(nobodys, "ben", 1)).text
    refused = await nobodys.on.command("ben", "/course edit C1")
    assert "C1 has no owner yet, so only a steward can change it." in refused.text
    assert "nobody" not in (await nobodys.on.command("ben", "/course history C1")).text


async def test_a_fork_promises_no_note_where_there_is_nobody_to_tell(nobodys: Stage) -> None:
    forked = await nobodys.on.command("ben", "/course fork C1")
    assert "It is yours to change." in forked.text
    assert "hears of it" not in forked.text
    assert "hears of it" in (await nobodys.on.command("chloe", "/course fork C2")).text


async def test_who_has_the_original_is_led_to_it_and_not_to_a_fork(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    await stage.on.command("ben", "/course fork C1")
    for typed in ("/course edit C2", "/course fork C2"):
        answer = await stage.on.command("ana", typed)
        labels = [button.label for message in answer.messages for button in message.buttons]
        assert "Go to my course" in labels
        assert "Go to my fork" not in labels


async def test_an_archived_course_that_was_never_started_offers_no_steps_to_mark(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    await stage.tap("ana", (await stage.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "is archived, so it can't be started" in (await stage.on.command("ben", "/course progress C1")).text


async def test_a_page_that_became_too_far_is_the_last_one(stage: Stage) -> None:
    for n in range(6):
        await share(stage, "ana", **PYTHON | {"goal": f"Course number {n}"})
        await stage.on.command("ana", f"/course save C{n + 1}")
    first = (await stage.on.command("ana", "/course list saved")).only
    await stage.on.command("ana", "/course unsave C1")
    shelf = (await stage.tap("ana", first, "More")).text
    assert "Course number 5" in shelf
    assert "page" not in shelf


async def test_what_fits_is_found_behind_ones_own_courses(stage: Stage) -> None:
    await share(stage, "ben", **PYTHON)
    for n in range(3):
        await share(stage, "ana", **PYTHON | {"goal": f"Course number {n}", "steps": f"Mine | https://example.org/{n}"})
    form = (await stage.on.command("ana", "/offcourse profile")).form
    assert form is not None
    assert f"C1 {PYTHON['goal']}" in (await stage.on.submit("ana", form, learn="python")).text


async def test_what_became_another_course_can_be_shared_once_more(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    form = (await stage.on.command("ana", "/course edit C1")).form
    assert form is not None
    await stage.on.submit("ana", form, goal="Quite another thing")
    assert f"Shared: {PYTHON['goal']} (C2)" in (await share(stage, "ana", **PYTHON)).text
    assert "You had shared this already" in (await share(stage, "ana", **PYTHON)).text
