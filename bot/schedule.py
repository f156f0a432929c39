"""The tick: APScheduler calls it at a steady pace, and due rows are the truth of what is to be done."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

PACE = 10
"""Seconds between ticks."""


@contextmanager
def ticking(tick: Callable[[], Awaitable[None]]) -> Iterator[None]:
    """Call `tick` every PACE seconds while the block runs; a late or long tick is never run twice at once."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(tick, IntervalTrigger(seconds=PACE), coalesce=True, max_instances=1, misfire_grace_time=None)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
