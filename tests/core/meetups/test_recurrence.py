"""Meetups that are repeated: the same time on the wall, summer and winter."""

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetups.recurrence import (
    COMING_MOST,
    LAST,
    Rule,
    coming,
    fits,
    is_slot,
    monthly,
    rrule_of,
    rule_of,
    said_rule,
    weekly,
)
from bot.meetups.repeating import FURTHEST, LONGEST_TEXT, checked, read_rule
from tests.core.meetups.clock import wall

BRUSSELS = "Europe/Brussels"
ZONES = (BRUSSELS, "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "Asia/Beirut",
         "Africa/Casablanca", "UTC")  # fmt: skip
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TUESDAY, THURSDAY, SATURDAY, SUNDAY = 1, 3, 5, 6
firsts = st.datetimes(wall("2026-01-01"), wall("2028-12-31")).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def series(draw: st.DrawFn) -> tuple[Rule, datetime]:
    """Make a rule, and a first time that fits it."""
    first = draw(firsts)
    choices = [weekly(first.date()), monthly(first.date()), Rule(first.weekday(), LAST)]
    rule = draw(st.sampled_from([rule for rule in choices if fits(rule, first.date())]))
    end = draw(st.sampled_from(["never", "until", "count"]))
    return replace(
        rule,
        every=draw(st.integers(1, 12)),
        until=first.date() + timedelta(days=draw(st.integers(1, 700))) if end == "until" else None,
        count=draw(st.integers(2, 104)) if end == "count" else None,
    ), first


def walls(rule: Rule, first: str, zone: str = BRUSSELS, limit: int = COMING_MOST) -> list[str]:
    """List what clocks show at the meetups of a series."""
    return [f"{slot.wall:%Y-%m-%d %H:%M}" for slot in coming(rule, wall(first), zone, LONG_AGO, limit)]


def by_hand(rule: Rule, first: datetime, count: int) -> list[datetime]:
    """Go through the calendar day by day, and list the first times of a series."""
    found: list[datetime] = []
    for days in range(366 * 6):
        at = first + timedelta(days=days)
        if len(found) == count or (rule.until and at.date() > rule.until) or len(found) == rule.count:
            break
        if at.weekday() != rule.weekday:
            continue
        months = (at.year - first.year) * 12 + at.month - first.month
        same = [day for week in calendar.monthcalendar(at.year, at.month) if (day := week[rule.weekday])]
        if rule.nth is None:
            is_on = days % (7 * rule.every) == 0
        else:
            is_on = months % rule.every == 0 and at.day == same[rule.nth if rule.nth == LAST else rule.nth - 1]
        if is_on:
            found.append(at)
    return found


@given(series(), st.sampled_from(ZONES))
def test_a_series_is_what_the_calendar_on_the_wall_says(drawn: tuple[Rule, datetime], zone: str) -> None:
    rule, first = drawn
    slots = coming(rule, first, zone, LONG_AGO, 6)
    assert [slot.wall for slot in slots] == by_hand(rule, first, 6)
    for slot in slots:
        assert slot.starts_at == slot.wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        assert is_slot(rule, first, slot.wall)
        assert not is_slot(rule, first, slot.wall + timedelta(days=1))


@pytest.mark.parametrize(
    ("first", "moments"),
    [
        ("2027-03-18 19:00", ["18:00", "18:00", "17:00"]),
        ("2027-10-21 19:00", ["17:00", "17:00", "18:00"]),
        ("2027-03-14 02:30", ["01:30", "01:30", "01:30"]),
        ("2027-10-17 02:30", ["00:30", "00:30", "00:30"]),
    ],
)
def test_summer_and_winter_have_the_same_time_on_the_wall(first: str, moments: list[str]) -> None:
    """At 02:30 the third one is in the hour that is skipped in March, and comes twice in October."""
    slots = coming(weekly(wall(first).date()), wall(first), BRUSSELS, LONG_AGO, 3)
    assert [f"{slot.starts_at:%H:%M}" for slot in slots] == moments
    assert {f"{slot.wall:%H:%M}" for slot in slots} == {first[-5:]}


def test_the_skipped_hour_moves_one_meetup_and_not_the_next() -> None:
    slots = coming(weekly(date(2027, 3, 21)), wall("2027-03-21 02:30"), BRUSSELS, LONG_AGO, 3)
    home = [slot.starts_at.astimezone(ZoneInfo(BRUSSELS)) for slot in slots]
    assert [f"{at:%H:%M}" for at in home] == ["02:30", "03:30", "02:30"]


