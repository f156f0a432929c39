"""What a meetup is about, as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetups.about import ABOUT_LENGTH, BRING_LENGTH, About, read_about, typed_about
from bot.model import Level


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("", About()),
        ("We read the tutorial together.", About("We read the tutorial together.")),
        ("We do #python, #slow-food.", About("We do #python, #slow-food.", ("python", "slow food"))),
        ("Come all!\n#python #web", About("Come all!", ("python", "web"))),
        ("Topics: Slow Food, bread", About("", ("slow food", "bread"))),
        ("tag: #bread", About("", ("bread",))),
        ("We work through C12.", About("We work through C12.", mentioned=(12,))),
        ("Course: C12", About(course="C12")),
        ("course: Bake bread", About(course="Bake bread")),
        ("Level: Beginner", About(level=Level.BEGINNER)),
        ("Level: all", About()),
        ("For beginners!", About(level=Level.BEGINNER)),
        ("medium", About(level=Level.MEDIUM)),
        ("Bring: a laptop", About(bring="a laptop")),
        ("Please bring: a laptop\nBring: hunger", About(bring="a laptop; hunger")),
        ("Bring your laptop", About("Bring your laptop")),
        ("At beginners' pace", About("At beginners' pace")),
        ("See https://example.org/C12#python", About("See https://example.org/C12#python")),
        ("Issue #12 and C# and a&#38;", About("Issue #12 and C# and a&#38;")),
        ("ABC12 C012 C12a", About("ABC12 C012 C12a")),
        (
            "All of it:\n\nWe bake #bread by C3.\nTopics: food\nLevel: experienced\nBring: flour",
            About("All of it:\n\nWe bake #bread by C3.", ("food", "bread"), "", (3,), Level.EXPERIENCED, "flour"),
        ),
    ],
)  # fmt: skip
def test_what_stands_among_the_text_is_understood(typed: str, about: About) -> None:
    assert read_about(typed) == about


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * (ABOUT_LENGTH + 1), "1001 characters, at most 1000"),
        ("Bring: " + "x" * (BRING_LENGTH + 1), "what to bring has 201 characters"),
        ("Level: genius", "not one of beginner, medium, experienced"),
        ("Level: beginner\nLevel: medium", "several levels"),
        ("Course: C1\nCourse: C2", "several courses"),
        ("Topics: " + ", ".join("abcdefghi"), "at most 8"),
        ("#" + "x" * 31, "too long"),
    ],
)
def test_what_can_t_be_taken_is_named(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_about(typed)


_WORDS = st.sampled_from(
    ["#python", "#slow-food", "C12", "C3", "Level:", "beginner", "Bring:", "Topics:", "Course:", "a", "\n", ","]
)


@given(st.lists(_WORDS | st.text(max_size=5), max_size=12).map(" ".join))
def test_whatever_is_typed_is_read_back_as_it_was_understood(typed: str) -> None:
    try:
        about = read_about(typed)
    except ValueError:
        return
    course = about.mentioned[0] if about.mentioned else None
    again = read_about(typed_about(about.text, about.topics, course, about.level, about.bring))
    assert (again.text, again.level, again.bring) == (about.text, about.level, about.bring)
    assert set(again.topics) == set(about.topics)
    assert not again.course
    assert again.mentioned == about.mentioned


def test_a_course_that_the_text_doesn_t_mention_first_is_named_on_a_line() -> None:
    assert typed_about("We do C3.", (), 12, None, "") == "We do C3.\nCourse: C12"
    assert typed_about("We do C3.", (), 3, None, "") == "We do C3."
