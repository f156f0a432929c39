"""Looks whether Discord is set up well: one finding for each thing, with the cure."""

import discord

from adapters.discord.chat import DiscordChat
from adapters.discord.invite import PERMISSIONS
from bot.config import Config, channels_of
from bot.errors import Unreachable
from bot.model import Finding


async def diagnose(config: Config) -> list[Finding]:
    """Ask Discord about the token, the server, the permissions and the channels of the settings."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(config.discord.token.get_secret_value())
        except discord.LoginFailure:
            return [Finding.amiss("Discord token", "refused: copy it from the Developer Portal, Bot, Reset Token")]
        except (discord.HTTPException, OSError) as error:
            return [Finding.amiss("Discord", f"can't be reached ({type(error).__name__}): look at the network")]
        found = [Finding.well("Discord token", f"signed in as {client.user}")]
        if not config.discord.guild_id:
            said = "serves every server it was invited to: set [discord] guild_id, or keep the bot private"
            return [*found, Finding.well("Discord server", said)]
        return found + await _server(client, config)


async def _server(client: discord.Client, config: Config) -> list[Finding]:
    cure = "invite the bot (`invite discord`) and look at [discord] guild_id"
    try:
        guild = await client.fetch_guild(int(config.discord.guild_id))
    except (ValueError, discord.HTTPException):
        return [Finding.amiss("Discord server", f"{config.discord.guild_id} is not open to me: {cure}")]
    chat = DiscordChat(client, config)
    found = [Finding.well("Discord server", guild.name)]
    return found + [await _channel(client, chat, guild, purpose) for purpose in channels_of(config, "discord")]


async def _channel(client: discord.Client, chat: DiscordChat, guild: discord.Guild, purpose: str) -> Finding:
    what = f"Discord channel for {purpose}"
    try:
        place = await chat.channel(str(guild.id), purpose)
        channel = await client.fetch_channel(int(place.rpartition("/")[2]))
    except Unreachable as error:
        return Finding.amiss(what, str(error))
    except discord.HTTPException:
        return Finding.amiss(what, "it is not open to me: give me View Channel there")
    if client.user is None or not isinstance(channel, discord.abc.GuildChannel):
        return Finding.well(what, str(channel))
    missing = missing_permissions(channel, await guild.fetch_member(client.user.id))
    if missing:
        return Finding.amiss(what, f"#{channel.name}: give me {', '.join(missing)}")
    return Finding.well(what, f"#{channel.name}")


def missing_permissions(channel: discord.abc.GuildChannel, me: discord.Member) -> list[str]:
    """Name what the bot lacks in a channel, as Discord's settings call it."""
    has = dict(channel.permissions_for(me))
    return [name.replace("_", " ").title() for name, wanted in PERMISSIONS if wanted and not has.get(name)]