def test_half_an_hour_of_summer_is_enough() -> None:
    slots = coming(weekly(date(2027, 3, 28)), wall("2027-03-28 19:00"), "Australia/Lord_Howe", LONG_AGO, 3)
    assert [f"{slot.starts_at:%H:%M}" for slot in slots] == ["08:00", "08:30", "08:30"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_series_comes_on_each_such_day_of_ten_years(zone: str) -> None:
    first = wall("2026-01-01 00:15")
    after = LONG_AGO
    days: list[date] = []
    while len(days) < 522:
        slots = coming(weekly(first.date()), first, zone, after)
        days += [slot.wall.date() for slot in slots]
        after = slots[-1].starts_at
    assert days[:522] == [date(2026, 1, 1) + timedelta(weeks=n) for n in range(522)], "weeks 53 too"


def test_the_last_day_of_its_kind_is_found_in_each_month_of_ten_years() -> None:
    first = wall("2026-01-31 10:00")
    rule = Rule(SATURDAY, LAST)
    found = coming(rule, first, BRUSSELS, LONG_AGO, 104) + coming(
        rule, first, BRUSSELS, datetime(2034, 9, 1, tzinfo=UTC), 16
    )
    expected = [max(week[SATURDAY] for week in calendar.monthcalendar(2026 + n // 12, n % 12 + 1)) for n in range(120)]
    assert [slot.wall.day for slot in found] == expected
    assert found[25].wall.date() == date(2028, 2, 26)


def test_a_series_ends_on_its_last_day_or_after_so_many() -> None:
    assert walls(Rule(THURSDAY, every=2, until=date(2026, 12, 31)), "2026-12-03 19:00") == [
        "2026-12-03 19:00",
        "2026-12-17 19:00",
        "2026-12-31 19:00",
    ]
    assert walls(Rule(THURSDAY, every=2, until=date(2026, 12, 30)), "2026-12-03 19:00")[-1] == "2026-12-17 19:00"
    assert len(walls(Rule(THURSDAY, count=3), "2026-12-03 23:59")) == 3


def test_what_began_is_not_to_come() -> None:
    first, rule = wall("2026-12-03 19:00"), Rule(THURSDAY, count=2)
    start = datetime(2026, 12, 3, 18, tzinfo=UTC)
    assert len(coming(rule, first, BRUSSELS, start - timedelta(microseconds=1))) == 2
    assert [slot.wall.day for slot in coming(rule, first, BRUSSELS, start)] == [10]
    assert coming(rule, first, BRUSSELS, datetime(2026, 12, 10, 18, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("limit", "given_"), [(-1, 0), (0, 0), (1, 1), (103, 103), (104, 104), (105, 104), (10**9, 104)]
)
def test_a_series_without_end_is_looked_ahead_for_a_while(limit: int, given_: int) -> None:
    assert len(walls(Rule(THURSDAY), "2026-12-03 19:00", limit=limit)) == given_


def test_a_series_without_end_is_not_gone_through_for_ever() -> None:
    first = wall("2026-12-03 19:00")
    assert coming(Rule(THURSDAY), first, BRUSSELS, datetime(9000, 1, 1, tzinfo=UTC)) == ()
    assert not is_slot(Rule(THURSDAY), first, wall("9000-01-02 19:00"))
    assert len(coming(Rule(THURSDAY), first, BRUSSELS, datetime(2210, 1, 1, tzinfo=UTC), 5)) == 5


@given(series())
def test_a_rule_is_written_and_read(drawn: tuple[Rule, datetime]) -> None:
    rule, first = drawn
    assert rule_of(rrule_of(rule)) == rule
    assert read_rule(said_rule(rule), first.date()) == rule


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=2TU", "FREQ=MONTHLY;BYDAY=TU", "FREQ=MONTHLY;BYDAY=5TU",
     "FREQ=WEEKLY;INTERVAL=0;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270230", "FREQ=WEEKLY;BYDAY=TU\n",
     "FREQ=WEEKLY;BYDAY=TU;COUNT=2;UNTIL=20270601", "FREQ=WEEKLY;BYDAY=TU;UNTIL=٢٠٢٧٠٦٠١"],
)  # fmt: skip
def test_a_rule_that_isnt_ours_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - strptime's words or ours
        rule_of(text)


LAST_TUESDAY = date(2026, 12, 29)


@pytest.mark.parametrize(
    ("typed", "rrule", "words"),
    [
        ("weekly", "FREQ=WEEKLY;BYDAY=TU", "every week on Tuesday"),
        ("Every Tuesday", "FREQ=WEEKLY;BYDAY=TU", "every week on Tuesday"),
        ("weekly on tuesdays", "FREQ=WEEKLY;BYDAY=TU", "every week on Tuesday"),
        ("weekly x10", "FREQ=WEEKLY;BYDAY=TU;COUNT=10", "every week on Tuesday, 10 times"),
        ("weekly, 10 times", "FREQ=WEEKLY;BYDAY=TU;COUNT=10", "every week on Tuesday, 10 times"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tuesday"),
        ("every other week", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tuesday"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tuesday"),
        (
            "every 2 weeks until 1 June",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270601",
            "every 2 weeks on Tuesday until 1 Jun 2027",
        ),
        ("weekly until 1.6.", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270601", "every week on Tuesday until 1 Jun 2027"),
        ("monthly", "FREQ=MONTHLY;BYDAY=-1TU", "every month on the last Tuesday"),
        ("monthly on the last tuesday", "FREQ=MONTHLY;BYDAY=-1TU", "every month on the last Tuesday"),
        ("last tue of each month", "FREQ=MONTHLY;BYDAY=-1TU", "every month on the last Tuesday"),
        ("every last tuesday", "FREQ=MONTHLY;BYDAY=-1TU", "every month on the last Tuesday"),
        (
            "every 2 months x6",
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TU;COUNT=6",
            "every 2 months on the last Tuesday, 6 times",
        ),
    ],
)
def test_what_people_type_is_a_rule(typed: str, rrule: str, words: str) -> None:
    rule = read_rule(typed, LAST_TUESDAY)
    assert (rrule_of(rule), said_rule(rule)) == (rrule, words)


def test_the_end_may_be_told_in_the_language_of_the_community() -> None:
    assert read_rule("weekly until 12 mei", LAST_TUESDAY, "nl").until == date(2027, 5, 12)


@pytest.mark.parametrize(
    ("day", "nth"),
    [(1, 1), (7, 1), (8, 2), (14, 2), (15, 3), (21, 3), (22, 4), (28, 4), (29, LAST), (31, LAST)],
)
def test_monthly_means_the_same_day_of_the_week_in_the_month(day: int, nth: int) -> None:
    rule = monthly(date(2027, 7, day))
    assert rule == Rule(date(2027, 7, day).weekday(), nth)
    assert fits(rule, date(2027, 7, day))


def test_a_fourth_day_may_also_be_the_last() -> None:
    assert [fits(Rule(SUNDAY, nth), date(2027, 2, 28)) for nth in (1, 2, 3, 4, LAST)] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert [fits(Rule(THURSDAY, nth), date(2027, 7, 22)) for nth in (4, LAST)] == [True, False]
    assert [fits(Rule(TUESDAY, LAST), date(2027, 8, day)) for day in (24, 31)] == [False, True]


@pytest.mark.parametrize(
    ("typed", "cure"),
    [
        ("", "say how often, such as weekly x10"),
        ("now and then", "I can't read “now and then”; write weekly x10"),
        ("x" * (LONGEST_TEXT + 1), "at most 100 characters"),
        ("9" * 1_000_000, "at most 100 characters"),
        (
            "daily",
            "repeated by weeks, or by a day of the week in a month; write weekly, or every month on the last Tuesday",
        ),
        ("biweekly", "repeated by weeks"),
        ("monthly on the 29th", "repeated by weeks"),
        ("every second tuesday", "may mean two things; write every 2 weeks, or monthly on the second tuesday"),
        (
            "every thursday",
            "the first one, on Tue 29 Dec 2026, is not on Thursday; write every week on Tuesday, or move",
        ),
        ("monthly on the 2nd tuesday", "is not on the second Tuesday; write every month on the last Tuesday, or move"),
        ("every 0 weeks", "every 1 to 52 weeks, not every 0"),
        ("every 53 weeks", "every 1 to 52 weeks, not every 53"),
        ("every 13 months", "every 1 to 12 months"),
        ("weekly x1", "between 2 and 104 times"),
        ("weekly x105", "between 2 and 104 times"),
        ("weekly until soon", "I can't read “soon” as a day; write until 1 June"),
        ("weekly until 30 feb", "there is no 30 Feb 2026"),
        ("weekly until 29 dec 2026", "Tue 29 Dec 2026 is not after the first one"),
        ("weekly until 1 jan 2020", "Wed 1 Jan 2020 is not after the first one"),
        ("weekly until 9999-12-31", "more than 2 years after the first one"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_cure(typed: str, cure: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared below
        read_rule(typed, LAST_TUESDAY)
    assert cure in str(refused.value)


@pytest.mark.parametrize(
    "typed", ["every 52 weeks", "every 12 months", "weekly x2", "weekly x104", "weekly until 5 jan 2027"]
)
def test_the_limits_themselves_are_fine(typed: str) -> None:
    assert fits(read_rule(typed, LAST_TUESDAY), LAST_TUESDAY)
    assert checked(Rule(TUESDAY, until=LAST_TUESDAY + FURTHEST), LAST_TUESDAY).until


PIECES = (
    *("weekly", "every", "2", "weeks", "month", "monthly", "on", "the", "last", "2nd", "tuesday", "tue", "of", "until"),
    *("x", "10", "times", "1 June", "30 feb", "99999999", "9999-12-31", ",", "×", "each", "until until", "٣", "x²"),
)
texts = st.one_of(st.text(max_size=110), st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))


@given(texts, st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.sampled_from(("en", "fr")))
def test_any_text_is_a_rule_that_fits_or_kindly_refused(typed: str, first: date, language: str) -> None:
    try:
        rule: Rule | ValueError = read_rule(typed, first, language)
    except ValueError as refused:
        rule = refused
    if isinstance(rule, ValueError):
        assert type(rule) is ValueError, "a decoding error would be one too"
        assert 10 < len(str(rule)) < 300
    else:
        assert checked(rule, first) == rule
        assert rule_of(rrule_of(rule)) == rule
