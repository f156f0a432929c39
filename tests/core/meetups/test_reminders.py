"""Who is reminded of a meetup, and when: never twice, never too late, and nobody who doesn't go."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetups.meetup import Answer
from bot.meetups.reminders import (
    APART,
    LONGEST_TEXT,
    MOST,
    USUAL,
    Kind,
    ahead,
    due,
    planned,
    read_leads,
    said_leads,
)
from bot.meetups.sheet import Claim, Standing

START = datetime(2026, 12, 3, 18, tzinfo=UTC)
LONG_AGO = START - timedelta(days=30)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def goer(since: datetime = LONG_AGO, standing: Standing = Standing.PLACE) -> Claim:
    return Claim(1, Answer.GOING, LONG_AGO, standing, since)


def times(claim: Claim, *leads: timedelta) -> list[timedelta]:
    """List how long before the start somebody is to hear something."""
    return [START - one.due_at for one in planned(claim, START, leads or USUAL)]


def sent(at: timedelta, *leads: timedelta) -> timedelta | None:
    """Tell which reminder goes out so long before the start."""
    found = due(planned(goer(), START, leads or USUAL), START - at)
    return found.before if found else None


def test_who_goes_is_reminded_a_day_and_a_quarter_of_an_hour_before() -> None:
    assert times(goer()) == [24 * HOUR, 15 * MINUTE]
    assert {one.kind for one in planned(goer(), START)} == {Kind.REMIND}


def test_each_may_change_their_reminders_or_stop_them() -> None:
    assert times(goer(), 2 * HOUR, 3 * 24 * HOUR, 2 * HOUR) == [72 * HOUR, 2 * HOUR]
    assert planned(goer(), START, ()) == ()
    assert planned(Claim(1, Answer.MAYBE, LONG_AGO), START, ()) == ()


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.PLACE])
def test_who_has_no_place_is_not_reminded(standing: Standing) -> None:
    assert planned(goer(standing=standing), START) == ()


@pytest.mark.parametrize("answer", [Answer.CANT, None])
def test_who_doesnt_come_is_not_reminded(answer: Answer | None) -> None:
    assert planned(Claim(1, answer, LONG_AGO), START) == ()


def test_who_may_come_is_asked_once_the_day_before() -> None:
    (asked,) = planned(Claim(1, Answer.MAYBE, LONG_AGO), START, (HOUR, 2 * HOUR))
    assert (asked.kind, asked.due_at) == (Kind.DECIDE, START - 24 * HOUR)
    assert due((asked,), START - 2 * HOUR - MINUTE) == asked
    assert due((asked,), START - 2 * HOUR) is None, "too late to decide"
    assert planned(Claim(1, Answer.MAYBE, START - 24 * HOUR), START) == (), "they just said so"


@pytest.mark.parametrize(
    ("since", "left"),
    [
        (START - 24 * HOUR - MINUTE, [24 * HOUR, 15 * MINUTE]),
        (START - 24 * HOUR, [15 * MINUTE]),
        (START - HOUR, [15 * MINUTE]),
        (START - 15 * MINUTE, []),
        (START + HOUR, []),
    ],
)
def test_who_gets_a_place_late_isnt_told_what_is_past(since: datetime, left: list[timedelta]) -> None:
    assert times(goer(since)) == left


@pytest.mark.parametrize(
    ("before", "which"),
    [
        (24 * HOUR + MINUTE, None),
        (24 * HOUR, 24 * HOUR),
        (20 * HOUR, 24 * HOUR),
        (2 * HOUR, 24 * HOUR),
        (75 * MINUTE + timedelta(seconds=1), 24 * HOUR),
        (75 * MINUTE, None),
        (16 * MINUTE, None),
        (15 * MINUTE, 15 * MINUTE),
        (MINUTE, 15 * MINUTE),
        (timedelta(), None),
        (-MINUTE, None),
    ],
)
def test_after_an_outage_a_reminder_comes_late_while_it_is_of_use(before: timedelta, which: timedelta | None) -> None:
    assert sent(before) == which


def test_reminders_close_together_share_the_time_between_them() -> None:
    assert sent(40 * MINUTE, HOUR, 20 * MINUTE) is None
    assert sent(41 * MINUTE, HOUR, 20 * MINUTE) == HOUR


def test_who_heard_of_another_time_isnt_reminded_of_it_at_once() -> None:
    moved_at = START - 20 * HOUR
    assert [one.before for one in planned(goer(), START, USUAL, moved_at)] == [15 * MINUTE]
    assert planned(Claim(1, Answer.MAYBE, LONG_AGO), START, USUAL, moved_at) == ()
    assert len(planned(goer(), START, USUAL, LONG_AGO - HOUR)) == 2


leads = st.lists(st.integers(5, 14 * 24 * 60).map(lambda count: count * MINUTE), max_size=5)


@given(leads, st.lists(st.integers(-60, 15 * 24 * 60), max_size=40), st.integers(0, 20 * 24 * 60))
def test_whenever_the_program_runs_each_comes_once_in_time_and_apart(
    wanted: list[timedelta], runs: list[int], since: int
) -> None:
    reminders = planned(goer(START - since * MINUTE), START, wanted)
    out: list[tuple[datetime, timedelta]] = []
    for at in sorted(START - run * MINUTE for run in runs):
        one = due((reminder for reminder in reminders if reminder.before not in {before for _, before in out}), at)
        if one:
            out.append((at, one.before))
    assert {before for _, before in out} <= set(wanted)
    assert all(START - before <= at < START for at, before in out)
    assert all(START - before > START - since * MINUTE for _, before in out)
    for (early, first), (late, second) in pairwise(out):
        assert late - early >= min(APART, (first - second) / 2)


@given(leads)
def test_a_program_that_never_sleeps_sends_all_of_them_on_time(wanted: list[timedelta]) -> None:
    reminders = planned(goer(), START, wanted)
    assert [one.before for one in reminders] == sorted(set(wanted), reverse=True)
    assert all(due(reminders, one.due_at) == one for one in reminders)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (5 * 24 * HOUR, "in 5 days"),
        (49 * HOUR, "in 2 days"),
        (48 * HOUR, "in 48 hours"),
        (24 * HOUR, "in 24 hours"),
        (19 * HOUR + 40 * MINUTE, "in 20 hours"),
        (3 * HOUR, "in 3 hours"),
        (2 * HOUR, "in 2 hours"),
        (80 * MINUTE, "in 80 minutes"),
        (HOUR, "in 1 hour"),
        (15 * MINUTE, "in 15 minutes"),
        (MINUTE, "in 1 minute"),
        (timedelta(seconds=20), "now"),
        (-HOUR, "now"),
    ],
)
def test_a_late_reminder_says_how_long_it_really_is(before: timedelta, words: str) -> None:
    assert ahead(START, START - before) == words


@pytest.mark.parametrize(
    ("typed", "read", "said"),
    [
        ("24h, 15 min", (24 * HOUR, 15 * MINUTE), "24 hours and 15 minutes before"),
        ("15 minutes", (15 * MINUTE,), "15 minutes before"),
        ("an hour", (HOUR,), "1 hour before"),
        ("2 days, 1 day and 90m", (48 * HOUR, 24 * HOUR, 90 * MINUTE), "2 days, 24 hours and 90 minutes before"),
        ("1 week", (7 * 24 * HOUR,), "7 days before"),
        ("5 min", (5 * MINUTE,), "5 minutes before"),
        ("14 days", (14 * 24 * HOUR,), "14 days before"),
        ("Usual", USUAL, "24 hours and 15 minutes before"),
        ("none", (), "none"),
        ("STOP", (), "none"),
    ],
)
def test_people_type_when_they_like_to_be_reminded(typed: str, read: tuple[timedelta, ...], said: str) -> None:
    assert read_leads(typed) == read
    assert said_leads(read) == said
    assert read_leads(said) == read


@given(leads)
def test_what_is_written_of_reminders_may_be_typed(wanted: list[timedelta]) -> None:
    ordered = tuple(sorted(set(wanted), reverse=True))
    assert read_leads(said_leads(ordered)) == ordered


@pytest.mark.parametrize(
    ("typed", "cure"),
    [
        ("", "such as 24 hours, 15 min; usual; or none"),
        ("x" * (LONGEST_TEXT + 1), "such as 24 hours"),
        ("soon", "I can't read “soon” as a time before a meetup; write 24 hours, 15 min"),
        ("15", "I can't read “15”"),
        ("4 min", "between 5 minutes and 14 days"),
        ("15 days", "between 5 minutes and 14 days"),
        ("999999 weeks", "between 5 minutes and 14 days"),
        (", ".join(f"{count}h" for count in range(1, MOST + 2)), "that is 6 reminders, at most 5"),
    ],
)
def test_what_is_no_reminder_is_refused_with_its_cure(typed: str, cure: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are compared below
        read_leads(typed)
    assert cure in str(refused.value)


PIECES = st.lists(
    st.sampled_from(["15", "min", "h", "1", "day", ",", "and", "none", "٣", "²", "a", "+", "before"]), max_size=8
)


@given(st.one_of(st.text(max_size=110), PIECES.map(" ".join)))
def test_any_text_is_a_wish_or_kindly_refused(typed: str) -> None:
    try:
        read: tuple[timedelta, ...] | ValueError = read_leads(typed)
    except ValueError as refused:
        read = refused
    assert len(str(read)) < 200 if type(read) is ValueError else isinstance(read, tuple)
