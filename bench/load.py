"""Signed requests, many at once, with what became of each."""

import asyncio
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp

Signed = tuple[bytes, dict[str, str]]
LATE = 3.0
"""Seconds after which Slack has given up."""


@dataclass(frozen=True)
class Outcome:
    """What became of a load: seconds for each answer, and the whole time."""

    answers: tuple[float, ...]
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    @property
    def late(self) -> int:
        """Answers that came too late for Slack."""
        return sum(answer > LATE for answer in self.answers)

    def percentile(self, share: int) -> float:
        """Milliseconds within which that share of a hundred was answered."""
        return statistics.quantiles(self.answers, n=100)[share - 1] * 1000


async def send(url: str, requests: Iterable[Signed], at_once: int) -> Outcome:
    """Send all requests over `at_once` connections, each as soon as one is free."""
    waiting = iter(requests)
    answers: list[float] = []
    failed = 0

    async def worker(session: aiohttp.ClientSession) -> None:
        nonlocal failed
        for body, headers in waiting:
            begun = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as response:
                await response.read()
                failed += response.status != 200
            answers.append(time.perf_counter() - begun)

    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        begun = time.perf_counter()
        await asyncio.gather(*(worker(session) for _ in range(at_once)))
        return Outcome(tuple(answers), failed, time.perf_counter() - begun)
