"""What a calendar says of meetups, written as iCalendar (RFC 5545): pure functions.

The same meetups always give the same bytes. What people wrote is cleaned before it is written and escaped by icalendar,
so that it can't end its line: every kind of line break becomes one, and what no text may hold is left out.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from yarl import URL

from bot.meetups.clock_changes import Observance, observances
from bot.meetups.meetup import Meetup
from bot.meetups.recurrence import DAYS, Rule
from bot.meetups.times import UNIVERSAL, When, moment
from bot.text import clean, one_line
from bot.urls import host_of

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone  # it takes as long to load as half of the bot: see `render`

PRODUCT = "-//Offcourse//Meetups//EN"
TYPE = "text/calendar; charset=utf-8"
"""What to call it on the web."""
REFRESH = timedelta(hours=1)
"""How often a program should look whether a feed has changed."""
ENDLESS_YEARS = 10
"""For how long clocks are told of a series that never ends."""
ONLINE = "Online"
"""Where a meetup is whose link isn't shown."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+")
_ISSUER = uuid.UUID("5b6f7d8e-3b1f-5c7e-9d55-3f4a0c1b2e6a")
"""What makes our identifiers differ from everybody else's; never to be changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar says of a meetup, of a series, or of one meetup of a series that differs from the others.

    Attributes:
        uid: what names it in every version of every calendar; all meetups of a series share one.
        sequence: grows with every change.
        changed_at: when it last did.
        location: where it is, in words.
        text: what else is to be said.
        link: where one joins; empty where the reader may not see it.
        rule: how a series is repeated; `when` is its first meetup then.
        skipped: times of the rule at which there is none, as clocks on the wall show them.
        slot: the time of the rule in whose place this one is, and the zone of the series.
    """

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    title: str
    when: When
    location: str = ""
    text: str = ""
    link: str = ""
    topics: tuple[str, ...] = ()
    is_cancelled: bool = False
    rule: Rule | None = None
    skipped: tuple[datetime, ...] = ()
    slot: tuple[datetime, str] | None = None


def uid(community: str, short_id: str, created_at: datetime) -> str:
    """Name a meetup or a series for all calendars, the same for ever; two communities never share a name."""
    return f"{uuid.uuid5(_ISSUER, f'{community}/{short_id}/{created_at.astimezone(UTC).isoformat()}')}@offcourse"


def entry_of(meetup: Meetup, community: str, *, sees_link: bool) -> Entry:
    """Say what a calendar says of a meetup; with its link only where the reader may see that."""
    link = meetup.link if sees_link else ""
    said = {"Level": meetup.level or "", "Bring": meetup.bring, "Join": link}
    details = (f"{label}: {one_line(text)}" for label, text in said.items() if text)
    return Entry(
        uid=uid(community, meetup.short_id, meetup.created_at),
        sequence=meetup.revision,
        created_at=meetup.created_at,
        changed_at=meetup.updated_at,
        title=meetup.title,
        when=When(meetup.wall, meetup.zone, meetup.minutes),
        location=meetup.address or (ONLINE if meetup.link else ""),
        text="\n".join(filter(None, (clean(meetup.about), *details, meetup.short_id))),
        link=link,
        topics=meetup.topics,
        is_cancelled=meetup.cancelled_at is not None,
    )


def instead(entry: Entry, series: Entry, slot: datetime) -> Entry:
    """Say that a meetup takes the place of one that the rule of a series gives: another time, another text."""
    return replace(entry, uid=series.uid, rule=None, skipped=(), slot=(slot, series.when.zone))


def render(entries: Iterable[Entry], name: str = "") -> bytes:
    """Write a calendar; `name` is what programs call a feed. A thousand entries take a third of a second."""
    from icalendar import Calendar  # it takes 0.07 s to load, and only calendars need it

    listed = sorted(entries, key=lambda entry: (entry.when.starts_at, entry.uid, entry.slot is not None))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        _name(calendar, one_line(name))
    for zone in _zones(listed):
        calendar.add_component(zone)
    for entry in listed:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical(sorted=False))


