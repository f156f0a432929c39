"""How a meetup is repeated: every so many weeks, or by a day of the week in a month. Pure rules.

A rule speaks of what clocks on a wall show: at seven in the evening, summer and winter. The moments are worked out from
that in the zone of the meetup, each for itself. A time that the clock skips is taken just after, one that comes twice
counts the first time.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

from bot.meetups.days import WEEKDAYS
from bot.meetups.times import moment

WEEKS_MOST, MONTHS_MOST = 52, 12
"""Weeks or months between two meetups at most: what is rarer is planned when it comes."""
COUNT_LEAST, COUNT_MOST = 2, 104
"""How often a meetup may be repeated: two years of weeks."""
COMING_MOST = 104
"""Meetups of a series that are looked ahead for at once."""
_STEPS_MOST = 10_000
"""Meetups of a series that are gone through: those of two hundred years of weeks."""
LAST = -1
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
_WEEK = 7
_FIFTH = 5
_RRULE = re.compile(
    r"FREQ=(?:(?P<weekly>WEEKLY)|MONTHLY)(?:;INTERVAL=(?P<every>[1-9][0-9]?))?"
    r";BYDAY=(?P<nth>[1-4]|-1)?(?P<day>MO|TU|WE|TH|FR|SA|SU)"
    r"(?:;UNTIL=(?P<until>[0-9]{8})|;COUNT=(?P<count>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is repeated.

    Attributes:
        weekday: on which day of the week, 0 for Monday.
        nth: on the how manieth such day of a month, `LAST` for the last one; None for a rule that counts weeks.
        every: weeks or months from one to the next.
        until: the last day on which it may be.
        count: how often it is in all.
    """

    weekday: int
    nth: int | None = None
    every: int = 1
    until: date | None = None
    count: int | None = None

    @property
    def is_monthly(self) -> bool:
        """Whether it counts months, and not weeks."""
        return self.nth is not None


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that a rule gives: what clocks are to show, and the moment (aware UTC)."""

    wall: datetime
    starts_at: datetime


def coming(rule: Rule, first: datetime, zone: str, after: datetime, limit: int = COMING_MOST) -> tuple[Slot, ...]:
    """List the next times of a series after a moment (aware UTC), at most `limit` and `COMING_MOST`.

    `first` is what clocks in the zone (IANA name) show at its first meetup.
    """
    slots = (Slot(wall, moment(wall, zone)) for wall in islice(_walls(rule, first), _STEPS_MOST))
    return tuple(islice((slot for slot in slots if slot.starts_at > after), max(0, min(limit, COMING_MOST))))


def is_slot(rule: Rule, first: datetime, wall: datetime) -> bool:
    """Tell whether a series gives a time."""
    return next((one for one in islice(_walls(rule, first), _STEPS_MOST) if one >= wall), None) == wall


def _walls(rule: Rule, first: datetime) -> Iterator[datetime]:
    from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday  # a hundredth of a second that no start should wait for

    return iter(
        rrule(
            MONTHLY if rule.is_monthly else WEEKLY,
            dtstart=first,
            interval=rule.every,
            byweekday=weekday(rule.weekday, rule.nth),
            until=rule.until and datetime.combine(rule.until, time.max),
            count=rule.count,
        )
    )


def weekly(first: date) -> Rule:
    """Give the rule of every week on the day of the week of a day."""
    return Rule(first.weekday())


def monthly(first: date) -> Rule:
    """Give the rule of every month on the day of the week that a day is in its month; of a fifth one, the last."""
    nth = (first.day - 1) // _WEEK + 1
    return Rule(first.weekday(), LAST if nth == _FIFTH else nth)


def fits(rule: Rule, first: date) -> bool:
    """Tell whether a series with this rule may begin on a day."""
    is_nth = {(first.day - 1) // _WEEK + 1, LAST if _is_last(first) else 0}
    return first.weekday() == rule.weekday and (rule.nth is None or rule.nth in is_nth)


def _is_last(day: date) -> bool:
    """Tell whether no other such day of the week comes in its month."""
    return day.day + _WEEK > monthrange(day.year, day.month)[1]


def rrule_of(rule: Rule) -> str:
    """Write a rule as RFC 5545 does, with its last day as a date: `FREQ=MONTHLY;BYDAY=-1TU;COUNT=10`."""
    parts = [f"FREQ={'MONTHLY' if rule.is_monthly else 'WEEKLY'}"]
    if rule.every > 1:
        parts.append(f"INTERVAL={rule.every}")
    parts.append(f"BYDAY={'' if rule.nth is None else rule.nth}{DAYS[rule.weekday]}")
    if rule.until:
        parts.append(f"UNTIL={rule.until:%Y%m%d}")
    elif rule.count:
        parts.append(f"COUNT={rule.count}")
    return ";".join(parts)


def rule_of(text: str) -> Rule:
    """Read what `rrule_of` wrote; raise ValueError for anything else, other rules of RFC 5545 too."""
    told = _RRULE.fullmatch(text)
    if told is None or bool(told["weekly"]) is bool(told["nth"]):
        raise ValueError("that is no rule that I write")
    return Rule(
        DAYS.index(told["day"]),
        int(told["nth"]) if told["nth"] else None,
        int(told["every"] or 1),
        datetime.strptime(told["until"], "%Y%m%d").date() if told["until"] else None,  # noqa: DTZ007 - a day alone
        int(told["count"]) if told["count"] else None,
    )


def said_rule(rule: Rule) -> str:
    """Write a rule in words, which may be typed as well: `every 2 weeks on Thursday until 1 Jun 2027`."""
    unit = "month" if rule.is_monthly else "week"
    often = f"every {unit}" if rule.every == 1 else f"every {rule.every} {unit}s"
    until = f" until {rule.until.day} {rule.until:%b %Y}" if rule.until else ""
    end = until or (f", {rule.count} times" if rule.count else "")
    return f"{often} on {said_on(rule)}{end}"


def said_on(rule: Rule) -> str:
    """Write on which day a rule is: `Thursday`, `the last Tuesday`."""
    name = WEEKDAYS[rule.weekday].capitalize()
    return name if rule.nth is None else f"the {_NTH[rule.nth]} {name}"
