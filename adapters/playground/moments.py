"""Times as one reader sees them, in their own zone: pure."""

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

_STEPS = ((timedelta(days=365), "year"), (timedelta(days=30), "month"), (timedelta(days=7), "week"))
_SMALL_STEPS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def show(at: datetime, style: Literal["date", "datetime", "relative"], zone: str, now: datetime) -> str:
    """Write a moment in a style of the tree."""
    local = at.astimezone(ZoneInfo(zone))
    if style == "relative":
        return relative(at, now)
    day = f"{local:%a} {local.day} {local:%b %Y}"
    return day if style == "date" else f"{day}, {local:%H:%M}"


def full(at: datetime, zone: str) -> str:
    """Write a moment with its zone, for the tooltip."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone})"


def hour(at: datetime, zone: str) -> str:
    """Write the time of day."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def day_of(at: datetime, zone: str) -> date:
    """Tell on which of the reader's days a moment falls."""
    return at.astimezone(ZoneInfo(zone)).date()


def day_name(day: date, today: date) -> str:
    """Name a day the way people do."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def relative(at: datetime, now: datetime) -> str:
    """Write how far a moment is from now, in its largest whole unit."""
    apart = abs(at - now)
    for step, name in (*_STEPS, *_SMALL_STEPS):
        count = apart // step
        if count:
            words = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {words}" if at > now else f"{words} ago"
    return "now"