def _name(calendar: "Calendar", name: str) -> None:
    """Say how a feed is called and how often to look at it, in the words of the standard and in older ones."""
    from icalendar import vDuration, vText

    calendar.add("name", vText(name))  # what icalendar doesn't know it would write as it is
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))


def _event(entry: Entry) -> "Event":
    from icalendar import Event, vRecur

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", _begins(entry))
    event.add("duration", timedelta(minutes=entry.when.minutes))
    event.add("summary", one_line(entry.title))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for key, text in (
        ("location", one_line(entry.location)),
        ("description", clean(entry.text)),
        ("url", web(entry.link)),
    ):
        if text:
            event.add(key, text)
    topics = [topic for topic in map(one_line, entry.topics) if topic]
    if topics:
        event.add("categories", topics)
    if entry.rule:
        event.add("rrule", vRecur(_recurrence(entry.rule, entry.when)))
    if entry.skipped:
        event.add("exdate", [_at(wall, entry.when.zone) for wall in sorted(entry.skipped)])
    if entry.slot:
        event.add("recurrence-id", _at(*entry.slot))
    return event


def _begins(entry: Entry) -> datetime:
    """Give the beginning: of a series as its rule counts from it, of others as clocks really show it."""
    at = _at(entry.when.wall, entry.when.zone)
    return at if entry.rule else entry.when.starts_at.astimezone(at.tzinfo)


def _at(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=UTC if zone == UNIVERSAL else ZoneInfo(zone))


def _recurrence(rule: Rule, first: When) -> dict[str, object]:
    """Write a rule for icalendar; its last day as the last moment of it that can be one (RFC 5545 wants UTC)."""
    told: dict[str, object] = {"freq": "MONTHLY" if rule.is_monthly else "WEEKLY", "interval": rule.every}
    told["byday"] = f"{rule.nth or ''}{DAYS[rule.weekday]}"
    if rule.until:
        told["until"] = moment(datetime.combine(rule.until, first.wall.time()), first.zone)
    elif rule.count:
        told["count"] = rule.count
    return told


def web(link: str) -> str:
    """Give a web address as calendars may hold it, in ASCII; nothing for what is none."""
    if not link.isprintable() or not host_of(link):
        return ""
    try:
        address = str(URL(link.strip()))
    except ValueError:
        return ""
    return address if _ADDRESS.fullmatch(address) else ""  # yarl leaves some oddities in a host as they are


def _zones(entries: list[Entry]) -> Iterator["Timezone"]:
    """Describe the zones that a calendar speaks of, for all of its years."""
    spans: dict[str, list[int]] = {}
    for entry in entries:
        for zone in {entry.when.zone, entry.slot[1] if entry.slot else entry.when.zone} - {UNIVERSAL}:
            spans.setdefault(zone, []).extend((entry.when.wall.year, _last_year(entry)))
    for zone, years in sorted(spans.items()):
        yield _timezone(zone, observances(zone, min(years), max(years)))


def _last_year(entry: Entry) -> int:
    if entry.rule is None:
        return entry.when.wall.year
    return entry.rule.until.year if entry.rule.until else entry.when.wall.year + ENDLESS_YEARS


def _timezone(zone: str, parts: tuple[Observance, ...]) -> "Timezone":
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

    described = Timezone()
    described.add("tzid", zone)
    for part in parts:
        observed = TimezoneDaylight() if part.is_summer else TimezoneStandard()
        first, *others = part.onsets
        observed.add("dtstart", first)
        observed.add("tzoffsetfrom", part.before)
        observed.add("tzoffsetto", part.after)
        observed.add("tzname", part.name)
        if part.nth:
            yearly = {"freq": "YEARLY", "bymonth": first.month, "byday": f"{part.nth}{DAYS[first.weekday()]}"}
            observed.add("rrule", vRecur(yearly))
        elif others:
            observed.add("rdate", others)
        described.add_component(observed)
    return described
