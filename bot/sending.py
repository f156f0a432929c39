"""One letter that was claimed: it is looked up or sent, and what became of it is written down.

Its card is made from the state of that moment. Where the platform's answer stays out, the marker is looked up after the
time limit of a send has passed; where it can't be looked up, the letter is left `unknown` and never repeated. A private
letter that an account doesn't take goes on to the person's next account. Edits are `bot.edits`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot import words
from bot.commands import Background, PostMaker, Told
from bot.config import Config
from bot.doors import PACES, Door, Paces, next_recipient, turn
from bot.errors import (
    CannotTell,
    NoSuchAccount,
    NotYet,
    RateLimited,
    Refused,
    StoreUnavailable,
    Unauthorized,
    Unreachable,
)
from bot.model import Account, Letter, OutboxState, Place, Recipient, Ref, workspace_of
from bot.ports import Chat, Store, Unit
from bot.registry import Registry
from bot.retries import next_try
from bot.ui import Card

log = structlog.get_logger(__name__)

SEND_LIMIT = 12.0
"""Seconds a send may take. After that its outcome is in doubt."""
LEASE = 15.0
"""Seconds after which a claimed letter may be looked up: longer than any send that is still under way."""
LOOK_BACK = timedelta(minutes=2)
"""How much earlier than the claim a marker is looked for, because clocks differ."""
LOOKUP_PATIENCE = timedelta(days=1)
"""How long a marker is looked for while the platform doesn't answer; then the letter is unknown."""
SOON = timedelta(minutes=1)
"""Who waits no longer than this for their turn gets it to the second; others at the next tick."""
LATE = 0.05
"""Seconds after that moment: timers may be early by a little, and then it would not be their turn yet."""

Target = Place | Account
"""Where a letter goes: a place, or a person in private."""


