"""Discord wired to the core: one client, the least intents, one road for every interaction."""

import asyncio
from collections.abc import Sequence
from itertools import chain, repeat

import discord
import structlog

from adapters.discord.answers import Answers, Patience
from adapters.discord.chat import DiscordChat
from adapters.discord.commands import Tree, install
from adapters.discord.failures import MEMBERS_CURE, ODD, SIGN_IN_CURE, SILENCE, TROUBLE, asked_to_wait, commands_cure
from adapters.discord.limits import PLATFORM
from bot.dispatch import Core
from bot.errors import ConfigError
from bot.model import Account, Workspace
from bot.requests import Event, EventKind

log = structlog.get_logger(__name__)

TOKEN_REVOKED = 4004
"""The gateway's close code for a token that is no longer good."""
PAUSES = (5.0, 15.0, 60.0, 300.0)
"""Seconds between tries to start; the last one again and again."""
UNCONNECTED, REFUSED, SLOWED = "not connected", "token refused", "waiting: Discord asked to slow down"
"""What may be wrong with the connection."""
SERVERS_WAIT = 0.5
"""Seconds of quiet after which all servers are taken as told; a later one joins by an event of its own."""
LONGEST_WAIT = 30.0
"""Seconds that the library may sleep for a rate limit; a longer one goes back to the outbox."""


class Client(discord.Client):
    """Discord's side of the bot. It remembers no messages, members or views: payloads and REST tell all."""

    def __init__(self, app: Core, patience: Patience) -> None:
        intents = discord.Intents.none()
        intents.guilds = True  # to know the servers and their channels
        intents.members = True  # to know who leaves; the one privileged intent, and `do_without_members` goes without
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=SERVERS_WAIT,
        )
        self._app = app
        self._answers = Answers(app, patience)
        self.chat = DiscordChat(self, app.config)
        self._trouble = UNCONNECTED
        self._told = False
        self._home = app.config.discord.guild_id
        if not (self._home or "0").isdecimal():
            raise ConfigError("[discord] guild_id is a number: in Discord, Developer Mode, Copy Server ID.")
        self._scope = discord.Object(int(self._home)) if self._home else None
        self.tree = Tree(self)
        install(self.tree, app.registry, app.config, self._scope)

    async def setup_hook(self) -> None:
        """Tell Discord of the commands, once per start: to one server at once, to all it takes a while."""
        await self._tell_commands()

    async def _tell_commands(self) -> None:
        """Tell Discord of the commands; what it refuses ends nothing, because the old ones go on working."""
        try:
            if self._scope:
                await self.tree.sync(guild=self._scope)
            # With a server of its own this takes back commands that were once offered to all, or both would show.
            await self.tree.sync()
        except (*TROUBLE, *ODD) as error:
            self._told = not isinstance(error, SILENCE)
            log.error(  # noqa: TRY400 - the cure is all there is to say
                "discord.commands_refused", cure=commands_cure(error), error=str(error)
            )
        else:
            self._told = True

    async def on_ready(self) -> None:
        """Make the servers part of the community. Discord says this many times, also after a lost connection."""
        for guild in self.guilds:
            self._join(guild)
        self._app.attach(self.chat)  # once more: what could not be sent until now may go
        self.note("")
        if not self._told:
            await self._tell_commands()

    async def on_resumed(self) -> None:
        """Remember that a lost connection is back."""
        self.note("")

    async def on_disconnect(self) -> None:
        """Remember that the connection is lost; the library is making another one."""
        if self._trouble != REFUSED:  # the library says both, and this is the less telling one
            self.note(UNCONNECTED)

    def do_without_members(self) -> bool:
        """Ask no more to be told who comes and leaves, at the next connection; False where that wasn't asked."""
        # The library reads the intents here when it connects, and has no other way to connect with fewer of them.
        intents = self._connection._intents  # noqa: SLF001 - as said above
        asked = bool(intents.members)
        intents.members = False
        return asked

    async def on_raw_member_remove(self, left: discord.RawMemberRemoveEvent) -> None:
        """Tell the core that somebody is gone."""
        self._hear(EventKind.LEFT, left.guild_id, left.user.id)

    async def on_member_join(self, member: discord.Member) -> None:
        """Tell the core that somebody is there, maybe again."""
        self._hear(EventKind.CAME, member.guild.id, member.id)

    def _hear(self, kind: EventKind, guild: int, user: int) -> None:
        if not self._is_home(guild):
            return
        # Discord gives such events no number, and the same person may leave again: hearing it twice does no harm.
        key = f"{kind}:{guild}:{user}:{self._app.clock.now().isoformat()}"
        workspace = Workspace(PLATFORM, str(guild))
        self._app.spawn(self._heard(Event(key, workspace, Account(PLATFORM, workspace.id, str(user)), kind)))

    async def _heard(self, event: Event) -> None:
        try:
            await self._app.hear(event)
        except Exception:
            # A border: nobody tells it again, but members are looked up now and then (`bot.presence`).
            log.exception("discord.event_not_heard", kind=event.kind)

    def note(self, trouble: str) -> None:
        """Remember what is wrong with the connection; nothing where it stands."""
        self._trouble = trouble

    def trouble(self) -> str:
        """Say what is wrong with the connection; nothing where it stands."""
        return self._trouble or (UNCONNECTED if self.is_closed() else "")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Make a new server part of the community."""
        self._join(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Make a server part of the community that was out of order while we started."""
        self._join(guild)

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Answer whatever somebody did; tracked, so that a stop waits for it."""
        self._app.spawn(self._answer(interaction))

    async def _answer(self, interaction: discord.Interaction[discord.Client]) -> None:
        await self._answers.answer(interaction, await self._workspace(interaction))

    def _join(self, guild: discord.Guild) -> None:
        if self._is_home(guild.id) and not guild.unavailable:
            self._app.spawn(self._joined(_workspace(guild)))

    async def _joined(self, workspace: Workspace) -> None:
        try:
            await self._app.join(workspace)
        except Exception:
            # A border: without the server's entry the core will say so to whoever asks there.
            log.exception("discord.join_failed", guild=workspace.id)

    def _is_home(self, guild: int) -> bool:
        return self._home in {"", str(guild)}

    async def _workspace(self, interaction: discord.Interaction[discord.Client]) -> Workspace | None:
        """Find the server that an interaction belongs to; None where we don't serve."""
        if interaction.guild_id is None:
            return await self._shared_with(interaction.user)
        if not self._is_home(interaction.guild_id):
            return None
        name = interaction.guild.name if interaction.guild else ""
        return Workspace(PLATFORM, str(interaction.guild_id), name)

    async def _shared_with(self, user: discord.abc.Snowflake) -> Workspace | None:
        """Find the server behind a private conversation, which belongs to none: one that we serve and they are in."""
        homes = [guild for guild in self.guilds if self._is_home(guild.id)]
        if len(homes) == 1:
            return _workspace(homes[0])
        for guild in homes:
            try:
                await guild.fetch_member(user.id)
            except TROUBLE:
                continue
            return _workspace(guild)
        return None


