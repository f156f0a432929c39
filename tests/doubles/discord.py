"""A core whose answers a test writes down, and the simulated Discord around it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import simcord

from adapters.discord.answers import Patience
from adapters.discord.chat import DiscordChat
from adapters.discord.client import build
from adapters.discord.limits import PLATFORM
from bot.config import Channels, Config, Discord
from bot.model import Account, Place, Workspace
from bot.ports import Chat
from bot.requests import Ask, Event, Outcome, Reply, Request, Suggestion
from bot.ui import Card, paragraph
from tests.doubles.core import FakeCore, SteadyClock
from tests.drivers.discord import attached

CHANNELS = Channels(courses="#Courses")
"""By name, as people write it; `support` is not set."""


def said(words: str) -> Card:
    """Make a card of one paragraph."""
    return Card(words, (paragraph(words),))


def _echo(request: Request) -> Outcome:
    return Reply(said(f"You meant {request.intent}."))


@dataclass
class ScriptedCore:
    """Keeps what it was asked, answers what it was told to, as late as it was told to."""

    config: Config = field(default_factory=lambda: Config(discord=Discord(channels=CHANNELS)))
    answer: Callable[[Request], Outcome] = _echo
    delay: float = 0.0
    settle_delay: float = 0.0
    suggestions: Sequence[Suggestion] = ()
    requests: list[Request] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    joined: list[Workspace] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    heard: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.registry = FakeCore().registry
        self.clock = SteadyClock()
        self._tasks: set[asyncio.Task[None]] = set()

    def says(self, outcome: Outcome) -> None:
        """Answer this to whatever comes."""
        self.answer = lambda _: outcome

    async def handle(self, request: Request) -> Outcome:
        self.requests.append(request)
        await asyncio.sleep(self.delay)
        return self.answer(request)

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        await asyncio.sleep(self.settle_delay)
        return outcome

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        self.asks.append(ask)
        return self.suggestions

    async def hear(self, event: Event) -> None:
        self.heard.append(event)

    def attach(self, chat: Chat) -> None:
        self.chats.append(chat)

    async def join(self, workspace: Workspace) -> None:
        self.joined.append(workspace)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass
class World:
    """A server with two channels and two people, and the bot in it."""

    env: simcord.Env
    core: ScriptedCore
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle  # #courses
    closed: simcord.ChannelHandle  # where the bot may read but not write
    ana: simcord.MemberActor
    ben: simcord.MemberActor

    @property
    def chat(self) -> DiscordChat:
        """The port under test."""
        chat = self.core.chats[-1]
        assert isinstance(chat, DiscordChat)
        return chat

    @property
    def place(self) -> Place:
        """#courses, written down."""
        return self.at(self.channel)

    def at(self, channel: simcord.ChannelHandle) -> Place:
        """Write a channel down."""
        return Place(f"{PLATFORM}:{self.guild.id}/{channel.id}")

    def account(self, member: simcord.MemberActor) -> Account:
        """Write a person's account down."""
        return Account(PLATFORM, str(self.guild.id), str(member.id))

    def requests(self, method: str, ending: str) -> list[Any]:
        """List the bodies of what the bot sent."""
        return [r.json for r in self.env.http_requests if r.method == method and r.path.endswith(ending)]


@asynccontextmanager
async def world(core: ScriptedCore | None = None, patience: Patience | None = None) -> AsyncIterator[World]:
    """Run the real client in a simulated Discord; at the end all it sent is checked against the contract."""
    core = core or ScriptedCore()
    async with attached(build(core, patience)) as env:
        guild = env.create_guild("Offcourse", id=int(core.config.discord.guild_id or 0) or None)
        quiet = discord.PermissionOverwrite(send_messages=False)
        made = World(
            env=env,
            core=core,
            guild=guild,
            channel=guild.create_text_channel("courses"),
            closed=guild.create_text_channel("closed", overwrites={guild.default_role: quiet}),
            ana=guild.add_member(env.create_user("ana", global_name="Ana")),
            ben=guild.add_member(env.create_user("ben", global_name="Ben")),
        )
        await env.settle()
        yield made
