"""Discord wired to the core: one client, the least intents, one road for every interaction."""

import discord
import structlog

from adapters.discord.answers import Answers, Patience
from adapters.discord.chat import DiscordChat
from adapters.discord.commands import Tree, install
from adapters.discord.failures import SIGN_IN_CURE
from adapters.discord.limits import PLATFORM
from bot.dispatch import Core
from bot.errors import ConfigError
from bot.model import Workspace

log = structlog.get_logger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that the library may sleep for a rate limit; a longer one goes back to the outbox."""


class Client(discord.Client):
    """Discord's side of the bot. It remembers no messages, members or views: payloads and REST tell all."""

    def __init__(self, app: Core, patience: Patience) -> None:
        intents = discord.Intents.none()
        intents.guilds = True  # to know the servers and their channels; nothing privileged
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self._app = app
        self._answers = Answers(app, patience)
        self._home = app.config.discord.guild_id
        self._scope = discord.Object(int(self._home)) if self._home else None
        self.tree = Tree(self)
        install(self.tree, app.registry, app.config, self._scope)

    async def setup_hook(self) -> None:
        """Tell Discord of the commands, once per start: to one server at once, to all it takes a while."""
        try:
            if self._scope:
                await self.tree.sync(guild=self._scope)
            # With a server of its own this takes back commands that were once offered to all, or both would show.
            await self.tree.sync()
        except discord.Forbidden as error:
            log.error(  # noqa: TRY400 - the cure is all there is to say
                "discord.commands_refused",
                cure="invite me with the scopes bot and applications.commands (offcourse-bot invite discord)",
                error=error.text,
            )

    async def on_ready(self) -> None:
        """Make the servers part of the community. Discord says this many times, also after a lost connection."""
        for guild in self.guilds:
            self._join(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Make a new server part of the community."""
        self._join(guild)

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Answer whatever somebody did; tracked, so that a stop waits for it."""
        self._app.spawn(self._answers.answer(interaction, self._workspace(interaction)))

    def _join(self, guild: discord.Guild) -> None:
        if self._is_home(guild.id):
            self._app.spawn(self._joined(_workspace(guild)))

    async def _joined(self, workspace: Workspace) -> None:
        try:
            await self._app.join(workspace)
        except Exception:
            # A border: without the server's entry the core will say so to whoever asks there.
            log.exception("discord.join_failed", guild=workspace.id)

    def _is_home(self, guild: int) -> bool:
        return self._home in {"", str(guild)}

    def _workspace(self, interaction: discord.Interaction[discord.Client]) -> Workspace | None:
        """Find the server that an interaction belongs to; None where we don't serve.

        A private conversation belongs to none. What is tapped there we have sent ourselves, so if we serve one
        server only it is that one.
        """
        if interaction.guild_id is None:
            homes = [guild for guild in self.guilds if self._is_home(guild.id)]
            return _workspace(homes[0]) if len(homes) == 1 else None
        if not self._is_home(interaction.guild_id):
            return None
        name = interaction.guild.name if interaction.guild else ""
        return Workspace(PLATFORM, str(interaction.guild_id), name)


def _workspace(guild: discord.Guild) -> Workspace:
    return Workspace(PLATFORM, str(guild.id), guild.name)


def build(app: Core, patience: Patience | None = None) -> discord.Client:
    """Make the client and attach it to the core; nothing is connected yet."""
    client = Client(app, patience or Patience())
    app.attach(DiscordChat(client, app.config))
    return client


async def run(app: Core) -> None:
    """Serve Discord until cancelled, through lost connections; raise ConfigError for a token that it refuses."""
    token = app.config.discord.token.get_secret_value()
    async with build(app) as client:
        try:
            await client.start(token, reconnect=True)
        except discord.LoginFailure:
            raise ConfigError(SIGN_IN_CURE) from None
