"""Slack over HTTP: a search against a command that does nothing, and deliveries that all come twice."""

import asyncio
import json
import random
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adapters.slack.modal import Luggage, view
from bench.load import Outcome, Signed, send
from bench.server import WORDS
from bot.config import Config
from bot.features.courses.cards import share_form
from tests.doubles import slack_payloads as payloads
from tests.doubles.slack import COURSES, SlackDouble, slack_double
from tests.drivers.slack import slack_config
from tests.stage import PYTHON

AT_ONCE = 50
REQUESTS = 3000
ROUNDS = 3
DELIVERIES = 1000
STORED = 2000


@dataclass
class Server:
    """A running bot and the workspace around it."""

    url: str
    double: SlackDouble
    process: asyncio.subprocess.Process
    database: Path

    async def stop(self) -> int:
        """End it; give the most memory it held, in MB."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        memory = int(await self.process.stdout.readline())
        await self.process.wait()
        return memory


@asynccontextmanager
async def server(courses: int) -> AsyncIterator[Server]:
    """Run the bot with some courses on a database file, with every write made durable."""
    with TemporaryDirectory() as folder:
        async with slack_double() as double:
            database = Path(folder) / "bench.db"
            settings = {
                "storage": {"url": f"sqlite:///{database}"},
                "slack": slack_config(double),
                "links": {"enabled": False},
            }
            written = Path(folder) / "settings.json"
            written.write_text(json.dumps(settings), encoding="utf-8")
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bench.server",
                str(written),
                str(courses),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            assert process.stdout is not None
            port = int(await process.stdout.readline())
            running = Server(f"http://127.0.0.1:{port}/slack/events", double, process, database)
            try:
                yield running
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


def commands(double: SlackDouble, typed: list[str]) -> list[Signed]:
    """Sign slash commands of the five members, each a delivery of its own."""
    members = ("ana", "ben", "chloe", "dries", "elif")
    return [
        payloads.signed(payloads.command(double, members[n % len(members)], text, COURSES))
        for n, text in enumerate(typed)
    ]


async def search() -> list[tuple[str, Any]]:
    """Measure `/course search` against `/nothing`, taking turns in one run."""
    chance = random.Random(7)
    words = ("sea", "bread music", "watr", "learn code", "story light paper", "numbers")
    others = [" ".join(three) for three in product(WORDS, repeat=3)]
    chance.shuffle(others)
    async with server(STORED) as running:
        await send(running.url, commands(running.double, ["/course search sea"] * 200), AT_ONCE)  # warm
        nothing: list[Outcome] = []
        found: list[Outcome] = []
        for _ in range(ROUNDS):
            nothing.append(await send(running.url, commands(running.double, ["/nothing"] * REQUESTS), AT_ONCE))
            typed = [f"/course search {chance.choice(words)}" for _ in range(REQUESTS)]
            found.append(await send(running.url, commands(running.double, typed), AT_ONCE))
        fresh = await send(running.url, commands(running.double, [f"/course search {one}" for one in others]), AT_ONCE)
        memory = await running.stop()
    floor, ours = max(one.rate for one in nothing), max(one.rate for one in found)
    return [
        ("a Bolt command that does nothing, answers a second", round(floor)),
        (f"/course search over {STORED:,} courses, answers a second", round(ours)),
        ("ratio (at least 0.5)", round(ours / floor, 2)),
        ("p50 / p99 ms (p99 under 500)", f"{found[-1].percentile(50):.0f} / {found[-1].percentile(99):.0f}"),
        ("every search another one, answers a second / p99 ms", f"{fresh.rate:.0f} / {fresh.percentile(99):.0f}"),
        ("failed", sum(one.failed for one in (*nothing, *found, fresh))),
        ("memory at its most, MB", memory),
    ]


async def twice() -> list[tuple[str, Any]]:
    """Share 1,000 courses, each delivery sent twice, in any order, 50 at once."""
    async with server(0) as running:
        requests: list[Signed] = []
        for number in range(DELIVERIES):
            requests += [_submission(running.double, number)] * 2
        random.Random(7).shuffle(requests)
        outcome = await send(running.url, requests, AT_ONCE)
        announced = await _announced(running.double)
        await running.stop()
        handled = _count(running.database)
    return [
        ("deliveries, each sent twice", DELIVERIES),
        ("handled / lost / doubled", f"{handled} / {max(0, DELIVERIES - handled)} / {max(0, handled - DELIVERIES)}"),
        ("announced / announced twice", f"{announced} / {len(running.double.standing(COURSES)) - announced}"),
        ("late (over 3 s) / failed", f"{outcome.late} / {outcome.failed}"),
        (
            "p50 / p99 / longest ms",
            f"{outcome.percentile(50):.0f} / {outcome.percentile(99):.0f} / {max(outcome.answers) * 1000:.0f}",
        ),
        ("answers a second", round(outcome.rate)),
    ]


def _submission(double: SlackDouble, number: int) -> Signed:
    opened = view(share_form(Config()), Luggage()) | {"id": f"V{number}", "hash": f"{number}.h"}
    values = PYTHON | {"goal": f"Write program number {number}"}
    return payloads.signed(payloads.submission(double, "ana", opened, values))


async def _announced(double: SlackDouble) -> int:
    for _ in range(600):
        if len(double.standing(COURSES)) >= DELIVERIES:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    return len({message["text"] for message in double.standing(COURSES)})


def _count(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute("SELECT count(*) FROM course").fetchone()[0])
