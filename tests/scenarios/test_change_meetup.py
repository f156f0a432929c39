"""Changing and cancelling a meetup, as members do it on every platform."""

from datetime import timedelta

import pytest

from tests.drivers import trouble
from tests.drivers.base import Seen
from tests.scenarios.meeting import BREAD, LINK, live_in, meetup
from tests.stage import Stage

GOING, MAYBE, CANT = "✅ Going", "🤔 Maybe", "❌ Can't"


async def answered(stage: Stage, **values: str) -> Seen:
    """Ana hosts; Ben goes, Chloe waits, Dries may come, Elif can't."""
    post = await meetup(stage, when="in 5 days at 19:00", places="1", **values)
    for who, what in (("ben", GOING), ("chloe", GOING), ("dries", MAYBE), ("elif", CANT)):
        stage.clock.move(timedelta(seconds=1))
        await stage.tap(who, post, what)
    return post


async def told(stage: Stage, who: str) -> list[str]:
    """Read the letters to somebody about a change, once those of now went out."""
    stage.clock.move(timedelta(minutes=3))
    await stage.settled()
    return [one.text for one in await stage.letters(who) if "changed" in one.text or "cancelled" in one.text]


async def edit(stage: Stage, who: str = "ana", **values: str) -> str:
    """Change the meetup."""
    opened = await stage.on.command(who, "/meetup edit M1")
    assert opened.form is not None, opened.text
    return (await stage.on.submit(who, opened.form, **values)).text


async def test_the_form_comes_filled_in_and_unchanged_changes_nothing(stage: Stage) -> None:
    await meetup(stage)
    opened = await stage.on.command("ana", "/meetup edit M1")
    assert opened.form is not None
    assert opened.form.id == "meetup.edit"
    values = {name: field.value for name, field in opened.form.fields.items()}
    assert values == BREAD | {"when": "Thu 5 Mar 2026 19:00 for 90 min Europe/Brussels"}
    assert "Nothing changed" in (await stage.on.submit("ana", opened.form)).text


async def test_those_who_come_hear_what_changed_and_nobody_else(stage: Stage) -> None:
    await answered(stage)
    done = await edit(
        stage,
        title="Bake rye together",
        when="in 6 days at 20:00 for 2 hours",
        where="Café\nhttps://meet.example.org/2",
    )
    assert "Saved: Bake rye together (M1)" in done
    await stage.settled()
    assert not any("changed" in one.text for one in await stage.letters("ben")), "not yet: more may follow"
    shown = (await stage.posts("meetups"))[0].text
    assert "Bake rye together" in shown
    assert "2 hours" in shown
    (ben,) = await told(stage, "ben")
    for words in (
        "Ana",
        "changed Bake rye together (M1)",
        "Title: “Bake bread together” → “Bake rye together”",
        "When: ",
        " → ",
        "Length: 1 hour → 2 hours",
        "Where: “Library, room 2” → “Café”",
        "There is another link",
        "https://meet.example.org/2",
        "You are going.",
    ):
        assert words in ben, words
    (chloe,), (dries,) = [await told(stage, who) for who in ("chloe", "dries")]
    assert "number 1 on the waitlist" in chloe
    assert "You said maybe." in dries
    assert "https://meet.example.org/2" not in chloe + dries
    for who in ("ana", "elif"):
        assert await told(stage, who) == []
    assert len(await told(stage, "ben")) == 1, "told once"


async def test_edits_that_follow_each_other_are_told_together(stage: Stage) -> None:
    await answered(stage)
    await edit(stage, title="Bake rye together")
    stage.clock.move(timedelta(minutes=1))
    await edit(stage, places="2")
    (ben,) = await told(stage, "ben")
    assert "“Bake bread together” → “Bake rye together”" in ben
    assert "Places: 1 → 2" in ben
    assert "You are going." in (await told(stage, "chloe"))[0], "there is a place by now"
    await edit(stage, title="Bake bread again")
    latest = (await told(stage, "ben"))[-1]
    assert "“Bake rye together” → “Bake bread again”" in latest
    assert "Places" not in latest


async def test_what_was_put_back_at_once_is_no_news(stage: Stage) -> None:
    await answered(stage)
    await edit(stage, title="Bake rye together")
    await edit(stage, title=BREAD["title"])
    assert await told(stage, "ben") == []


async def test_who_changed_their_mind_hears_nothing(stage: Stage) -> None:
    post = await answered(stage)
    await edit(stage, title="Bake rye together")
    await stage.tap("ben", post, CANT)
    assert await told(stage, "ben") == []


async def test_the_second_of_two_editors_loses_nothing(stage: Stage) -> None:
    await meetup(stage)
    first = (await stage.on.command("ana", "/meetup edit M1")).form
    second = (await stage.on.command("elif", "/meetup edit M1")).form
    assert first is not None
    assert second is not None
    assert "Saved" in (await stage.on.submit("ana", first, title="Bake rye together")).text
    late = await stage.on.submit("elif", second, title="Bake cake together")
    assert "Ana changed M1 while you were changing it." in late.text
    labels = [button.label for button in late.only.buttons]
    assert labels == ["Show what it is now", "Open my version"]
    assert "Bake rye" in (await stage.tap("elif", late.only, "Show what it is now")).text
    again = (await stage.tap("elif", late.only, "Open my version")).form
    assert again is not None
    assert again.fields["title"].value == "Bake cake together"
    assert "Saved: Bake cake together" in (await stage.on.submit("elif", again)).text


