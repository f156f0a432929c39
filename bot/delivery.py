"""The outbox: what must be said to others, once each, as far as the platform allows.

A letter is a row written in the transaction of its cause. It is claimed here when it is due, and sent with a marker
(`bot.sending`); an edit of a message that stands is a letter too (`bot.edits`).
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.config import Config
from bot.edits import Edits
from bot.errors import StoreUnavailable
from bot.model import Letter
from bot.ports import Chat, Clock, Store
from bot.registry import Registry
from bot.sending import LEASE, Sending

log = structlog.get_logger(__name__)

AT_ONCE = 8
"""Letters sent side by side; no more are claimed than can be sent at once."""


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
        self._clock = clock
        self._chats = chats
        self._claimant = claimant
        self._wanted = asyncio.Event()
        self._moved = asyncio.Condition()
        self._under_way: set[tuple[str, int]] = set()
        self._claims = 0  # being made: what they take is not under way yet, and nobody else gets it
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._sending = Sending(store, registry, config, chats, self.wake)
        self._edits = Edits(store, clock, claimant, self._sending.card, self.wake)
        self.moves = 0

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
                    claimed = await self._claim(now, AT_ONCE - len(self._under_way))
                except StoreUnavailable as error:
                    log.warning("outbox can't be read", error=type(error.__cause__ or error).__name__)
                    continue
                for community, letter in claimed:
                    group.create_task(self._deliver_and_wake(community, letter, now))

    async def _deliver_and_wake(self, community: str, letter: Letter, now: datetime) -> None:
        await self._deliver(community, letter, now)
        self.wake()  # there is room for another one

    async def run_due(self, now: datetime) -> int:
        """Send all letters due at a moment (aware UTC); give how many were taken up."""
        begun = self._clock.now()
        taken = 0
        while True:
            # Only as many as can be sent at once are claimed, or leases would run out while letters wait.
            moment = now + (self._clock.now() - begun)
            letters = await self._claim(moment, AT_ONCE)
            if not letters:
                return taken
            taken += len(letters)
            await asyncio.gather(*(self._deliver(community, letter, moment) for community, letter in letters))

    async def linger(self, ahead: timedelta, seconds: float) -> None:
        """Go on sending, for so long at most, what only waits a moment for its turn.

        `ahead`: how much later than by the clock it is, for whoever does the work of another moment.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._sending.soon or self._wanted.is_set():
                    await self._wanted.wait()
                    self._wanted.clear()
                    await self.run_due(self._clock.now() + ahead)

    async def moved(self, after: int, timeout: float) -> None:  # noqa: ASYNC109 - a limit for the person who waits
        """Wait until more letters changed their state than `after` (see `moves`), at most `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout), self._moved:
                await self._moved.wait_for(lambda: self.moves > after)
        except TimeoutError:
            return

    async def idle(self) -> None:
        """Wait until nothing is under way of what `run` and `run_due` claimed here, however long the platforms take.

        What is due and not claimed yet is not waited for.
        """
        while not self._quiet.is_set():
            await self._quiet.wait()

    def _note(self) -> None:
        """Write down whether anything is under way."""
        if self._claims or self._under_way:
            self._quiet.clear()
        else:
            self._quiet.set()

    async def _claim(self, now: datetime, room: int) -> list[tuple[str, Letter]]:
        """Take up to `room` due letters; what is taken is under way from here on."""
        self._claims += 1
        self._note()
        try:
            taken = await self._take(now, room)
            self._under_way.update((community, letter.id) for community, letter in taken)
        finally:
            self._claims -= 1
            self._note()
        return taken

    async def _take(self, now: datetime, room: int) -> list[tuple[str, Letter]]:
        platforms = tuple(self._chats)
        taken: list[tuple[str, Letter]] = []
        for community in await self._store.communities():
            left = room - len(taken)
            if left <= 0:
                break
            async with self._store.read(community) as unit:
                if not await unit.outbox.due(now, platforms):
                    continue
            async with self._store.write(community) as unit:
                claimed = await unit.outbox.claim(now, LEASE, left, self._claimant, platforms)
            taken += [(community, one) for one in claimed if (community, one.id) not in self._under_way]
        return taken

    async def _deliver(self, community: str, letter: Letter, now: datetime) -> None:
        try:
            await self._attempt(community, letter, now)
        except StoreUnavailable as error:  # the letter stays SENDING and is looked up after its lease
            log.warning("letter's state not saved", letter=letter.id, error=type(error.__cause__ or error).__name__)
        except Exception:
            # A border: the others go out. What failed may be what somebody wanted to be told of it.
            log.exception("letter's state not saved", letter=letter.id, kind=letter.kind)
            with contextlib.suppress(StoreUnavailable):
                await self._sending.put_by(community, letter, now)
        finally:
            self._under_way.discard((community, letter.id))
            self._note()
        async with self._moved:
            self.moves += 1
            self._moved.notify_all()

    async def _attempt(self, community: str, letter: Letter, now: datetime) -> None:
        chat = self._chats[letter.recipient.workspace.platform]
        attempt = self._edits.attempt if letter.recipient.kind == "edit" else self._sending.attempt
        await attempt(chat, community, letter, now)
