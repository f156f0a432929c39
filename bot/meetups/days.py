"""On which day something is, as people type it: “next thu”, “tomorrow”, “12 Dec”, “2026-12-12”. Pure functions.

The community's language is read too (`languages.py`); this is English, and what is written in digits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.meetups.times import said_day

WEEK = timedelta(days=7)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
_WEEKDAYS = {short: n for n, name in enumerate(WEEKDAYS) for short in (name, name[:3])} | {
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
_MONTHS = {short: n for n, name in enumerate(MONTHS, 1) for short in (name, name[:3])} | {"sept": 9}
_CENTURY = 2000
_LEAP_YEARS = 9
"""In so many years there is a 29th of February for sure."""
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_SIGNS = re.compile(r"[,;()\[\]|·]|(?<!\S)-|-(?!\S)|(?<!\d)\.")
_NOISE = re.compile(r"\b(?:on|the|of|at)\b")
_AHEAD = re.compile(r"in (\d{1,3}|a|one|two|three|four) (day|week)s?|(\d{1,3}|a|two) (day|week)s? from (?:now|today)")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\.? ?(\d{4})|\. ?(\d{2})|\.)?")
_SLASHED = re.compile(r"(\d{1,2})([-/])(\d{1,2})(?:\2(\d{4}|\d{2}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? ?([a-z]{3,9})\.?(?: ?(\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? ?(\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that somebody named.

    Attributes:
        weekly: they said a day of the week: where today's time is over, they mean the next one.
        note: what they should know of how it was understood; empty for nothing.
    """

    day: date
    weekly: bool = False
    note: str = ""


def read_day(text: str, today: date) -> Day | None:
    """Read a day (small letters); None where this is none. Raise ValueError, with what is allowed, for an odd one."""
    plain = " ".join(_NOISE.sub(" ", _SIGNS.sub(" ", text)).split())
    return _near(plain, today) or _named(plain, today) or _dated(plain, today)


def _near(text: str, today: date) -> Day | None:
    days = {"today": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "day after tomorrow": 2}.get(text)
    if days is not None:
        return Day(today + timedelta(days=days))
    told = _AHEAD.fullmatch(text)
    if told is None:
        return None
    count, unit = told[1] or told[3], told[2] or told[4]
    number = _COUNTS[count] if count in _COUNTS else int(count)
    return Day(today + number * (WEEK if unit == "week" else timedelta(days=1)))


def _named(text: str, today: date) -> Day | None:
    """Read a day of the week."""
    found, others = _weekdays(text)
    if len(found) != 1:
        return None
    first = today + timedelta(days=(found[0] - today.weekday()) % WEEK.days)
    if others in {"", "this", "coming", "this coming"}:
        return Day(first, weekly=True)
    if others == "next":
        return _next(first, today)
    if others == "next week":
        return Day(today + WEEK + timedelta(days=found[0] - today.weekday()))
    return None


def _next(first: date, today: date) -> Day:
    """Give the day that “next Thursday” is: the first one after today. Some mean the one of the week after."""
    if first == today:
        return Day(today + WEEK)
    if first.weekday() < today.weekday():
        return Day(first)
    name = f"{first:%A}"
    return Day(first, note=f"That is this {name}. If you mean the one after, write {name[:3].lower()} next week.")


def _dated(text: str, today: date) -> Day | None:
    """Read a date, which may have its day of the week beside it."""
    named, others = _weekdays(text)
    found = _date(others, today)
    wrong = [WEEKDAYS[number].capitalize() for number in named if found and number != found.weekday()]
    if found and wrong:
        raise ValueError(f"{said_day(found)} is no {wrong[0]}; write only the one that you mean")
    return Day(found) if found else None


def _weekdays(text: str) -> tuple[list[int], str]:
    """Find the days of the week in a text, 0 for Monday, and what else it says."""
    words = text.split()
    return [_WEEKDAYS[word] for word in words if word in _WEEKDAYS], " ".join(w for w in words if w not in _WEEKDAYS)


def _date(text: str, today: date) -> date | None:
    forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
        (_ISO, lambda told, _: _day(int(told[1]), int(told[3]), int(told[4]))),
        (_DOTTED, lambda told, today: _of_year(told[3] or told[4], int(told[2]), int(told[1]), today)),
        (_SLASHED, _slashed),
        (_DAY_MONTH, lambda told, today: _lettered(told[2], told[1], told[3], today)),
        (_MONTH_DAY, lambda told, today: _lettered(told[1], told[2], told[3], today)),
        (_ORDINAL, lambda told, today: _next_of_month(int(told[1]), today)),
    )
    for form, reading in forms:
        told = form.fullmatch(text)
        if told:
            return reading(told, today)
    return None


def _slashed(told: "re.Match[str]", today: date) -> date:
    """Read two numbers of which either may be the month: some write it first, some last."""
    first, second = int(told[1]), int(told[3])
    if first != second and max(first, second) <= len(MONTHS):
        one, other = f"{first} {MONTHS[second - 1][:3].title()}", f"{second} {MONTHS[first - 1][:3].title()}"
        hours = f", or {first}:00-{second}:00" if told[2] == "-" and first < second else ""
        raise ValueError(f"{told[0]} may be {one} or {other}{hours}; write the one that you mean")
    day, month = (second, first) if second > len(MONTHS) else (first, second)
    return _of_year(told[4], month, day, today)


def _lettered(month: str, day: str, year: str | None, today: date) -> date | None:
    return _of_year(year, _MONTHS[month], int(day), today) if month in _MONTHS else None


def _next_of_month(day: int, today: date) -> date:
    months = [
        (today.year + (today.month - 1 + n) // len(MONTHS), (today.month - 1 + n) % len(MONTHS) + 1) for n in range(3)
    ]
    found = (_maybe(year, month, day) for year, month in months)
    ahead = next((one for one in found if one and one >= today), None)
    if ahead is None:
        raise ValueError("no month has so many days; write another day")
    return ahead


def _of_year(year: str | None, month: int, day: int, today: date) -> date:
    """Give a day of a year, or without one the next such day from today on."""
    if year:
        return _day(int(year) + (_CENTURY if len(year) < len("2026") else 0), month, day)
    found = (_maybe(today.year + n, month, day) for n in range(_LEAP_YEARS))
    ahead = next((one for one in found if one and one >= today), None)
    return ahead or _day(today.year, month, day)


def _day(year: int, month: int, day: int) -> date:
    found = _maybe(year, month, day)
    if found is None:
        name = MONTHS[month - 1][:3].title() if 1 <= month <= len(MONTHS) else f"in month {month} of"
        raise ValueError(f"there is no {day} {name} {year}; write a day that is in the calendar")
    return found


def _maybe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
