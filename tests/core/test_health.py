"""When a link counts as broken, and when a page is looked at: pure rules."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.health import (
    FAILING_PAUSE,
    FOUND,
    GONE_AFTER,
    UNSURE_AFTER,
    WEEK,
    Checked,
    Presence,
    Standing,
    judged,
    moment_of,
    next_look,
)
from bot.urls import resource_key
from tests.storage.sample import NOW

GONE = Checked(Presence.GONE, "404 Not Found")
SHUT = Checked(Presence.UNSURE, "403 Forbidden")
SILENT = Checked(Presence.UNSURE, "timed out", heard=False)
NO_HOST = Checked(Presence.GONE, "no such host", heard=False)
KEY = resource_key("https://example.org/a")
DAY = timedelta(days=1)


def after(*looks: tuple[float, Checked], is_online: bool = True) -> Standing:
    """Tell how an address stands after looks, each at a number of days."""
    standing = Standing()
    for days, found in looks:
        standing = judged(standing, found, NOW + days * DAY, is_online=is_online)
    return standing


@pytest.mark.parametrize(
    ("looks", "is_broken"),
    [
        ([(0, GONE)], False),
        ([(0, GONE), (3, GONE)], False),
        ([(0, GONE), (1, GONE), (2.99, GONE)], False),
        ([(0, GONE), (1, GONE), (3, GONE)], True),
        ([(0, GONE), (1, SHUT), (2, GONE), (3, SHUT)], False),
        ([(0, GONE), (1, SHUT), (2, GONE), (3, GONE)], True),
        ([(0, GONE), (1, GONE), (2, FOUND), (3, GONE)], False),
        ([(0, GONE), (1, GONE), (20, GONE)], False),
        ([(day, SHUT) for day in range(14)], False),
        ([(day, SHUT) for day in range(15)], True),
        ([(day, SILENT) for day in range(14)], False),
        ([(day, SILENT) for day in range(15)], True),
        ([(0, SHUT), (14, SHUT)], False),
        ([(0, SHUT), (7, SHUT), (14, SHUT)], True),
        ([(0, SHUT), (7, FOUND), (14, SHUT)], False),
    ],
)
def test_a_link_is_broken_after_enough_failures_in_a_row(
    looks: list[tuple[float, Checked]], *, is_broken: bool
) -> None:
    assert after(*looks).broken_since == (NOW if is_broken else None)


def test_anything_alive_clears_all() -> None:
    broken = after((0, GONE), (2, GONE), (4, GONE))
    assert broken.broken_since == NOW
    assert judged(broken, FOUND, NOW + 5 * DAY, is_online=True) == Standing(checked_at=NOW + 5 * DAY)


@pytest.mark.parametrize("found", [SHUT, SILENT, GONE])
def test_a_broken_link_stays_so_until_its_page_is_found(found: Checked) -> None:
    broken = after((0, GONE), (2, GONE), (4, GONE))
    for days in (5, 60):
        assert judged(broken, found, NOW + days * DAY, is_online=False).broken_since == NOW


@pytest.mark.parametrize("found", [SILENT, NO_HOST])
def test_where_nothing_on_the_web_answers_no_link_breaks(found: Checked) -> None:
    looks = [(float(day), found) for day in range(30)]
    assert after(*looks, is_online=False).broken_since is None
    assert after(*looks, is_online=True).broken_since == NOW


def test_a_server_that_answers_proves_that_the_web_is_there() -> None:
    assert after((0, GONE), (2, GONE), (4, GONE), is_online=False).broken_since == NOW


@given(answers=st.lists(st.sampled_from([GONE, SHUT, SILENT, NO_HOST, FOUND]), max_size=40), is_online=st.booleans())
def test_looks_at_their_own_pace_break_nothing_too_early(answers: list[Checked], *, is_online: bool) -> None:
    """Whatever a page answers: broken is only what failed without a break for long enough, and often enough."""
    now, standing = NOW, Standing()
    failed: list[tuple[datetime, Checked]] = []
    for found in answers:
        was_broken = standing.broken_since is not None
        standing = judged(standing, found, now, is_online=is_online)
        failed = [] if found.presence is Presence.ALIVE else [*failed, (now, found)]
        if standing.broken_since is not None and not was_broken:
            gone = [at for at, one in failed if one.presence is Presence.GONE]
            assert standing.broken_since == failed[0][0]
            assert (len(gone) >= 3 and now - gone[0] >= GONE_AFTER) or now - failed[0][0] >= UNSURE_AFTER
        assert (standing.broken_since is None) or failed
        now = next_look(KEY, now, found)


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(-(10**9), 10**9))
def test_a_page_that_is_well_is_looked_at_once_a_week_at_its_own_moment(key: str, seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    first = moment_of(key, now)
    assert now < first <= now + WEEK
    assert next_look(key, first, FOUND) == next_look(key, first + timedelta(hours=3), FOUND) == first + WEEK
    assert next_look(key, first, None) == first + WEEK
    assert WEEK / 2 < next_look(key, now, FOUND) - now <= 1.5 * WEEK


def test_first_looks_are_spread_over_the_week() -> None:
    days = [0] * 7
    for n in range(7000):
        days[(moment_of(resource_key(f"https://example.org/{n}"), NOW) - NOW) // DAY] += 1
    assert min(days) > 850
    assert max(days) < 1150


@pytest.mark.parametrize(
    ("wait", "pause"),
    [
        (None, FAILING_PAUSE),
        (timedelta(seconds=5), FAILING_PAUSE),
        (timedelta(days=2), timedelta(days=2)),
        (timedelta(days=365), WEEK),
    ],
)
def test_a_failing_page_is_looked_at_sooner_but_not_before_it_wants(wait: timedelta | None, pause: timedelta) -> None:
    found = Checked(Presence.UNSURE, "503 Service Unavailable", wait=wait)
    assert next_look(KEY, NOW, found) == NOW + pause


def test_three_failures_at_their_pace_lie_three_days_apart() -> None:
    assert 2 * FAILING_PAUSE == GONE_AFTER
