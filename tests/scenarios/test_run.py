"""The program as it runs for good: both platforms, their troubles, and its end."""

import asyncio
from pathlib import Path
from typing import Any

from tests.doubles.discord_http import GUILD, TOKEN, discord_double
from tests.doubles.program import Program
from tests.doubles.slack import slack_double
from tests.drivers.slack import slack_config


async def test_both_platforms_are_ready_and_it_ends_when_asked(tmp_path: Path) -> None:
    async with slack_double() as slack, discord_double() as discord:
        sections: dict[str, Any] = {
            "slack": slack_config(slack, "socket"),
            "discord": {"token": TOKEN, "guild_id": GUILD},
        }
        program = Program(tmp_path, discord_at=discord.origin, **sections)
        try:
            await program.start("/readyz")
            _, told = await program.get("/readyz")
            assert told == {"ready": True, "parts": dict.fromkeys(("database", "tick", "slack", "discord"), "ok")}
            status, figures = await program.get("/metrics")
            assert (status, "offcourse_outbox" in figures) == (200, True)
            code, seconds = await program.stop()
        finally:
            await program.kill()
    assert code == 0
    assert seconds < 8


async def test_a_token_that_discord_refuses_leaves_slack_running(tmp_path: Path) -> None:
    async with slack_double() as slack, discord_double() as discord:
        discord.script("GET", "/users/@me", (401, {"message": "401: Unauthorized", "code": 0}))
        sections: dict[str, Any] = {
            "slack": slack_config(slack),
            "discord": {"token": TOKEN, "guild_id": GUILD},
        }
        program = Program(tmp_path, discord_at=discord.origin, **sections)
        try:
            await program.start()
            async with asyncio.timeout(20):
                _, told = await program.get("/readyz")
                while "token" not in told["parts"]["discord"]:
                    await asyncio.sleep(0.1)
                    _, told = await program.get("/readyz")
            assert told["parts"]["slack"] == "ok"
            assert not told["ready"]
        finally:
            await program.kill()
