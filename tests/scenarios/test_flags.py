"""Readers' flags, on every platform: raising, changing, withdrawing and settling them, and what readers hear."""

from datetime import timedelta

import pytest

from tests.drivers import trouble
from tests.drivers.base import Answer
from tests.stage import PYTHON, Stage, share, show

SAID = "Step 1 is about Python 2"


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    """Ana's course C1."""
    assert "Shared:" in (await share(stage, "ana", **PYTHON)).text
    await stage.settled()
    return stage


async def flag(stage: Stage, who: str, said: str = SAID, kind: str = "outdated") -> Answer:
    """Flag C1 as a reader would: the command, then the form."""
    opened = (await stage.on.command(who, "/course flag C1")).form
    assert opened is not None
    return await stage.on.submit(who, opened, kind=kind, said=said)


async def flags(stage: Stage) -> int:
    """Count the open flags of C1; the course counts them too."""
    async with stage.app.store.read("main") as unit:
        course, found = await unit.courses.get(1), await unit.flags.open(1)
    assert course is not None
    assert course.flags == len(found)
    return len(found)


async def test_a_reader_flags_and_the_owner_sees_the_evidence(shared: Stage) -> None:
    opened = (await shared.tap("ben", await show(shared, "ben", 1), "Flag")).form
    assert opened is not None
    assert set(opened.fields["kind"].options) == {"outdated", "broken-link", "wrong-level", "other"}
    assert "Write small programs in Python (C1)" in opened.fields["kind"].hint
    done = await shared.on.submit("ben", opened, kind="outdated", said=SAID)
    assert "Flagged: Write small programs in Python (C1). Thank you!" in done.text
    assert "Ana reads it with your name" in done.text
    assert done.only.private
    for who in ("ana", "elif"):
        seen = (await show(shared, who, 1)).text
        assert f"outdated: “{SAID}”" in seen, who
        assert "Ben" in seen, who
        assert "🚩 flagged by 1 reader" in seen, who
    mine = await show(shared, "ben", 1)
    assert f"You flagged it: outdated: “{SAID}”" in mine.text
    assert "Flag" not in [button.label for button in mine.buttons]
    others = await show(shared, "chloe", 1)
    assert SAID not in others.text, "the evidence is for those who look after it"
    assert "🚩 flagged by 1 reader" in others.text
    assert await flags(shared) == 1


async def test_a_flag_that_its_owner_wants_no_messages_about_is_for_the_stewards(shared: Stage) -> None:
    settings = (await shared.on.command("ana", "/offcourse nudges")).only
    await shared.tap("ana", settings, "Stop these")
    opened = (await shared.on.command("ben", "/course flag C1")).form
    assert opened is not None
    assert "The stewards read this, with your name." in opened.fields["said"].hint
    done = await shared.on.submit("ben", opened, kind="outdated", said=SAID)
    assert "The stewards read it with your name" in done.text
    assert "The stewards read it" in (await shared.on.command("ben", "/offcourse mine")).text
    health = (await shared.on.command("elif", "/offcourse health")).only
    assert "Flags that no owner reads" in health.text
    assert SAID in health.text
    assert SAID in (await shared.tap("elif", health, "Flags of C1")).text
    resumed = (await shared.on.command("ana", "/offcourse nudges")).only
    await shared.tap("ana", resumed, "Resume")
    assert "no owner reads" not in (await shared.on.command("elif", "/offcourse health")).text
    assert "Ana reads it" in (await shared.on.command("ben", "/offcourse mine")).text


async def test_a_flag_is_for_the_owner_s_next_message(shared: Stage) -> None:
    await flag(shared, "ben")
    await shared.settled()
    assert await shared.on.letters("ana") == [], "no message for each flag"


async def test_a_second_flag_changes_the_open_one_and_says_so(shared: Stage) -> None:
    await flag(shared, "ben")
    opened = (await shared.on.command("ben", "/course flag C1")).form
    assert opened is not None
    assert (opened.fields["kind"].value, opened.fields["said"].value) == ("outdated", SAID)
    changed = await shared.on.submit("ben", opened, kind="other", said="It is far too long")
    assert "Your flag is changed:" in changed.text
    assert "one flag a course is enough" in changed.text
    assert "something else: “It is far too long”" in (await show(shared, "ana", 1)).text
    assert await flags(shared) == 1


async def test_two_readers_are_two_flags(shared: Stage) -> None:
    await flag(shared, "ben")
    await flag(shared, "chloe", "The level is wrong", "wrong-level")
    assert "🚩 flagged by 2 readers" in (await show(shared, "dries", 1)).text
    listed = await shared.tap("ana", await show(shared, "ana", 1), "Settle flags")
    assert "2 open flags" in listed.text
    assert [button.label for button in listed.only.buttons] == ["Settle", "Settle", "Edit", "Still good"]


