"""The address that brings the bot into a server, asking for no more than the code uses."""

import base64
import binascii

import discord

from bot.config import Config
from bot.errors import ConfigError

PERMISSIONS = discord.Permissions(
    view_channel=True,  # to find the configured channels and post in them
    send_messages=True,  # announcements
    read_message_history=True,  # to look a message up after a doubt
)
"""Argued one by one. Threads and reactions are asked for with the features that need them, not before.

Never asked for: Embed Links (previews are off), Manage or Mention anything."""
SCOPES = ("bot", "applications.commands")
"""A member of the server, with slash commands."""


def application_id(token: str) -> int:
    """Read the application's id, which is the first part of a bot's token; raise ConfigError for no token."""
    first = token.partition(".")[0]
    try:
        return int(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii"))
    except (binascii.Error, ValueError):
        raise ConfigError(
            "[discord] token is no bot token: copy it from the Developer Portal, Bot, Reset Token."
        ) from None


def invite(config: Config) -> str:
    """Write the address to open as somebody who may manage the server."""
    guild = (
        discord.Object(int(config.discord.guild_id)) if config.discord.guild_id.isdecimal() else discord.utils.MISSING
    )
    return discord.utils.oauth_url(
        application_id(config.discord.token.get_secret_value()),
        permissions=PERMISSIONS,
        scopes=SCOPES,
        guild=guild,
    )
