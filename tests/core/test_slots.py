"""When an owner may be written to: on their own clock, right over both changes of it."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.features.ownership import slots
from bot.features.ownership.slots import Rhythm, first_slot, is_open, next_chance, place_in, turn
from bot.model import Person
from bot.nudges import Carer

ZONES = ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Nuuk", "Asia/Beirut",
         "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")  # fmt: skip
TUESDAY = 1
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(lambda found: found.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware here
rhythms = st.builds(
    Rhythm,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    begins=st.integers(0, 23),
    ends=st.integers(0, 23),
    spread=st.integers(0, 1799).map(lambda seconds: timedelta(seconds=seconds)),
)


def rhythm(zone: str = "Europe/Brussels", weekday: int = TUESDAY, hour: int = 10, minutes: int = 0) -> Rhythm:
    return Rhythm(ZoneInfo(zone), weekday, hour, 9, 17, timedelta(minutes=minutes))


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type] # year to minute


@given(moments, rhythms)
def test_a_slot_lies_within_a_week_on_its_day_and_is_open(since: datetime, when: Rhythm) -> None:
    slot = first_slot(since, when)
    assert since <= slot < since + timedelta(days=8)
    assert is_open(slot, when)
    shown = slot.astimezone(when.zone)
    skipped = (shown - timedelta(hours=1)).hour == when.hour or (shown.hour - when.hour) % 24 == 1
    assert shown.hour == when.hour or skipped


@given(moments, rhythms)
def test_slots_come_once_a_week_the_whole_year(since: datetime, when: Rhythm) -> None:
    days = []
    at = since
    for _ in range(60):
        slot = first_slot(at, when)
        days.append((slot - when.spread).astimezone(when.zone))
        at = slot + timedelta(seconds=1)
    gaps = {(b.date() - a.date()).days for a, b in itertools.pairwise(days)}
    assert gaps <= {6, 7, 8}, "a skipped hour at midnight may move a slot to the next day"
    assert (days[-1].date() - days[0].date()).days in {59 * 7 - 1, 59 * 7, 59 * 7 + 1}


@given(moments, rhythms)
def test_the_next_chance_is_open_and_taken_at_once_when_it_has_come(now: datetime, when: Rhythm) -> None:
    chance = next_chance(now, when)
    assert now <= chance < now + timedelta(days=8)
    assert is_open(chance, when)
    assert next_chance(chance, when) == chance


@given(moments, moments, st.none() | moments, st.none() | moments, rhythms)
def test_a_turn_is_never_past_never_outside_hours_and_a_week_after_the_last(
    since: datetime, now: datetime, last: datetime | None, quiet: datetime | None, when: Rhythm
) -> None:
    at = turn(since, now, when, last, quiet)
    assert at >= now
    assert is_open(at, when)
    assert turn(since, at, when, last, quiet) == at, "when it has come it is now"
    if quiet is not None:
        assert at >= quiet
    if last is not None:
        assert (at.astimezone(when.zone).date() - last.astimezone(when.zone).date()).days >= 7


@pytest.mark.parametrize(
    ("weekday", "hour", "day", "at"),
    [
        (6, 2, (2027, 3, 27), (2027, 3, 28, 3)),  # 2:00 is skipped: just after it
        (6, 2, (2027, 10, 30), (2027, 10, 31, 2)),  # 2:00 comes twice: the first time
        (1, 10, (2027, 3, 29), (2027, 3, 30, 10)),
        (1, 10, (2027, 11, 1), (2027, 11, 2, 10)),
    ],
)
def test_a_slot_in_the_nights_in_which_the_clock_changes(
    weekday: int, hour: int, day: tuple[int, ...], at: tuple[int, ...]
) -> None:
    when = rhythm(weekday=weekday, hour=hour)
    slot = first_slot(local("Europe/Brussels", *day, 12), when)
    assert slot == local("Europe/Brussels", *at)
    assert not is_open(slot + timedelta(hours=1), when) or at[3] == 10


def test_what_comes_up_after_the_slot_waits_for_the_next_one() -> None:
    noon = local("Europe/Brussels", 2026, 9, 8, 12)
    assert turn(noon, noon, rhythm()) == local("Europe/Brussels", 2026, 9, 15, 10)


@pytest.mark.parametrize(
    ("back", "at"),
    [
        ((2026, 9, 8, 13, 5), (2026, 9, 8, 13, 5)),
        ((2026, 9, 8, 13, 25), (2026, 9, 8, 13, 25)),
        ((2026, 9, 8, 16, 59), (2026, 9, 8, 16, 59)),
        ((2026, 9, 8, 17, 0), (2026, 9, 9, 9, 20)),
        ((2026, 9, 12, 11, 0), (2026, 9, 14, 9, 20)),
    ],
)
def test_a_slot_that_went_by_is_made_up_for_as_soon_as_the_working_hours_allow(
    back: tuple[int, ...], at: tuple[int, ...]
) -> None:
    monday = local("Europe/Brussels", 2026, 9, 7, 8)
    assert turn(monday, local("Europe/Brussels", *back), rhythm(minutes=20)) == local("Europe/Brussels", *at)


def test_what_is_late_goes_out_at_its_place_in_the_hour_so_that_not_all_comes_at_once() -> None:
    its = rhythm(minutes=20)
    own_hour, late, evening = (local("Europe/Brussels", 2026, 9, 8, hour, 45) for hour in (10, 13, 16))
    assert place_in(own_hour, its) == own_hour
    assert place_in(late, its) == late + timedelta(minutes=20)
    assert place_in(evening, its) == evening, "later the day would be over"


@given(st.integers(0, 24 * 60), st.integers(1, 29))
def test_one_tick_an_hour_reaches_everybody_within_the_working_day(begin: int, minutes: int) -> None:
    """Whoever runs `bot tick` by cron instead of the program."""
    now = local("Europe/Brussels", 2026, 9, 7, 8) + timedelta(minutes=begin)
    since, its = now, rhythm(minutes=minutes)
    while turn(since, now, its) > now:
        now += timedelta(hours=1)
    assert now < local("Europe/Brussels", 2026, 9, 8, 12)


def test_after_a_pause_comes_one_that_is_late_and_then_the_usual_day() -> None:
    monday = local("Europe/Brussels", 2026, 9, 7, 8)
    pause = local("Europe/Brussels", 2026, 9, 24, 0)
    late = turn(monday, monday, rhythm(), quiet_until=pause)
    assert late == local("Europe/Brussels", 2026, 9, 24, 9)
    assert turn(monday, late, rhythm(), last=late) == local("Europe/Brussels", 2026, 10, 6, 10)


def test_an_own_evening_at_the_weekend_is_open_and_nothing_around_it() -> None:
    when = rhythm(weekday=6, hour=20)
    sunday = local("Europe/Brussels", 2026, 9, 13, 20)
    assert [is_open(sunday + timedelta(minutes=n), when) for n in (-1, 0, 59, 60)] == [False, True, True, False]
    assert not is_open(sunday - timedelta(days=1), when)


def test_a_person_is_asked_as_they_said_else_as_their_community_has_it() -> None:
    config = Config.model_validate({"community": {"timezone": "Asia/Kathmandu"}, "ownership": {"weekday": "friday"}})
    usual = slots.rhythm_of(Person(1, "Ana"), Carer(1), config)
    assert (usual.zone.key, usual.weekday, usual.hour) == ("Asia/Kathmandu", 4, 10)
    own = slots.rhythm_of(Person(1, "Ana", "Europe/Lisbon"), Carer(1, weekday=0, hour=0), config)
    assert (own.zone.key, own.weekday, own.hour) == ("Europe/Lisbon", 0, 0)


def test_people_are_spread_over_the_first_half_of_the_hour() -> None:
    places = [slots.spread_of(person) for person in range(300)]
    assert len({place.total_seconds() // 60 for place in places}) == 30
    assert max(places) < slots.SPREAD
