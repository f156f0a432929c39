"""The rules about use: what weighs how much, and which day belongs to which week."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.usage import UNUSED, Use, Week, day_of, monday_of

USES = some.builds(Use, *[some.integers(0, 1000)] * 3)


def test_a_learner_weighs_more_than_a_shelf_and_a_shelf_more_than_a_look() -> None:
    assert Use(learners=1).weight > Use(saves=1).weight > Use(views=1).weight > UNUSED.weight == 0


@given(USES, USES)
def test_more_use_never_weighs_less(one: Use, more: Use) -> None:
    both = Use(one.views + more.views, one.saves + more.saves, one.learners + more.learners)
    assert both.weight == one.weight + more.weight


@given(some.dates(min_value=date(1, 1, 8)))
def test_a_week_begins_on_monday(day: date) -> None:
    monday = date.fromordinal(monday_of(day.toordinal()))
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days <= 6


@pytest.mark.parametrize(
    ("moment", "timezone", "day"),
    [
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Brussels", date(2026, 3, 29)),  # the day of the change
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "Europe/Brussels", date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Europe/Brussels", date(2026, 10, 25)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "America/Los_Angeles", date(2025, 12, 31)),
    ],
)
def test_the_day_is_the_one_of_the_zone(moment: datetime, timezone: str, day: date) -> None:
    assert day_of(moment, timezone) == day.toordinal()


def test_a_week_without_use_has_no_share() -> None:
    assert Week(1, 0, 0).share is None
    assert Week(1, 4, 3).share == 0.75
