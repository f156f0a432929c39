"""The manifest holds what Slack asks for, and no more than is used."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from adapters.slack import manifest
from adapters.slack.address import Address
from adapters.slack.chat import SlackChat
from bot.config import Config
from bot.errors import ConfigError, SendError
from bot.model import Account
from bot.ui import Card, paragraph
from tests.doubles.core import FakeCore
from tests.doubles.slack import COURSES, SCOPES, SlackDouble
from tests.doubles.slack_api import TEAM

KEY = "k" * 22
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def made(**slack: str) -> manifest.Json:
    config = Config.model_validate({"slack": slack, "web": {"public_url": "https://bot.example/"}})
    return manifest.manifest(FakeCore().registry, config)


def test_every_command_and_message_action_is_there() -> None:
    registry = FakeCore().registry
    features = made()["features"]
    assert [command["command"] for command in features["slash_commands"]] == [f"/{root}" for root in registry.roots()]
    assert [shortcut["callback_id"] for shortcut in features["shortcuts"]] == list(registry.message_actions)
    assert all(command["should_escape"] for command in features["slash_commands"])


def test_limits() -> None:
    written = made()
    assert len(written["display_information"]["name"]) <= manifest.NAME_LENGTH
    assert len(written["display_information"]["description"]) <= manifest.DESCRIPTION_LENGTH
    assert len(written["features"]["bot_user"]["display_name"]) <= manifest.BOT_NAME_LENGTH
    assert 1 <= len(written["features"]["slash_commands"]) <= manifest.COMMANDS
    for command in written["features"]["slash_commands"]:
        assert len(command["command"]) <= manifest.COMMAND_LENGTH
        assert 1 <= len(command["description"]) <= manifest.COMMAND_DESCRIPTION_LENGTH
        assert 1 <= len(command["usage_hint"]) <= manifest.USAGE_LENGTH
    assert len(written["features"]["shortcuts"]) <= manifest.SHORTCUTS
    assert all(len(shortcut["name"]) <= 24 for shortcut in written["features"]["shortcuts"])
    assert json.loads(json.dumps(written)) == written


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_addresses_belong_to_http_only(mode: str) -> None:
    written = made(mode=mode)
    settings = written["settings"]
    assert settings["socket_mode_enabled"] is (mode == "socket")
    assert ("request_url" in settings["interactivity"]) is (mode == "http")
    urls = [command.get("url") for command in written["features"]["slash_commands"]]
    assert set(urls) == ({"https://bot.example/slack/events"} if mode == "http" else {None})
    assert settings["event_subscriptions"]["bot_events"] == ["user_change", "team_join"]
    assert ("request_url" in settings["event_subscriptions"]) is (mode == "http")


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_over_http_slack_needs_our_address(mode: str) -> None:
    config = Config.model_validate({"slack": {"mode": mode}})
    if mode == "socket":
        assert manifest.manifest(FakeCore().registry, config)
        return
    with pytest.raises(ConfigError, match=r"\[web\] public_url"):
        manifest.manifest(FakeCore().registry, config)


def test_a_command_is_described_by_its_default_or_its_parts() -> None:
    described = {c["command"]: c["description"] for c in made()["features"]["slash_commands"]}
    assert described["/course"] == "course: share, search, show, topics"
    assert described["/offcourse"] == "What you can do here"


def test_scopes_are_those_that_the_double_grants() -> None:
    """Every other test runs with these, and Slack's double refuses a call whose scope is missing."""
    assert sorted(manifest.SCOPES) == sorted(SCOPES)


async def test_each_scope_is_needed(double: SlackDouble, chat: SlackChat) -> None:
    place = Address(TEAM, COURSES).place
    ref = await chat.send(place, Card("a", (paragraph("a"),)), KEY)
    private = Account("slack", TEAM, "U0ANA")
    uses: dict[str, Callable[[], Awaitable[object]]] = {
        "chat:write": lambda: chat.edit(ref, Card("b", ())),
        "im:write": lambda: chat.dm(private, Card("a", ()), KEY),
        "users:read": lambda: chat.profile(private),
        "channels:history": lambda: chat.find(place, KEY, LONG_AGO),
        "im:history": lambda: chat.find_dm(private, KEY, LONG_AGO),
        "groups:history": lambda: chat.find(Address(TEAM, "G0SECRET").place, KEY, LONG_AGO),
    }
    for scope, use in uses.items():
        double.scopes.discard(scope)
        with pytest.raises(SendError, match=f"lacks the scope {scope}"):
            await use()
        double.scopes.add(scope)
    assert set(SCOPES) - uses.keys() == {"commands", "chat:write.public"}
