"""The Chat port on Discord: the promises of every platform, and what only Discord does."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.addresses import spot
from bot.model import Account, Place, Ref
from tests.chat_contract import ChatContract, Stage
from tests.doubles.discord import World, world
from tests.drivers.discord import words


class Platform:
    """What simcord lets people see and do."""

    def __init__(self, made: World) -> None:
        self._world = made

    async def texts(self, place: Place) -> list[str]:
        return self._texts(spot(place).channel)

    async def private(self, account: Account) -> list[str]:
        return self._texts(self._world.env.backend.get_dm_channel(int(account.user)).id)

    def _texts(self, channel: int) -> list[str]:
        stored = self._world.env.backend.messages.get(channel, {})
        # simcord announces each new thread with a message in the bot's name, which has no components.
        ours = [m for _, m in sorted(stored.items()) if m.author_id == self._world.env.backend.bot_user.id]
        return ["\n".join(words(m.components)) for m in ours if m.components]

    async def react(self, account: Account, ref: Ref, emoji: str) -> None:
        at = spot(ref)
        message = next(m for m in self._world.channel.history() if m.id == at.message)
        await self._world.ana.react(message, emoji)


class TestDiscordChat(ChatContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        async with world() as made:
            dm = made.ben.user.dm_channel
            made.env.inject_error("POST", f"/channels/{dm.id}/messages", status=403, code=50007, times=None)
            yield Stage(
                chat=made.chat,
                platform=Platform(made),
                workspace=str(made.guild.id),
                place=made.place,
                closed=made.at(made.closed),
                account=made.account(made.ana),
                shut=made.account(made.ben),
            )
