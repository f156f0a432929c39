"""The world: messages, who sees them, who hears of them, and the file that keeps them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.playground.clock import ShiftedClock
from adapters.playground.members import BOT
from adapters.playground.world import Change, World
from bot.errors import ConfigError
from bot.ui import Card, paragraph
from tests.doubles.core import NOW, SteadyClock

CARD = Card("Hello", (paragraph("Hello"),))


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "world.json"
    world = World(file)
    root = world.post("courses", BOT, CARD, NOW, key="k1")
    world.post("courses", "ana", "answer \ud800 <b>", NOW, thread=root.number)
    world.post("courses", BOT, CARD, NOW, private_to="ben")
    world.react(root.number, "🎉", "ana", on=True)
    world.edit(root.number, Card("Changed", ()))
    world.shift(timedelta(days=1))
    world.shut("meetups", on=True)
    world.leave("ben", on=True)

    again = World(file)
    assert [name for name in ("ana", "ben") if again.is_gone(name)] == ["ben"]

    assert again.stream("courses", "ben") == world.stream("courses", "ben")
    assert again.replies(root, "ana") == world.replies(root, "ana")
    assert again.offset == timedelta(days=1)
    assert again.is_shut("meetups")
    assert again.post("courses", "ana", "next", NOW).number == 4


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    world = World(tmp_path / "world.json")
    world.remove(world.post("courses", "ana", "gone", NOW).number)
    assert World(tmp_path / "world.json").post("courses", "ana", "next", NOW).number == 2


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"version": 99}', '{"version": 1, "messages": [{}]}', "\x00"])
def test_a_damaged_file_is_named_with_the_cure(tmp_path: Path, written: str) -> None:
    file = tmp_path / "world.json"
    file.write_text(written)
    with pytest.raises(ConfigError, match=r"world\.json.*move it away"):
        World(file)
    assert file.read_text() == written


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    World(file).post("courses", "ana", "kept", NOW)
    file.with_suffix(".new").write_text("half of")
    assert [m.body for m in World(file).stream("courses", "ana")] == ["kept"]


def test_a_private_message_is_seen_by_one() -> None:
    world = World()
    root = world.post("courses", BOT, CARD, NOW)
    world.post("courses", BOT, CARD, NOW, private_to="ana")
    world.post("courses", BOT, CARD, NOW, private_to="ana", thread=root.number)
    assert len(world.stream("courses", "ana")) == 2
    assert world.stream("courses", "ben") == [root]
    assert len(world.replies(root, "ana")) == 1
    assert world.replies(root, "ben") == []


def test_listeners_hear_of_changes_until_they_stop() -> None:
    world = World()
    heard: list[Change] = []
    stop = world.subscribe(heard.append)
    message = world.post("courses", "ana", "one", NOW)
    world.react(message.number, "👍", "ben", on=True)
    world.react(message.number, "👍", "ben", on=True)
    world.edit(message.number, "one")
    world.shift(timedelta(days=1))
    world.remove(message.number)
    world.remove(message.number)
    stop()
    world.post("courses", "ana", "two", NOW)
    assert [change.kind for change in heard] == ["posted", "edited", "settings", "removed"]


def test_what_is_gone_stays_gone() -> None:
    world = World()
    world.edit(7, "x")
    world.react(7, "👍", "ana", on=True)
    assert world.get(7) is None


def test_the_clock_runs_ahead_and_remembers_it(tmp_path: Path) -> None:
    real = SteadyClock()
    clock = ShiftedClock(real, World(tmp_path / "world.json"))
    clock.shift(timedelta(weeks=1))
    real.moment += timedelta(hours=1)
    later = ShiftedClock(real, World(tmp_path / "world.json"))
    assert clock.now() == later.now() == NOW + timedelta(weeks=1, hours=1)
    assert later.now().tzinfo is UTC


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="never goes back"):
        ShiftedClock(SteadyClock(datetime(2026, 1, 1, tzinfo=UTC)), World()).shift(timedelta(seconds=-1))