async def test_a_reason_is_needed(shared: Stage) -> None:
    answer = await flag(shared, "ben", " \u200b")
    form = answer.form
    if not shared.on.inline_errors:
        assert "Say in a few words what is wrong" in answer.text
        form = (await shared.tap("ben", answer.only, "Fix")).form
    assert form is not None
    assert "Flagged:" in (await shared.on.submit("ben", form, said=SAID)).text
    assert "outdated" in (await show(shared, "ana", 1)).text


@pytest.mark.parametrize(("count", "good"), [(4, False), (5, True), (6, True), (299, True), (300, True), (301, False)])
async def test_the_limits_of_a_reason_hold(shared: Stage, count: int, *, good: bool) -> None:
    answer = await flag(shared, "ben", ("ab" * 200)[:count])
    assert ("Flagged:" in answer.text) is good, answer.text
    assert await flags(shared) == good


@pytest.mark.parametrize(
    "said",
    [
        "<!channel> @everyone <@U0ANA> <@&1>",
        "*bold* _it_ ~no~ `code` ```x``` [a](https://evil.example)",
        "https://example.org/a_(b)_c?d=1&e=<2>",
        "عربي \u202e and 🎈👨‍👩‍👧 and e\u0301",
        "line one\nline two\n\n- list\n# heading",
    ],
)
async def test_any_text_is_shown_and_pings_nobody(shared: Stage, said: str) -> None:
    assert "Flagged:" in (await flag(shared, "ben", said)).text
    shown = await show(shared, "ana", 1)
    word = said.split(maxsplit=1)[0]
    assert word.strip("*") in shown.text.replace("\\", "").replace("&lt;", "<").replace("&gt;", ">")
    listed = await shared.tap("ana", shown, "Settle flags")
    settled = await shared.tap("ana", listed.only, "Settle")
    assert "What came of this flag" in settled.text
    assert "Settled:" in (await shared.tap("ana", settled.only, "I changed the course")).text
    shared.clock.move(timedelta(minutes=6))
    await shared.settled()
    assert len(await shared.on.letters("ben")) == 1


async def test_an_owner_or_co_owner_mends_instead_of_flagging(shared: Stage) -> None:
    await shared.on.command("ben", "/offcourse")
    async with shared.app.store.write("main") as unit:
        (ben,) = await unit.people.named("Ben")
        await unit.courses.add_co_owner(1, ben.id, None, shared.clock.now())
    for who in ("ana", "ben"):
        refused = await shared.on.command(who, "/course flag C1")
        assert refused.form is None
        assert "You look after C1 yourself" in refused.text
        assert (await shared.tap(who, refused.only, "Edit")).form is not None


async def test_a_steward_flags_as_a_reader_does(shared: Stage) -> None:
    assert "Flagged:" in (await flag(shared, "elif")).text
    assert [button.label for button in (await show(shared, "elif", 1)).buttons].count("Withdraw") == 1


async def test_an_archived_course_is_not_flagged(shared: Stage) -> None:
    opened = (await shared.on.command("ben", "/course flag C1")).form
    assert opened is not None
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "C1 is archived" in (await shared.on.command("ben", "/course flag C1")).text
    late = await shared.on.submit("ben", opened, kind="outdated", said=SAID)
    assert "C1 is archived" in late.text
    assert SAID in late.text, "what was typed is given back"
    assert await flags(shared) == 0


async def test_a_reader_withdraws_and_nobody_is_told(shared: Stage) -> None:
    await flag(shared, "ben")
    shown = await show(shared, "ben", 1)
    gone = await shared.tap("ben", shown, "Withdraw")
    assert "Withdrawn: your flag at Write small programs in Python (C1)." in gone.text
    assert "nothing to withdraw" in (await shared.tap("ben", shown, "Withdraw")).text
    assert await flags(shared) == 0
    shared.clock.move(timedelta(minutes=9))
    await shared.settled()
    assert await shared.on.letters("ben") == []
    assert "Flagged:" in (await flag(shared, "ben")).text


async def settle(stage: Stage, label: str) -> Answer:
    """Settle the newest flag of C1 as Ana."""
    listed = await stage.tap("ana", await show(stage, "ana", 1), "Settle flags")
    asked = await stage.tap("ana", listed.only, "Settle")
    return await stage.tap("ana", asked.only, label)


@pytest.mark.parametrize(
    ("label", "said"),
    [("I changed the course", "was looked at and changed"), ("It is good as it is", "found still good as it is")],
)
async def test_one_flag_is_settled_and_its_reader_hears_of_it_once(shared: Stage, label: str, said: str) -> None:
    await flag(shared, "chloe", "The level is wrong", "wrong-level")
    shared.clock.move(timedelta(seconds=1))
    await flag(shared, "ben")
    done = await settle(shared, label)
    assert "Settled: the flag of Ben at C1." in done.text
    assert done.replaced
    assert await flags(shared) == 1
    await shared.settled()
    assert await shared.on.letters("ben") == [], "it can still be taken back"
    shared.clock.move(timedelta(minutes=5))
    await shared.settled()
    (letter,) = await shared.on.letters("ben")
    assert said in letter.text
    assert f"You wrote: outdated: “{SAID}”" in letter.text
    assert await shared.on.letters("chloe") == []
    assert letter.button("Flag it again").token == "course.flag:1"


