"""When a meetup is to be, as people type it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetups.times import When, said, shown
from bot.meetups.when import FURTHEST, LONGEST_TEXT, Reading, read, written
from bot.zones import names
from tests.core.meetups.clock import wall

BRUSSELS = "Europe/Brussels"
NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
"""A Wednesday; in Brussels it is twelve o'clock."""
ZONES = (BRUSSELS, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo",
         "Pacific/Kiritimati", "Etc/GMT+5", "UTC")  # fmt: skip


def told(typed: str, language: str = "en", now: datetime = NOON) -> str:
    """Read something, and write it as `2026-12-03 19:00 90`."""
    when = read(typed, BRUSSELS, now, language).when
    return f"{when.wall:%Y-%m-%d %H:%M} {when.minutes}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("next thu 19:00", "2026-11-26 19:00 60"),
        ("12 Dec 6pm for 90 min", "2026-12-12 18:00 90"),
        ("tomorrow 7pm-9pm", "2026-11-26 19:00 120"),
        ("2026-12-12 18:00", "2026-12-12 18:00 60"),
        ("2026-12-12T18:00", "2026-12-12 18:00 60"),
        ("fri 18h30", "2026-11-27 18:30 60"),
        ("12.12. 18:00 for 2h", "2026-12-12 18:00 120"),
        ("12.12.2026 18:00-20:00", "2026-12-12 18:00 120"),
        ("12.12.26 18.30", "2026-12-12 18:30 60"),
        ("12/12 18:00", "2026-12-12 18:00 60"),
        ("13/4 18:00", "2027-04-13 18:00 60"),
        ("Thursday, December 3rd, 2026 at 7pm", "2026-12-03 19:00 60"),
        ("the 3rd of december 19:00", "2026-12-03 19:00 60"),
        ("Thu 3 Dec 19:00", "2026-12-03 19:00 60"),
        ("dec 12 - 18:00", "2026-12-12 18:00 60"),
        ("on the 3rd at 19", "2026-12-03 19:00 60"),
        ("24th noon", "2026-12-24 12:00 60"),
        ("  TODAY   7 PM ", "2026-11-25 19:00 60"),
        ("day after tomorrow 19:00", "2026-11-27 19:00 60"),
        ("in two weeks 19:00", "2026-12-09 19:00 60"),
        ("10 days from now 19:00", "2026-12-05 19:00 60"),
        ("thu next week 19:00", "2026-12-03 19:00 60"),
        ("next week mon 19:00", "2026-11-30 19:00 60"),
        ("tonight 8", "2026-11-25 20:00 60"),
        ("tomorrow morning 9", "2026-11-26 09:00 60"),
        ("tomorrow at 7:30 in the evening", "2026-11-26 19:30 60"),
        ("sat from 2 to 4 in the afternoon", "2026-11-28 14:00 120"),
        ("sat 7-9pm", "2026-11-28 19:00 120"),
        ("sat 11-1pm", "2026-11-28 11:00 120"),
        ("sat 11pm-1", "2026-11-28 23:00 120"),
        ("sat 9am-5", "2026-11-28 09:00 480"),
        ("sat 19-21", "2026-11-28 19:00 120"),
        ("sat 22:00–01:00", "2026-11-28 22:00 180"),
        ("sat 18:00 until 20:30", "2026-11-28 18:00 150"),
        ("sat 20:00-08:00", "2026-11-28 20:00 720"),
        ("sun 26 nov 2028 19:00", "2028-11-26 19:00 60"),
        ("sat 12am", "2026-11-28 00:00 60"),
        ("sat 12pm", "2026-11-28 12:00 60"),
        ("fri, 19:00 (90 min)", "2026-11-27 19:00 90"),
        ("fri 19:00 for an hour and a half", "2026-11-27 19:00 90"),
        ("fri 19:00 for half an hour", "2026-11-27 19:00 30"),
        ("fri 19:00 for 1h30", "2026-11-27 19:00 90"),
        ("fri 19:00 for 1.5 hours", "2026-11-27 19:00 90"),
        ("fri 19:00 for 2 hours and 15 minutes", "2026-11-27 19:00 135"),
        ("fri 19:00-20:30 for 90 min", "2026-11-27 19:00 90"),
        ("１２ Dec １８：００", "2026-12-12 18:00 60"),
        ("٢٠٢٦-١٢-١٢ ١٨:٠٠", "2026-12-12 18:00 60"),
        ("29 feb 19:00", "2028-02-29 19:00 60"),
        ("25 Nov 19:00", "2026-11-25 19:00 60"),
        ("24 Nov 19:00", "2027-11-24 19:00 60"),
    ],
)
def test_what_people_type_is_read(typed: str, meant: str) -> None:
    assert told(typed) == meant


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("nl", "volgende donderdag 19:00", "2026-11-26 19:00 60"),
        ("nl", "woensdag 19u30", "2026-11-25 19:30 60"),
        ("nl", "woensdag 11u", "2026-12-02 11:00 60"),
        ("nl-BE", "morgen van 18 tot 20 uur", "2026-11-26 18:00 120"),
        ("de", "nächsten Donnerstag 19 Uhr", "2026-11-26 19:00 60"),
        ("de", "am Freitag um 18.30 Uhr für 2 Stunden", "2026-11-27 18:30 120"),
        ("fr", "le 12 décembre de 18h à 20h", "2026-12-12 18:00 120"),
        ("fr", "mar 19h", "2026-12-01 19:00 60"),
        ("es", "el viernes a las 19h", "2026-11-27 19:00 60"),
        ("pt-br", "próxima quinta-feira às 19h", "2026-11-26 19:00 60"),
        ("fr", "next thu 19:00", "2026-11-26 19:00 60"),
        ("xx", "next thu 19:00", "2026-11-26 19:00 60"),
    ],
)
def test_the_language_of_the_community_is_read_too(language: str, typed: str, meant: str) -> None:
    assert told(typed, language) == meant


