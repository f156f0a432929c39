"""Looks now and then whether owners are still where they were: an event that nobody heard is noticed within a week.

A week has as many turns as minutes. Each person has one of them by their number, so that the looks are spread evenly,
nothing is to be remembered, and a turn costs the same however many courses there are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import BotError
from bot.model import Account, Workspace
from bot.ports import Chat, Store, Unit
from bot.requests import Event, EventKind

log = structlog.get_logger(__name__)

TURN = timedelta(minutes=1)
TURNS = timedelta(weeks=1) // TURN
"""Turns of a week."""
MOST_TURNS = 10
"""Turns that are caught up with at once, after a pause; whoever is missed then has their turn next week."""
AT_ONCE = 3
"""Accounts that are asked for at one look: platforms allow about twenty such questions a minute."""
PATIENCE = 3.0
"""Seconds that a platform is waited for: a look is over before the next tick."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Hear = Callable[[Event], Awaitable[None]]


class Presence:
    """Asks platforms whether accounts of owners are there, and tells what is news as the platforms would."""

    def __init__(self, store: Store, chats: Mapping[str, Chat], hear: Hear) -> None:
        """Take the parts; `chats` may grow later."""
        self._store = store
        self._chats = chats
        self._hear = hear
        self._turn: int | None = None

    async def run_due(self, now: datetime) -> None:
        """Look after those whose turn has come since the last time, a few at once. Never raises a BotError."""
        turn = (now - _EPOCH) // TURN
        first = turn if self._turn is None else max(self._turn + 1, turn - MOST_TURNS + 1)
        self._turn = max(turn, self._turn or turn)
        turns = {one % TURNS for one in range(first, turn + 1)}
        if not turns:
            return
        for community in await self._store.communities():
            async with self._store.read(community) as unit:
                accounts = await _of_owners(unit, sorted(turns))
            for account, known in accounts[:AT_ONCE]:
                await self._look(account, now, known=known)

    async def _look(self, account: Account, now: datetime, *, known: bool) -> None:
        chat = self._chats.get(account.platform)
        if chat is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                there = (await chat.profile(account)).active
            if there is not known:
                kind = EventKind.CAME if there else EventKind.LEFT
                key = f"{kind}:{account}:{now.isoformat()}"
                await self._hear(Event(key, Workspace(account.platform, account.workspace), account, kind))
        except (BotError, TimeoutError) as error:
            log.info("presence not known", error=type(error).__name__)


async def _of_owners(unit: Unit, turns: Iterable[int]) -> list[tuple[Account, bool]]:
    """List the accounts of those whose turn it is, each with whether it is there as far as we know."""
    found: list[tuple[Account, bool]] = []
    for person in await unit.people.owners(tuple(turns), TURNS):
        found += [(account, True) for account in person.accounts]
        found += [(account, False) for account in await unit.people.gone(person.id)]
    return found
