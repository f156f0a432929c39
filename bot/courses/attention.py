"""What follows when somebody looks after a course, whatever they did and wherever they did it."""

from datetime import datetime, timedelta

from bot.care import Outcome, Settled
from bot.courses.phrases import CARD
from bot.model import Letter, Recipient
from bot.ports import Unit

DIGEST = "care.digest"
"""The kind of letter that asks an owner about several courses; its subject is the number of the digest."""
FLAG_SETTLED = "flag.settled"
"""The kind of letter that tells a reader what became of their flag; its subject is the number of the flag."""
HANDOVER = "course.handover"
"""The kind of letter that offers a course to somebody; its subject is the course's number."""
UNDO = timedelta(minutes=5)
"""How long others hear nothing of it yet: a tap can be taken back."""


async def attend(unit: Unit, course: int, by: int, now: datetime, outcome: Outcome) -> Settled:
    """Note that somebody looked after a course, and have everybody see it whom it concerns.

    Cards and digests that show the course are brought up to date; readers who had flagged it hear what came of it.
    """
    settled = await unit.reviews.attend(course, by, now, outcome)
    await unit.outbox.refresh(CARD, str(course), now)
    for digest in settled.digests:
        await unit.outbox.refresh(DIGEST, str(digest), now)
    if settled.offer:
        await unit.outbox.refresh(HANDOVER, str(course), now)
    await unit.outbox.queue(
        [
            Letter(FLAG_SETTLED, str(flag.id), Recipient.account(flag.person.accounts[0]), due_at=now + UNDO)
            for flag in settled.flags
            if flag.person.accounts and flag.person.id != by
        ],
        now,
    )
    return settled