def _workspace(guild: discord.Guild) -> Workspace:
    return Workspace(PLATFORM, str(guild.id), guild.name)


def build(app: Core, patience: Patience | None = None) -> Client:
    """Make the client and attach it to the core; nothing is connected yet."""
    client = Client(app, patience or Patience())
    app.attach(client.chat)
    return client


async def run(app: Core, client: Client | None = None, pauses: Sequence[float] = PAUSES) -> None:
    """Serve Discord until cancelled, through lost connections; raise ConfigError for a token that it refuses.

    Give the client that `build` made, to look at it meanwhile (`trouble`). A network or a Discord that is down at
    the start is waited for with these pauses in seconds: the other platforms should go on meanwhile.
    """
    async with client or build(app) as serving:
        try:
            await _sign_in(serving, app.config.discord.token.get_secret_value(), pauses)
            await _connect(serving, pauses)
        except (discord.LoginFailure, discord.HTTPException, discord.ConnectionClosed) as error:
            if not _refuses_token(error):
                raise
            serving.note(REFUSED)
            raise ConfigError(SIGN_IN_CURE) from None


def _refuses_token(error: Exception) -> bool:
    match error:
        case discord.LoginFailure() | discord.HTTPException(status=401):
            return True
        case discord.ConnectionClosed(code=code):
            return code == TOKEN_REVOKED
        case _:
            return False


async def _sign_in(client: Client, token: str, pauses: Sequence[float]) -> None:
    for pause in chain(pauses, repeat(pauses[-1])):
        try:
            await client.login(token)
        except (*TROUBLE, *ODD) as error:
            if _refuses_token(error):
                raise
            asked = asked_to_wait(error)
            wait = max(pause, asked)
            client.note(SLOWED if asked else UNCONNECTED)
            log.warning("discord.sign_in_failed", error=str(error) or type(error).__name__, again_in=wait)
        else:
            client.note(UNCONNECTED)
            return
        await client.http.close()  # the library opens a new session for each try
        client.http.connector = discord.utils.MISSING
        await asyncio.sleep(wait)


async def _connect(client: Client, pauses: Sequence[float]) -> None:
    for pause in chain(pauses, repeat(pauses[-1])):
        try:
            await client.connect(reconnect=True)
        except discord.PrivilegedIntentsRequired:
            if not client.do_without_members():
                raise
            log.warning("discord.members_unseen", cure=MEMBERS_CURE)
            continue
        except AttributeError:
            # The library reconnects by itself, but after a first connection that failed it asks the socket that it
            # never had where to resume (discord.py 2.7.1, Client.connect).
            socket: discord.gateway.DiscordWebSocket | None = client.ws
            if socket is not None:
                raise
            log.warning("discord.gateway_unreachable", again_in=pause)
        else:
            return
        await asyncio.sleep(pause)
