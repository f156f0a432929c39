"""Finding courses, as members do it on every platform."""

import pytest

from tests.stage import PYTHON, Stage, share

GARDEN = {
    "goal": "Grow vegetables on a balcony",
    "steps": "Choose your pots | https://example.org/pots\nSow the seeds | https://example.org/sow?a=1&b=2#c_d",
    "level": "beginner",
    "topics": "gardening, food",
    "description": "For people without a garden who like to eat well.",
}
LEARNING = {
    "goal": "Understand machine learning",
    "steps": "Meet the perceptron | https://example.org/ml_(intro)",
    "level": "experienced",
    "topics": "machine learning, data",
    "description": "From a line through points to a network of them.",
}


@pytest.fixture
async def filled(stage: Stage) -> Stage:
    for who, course in (("ana", PYTHON), ("ben", GARDEN), ("chloe", LEARNING)):
        assert "Shared:" in (await share(stage, who, **course)).text
    return stage


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("python", "Write small programs in Python"),
        ("programs about something", "Write small programs in Python"),
        ("machin lerning", "Understand machine learning"),
        ("gardening", "Grow vegetables on a balcony"),
        ("perceptron", "Understand machine learning"),
        ("vegetables level:beginner", "Grow vegetables on a balcony"),
        ('topic:"machine learning"', "Understand machine learning"),
        ("owner:ben", "Grow vegetables on a balcony"),
        ("language:en programs", "Write small programs in Python"),
    ],
)
async def test_search_finds(filled: Stage, typed: str, first: str) -> None:
    answer = await filled.on.command("dries", f"/course search {typed}")
    assert answer.only.private
    found = [
        line for line in answer.text.split("\n") if line.strip() in {PYTHON["goal"], GARDEN["goal"], LEARNING["goal"]}
    ]
    assert found
    assert found[0].strip() == first


async def test_a_result_shows_what_one_needs_to_choose(filled: Stage) -> None:
    text = (await filled.on.command("dries", "/course search vegetables")).text
    for fact in ("C2", "Ben", "beginner", "#gardening", "2 steps"):
        assert fact in text


async def test_filters_narrow(filled: Stage) -> None:
    answer = await filled.on.command("dries", "/course search level:experienced")
    assert "1 course" in answer.text
    nothing = await filled.on.command("dries", "/course search python level:experienced")
    assert "Write small programs" not in nothing.text


@pytest.mark.parametrize(
    "typed",
    [
        "c++",
        "C#",
        '"',
        "'",
        "a:b",
        "-x",
        "NEAR(",
        "*",
        "50%",
        "_",
        "@here",
        "<!channel>",
        "🦆",
        "🧑‍🌾",
        "\u202e",
        "()",
        "; DROP TABLE",
        "x" * 400,
        "nothing-like-this",
        "it's Ana's",
    ],
)
async def test_every_text_gets_an_answer(filled: Stage, typed: str) -> None:
    answer = await filled.on.command("dries", f"/course search {typed}")
    assert "Nothing found" in answer.text or " by " in answer.text
    assert "wrong on my side" not in answer.text


async def test_nothing_at_all_lists_the_newest(filled: Stage) -> None:
    text = (await filled.on.command("dries", "/course search")).text
    assert "3 courses" in text


async def test_nothing_found_offers_to_share(filled: Stage) -> None:
    answer = await filled.on.command("dries", "/course search zzzqqq")
    form = (await filled.on.click("dries", answer.only, answer.only.button("Share one"))).form
    assert form is not None
    assert form.id == "course.share"


async def test_pages_turn_in_place(stage: Stage) -> None:
    for number in range(1, 13):
        await share(stage, "ana", **PYTHON | {"goal": f"Lesson number {number}"})
    first = await stage.on.command("ben", "/course search lesson")
    assert "12 courses, page 1 of 3" in first.text
    second = await stage.on.click("ben", first.only, first.only.button("More"))
    assert second.replaced
    assert "page 2 of 3" in second.text
    third = await stage.on.click("ben", second.only, second.only.button("More"))
    assert "page 3 of 3" in third.text
    assert [button.label for button in third.only.buttons].count("Show") == 2
    goals = {
        line for page in (first, second, third) for line in page.text.split("\n") if line.startswith("Lesson number")
    }
    assert len(goals) == 12
    back = await stage.on.click("ben", third.only, third.only.button("Back"))
    assert "page 2 of 3" in back.text


async def test_a_long_search_turns_pages_too(stage: Stage) -> None:
    for number in range(1, 8):
        await share(stage, "ana", **PYTHON | {"goal": f"Lesson number {number}"})
    long = "i would like to find any lesson with a number that helps me to write programs at my own speed tonight"
    first = await stage.on.command("ben", f"/course search {long}")
    second = await stage.on.click("ben", first.only, first.only.button("More"))
    assert "page 2 of 2" in second.text


