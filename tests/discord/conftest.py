"""The simulated Discord that these tests run on. What it sends is checked against Discord's own description."""

from collections.abc import AsyncIterator

import pytest

from tests.doubles import discord_contract
from tests.doubles.discord import World, world


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.fixture
def contract() -> None:
    """For tests that make no sense without Discord's description."""
    if not discord_contract.is_there():
        pytest.skip(discord_contract.MISSING)
