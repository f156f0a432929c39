"""Rules of looking after courses: intervals as people write them, moments in buttons, what a flag may say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care import NEVER, Flag, FlagKind
from bot.courses.flags import KINDS, SAID_MAX, SAID_MIN, check_flag, evidence, reason
from bot.errors import Invalid
from bot.features.ownership.every import parse_every, written_every
from bot.features.ownership.moments import read, written
from bot.model import Person
from bot.text import units
from bot.ui import plain, token

NOW = datetime(2026, 9, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("90", 90),
        ("90 days", 90),
        ("1 day", 1),
        (" every 90  days ", 90),
        ("90d", 90),
        ("6 weeks", 42),
        ("3 Months", 90),
        ("1 year", 365),
        ("3650", 3650),
        ("NEVER", NEVER),
        ("Default", None),
    ],
)
def test_an_interval_is_read_as_people_write_it(typed: str, days: int | None) -> None:
    assert parse_every(typed) == days
    assert parse_every(written_every(days)) == days


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "“soon” is no interval. Write a number of days (90)"),
        ("-5", "is no interval"),
        ("1.5 years", "is no interval"),
        ("٣ days", "is no interval"),
        ("9" * 40, "is no interval"),
        ("", "is no interval"),
        ("0", "from 1 to 3650 days"),
        ("3651", "from 1 to 3650 days"),
        ("11 years", "from 1 to 3650 days"),
        ("999999999 years", "from 1 to 3650 days"),
    ],
)
def test_what_is_no_interval_is_said_with_the_cure(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match="Write a number of days") as error:
        parse_every(typed)
    assert said in str(error.value)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy wants naive bounds
def test_a_moment_comes_back_to_the_microsecond(at: datetime) -> None:
    assert read(written(at)) == at


def test_no_moment_is_nothing() -> None:
    assert (written(None), read(""), read(None)) == ("", None, None)


@given(st.text(min_size=1, max_size=20))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    try:
        read(text)
    except ValueError:
        return
    assert text.isascii()


def test_five_moments_fit_into_a_button() -> None:
    at = written(datetime(2999, 1, 1, 1, 1, 1, 999999, tzinfo=UTC))
    token("course.unreview", 999_999_999, at, at, at, at, at)


@pytest.mark.parametrize(
    ("count", "good"),
    [
        *((SAID_MIN - 1, False), (SAID_MIN, True), (SAID_MIN + 1, True)),
        *((SAID_MAX - 1, True), (SAID_MAX, True), (SAID_MAX + 1, False), (0, False)),
    ],
)
@pytest.mark.parametrize("letter", ["a", "🎈"])
def test_a_reason_has_limits(letter: str, count: int, *, good: bool) -> None:
    values = {"kind": "outdated", "said": letter * count}
    if good:
        assert check_flag(values) == (FlagKind.OUTDATED, letter * count)
        return
    with pytest.raises(Invalid) as error:
        check_flag(values)
    assert error.value.fields.keys() == {"said"}


@pytest.mark.parametrize("kind", ["", "nonsense", "OUTDATED"])
def test_a_kind_is_one_of_those_there_are(kind: str) -> None:
    with pytest.raises(Invalid) as error:
        check_flag({"kind": kind, "said": "\u200b \n"})
    assert error.value.fields["kind"] == "Choose one: outdated, broken link, wrong level, something else."
    assert "in a few words" in error.value.fields["said"]


@given(st.text())
def test_any_reason_is_kept_clean_or_refused(said: str) -> None:
    try:
        _, kept = check_flag({"kind": "other", "said": said})
    except Invalid:
        return
    assert SAID_MIN <= len(kept) <= SAID_MAX
    assert "\x00" not in kept


def test_every_kind_has_a_name() -> None:
    assert KINDS.keys() == set(FlagKind)


def test_evidence_is_one_line_that_is_cut_where_it_is_long() -> None:
    flag = Flag(1, 7, Person(2, "Ben"), FlagKind.BROKEN_LINK, "First\nsecond " + "x" * 300, NOW - timedelta(days=2))
    said = plain(evidence(flag, 50))
    assert said.startswith("broken link: “First second xx")
    assert "\n" not in said
    assert " — Ben, " in said
    assert units(plain(reason(flag, 50))) <= 50 + len("broken link: “”")