@pytest.mark.parametrize(
    ("typed", "cure"),
    [
        ("", "say when it begins, such as next thu 19:00"),
        ("\u200b \n", "say when it begins"),
        ("x" * (LONGEST_TEXT + 1), "at most 100 characters"),
        ("fri 19:00" + " " * 1000, "at most 100 characters"),
        ("5" * 1_000_000, "at most 100 characters"),
        ("soon", "I can't read “soon” as a time; write next thu 19:00"),
        ("19:00", "say on which day, such as thu 19:00"),
        ("12 Dec", "say at what time on Sat 12 Dec 2026"),
        ("30 Feb 19:00", "there is no 30 Feb 2026; write a day"),
        ("31.11.2026 19:00", "there is no 31 Nov 2026"),
        ("2026-13-01 19:00", "in month 13"),
        ("0000-01-01 19:00", "there is no 1 Jan 0"),
        ("0 dec 19:00", "there is no 0 Dec"),
        ("32nd 19:00", "no month has so many days"),
        ("tomorrow 25:61", "no clock shows 25:61; hours go from 0 to 23"),
        ("tomorrow 24:00", "no clock shows 24:00"),
        ("tomorrow 13pm", "no clock shows 13pm"),
        ("9999-12-31 23:59", "Fri 31 Dec 9999 is more than 2 years ahead; write an earlier day"),
        ("2028-11-27 19:00", "Mon 27 Nov 2028 is more than 2 years ahead"),
        ("in 999 weeks 19:00", "more than 2 years ahead"),
        ("2020-01-01 19:00", "Wed 1 Jan 2020 is over; write a later day"),
        ("today 12:00", "Wed 25 Nov 2026 12:00 is over; write a later time"),
        ("3/4 18:00", "3/4 may be 3 Apr or 4 Mar; write the one"),
        ("sat 10-12", "10-12 may be 10 Dec or 12 Oct, or 10:00-12:00"),
        ("thu or fri 19:00", "I can't read “thu or fri” as a day"),
        ("thu fri 19:00", "I can't read “thu fri” as a day"),
        ("12-14 dec 18:00", "I can't read “12-14 dec” as a day"),
        ("fri 3 dec 19:00", "Thu 3 Dec 2026 is no Friday; write only the one"),
        ("fri 19:00 with pizza", "I can't read “fri with pizza” as a day"),
        ("fri at 7", "7 may be early or late; write 07:00 or 19:00"),
        ("fri at 12", "12 may be early or late; write 00:00 or 12:00"),
        ("fri from 7 to 9", "7 may be early or late"),
        ("fri morning 19:00", "19:00 and “morning” don't go together"),
        ("fri midnight", "midnight may be the beginning or the end of a day"),
        ("fri 19:00 20:00", "there are two times in it"),
        ("fri 20:00-19:00", "19:00 is before 20:00; write a later end"),
        ("fri 19:00-19:00", "19:00 is before 19:00"),
        ("fri 20:00-08:01", "08:01 is before 20:00"),
        ("fri 19:00-20:30 for 2h", "19:00-20:30 are 90 minutes, not 120"),
        ("fri 19:00 for 90", "I can't tell whether 90 are minutes or hours; write for 90 min"),
        ("fri 19:00 for 4 min", "a meetup lasts between 5 minutes and 24 hours"),
        ("fri 19:00 for 1441 min", "a meetup lasts between 5 minutes and 24 hours"),
        ("fri 18:00 utc+2", "hours alone don't tell when clocks are changed"),
        ("2026-12-12T18:00+02:00", "hours alone don't tell when clocks are changed"),
        ("fri 18:00 cest", "“cest” is what several clocks are called"),
        ("fri 18:00 EST", "“EST” is what several clocks are called"),
        ("fri 18:00 Europe/Bruxelles", "I know no time zone “Europe/Bruxelles”. Did you mean Europe/Brussels, "),
    ],
)
def test_what_cant_be_meant_is_refused_with_its_cure(typed: str, cure: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared below
        told(typed)
    assert cure in str(refused.value)


@pytest.mark.parametrize("minutes", [5, 1440])
def test_the_shortest_and_the_longest_length_are_fine(minutes: int) -> None:
    assert told(f"fri 19:00 for {minutes} min").endswith(f" {minutes}")


def test_a_text_of_just_the_length_is_read() -> None:
    assert told("fri 19:00".center(LONGEST_TEXT)) == told("fri 19:00")
    assert told(f"fri 19:00{'.' * (LONGEST_TEXT - 9)}") == told("fri 19:00")


@pytest.mark.parametrize(
    ("typed", "day"),
    [("wed 12:01", 25), ("wed 12:00", 2), ("wed 11:59", 2), ("this wed 13:00", 25), ("next wed 13:00", 2)],
)
def test_a_day_of_the_week_is_today_while_its_time_is_to_come(typed: str, day: int) -> None:
    assert read(typed, BRUSSELS, NOON).when.wall.day == day


def test_who_says_next_of_a_day_of_this_week_is_told_which_one_is_meant() -> None:
    assert read("next thu 19:00", BRUSSELS, NOON).notes == (
        "That is this Thursday. If you mean the one after, write thu next week.",
    )
    assert read("next mon 19:00", BRUSSELS, NOON).notes == ()
    assert read("thu 19:00", BRUSSELS, NOON).notes == ()


def test_today_is_the_day_of_the_one_who_types() -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert told("tomorrow 19:00", now=late) == "2026-11-27 19:00 60"


def test_a_time_that_clocks_skip_is_refused_with_the_one_that_would_be_taken() -> None:
    with pytest.raises(ValueError, match="skip 02:30 on Sun 28 Mar 2027; write 03:30, or another time"):
        told("28 mar 2027 02:30")
    assert told("28 mar 2027 01:59-04:00") == "2027-03-28 01:59 61"


def test_a_time_that_comes_twice_is_the_first_one_and_that_is_said() -> None:
    reading = read("31 Oct 2027 02:30", BRUSSELS, NOON)
    assert reading.when.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert reading.notes == ("Clocks in Europe/Brussels show 02:30 twice that day. I take the first one, 00:30 UTC.",)
    assert told("31 Oct 2027 01:30-04:00") == "2027-10-31 01:30 210"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("3 Dec 19:00-20:30", "Thu 3 Dec 2026 19:00–20:30 (Europe/Brussels, 18:00 UTC)"),
        ("3 Dec 22:30-01:00", "Thu 3 Dec 2026 22:30–Fri 4 Dec 01:00 (Europe/Brussels, 21:30 UTC)"),
        ("3 Dec 00:30", "Thu 3 Dec 2026 00:30–01:30 (Europe/Brussels, Wed 2 Dec 23:30 UTC)"),
        ("3 Dec 19:00 UTC", "Thu 3 Dec 2026 19:00–20:00 (UTC)"),
        ("2026-12-03T19:00Z", "Thu 3 Dec 2026 19:00–20:00 (UTC)"),
        ("3 Dec 19:00 America/New_York", "Thu 3 Dec 2026 19:00–20:00 (America/New_York, Fri 4 Dec 00:00 UTC)"),
        ("3 Dec 19:00 CET", "Thu 3 Dec 2026 19:00–20:00 (CET, 18:00 UTC)"),
        ("3 Dec 19:00 europe/london", "Thu 3 Dec 2026 19:00–20:00 (Europe/London, 19:00 UTC)"),
    ],
)
def test_what_was_read_is_written_with_weekday_zone_and_utc(typed: str, words: str) -> None:
    assert str(read(typed, BRUSSELS, NOON)) == words


