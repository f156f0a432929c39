"""The weekly line: laid out, told in words and signs, drawn, and kept once a week."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from bot.app import COMMUNITY, App, open_app
from bot.config import Config
from bot.features.ownership import line as lines
from bot.features.ownership.line import SHOWN, Line, draw, line_of, percent, picture, signs, told
from bot.model import Workspace
from bot.usage import Week
from tests.stage import FakeLinks, FixedClock

MONDAY = datetime(2026, 5, 4, tzinfo=UTC).toordinal()
SHARES = some.none() | some.floats(0, 1)


def week(back: int, used: int = 10, fresh: int = 5) -> Week:
    return Week(MONDAY - 7 * back, used, fresh)


def test_a_line_begins_with_the_first_known_week_and_ends_now() -> None:
    line = line_of([week(3, 10, 8), week(1, 4, 1)], MONDAY)
    assert line == Line(MONDAY, (0.8, None, 0.25, None))
    assert line.mondays == tuple(MONDAY - 7 * back for back in (3, 2, 1, 0))


def test_a_line_is_half_a_year_long_at_most() -> None:
    line = line_of([week(back) for back in reversed(range(SHOWN + 4))], MONDAY)
    assert len(line.shares) == SHOWN
    assert line.mondays[0] == MONDAY - 7 * (SHOWN - 1)


@pytest.mark.parametrize("weeks", [[], [week(0, 0, 0)], [week(2, 0, 0)]])
async def test_where_nothing_is_known_there_is_no_picture(weeks: list[Week]) -> None:
    line = line_of(weeks, MONDAY)
    assert line.is_empty
    assert await picture(line) is None
    assert told(line) == "Nothing is known yet."


def test_signs_and_words_tell_the_figures_and_the_gaps() -> None:
    line = Line(MONDAY, (0.0, None, 0.5, 0.996, 1.0))
    assert signs(line) == "▁·▅██"
    assert told(line) == (
        "Used courses that are fresh, week by week: 6 Apr 0 %, 20 Apr 50 %, 27 Apr 99 %, 4 May 100 %."
    )


@given(some.lists(SHARES, min_size=1, max_size=SHOWN))
def test_any_line_is_told_within_what_platforms_take(shares: list[float | None]) -> None:
    line = Line(MONDAY, tuple(shares))
    assert len(signs(line)) == len(shares)
    assert len(told(line)) <= 1000


@given(some.integers(1, 10_000), some.integers(0, 10_000))
def test_only_all_is_all_and_only_none_is_none(used: int, fresh: int) -> None:
    said = percent(min(fresh, used) / used)
    assert (said == "100 %") is (fresh >= used)
    assert (said == "0 %") is (fresh == 0)


@pytest.mark.parametrize("shares", [(0.5,), (0.0, None, 1.0), (None,) * 5 + (0.81,) * 20 + (None,)])
def test_the_picture_is_the_same_every_time_and_stands_on_its_own_ground(shares: tuple[float | None, ...]) -> None:
    first = draw(Line(MONDAY, shares))
    draw.cache_clear()
    assert draw(Line(MONDAY, shares)) == first
    assert len(first) < 60_000
    shown = Image.open(io.BytesIO(first))
    assert shown.size == (1000, 400)
    pixels = shown.convert("RGBA")
    assert pixels.getchannel("A").getextrema() == (255, 255), "nothing shines through, whatever is behind it"
    assert min(pixels.getpixel((0, 0))[:3]) > 240  # type: ignore[index] # a pixel of RGBA is a tuple


def test_another_line_is_another_picture() -> None:
    assert draw(Line(MONDAY, (0.5, 0.6))) != draw(Line(MONDAY, (0.5, 0.7)))


async def test_without_matplotlib_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "find_spec", lambda _: None)
    assert await picture(Line(MONDAY, (0.5,))) is None


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    told_ = {
        "storage": {"url": f"sqlite:///{tmp_path / 'offcourse.db'}"},
        "community": {"timezone": "Pacific/Auckland"},
    }
    clock = FixedClock(datetime(2026, 5, 3, 11, 59, tzinfo=UTC))  # one minute before Monday there
    async with open_app(Config.model_validate(told_), clock=clock, links=FakeLinks(), sending=False) as opened:
        await opened.join(Workspace("playground", "home"))
        yield opened


async def kept(app: App) -> list[int]:
    async with app.store.read(COMMUNITY) as unit:
        return [(one.week - MONDAY) // 7 for one in await unit.usage.weeks(1)]


async def test_a_week_is_kept_once_at_its_beginning_in_the_communitys_zone(app: App) -> None:
    now = app.clock.now()
    await app.tick(now)
    assert await kept(app) == [-1], "it is Sunday yet"
    for seconds in (60, 70, 6 * 86400):
        await app.tick(now + timedelta(seconds=seconds))
    assert await kept(app) == [-1, 0]


async def test_weeks_in_which_nothing_ran_are_not_made_up(app: App) -> None:
    now = app.clock.now()
    for days in (0, 24, 25, 31):
        await app.tick(now + timedelta(days=days))
    assert await kept(app) == [-1, 3, 4]
