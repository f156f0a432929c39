"""Start to ready, and memory at rest, with Slack and Discord both on."""

import asyncio
import socket
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import psutil

from tests.doubles.discord_gateway import GUILD, TOKEN, DiscordDouble, discord_double
from tests.doubles.slack import SlackDouble, slack_double
from tests.drivers.slack import slack_config

REST = 5.0
"""Seconds that the program has to come to rest."""


async def measure() -> list[tuple[str, Any]]:
    """Start `python -m bot run` against doubles of both platforms; time it until it is ready, then weigh it."""
    with TemporaryDirectory() as folder:
        async with slack_double() as slack, discord_double() as discord:
            port = _free_port()
            begun = time.perf_counter()
            settings = _settings(Path(folder), slack_config(slack, "socket"), port)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.doubles.program", discord.origin, "run", "--config", str(settings)
            )
            try:
                await _until_ready(f"http://127.0.0.1:{port}/readyz", slack, discord)
                ready = time.perf_counter() - begun
                await asyncio.sleep(REST)
                memory = psutil.Process(process.pid).memory_info().rss / 1024 / 1024
            finally:
                process.terminate()
                await process.wait()
    return [("start to ready, seconds (under 2)", round(ready, 2)), ("memory at rest, MB (under 150)", round(memory))]


def _settings(folder: Path, slack: dict[str, Any], port: int) -> Path:
    """Write settings for both platforms."""
    written = folder / "config.toml"
    plain: dict[str, object] = {key: value for key, value in slack.items() if isinstance(value, str)}
    sections: dict[str, dict[str, object]] = {
        "storage": {"url": f"sqlite:///{folder / 'rest.db'}"},
        "slack": plain,
        "discord": {"token": TOKEN, "guild_id": GUILD},
        "web": {"port": port},
    }
    lines = [f"[{name}]\n" + "\n".join(f"{k} = {v!r}" for k, v in keys.items()) for name, keys in sections.items()]
    written.write_text("\n".join(lines), encoding="utf-8")
    return written


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def _until_ready(url: str, slack: SlackDouble, discord: DiscordDouble) -> None:
    """Wait until the program says it is ready and both platforms have it on the line."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        await slack.connected.wait()
        await discord.ready.wait()
        while True:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)
