"""How well a course is looked after: which state weighs most, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.courses.freshness import MARKS, State, days_ago, freshness, labelled, state_of
from bot.courses.phrases import by, facts
from bot.model import Checkpoint, Course, Person
from bot.text import units
from bot.ui import Time, plain

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
ANA, BEN, CHLOE, DRIES, ELIF = (Person(n + 1, name) for n, name in enumerate(("Ana", "Ben", "Chloé", "Dries", "Elif")))
PAST = NOW - timedelta(days=200)
COURSE = Course(
    "Grow tomatoes", (Checkpoint("Dig", "https://example.org/dig"),), id=7, owner=ANA, created_at=PAST, updated_at=PAST,
    reviewed_at=NOW - timedelta(days=3), review_at=NOW + timedelta(days=1), revision=1, step_numbers=(1,),
    steps_drawn=1, root=7,
)  # fmt: skip
WORST = replace(
    COURSE, review_at=NOW, taken_at=PAST, flags=2, broken_since=datetime(2026, 8, 3, tzinfo=UTC), owner=None,
    archived_at=NOW - timedelta(days=1),
)  # fmt: skip


def test_the_weightiest_is_said() -> None:
    eased: list[dict[str, Any]] = [
        {"archived_at": None},
        {"owner": ANA},
        {"broken_since": None},
        {"flags": 0},
        {"taken_at": None},
    ]
    course, states = WORST, [state_of(WORST, NOW)]
    for fields in [*eased, {"review_at": None}]:
        course = replace(course, **fields)
        states.append(state_of(course, NOW))
    assert states == list(State)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "🌱 reviewed 3 days ago"),
        ({"review_at": None}, "🌱 reviewed 3 days ago"),
        ({"review_at": NOW}, "🍂 review due"),
        ({"review_at": NOW, "snoozed_until": NOW + timedelta(days=3)}, "🍂 review due"),
        ({"taken_at": NOW}, "🤝 taken over, not reviewed yet"),
        ({"flags": 1}, "🚩 flagged by 1 reader"),
        ({"flags": 12}, "🚩 flagged by 12 readers"),
        ({"broken_since": datetime(2026, 8, 3, tzinfo=UTC)}, "💔 link broken since 3 Aug 2026"),
        ({"owner": None}, "🙋 looking for an owner"),
        ({"offered_at": NOW}, "🙋 looking for an owner"),
        ({"archived_at": NOW - timedelta(days=1)}, "📦 archived 1 day ago"),
    ],
)
def test_each_state_is_said_with_a_mark_and_words(fields: dict[str, object], said: str) -> None:
    found = freshness(replace(COURSE, **fields), NOW)  # type: ignore[arg-type] # a test's shorthand
    assert f"{found.mark} {found.said}" == said
    assert plain(found.marked).startswith(f"{found.mark} {found.said.split()[0]}")


def test_a_review_is_due_at_its_moment_and_not_before() -> None:
    due = NOW + timedelta(days=1)
    moments = [due + timedelta(seconds=n) for n in (-1, 0, 1)]
    assert [state_of(COURSE, at) for at in moments] == [State.FRESH, State.DUE, State.DUE]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(hours=-1), "today"),
        (timedelta(hours=23), "today"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_days_are_whole(ago: timedelta, said: str) -> None:
    assert days_ago(NOW - ago, NOW) == said


def test_each_reader_sees_moments_in_their_own_time() -> None:
    assert freshness(COURSE, NOW).words[-1] == Time(COURSE.reviewed_at, "relative")
    assert freshness(replace(COURSE, broken_since=PAST), NOW).words[-1] == Time(PAST, "date")


def test_every_state_has_a_mark_of_its_own() -> None:
    assert len(set(MARKS.values())) == len(State)


def test_what_wants_care() -> None:
    assert not freshness(COURSE, NOW).wants_care
    assert freshness(replace(COURSE, flags=1), NOW).wants_care


def test_owners_and_co_owners_are_named() -> None:
    assert plain(by(COURSE)) == "by Ana"
    assert plain(by(replace(COURSE, co_owners=(BEN,)))) == "by Ana, with Ben"
    assert plain(by(replace(COURSE, co_owners=(BEN, CHLOE, DRIES)))) == "by Ana, with Ben, Chloé, Dries"
    assert plain(by(replace(COURSE, co_owners=(BEN, CHLOE, DRIES, ELIF)))) == "by Ana, with Ben, Chloé, Dries, 1 more"


def test_facts_hold_all_of_it_on_one_line() -> None:
    said = plain(facts(replace(COURSE, co_owners=(BEN,), flags=2), NOW))
    assert said == "C7 · by Ana, with Ben · all levels · 1 step · 🚩 flagged by 2 readers"


def test_a_label_names_owners_where_there_is_room() -> None:
    assert labelled(COURSE, NOW, 100) == "Grow tomatoes (C7) · by Ana · 🌱 reviewed 3 days ago"
    assert labelled(replace(COURSE, co_owners=(BEN,)), NOW, 100).count("by Ana, Ben") == 1
    long = replace(COURSE, goal="g" * 55, owner=Person(9, "n" * 80))
    assert labelled(long, NOW, 100) == "g" * 55 + " (C7) · 🌱 reviewed 3 days ago"


@given(st.text(min_size=1), st.text(min_size=1), st.integers(1, 999_999_999), st.integers(0, 99_999), st.booleans())
def test_a_label_fits_and_keeps_the_freshness(goal: str, owner: str, number: int, flags: int, broken: bool) -> None:  # noqa: FBT001 - drawn by chance
    since = PAST if broken else None
    course = replace(COURSE, goal=goal, id=number, owner=Person(1, owner), flags=flags, broken_since=since)
    label = labelled(course, NOW, 100)
    assert units(label) <= 100
    assert label.endswith(freshness(course, NOW).said)
    assert f"(C{number})" in label
