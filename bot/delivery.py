"""The outbox: what must be said to others, once each, as far as the platform allows.

A letter is a row written in the transaction of its cause. It is claimed, its card is made from the state of that
moment, and it is sent with a marker. Where the platform's answer stays out, the marker is looked up after the time
limit of a send has passed; where it can't be looked up, the letter is left `unknown` and never repeated.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.commands import Composing, Registry
from bot.config import Config
from bot.errors import (
    BotError,
    CannotTell,
    InDoubt,
    RateLimited,
    Refused,
    StoreUnavailable,
    Unreachable,
)
from bot.model import Account, Letter, OutboxState, Place, Ref, Workspace
from bot.ports import Chat, Clock, Store
from bot.ui import Card

log = structlog.get_logger(__name__)

SEND_LIMIT = 12.0
"""Seconds a send may take. After that its outcome is in doubt."""
LEASE = 15.0
"""Seconds after which a claimed letter may be looked up: longer than any send that is still under way."""
LOOK_BACK = timedelta(minutes=2)
"""How much earlier than the claim a marker is looked for, because clocks differ."""
BATCH = 50
"""Letters claimed at a time."""
AT_ONCE = 8
"""Letters sent side by side."""
BACKOFF = (60.0, 300.0, 900.0, 3600.0, 3 * 3600.0, 12 * 3600.0, 24 * 3600.0)
"""Seconds before the next try where a place can't be reached; after the last one the letter is dead."""
LOOKUP_PATIENCE = timedelta(days=1)
"""How long a marker is looked for while the platform doesn't answer; then the letter is unknown."""


@dataclass(frozen=True)
class Target:
    """Where a letter goes: a place, or an account in private."""

    place: Place | None
    account: Account | None
    workspace: Workspace


