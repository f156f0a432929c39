"""Settings from file and environment, and the cures for wrong ones."""

from pathlib import Path

import pytest

from bot.config import channels_of, load
from bot.errors import ConfigError


def test_without_a_file_all_has_a_default() -> None:
    config = load(None, {})
    assert config.community.name == "Offcourse"
    assert config.web.port == 8080


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[slack]\nbot_token = "from-file"\n[slack.channels]\ncourses = "C1"\nmeetups = "C2"\n')
    config = load(file, {"OFFCOURSE__SLACK__CHANNELS__COURSES": "C9", "offcourse__web__port": "81", "PATH": "/bin"})
    assert config.slack.bot_token.get_secret_value() == "from-file"
    assert channels_of(config, "slack") == {"courses": "C9", "meetups": "C2"}
    assert config.web.port == 81


def test_stewards_may_come_in_one_line() -> None:
    config = load(None, {"OFFCOURSE__COMMUNITY__STEWARDS": "slack:T1:U1, discord:1:2"})
    assert config.community.stewards == ("slack:T1:U1", "discord:1:2")


def test_secrets_are_not_shown() -> None:
    config = load(None, {"OFFCOURSE__SLACK__BOT_TOKEN": "xoxb-very-secret", "OFFCOURSE__DISCORD__TOKEN": "hidden-too"})
    assert "very-secret" not in repr(config)
    assert "hidden-too" not in str(config)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("SLAK__BOT_TOKEN", "x", "slak is no setting; did you mean slack?"),
        ("SLACK__BOTTOKEN", "x", "slack.bottoken is no setting; did you mean bot_token?"),
        ("SLACK__CHANNELS__COURSE", "x", "slack.channels.course is no setting; did you mean courses?"),
        ("SLACK__MODE", "carrier-pigeon", "slack.mode: write 'socket' or 'http'"),
        ("COMMUNITY__TIMEZONE", "Europe/Brussel", "did you mean Europe/Brussels?"),
        ("COMMUNITY__STEWARDS", "U123", "platform:workspace:user"),
        ("WEB__PORT", "70000", "web.port: write a number of 65535 or less"),
        ("WEB__PORT", "many", "web.port: write a whole number"),
        ("SLACK__API_URL", "slack", "slack.api_url: is no address"),
        (
            "OWNERSHIP__WEEKDAY",
            "saturday",
            "ownership.weekday: write 'monday', 'tuesday', 'wednesday', 'thursday' or 'friday'",
        ),
        (
            "OWNERSHIP__WEEKDAY",
            "sunday",
            "ownership.weekday: write 'monday', 'tuesday', 'wednesday', 'thursday' or 'friday'",
        ),
        ("COURSES__GOAL_MIN", "60", "goal_min is larger than goal_max"),
        ("COURSES__STEPS_MAX", "many", "courses.steps_max"),
    ],
)
def test_a_wrong_setting_is_named_with_its_cure(name: str, value: str, cure: str) -> None:
    with pytest.raises(ConfigError, match=cure.replace(".", r"\.").replace("?", r"\?")):
        load(None, {f"OFFCOURSE__{name}": value})


def test_a_secret_never_stands_in_an_error() -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {"OFFCOURSE__SLACK__BOT_TOKEN__X": "xoxb-very-secret"})
    assert "very-secret" not in str(caught.value)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no settings file"):
        load(tmp_path / "none.toml", {})
    broken = tmp_path / "broken.toml"
    broken.write_text("[slack\n")
    with pytest.raises(ConfigError, match="can't be read as TOML"):
        load(broken, {})


def test_a_section_is_no_value() -> None:
    with pytest.raises(ConfigError, match="OFFCOURSE__SLACK is a section"):
        load(None, {"OFFCOURSE__SLACK": "x", "OFFCOURSE__SLACK__BOT_TOKEN": "y"})
    with pytest.raises(ConfigError, match="slack: this is a section"):
        load(None, {"OFFCOURSE__SLACK": "x"})


def test_review_intervals_are_read_by_topic() -> None:
    config = load(environ={"OFFCOURSE__OWNERSHIP__TOPICS": "python:90, a: b : 7,history:0"})
    assert config.ownership.days_by_topic == {"python": 90, "a: b": 7, "history": 0}


@pytest.mark.parametrize("entry", ["python", "python:", ":9", "python:often", "python:-1", "python:3651", "python:٣"])
def test_an_interval_that_is_none_is_refused_with_the_cure(entry: str) -> None:
    with pytest.raises(ConfigError, match="write topic:days"):
        load(environ={"OFFCOURSE__OWNERSHIP__TOPICS": entry})
