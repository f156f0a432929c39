"""When a meetup is: what clocks show, where, and for how long; and how that is written. Moments are aware UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

UNIVERSAL = "UTC"


@dataclass(frozen=True, slots=True)
class When:
    """When a meetup is.

    Attributes:
        wall: what clocks in the zone show when it begins, without a zone of its own: what people mean.
        zone: the IANA name of that zone.
        minutes: how long it lasts.
    """

    wall: datetime
    zone: str
    minutes: int

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins, by what is known of the zone today."""
        return moment(self.wall, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


def moment(wall: datetime, zone: str) -> datetime:
    """Give the moment at which clocks in a zone show a time.

    A time that the clock skips is taken just after, one that comes twice counts the first time.
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def shown(at: datetime, zone: str) -> datetime:
    """Tell what clocks in a zone show at a moment."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def is_skipped(wall: datetime, zone: str) -> bool:
    """Tell whether clocks in a zone never show a time, because they are put forward over it."""
    return shown(moment(wall, zone), zone) != wall


def comes_twice(wall: datetime, zone: str) -> bool:
    """Tell whether clocks in a zone show a time twice, because they are put back over it."""
    second = wall.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return second > moment(wall, zone)


def said(when: When) -> str:
    """Write when a meetup is: `Thu 3 Dec 2026 19:00–20:30 (Europe/Brussels, 18:00 UTC)`."""
    begins, ends = shown(when.starts_at, when.zone), shown(when.ends_at, when.zone)
    end = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{said_day(ends.date(), year=False)} {ends:%H:%M}"
    return f"{said_day(begins.date())} {begins:%H:%M}–{end} ({_where(when, begins)})"


def _where(when: When, begins: datetime) -> str:
    if when.zone == UNIVERSAL:
        return UNIVERSAL
    utc = when.starts_at
    day = "" if utc.date() == begins.date() else f"{said_day(utc.date(), year=False)} "
    return f"{when.zone}, {day}{utc:%H:%M} {UNIVERSAL}"


def said_day(day: date, *, year: bool = True) -> str:
    """Write a day: `Thu 3 Dec 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}" if year else f"{day:%a} {day.day} {day:%b}"