def next_try(attempts: int) -> float | None:
    """Tell how many seconds to wait after this many attempts; None: give up."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None


class Delivery:
    """Sends what is due. Several may run on one database; each letter is claimed by one of them."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        config: Config,
        clock: Clock,
        chats: Mapping[str, Chat],
        claimant: str,
    ) -> None:
        """Take the parts; `claimant` is unique to this start of the program, `chats` may grow later."""
        self._store = store
        self._registry = registry
        self._config = config
        self._clock = clock
        self._chats = chats
        self._claimant = claimant
        self._wanted = asyncio.Event()
        self._moved = asyncio.Condition()
        self._room = asyncio.Semaphore(AT_ONCE)
        self.moves = 0
        self._under_way: set[tuple[str, int]] = set()

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._wanted.set()

    async def run(self) -> None:
        """Send whenever woken, until cancelled. A slow platform holds up its own letters only."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                now = self._clock.now()
                try:
                    for community, letter in await self._claim_all(now):
                        group.create_task(self._deliver(community, letter, now))
                except StoreUnavailable as error:
                    log.warning("outbox can't be read", error=type(error.__cause__ or error).__name__)

    async def run_due(self, now: datetime) -> int:
        """Send all letters due at a moment (aware UTC); give how many were taken up."""
        letters = await self._claim_all(now)
        await asyncio.gather(*(self._deliver(community, letter, now) for community, letter in letters))
        return len(letters)

    async def moved(self, after: int, timeout: float) -> None:  # noqa: ASYNC109 - a limit for the person who waits
        """Wait until more letters changed their state than `after` (see `moves`), at most `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout), self._moved:
                await self._moved.wait_for(lambda: self.moves > after)
        except TimeoutError:
            return

    async def _claim_all(self, now: datetime) -> list[tuple[str, Letter]]:
        taken: list[tuple[str, Letter]] = []
        for community in await self._store.communities():
            while letters := await self._claim(community, now):
                taken += [(community, letter) for letter in letters]
        return taken

    async def _claim(self, community: str, now: datetime) -> list[Letter]:
        async with self._store.read(community) as unit:
            if not await unit.outbox.due(now, tuple(self._chats)):
                return []
        async with self._store.write(community) as unit:
            claimed = await unit.outbox.claim(now, LEASE, BATCH, self._claimant, tuple(self._chats))
        return [letter for letter in claimed if (community, letter.id) not in self._under_way]

    async def _deliver(self, community: str, letter: Letter, now: datetime) -> None:
        async with self._room:
            self._under_way.add((community, letter.id))
            try:
                await self._attempt(community, letter, now)
            except StoreUnavailable as error:  # the letter stays SENDING and is looked up after its lease
                log.warning("letter's state not saved", letter=letter.id, error=type(error.__cause__).__name__)
            finally:
                self._under_way.discard((community, letter.id))
        async with self._moved:
            self.moves += 1
            self._moved.notify_all()

    async def _attempt(self, community: str, letter: Letter, now: datetime) -> None:
        chat = self._chats[letter.platform]
        try:
            async with asyncio.timeout(SEND_LIMIT):
                target = await _target(chat, letter)
                ref = await _look_up(chat, letter, target) if letter.state is OutboxState.SENDING else None
                if ref is None:
                    card = await self._card(community, letter, now)
                    if card is None:
                        await self._close(community, letter, OutboxState.DEAD, "It was no longer wanted.")
                        return
                    ref = await _send(chat, target, card, letter.key)
        except (BotError, TimeoutError) as error:
            await self._missed(community, letter, now, error)
            return
        except Exception as error:
            log.exception("letter can't be sent", letter=letter.id, kind=letter.kind)
            await self._missed(community, letter, now, InDoubt(str(error)))
            return
        async with self._store.write(community) as unit:
            await unit.outbox.sent(letter.id, ref, target.workspace, now)

    async def _card(self, community: str, letter: Letter, now: datetime) -> Card | None:
        maker = self._registry.posts.get(letter.kind)
        if maker is None:
            return None
        async with self._store.read(community) as unit:
            return await maker.make(Composing(now, self._config, self._registry, unit), letter.subject)

    async def _missed(self, community: str, letter: Letter, now: datetime, error: Exception) -> None:
        """Write down what a failed attempt means for the letter."""
        log.info("letter not sent", letter=letter.id, kind=letter.kind, error=type(error).__name__)
        match error:
            case CannotTell():
                await self._close(community, letter, OutboxState.UNKNOWN, "I can't look up whether it arrived.")
            case RateLimited(retry_after=pause):
                await self._delay(community, letter, now, pause, "The platform asked me to wait.", attempted=False)
            case Unreachable():
                seconds = next_try(letter.attempts + 1)
                if seconds is None:
                    await self._close(community, letter, OutboxState.DEAD, str(error))
                    return
                await self._delay(community, letter, now, seconds, str(error), attempted=True)
            case Refused():
                await self._close(community, letter, OutboxState.DEAD, "The platform refused this message.")
            case _:  # InDoubt, TimeoutError: nobody knows
                await self._doubt(community, letter, now)

    async def _delay(
        self, community: str, letter: Letter, now: datetime, seconds: float, why: str, *, attempted: bool
    ) -> None:
        async with self._store.write(community) as unit:
            until = now + timedelta(seconds=seconds)
            if letter.state is OutboxState.SENDING:  # a failed look-up leaves the doubt where it was
                await unit.outbox.doubt(letter.id, until, why)
            else:
                await unit.outbox.delay(letter.id, until, why, attempted=attempted)

    async def _doubt(self, community: str, letter: Letter, now: datetime) -> None:
        since = letter.claimed_at or now
        if letter.state is OutboxState.SENDING and now - since > LOOKUP_PATIENCE:
            await self._close(community, letter, OutboxState.UNKNOWN, "The platform didn't say if it arrived.")
            return
        async with self._store.write(community) as unit:
            await unit.outbox.doubt(letter.id, now + timedelta(seconds=LEASE), "The platform didn't answer.")

    async def _close(self, community: str, letter: Letter, state: OutboxState, why: str) -> None:
        async with self._store.write(community) as unit:
            await unit.outbox.close(letter.id, state, why)


async def _target(chat: Chat, letter: Letter) -> Target:
    """Read a recipient; may raise Unreachable where its channel is gone."""
    kind, _, rest = letter.recipient.partition(":")
    if kind == "channel":
        platform, workspace, purpose = rest.split(":", 2)
        return Target(await chat.channel(workspace, purpose), None, Workspace(platform, workspace))
    if kind == "account":
        account = Account.parse(rest)
        return Target(None, account, Workspace(account.platform, account.workspace))
    platform, _, inner = rest.partition(":")
    return Target(Place(rest), None, Workspace(platform, inner.partition("/")[0]))


async def _send(chat: Chat, target: Target, card: Card, key: str) -> Ref:
    if target.account is not None:
        return await chat.dm(target.account, card, key)
    assert target.place is not None  # noqa: S101 - a target is one or the other
    return await chat.send(target.place, card, key)


async def _look_up(chat: Chat, letter: Letter, target: Target) -> Ref | None:
    assert letter.claimed_at is not None  # noqa: S101 - the store sets it when it claims
    since = letter.claimed_at - LOOK_BACK
    if target.account is not None:
        return await chat.find_dm(target.account, letter.key, since)
    assert target.place is not None  # noqa: S101 - a target is one or the other
    return await chat.find(target.place, letter.key, since)
