"""Planning a meetup, as members do it on every platform."""

import asyncio
from datetime import timedelta

import pytest

from tests.drivers import trouble
from tests.scenarios.meeting import BREAD, LINK, live_in, meetup, preview
from tests.stage import PYTHON, Stage, share


async def test_a_plan_is_shown_to_its_planner_alone_before_it_is_posted(stage: Stage) -> None:
    await live_in(stage, "ana")
    opened = await stage.on.command("ana", "/meetup plan Bake bread")
    assert opened.form is not None
    assert opened.form.id == "meetup.plan"
    assert list(opened.form.fields) == ["title", "when", "where", "about", "places"]
    assert opened.form.fields["title"].value == "Bake bread"

    shown = await stage.on.submit("ana", opened.form, **BREAD)

    assert shown.only.private
    for words in (
        "Bake bread together",
        "Thu 5 Mar 2026 19:00–20:30 (Europe/Brussels, 18:00 UTC)",
        "If you mean the one after, write thu next week.",
        "Library, room 2",
        LINK,
        "Only those who go see the link.",
        "We knead and talk. #bread",
        "Bring: an apron",
        "beginner",
        "2 can come",
    ):
        assert words in shown.text
    assert [button.label for button in shown.only.buttons] == ["Post", "Change", "Drop"]
    assert await stage.posts("meetups") == []
    assert "on the waitlist" not in shown.text


async def test_it_is_posted_once_for_all(stage: Stage) -> None:
    await live_in(stage, "ana")
    shown = await preview(stage, "ana")
    done = await stage.tap("ana", shown.only, "Post")
    assert "Posted: Bake bread together (M1)" in done.text
    assert done.replaced
    assert done.only.private
    assert "See the announcement" in done.text
    await stage.on.repeat()
    again = await trouble.tap(stage.on, "ana", shown.only, shown.only.button("Post").token or "")
    assert "You had posted this already: Bake bread together (M1)" in again.text
    await stage.settled()
    (post,) = await stage.posts("meetups")
    assert not post.private
    for words in ("Bake bread together", "M1", "hosted by", "Ana", "beginner", "#bread", "90 min", "2026", "18:00"):
        assert words in post.text, words
    for words in ("Library, room 2", "We knead and talk.", "an apron", "✅ 0 going", "2 of 2 places left"):
        assert words in post.text, words
    assert LINK not in post.text
    assert "who goes sees the link" in post.text
    assert [button.label for button in post.buttons] == ["✅ Going", "🤔 Maybe", "❌ Can't"]
    assert await stage.posts() == []


async def test_taps_on_post_at_once_post_once(stage: Stage) -> None:
    await live_in(stage, "ana")
    shown = (await preview(stage, "ana")).only
    token = shown.button("Post").token or ""
    await asyncio.gather(*(trouble.tap(stage.on, "ana", shown, token) for _ in range(3)))
    await stage.settled()
    assert len(await stage.posts("meetups")) == 1


async def test_a_link_for_all_is_shown_to_all(stage: Stage) -> None:
    post = await meetup(stage, where=f"{LINK} for all")
    assert LINK in post.text


async def test_it_may_be_changed_before_it_is_posted(stage: Stage) -> None:
    await live_in(stage, "ana")
    shown = await preview(stage, "ana")
    opened = (await stage.tap("ana", shown.only, "Change")).form
    assert opened is not None
    assert {name: opened.fields[name].value for name in BREAD} == BREAD
    better = await stage.on.submit("ana", opened, title="Bake rye together", places="")
    assert "Bake rye together" in better.text
    assert "Any number of people can come." in better.text
    await stage.tap("ana", better.only, "Post")
    await stage.settled()
    (post,) = await stage.posts("meetups")
    assert "Bake rye together" in post.text
    assert "left" not in post.text


async def test_what_is_dropped_can_be_brought_back(stage: Stage) -> None:
    await live_in(stage, "ana")
    dropped = await stage.tap("ana", (await preview(stage, "ana")).only, "Drop")
    assert "nothing was posted" in dropped.text
    assert dropped.replaced
    opened = (await stage.tap("ana", dropped.only, "Bring it back")).form
    assert opened is not None
    assert {name: opened.fields[name].value for name in BREAD} == BREAD
    assert await stage.posts("meetups") == []


