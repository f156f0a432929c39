"""Start to ready, and memory at rest, with Slack and Discord both on."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from tests.doubles.discord_http import GUILD, TOKEN, discord_double
from tests.doubles.program import Program
from tests.doubles.slack import slack_double
from tests.drivers.slack import slack_config

REST = 5.0
"""Seconds that the program has to come to rest."""


async def measure() -> list[tuple[str, Any]]:
    """Start the program against doubles of both platforms; time it until it is ready, then weigh it."""
    with TemporaryDirectory() as folder:
        async with slack_double() as slack, discord_double() as discord:
            sections: dict[str, Any] = {
                "slack": slack_config(slack, "socket"),
                "discord": {"token": TOKEN, "guild_id": GUILD},
            }
            program = Program(Path(folder), discord_at=discord.origin, **sections)
            try:
                ready = await program.start("/readyz")
                await asyncio.sleep(REST)
                memory = psutil.Process(program.pid).memory_info().rss / 1024 / 1024
                _, end = await program.stop()
            finally:
                await program.kill()
    return [
        ("start to ready, seconds (under 2)", round(ready, 2)),
        ("memory at rest, MB (under 150)", round(memory)),
        ("SIGTERM to end, seconds", round(end, 2)),
    ]
