"""Curating courses, as members do it on every platform: edit, fork, history, archive, the page for the world."""

import pytest

from tests.stage import PAGES, PYTHON, Stage, share, show

NEW_STEPS = "Try it out | https://www.python.org/shell/\nRead about lists | https://example.org/lists"


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    assert "Shared:" in (await share(stage, "ana", **PYTHON)).text
    return stage


async def edit(stage: Stage, who: str, **values: str) -> str:
    """Edit the first course as its owner would: the command, then the form."""
    opened = await stage.on.command(who, "/course edit C1")
    assert opened.form is not None, opened.text
    return (await stage.on.submit(who, opened.form, **values)).text


async def test_the_owner_edits_and_the_announcement_follows(shared: Stage) -> None:
    opened = await shared.on.command("ana", "/course edit C1")
    assert opened.form is not None
    assert opened.form.id == "course.edit"
    assert {name: field.value for name, field in opened.form.fields.items()} == PYTHON
    done = await shared.on.submit("ana", opened.form, goal="Write programs in Python", steps=NEW_STEPS)
    assert "Saved: Write programs in Python (C1)" in done.text
    assert done.only.private
    assert "goal “Write small programs in Python” → “Write programs in Python”" in done.text
    await shared.settled()
    (post,) = await shared.posts()
    assert "Write programs in Python" in post.text
    assert "https://example.org/lists" in post.text
    assert "https://docs.python.org/3/tutorial/" not in post.text
    assert "Read about lists" in (await show(shared, "ben", 1)).text


async def test_search_follows_an_edit(shared: Stage) -> None:
    await edit(shared, "ana", goal="Tame a big snake")
    assert "Tame a big snake" in (await shared.on.command("ben", "/course search snake")).text
    assert "Nothing found" in (await shared.on.command("ben", "/course search small")).text


async def test_every_card_that_shows_a_course_follows(shared: Stage) -> None:
    await shared.tap("ben", await show(shared, "ben", 1), "Share here")
    await edit(shared, "ana", goal="Write programs in Python")
    await shared.settled()
    posts = await shared.posts()
    assert len(posts) == 2
    assert all("Write programs in Python" in post.text for post in posts)


async def test_others_are_offered_a_fork_instead(shared: Stage) -> None:
    refused = await shared.on.command("ben", "/course edit C1")
    assert refused.form is None
    assert "Fork it instead?" in refused.text
    forked = await shared.tap("ben", refused.only, "Fork it instead")
    assert "Your own copy of C1" in forked.text
    again = await shared.on.command("ben", "/course edit C1")
    assert "Write small programs" in (await shared.tap("ben", again.only, "Go to my fork")).text


async def test_a_steward_may_edit(shared: Stage) -> None:
    assert "Saved: Write Python" in await edit(shared, "elif", goal="Write Python")


async def test_a_form_that_somebody_else_sends_off_changes_nothing(shared: Stage) -> None:
    opened = await shared.on.command("ana", "/course edit C1")
    assert opened.form is not None
    answer = await shared.on.submit("ben", opened.form, goal="Stolen course")
    assert "Only its owner (Ana) can change C1" in answer.text
    assert "Write small programs" in (await show(shared, "ben", 1)).text


async def test_an_edit_that_changes_nothing_says_so(shared: Stage) -> None:
    assert "Nothing changed" in await edit(shared, "ana")
    assert "edited" not in (await shared.on.command("ana", "/course history C1")).text


async def test_the_second_of_two_editors_loses_nothing(shared: Stage) -> None:
    first = (await shared.on.command("ana", "/course edit C1")).form
    second = (await shared.on.command("elif", "/course edit C1")).form
    assert first is not None
    assert second is not None
    await shared.on.submit("ana", first, goal="The version of Ana")
    late = await shared.on.submit("elif", second, goal="The version of Elif")
    assert "Ana changed C1 while you were editing it" in late.text
    assert "The version of Ana" in (await shared.tap("elif", late.only, "Show what it is now")).text
    reopened = (await shared.tap("elif", late.only, "Open my version")).form
    assert reopened is not None
    assert reopened.fields["goal"].value == "The version of Elif"
    assert "Saved: The version of Elif" in (await shared.on.submit("elif", reopened)).text


async def test_a_bad_edit_comes_back_with_all_that_was_typed(shared: Stage) -> None:
    opened = await shared.on.command("ana", "/course edit C1")
    assert opened.form is not None
    answer = await shared.on.submit("ana", opened.form, goal="Hi")
    form = answer.form
    if not shared.on.inline_errors:
        form = (await shared.tap("ana", answer.only, "Fix")).form
    assert form is not None
    assert (form.fields["goal"].value, form.fields["topics"].value) == ("Hi", PYTHON["topics"])
    assert "Saved: Hi again" in (await shared.on.submit("ana", form, goal="Hi again")).text


async def test_the_history_tells_who_changed_what(shared: Stage) -> None:
    await edit(shared, "ana", steps=NEW_STEPS, topics="python")
    await edit(shared, "elif", description="", level="all")
    text = (await shared.on.command("ben", "/course history C1")).text
    mine, theirs, beginning = [line for line in text.split("\n") if "·" in line]
    assert "level “beginner” → “everybody”; description removed" in mine
    assert "1 step changed" in theirs
    assert "topics removed: programming" in theirs
    assert "shared" in beginning


async def test_the_same_edit_delivered_twice_is_one_entry(shared: Stage) -> None:
    await edit(shared, "ana", goal="Write programs in Python")
    assert (await shared.on.repeat()).text == ""
    text = (await shared.on.command("ana", "/course history C1")).text
    assert text.count("edited") == 1


