"""The message to an owner: its card is made from the state of the moment it is sent, or brought up to date."""

from datetime import timedelta

from bot.commands import Background, post
from bot.courses.attention import DIGEST
from bot.errors import NotYet
from bot.features.ownership import cards, slots
from bot.features.ownership.rounds import FIRST, FIRST_LETTERS, withdraw
from bot.features.ownership.views import DigestView, digest_view
from bot.model import Account, Letter
from bot.nudges import Digest, DigestKind
from bot.ui import Card

MOMENT = timedelta(minutes=1)
"""Stretches up to this are kept by planning alone: ticks are further apart than some of them."""


async def reached(background: Background, letter: Letter) -> None:
    """Note that a message stands with its owner."""
    person = await background.unit.digests.sent(int(letter.subject), background.now)
    if person is not None:
        await background.unit.carers.reached(person, background.now)
        await background.unit.escalations.reached(person)


async def missed(background: Background, letter: Letter) -> None:
    """Note that none of the owner's accounts takes a message; what it asked can be asked again another week."""
    unit = background.unit
    digest = await unit.digests.get(int(letter.subject))
    if digest is not None:
        await unit.carers.missed(digest.person, background.now)
        await withdraw(unit, await unit.digests.open(digest.person), digest, background.now)


def pace(letter: Letter) -> tuple[int, timedelta] | None:
    """Tell how many first messages a platform may get in a stretch of time, also of those that come late."""
    most, per = FIRST_LETTERS.get(letter.recipient.workspace.platform, (0, timedelta()))
    return (most, per) if letter.occurrence == FIRST and per > MOMENT else None


@post(DIGEST, sent=reached, lost=missed, title="a message to an owner about their courses", pace=pace)
async def make(background: Background, letter: Letter) -> Card | None:
    """Make the card of a message to an owner; None where there is nothing left to ask, or they want quiet."""
    digest = await background.unit.digests.get(int(letter.subject))
    person = await background.unit.people.get(digest.person) if digest else None
    if digest is None or person is None:
        return None
    shown = await digest_view(background, digest, person)
    if letter.ref is None and not await _is_wanted(background, letter, shown):
        return None
    return await _card(background, digest, shown)


async def _is_wanted(background: Background, letter: Letter, shown: DigestView) -> bool:
    """Tell whether a message is to be sent now; raise NotYet where it is to be sent at another hour."""
    person, carer, now = shown.view.person, shown.view.carer, background.now
    if carer.is_quiet(now) or Account.parse(letter.recipient.address) not in person.accounts:
        return False
    if shown.digest.kind is DigestKind.SILENCE:
        if not carer.rounds or not await background.unit.digests.open(person.id):
            return False
    elif not shown.waiting:
        return False
    rhythm = slots.rhythm_of(person, carer, background.config)
    if not slots.is_open(now, rhythm):
        raise NotYet(slots.next_chance(now, rhythm))
    return True


async def _card(background: Background, digest: Digest, shown: DigestView) -> Card:
    if digest.kind is DigestKind.DIGEST:
        return cards.digest_card(shown, background.config.community.name)
    opened = await background.unit.digests.open(digest.person)
    return cards.silence_card(shown, await background.unit.courses.several([asked.course for asked in opened]))
