"""Pages that courses lead to, read in the background: what they tell is written down for all courses that use them.

An address is claimed with a lease, its page is read outside of any transaction, and what came of it is written in a
short one of its own. Whoever dies in between leaves the lease to run out, and the address is read again. A page that
can't be read changes nothing for its courses.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from bot.errors import StoreUnavailable
from bot.model import Page, Resource
from bot.ports import LinkReader, Store
from bot.urls import host_of

log = structlog.get_logger(__name__)

BATCH = 40
"""Most pages claimed in one run: about as many as AT_ONCE readers get done while readings may begin."""
AT_ONCE = 4
"""Pages read side by side: less than half of what the fetcher does at once, the rest is for people who wait."""
BEGIN_WITHIN = 3.0
"""Seconds of a run in which readings begin; what is left then waits for its lease."""
PAGE_LIMIT = 6.0
"""Seconds that one page may take. A run takes no longer than this and BEGIN_WITHIN: less than a tick's pace."""
LEASE = 60.0
"""Seconds after which a claimed address is due again: longer than any run that still works on it."""
PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
"""Before each further try of a page that couldn't be read; after the last one it is left alone."""


def next_try(misses: int, now: datetime) -> datetime | None:
    """Tell when to read a page again that couldn't be read for this many times in a row; None: never by itself."""
    return now + PAUSES[misses - 1] if misses <= len(PAUSES) else None


class Enrichment:
    """Reads what is due. Several may run on one database; each address is claimed by one of them."""

    def __init__(self, *, store: Store, links: LinkReader, enabled: bool) -> None:
        """Take the parts; not `enabled`, it does nothing at all."""
        self._store = store
        self._links = links
        self._enabled = enabled

    async def run_due(self, now: datetime) -> int:
        """Read one batch of the pages due at a moment (aware UTC); give how many were tried.

        A database that can't be reached ends it early; all that is left comes again. Never raises for that.
        """
        if not self._enabled:
            return 0
        try:
            due = await self._claim(now)
        except StoreUnavailable as error:
            log.warning("resources can't be read", error=type(error.__cause__ or error).__name__)
            return 0
        hosts = _by_host(due)
        until = asyncio.get_running_loop().time() + BEGIN_WITHIN
        return sum(await asyncio.gather(*(self._work(hosts, until, now) for _ in range(min(AT_ONCE, len(hosts))))))

    async def _claim(self, now: datetime) -> list[tuple[str, Resource]]:
        taken: list[tuple[str, Resource]] = []
        for community in await self._store.communities():
            async with self._store.read(community) as unit:
                if not await unit.resources.due(now):
                    continue
            async with self._store.write(community) as unit:
                claimed = await unit.resources.claim(now, LEASE, BATCH - len(taken))
            taken += [(community, resource) for resource in claimed]
            if len(taken) >= BATCH:
                break
        return taken

    async def _work(self, hosts: deque[list[tuple[str, Resource]]], until: float, now: datetime) -> int:
        """Take one host after the other while readings may begin; give how many pages were tried.

        The pages of a host come one by one: the fetcher lets them wait for each other anyway, and waiting would
        count as theirs.
        """
        clock = asyncio.get_running_loop().time
        tried = 0
        while hosts:
            for community, resource in hosts.popleft():
                if clock() >= until:
                    return tried
                try:
                    await self._learn(community, resource, now)
                except StoreUnavailable as error:
                    log.warning("page not written down", error=type(error.__cause__ or error).__name__)
                    hosts.clear()
                    return tried
                tried += 1
        return tried

    async def _learn(self, community: str, resource: Resource, now: datetime) -> None:
        page = await self._read(resource.url)
        if page is not None and await self._kept(community, resource, page, now):
            return
        async with self._store.write(community) as unit:
            await unit.resources.missed(resource.key, next_try(resource.tries + 1, now))

    async def _read(self, url: str) -> Page | None:
        try:
            async with asyncio.timeout(PAGE_LIMIT):
                return await self._links.read(url, PAGE_LIMIT)
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


def _by_host(due: Iterable[tuple[str, Resource]]) -> deque[list[tuple[str, Resource]]]:
    """Gather what is due by host, the longest due first."""
    hosts: dict[str, list[tuple[str, Resource]]] = {}
    for community, resource in due:
        hosts.setdefault(host_of(resource.url), []).append((community, resource))
    return deque(hosts.values())
