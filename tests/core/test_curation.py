"""The rules of curating: who may, which step is which, and how two versions differ in words."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.courses.rights import may_edit
from bot.features.courses import rules
from bot.features.courses.changes import differences, history_card
from bot.model import Change, ChangeKind, Checkpoint, Course, CourseContent, Level, Page, Person
from bot.ui import Items, plain

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
ANA, BEN, CHLOE = (Person(n, name) for n, name in enumerate(("Ana", "Ben", "Chloe"), 1))
A, B, C = (Checkpoint(f"Step {name}", f"https://example.org/{name}") for name in "abc")


def course(*steps: Checkpoint, **more: object) -> Course:
    """Make a course of Ana's."""
    known = {
        "id": 1,
        "owner": ANA,
        "created_at": NOW,
        "updated_at": NOW,
        "reviewed_at": NOW,
        "revision": 1,
        "step_numbers": tuple(range(1, len(steps) + 1)),
        "steps_drawn": len(steps),
        "root": 1,
    }
    return Course("Know the sea", steps, **(known | more))  # type: ignore[arg-type] # a test's shorthand


@pytest.mark.parametrize(
    ("person", "is_steward", "allowed"),
    [(ANA, False, True), (BEN, False, True), (CHLOE, False, False), (CHLOE, True, True)],
)
def test_owner_co_owners_and_stewards_may_edit(person: Person, is_steward: bool, allowed: bool) -> None:  # noqa: FBT001
    assert may_edit(course(A, co_owners=(BEN,)), person, is_steward=is_steward) is allowed


def test_nobodys_course_is_for_stewards_alone() -> None:
    assert not may_edit(course(A, owner=None), ANA, is_steward=False)


@pytest.mark.parametrize(
    ("steps", "numbers"),
    [
        ((A, B, C), (1, 2, 3)),
        ((C, A, B), (3, 1, 2)),
        ((A, C), (1, 3)),
        ((A, Checkpoint("Another task", B.url), C), (1, 2, 3)),
        ((A, Checkpoint(B.task, "https://example.org/moved"), C), (1, 2, 3)),
        ((A, Checkpoint("New", "https://example.org/new"), B, C), (1, 10, 2, 3)),
        ((Checkpoint("New", "https://example.org/n"), Checkpoint("Newer", "https://example.org/m")), (10, 11)),
        ((A, A), (1, 10)),
    ],
)
def test_a_step_keeps_its_number(steps: tuple[Checkpoint, ...], numbers: tuple[int, ...]) -> None:
    assert rules.step_numbers(course(A, B, C, steps_drawn=9), steps) == numbers


STEPS = st.lists(st.builds(Checkpoint, st.sampled_from("pqrst"), st.sampled_from("vwxyz")), max_size=8)


@given(STEPS, STEPS)
def test_numbers_are_each_ones_own_and_never_used_again(before: list[Checkpoint], after: list[Checkpoint]) -> None:
    numbers = rules.step_numbers(course(*before, steps_drawn=len(before) + 3), after)
    assert len(set(numbers)) == len(numbers) == len(after)
    assert all(number <= len(before) or number > len(before) + 3 for number in numbers)
    assert rules.step_numbers(course(*before), before) == tuple(range(1, len(before) + 1))


def test_differences_are_said_in_words() -> None:
    before = CourseContent("Know the sea", (A, B), Level.BEGINNER, ("sea", "water"), "About the sea.")
    after = CourseContent("Know the oceans", (A, C, B), None, ("sea", "maps"), "")
    assert differences(before, after) == [
        "goal “Know the sea” → “Know the oceans”",
        "1 step added",
        "level “beginner” → “everybody”",
        "topics added: maps",
        "topics removed: water",
        "description removed",
    ]
    assert differences(before, before) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((A, B), (B, A), "steps in another order"),
        ((A, B), (A, C), "1 step changed"),
        ((A, B), (A,), "1 step removed"),
        ((A,), (B, C), "1 step changed; 1 step added"),
        ((A, A), (A,), "1 step removed"),
    ],
)
def test_steps_differ_in_words(before: tuple[Checkpoint, ...], after: tuple[Checkpoint, ...], said: str) -> None:
    assert "; ".join(differences(CourseContent("x", before), CourseContent("x", after))) == said


def test_a_long_history_turns_pages() -> None:
    contents = [CourseContent(f"Version {n}", (A,)) for n in range(20)]
    changes = [Change(n + 2, NOW + timedelta(days=n), BEN, ChangeKind.EDITED, contents[n]) for n in reversed(range(20))]
    newest, oldest = (history_card(course(A), changes[: (page + 1) * 8 + 1], page, None) for page in (0, 2))
    (items,) = [block for block in newest.blocks if isinstance(block, Items)]
    assert len(items.items) == 8
    assert "“Version 19” → “Know the sea”" in plain(items.items[0])
    assert "“Version 12” → “Version 13”" in plain(items.items[7])
    (items,) = [block for block in oldest.blocks if isinstance(block, Items)]
    assert [plain(item).rpartition(" · ")[2] for item in items.items][-1] == "shared"
    assert len(items.items) == 5


def test_topics_are_suggested_those_of_the_community_first() -> None:
    pages = [Page("u", "Bake sourdough bread with C", topics=("Rye", "#Baking")), Page("v", description="All of rye.")]
    assert rules.suggested_topics(pages, ["baking", "bread", "c"]) == ("baking", "bread", "rye")
    assert rules.suggested_topics([], ["bread"]) == ()


def test_topics_are_suggested_quickly_where_a_community_has_many() -> None:
    pages = [Page("u", "Bake bread with node.js", description=f"{'all of the sea ' * 30}")] * 20
    begun = time.process_time()
    suggested = rules.suggested_topics(pages, [*(f"topic number {n}" for n in range(20_000)), "node.js", "the sea"])
    assert suggested == ("node.js", "the sea")
    assert time.process_time() - begun < 1, "everybody else waits meanwhile"
