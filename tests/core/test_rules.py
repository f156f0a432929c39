"""The rules of a course, as pure functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Limits
from bot.errors import Invalid
from bot.features.courses import rules
from bot.model import Checkpoint, Level, Page
from bot.topics import parse_topics

LIMITS = Limits()


def test_steps_are_read_one_a_line() -> None:
    raw = "Read | it | https://example.org/a\n\n  https://example.org/b \r\nhttps://example.org/c | Task behind"
    assert rules.split_steps(raw) == [
        ("Read | it", "https://example.org/a"),
        ("", "https://example.org/b"),
        ("Task behind", "https://example.org/c"),
    ]


@pytest.mark.parametrize(("count", "fits"), [(6, True), (7, True), (8, False)])
def test_the_number_of_steps_is_limited(count: int, fits: bool) -> None:  # noqa: FBT001 - a parameter of the table
    raw = "\n".join(f"Step number {n} | https://example.org/{n}" for n in range(count))
    if fits:
        assert len(rules.parse_steps(raw, {}, LIMITS)) == count
    else:
        with pytest.raises(ValueError, match="at most 7"):
            rules.parse_steps(raw, {}, LIMITS)


def test_a_bad_step_names_its_line() -> None:
    with pytest.raises(ValueError, match="line 2: “nowhere” is no web address"):
        rules.parse_steps("Fine here | https://example.org/\nBad here | nowhere", {}, LIMITS)


def test_a_step_takes_its_task_from_the_title() -> None:
    url = "https://example.org/x"
    page = Page(url, title="A | B and so on")
    assert rules.parse_steps(url, {url: page}, LIMITS) == (Checkpoint("A – B and so on", url),)
    assert rules.task_for(url, Page(url, title="Git"), LIMITS) == "Look at Git"
    assert len(rules.task_for(url, Page(url, title="long " * 40), LIMITS)) <= LIMITS.task_max


@given(st.text(max_size=40), st.text(max_size=200))
def test_a_task_made_from_any_address_and_title_is_allowed(path: str, title: str) -> None:
    url = f"https://example.org/{path}"
    task = rules.task_for(url, Page(url, title=title), LIMITS)
    assert LIMITS.task_min <= len(task) <= LIMITS.task_max
    assert "|" not in task


@pytest.mark.parametrize(
    ("raw", "topics"),
    [
        ("", ()),
        ("Python, Data  Science", ("python", "data science")),
        ("#web #css", ("web", "css")),
        ("c++, C#, .NET", ("c++", "c#", ".net")),
        ("web,web,#Web", ("web",)),
        ("a:b", ("a b",)),
        ("machine-learning, Machine  Learning, machine_learning", ("machine learning",)),
        (" , ,\u200b,", ()),
    ],
)
def test_topics_have_one_form(raw: str, topics: tuple[str, ...]) -> None:
    assert parse_topics(raw) == topics


GOOD = {"goal": "Know the sea", "steps": "Swim first | https://example.org/", "level": "Medium", "topics": "sea"}


def test_good_fields_make_a_course() -> None:
    content = rules.check_content(GOOD, {}, LIMITS, "nl")
    assert content.level is Level.MEDIUM
    assert content.language == "nl"
    assert content.description == ""


def test_all_bad_fields_are_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        rules.check_content({"goal": "", "steps": "", "level": "guru", "description": "x"}, {}, LIMITS, "en")
    assert set(caught.value.fields) == {"goal", "steps", "level", "description"}
    assert all(not text[0].islower() and text.endswith((".", "…")) for text in caught.value.fields.values())


def test_the_language_comes_from_the_pages() -> None:
    pages = {"https://example.org/": Page("https://example.org/", language="pt-BR")}
    assert rules.check_content(GOOD, pages, LIMITS, "en").language == "pt-br"


@pytest.mark.parametrize(("length", "fits"), [(4, False), (5, True), (55, True), (56, False)])
def test_the_goal_has_a_length(length: int, fits: bool) -> None:  # noqa: FBT001 - a parameter of the table
    fields = GOOD | {"goal": "g" * length}
    if fits:
        assert len(rules.check_content(fields, {}, LIMITS, "en").goal) == length
    else:
        with pytest.raises(Invalid, match="typed"):
            rules.check_content(fields, {}, LIMITS, "en")


@given(st.dictionaries(st.sampled_from(["goal", "steps", "level", "topics", "description"]), st.text()))
def test_any_text_is_taken_or_refused_with_words(fields: dict[str, str]) -> None:
    try:
        content = rules.check_content(GOOD | fields, {}, LIMITS, "en")
    except Invalid:
        return
    content.goal.encode()  # no lone surrogate is left
    assert "\x00" not in content.goal + content.description


@pytest.mark.parametrize("made_up", ["x" * 500, "english!", "../en"])
def test_a_language_that_nobody_offered_is_not_taken(made_up: str) -> None:
    assert rules.check_content(GOOD | {"language": made_up}, {}, LIMITS, "nl").language == "nl"
