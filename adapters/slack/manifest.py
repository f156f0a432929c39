"""The Slack app's manifest, made from the declarations: what to paste at https://api.slack.com/apps. Pure."""

from typing import Any

from bot.config import Config
from bot.errors import ConfigError
from bot.registry import Registry
from bot.text import clamp

Json = dict[str, Any]

PATH = "/slack/events"
NAME_LENGTH = 35
"""https://docs.slack.dev/reference/app-manifest: display_information.name"""
DESCRIPTION_LENGTH = 140
BOT_NAME_LENGTH = 80
COMMANDS = 50
COMMAND_LENGTH = 32
COMMAND_DESCRIPTION_LENGTH = 2000
USAGE_LENGTH = 1000
SHORTCUTS = 10
"""Slack allows five message and five global shortcuts."""

SCOPES = (
    "commands",  # slash commands and message shortcuts
    "chat:write",  # announcements, edits of them, and private messages
    "chat:write.public",  # announce in public channels without an invitation
    "im:write",  # open the private conversation for a message to one person
    "users:read",  # names, time zones and locales of those who use the bot; who comes and leaves (EVENTS)
    "channels:history",  # after a crash: look whether an announcement stands already, so that it is never doubled
    "groups:history",  # the same in private channels the bot was invited to
    "im:history",  # the same in private conversations with the bot
)
EVENTS = (
    "user_change",  # somebody was deactivated, or is back: their courses need another owner, or get theirs again
    "team_join",  # somebody is new: they may have been here before
)
"""What Slack tells without anybody asking the bot. Messages are none of it."""


def manifest(registry: Registry, config: Config) -> Json:
    """Write the manifest for these settings; raise ConfigError where Slack would have no address to send to."""
    if _over_http(config) and not config.web.public_url:
        raise ConfigError('Slack in mode "http" needs [web] public_url, the https address at which it reaches the bot.')
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Offcourse",
            "description": clamp("Share and find courses, and help each other learn.", DESCRIPTION_LENGTH),
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,  # private messages of the bot appear there
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Offcourse", "always_online": True},
            "slash_commands": [_command(registry, root, config) for root in registry.roots()],
            "shortcuts": [
                _shortcut(name, found.label, found.summary) for name, found in registry.message_actions.items()
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": _settings(config),
    }


def _command(registry: Registry, root: str, config: Config) -> Json:
    default = registry.default(root)
    group = registry.group(root)
    summary = default.summary if default else f"{root}: {', '.join(found.sub for found in group)}"
    written: Json = {
        "command": f"/{root}",
        "description": clamp(summary, COMMAND_DESCRIPTION_LENGTH),
        "usage_hint": clamp(" | ".join(found.usage.partition(" ")[2] for found in group), USAGE_LENGTH),
        "should_escape": True,  # people, channels and links arrive as ids and whole addresses
    }
    return written | ({"url": _address(config)} if _over_http(config) else {})


def _shortcut(name: str, label: str, summary: str) -> Json:
    return {"type": "message", "name": label, "callback_id": name, "description": summary}


def _settings(config: Config) -> Json:
    interactivity: Json = {"is_enabled": True}
    if _over_http(config):
        interactivity["request_url"] = _address(config)
    events: Json = {"bot_events": list(EVENTS)}
    if _over_http(config):
        events["request_url"] = _address(config)
    return {
        "event_subscriptions": events,
        "interactivity": interactivity,
        "org_deploy_enabled": False,
        "socket_mode_enabled": config.slack.mode == "socket",
        "token_rotation_enabled": False,
    }


def _over_http(config: Config) -> bool:
    return config.slack.mode == "http"


def _address(config: Config) -> str:
    return config.web.public_url.rstrip("/") + PATH
