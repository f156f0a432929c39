"""Bringing messages that stand up to date: what happens to an edit (`Outbox.refresh`) when its turn comes.

An edit is claimed like any letter. The letter that it is about is looked at, its card is made from the state of this
moment, and the message shows it. Doing that again harms nobody: after a crash, a time-out or a lost connection the edit
is simply made once more, without a look-up. Why the newest state wins is told in `storage/outbox.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.errors import InDoubt, RateLimited, Refused, StoreUnavailable, Unauthorized, Unreachable
from bot.model import Letter, OutboxState
from bot.ports import Chat, Clock, Store
from bot.retries import next_try
from bot.ui import Card

log = structlog.get_logger(__name__)

EDIT_PACE = 1.0
"""Seconds between two edits of one message: however many change what it shows, they go out together."""
EDIT_LIMIT = 12.0
"""Seconds an edit may take with all that belongs to it; less than a lease."""
LOOK_AGAIN = 15.0
"""Seconds until the next try where time is the cure."""

Maker = Callable[[str, Letter, datetime], Awaitable[Card | None]]
"""Makes the card of a letter in a community, at a moment; None: there is none."""


@dataclass(frozen=True, slots=True)
class Done:
    """The message is as it should be."""


@dataclass(frozen=True, slots=True)
class Later:
    """Another try is due in that many seconds; one that is no attempt never wears the edit out."""

    seconds: float
    why: str
    attempted: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more is to be done about the message, until it is refreshed again."""

    why: str


Verdict = Done | Later | Over


def judge(error: Exception, attempts: int) -> Verdict:
    """Say what an error means after this many attempts, this one counted."""
    match error:
        case RateLimited(retry_after=pause):
            return Later(pause, "The platform asked me to wait.")
        case StoreUnavailable():
            return Later(LOOK_AGAIN, "I couldn't prepare it yet.")
        case Unauthorized():
            return _try_again(next_try(attempts), str(error))
        case Unreachable() | Refused():
            return Over(str(error))
        case InDoubt() | TimeoutError():
            return _try_again(LOOK_AGAIN if attempts == 1 else next_try(attempts), "The platform didn't answer.")
        case _:
            return _try_again(next_try(attempts), "I couldn't make this message.")


def _try_again(seconds: float | None, why: str) -> Verdict:
    return Over(why) if seconds is None else Later(seconds, why, attempted=True)


class Edits:
    """Makes the edits that `Delivery` claimed."""

    def __init__(self, store: Store, clock: Clock, claimant: str, make: Maker, wake: Callable[[], None]) -> None:
        """Take the parts; `claimant` is the one that the edits were claimed for."""
        self._store = store
        self._clock = clock
        self._claimant = claimant
        self._make = make
        self._wake = wake

    async def attempt(self, chat: Chat, community: str, edit: Letter, now: datetime) -> None:
        """Make one edit that was claimed at `now`."""
        begun = self._clock.now()
        try:
            async with asyncio.timeout(EDIT_LIMIT):
                verdict = await self._bring(chat, community, edit, now)
        except Exception as error:  # noqa: BLE001 - one broken edit must not stop the others
            verdict = judge(error, edit.attempts + 1)
            log.info("edit not made", letter=edit.id, kind=edit.kind, error=type(error).__name__)
        await self._book(community, edit, now, now + (self._clock.now() - begun), verdict)
        # What was changed meanwhile had to wait for the pace, and nothing else would wake for it so soon.
        asyncio.get_running_loop().call_later(EDIT_PACE, self._wake)

    async def _bring(self, chat: Chat, community: str, edit: Letter, now: datetime) -> Verdict:
        """Show the state of this moment at the message of the edit's letter."""
        async with self._store.read(community) as unit:
            about = await unit.outbox.get(edit.recipient.letter)
        if about is None or about.state in {OutboxState.UNKNOWN, OutboxState.DEAD}:
            return Over("The message to change was never seen to stand.")
        if about.state is OutboxState.NEW:
            return Done()  # its card is made when it is sent
        if about.ref is None:  # it is just going out, or nobody knows yet whether it did
            return Later(LOOK_AGAIN if about.error else EDIT_PACE, "The message to change is on its way.")
        card = await self._make(community, about, now)
        if card is not None:
            await chat.edit(about.ref, card)
        return Done()

    async def _book(self, community: str, edit: Letter, claimed_at: datetime, now: datetime, verdict: Verdict) -> None:
        async with self._store.write(community) as unit:
            if isinstance(verdict, Later):
                until = now + timedelta(seconds=verdict.seconds)
                await unit.outbox.delay(edit.id, until, verdict.why, attempted=verdict.attempted)
            else:
                until = now + timedelta(seconds=EDIT_PACE)
                error = verdict.why if isinstance(verdict, Over) else ""
                await unit.outbox.edited(edit.id, self._claimant, claimed_at, until, error)
