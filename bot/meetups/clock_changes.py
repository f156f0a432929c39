"""When the clocks of a zone are changed, as calendars want it: the parts of a VTIMEZONE. Pure functions.

icalendar can make a VTIMEZONE, but writes when summer begins as clocks show it after the change; RFC 5545 (3.6.5) wants
it as they showed it before, and readers that believe the file are an hour off on that day. Where changes come on the
same day of the week each year they are a rule, because Outlook reads no lists (MS-STANOICAL, 2.2.47); else all are
listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.meetups.recurrence import LAST

YEARS_AFTER = 3
"""Years that are looked at beyond the last one that is needed: so many changes in a row are a rule."""
ZONES_KEPT = 256
"""Zones whose changes are remembered, a kilobyte each."""
_WEEK, _MINUTE = timedelta(days=7), timedelta(minutes=1)
"""Steps of the search: no zone changes its clocks forth and back within a week."""


@dataclass(frozen=True, slots=True)
class Observance:
    """A time of the year in which clocks are so far from UTC.

    Attributes:
        onsets: when it begins, as clocks show it that aren't changed yet; the first one first.
        before: how far they are from UTC until then.
        after: how far they are from then on.
        name: what it is called, such as CEST.
        is_summer: whether clocks are put forward in it.
        nth: on the how manieth such day of the week in its month it begins each year; None where there is no such rule.
    """

    onsets: tuple[datetime, ...]
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@lru_cache(maxsize=ZONES_KEPT)
def observances(zone: str, first: int, last: int) -> tuple[Observance, ...]:
    """List what calendars need to know of a zone (IANA name) to show the years from `first` to `last` right."""
    begins, *changes = _changes(ZoneInfo(zone), first, last + YEARS_AFTER)
    is_told = bool(changes) and changes[0].onset.year < first
    found = sorted(changes if is_told else [begins, *changes], key=_kind)
    return tuple(_observance(list(alike), last + YEARS_AFTER) for _, alike in groupby(found, key=_kind))


def _kind(change: _Change) -> tuple[timedelta, timedelta, str, bool]:
    return change.before, change.after, change.name, change.is_summer


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    """Find how a zone was at the beginning of the year before, and all its changes from then on."""
    at, end = datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    offset = _offset(zone, at)
    yield _change(zone, at, offset)
    while at < end:
        if _offset(zone, at + _WEEK) != offset:
            onset = _onset(zone, at)
            yield _change(zone, onset, offset)
            offset = _offset(zone, onset)
        at += _WEEK


def _onset(zone: ZoneInfo, at: datetime) -> datetime:
    """Find the minute within a week after a moment from which on clocks are changed."""
    early, late = 0, _WEEK // _MINUTE
    while late - early > 1:
        middle = (early + late) // 2
        same = _offset(zone, at + middle * _MINUTE) == _offset(zone, at)
        early, late = (middle, late) if same else (early, middle)
    return at + late * _MINUTE


def _change(zone: ZoneInfo, at: datetime, before: timedelta) -> _Change:
    home = at.astimezone(zone)
    after = _offset(zone, at)
    is_summer = after > before if after != before else (home.dst() or timedelta()) > timedelta()
    return _Change((at + before).replace(tzinfo=None), before, after, home.tzname() or zone.key, is_summer)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _observance(alike: list[_Change], last: int) -> Observance:
    onsets = tuple(change.onset for change in alike)
    one = alike[0]
    return Observance(onsets, one.before, one.after, one.name, one.is_summer, _yearly(onsets, last))


def _yearly(onsets: tuple[datetime, ...], last: int) -> int | None:
    """Tell on the how manieth day of its kind in a month something is each year until the last one, if it is."""
    years = [onset.year for onset in onsets]
    same = {(onset.month, onset.weekday(), onset.time()) for onset in onsets}
    if len(same) > 1 or len(onsets) < YEARS_AFTER or years != list(range(years[0], last + 1)):
        return None
    if all((onset + _WEEK).month != onset.month for onset in onsets):
        return LAST
    numbers = {(onset.day - 1) // _WEEK.days + 1 for onset in onsets}
    return numbers.pop() if len(numbers) == 1 else None