async def test_settling_twice_settles_once(shared: Stage) -> None:
    await flag(shared, "ben")
    listed = await shared.tap("ana", await show(shared, "ana", 1), "Settle flags")
    asked = await shared.tap("ana", listed.only, "Settle")
    await shared.tap("ana", asked.only, "I changed the course")
    (post,) = await shared.on.posts()
    assert "is settled already" in (await trouble.tap(shared.on, "ana", post, "flag.settle:1:reviewed")).text
    assert "is settled already" in (await shared.tap("ana", listed.only, "Settle")).text
    shared.clock.move(timedelta(minutes=9))
    await shared.settled()
    assert len(await shared.on.letters("ben")) == 1


async def test_settling_is_taken_back_within_minutes(shared: Stage) -> None:
    await flag(shared, "ben")
    done = await settle(shared, "I changed the course")
    undone = await shared.tap("ana", done.only, "Undo")
    assert "Taken back: the flag of Ben at C1 is open." in undone.text
    assert await flags(shared) == 1
    (post,) = await shared.on.posts()
    twice = done.only.button("Undo").token or ""
    assert "nothing to take back" in (await trouble.tap(shared.on, "ana", post, twice)).text
    again = await settle(shared, "It is good as it is")
    shared.clock.move(timedelta(minutes=5))
    await shared.settled()
    (letter,) = await shared.on.letters("ben")
    assert "found still good" in letter.text
    assert "nothing to take back" in (await shared.tap("ana", again.only, "Undo")).text
    assert await flags(shared) == 0


async def test_an_edit_settles_all_and_every_reader_hears_of_it(shared: Stage) -> None:
    await flag(shared, "ben")
    await flag(shared, "chloe")
    opened = (await shared.on.command("ana", "/course edit C1")).form
    assert opened is not None
    await shared.on.submit("ana", opened, goal="Write programs in Python 3")
    assert await flags(shared) == 0
    shared.clock.move(timedelta(minutes=5))
    await shared.settled()
    for who in ("ben", "chloe"):
        (letter,) = await shared.on.letters(who)
        assert "was looked at and changed" in letter.text


async def test_archiving_settles_and_bringing_back_opens_again(shared: Stage) -> None:
    await flag(shared, "ben")
    done = await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert await flags(shared) == 0
    shared.clock.move(timedelta(minutes=1))
    await shared.tap("ana", done.only, "Undo")
    assert await flags(shared) == 1
    shared.clock.move(timedelta(minutes=9))
    await shared.settled()
    assert await shared.on.letters("ben") == []
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    shared.clock.move(timedelta(minutes=5))
    await shared.settled()
    (letter,) = await shared.on.letters("ben")
    assert "put away" in letter.text
    assert [button.label for button in letter.buttons if button.token] == ["Show", "No private messages"]


async def test_made_up_taps_change_nothing(shared: Stage) -> None:
    await flag(shared, "ben")
    (post,) = await shared.on.posts()
    for who, token in (
        ("chloe", "flag.withdraw:1"), ("ana", "flag.withdraw:1"), ("ben", "flag.withdraw:99"),
        ("ben", "flag.withdraw:-1"), ("ben", "flag.ask:1"), ("ben", "flag.settle:1:updated"),
        ("chloe", "flag.settle:1:reviewed"), ("ana", "flag.settle:1:moved"), ("ana", "flag.settle:1:withdrawn"),
        ("ana", "flag.settle:1:nonsense"), ("ana", "flag.settle:99:updated"), ("ana", "flag.settle:1"),
        ("ana", "flag.reopen:1:0"), ("ana", "flag.reopen:1:!"), ("ben", "flag.reopen:1:0"), ("ben", "course.flags:1"),
        ("ana", "course.flags:99"),
    ):  # fmt: skip
        answer = await trouble.tap(shared.on, who, post, token)
        assert answer.text, token
        assert "my side" not in answer.text, token
        assert "Settled:" not in answer.text, token
        assert SAID not in answer.text or who == "ana", token
        assert await flags(shared) == 1, token


@pytest.mark.parametrize("state", ["", "99", "-1", "１", "1:1", "nonsense", "9" * 40])
async def test_a_form_with_a_made_up_course_flags_nothing(shared: Stage, state: str) -> None:
    opened = (await shared.on.command("ben", "/course flag C1")).form
    assert opened is not None
    answer = await trouble.send(shared.on, "ben", opened, state, kind="outdated", said=SAID)
    assert "Flagged:" not in answer.text
    assert "my side" not in answer.text
    assert await flags(shared) == 0


async def test_the_same_flag_delivered_twice_is_one(shared: Stage) -> None:
    await flag(shared, "ben")
    assert (await shared.on.repeat()).text == ""
    assert await flags(shared) == 1
