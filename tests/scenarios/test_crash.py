"""The real program, killed again and again while members share: nothing lost, nothing doubled."""

import asyncio
import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from adapters.slack.modal import Luggage, view
from bot.app import COMMUNITY, SystemClock, open_app
from bot.config import Config
from bot.features.courses.cards import share_form
from bot.model import Account, Checkpoint, CourseContent, OutboxState, Profile, Workspace
from bot.schedule import PACE
from bot.sending import LEASE
from tests.doubles import slack_payloads as payloads
from tests.doubles.program import Program
from tests.doubles.slack import COURSES, Fault, SlackDouble, slack_double
from tests.doubles.slack_api import TEAM
from tests.drivers.slack import slack_config
from tests.stage import PYTHON, FixedClock, settings

SHARES = 60
KILLS = 12
CONVERGED = 300.0
"""Seconds for everything, on a busy machine too: starts, kills, the lease of the last sends and the ticks after it."""


def submission(double: SlackDouble, number: int) -> dict[str, Any]:
    opened = view(share_form(Config()), Luggage()) | {"id": f"V{number}", "hash": f"{number}.h"}
    return payloads.submission(double, "ana", opened, PYTHON | {"goal": f"Write program number {number}"})


async def deliver(program: Program, payload: dict[str, Any]) -> None:
    """Send until it is acknowledged, as a member would tap Share again after an error."""
    async with aiohttp.ClientSession() as session:
        while True:
            body, headers = payloads.signed(payload)
            try:
                url = f"{program.url}/slack/events"
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
        program = Program(tmp_path, slack=slack_config(double))
        try:
            async with asyncio.timeout(CONVERGED):
                await share_and_kill(program, double, chance)
                await announced(double)
                await asyncio.sleep(LEASE + PACE + 1)  # the last doubtful letter is looked up within this time
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


NUDGES, NUDGE_KILLS = 100, 6
"""`python -m bench.kills` does the same with 400 and 24."""
SLOT = datetime(2026, 3, 3, 10, tzinfo=UTC)
"""A Tuesday at ten: when owners are written to who said nothing else."""


async def plan(folder: Path, double: SlackDouble, owners: int) -> None:
    """Let as many owners have a course that is due, and their messages be queued."""
    clock = FixedClock(SLOT)
    config = settings(folder, slack=slack_config(double), links={"enabled": False})
    async with open_app(config, clock=clock, sending=False) as app:
        await app.join(Workspace("slack", TEAM))
        async with app.store.write(COMMUNITY) as unit:
            for n in range(owners):
                account = Account("slack", TEAM, f"U0OWNER{n}")
                double.add_user(account.user, f"Owner {n}")
                person = await unit.people.meet(account, Profile(f"Owner {n}", "UTC"), clock.now())
                content = CourseContent(f"Learn thing {n}", (Checkpoint("Read it", f"https://example.org/{n}"),))
                await unit.courses.add(content, person.id, SLOT - timedelta(days=200))
                await unit.doors.opened(account, SLOT - timedelta(days=7))  # new ones would wait for each other
        await app.tick(SLOT + timedelta(minutes=50))
        async with app.store.read(COMMUNITY) as unit:
            assert (await unit.outbox.counts())[OutboxState.NEW] == owners


async def kill_while_sending(program: Program, double: SlackDouble, owners: int, kills: int) -> None:
    """Kill the program at moments of chance until that was often enough; then let it finish."""
    chance = random.Random(owners)  # noqa: S311 - repeatable chance
    for _ in range(kills):
        await program.start()
        await asyncio.sleep(chance.uniform(0.1, 0.9))
        await program.kill()
    await program.start()
    while len(set(written(double))) < owners:  # noqa: ASYNC110 - the double knows no event for this
        await asyncio.sleep(0.2)
    await asyncio.sleep(LEASE + PACE + 1)


async def write_and_kill(folder: Path, owners: int, kills: int) -> tuple[Counter[str], dict[str, int]]:
    """Write to owners while the program is killed; give how often each was written to, and how letters ended."""
    chance = random.Random(kills)  # noqa: S311 - repeatable chance
    async with slack_double() as double:
        await plan(folder, double, owners)
        shift = SLOT + timedelta(hours=2) - SystemClock().now()
        double.now = lambda: SystemClock().now() + shift
        for _ in range(owners):
            double.fail("chat.postMessage", Fault(effect=True, delay=chance.uniform(0, 0.4)))
        program = Program(folder, shift=shift, slack=slack_config(double))
        try:
            await kill_while_sending(program, double, owners, kills)
        finally:
            await program.kill()
        times = Counter(written(double))
    with closing(sqlite3.connect(program.database)) as stored:
        return times, dict(stored.execute("SELECT state, count(*) FROM letter GROUP BY state").fetchall())


async def test_owners_are_written_to_once_however_often_the_program_is_killed(tmp_path: Path) -> None:
    async with asyncio.timeout(CONVERGED):
        times, states = await write_and_kill(tmp_path, NUDGES, NUDGE_KILLS)
    assert len(times) == NUDGES, "lost"
    assert [owner for owner, count in times.items() if count > 1] == [], "doubled"
    assert states == {OutboxState.SENT.value: NUDGES}, f"unknown: {states.get(OutboxState.UNKNOWN.value, 0)}"


def written(double: SlackDouble) -> list[str]:
    """List the private conversations that something was written in, once for each message."""
    return [
        channel for channel in double.known_channels if channel.startswith("D0OWNER") for _ in double.standing(channel)
    ]


async def announced(double: SlackDouble) -> None:
    """Wait until all is announced."""
    while len(set(announcements(double))) < SHARES:  # noqa: ASYNC110 - the double knows no event for this
        await asyncio.sleep(0.1)


def announcements(double: SlackDouble) -> list[str]:
    """List what stands in the courses channel."""
    return [message["text"] for message in double.standing(COURSES)]
