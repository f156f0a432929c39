"""What calendars say of meetups, read back by a second library, a third one with a validator, and a strict reader."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from hypothesis import example, given
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream

from bot.meetups.calendar import Entry, entry_of, instead, render, uid, web
from bot.meetups.clock_changes import observances
from bot.meetups.meetup import Meetup
from bot.meetups.recurrence import LAST, Rule, coming
from bot.meetups.times import When, moment
from bot.model import Level, Person
from bot.text import clean, one_line
from tests.core.meetups import rfc5545
from tests.core.meetups.clock import wall

BRUSSELS = "Europe/Brussels"
NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
SECRET = "https://meet.example.org/secret"
ANA = Person(1, "Ana")
LATIN = Meetup(
    title="Read Latin together",
    wall=wall("2026-12-03 19:00"),
    zone=BRUSSELS,
    minutes=90,
    address="Street 1, Ghent",
    link=SECRET,
    about="Caesar;\nall of him",
    topics=("latin", "reading"),
    level=Level.BEGINNER,
    bring="a book",
    id=12,
    host=ANA,
    created_at=NOW,
    updated_at=NOW + timedelta(hours=1),
    revision=3,
)


def entry(title: str = "Read Latin", begins: str = "2026-12-03 19:00", zone: str = BRUSSELS) -> Entry:
    return Entry(f"{title}@test", 1, NOW, NOW, title, When(wall(begins), zone, 90))


def second(data: bytes) -> Calendar:
    """Read a calendar with a second library."""
    return IcsCalendarStream.calendar_from_ics(data.decode())


def checked(data: bytes) -> Calendar:
    """Have a calendar read by everybody."""
    rfc5545.read(data)
    vobject.readOne(data.decode()).validate(raiseException=True)
    return second(data)


def test_a_meetup_is_written_as_the_standard_has_it() -> None:
    data = render([entry_of(LATIN, "main", sees_link=True)])
    checked(data)
    assert data.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "PRODID:-//Offcourse//Meetups//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Brussels",
        "BEGIN:DAYLIGHT",
        "DTSTART:20250330T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20251026T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:865d745a-98f6-5033-994d-055cf59fa388@offcourse",
        "SEQUENCE:3",
        "DTSTAMP:20261125T120000Z",
        "CREATED:20261125T110000Z",
        "LAST-MODIFIED:20261125T120000Z",
        "DTSTART;TZID=Europe/Brussels:20261203T190000",
        "DURATION:PT1H30M",
        "SUMMARY:Read Latin together",
        "STATUS:CONFIRMED",
        "LOCATION:Street 1\\, Ghent",
        "DESCRIPTION:Caesar\\;\\nall of him\\nLevel: beginner\\nBring: a book\\nJoin: ht",
        " tps://meet.example.org/secret\\nM12",
        "URL:https://meet.example.org/secret",
        "CATEGORIES:latin,reading",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_link_is_nowhere_for_those_who_may_not_see_it() -> None:
    data = render([entry_of(LATIN, "main", sees_link=False)], "Meetups")
    assert b"secret" not in data.replace(b"\r\n ", b"")
    online = entry_of(replace(LATIN, address=""), "main", sees_link=False)
    assert (online.location, online.link) == ("Online", "")


def test_a_meetup_keeps_its_name_and_nobody_else_has_it() -> None:
    named = {
        uid(community, number, at)
        for community in ("main", "other")
        for number in ("M1", "M2", "S1")
        for at in (NOW, NOW + timedelta(microseconds=1))
    }
    assert len(named) == 12
    assert uid("main", "M1", NOW) == uid("main", "M1", NOW.astimezone(ZoneInfo(BRUSSELS)))
    assert (
        entry_of(LATIN, "main", sees_link=True).uid
        == entry_of(replace(LATIN, title="x", revision=9), "main", sees_link=False).uid
    )


def test_the_same_meetups_give_the_same_bytes_in_any_order() -> None:
    entries = [
        entry(f"t{n}", f"2026-12-{n:02} 19:00", zone) for n in range(1, 20) for zone in (BRUSSELS, "Asia/Beirut")
    ]
    assert render(entries, "x") == render(reversed(entries), "x")


def test_a_cancelled_meetup_says_so_with_a_higher_sequence() -> None:
    cancelled = replace(LATIN, cancelled_at=NOW, revision=4)
    (event,) = checked(render([entry_of(cancelled, "main", sees_link=True)])).events
    assert (event.status, event.sequence) == ("CANCELLED", 4)


def test_a_feed_has_a_name_and_says_how_often_to_look() -> None:
    data = render([], "Offcourse, Ghent")
    checked(data)
    assert b"\r\nNAME:Offcourse\\, Ghent\r\nX-WR-CALNAME:Offcourse\\, Ghent\r\n" in data
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in data


def test_universal_time_needs_no_zone() -> None:
    data = render([entry(zone="UTC")])
    checked(data)
    assert b"\r\nDTSTART:20261203T190000Z\r\n" in data
    assert b"VTIMEZONE" not in data


@pytest.mark.parametrize(
    ("begins", "starts", "ends"),
    [
        ("2027-03-28 01:30", "2027-03-28T00:30", "2027-03-28T02:00"),
        ("2027-03-28 02:30", "2027-03-28T01:30", "2027-03-28T03:00"),
        ("2027-10-31 02:30", "2027-10-31T00:30", "2027-10-31T02:00"),
        ("2027-10-31 01:30", "2027-10-30T23:30", "2027-10-31T01:00"),
    ],
)
def test_a_meetup_over_a_change_of_the_clock_has_its_full_length(begins: str, starts: str, ends: str) -> None:
    (event,) = checked(render([entry(begins=begins)])).events
    start = event.dtstart
    assert isinstance(start, datetime)
    assert event.duration is not None
    at = start.astimezone(UTC)
    assert [f"{one:%Y-%m-%dT%H:%M}" for one in (at, at + event.duration)] == [starts, ends]


FORTNIGHT = Rule(3, every=2, until=date(2027, 6, 1))


def times(data: bytes, until: datetime) -> list[datetime]:
    """List when the meetups of a calendar begin, as a second library works it out."""
    found = checked(data).timeline.overlapping(datetime(2020, 1, 1, tzinfo=UTC), until)
    return sorted(one.dtstart.astimezone(UTC) for one in found if isinstance(one.dtstart, datetime))


def test_of_a_series_one_is_left_out_and_one_is_moved() -> None:
    series = replace(entry(), rule=FORTNIGHT, skipped=(wall("2026-12-17 19:00"),))
    moved = instead(entry("Elsewhere", "2027-01-01 18:00"), series, wall("2026-12-31 19:00"))
    data = render([series, moved])
    begins = times(data, datetime(2028, 1, 1, tzinfo=UTC))
    slots = {
        slot.wall: slot.starts_at
        for slot in coming(FORTNIGHT, series.when.wall, BRUSSELS, datetime(2020, 1, 1, tzinfo=UTC))
    }
    del slots[wall("2026-12-17 19:00")], slots[wall("2026-12-31 19:00")]
    assert begins == sorted([*slots.values(), datetime(2027, 1, 1, 17, tzinfo=UTC)])
    assert {begin.hour for begin in begins} == {17, 18}, "summer and winter"
    assert b"\r\nEXDATE;TZID=Europe/Brussels:20261217T190000\r\n" in data
    assert b"\r\nRECURRENCE-ID;TZID=Europe/Brussels:20261231T190000\r\n" in data
    assert b"\r\nRRULE:FREQ=WEEKLY;UNTIL=20270601T170000Z;INTERVAL=2;BYDAY=TH\r\n" in data


def test_a_series_that_begins_in_a_skipped_hour_is_not_moved_with_its_first_meetup() -> None:
    series = replace(entry(begins="2027-03-28 02:30"), rule=Rule(6, count=3))
    data = render([series])
    assert b"\r\nDTSTART;TZID=Europe/Brussels:20270328T023000\r\n" in data
    slots = coming(Rule(6, count=3), series.when.wall, BRUSSELS, NOW)
    assert times(data, datetime(2028, 1, 1, tzinfo=UTC)) == [slot.starts_at for slot in slots]


def test_a_moved_one_names_its_slot_on_the_clock_of_the_series() -> None:
    series = replace(entry(), rule=FORTNIGHT)
    moved = instead(entry("Elsewhere", "2027-01-01 18:00", "Asia/Tokyo"), series, wall("2026-12-31 19:00"))
    data = render([series, moved])
    checked(data)
    assert b"DTSTART;TZID=Asia/Tokyo:20270101T180000" in data
    assert b"RECURRENCE-ID;TZID=Europe/Brussels:20261231T190000" in data
    assert moved.uid == series.uid


ZONES = (BRUSSELS, "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu",
         "Africa/Casablanca", "America/Santiago", "Europe/Dublin", "America/Nuuk", "Asia/Beirut", "Africa/Cairo",
         "UTC")  # fmt: skip
rules = st.sampled_from(
    [Rule(3), Rule(3, every=2, count=20), Rule(3, 1), Rule(3, 1, count=7), Rule(3, until=date(2027, 7, 1))]
)


@given(rules, st.sampled_from(ZONES), st.times(), st.sets(st.integers(0, 30), max_size=4))
def test_a_second_library_finds_the_same_moments_of_a_series(
    rule: Rule, zone: str, at: time, left_out: set[int]
) -> None:
    first = datetime.combine(date(2026, 12, 3), at.replace(second=0, microsecond=0))
    slots = [
        slot for slot in coming(rule, first, zone, datetime(2020, 1, 1, tzinfo=UTC), 60) if slot.starts_at.year < 2028
    ]
    skipped = [slot.wall for number, slot in enumerate(slots) if number in left_out]
    series = replace(entry(zone=zone), when=When(first, zone, 60), rule=rule, skipped=tuple(skipped))
    expected = [slot.starts_at for slot in slots if slot.wall not in skipped]
    assert times(render([series]), datetime(2028, 1, 1, tzinfo=UTC))[: len(expected)] == expected


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "UTC"])
def test_what_a_calendar_tells_of_the_clocks_is_so(zone: str) -> None:
    """Read by dateutil, at every quarter of an hour around the changes of three years."""
    data = render([entry(begins="2026-06-01 10:00", zone=zone), entry("t", "2028-06-01 10:00", zone)])
    told = data.decode().replace("\r\n ", "").replace("\r\n", "\n")
    theirs = tzical(io.StringIO(told[told.index("BEGIN:VTIMEZONE") : told.index("BEGIN:VEVENT")])).get(zone)
    changes = [onset for one in observances(zone, 2026, 2028) for onset in one.onsets if 2026 <= onset.year <= 2028]
    walls = [wall("2026-01-01") + timedelta(days=days) for days in range(0, 1096, 5)]
    walls += [onset + timedelta(minutes=15 * step) for onset in changes for step in range(-16, 17)]
    for at in walls:
        early, late = (at.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
        if early == late:  # else clocks skip it or show it twice
            assert at.replace(tzinfo=theirs).utcoffset() == early, at


def test_clocks_that_are_changed_by_a_rule_are_told_as_one() -> None:
    rules = {zone: [one.nth for one in observances(zone, 2026, 2028)] for zone in ZONES}
    assert rules[BRUSSELS] == [LAST, LAST]
    assert sorted(filter(None, rules["America/New_York"])) == [1, 2]
    assert rules["Asia/Kathmandu"] == [None]
    assert rules["Africa/Casablanca"] == [None, None], "the moon rules there"
    assert rules["America/Santiago"] == [None, None], "the first Sunday is not always the first one"


def test_a_rule_that_was_given_up_is_told_as_none() -> None:
    assert {one.nth for one in observances("America/Sao_Paulo", 2018, 2018)} == {None}, "there were changes until 2019"
    assert {one.nth for one in observances("Europe/Moscow", 2011, 2011)} == {None}, "and a last one in 2014"


def test_summer_is_when_clocks_are_put_forward() -> None:
    """In Ireland the law says that winter is the exception."""
    assert {one.name: one.is_summer for one in observances("Europe/Dublin", 2026, 2026)} == {"IST": True, "GMT": False}


def test_of_a_series_without_end_clocks_are_told_for_ten_years() -> None:
    data = render([replace(entry(zone="Africa/Casablanca"), rule=Rule(3))])
    checked(data)
    told = {line[:4] for line in data.replace(b"\r\n ", b"").split(b",")}
    assert b"2036" in told


def test_a_zone_that_changes_for_the_first_time_is_told_from_its_beginning() -> None:
    told = observances("Europe/Brussels", 1977, 1977)  # summer time came in April 1977
    assert {one.before for one in told if not one.is_summer} >= {timedelta(hours=1)}
    assert moment(wall("1977-01-15 12:00"), BRUSSELS) == datetime(1977, 1, 15, 11, tzinfo=UTC)
    assert min(onset for one in told for onset in one.onsets).year < 1977


PIECES = (
    *(
        "\r\n",
        "\n",
        "\r",
        "\x85",
        "\u2028",
        "\u2029",
        "\x0b",
        "\x0c",
        "\\n",
        "\\",
        "\n\n",
        "\r\r\n",
        "\x00",
        "\x1b",
        "\ud800",
    ),
    *("BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "ATTENDEE:mailto:a@b", "DTSTART:20270101T000000Z", "X-A:"),
    *(";", ",", ":", '"', "\u202e", "👩\u200d👩\u200d👧", "é", "e\u0301", " ", "\t", "ä" * 70, "🎉" * 30, "x" * 80),
)
NAUGHTY = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


@given(st.lists(NAUGHTY, min_size=5, max_size=5), NAUGHTY)
@example(["a\rATTENDEE:mailto:evil@example.org"] * 5, "a\rX-EVIL:1")
@example(["a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x"] * 5, "a\x85b")
def test_whatever_people_write_stays_text(texts: list[str], name: str) -> None:
    title, location, text, link, topic = texts
    written = replace(entry(), title=title, location=location, text=text, link=link, topics=(topic, "x"))
    data = render([written], name)
    calendar = rfc5545.read(data)
    event = calendar.parts[-1]
    assert [part.name for part in calendar.parts] == ["VTIMEZONE", "VEVENT"]
    assert rfc5545.unescaped(event.values("SUMMARY")[0]) == one_line(title)
    assert [rfc5545.unescaped(one) for one in event.values("LOCATION")] == [one for one in [one_line(location)] if one]
    assert [rfc5545.unescaped(one) for one in event.values("DESCRIPTION")] == [one for one in [clean(text)] if one]
    assert event.values("URL") == [one for one in [web(link)] if one]
    (theirs,) = second(data).events
    assert (theirs.summary or "", theirs.location or "", theirs.description or "") == (
        one_line(title),
        one_line(location),
        clean(text),
    )
    (third,) = vobject.readOne(data.decode()).vevent_list
    assert third.summary.value == one_line(title)


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("https://meet.example.org/a?b=c#d", "https://meet.example.org/a?b=c#d"),
        ("https://meet.example.org/ä", "https://meet.example.org/%C3%A4"),
        ("https://münchen.example/x", "https://xn--mnchen-3ya.example/x"),
        ("HTTP://X.example", "http://x.example"),
        ("javascript:alert(1)", ""),
        ("mailto:a@b", ""),
        ("zoom room 5", ""),
        ("https://", ""),
        (" http://x/ ", "http://x/"),
        ("http://0: ", "http://0"),
        ("https://x.example/a b", "https://x.example/a%20b"),
        ("https://x.example:99999/", ""),
        ("https://x.example/\r\nATTENDEE:x", ""),
        ("", ""),
    ],
)
def test_a_link_is_written_as_an_address_or_not_at_all(link: str, written: str) -> None:
    assert web(link) == written


@given(st.one_of(st.text(), st.text().map("https://x.example/{}".format), st.text().map("https://{}".format)))
def test_any_link_is_an_address_in_ascii_or_none(link: str) -> None:
    assert not web(link) or rfc5545._URI.fullmatch(web(link))


def test_a_feed_of_a_thousand_is_read_back_whole() -> None:
    days = [wall("2026-12-01 19:00") + timedelta(days=days) for days in range(250)]
    entries = [entry(f"{zone} {day}", f"{day}", zone) for zone in ZONES[:4] for day in days]
    calendar = rfc5545.read(render(entries, "Offcourse"))
    assert len([part for part in calendar.parts if part.name == "VEVENT"]) == 1000
