"""When a meetup is to be, as its host types it in their own zone: “next thu 19:00”, “12 Dec 6pm for 90 min”. Pure.

What is understood is always written back, with the day of the week, the zone and UTC, before anything is posted. So of
what may mean two things only that is refused which people would overlook there.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot import zones
from bot.meetups.days import WEEK, Day, read_day
from bot.meetups.hours import Hours, read_hours
from bot.meetups.languages import ENGLISH, read_day_in
from bot.meetups.lengths import checked, read_length
from bot.meetups.meetup import USUAL_MINUTES
from bot.meetups.times import UNIVERSAL, When, comes_twice, is_skipped, moment, said, said_day, shown
from bot.text import clamp, one_line

EXAMPLES = "next thu 19:00, 12 Dec 6pm for 90 min, or 2026-12-12 18:00-20:00"
"""What may be typed."""
LONGEST_TEXT = 100
"""Characters of what is typed at most."""
FURTHEST = timedelta(days=2 * 366)
"""How far ahead a meetup may be: further is a slip of the keyboard."""
LONGEST_NIGHT = timedelta(hours=12)
"""How long something may last that ends at an earlier hour than it begins: longer is a slip too."""
_SEEN = 10 * LONGEST_TEXT
"""Characters that are looked at, blanks and all: cleaning a megabyte takes a while."""
_QUOTED = 60
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_ISO_TIME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})t(\d)")
_UNIVERSAL = re.compile(r"(?:\b(?:utc|gmt)\b|(?<=:\d\d)\s?z\b)(?!\s?[+-]\s?\d)", re.IGNORECASE)
_HOURS_AWAY = re.compile(r"\b(?:utc|gmt)\s?[+-]\s?\d{1,2}(?::?\d\d)?\b|(?<=:\d\d)\s?\+\d\d:?\d\d\b", re.IGNORECASE)
_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific"
_NAMED_ZONE = re.compile(rf"\b(?:{_AREAS})(?:/[A-Za-z0-9_+-]+){{1,2}}", re.IGNORECASE)
_SHORT_ZONE = re.compile(
    r"(?<=[\dmh])\s(cet|cest|eest|eet|wes?t|bst|ist|[ecmp][sd]t|hst|jst|kst|aes?t|aedt|msk|sast|hkt)\b", re.IGNORECASE
)
_ZONE_EXAMPLE = "a zone by its name, such as Europe/Brussels"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood, and sentences about what its writer should look at twice."""

    when: When
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return said(self.when)


def read(typed: str, zone: str, now: datetime, language: str = ENGLISH, usual: int = USUAL_MINUTES) -> Reading:
    """Read when a meetup is to be, on clocks in a zone (IANA name) unless another is named.

    `language` is read besides English (BCP 47), `usual` is how long it lasts where that isn't said, in minutes.
    Raise ValueError that says what to write, and nothing else, whatever was typed.
    """
    text = one_line(typed[: _SEEN + 1])
    if not text:
        raise ValueError(f"say when it begins, such as {EXAMPLES}")
    if len(text) > LONGEST_TEXT or len(typed) > _SEEN:
        raise ValueError(
            f"that is too long for a time, at most {LONGEST_TEXT} characters; write only when, such as {EXAMPLES}"
        )
    zone, text = _zone(text, zone)
    length, rest = read_length(_plain(text))
    hours, rest = read_hours(" ".join(rest.split()))
    today = shown(now, zone).date()
    day = read_day(rest, today) or read_day_in(language, rest, today)
    if day is None:
        raise ValueError(_cure(rest, text, has_hours=hours is not None))
    if not today <= day.day <= today + FURTHEST:
        raise ValueError(_out_of_sight(day.day, today))
    if hours is None:
        raise ValueError(f"say at what time on {said_day(day.day)}, such as 19:00 or 7pm")
    wall = _upcoming(day, hours.begins, zone, now)
    minutes = _minutes(wall, hours, length, zone) or usual
    return Reading(When(wall, zone, minutes), _notes(day, wall, zone))


