"""The message to an owner: its card is made from the state of the moment it is sent, or brought up to date."""

from dataclasses import replace

from bot.commands import Background, post
from bot.courses.attention import DIGEST
from bot.errors import NotYet
from bot.features.ownership import cards, slots
from bot.features.ownership.rounds import withdraw
from bot.features.ownership.views import DigestView, digest_view
from bot.model import Account, Letter
from bot.nudges import Digest, DigestKind
from bot.ui import Card


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


@post(DIGEST, sent=reached, lost=missed, title="a message to an owner about their courses", why=None, many=True)
async def make(background: Background, letter: Letter) -> Card | None:
    """Make the card of a message to an owner; None where there is nothing left to ask, or they want quiet."""
    digest = await background.unit.digests.get(int(letter.subject))
    person = await background.unit.people.get(digest.person) if digest else None
    if digest is None or person is None:
        return None
    shown = replace(await digest_view(background, digest, person), opens=letter.opens)
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
