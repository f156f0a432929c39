"""When people are reminded of a meetup: pure rules. Times are aware UTC.

Only those who have a place are reminded, as long before as each likes; who may come is asked once to decide. What was
due before somebody answered, or heard of another time, they needn't hear any more. After an outage a reminder goes out
late while it is of use: not after the start, and not shortly before the next one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.meetups.meetup import Answer
from bot.meetups.sheet import Claim
from bot.text import clamp, one_line

USUAL = (timedelta(hours=24), timedelta(minutes=15))
"""So long before the start people are reminded who didn't say otherwise."""
DECIDE = timedelta(hours=24)
"""So long before the start those who may come are asked to decide."""
DECIDE_LATEST = timedelta(hours=2)
"""From then on it is too late to ask them."""
APART = timedelta(hours=1)
"""A late reminder keeps so far away from the next one, where there is room."""
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=14)
"""How long before the start somebody may want to be reminded."""
MOST = 5
"""Reminders of one meetup that somebody may want."""
EXAMPLES = "24 hours, 15 min; usual; or none"
"""What may be typed."""
LONGEST_TEXT = 100
"""Characters of what is typed at most."""

_NONE = frozenset({"none", "no", "never", "off", "stop"})
_USUAL = frozenset({"usual", "default", "on"})
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LEAD = re.compile(r"(?P<count>\d{1,6}|an?|one) ?(?P<unit>m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)")
_BETWEEN = re.compile(r"\s?(?:,|;|\+|\band\b)\s?")
_QUOTED = 40


class Kind(StrEnum):
    """What a reminder is."""

    REMIND = "remind"  # somebody who goes
    DECIDE = "decide"  # somebody who may come: ask them


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that a person is to hear before a meetup.

    Attributes:
        before: how long before the start it is due, which names it.
        due_at: when it is due.
        late_until: before when it may still go out, where it is late.
    """

    kind: Kind
    before: timedelta
    due_at: datetime
    late_until: datetime


def planned(
    claim: Claim, starts_at: datetime, leads: Iterable[timedelta] = USUAL, moved_at: datetime | None = None
) -> tuple[Reminder, ...]:
    """List what somebody is to hear before a meetup that takes place, the first one first.

    `leads` say how long before the start they like to be reminded, none where they want to hear nothing; `moved_at` is
    when the meetup got this time, of which they heard.
    """
    wanted = sorted(set(leads), reverse=True)
    if not wanted:
        return ()
    if claim.answer is Answer.MAYBE:
        asked = Reminder(Kind.DECIDE, DECIDE, starts_at - DECIDE, starts_at - DECIDE_LATEST)
        return (asked,) if asked.due_at > max(claim.answered_at, moved_at or claim.answered_at) else ()
    if not claim.has_place:
        return ()
    placed_at = claim.since or claim.answered_at
    known_since = max(placed_at, moved_at or placed_at)
    dues = [*((starts_at - lead) for lead in wanted), starts_at]
    return tuple(
        Reminder(Kind.REMIND, starts_at - due, due, _late_until(due, following, starts_at))
        for due, following in pairwise(dues)
        if due > known_since
    )


def _late_until(due: datetime, following: datetime, starts_at: datetime) -> datetime:
    """Tell before when a reminder is of use: the last one until the start, others while the next one isn't near."""
    return following if following == starts_at else following - min(APART, (following - due) / 2)


def due(reminders: Iterable[Reminder], now: datetime) -> Reminder | None:
    """Give the one that is to go out at a moment; what is too late for that is left out."""
    return next((one for one in reminders if one.due_at <= now < one.late_until), None)


def ahead(starts_at: datetime, now: datetime) -> str:
    """Say how long it is until a meetup begins: `in 20 hours`, `in 15 minutes`; what matters of it, and no more."""
    minutes = round((starts_at - now) / timedelta(minutes=1))
    if minutes <= 0:
        return "now"
    length = timedelta(minutes=minutes)
    if length > timedelta(days=2):
        return f"in {round(length / timedelta(days=1))} days"
    if length >= timedelta(hours=3):
        return f"in {round(length / timedelta(hours=1))} hours"
    return f"in {_said(length)}"


def read_leads(typed: str) -> tuple[timedelta, ...]:
    """Read how long before a meetup somebody likes to be reminded, the longest first; none for not at all.

    Raise ValueError that says what to write, and nothing else, whatever was typed.
    """
    text = one_line(typed[: LONGEST_TEXT + 1]).casefold().removesuffix(" before")
    if len(typed) > LONGEST_TEXT or not text:
        raise ValueError(f"say how long before a meetup you like to be reminded, such as {EXAMPLES}")
    if text in _NONE:
        return ()
    if text in _USUAL:
        return USUAL
    found = sorted({_lead(part) for part in _BETWEEN.split(text)}, reverse=True)
    if len(found) > MOST:
        raise ValueError(f"that is {len(found)} reminders, at most {MOST} are possible; leave some out")
    return tuple(found)


def _lead(part: str) -> timedelta:
    told = _LEAD.fullmatch(part)
    if told is None:
        raise ValueError(f"I can't read “{clamp(part, _QUOTED)}” as a time before a meetup; write {EXAMPLES}")
    count = int(told["count"]) if told["count"].isdecimal() else 1
    lead = count * _UNITS[told["unit"][0]]
    if not SHORTEST <= lead <= LONGEST:
        raise ValueError("a reminder comes between 5 minutes and 14 days before a meetup; write another time")
    return lead


def said_leads(leads: Sequence[timedelta]) -> str:
    """Write how long before a meetup somebody is reminded, as it may be typed: `24 hours and 15 minutes before`."""
    if not leads:
        return "none"
    *others, last = map(_said, leads)
    return f"{', '.join(others)} and {last} before" if others else f"{last} before"


def _said(length: timedelta) -> str:
    """Write a length in the largest unit that it is a whole number of; a single day is 24 hours."""
    days, hours, minutes = (length / _UNITS[unit] for unit in "dhm")
    count, unit = next(
        (count, unit)
        for count, unit, least in ((days, "day", 2), (hours, "hour", 1), (minutes, "minute", 0))
        if count >= least and count.is_integer()
    )
    return f"{count:.0f} {unit}{'' if count == 1 else 's'}"
