"""The weekly round: who is to be asked about which courses, and what follows where nobody answers.

`carer.look_at` says when to look at somebody. Too early costs a look; it is never too late. One owner's turn is one
transaction, so that what is asked and the letter that asks it are there together, or neither.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.care import Outcome, Why
from bot.commands import Background, Round, due
from bot.courses.attention import DIGEST
from bot.errors import StoreUnavailable
from bot.features.ownership import slots
from bot.features.ownership.slots import Rhythm
from bot.features.ownership.views import items_of
from bot.model import Letter, OutboxState, Person, Recipient
from bot.nudges import SHOWN, SILENT_ROUNDS, UNREACHABLE_FOR, Asked, Carer, Digest, DigestKind, Item
from bot.ports import Unit

log = structlog.get_logger(__name__)

BATCH = 20
"""Owners looked at in one transaction."""
LATER = timedelta(hours=1)
"""When to look again at somebody whose turn could not be taken."""


@due("nudges")
async def nudge(round_: Round) -> None:
    """Take the turn of everybody whose turn it is."""
    while True:
        async with round_.read() as unit:
            if not await unit.carers.due(round_.now):
                return
        try:
            await _batch(round_, BATCH)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("owners not asked, trying one by one")
            await _one_by_one(round_)


async def _batch(round_: Round, limit: int) -> None:
    async with round_.write() as unit:
        for person in await unit.carers.next(round_.now, limit):
            await take_turn(round_.background(unit), person)


async def _one_by_one(round_: Round) -> None:
    """Take the turns of a batch one by one, and put off the one that fails: it must not stop the others."""
    for _ in range(BATCH):
        try:
            await _batch(round_, 1)
        except StoreUnavailable:
            raise
        except Exception:
            async with round_.write() as unit:
                failing = await unit.carers.next(round_.now, 1)
                for person in failing:
                    log.exception("owner not asked", person=person)
                    await unit.carers.plan(person, round_.now + LATER)


async def take_turn(background: Background, number: int) -> None:
    """Look what a person is to be asked about, ask if it is their turn, and plan the next look."""
    unit, now = background.unit, background.now
    person = await unit.people.get(number)
    carer, items = await items_of(unit, number, now)
    if person is None or carer.stopped:
        await unit.carers.plan(number, None)
        return
    rhythm = slots.rhythm_of(person, carer, background.config)
    opened = await _still_open(unit, number, items, now)
    if not items:
        await unit.carers.plan(number, await unit.digests.next_need(number, now))
        return
    since = min(item.since for item in items)
    at = slots.turn(since, now, rhythm, carer.digest_at, carer.quiet_until)
    if at <= now:
        await _round(background, person, carer, rhythm, items, opened)
        at = slots.turn(since, now, rhythm, now)
    await unit.carers.plan(number, at)


async def _still_open(unit: Unit, person: int, items: Sequence[Item], now: datetime) -> list[Asked]:
    """End requests whose reason went away by itself, and give those that wait."""
    wanted = {item.course for item in items}
    opened = await unit.digests.open(person)
    gone = [asked for asked in opened if asked.course not in wanted]
    await _end(unit, gone, Outcome.GONE, now)
    latest = await unit.digests.latest(person) if gone else None
    if latest is not None and latest.kind is DigestKind.SILENCE:
        await unit.outbox.refresh(DIGEST, str(latest.id), now)
    return [asked for asked in opened if asked.course in wanted]


async def _end(unit: Unit, asked: Sequence[Asked], outcome: Outcome, now: datetime, by: int | None = None) -> None:
    await unit.digests.end([one.id for one in asked], outcome, now, by)
    for digest in sorted({one.digest for one in asked}):
        await unit.outbox.refresh(DIGEST, str(digest), now)


async def _round(
    background: Background,
    person: Person,
    carer: Carer,
    rhythm: Rhythm,
    items: Sequence[Item],
    opened: Sequence[Asked],
) -> None:
    """Have a person's weekly round: at most one message, and those that stand are brought up to date."""
    unit, now = background.unit, background.now
    latest = await unit.digests.latest(person.id)
    if latest is not None and latest.sent_at is None:
        if await is_on_its_way(unit, latest):
            return
        await withdraw(unit, opened, latest, now)
        opened = [asked for asked in opened if asked.digest != latest.id]
    if carer.unreachable_since is not None and now - carer.unreachable_since >= UNREACHABLE_FOR:
        await hand_on(unit, items, opened, Why.UNREACHABLE, now)
        opened = []  # they are asked anew: once a week, whether the door is open again
    rounds = _rounds(carer, latest, opened)
    asking = {asked.course for asked in opened}
    new = [item for item in items if item.course not in asking][:SHOWN]
    if rounds > SILENT_ROUNDS:
        await hand_on(unit, [item for item in items if item.course in asking], opened, Why.SILENT, now)
        rounds = 0
    elif rounds == SILENT_ROUNDS:
        await _write(background, person, carer, rhythm, DigestKind.SILENCE, [])
    elif new:
        await _write(background, person, carer, rhythm, DigestKind.DIGEST, new)
    standing = {asked.digest for asked in opened}
    if opened and latest is not None and latest.kind is DigestKind.SILENCE:  # else it says by now that all is done
        standing.add(latest.id)
    for digest in sorted(standing):
        await unit.outbox.refresh(DIGEST, str(digest), now)
    await unit.carers.turned(person.id, rounds, now)


def _rounds(carer: Carer, latest: Digest | None, opened: Sequence[Asked]) -> int:
    """Count the weeks in a row in which an owner was asked and answered nothing, this one included."""
    if not opened or latest is None:
        return 0
    if latest.sent_at is None:  # it never reached them: nobody can say that they are silent
        return carer.rounds
    last = carer.digest_at or latest.made_at
    return 0 if latest.answered_at is not None and latest.answered_at >= last else carer.rounds + 1


async def is_on_its_way(unit: Unit, digest: Digest) -> bool:
    """Tell whether a message may still be sent, to any account."""
    letters = await unit.outbox.find(DIGEST, str(digest.id), "", None)
    return any(letter.state in {OutboxState.NEW, OutboxState.SENDING} for letter in letters)


async def withdraw(unit: Unit, opened: Sequence[Asked], digest: Digest, now: datetime) -> None:
    """Take back what a message asks that never reached anybody, so that it can be asked anew."""
    await _end(unit, [asked for asked in opened if asked.digest == digest.id], Outcome.GONE, now)


async def hand_on(
    unit: Unit, items: Sequence[Item], opened: Sequence[Asked], why: Why, now: datetime, by: int | None = None
) -> None:
    """Look for somebody else for courses; the owner is asked no more. `by`: who wants it, None where nobody answers."""
    for item in items:
        await unit.escalations.begin(item.course, why, now)
    courses = {item.course for item in items}
    asked = [one for one in opened if one.course in courses]
    await _end(unit, asked, Outcome.OFFERED, now, by)


async def _write(
    background: Background,
    person: Person,
    carer: Carer,
    rhythm: Rhythm,
    kind: DigestKind,
    items: Sequence[Item],
) -> None:
    """Queue one message; where the person has no account, note that they can't be reached."""
    unit, now = background.unit, background.now
    if not person.accounts:
        await unit.carers.missed(person.id, now)
        return
    account = person.accounts[0]
    digest = await unit.digests.make(person.id, kind, items, now)
    at = now if carer.greeted_at is None else slots.place_in(now, rhythm)  # new conversations are opened slowly anyway
    await unit.outbox.queue([Letter(DIGEST, str(digest), Recipient.account(account), due_at=at)], now)
