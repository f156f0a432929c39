"""Pages that courses lead to, read in the background: what they tell is written down for all courses that use them.

A page that can't be read changes nothing for its courses.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot import rounds
from bot.errors import StoreUnavailable
from bot.model import Page, Resource
from bot.ports import Unit

log = structlog.get_logger(__name__)

BATCH = 40
"""Most pages claimed in one run: about as many as AT_ONCE readers get done while readings may begin."""
AT_ONCE = 4
"""Pages read side by side: less than half of what the fetcher does at once, the rest is for people who wait."""
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
"""Before each further try of a page that couldn't be read; after the last one it is left alone."""


def next_try(misses: int, now: datetime) -> datetime | None:
    """Tell when to read a page again that couldn't be read for this many times in a row; None: never by itself."""
    return now + PAUSES[misses - 1] if misses <= len(PAUSES) else None


class Enrichment(rounds.Errand[Resource]):
    """Reads what is due."""

    batch, at_once = BATCH, AT_ONCE

    async def is_due(self, unit: Unit, now: datetime) -> bool:
        """Tell whether any page is due to be read."""
        return await unit.resources.due(now)

    async def claim(self, unit: Unit, now: datetime, limit: int) -> Sequence[Resource]:
        """Take pages that are due to be read."""
        return await unit.resources.claim(now, rounds.LEASE, limit)

    async def visit(self, community: str, one: Resource, now: datetime) -> None:
        """Read a page, and write down what it told or that it couldn't be read."""
        page = await self._read(one.url)
        if page is not None and await self._kept(community, one, page, now):
            return
        async with self._store.write(community) as unit:
            await unit.resources.missed(one.key, next_try(one.tries + 1, now))

    async def _read(self, url: str) -> Page | None:
        try:
            async with asyncio.timeout(rounds.PAGE_LIMIT):
                return await self._links.read(url, rounds.PAGE_LIMIT)
        except TimeoutError:
            return None

    async def _kept(self, community: str, resource: Resource, page: Page, now: datetime) -> bool:
        """Write down what a page told; False where that can't be kept, or it would be read again for ever."""
        try:
            async with self._store.write(community) as unit:
                await unit.resources.learn(resource.url, page, now)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("page can't be kept", key=resource.key)
            return False
        return True
