"""Weekly moments keep their hour on the wall, whatever clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.features.ownership.weekly import WEEK, WINDOW, is_time, latest, week_of

ZONES = ("UTC", "Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")


def config(zone: str, weekday: str = "tuesday", hour: int = 10) -> Config:
    told = {"community": {"timezone": zone}, "ownership": {"weekday": weekday, "hour": hour}}
    return Config.model_validate(told)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-03-24T09:00", "2026-03-24T09:00"),  # winter: 10 o'clock is 9 in UTC
        ("2026-03-24T08:59", "2026-03-17T09:00"),
        ("2026-03-31T08:00", "2026-03-31T08:00"),  # clocks went forward on the 29th
        ("2026-03-31T07:59", "2026-03-24T09:00"),
        ("2026-10-27T09:00", "2026-10-27T09:00"),  # and back on 25 October
        ("2026-10-27T08:30", "2026-10-20T08:00"),
    ],
)
def test_the_hour_on_the_wall_stays_the_same(now: str, moment: str) -> None:
    at, wanted = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (now, moment))
    assert latest(at, config("Europe/Brussels")) == wanted


def test_it_is_time_for_half_a_day() -> None:
    moment = datetime(2026, 3, 10, 10, tzinfo=UTC)
    told = config("UTC")
    second = timedelta(seconds=1)
    expected = {moment - second: False, moment: True, moment + WINDOW - second: True, moment + WINDOW: False}
    assert {at: is_time(at, told) for at in expected} == expected


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware below
    st.sampled_from(ZONES),
    st.sampled_from(("monday", "friday")),
    st.integers(0, 23),
)
def test_every_week_has_its_one_moment(naive: datetime, zone: str, weekday: str, hour: int) -> None:
    told = config(zone, weekday, hour)
    now = naive.replace(tzinfo=UTC)
    moment = latest(now, told)
    assert moment <= now < moment + WEEK + timedelta(hours=25)
    assert latest(moment, told) == moment
    local = moment.astimezone(ZoneInfo(zone))
    assert f"{local:%A}".lower() == weekday
    following = latest(moment + WEEK + timedelta(hours=2), told)
    assert week_of(following, told) != week_of(moment, told)
