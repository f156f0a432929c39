"""When an owner may be written to: local hours in their own zone, right over both changes of the clock. Pure rules.

A slot is an hour of the week on the owner's clock. An hour that the clock skips is taken just after it, one that comes
twice counts the first time. Moments are aware UTC.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import zones
from bot.config import Config
from bot.model import Person
from bot.nudges import Carer

HOUR = timedelta(hours=1)
WEEK_DAYS = 7
WORKING_DAYS = 5
"""Monday to Friday."""
SPREAD = timedelta(minutes=30)
"""How far into the hour a message may come: those who are due at the same hour are spread over this."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When somebody may be written to.

    Attributes:
        zone: their time zone.
        weekday: the day of their slot, 0 for Monday.
        hour: the hour of their slot.
        begins: from this hour on, on working days, something late may come.
        ends: from this hour on nothing late comes any more.
        spread: how long into the hour it is their turn.
    """

    zone: ZoneInfo
    weekday: int
    hour: int
    begins: int
    ends: int
    spread: timedelta = timedelta()


def rhythm_of(person: Person, carer: Carer, config: Config) -> Rhythm:
    """Find out when a person may be written to: as they said, else as the community has it."""
    told = config.ownership
    return Rhythm(
        zones.zone_of(person, config),
        WEEKDAYS.index(told.weekday) if carer.weekday is None else carer.weekday,
        told.hour if carer.hour is None else carer.hour,
        told.day_begins,
        told.day_ends,
        spread_of(person.id),
    )


def spread_of(person: int) -> timedelta:
    """Give a person's own place within the hour, always the same."""
    digest = hashlib.sha256(str(person).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:4], "big") % int(SPREAD.total_seconds()))


def begins_at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Give the moment at which an hour of a local day begins."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def is_open(now: datetime, rhythm: Rhythm) -> bool:
    """Tell whether a person may be written to at a moment: in working hours, or in the hour that they chose."""
    return _since_open(now, rhythm) is not None


def _since_open(now: datetime, rhythm: Rhythm) -> timedelta | None:
    """Tell how long the open hour of a moment runs already; None where it isn't open."""
    local = now.astimezone(rhythm.zone)
    for day in (local.date(), local.date() - timedelta(days=1)):  # a skipped hour may end up on the next day
        begun = begins_at(day, rhythm.hour, rhythm.zone)
        if day.weekday() == rhythm.weekday and begun <= now < begun + HOUR:
            return now - begun
    if local.weekday() < WORKING_DAYS and rhythm.begins <= local.hour < rhythm.ends:
        return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return None


def first_slot(since: datetime, rhythm: Rhythm) -> datetime:
    """Find a person's first own slot from a moment on."""
    first = since.astimezone(rhythm.zone).date() - timedelta(days=1)
    days = (first + timedelta(days=n) for n in range(2 * WEEK_DAYS))
    slots = (_turn_in(day, rhythm.hour, rhythm) for day in days if day.weekday() == rhythm.weekday)
    return next(slot for slot in slots if slot >= since)


def _turn_in(day: date, hour: int, rhythm: Rhythm) -> datetime:
    return begins_at(day, hour, rhythm.zone) + rhythm.spread


def next_chance(now: datetime, rhythm: Rhythm) -> datetime:
    """Find the next moment for what comes late: in working hours or at their own slot, at their place in the hour."""
    running = _since_open(now, rhythm)
    if running is not None and running >= rhythm.spread:
        return now
    chances = (turn for turn in _working_turns(now, rhythm) if turn >= now and is_open(turn, rhythm))
    return min(first_slot(now, rhythm), next(chances, datetime.max.replace(tzinfo=UTC)))


def _working_turns(now: datetime, rhythm: Rhythm) -> Iterator[datetime]:
    today = now.astimezone(rhythm.zone).date()
    for n in range(WEEK_DAYS + 1):
        day = today + timedelta(days=n)
        if day.weekday() < WORKING_DAYS:
            yield from (_turn_in(day, hour, rhythm) for hour in range(rhythm.begins, rhythm.ends))


def turn(
    since: datetime, now: datetime, rhythm: Rhythm, last: datetime | None = None, quiet_until: datetime | None = None
) -> datetime:
    """Tell when it is somebody's turn to hear of what waits since a moment; `now` if that is now.

    That is at their own slot, at the earliest on the seventh day of their calendar after the `last` time. A slot that
    went by (nothing ran, or they wanted quiet until a moment) is made up for at the next chance, once.
    """
    earliest = since if last is None else max(since, week_after(last, rhythm))
    slot = first_slot(earliest, rhythm)
    chance = now if quiet_until is None else max(now, quiet_until)
    if slot >= chance:
        return slot
    return chance if is_open(chance, rhythm) else next_chance(chance, rhythm)


def place_in(now: datetime, rhythm: Rhythm) -> datetime:
    """Give the moment at which a message that is made now may go out.

    At once in somebody's own hour, where turns are spread already. What is late comes at their place in the hour, or
    everybody's would come at once after the program was down.
    """
    local = now.astimezone(rhythm.zone)
    if local.weekday() == rhythm.weekday and local.hour == rhythm.hour:
        return now
    later = now + rhythm.spread
    return later if is_open(later, rhythm) else now


def week_after(last: datetime, rhythm: Rhythm) -> datetime:
    """Give the beginning of the seventh day after a moment, on somebody's calendar."""
    return begins_at(last.astimezone(rhythm.zone).date() + timedelta(days=WEEK_DAYS), 0, rhythm.zone)
