"""Going round the web in the background: claimed with a lease, host by host, a few side by side, and only so long.

What is claimed is asked for outside of any transaction, and what came of it is written in a short one of its own.
Whoever dies in between leaves the lease to run out, and it comes again.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

import structlog

from bot.errors import StoreUnavailable
from bot.ports import LinkReader, Store, Unit
from bot.urls import host_of

log = structlog.get_logger(__name__)

BEGIN_WITHIN = 3.0
"""Seconds of a round in which visits begin; what is left then waits for its lease."""
PAGE_LIMIT = 6.0
"""Seconds that one page may take. A round takes no longer than this and BEGIN_WITHIN: less than a tick's pace."""
LEASE = 60.0
"""Seconds after which what was claimed is due again: longer than any round that still works on it."""
HOST_LEASE = 15.0
"""Seconds for which a host is ours, and no other program's: also longer than a round."""


class Address(Protocol):
    """Something at an address of the web."""

    @property
    def url(self) -> str: ...


A = TypeVar("A", bound=Address)


class Errand(ABC, Generic[A]):
    """What is to be done at many addresses. Several may run on one database; each address is claimed by one of them."""

    batch: ClassVar[int]
    """Most addresses of one round."""
    at_once: ClassVar[int]
    """Addresses that are visited side by side."""

    def __init__(self, *, store: Store, links: LinkReader, enabled: bool, claimant: str) -> None:
        """Take the parts; not `enabled`, it does nothing at all. `claimant` is unique to this start of the program."""
        self.claimant = claimant
        self._store = store
        self._links = links
        self._enabled = enabled

    async def run_due(self, now: datetime) -> int:
        """Visit one batch of what is due at a moment (aware UTC); give how many were tried.

        A database that can't be reached ends it early; all that is left comes again. Never raises for that.
        """
        return await _go_round(self, self._store, now) if self._enabled else 0

    @abstractmethod
    async def is_due(self, unit: Unit, now: datetime) -> bool:
        """Tell whether there is anything to claim, without writing."""

    @abstractmethod
    async def claim(self, unit: Unit, now: datetime, limit: int) -> Sequence[A]:
        """Take what is due, the longest due first, for LEASE seconds."""

    @abstractmethod
    async def visit(self, community: str, one: A, now: datetime) -> None:
        """Ask for one address, within PAGE_LIMIT seconds, and write down what came of it."""


async def _go_round(errand: Errand[A], store: Store, now: datetime) -> int:
    try:
        due = await _claim(errand, store, now)
    except StoreUnavailable as error:
        log.warning("resources can't be read", error=type(error.__cause__ or error).__name__)
        return 0
    hosts = _by_host(due)
    until = asyncio.get_running_loop().time() + BEGIN_WITHIN
    workers = min(errand.at_once, len(hosts))
    return sum(await asyncio.gather(*(_work(errand, hosts, until, now) for _ in range(workers))))


async def _claim(errand: Errand[A], store: Store, now: datetime) -> list[tuple[str, A]]:
    taken: list[tuple[str, A]] = []
    for community in await store.communities():
        async with store.read(community) as unit:
            if not await errand.is_due(unit, now):
                continue
        async with store.write(community) as unit:
            claimed = await errand.claim(unit, now, errand.batch - len(taken))
        free = await _take_hosts(errand, store, community, claimed, now)
        taken += [(community, one) for one in claimed if host_of(one.url) in free]
        if len(taken) >= errand.batch:
            break
    return taken


async def _take_hosts(
    errand: Errand[A], store: Store, community: str, claimed: Iterable[A], now: datetime
) -> Collection[str]:
    """Take the hosts of what was claimed that no other program is at; what is left out comes again with its lease.

    Within one program the fetcher has the pages of a host wait for each other.
    """
    hosts = {host_of(one.url) for one in claimed}
    if not hosts:
        return ()
    async with store.write(community) as unit:
        return await unit.resources.take_hosts(hosts, errand.claimant, now, HOST_LEASE)


async def _work(errand: Errand[A], hosts: deque[list[tuple[str, A]]], until: float, now: datetime) -> int:
    """Take one host after the other while visits may begin; give how many addresses were tried.

    The pages of a host come one by one: the fetcher lets them wait for each other anyway, and waiting would count as
    theirs.
    """
    clock = asyncio.get_running_loop().time
    tried = 0
    while hosts:
        for community, one in hosts.popleft():
            if clock() >= until:
                return tried
            try:
                await errand.visit(community, one, now)
            except StoreUnavailable as error:
                log.warning("page not written down", error=type(error.__cause__ or error).__name__)
                hosts.clear()
                return tried
            except Exception:
                # A border: the next pages can do nothing for it, and this one comes again when its lease runs out.
                log.exception("page not visited", errand=type(errand).__name__)
            tried += 1
    return tried


def _by_host(due: Iterable[tuple[str, A]]) -> deque[list[tuple[str, A]]]:
    """Gather what is due by host, the longest due first."""
    hosts: dict[str, list[tuple[str, A]]] = {}
    for community, one in due:
        hosts.setdefault(host_of(one.url), []).append((community, one))
    return deque(hosts.values())
