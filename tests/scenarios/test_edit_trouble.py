"""Edits that could lose something: long courses, odd addresses, other limits than when a course was written."""

import pytest

from bot.model import Checkpoint, CourseContent
from tests.stage import PYTHON, Stage, share, show

LONG = tuple(Checkpoint(f"Read part {n}", f"https://example.org/{n}/{'x' * 900}") for n in range(1, 8))


async def imported(stage: Stage, content: CourseContent) -> None:
    """Put a course of Ana's there that came by another way than the form."""
    await share(stage, "ana", **PYTHON)
    async with stage.app.store.write("main") as unit:
        first = await unit.courses.get(1)
        assert first is not None
        assert first.owner is not None
        await unit.courses.add(content, first.owner.id, stage.clock.now())


async def test_steps_that_are_too_long_for_a_form_all_survive_an_edit(stage: Stage) -> None:
    await imported(stage, CourseContent("Read a long series", LONG))
    opened = await stage.on.command("ana", "/course edit C2")
    assert opened.form is not None, opened.text
    assert len(opened.form.fields["steps"].value) <= 3000
    assert "#3 stands for" in opened.form.fields["steps"].hint
    typed = opened.form.fields["steps"].value.replace("Read part 7", "Read the end")
    assert "1 step changed" in (await stage.on.submit("ana", opened.form, steps=typed)).text
    async with stage.app.store.read("main") as unit:
        course = await unit.courses.get(2)
    assert course is not None
    assert course.steps == (*LONG[:-1], Checkpoint("Read the end", LONG[-1].url))
    assert course.step_numbers == tuple(range(1, 8))


async def test_an_address_with_a_bar_in_it_survives_an_edit(stage: Stage) -> None:
    steps = (Checkpoint("This | that", "https://example.org/a|b"), Checkpoint("Look", "https://example.org/?q=c|d|"))
    await imported(stage, CourseContent("Know the bars", steps))
    opened = await stage.on.command("ana", "/course edit C2")
    assert opened.form is not None
    assert "Saved: Know all bars" in (await stage.on.submit("ana", opened.form, goal="Know all bars")).text
    async with stage.app.store.read("main") as unit:
        course = await unit.courses.get(2)
    assert course is not None
    assert course.steps == steps


async def test_what_stands_in_a_course_may_stay_when_the_limits_have_changed(stage: Stage) -> None:
    steps = tuple(Checkpoint(f"{n} {'long ' * 20}end", f"https://example.org/{n}") for n in range(9))
    await imported(stage, CourseContent("Know " + "very " * 20 + "much", steps, description="d" * 900))
    opened = await stage.on.command("ana", "/course edit C2")
    assert opened.form is not None
    assert "topics added: sea" in (await stage.on.submit("ana", opened.form, topics="sea")).text


@pytest.mark.parametrize("reason", ["archived", "not theirs"])
async def test_what_was_typed_is_kept_where_it_cannot_be_saved(stage: Stage, reason: str) -> None:
    await share(stage, "ana", **PYTHON)
    form = (await stage.on.command("elif", "/course edit C1")).form
    assert form is not None
    typist = "elif"
    if reason == "archived":
        await stage.tap("ana", (await stage.on.command("ana", "/course archive C1")).only, "Archive it")
    else:
        typist = "ben"
    refused = await stage.on.submit(typist, form, goal="All that was typed")
    assert "I kept what you typed" in refused.text
    kept = (await stage.tap(typist, refused.only, "Open my version")).form
    assert kept is not None
    assert kept.fields["goal"].value == "All that was typed"
    assert PYTHON["goal"] in (await show(stage, "ben", 1)).text