async def test_a_fork_is_ones_own_and_the_owner_hears_of_it_once(shared: Stage) -> None:
    forked = await shared.on.command("ben", "/course fork C1")
    assert "Your own copy of C1: Write small programs in Python (C2)" in forked.text
    again = await shared.on.command("ben", "/course fork C1")
    assert "You have a course of this family already" in again.text
    await shared.settled()
    (letter,) = await shared.letters("ana")
    assert "made a copy of your course" in letter.text
    assert len(await shared.posts()) == 1, "a fork is not announced"
    shown = await show(shared, "ben", 2)
    assert "forked from C1" in shown.text
    assert "by Ben" in shown.text or "Ben" in shown.text
    assert [button.label for button in shown.buttons][:2] == ["Start", "Edit"]
    assert "forked from" in (await shared.on.command("ben", "/course history C2")).text


async def test_one_fork_a_lineage_and_none_of_ones_own(shared: Stage) -> None:
    assert "is yours already" in (await shared.on.command("ana", "/course fork C1")).text
    await shared.on.command("ben", "/course fork C1")
    assert "family already" in (await shared.on.command("ana", "/course fork C2")).text
    assert "(C3)" in (await shared.on.command("chloe", "/course fork C2")).text
    assert "family already" in (await shared.on.command("chloe", "/course fork C1")).text


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("ana", ["Start", "Edit", "Hand over", "Save", "History", "Share here"]),
        ("ben", ["Start", "Fork", "Save", "History", "Share here", "Flag"]),
        ("elif", ["Start", "Edit", "Fork", "Save", "History", "Share here"]),
    ],
)
async def test_the_buttons_fit_the_viewer(shared: Stage, who: str, labels: list[str]) -> None:
    shown = await show(shared, who, 1)
    assert [button.label for button in shown.buttons if button.token] == labels
    assert "reviewed" in shown.text


async def test_archiving_asks_once_and_can_be_undone(shared: Stage) -> None:
    asked = await shared.on.command("ana", "/course archive C1")
    assert "Archive Write small programs in Python (C1)?" in asked.text
    assert "1 course" in (await shared.on.command("ben", "/course list")).text
    done = await shared.tap("ana", asked.only, "Archive it")
    assert "Archived: Write small programs" in done.text
    await shared.tap("ana", asked.only, "Archive it")
    for typed in ("list", "search python", "list python", "topics"):
        assert "Nothing found" in (await shared.on.command("ben", f"/course {typed}")).text
    await shared.settled()
    (post,) = await shared.posts()
    assert "Archived: its owner has put this course away." in post.text
    shown = await shared.tap("ben", post, "Show")
    assert [button.label for button in shown.only.buttons if button.token] == ["History"]
    back = await shared.tap("ana", done.only, "Undo")
    assert "Start" in [button.label for button in back.only.buttons]
    assert PYTHON["goal"] in (await shared.on.command("ben", "/course search python")).text
    await shared.settled()
    (post,) = await shared.posts()
    assert "Archived" not in post.text
    history = (await shared.on.command("ana", "/course history C1")).text
    assert (history.count("archived"), history.count("restored")) == (1, 1)


async def test_an_archived_course_is_named_to_be_restored(shared: Stage) -> None:
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "1 course" in (await shared.on.command("ana", "/course list archived")).text
    offered = await shared.on.command("ana", "/course restore")
    assert [button.label for button in offered.only.buttons] == ["C1 Write small programs in Python"]
    assert "reviewed" in (await shared.on.command("ana", "/course restore small programs")).text


async def test_what_cannot_be_done_with_an_archived_course_is_said(shared: Stage) -> None:
    shown = await show(shared, "ben", 1)
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "is archived" in (await shared.tap("ben", shown, "Start")).text
    assert "is archived" in (await shared.tap("ben", shown, "Fork")).text
    assert "is archived" in (await shared.on.command("ana", "/course edit C1")).text
    assert "is archived" in (await shared.on.command("ana", "/course link C1")).text


@pytest.mark.parametrize("act", ["archive", "restore", "edit"])
async def test_others_cannot_archive_or_restore(shared: Stage, act: str) -> None:
    if act == "restore":
        await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "Only its owner (Ana) can change C1" in (await shared.on.command("ben", f"/course {act} C1")).text


async def test_a_tap_that_was_meant_for_the_owner_does_nothing_for_others(shared: Stage) -> None:
    if shared.on.platform == "discord":
        pytest.skip("Discord lets nobody tap on somebody else's private message")
    asked = await shared.on.command("ana", "/course archive C1")
    assert "Only its owner" in (await shared.tap("ben", asked.only, "Archive it")).text
    assert PYTHON["goal"] in (await shared.on.command("ben", "/course search python")).text


async def test_a_course_has_a_page_that_its_owner_can_switch_off(shared: Stage) -> None:
    given = await shared.on.command("ben", "/course link C1")
    [address] = {word for word in given.text.split() if word.startswith(PAGES)}
    assert len(address.removeprefix(f"{PAGES}/courses/")) == 22
    mine = await shared.on.command("ana", "/course link C1")
    assert address in mine.text
    off = await shared.tap("ana", mine.only, "Switch the page off")
    assert "is switched off" in off.text
    assert "has switched its page off" in (await shared.on.command("ben", "/course link C1")).text
    on = await shared.tap("ana", off.only, "Switch the page on")
    assert "for the world" in on.text
    assert address in (await shared.on.command("ben", "/course link C1")).text


async def test_only_those_who_care_for_a_course_switch_its_page(shared: Stage) -> None:
    if shared.on.platform == "discord":
        pytest.skip("Discord lets nobody tap on somebody else's private message")
    mine = await shared.on.command("ana", "/course link C1")
    assert "Only those who look after C1" in (await shared.tap("ben", mine.only, "Switch the page off")).text
