"""Dates as people type them: “2026-12-24”, “24 Dec”, “Dec 24”, “in 3 weeks”, “tomorrow”. Pure functions."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.features.ownership import slots

FURTHEST = timedelta(days=366)
"""How far ahead somebody may want quiet: longer is the same as stopping."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {"day": 1, "week": 7, "month": 30}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? ([a-z]{3,9})\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_AHEAD = re.compile(r"(?:in |for )?(\d{1,3}|an?|one) (day|week|month)s?")
EXAMPLES = "2026-12-24, 24 Dec, or in 3 weeks"
"""What may be typed."""


def read_date(typed: str, today: date) -> date:
    """Read a day after today; one without a year is the next of its kind. Raise ValueError with what is allowed."""
    text = " ".join(typed.casefold().split())
    found = _ahead(text, today) or _written(text, today)
    if found is None:
        raise ValueError(f"I can't read “{typed[:40]}” as a date; write {EXAMPLES}")
    if found <= today:
        raise ValueError(f"{found:%d %b %Y} is not ahead of us; write a later day")
    if found - today > FURTHEST:
        raise ValueError("that is more than a year ahead; write an earlier day")
    return found


def _ahead(text: str, today: date) -> date | None:
    if text == "tomorrow":
        return today + timedelta(days=1)
    if text in {"next week", "next month"}:
        return today + timedelta(days=_UNITS[text.removeprefix("next ")])
    told = _AHEAD.fullmatch(text)
    if told is None:
        return None
    count = int(told[1]) if told[1].isdigit() else 1
    return today + timedelta(days=count * _UNITS[told[2]])


def _written(text: str, today: date) -> date | None:
    if told := _ISO.fullmatch(text):
        return _day(int(told[1]), int(told[2]), int(told[3]))
    if told := _DOTTED.fullmatch(text):
        return _next(told[3], int(told[2]), int(told[1]), today)
    if told := _DAY_MONTH.fullmatch(text):
        return _next(told[3], _month(told[2]), int(told[1]), today)
    if told := _MONTH_DAY.fullmatch(text):
        return _next(told[3], _month(told[1]), int(told[2]), today)
    return None


def _month(name: str) -> int:
    """Number a month by the first three letters of its name; 0 for none."""
    return _MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else 0


def _next(year: str | None, month: int, day: int, today: date) -> date | None:
    """Give a day of a year, or without one the next such day: the 29th of February may be years away."""
    if year:
        return _day(int(year), month, day)
    days = (_day(today.year + n, month, day) for n in range(9))
    return next((found for found in days if found and found > today), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """Give the moment at which a day begins in a zone (aware UTC)."""
    return slots.begins_at(day, 0, zone)