class Sending:
    """Sends the letters that `bot.delivery` claimed."""

    def __init__(
        self, store: Store, registry: Registry, config: Config, chats: Mapping[str, Chat], wake: Callable[[], None]
    ) -> None:
        """Take the parts; `chats` may grow later, `wake` has letters sent that are due."""
        self._store = store
        self._registry = registry
        self._config = config
        self._chats = chats
        self._wake = wake
        self.soon = 0  # letters whose turn comes in a moment

    async def attempt(self, chat: Chat, community: str, letter: Letter, now: datetime) -> None:
        """Look a doubtful letter up; send one that surely did not arrive."""
        if letter.state is OutboxState.SENDING:
            try:
                async with asyncio.timeout(SEND_LIMIT):
                    ref = await _look_up(chat, letter)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody knows of the letter
                await self._still_in_doubt(community, letter, now, error)
                return
            if ref is not None:
                await self._stands(community, letter, ref, now)
                return
        await self._send(chat, community, letter, now)

    async def _send(self, chat: Chat, community: str, letter: Letter, now: datetime) -> None:
        try:
            async with asyncio.timeout(SEND_LIMIT):
                target = await _target(chat, letter.recipient)
                letter, card, door = await self._prepared(community, letter, target, now)
        except Exception as error:  # noqa: BLE001 - one broken letter must not stop the others
            await self._not_sent(community, letter, now, error)
            return
        if card is None:
            await self._close(community, letter, OutboxState.DEAD, "It was no longer wanted.")
            return
        if door is not None and not await self._may_enter(community, letter, door, now):
            return
        try:
            async with asyncio.timeout(SEND_LIMIT):
                ref = await (
                    chat.dm(target, card, letter.key)
                    if isinstance(target, Account)
                    else chat.send(target, card, letter.key)
                )
        except (RateLimited, Unreachable, Refused) as error:
            await self._not_sent(community, letter, now, error)
        except Exception as error:  # noqa: BLE001 - InDoubt, a time-out, or an error that nobody foresaw
            log.info("letter in doubt", letter=letter.id, kind=letter.kind, error=type(error).__name__)
            await self._doubt(community, letter, now, LEASE)
        else:
            await self._stands(community, letter, ref, now, door)

    async def _prepared(
        self, community: str, letter: Letter, target: Target, now: datetime
    ) -> tuple[Letter, Card | None, Door | None]:
        """Make the card of a letter; with a private one comes what is known of the conversation."""
        async with self._store.read(community) as unit:
            door = await unit.doors.of(target) if isinstance(target, Account) else None
            letter = replace(letter, opens=door is not None and door.opened_at is None)
            return letter, await self._made(unit, letter, now), door

    async def card(self, community: str, letter: Letter, now: datetime) -> Card | None:
        """Make the card of a letter from the state of this moment; None: it is not wanted."""
        async with self._store.read(community) as unit:
            return await self._made(unit, letter, now)

    async def _made(self, unit: Unit, letter: Letter, now: datetime) -> Card | None:
        maker = self._registry.posts.get(letter.kind)
        card = await maker.make(Background(now, self._config, self._registry, unit), letter) if maker else None
        return words.first_letter(card, maker.why) if card and maker and letter.opens and maker.why else card

    async def _may_enter(self, community: str, letter: Letter, door: Door, now: datetime) -> bool:
        """Tell whether a private letter may be sent now; else see to what becomes of it."""
        maker = self._registry.posts.get(letter.kind)
        if door.muted_at is not None and not (maker and maker.always):
            await self._lose(community, letter, now, "They want no private messages.")
            return False
        if door.is_shut(now):
            await self._pass_on(community, letter, now, "They took no private message earlier that day.")
            return False
        paces = PACES.get(letter.recipient.workspace.platform)
        if door.opened_at is not None or paces is None:
            return True
        at = await self._turn(community, letter, door, paces, now)
        if now < at <= now + SOON:
            self.soon += 1
            asyncio.get_running_loop().call_later((at - now).total_seconds() + LATE, self._call)
        return at <= now

    def _call(self) -> None:
        self.soon -= 1
        self._wake()

    async def _turn(self, community: str, letter: Letter, door: Door, paces: Paces, now: datetime) -> datetime:
        """Find when a conversation may be opened; where that isn't now, put the letter back until then.

        The places are in the database: they hold over restarts, and for all that run on it.
        """
        account = Account.parse(letter.recipient.address)
        maker = self._registry.posts.get(letter.kind)
        many = maker is not None and maker.many
        async with self._store.write(community) as unit:
            queue = await unit.doors.queue(account, now - max(paces.all.per, paces.many.per), now)
            at = turn(now, door.place_at, queue, paces, many=many)
            if many or at <= now:
                await unit.doors.place(account, at)
            if at > now:
                await unit.outbox.delay(letter.id, at, "It waits for its turn.", attempted=False)
        return at

    async def _not_sent(self, community: str, letter: Letter, now: datetime, error: Exception) -> None:
        """Put a letter that surely was not sent back, or give it up."""
        log.info("letter not sent", letter=letter.id, kind=letter.kind, error=type(error).__name__)
        match error:
            case RateLimited(retry_after=pause):
                await self._delay(community, letter, now, pause, "The platform asked me to wait.", attempted=False)
                return
            case NotYet(until=until):
                pause = (until - now).total_seconds()
                await self._delay(community, letter, now, pause, "It is not the time for it.", attempted=False)
                return
            case Refused():
                await self._lose(community, letter, now, "The platform refused this message.")
                return
            case Unreachable() if letter.recipient.kind == "account" and not isinstance(error, Unauthorized):
                # By itself: whatever becomes of the letter, nobody knocks there again today.
                account = Account.parse(letter.recipient.address)
                async with self._store.write(community) as unit:
                    await unit.doors.shut(account, now)
                    if isinstance(error, NoSuchAccount):
                        await unit.looks.plan(account, now)
                await self._pass_on(community, letter, now, str(error))
                return
            case Unreachable():
                why = str(error)
            case StoreUnavailable() | TimeoutError():
                await self._delay(community, letter, now, LEASE, "I couldn't prepare it yet.", attempted=False)
                return
            case _:
                log.error("letter can't be made", letter=letter.id, kind=letter.kind, exc_info=error)
                why = "I couldn't make this message."
        pause_after = next_try(letter.attempts + 1)
        if pause_after is None:
            await self._lose(community, letter, now, why)
        else:
            await self._delay(community, letter, now, pause_after, why, attempted=True)

    async def _pass_on(self, community: str, letter: Letter, now: datetime, why: str) -> None:
        """Close a letter that an account doesn't take, and write to the person's next one: both or neither.

        Nobody is asked twice: platforms think ill of a bot that knocks at closed doors.
        """
        async with self._store.write(community) as unit:
            person = await unit.people.of(Account.parse(letter.recipient.address))
            written = await unit.outbox.find(letter.kind, letter.subject, letter.occurrence, None)
            tried = {one.recipient for one in written}
            following = next_recipient(person.accounts if person else (), tried, self._chats)
            if following is not None:
                await unit.outbox.queue([Letter(letter.kind, letter.subject, following, letter.occurrence)], now)
            await unit.outbox.close(letter.id, OutboxState.DEAD, why)
            if following is None:
                await self._tell(unit, letter, now, lambda maker: maker.lost)

    async def put_by(self, community: str, letter: Letter, now: datetime) -> None:
        """Look later and later after a letter of which nothing could be written down; after a day it is unknown.

        Somebody has to mend what fails, and until then trying makes no sense: each time is twice as far off.
        """
        said = "I couldn't write down what became of it."
        age = now - (letter.claimed_at or now)
        if age > LOOKUP_PATIENCE:
            await self._close(community, letter, OutboxState.UNKNOWN, said)
            return
        async with self._store.write(community) as unit:
            await unit.outbox.doubt(letter.id, now + max(age, timedelta(seconds=LEASE)), said)

    async def _still_in_doubt(self, community: str, letter: Letter, now: datetime, error: Exception) -> None:
        """Look again later, for a day; where it can't be looked up, never repeat it."""
        log.info("letter not looked up", letter=letter.id, kind=letter.kind, error=type(error).__name__)
        if isinstance(error, CannotTell | Refused):
            await self._close(community, letter, OutboxState.UNKNOWN, "I can't look up whether it arrived.")
        elif letter.claimed_at is not None and now - letter.claimed_at > LOOKUP_PATIENCE:
            await self._close(community, letter, OutboxState.UNKNOWN, "The platform didn't say whether it arrived.")
        else:
            pause = error.retry_after if isinstance(error, RateLimited) else 0.0
            await self._doubt(community, letter, now, max(LEASE, pause))

    async def _stands(self, community: str, letter: Letter, ref: Ref, now: datetime, door: Door | None = None) -> None:
        """Write down that a letter stands; `door`: what was known of the conversation, so that only news is written."""
        async with self._store.write(community) as unit:
            if letter.recipient.kind == "account":
                account = Account.parse(letter.recipient.address)
                door = door or await unit.doors.of(account)  # unknown where the letter was only looked up
                letter = replace(letter, opens=door.opened_at is None)
                if not door.is_well:
                    await unit.doors.opened(account, now)
            await unit.outbox.sent(letter.id, ref, workspace_of(ref), now, opens=letter.opens)
            await self._tell(unit, replace(letter, ref=ref), now, lambda maker: maker.sent)

    async def _lose(self, community: str, letter: Letter, now: datetime, why: str) -> None:
        """Give a letter up for good, and tell whoever wants to know."""
        async with self._store.write(community) as unit:
            await unit.outbox.close(letter.id, OutboxState.DEAD, why)
            await self._tell(unit, letter, now, lambda maker: maker.lost)

    async def _tell(self, unit: Unit, letter: Letter, now: datetime, whom: Callable[[PostMaker], Told | None]) -> None:
        maker = self._registry.posts.get(letter.kind)
        told = whom(maker) if maker else None
        if told is not None:
            await told(Background(now, self._config, self._registry, unit), letter)

    async def _delay(
        self, community: str, letter: Letter, now: datetime, seconds: float, why: str, *, attempted: bool
    ) -> None:
        async with self._store.write(community) as unit:
            await unit.outbox.delay(letter.id, now + timedelta(seconds=seconds), why, attempted=attempted)

    async def _doubt(self, community: str, letter: Letter, now: datetime, seconds: float) -> None:
        async with self._store.write(community) as unit:
            await unit.outbox.doubt(letter.id, now + timedelta(seconds=seconds), "The platform didn't answer.")

    async def _close(self, community: str, letter: Letter, state: OutboxState, why: str) -> None:
        async with self._store.write(community) as unit:
            await unit.outbox.close(letter.id, state, why)


async def _target(chat: Chat, recipient: Recipient) -> Target:
    """Find where a recipient is now; may raise Unreachable where its channel is gone."""
    match recipient.kind:
        case "channel":
            return await chat.channel(recipient.workspace.id, recipient.purpose)
        case "account":
            return Account.parse(recipient.address)
        case _:
            return Place(recipient.address)


async def _look_up(chat: Chat, letter: Letter) -> Ref | None:
    target = await _target(chat, letter.recipient)
    assert letter.claimed_at is not None  # noqa: S101 - the store sets it when it claims
    since = letter.claimed_at - LOOK_BACK
    if isinstance(target, Account):
        return await chat.find_dm(target, letter.key, since)
    return await chat.find(target, letter.key, since)