async def test_only_hosts_and_stewards_change_it(stage: Stage) -> None:
    await meetup(stage)
    post = (await stage.posts("meetups"))[0]
    for command in ("/meetup edit M1", "/meetup cancel M1"):
        assert "Only Ana and who helps them can change M1" in (await stage.on.command("ben", command)).text
    for token in ("meetup.edit:1", "meetup.ask_cancel:1", "meetup.cancel:1", "meetup.again:1"):
        answer = await trouble.tap(stage.on, "ben", post, token)
        assert answer.form is None, token
        assert "my side" not in answer.text
    assert "Edit" not in [one.label for one in (await stage.on.command("ben", "/meetup show M1")).only.buttons]
    assert (await stage.on.command("elif", "/meetup edit M1")).form is not None
    async with stage.app.store.read("main") as unit:
        found = await unit.meetups.get(1)
    assert found is not None
    assert (found.revision, found.cancelled_at) == (1, None)


STATES = ["1:1", "1", "", "99:1", "-1:1", "a:b", "9" * 19 + ":1", "1:" + "9" * 19, "\x00:1"]


async def test_a_forged_form_changes_nothing_of_others(stage: Stage) -> None:
    await meetup(stage)
    await live_in(stage, "ben")
    await meetup(stage, "ben", title="Swim together")
    opened = (await stage.on.command("ben", "/meetup edit M2")).form
    assert opened is not None
    for state in STATES:
        answer = await trouble.send(stage.on, "ben", opened, state, title="Stolen by Ben")
        assert "my side" not in answer.text, ascii(state)
        assert "Saved" not in answer.text, ascii(state)
        assert answer.text or answer.form, ascii(state)
    async with stage.app.store.read("main") as unit:
        assert [(await unit.meetups.get(number)).revision for number in (1, 2)] == [1, 1]  # type: ignore[union-attr] # both are there


async def test_a_meetup_that_is_over_or_running_keeps_its_time(stage: Stage) -> None:
    await meetup(stage)
    stage.clock.move(timedelta(days=1, hours=9))
    opened = (await stage.on.command("ana", "/meetup edit M1")).form
    assert opened is not None
    assert "Saved" in (await stage.on.submit("ana", opened, about="Notes are here")).text
    stage.clock.move(timedelta(days=1))
    assert "This meetup is over." in (await stage.on.command("ana", "/meetup edit M1")).text


async def test_a_bad_value_is_named(stage: Stage) -> None:
    await meetup(stage)
    opened = (await stage.on.command("ana", "/meetup edit M1")).form
    assert opened is not None
    answer = await stage.on.submit("ana", opened, when="whenever")
    problems = answer.form.errors["when"] if answer.form else answer.text
    assert "I can't read “whenever”" in problems


async def test_it_is_cancelled_after_asking_and_those_who_come_hear_it(stage: Stage) -> None:
    post = await answered(stage)
    asked = await stage.on.command("ana", "/meetup cancel bread")
    assert "3 people who come, or may come, hear it from me in private." in asked.text
    assert "Leave it as it is" in [button.label for button in asked.only.buttons]
    done = await stage.tap("ana", asked.only, "Cancel it")
    assert "Cancelled: Bake bread together (M1)" in done.text
    again = await stage.tap("ana", asked.only, "Cancel it")
    assert "Cancelled: Bake bread together (M1)" in again.text
    await stage.settled()
    shown = (await stage.posts("meetups"))[0]
    assert "Cancelled: Bake bread together" in shown.text
    assert [button.label for button in shown.buttons] == ["Show"]
    for who in ("ben", "chloe", "dries"):
        (letter,) = await told(stage, who)
        assert "cancelled Bake bread together (M1). It doesn't take place." in letter
    for who in ("ana", "elif"):
        assert await told(stage, who) == []
    late = await trouble.tap(stage.on, "ben", post, "meetup.rsvp:1:going")
    assert "This meetup is cancelled." in late.text
    assert "Nothing is planned yet" in (await stage.on.command("ben", "/meetup list")).text
    assert "Cancelled: Bake bread together" in (await stage.on.command("ben", "/meetup show M1")).text
    anew = (await stage.tap("ana", done.only, "Plan it anew")).form
    assert anew is not None
    assert anew.fields["where"].value == f"Library, room 2\n{LINK}"
    assert anew.fields["when"].value == ""


async def test_a_host_hears_that_a_steward_cancelled(stage: Stage) -> None:
    await meetup(stage)
    await stage.tap("elif", (await stage.on.command("elif", "/meetup cancel M1")).only, "Cancel it")
    (letter,) = await told(stage, "ana")
    assert "You get this because you host it." in letter


async def test_an_edit_that_waits_is_not_told_of_what_is_cancelled(stage: Stage) -> None:
    await answered(stage)
    await edit(stage, title="Bake rye together")
    await stage.tap("ana", (await stage.on.command("ana", "/meetup cancel M1")).only, "Cancel it")
    (letter,) = await told(stage, "ben")
    assert "cancelled Bake rye together" in letter


@pytest.mark.parametrize("command", ["/meetup edit", "/meetup cancel"])
async def test_without_a_name_ones_own_are_offered(stage: Stage, command: str) -> None:
    await meetup(stage)
    assert "You host no meetup that is to come." in (await stage.on.command("ben", command)).text
    offered = await stage.on.command("ana", command)
    assert [button.label for button in offered.only.buttons] == ["M1 Bake bread together"]
    tapped = await stage.tap("ana", offered.only, "M1 Bake bread together")
    assert tapped.form is not None or "Cancel" in tapped.text
