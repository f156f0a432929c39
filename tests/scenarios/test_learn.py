"""Learning, as members do it on every platform: progress, shelf, and what they tell of themselves."""

import pytest

from tests.stage import PYTHON, Stage, share, show


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    assert "Shared:" in (await share(stage, "ana", **PYTHON)).text
    return stage


async def test_a_step_is_set_done_and_undone(shared: Stage) -> None:
    started = await shared.tap("ben", await show(shared, "ben", 1), "Start")
    assert "0 of 2 steps done" in started.text
    assert started.only.private
    one = await shared.tap("ben", started.only, "Done 1")
    assert one.replaced
    assert "1 of 2 steps done" in one.text
    both = await shared.tap("ben", one.only, "Done 2")
    assert "2 of 2 steps done. Well done!" in both.text
    undone = await shared.tap("ben", both.only, "Undo 1")
    assert "1 of 2 steps done" in undone.text


async def test_the_same_tap_twice_sets_and_never_toggles(shared: Stage) -> None:
    first = await shared.on.command("ben", "/course progress C1")
    second = await shared.on.command("ben", "/course progress C1")
    await shared.tap("ben", first.only, "Done 1")
    assert (await shared.on.repeat()).text == ""
    assert "1 of 2 steps done" in (await shared.tap("ben", second.only, "Done 1")).text


async def test_progress_is_private_and_ones_own(shared: Stage) -> None:
    started = await shared.on.command("ben", "/course progress C1")
    await shared.tap("ben", started.only, "Done 1")
    assert "1 of 2" in (await show(shared, "ben", 1)).text
    assert "of 2 steps" not in (await show(shared, "chloe", 1)).text
    assert "0 of 2" in (await shared.on.command("chloe", "/course progress C1")).text
    assert len(await shared.posts()) == 1


async def test_all_that_was_started_is_listed(shared: Stage) -> None:
    assert "haven't started" in (await shared.on.command("ben", "/course progress")).text
    await share(shared, "ana", **PYTHON | {"goal": "Write tests for programs"})
    await shared.tap("ben", await show(shared, "ben", 1), "Start")
    await shared.tap("ben", await show(shared, "ben", 2), "Start")
    listed = await shared.on.command("ben", "/course progress")
    assert "2 courses" in listed.text
    further = await shared.tap("ben", listed.only, "Continue")
    assert "of 2 steps done" in further.text


async def test_progress_stays_with_its_step_through_an_edit(shared: Stage) -> None:
    started = await shared.on.command("ben", "/course progress C1")
    await shared.tap("ben", started.only, "Done 2")
    form = (await shared.on.command("ana", "/course edit C1")).form
    assert form is not None
    steps = "Play in the shell | https://www.python.org/shell/\nLearn lists | https://example.org/lists"
    await shared.on.submit("ana", form, steps=steps)
    now = await shared.on.command("ben", "/course progress C1")
    assert "1 of 2 steps done" in now.text
    assert [button.label for button in now.only.buttons if button.token] == ["Undo 1", "Done 2"]
    gone = await shared.tap("ben", started.only, "Done 1")
    assert "isn't part of C1 any more" in gone.text


async def test_a_fork_starts_empty_and_an_archive_keeps_progress(shared: Stage) -> None:
    started = await shared.on.command("ben", "/course progress C1")
    await shared.tap("ben", started.only, "Done 1")
    await shared.on.command("ben", "/course fork C1")
    await shared.settled()
    assert "0 of 2" in (await shared.on.command("ben", "/course progress C2")).text
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "1 of 2 steps done" in (await shared.on.command("ben", "/course progress C1")).text
    assert "Ben" in (await show(shared, "chloe", 2)).text


async def test_the_shelf_keeps_and_gives_back(shared: Stage) -> None:
    kept = await shared.on.command("ben", "/course save small programs")
    assert "On your shelf: Write small programs" in kept.text
    assert "Unsave" in [button.label for button in (await show(shared, "ben", 1)).buttons]
    shelf = await shared.tap("ben", kept.only, "My shelf")
    assert PYTHON["goal"] in shelf.text
    assert PYTHON["goal"] in (await shared.on.command("ben", "/course list saved")).text
    assert "Not on your shelf any more" in (await shared.on.command("ben", "/course unsave C1")).text
    assert "Your shelf is empty" in (await shared.on.command("ben", "/course list saved")).text
    assert "Your shelf is empty" in (await shared.on.command("chloe", "/course list saved")).text


async def test_home_shows_what_is_ones_own(shared: Stage) -> None:
    await shared.on.command("ana", "/course save C1")
    await shared.tap("ana", await show(shared, "ana", 1), "Start")
    text = (await shared.on.command("ana", "/offcourse")).text
    for words in ("Your courses", "What you are learning", "0 of 2 done", "Your shelf"):
        assert words in text
    assert text.count(PYTHON["goal"]) == 3


async def test_the_welcome_is_asked_once_and_can_be_skipped(shared: Stage) -> None:
    home = await shared.on.command("ben", "/offcourse")
    assert "Three short questions" in home.text
    skipped = await shared.tap("ben", home.only, "Skip")
    assert "Three short questions" not in skipped.text
    assert "Three short questions" not in (await shared.on.command("ben", "/offcourse")).text


async def test_what_one_tells_is_kept_and_used(shared: Stage) -> None:
    home = await shared.on.command("ben", "/offcourse")
    form = (await shared.tap("ben", home.only, "Tell me about you")).form
    assert form is not None
    assert form.id == "offcourse.welcome"
    assert list(form.fields) == ["level", "learn", "help"]
    done = await shared.on.submit("ben", form, level="medium", learn="Python, bread", help="#html")
    assert "Thank you" in done.text
    assert PYTHON["goal"] in done.text
    home = await shared.on.command("ben", "/offcourse")
    assert "For you" in home.text
    assert "Three short questions" not in home.text
    again = (await shared.on.command("ben", "/offcourse profile")).form
    assert again is not None
    assert {name: field.value for name, field in again.fields.items()} == {
        "level": "medium",
        "learn": "python, bread",
        "help": "html",
    }


async def test_too_many_topics_come_back_to_be_mended(shared: Stage) -> None:
    form = (await shared.on.command("ben", "/offcourse profile")).form
    assert form is not None
    many = ", ".join(f"topic {n}" for n in range(9))
    answer = await shared.on.submit("ben", form, learn=many)
    form = answer.form
    if not shared.on.inline_errors:
        assert "at most 8" in answer.text
        form = (await shared.tap("ben", answer.only, "Fix")).form
    assert form is not None
    assert form.fields["learn"].value == many
