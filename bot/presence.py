"""Whether people are still where they were.

What a platform tells is a hint. It counts once the platform says the same when it is asked, because events come late,
twice and in any order.

What nobody told is noticed within a week. A week has as many turns as minutes, and each person has one of them by their
number, so that the looks are spread evenly and a turn costs the same however many courses there are. How far the turns
have come stands in the database: a `tick` now and then looks after everybody as a program does that runs all the time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum

import structlog

from bot.errors import BotError, InDoubt, NoSuchAccount, RateLimited
from bot.model import Account, Workspace
from bot.ports import Chat, Store, Unit
from bot.requests import Event, EventKind

log = structlog.get_logger(__name__)

TURN = timedelta(minutes=1)
TURNS = timedelta(weeks=1) // TURN
"""Turns of a week."""
AT_ONCE = 3
"""Accounts that are asked for in a turn's time: platforms allow about twenty such questions a minute."""
MOST_TURNS = 10
"""Of how many turns the accounts are asked for at once, where turns are made up for."""
READ = timedelta(days=1) // TURN
"""Turns whose people are read at once."""
BEGIN_WITHIN = 3.0
"""Seconds in which looks begin: with PATIENCE they are over before the next tick."""
PATIENCE = 3.0
"""Seconds that a platform is waited for."""
HINT_PATIENCE = 1.5
"""Seconds that a platform is waited for which tells something: it wants an answer within three."""
AGAIN = timedelta(minutes=1)
"""When to look again where a platform tells one thing and answers another."""
LATER = timedelta(minutes=10)
"""When to look again where a platform didn't answer."""
SURE_AFTER = timedelta(days=1)
"""For how long a platform must say that it knows no such account, until that is believed."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Hear = Callable[[Event], Awaitable[None]]


class Sight(Enum):
    """What a platform answers of an account."""

    HERE = "here"
    GONE = "gone"  # it was here
    UNKNOWN = "unknown"  # there is no such account: perhaps there never was, for whoever asks
    SILENT = "silent"  # no answer, and time is the cure
    HIDDEN = "hidden"  # the platform doesn't tell us


class Presence:
    """Asks platforms whether accounts are there, and has what is news heard."""

    def __init__(self, store: Store, chats: Mapping[str, Chat], hear: Hear) -> None:
        """Take the parts; `chats` may grow later."""
        self._store = store
        self._chats = chats
        self._hear = hear
        self._done: dict[str, int] = {}  # the last turn that was done, by community: it saves asking the database

    async def told(self, community: str, event: Event, now: datetime) -> None:
        """Have something heard that a platform tells, if it is so; else look again. Raises StoreUnavailable."""
        sight = await self._ask(event.account, HINT_PATIENCE)
        agrees = {EventKind.LEFT: {Sight.GONE, Sight.UNKNOWN}, EventKind.CAME: {Sight.HERE}}[event.kind]
        if sight in agrees | {Sight.HIDDEN}:
            await self._hear(event)
            return
        log.info("presence to be looked at again", told=event.kind, seen=sight.value)
        async with self._store.write(community) as unit:
            await unit.looks.plan(event.account, now if sight is Sight.SILENT else now + AGAIN)

    async def run_due(self, now: datetime) -> None:
        """Look after those whose turn has come since the last time, a few at once. Never raises a BotError."""
        until = asyncio.get_running_loop().time() + BEGIN_WITHIN
        try:
            for community in await self._store.communities():
                await self._look_again(community, now, until)
                await self._take_turns(community, now, until)
        except BotError as error:
            log.info("presence not known", error=type(error).__name__)

    async def _look_again(self, community: str, now: datetime, until: float) -> None:
        """Look at accounts of which there is something to be made sure."""
        async with self._store.read(community) as unit:
            due = await unit.looks.due(now, AT_ONCE)
        for account, is_here in due:
            if asyncio.get_running_loop().time() >= until:
                return
            await self._look(community, account, now, is_here=is_here, planned=True)

    async def _take_turns(self, community: str, now: datetime, until: float) -> None:
        """Look at the owners of the turns that came since; what doesn't fit in comes the next time."""
        turn = (now - _EPOCH) // TURN
        if self._done.get(community) == turn:
            return
        async with self._store.read(community) as unit:
            first = first_turn(await unit.looks.turn(), turn)
            last = min(turn, first + READ - 1)
            accounts = await _of_owners(unit, first, last) if first <= last else []
        done = await self._look_at(community, accounts, now, until, AT_ONCE * min(last - first + 1, MOST_TURNS))
        done = last if done is None else done
        if done >= first:
            async with self._store.write(community) as unit:
                await unit.looks.took(done)
        self._done[community] = done

    async def _look_at(
        self, community: str, accounts: list[tuple[int, Account, bool]], now: datetime, until: float, most: int
    ) -> int | None:
        """Look at accounts, turn by turn; give the last turn that was done if they were too many, else None."""
        clock = asyncio.get_running_loop().time
        before: int | None = None
        for looked, (turn, account, is_here) in enumerate(accounts):
            if before is not None and turn != before and (looked >= most or clock() >= until):
                return turn - 1
            await self._look(community, account, now, is_here=is_here)
            before = turn
        return None

    async def _look(
        self, community: str, account: Account, now: datetime, *, is_here: bool, planned: bool = False
    ) -> None:
        """Ask for an account; `is_here`: as far as we know. `planned`: it was to be looked at again."""
        sight = await self._ask(account, PATIENCE)
        if (sight is Sight.HERE and not is_here) or (sight is Sight.GONE and is_here):
            await self._tell(account, now, EventKind.CAME if sight is Sight.HERE else EventKind.LEFT)
        elif sight is Sight.UNKNOWN and is_here:
            async with self._store.write(community) as unit:
                since = await unit.looks.doubt(account, now, now + SURE_AFTER)
            if now - since >= SURE_AFTER:
                await self._tell(account, now, EventKind.LEFT)
        elif sight is Sight.SILENT:
            async with self._store.write(community) as unit:
                await unit.looks.plan(account, now + LATER)
        elif planned:
            async with self._store.write(community) as unit:
                await unit.looks.settle(account)

    async def _tell(self, account: Account, now: datetime, kind: EventKind) -> None:
        key = f"{kind}:{account}:{now.isoformat()}"
        await self._hear(Event(key, Workspace(account.platform, account.workspace), account, kind))

    async def _ask(self, account: Account, patience: float) -> Sight:
        chat = self._chats.get(account.platform)
        if chat is None:
            return Sight.HIDDEN
        try:
            async with asyncio.timeout(patience):
                return Sight.HERE if (await chat.profile(account)).active else Sight.GONE
        except NoSuchAccount:
            return Sight.UNKNOWN
        except (RateLimited, InDoubt, TimeoutError) as error:
            log.info("presence not known", error=type(error).__name__)
            return Sight.SILENT
        except BotError as error:
            log.info("presence not known", error=type(error).__name__)
            return Sight.HIDDEN


def first_turn(done: int, turn: int) -> int:
    """Tell with which turn to go on; `done` is the last one that was done, 0 for none.

    Who is more than a week behind goes on with the same people, in this week.
    """
    if not done:
        return turn
    return done + 1 + max(0, turn - done - 1) // TURNS * TURNS


async def _of_owners(unit: Unit, first: int, last: int) -> list[tuple[int, Account, bool]]:
    """List the accounts of those whose turns these are, in their order, each with whether it is there as we know."""
    found: list[tuple[int, Account, bool]] = []
    for person in await unit.people.owners(tuple({turn % TURNS for turn in range(first, last + 1)}), TURNS):
        turn = first + (person.id - first) % TURNS
        found += [(turn, account, True) for account in person.accounts]
        found += [(turn, account, False) for account in await unit.people.gone(person.id)]
    return sorted(found, key=lambda one: one[0])
