"""An owner whose course a steward offers to somebody hears of it at once, and keeps it with one tap."""

from datetime import datetime

from bot.care import Handover
from bot.commands import Background, post
from bot.courses.attention import PROPOSED
from bot.features.ownership.moving import named, show, told
from bot.letters import letters_to
from bot.model import Account, Course, Letter
from bot.ports import Unit
from bot.ui import Button, Buttons, Card, Mention, note, paragraph, token


async def tell_owner(unit: Unit, course: Course, giver: int, now: datetime) -> None:
    """Write to the owner of a course that somebody else offers just now."""
    if course.owner is not None and course.owner.id != giver:
        await unit.outbox.queue(letters_to([course.owner], PROPOSED, str(course.id), now.isoformat()), now)


@post(PROPOSED, why="a steward offers a course of yours to somebody")
async def proposed(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to the owner, or tell there what became of it."""
    course = await background.unit.courses.get(int(letter.subject))
    offer = await background.unit.handovers.of(int(letter.subject))
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    if course is None or person is None:
        return None
    is_theirs = course.owner is not None and course.owner.id == person.id
    if is_theirs and not course.archived_at and offer is not None and offer.occurrence == letter.occurrence:
        return proposed_card(course, offer)
    if letter.ref is None:
        return None  # it was over before it was sent
    if course.archived_at:
        return told("{} was put away, so it is offered to nobody.", course)
    if is_theirs:
        return told("{} stays with you.", course)
    return told(f"{course.owner.name} looks after {{}} now." if course.owner else "{} looks for an owner.", course)


def proposed_card(course: Course, offer: Handover) -> Card:
    """Tell an owner kindly that somebody is asked to take their course over, and how to keep it."""
    who = Mention(offer.giver.name, offer.giver.accounts) if offer.giver else "Somebody"
    name = offer.giver.name if offer.giver else "Somebody"
    return Card(
        f"{name} asks whether {offer.taker.name} would look after “{course.goal}” ({course.short_id})",
        (
            paragraph(who, " asks whether ", offer.taker.name, " would look after ", *named(course), "."),
            paragraph("It is yours until they accept, and I tell you then. You can keep it, too."),
            Buttons((Button("Keep it", token("course.take_back", course.id), "primary"), show(course))),
            note("Both are fine: a course may well change hands."),
        ),
    )