def written(when: When) -> str:
    """Write when a meetup is as it may be typed: `Thu 3 Dec 2026 19:00 for 90 min Europe/Brussels`."""
    zone = when.zone if zones.is_name(when.zone) else UNIVERSAL  # what can't be typed is never changed for the summer
    begins = shown(when.starts_at, zone)
    return f"{said_day(begins.date())} {begins:%H:%M} for {when.minutes} min {zone}"


def _plain(text: str) -> str:
    """Write a text as it is looked through: small letters, single blanks, one kind of dash and of digits."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()
    return " ".join(_ISO_TIME.sub(r"\1 \2", folded).split())


def _zone(text: str, own: str) -> tuple[str, str]:
    """Find the zone in which something is meant, and what is left of the text."""
    if told := _NAMED_ZONE.search(text):
        return zones.named(told[0]), _without(text, told)
    if told := _UNIVERSAL.search(text):
        return UNIVERSAL, _without(text, told)
    last = text.rpartition(" ")[2]
    if zones.is_name(last):
        return last, text.removesuffix(last)
    if _HOURS_AWAY.search(text):
        raise ValueError(f"hours alone don't tell when clocks are changed; leave them out, or write {_ZONE_EXAMPLE}")
    if told := _SHORT_ZONE.search(text):
        raise ValueError(f"“{told[1]}” is what several clocks are called; leave it out, or write {_ZONE_EXAMPLE}")
    return own, text


def _without(text: str, told: "re.Match[str]") -> str:
    return f"{text[: told.start()]} {text[told.end() :]}"


def _cure(rest: str, text: str, *, has_hours: bool) -> str:
    """Say what is missing, or what can't be read."""
    unread = clamp(" ".join(rest.split()), _QUOTED)
    if not has_hours:
        return f"I can't read “{clamp(text, _QUOTED)}” as a time; write {EXAMPLES}"
    if any(char.isalnum() for char in unread):
        return f"I can't read “{unread}” as a day; write {EXAMPLES}"
    return "say on which day, such as thu 19:00 or 12 Dec 19:00"


def _out_of_sight(day: date, today: date) -> str:
    if day < today:
        return f"{said_day(day)} is over; write a later day"
    return f"{said_day(day)} is more than {FURTHEST.days // 366} years ahead; write an earlier day"


def _upcoming(day: Day, begins: time, zone: str, now: datetime) -> datetime:
    """Give what clocks show at the beginning; of a day of the week whose time is over today, a week later."""
    wall = datetime.combine(day.day, begins)
    if day.weekly and moment(wall, zone) <= now:
        wall += WEEK
    if moment(wall, zone) <= now:
        raise ValueError(f"{said_day(wall.date())} {wall:%H:%M} is over; write a later time")
    if is_skipped(wall, zone):
        later = shown(moment(wall, zone), zone)
        raise ValueError(
            f"clocks in {zone} skip {wall:%H:%M} on {said_day(wall.date())}; write {later:%H:%M}, or another time"
        )
    return wall


def _minutes(wall: datetime, hours: Hours, length: int | None, zone: str) -> int | None:
    """Tell how long it lasts, by what was said of its end or its length; None where nothing was."""
    if hours.ends is None:
        return length
    end = datetime.combine(wall.date(), hours.ends)
    if end <= wall:
        end += timedelta(days=1)
        if end - wall > LONGEST_NIGHT:
            raise ValueError(f"{hours.ends:%H:%M} is before {wall:%H:%M}; write a later end, such as 19:00-20:30")
    minutes = checked((moment(end, zone) - moment(wall, zone)) / timedelta(minutes=1))
    if length not in {None, minutes}:
        raise ValueError(f"{wall:%H:%M}-{hours.ends:%H:%M} are {minutes} minutes, not {length}; write one of both")
    return minutes


def _notes(day: Day, wall: datetime, zone: str) -> tuple[str, ...]:
    """Tell what is to be looked at twice."""
    if not comes_twice(wall, zone):
        return (day.note,) if day.note else ()
    utc = moment(wall, zone)
    twice = f"Clocks in {zone} show {wall:%H:%M} twice that day. I take the first one, {utc:%H:%M} UTC."
    return tuple(filter(None, (day.note, twice)))
