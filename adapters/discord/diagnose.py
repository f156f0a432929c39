"""Looks whether Discord is set up well: one finding for each thing, with the cure."""

import discord
import structlog

from adapters.discord.chat import DiscordChat
from adapters.discord.failures import MEMBERS_CURE, SIGN_IN_CURE, TROUBLE, asked_to_wait
from adapters.discord.invite import PERMISSIONS, application_id
from adapters.discord.limits import PLATFORM
from bot.config import Config, channels_of
from bot.errors import ConfigError, SendError, Unreachable
from bot.model import Finding

log = structlog.get_logger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that the library may sleep for a rate limit (its least): somebody waits for the findings."""
UNAUTHORIZED = 401
_NO_COURSES = "nothing is announced on Discord: set [discord.channels] courses"

_SHOWN = {"read_messages": "View Channel"}
"""Where the library has a name of its own."""


async def diagnose(config: Config) -> list[Finding]:
    """Ask Discord about the token, the server, the permissions and the channels of the settings."""
    token = config.discord.token.get_secret_value()
    try:
        application_id(token)
    except ConfigError as error:
        return [Finding.amiss("Discord token", str(error))]
    found: list[Finding] = []
    # Nothing is connected: the intent is named only because the library complains of a client without it.
    intents = discord.Intents(guilds=True)
    async with discord.Client(intents=intents, max_ratelimit_timeout=LONGEST_WAIT) as client:
        try:
            await _look(client, config, found)
        except discord.LoginFailure:
            found.append(Finding.amiss("Discord token", SIGN_IN_CURE))
        except TROUBLE as error:
            found.append(_unreached(error))
        except Exception as error:
            # A border: an answer that isn't Discord's own, such as a hotel's welcome page, breaks the library anywhere.
            log.debug("discord.odd_answer", exc_info=True)
            said = f"answered oddly ({type(error).__name__}): look for a proxy between here and Discord, or try later"
            found.append(Finding.amiss("Discord", said))
    return found


def _unreached(error: Exception) -> Finding:
    if isinstance(error, discord.HTTPException) and error.status == UNAUTHORIZED:
        return Finding.amiss("Discord token", SIGN_IN_CURE)
    if wait := asked_to_wait(error):
        return Finding.amiss("Discord", f"asked to slow down: try again in {wait / 60:.0f} minutes")
    return Finding.amiss("Discord", f"can't be reached ({type(error).__name__}): look at the network")


async def _look(client: discord.Client, config: Config, found: list[Finding]) -> None:
    await client.login(config.discord.token.get_secret_value())
    found.append(Finding.well("Discord token", f"signed in as {client.user}"))
    found.append(_members(client))
    if config.discord.guild_id:
        await _server(client, config, found)
    else:
        said = "serves every server it was invited to: set [discord] guild_id, or keep the bot private"
        found.append(Finding.well("Discord server", said))
    if not channels_of(config, PLATFORM).get("courses"):
        found.append(Finding.amiss("Discord channel for courses", _NO_COURSES))


def _members(client: discord.Client) -> Finding:
    """Say whether the bot is told who leaves. It does without, only later."""
    flags = client.application_flags
    told = flags.gateway_guild_members or flags.gateway_guild_members_limited
    return Finding.well("Discord members", "I am told at once who leaves" if told else MEMBERS_CURE)


async def _server(client: discord.Client, config: Config, found: list[Finding]) -> None:
    wanted = config.discord.guild_id
    closed = f"{wanted} is not open to me: invite the bot (`invite discord`) and look at [discord] guild_id"
    if not wanted.isdecimal():
        found.append(Finding.amiss("Discord server", closed))
        return
    try:
        guild = await client.fetch_guild(int(wanted))
    except (discord.NotFound, discord.Forbidden):
        found.append(Finding.amiss("Discord server", closed))
        return
    found.append(Finding.well("Discord server", guild.name))
    chat = DiscordChat(client, config)
    for purpose in channels_of(config, PLATFORM):
        found.append(await _channel(client, chat, guild, purpose))  # noqa: PERF401 - what was found before trouble stays


async def _channel(client: discord.Client, chat: DiscordChat, guild: discord.Guild, purpose: str) -> Finding:
    what = f"Discord channel for {purpose}"
    try:
        place = await chat.channel(str(guild.id), purpose)
        # By the guild that was fetched: only it knows its roles while nothing is connected.
        channel = await guild.fetch_channel(int(place.rpartition("/")[2]))
    except Unreachable as error:
        return Finding.amiss(what, str(error))
    except SendError as error:
        return Finding.amiss(what, f"can't be looked at now: {error}")
    except (discord.NotFound, discord.Forbidden):
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
    lacking = [name for name, wanted in PERMISSIONS if wanted and not has.get(name)]
    return [_SHOWN.get(name, name.replace("_", " ").title()) for name in lacking]