async def test_tomorrow_is_the_day_after_it_was_typed(stage: Stage) -> None:
    await live_in(stage, "ana")
    shown = await preview(stage, "ana", when="in 2 days at 18:00")
    assert "Fri 6 Mar 2026 18:00" in shown.text
    stage.clock.move(timedelta(days=1))
    await stage.tap("ana", shown.only, "Post")
    await stage.settled()
    (post,) = await stage.posts("meetups")
    async with stage.app.store.read("main") as unit:
        found = await unit.meetups.get(1)
    assert found is not None
    assert found.wall.isoformat() == "2026-03-06T18:00:00"
    assert "17:00" in post.text


async def test_what_lay_too_long_is_not_posted_into_the_past(stage: Stage) -> None:
    await live_in(stage, "ana")
    shown = await preview(stage, "ana")
    stage.clock.move(timedelta(days=2))
    late = await stage.tap("ana", shown.only, "Post")
    assert "Thu 5 Mar 2026 19:00–20:30 (Europe/Brussels, 18:00 UTC) is over" in late.text
    opened = (await stage.tap("ana", late.only, "Fix")).form
    assert opened is not None
    assert (
        "Posted"
        in (await stage.tap("ana", (await stage.on.submit("ana", opened, when="tomorrow 18:00")).only, "Post")).text
    )


async def test_who_never_said_where_they_live_is_told_which_clock_counts(stage: Stage) -> None:
    shown = await preview(stage, "ana", when="tomorrow 18:00")
    asked = "I don't know where you live" in shown.text
    assert asked == (stage.on.platform == "discord"), "the others tell a zone"
    assert ("UTC" in shown.text) or not asked


async def test_a_course_may_be_named_and_is_linked(stage: Stage) -> None:
    await share(stage, "ben", **PYTHON)
    post = await meetup(stage, about=f"Let us do it.\nCourse: {PYTHON['goal']}")
    assert f"About the course {PYTHON['goal']} (C1)" in post.text
    assert "Read the tutorial" in (await stage.tap("dries", post, "Show the course")).text
    mentioned = await preview(stage, "ana", about="We do C7 and C1.")
    assert f"About the course {PYTHON['goal']} (C1)" in mentioned.text


BAD = [
    ("title", "Hi", "3 to 80 are possible"),
    ("title", "x" * 81, "3 to 80 are possible"),
    ("when", "whenever", "I can't read “whenever”"),
    ("when", "30 Feb 19:00", "write"),
    ("when", "1 Mar 2026 19:00", "is over"),
    ("when", "25:61 tomorrow", "No clock shows 25:61"),
    ("when", "1 Jan 9999 19:00", "ahead"),
    ("where", "https://a.example/ and https://b.example/", "several links"),
    ("about", "x" * 1001, "at most 1000"),
    ("about", "Course: C99", "There is no course “C99”"),
    ("places", "0", "no number of places"),
    ("places", "many", "no number of places"),
]


@pytest.mark.parametrize(("field", "value", "said"), BAD, ids=[f"{f}-{i}" for i, (f, _, _) in enumerate(BAD)])
async def test_a_bad_value_is_named_and_all_that_was_typed_comes_back(
    stage: Stage, field: str, value: str, said: str
) -> None:
    await live_in(stage, "ana")
    answer = await preview(stage, "ana", **{field: value})
    form = answer.form
    if stage.on.inline_errors:
        assert form is not None
        assert said in form.errors[field]
    else:
        assert said in answer.text
        form = (await stage.on.click("ana", answer.only, answer.only.button("Fix"))).form
    assert form is not None
    assert {name: form.fields[name].value for name in BREAD} == BREAD | {field: value}
    assert "Post" in [button.label for button in (await stage.on.submit("ana", form, **BREAD)).only.buttons]


async def test_a_draft_is_nobody_elses(stage: Stage) -> None:
    if stage.on.platform == "discord":
        pytest.skip("Discord lets nobody tap on somebody else's private message")
    await live_in(stage, "ana")
    shown = await preview(stage, "ana")
    for label in ("Post", "Drop"):
        assert "This draft is gone" in (await stage.tap("ben", shown.only, label)).text
    assert await stage.posts("meetups") == []


ODD = [
    "<!channel> <@U0BEN> come",
    "@everyone @here",
    "[click](https://evil.example)",
    "*bold* _it_ ||no||",
    "\u202eturned",
]


@pytest.mark.parametrize("field", ["title", "where", "about"])
async def test_any_text_calls_nobody(stage: Stage, field: str) -> None:
    for number, odd in enumerate(ODD):
        post = await meetup(stage, **{field: f"{odd} {number}"})
        assert not trouble.calls_somebody(stage.on, post), post.text
        assert "\u202e" not in post.text
    assert len(await stage.posts("meetups")) == len(ODD)
