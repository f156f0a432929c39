"""What follows when somebody looks after a course, whatever they did and wherever they did it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.care import Flag, Outcome, Settled, Standing
from bot.courses.phrases import CARD
from bot.model import Course, Letter, Recipient
from bot.ports import Unit

DIGEST = "care.digest"
"""The kind of letter that asks an owner about several courses; its subject is the number of the digest."""
FLAG_SETTLED = "flag.settled"
"""The kind of letter that tells a reader what became of their flag; its subject is the number of the flag.

Its occurrence is the moment of that (`occurrence_of`), because what was settled can be taken back and settled again.
"""
HANDOVER = "course.handover"
"""The kind of letter that offers a course to somebody; its subject is the course's number."""
PUT_UP = "course.put_up"
"""The kind of letter that tells an owner that a steward put their course up for adoption."""
PROPOSED = "course.proposed"
"""The kind of letter that tells an owner that a steward offers their course to somebody; it occurs once an offer."""
UNDO = timedelta(minutes=5)
"""How long others hear nothing of it yet: a tap can be taken back."""


async def attend(unit: Unit, course: int, by: int, now: datetime, outcome: Outcome) -> Settled:
    """Note that somebody looked after a course, and have everybody see it whom it concerns.

    Cards and digests that show the course are brought up to date; readers who had flagged it hear what came of it.
    """
    settled = await unit.reviews.attend(course, by, now, outcome)
    for kind in (CARD, PUT_UP):
        await unit.outbox.refresh(kind, str(course), now)
    for digest in settled.digests:
        await unit.outbox.refresh(DIGEST, str(digest), now)
    if settled.offer:
        await show_offer(unit, course, now)
    await tell_readers(unit, settled.flags, by, now)
    return settled


async def tell_readers(unit: Unit, flags: Iterable[Flag], by: int, now: datetime) -> None:
    """Let readers hear what became of their flags, once it can't be taken back any more; not of what they did."""
    letters = [
        Letter(
            FLAG_SETTLED,
            str(flag.id),
            Recipient.account(flag.person.accounts[0]),
            occurrence_of(flag),
            due_at=now + UNDO,
        )
        for flag in flags
        if flag.person.accounts and flag.person.id != by
    ]
    await unit.outbox.queue(letters, now)


def occurrence_of(flag: Flag) -> str:
    """Name the moment at which a flag was settled; empty where it is open."""
    return flag.settled_at.isoformat() if flag.settled_at else ""


def is_fresh(at: datetime, now: datetime) -> bool:
    """Tell whether readers haven't heard yet what became at a moment of what they flagged."""
    return now - at < UNDO


async def take_back(unit: Unit, course: int, at: datetime, before: Standing, now: datetime) -> bool:
    """Undo the review of a moment, and have everybody see it; False where the course doesn't stand as it left it."""
    digests = await unit.reviews.undo(course, at, before, with_flags=is_fresh(at, now))
    if digests is None:
        return False
    await put_back_way(unit, course, at, now)
    for kind in (CARD, PUT_UP):
        await unit.outbox.refresh(kind, str(course), now)
    for digest in digests:
        await unit.outbox.refresh(DIGEST, str(digest), now)
    return True


async def put_back_way(unit: Unit, course: int, at: datetime, now: datetime) -> None:
    """Let a course go on to another owner as it did before an act of a moment that is undone."""
    if await unit.escalations.resume(course, at):
        await show_offer(unit, course, now)


async def show_offer(unit: Unit, course: int, now: datetime) -> None:
    """Have what tells of an offer tell how it stands: the letters to both sides, and the message to the owner."""
    for kind in (HANDOVER, PROPOSED):
        await unit.outbox.refresh(kind, str(course), now)
    asked = await unit.digests.given_away(course)
    if asked is not None:
        await unit.outbox.refresh(DIGEST, str(asked.digest), now)


async def ask_again(unit: Unit, course: int, at: datetime, now: datetime) -> None:
    """Ask an owner again what they were asked when they gave a course away at a moment: nobody took it."""
    asked = await unit.digests.given_away(course)
    await show_offer(unit, course, now)
    if asked is not None and asked.settled_at == at:
        await unit.digests.reopen(asked.id)


async def bring_back(unit: Unit, course: Course, by: int, now: datetime, *, undoes: bool = False) -> bool:
    """Bring a course back that was put away, with the flags that were settled by that; False where it is here.

    `undoes`: it is taken back as if it hadn't been, so what readers were told of their flags stays true.
    """
    if await unit.courses.set_archived(course.id, by, now, on=False) is None:
        return False
    if course.archived_at is not None and (not undoes or is_fresh(course.archived_at, now)):
        await unit.flags.revive(course.id, course.archived_at)
    await unit.outbox.refresh(CARD, str(course.id), now)
    return True
