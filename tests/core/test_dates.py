"""Dates as people type them."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.ownership.dates import FURTHEST, read_date

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("2026-12-4", date(2026, 12, 4)),
        ("24 Dec", date(2026, 12, 24)),
        ("  24  DECEMBER 2026 ", date(2026, 12, 24)),
        ("24th of December", date(2026, 12, 24)),
        ("Dec 24", date(2026, 12, 24)),
        ("December 24th, 2026", date(2026, 12, 24)),
        ("24.12.", date(2026, 12, 24)),
        ("24.12.2026", date(2026, 12, 24)),
        ("3 Feb", date(2027, 2, 3)),
        ("25 Nov", date(2027, 11, 25)),
        ("26 Nov", date(2026, 11, 26)),
        ("tomorrow", date(2026, 11, 26)),
        ("in 3 weeks", date(2026, 12, 16)),
        ("a month", date(2026, 12, 25)),
        ("next week", date(2026, 12, 2)),
        ("10 days", date(2026, 12, 5)),
    ],
)
def test_a_date_is_read_kindly(typed: str, day: date) -> None:
    assert read_date(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "can't read"),
        ("soon", "can't read"),
        ("31 Feb", "can't read"),
        ("24 Foo", "can't read"),
        ("2026-13-01", "can't read"),
        ("2026-11-25", "not ahead"),
        ("2020-01-01", "not ahead"),
        ("0 days", "not ahead"),
        ("2028-01-01", "more than a year"),
        ("999 months", "more than a year"),
        ("29 Feb", "more than a year"),
    ],
)
def test_what_is_no_date_ahead_says_what_to_type(typed: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_date(typed, TODAY)


@given(st.dates(TODAY + timedelta(days=1), TODAY + FURTHEST))
def test_every_day_ahead_can_be_typed(day: date) -> None:
    assert read_date(day.isoformat(), TODAY) == day
    assert read_date(f"{day.day} {day:%b} {day.year}", TODAY) == day


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(ValueError):
        assert read_date(typed, TODAY) > TODAY