def test_a_time_that_a_rule_gave_and_clocks_skip_is_written_as_clocks_show_it() -> None:
    assert said(When(wall("2027-03-28 02:30"), BRUSSELS, 60)).startswith("Sun 28 Mar 2027 03:30–04:30")


walls = st.datetimes(wall("2026-11-27"), wall("2028-11-20")).map(lambda at: at.replace(second=0, microsecond=0))


@given(walls, st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(5, 1440))
def test_what_is_written_for_a_form_reads_as_the_same(at_home: datetime, zone: str, own: str, minutes: int) -> None:
    at = at_home.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    when = When(shown(at, zone), zone, minutes)
    if when.starts_at == at:  # else it is the second of two
        assert read(written(when), own, NOON).when == when


def test_what_is_written_in_any_zone_reads_as_the_same_moment() -> None:
    for zone in names():
        when = When(wall("2027-07-01 19:00"), zone, 45)
        found = read(written(when), BRUSSELS, NOON).when
        assert (found.starts_at, found.minutes) == (when.starts_at, 45)
        assert found.zone == zone or zone in {"EST", "MST", "HST", "GMT", "Factory"}, "they are never changed"


FORMS = ("%Y-%m-%d %H:%M", "%d.%m.%Y %Hh%M", "%d %b %Y %I:%M%p", "%B %d, %Y at %H:%M", "%a %d %b %Y %H:%M")


