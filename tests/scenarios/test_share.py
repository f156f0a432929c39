"""Sharing a course, as members do it on every platform."""

import asyncio

import pytest

from bot.model import Page
from tests.stage import PYTHON, Stage, share


async def test_a_course_is_shared_by_form_and_announced_once(stage: Stage) -> None:
    opened = await stage.on.command("ana", "/course share")
    assert opened.form is not None
    assert opened.form.id == "course.share"
    assert list(opened.form.fields) == ["goal", "steps", "level", "topics", "description"]
    assert opened.form.fields["level"].options == ("beginner", "medium", "experienced")

    done = await stage.on.submit("ana", opened.form, **PYTHON)

    assert "Shared: Write small programs in Python (C1)" in done.text
    assert done.only.private
    (post,) = await stage.posts()
    for words in (
        "Write small programs in Python",
        "Ana",
        "beginner",
        "#python",
        "https://docs.python.org/3/tutorial/",
    ):
        assert words in post.text
    assert not post.private


async def test_the_confirmation_links_to_the_announcement(stage: Stage) -> None:
    done = await share(stage, "ana", **PYTHON)
    link = await stage.link_of(1)
    assert "See the announcement" in done.text
    assert link in done.text


async def test_the_same_delivery_twice_is_one_course(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    again = await stage.on.repeat()
    assert again.text == ""
    assert len(await stage.posts()) == 1
    assert "1 course" in (await stage.on.command("ben", "/course list")).text


async def test_sharing_the_same_again_says_so_and_adds_nothing(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    again = await share(stage, "ana", **PYTHON)
    assert "You had shared this already" in again.text
    assert len(await stage.posts()) == 1


async def test_courses_with_the_same_addresses_come_first(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    answer = await share(
        stage,
        "ben",
        **PYTHON
        | {"goal": "Program with snakes", "steps": "Read it | http://docs.python.org/3/tutorial?utm_source=x#top"},
    )
    assert "There is a course with this link already" in answer.text
    assert PYTHON["goal"] in answer.text
    assert len(await stage.posts()) == 1
    assert PYTHON["description"] in (await stage.tap("ben", answer.only, "Show")).text
    done = await stage.tap("ben", answer.only, "Share anyway")
    assert "Shared: Program with snakes (C2)" in done.text
    again = await stage.tap("ben", answer.only, "Share anyway")
    assert "You had shared this already" in again.text
    assert [post.text.split("\n")[0] for post in await stage.posts()] == [PYTHON["goal"], "Program with snakes"]


async def test_one_forks_from_what_comes_first(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    answer = await share(stage, "ben", **PYTHON)
    assert "Your own copy of C1" in (await stage.tap("ben", answer.only, "Fork")).text


async def test_what_one_shared_oneself_is_no_news(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    assert "(C2)" in (await share(stage, "ana", **PYTHON | {"goal": "Write small programs again"})).text


async def test_a_draft_to_share_anyway_is_nobody_elses(stage: Stage) -> None:
    if stage.on.platform == "discord":
        pytest.skip("Discord lets nobody tap on somebody else's private message")
    await share(stage, "ana", **PYTHON)
    answer = await share(stage, "ben", **PYTHON)
    assert "This draft is gone" in (await stage.tap("chloe", answer.only, "Share anyway")).text
    assert len(await stage.posts()) == 1


async def test_an_address_in_use_is_shown_before_the_form(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    answer = await stage.on.command("ben", "/course share https://docs.python.org/3/tutorial/?utm_medium=chat")
    assert PYTHON["goal"] in answer.text
    form = (await stage.tap("ben", answer.only, "Share anyway")).form
    assert form is not None
    assert "https://docs.python.org/3/tutorial/?utm_medium=chat" in form.fields["steps"].value
    done = await stage.on.submit("ben", form, goal="Read the tutorial twice")
    assert "Shared: Read the tutorial twice" in done.text


async def test_where_an_address_leads_is_the_same_page(stage: Stage) -> None:
    stage.links.pages["https://sho.rt/py"] = Page(
        "https://sho.rt/py", "Python", address="https://docs.python.org/3/tutorial/"
    )
    await share(stage, "ana", **PYTHON)
    answer = await share(stage, "ben", goal="Program with snakes", steps="Follow the link | https://sho.rt/py")
    assert "There is a course with this link already" in answer.text
    await stage.tap("ben", answer.only, "Share anyway")
    await stage.settled()
    both = await share(
        stage, "chloe", goal="Program for fun", steps="Read this one | https://docs.python.org/3/tutorial/"
    )
    assert "There are courses with these links already" in both.text


async def test_topics_are_suggested_from_the_page(stage: Stage) -> None:
    url = "https://example.org/bread"
    stage.links.pages[url] = Page(url, "Bake bread", topics=("Baking", "sourdough"))
    form = (await stage.on.command("ana", f"/course share {url}")).form
    assert form is not None
    assert form.fields["topics"].value == "baking, sourdough"


async def test_an_address_fills_in_goal_and_first_step(stage: Stage) -> None:
    stage.links.titles["https://example.org/git"] = "Learn Git in an hour"
    form = (await stage.on.command("ana", "/course share https://example.org/git")).form
    assert form is not None
    assert form.fields["goal"].value == "Learn Git in an hour"
    assert form.fields["steps"].value == "Learn Git in an hour | https://example.org/git"


async def test_a_page_that_does_not_answer_costs_only_its_title(stage: Stage) -> None:
    form = (await stage.on.command("ana", "/course share https://example.org/getting-started")).form
    assert form is not None
    assert form.fields["goal"].value == ""
    assert form.fields["steps"].value == "getting started (example.org) | https://example.org/getting-started"


async def test_a_step_may_be_just_an_address(stage: Stage) -> None:
    stage.links.titles["https://example.org/a"] = "Alpha and more"
    await share(stage, "ana", goal="Know the letters", steps="https://example.org/a\nhttps://example.org/the-beta.html")
    (post,) = await stage.posts()
    assert "Alpha and more" in post.text
    assert "the beta (example.org)" in post.text


BAD = [
    ("goal", "Hi", "5 to 55"),
    ("goal", "x" * 56, "56 characters"),
    ("goal", "\u200b\u200b\u200b\u200b\u200b", "needs some words"),
    ("steps", "no address here", "is no web address"),
    ("steps", "Read it | javascript:alert(1)", "is no web address"),
    ("steps", "\n".join(f"Step {n} | https://example.org/{n}" for n in range(8)), "at most 7"),
    ("steps", "Go | https://example.org/", "5 to 55"),
    ("topics", ",".join(f"t{n}" for n in range(9)), "at most 8"),
    ("description", "short", "10 to 210"),
]


@pytest.mark.parametrize(("field", "value", "said"), BAD, ids=[f"{f}-{i}" for i, (f, _, _) in enumerate(BAD)])
async def test_a_bad_value_is_named_and_all_that_was_typed_comes_back(
    stage: Stage, field: str, value: str, said: str
) -> None:
    typed = PYTHON | {field: value}
    answer = await share(stage, "ana", **typed)
    form = answer.form
    if stage.on.inline_errors:
        assert form is not None
        assert said in form.errors[field]
    else:
        assert said in answer.text
        form = (await stage.on.click("ana", answer.only, answer.only.button("Fix"))).form
    assert form is not None
    assert {name: form.fields[name].value for name in typed} == typed
    assert await stage.posts() == []

    mended = await stage.on.submit("ana", form, **{field: PYTHON[field]})
    assert "Shared:" in mended.text


async def test_a_message_becomes_a_course(stage: Stage) -> None:
    stage.links.titles["https://example.org/maps"] = "Draw your first map"
    text = "look: https://example.org/maps, and (https://example.org/places)!"
    form = (await stage.on.pick("ben", "Save as course", text)).form
    assert form is not None
    assert form.fields["steps"].value.split("\n") == [
        "Draw your first map | https://example.org/maps",
        "places (example.org) | https://example.org/places",
    ]


async def test_a_message_with_more_than_a_course_can_hold_says_what_was_left_out(stage: Stage) -> None:
    links = [f"https://example.org/page-{n}" for n in range(9)]
    form = (await stage.on.pick("ben", "Save as course", " ".join(links))).form
    assert form is not None
    steps = form.fields["steps"]
    assert [line.partition(" | ")[2] for line in steps.value.split("\n")] == links[:7]
    assert "These are 7 of 9 links" in steps.hint


async def test_a_message_without_links_is_answered_kindly(stage: Stage) -> None:
    answer = await stage.on.pick("ben", "Save as course", "hello all")
    assert answer.form is None
    assert "There is no link in this message" in answer.text


async def test_many_members_share_at_once(stage: Stage) -> None:
    forms = [(await stage.on.command(who, "/course share")).form for who in ("ana", "ben", "chloe", "dries", "elif")]
    await asyncio.gather(
        *(
            stage.on.submit(
                who, form, **PYTHON | {"goal": f"Course of {who}", "steps": f"Read mine | https://example.org/{who}"}
            )
            for who, form in zip(("ana", "ben", "chloe", "dries", "elif"), forms, strict=True)
            if form is not None
        )
    )
    posts = await stage.posts()
    assert len(posts) == 5
    listed = (await stage.on.command("ana", "/course list")).text
    assert "5 courses" in listed
    assert all(f"C{number} · by" in listed for number in range(1, 6))
