"""Moments that come once a week, by the clock on the community's wall. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import Config
from bot.features.ownership.slots import WEEK_DAYS, WEEKDAYS

WEEK = timedelta(days=7)
WINDOW = timedelta(hours=12)
"""How late something weekly may still be said, after the bot was down; later than that it waits for the next week."""


def latest(now: datetime, config: Config) -> datetime:
    """Give the last weekly moment at or before now, aware UTC.

    By the calendar of the community's zone, so that the hour on the wall stays the same when clocks are changed.
    """
    zone = ZoneInfo(config.community.timezone)
    local = now.astimezone(zone)
    back = (local.weekday() - WEEKDAYS.index(config.ownership.weekday)) % WEEK_DAYS
    for days in (back, back + WEEK_DAYS):
        day = local.date() - timedelta(days=days)
        moment = datetime.combine(day, time(config.ownership.hour), zone).astimezone(UTC)
        if moment <= now:
            return moment
    raise AssertionError("a week has one such moment")


def week_of(moment: datetime, config: Config) -> str:
    """Name the week of a moment, as the calendar of the community's zone has it: `2026-W10`."""
    year, week, _ = moment.astimezone(ZoneInfo(config.community.timezone)).isocalendar()
    return f"{year}-W{week:02}"


def is_time(now: datetime, config: Config) -> bool:
    """Tell whether what is said weekly may be said now."""
    return now - latest(now, config) < WINDOW
