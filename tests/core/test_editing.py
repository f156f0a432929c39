"""What stands in the form of an edit: it fits, and what is left as it is reads back as it was."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.features.courses import editing, rules
from bot.features.courses.cards import STEPS_LENGTH
from bot.features.courses.share import fitting_steps
from bot.model import Checkpoint, Course
from bot.text import is_said, one_line, units

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def course(*steps: Checkpoint) -> Course:
    """Make a course whose steps have numbers that are not their places."""
    numbers = tuple(range(11, 11 + len(steps)))
    return Course(
        "Know the sea", steps, id=1, owner=None, created_at=NOW, updated_at=NOW, reviewed_at=NOW, revision=1, root=1,
        step_numbers=numbers, steps_drawn=40,
    )  # fmt: skip


TASKS = st.text("ab|#: é👩‍👩‍👧", min_size=1, max_size=150).map(one_line).filter(is_said)
URLS = st.builds("https://example.org/{}{}".format, st.text("a|#?=&", max_size=8), st.sampled_from(["", "x" * 1900]))
STEPS = st.lists(st.builds(Checkpoint, TASKS, URLS), min_size=1, max_size=20)


@given(STEPS)
def test_steps_fit_into_a_form_and_read_back_as_they_were(steps: list[Checkpoint]) -> None:
    written = editing.steps_to_edit(course(*steps))
    assert units(written) <= STEPS_LENGTH
    spelled = editing.spelled_out(written, course(*steps))
    assert [Checkpoint(*typed) for typed in rules.split_steps(spelled)] == steps


def test_only_the_longest_addresses_are_written_short() -> None:
    steps = [Checkpoint(f"Step {n}", f"https://example.org/{'x' * length}") for n, length in enumerate((9, 1900, 1500))]
    assert editing.steps_to_edit(course(*steps)).split("\n") == [
        f"Step 0 | {steps[0].url}",
        "Step 1 | #12",
        f"Step 2 | {steps[2].url}",
    ]


def test_a_step_that_is_gone_is_named_with_its_line() -> None:
    with pytest.raises(Invalid) as caught:
        editing.spelled_out("Fine | https://example.org/\nGone | #9", course(Checkpoint("A", "https://example.org/")))
    assert caught.value.fields == {
        "steps": "Line 2: there is no step #9 in this course. Write its address instead.",
    }


def test_steps_of_a_message_are_never_cut_in_the_middle() -> None:
    steps = [Checkpoint(f"Step {n}", f"https://example.org/{'x' * 1480}") for n in range(3)]
    assert fitting_steps(steps[:1]) == steps[:1]
    assert fitting_steps(steps) == steps[:1]
    assert fitting_steps([]) == []