@given(walls, st.sampled_from(FORMS))
def test_any_minute_is_read_in_any_form(at_home: datetime, form: str) -> None:
    when = read(at_home.strftime(form), "Asia/Kathmandu", NOON).when
    assert when == When(at_home, "Asia/Kathmandu", 60)


WORDS = (
    *("next", "thu", "fri", "in", "2", "weeks", "12", "Dec", "12.12.", "3/4", "2026-12-12", "30", "feb", "9999", "29"),
    *(
        "19:00",
        "7pm",
        "7",
        "-",
        "to",
        "at",
        "for",
        "90",
        "min",
        "h",
        "half",
        "an",
        "hour",
        "and",
        "a",
        "25:61",
        "18h30",
    ),
    *("tonight", "midnight", "noon", "UTC", "CET", "Europe/Brussels", "Etc/GMT+5", "morgen", "le", "demain", "0", "th"),
    *(".", "٣", "²", "\x00", "🎉", "(", "1e9", "99999999999999999999", "1.5", "hours", "evening", "of", "+02:00"),
)
texts = st.one_of(
    st.text(max_size=LONGEST_TEXT + 3),
    st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=9).map("".join),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware here


def tried(typed: str, zone: str, now: datetime, language: str) -> Reading | ValueError:
    """Read something, or give what is said instead."""
    try:
        return read(typed, zone, now, language)
    except ValueError as refused:
        return refused


@given(texts, st.sampled_from(ZONES), st.sampled_from(("en", "de", "nl", "fr", "ar", "eo")), moments)
def test_any_text_is_read_or_kindly_refused(typed: str, zone: str, language: str, now: datetime) -> None:
    found = tried(typed, zone, now, language)
    if isinstance(found, ValueError):
        assert type(found) is ValueError, "a decoding error would be one too"
        assert 10 < len(str(found)) < 300
    else:
        assert now < found.when.starts_at < now + FURTHEST + timedelta(days=2)
        assert 5 <= found.when.minutes <= 1440
        assert str(found)


def test_no_start_of_the_program_waits_for_what_reads_foreign_days_or_writes_calendars() -> None:
    code = (
        "import sys, datetime; from bot.meetups import calendar, recurrence, reminders, repeating;"
        "from bot.meetups.when import read;"
        "read('next thu 19:00', 'UTC', datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), 'de');"
        "sys.exit(not {'dateparser', 'dateutil', 'icalendar'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words
