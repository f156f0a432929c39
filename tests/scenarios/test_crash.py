"""The real program, killed again and again while members share: nothing lost, nothing doubled."""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from adapters.slack.modal import Luggage, view
from bot.app import SystemClock
from bot.config import Config
from bot.features.courses.cards import share_form
from tests.doubles import slack_payloads as payloads
from tests.doubles.slack import COURSES, Fault, SlackDouble, slack_double
from tests.drivers.slack import slack_config
from tests.stage import PYTHON

SHARES = 60
KILLS = 12
CONVERGED = 120.0
"""Seconds for everything: starts, kills, the lease of the last sends and the ticks after it."""


class Program:
    """`python -m bot run`, with Slack over HTTP and the database in a folder."""

    def __init__(self, folder: Path, double: SlackDouble) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        slack = {key: value for key, value in slack_config(double).items() if key != "channels"}
        self.environment = os.environ | {  # noqa: TID251 - a child gets ours and its settings
            "OFFCOURSE__STORAGE__URL": f"sqlite:///{folder / 'offcourse.db'}",
            "OFFCOURSE__WEB__PORT": str(self.port),
            "OFFCOURSE__LINKS__ENABLED": "false",
            "OFFCOURSE__SLACK__CHANNELS__COURSES": slack_config(double)["channels"]["courses"],
            **{f"OFFCOURSE__SLACK__{key.upper()}": value for key, value in slack.items()},
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=self.environment, stderr=None
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()


def submission(double: SlackDouble, number: int) -> dict[str, Any]:
    opened = view(share_form(Config()), Luggage()) | {"id": f"V{number}", "hash": f"{number}.h"}
    return payloads.submission(double, "ana", opened, PYTHON | {"goal": f"Write program number {number}"})


async def deliver(program: Program, payload: dict[str, Any]) -> None:
    """Send until it is acknowledged, as a member would tap Share again after an error."""
    async with aiohttp.ClientSession() as session:
        while True:
            body, headers = payloads.signed(payload)
            try:
                url = f"http://127.0.0.1:{program.port}/slack/events"
                async with session.post(url, data=body, headers=headers) as answer:
                    if answer.status == 200:
                        assert json.loads(await answer.read() or b"{}").get("response_action") is None
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def share_and_kill(program: Program, double: SlackDouble, chance: random.Random) -> None:
    """Share all courses while the program is killed at moments of chance."""
    waiting = list(range(SHARES))
    work: list[asyncio.Task[None]] = []
    await program.start()
    for _ in range(KILLS):
        work += [
            asyncio.create_task(deliver(program, submission(double, waiting.pop()))) for _ in range(SHARES // KILLS)
        ]
        await asyncio.sleep(chance.uniform(0.02, 0.6))
        await program.kill()
        await program.start()
    await asyncio.gather(*work)


async def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    chance = random.Random(2026)  # noqa: S311 - repeatable chance
    async with slack_double() as double:
        double.now = SystemClock().now  # the program runs by the real time
        for _ in range(SHARES):  # Slack answers late, so that many kills fall between its doing and its answer
            double.fail("chat.postMessage", Fault(effect=True, delay=chance.uniform(0, 0.3)))
        program = Program(tmp_path, double)
        try:
            async with asyncio.timeout(CONVERGED):
                await share_and_kill(program, double, chance)
                await announced(double)
                await asyncio.sleep(2)  # time for anything that should not come
        finally:
            await program.kill()

    stored = sqlite3.connect(tmp_path / "offcourse.db")
    try:
        goals = [goal for (goal,) in stored.execute("SELECT goal FROM course")]
        assert stored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        stored.close()
    assert sorted(goals) == sorted(f"Write program number {number}" for number in range(SHARES))
    posted = Counter(announcements(double))
    assert len(posted) == SHARES, "lost"
    assert [text for text, times in posted.items() if times > 1] == [], "doubled"


async def announced(double: SlackDouble) -> None:
    """Wait until all is announced."""
    while len(set(announcements(double))) < SHARES:  # noqa: ASYNC110 - the double knows no event for this
        await asyncio.sleep(0.1)


def announcements(double: SlackDouble) -> list[str]:
    """List what stands in the courses channel."""
    return [message["text"] for message in double.standing(COURSES)]