async def test_show_brings_the_whole_course(filled: Stage) -> None:
    listed = await filled.on.command("dries", "/course search vegetables")
    shown = await filled.on.click("dries", listed.only, listed.only.button("Show"))
    assert not shown.replaced
    for words in (
        GARDEN["goal"],
        "Choose your pots",
        "https://example.org/sow?a=1&b=2#c_d",
        "en",
        GARDEN["description"],
    ):
        assert words in shown.text


async def test_share_here_posts_once_for_all_to_see(filled: Stage) -> None:
    listed = await filled.on.command("dries", "/course search vegetables")
    button = listed.only.button("Share here")
    told = await filled.on.click("dries", listed.only, button)
    again = await filled.on.click("dries", listed.only, button)
    posts = [post for post in await filled.posts() if GARDEN["goal"] in post.text]
    assert len(posts) == 2, "the announcement, and the one shown here"
    assert "See it here" in told.text
    assert [line for line in told.text.split("\n") if "See it here" in line] == [
        line for line in again.text.split("\n") if "See it here" in line
    ]


@pytest.mark.parametrize("named", ["C3", "c3", "Understand machine learning", "machine", "understand MACHINE"])
async def test_a_course_is_named_by_number_or_title(filled: Stage, named: str) -> None:
    shown = await filled.on.command("dries", f"/course show {named}")
    assert "https://example.org/ml_(intro)" in shown.text


async def test_a_course_is_named_by_a_link_to_its_card(filled: Stage) -> None:
    link = await filled.link_of(2)
    shown = await filled.on.command("dries", f"/course show {link}")
    assert "Choose your pots" in shown.text


async def test_several_matches_are_offered_as_buttons(stage: Stage) -> None:
    for name in ("Bake bread at home", "Bake bread with friends"):
        await share(stage, "ana", **PYTHON | {"goal": name})
    offered = await stage.on.command("ben", "/course show bake bread")
    shown = await stage.on.click("ben", offered.only, offered.only.button("C2 Bake bread with friends"))
    assert "Bake bread with friends" in shown.text
    assert "https://docs.python.org" in shown.text


async def test_show_without_a_course_offers_the_newest(filled: Stage) -> None:
    offered = await filled.on.command("dries", "/course show")
    assert [button.label for button in offered.only.buttons] == [
        "C3 Understand machine learning",
        "C2 Grow vegetables on a balcony",
        "C1 Write small programs in Python",
    ]


@pytest.mark.parametrize("named", ["C99", "C99999999999999999999", "nothing of the kind", "https://example.org/"])
async def test_an_unknown_course_is_answered_kindly(filled: Stage, named: str) -> None:
    answer = await filled.on.command("dries", f"/course show {named}")
    assert "Nothing found" in answer.text or "One of these?" in answer.text


async def test_titles_are_suggested_while_typing(filled: Stage) -> None:
    suggested = await filled.on.suggest("dries", "course show", "course", "veg")
    assert suggested == (
        ["Grow vegetables on a balcony (C2) · by Ben · 🌱 reviewed today"] if filled.on.suggests else []
    )


async def test_list_and_topics(filled: Stage) -> None:
    assert "3 courses" in (await filled.on.command("ana", "/course list")).text
    mine = (await filled.on.command("ana", "/course list mine")).text
    assert PYTHON["goal"] in mine
    assert GARDEN["goal"] not in mine
    assert GARDEN["goal"] in (await filled.on.command("ana", "/course list food")).text
    topics = await filled.on.command("ana", "/course topics")
    assert "machine learning 1" in topics.text
    by_tap = await filled.on.click("ana", topics.only, topics.only.button("food"))
    assert GARDEN["goal"] in by_tap.text


async def test_home_and_help(filled: Stage) -> None:
    home = await filled.on.command("ben", "/offcourse")
    assert "Welcome to Offcourse" in home.text
    assert GARDEN["goal"] in home.text
    assert PYTHON["goal"] not in home.text
    text = (await filled.on.command("ben", "/offcourse help")).text
    for command in filled.app.registry.commands.values():
        assert command.summary in text


async def test_a_bad_choice_is_named_and_comes_back(filled: Stage) -> None:
    if filled.on.platform == "discord":
        pytest.skip("Discord lets nobody type another level")
    answer = await filled.on.command("dries", "/course search python level:expert")
    assert "“expert” is not one of beginner, medium, experienced" in answer.text
    assert "/course search python level:expert" in answer.text


async def test_an_unknown_sub_command_is_answered_with_a_guess(filled: Stage) -> None:
    if filled.on.platform == "discord":
        pytest.skip("Discord lets nobody type another sub-command")
    answer = await filled.on.command("dries", "/course serch python")
    assert "Did you mean /course search" in answer.text
