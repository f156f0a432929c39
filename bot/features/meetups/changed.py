"""Telling those who come what changed: one private letter, old → new, to nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands import Background, post
from bot.features.meetups import pieces
from bot.features.meetups.differences import differences
from bot.letters import letters_to
from bot.meetups.meetup import CARD, Meetup, MeetupChange, MeetupChangeKind, MeetupContent
from bot.meetups.rights import may_change
from bot.meetups.rsvp import Rsvp
from bot.model import Account, Letter, Person
from bot.ports import Unit
from bot.ui import Bold, Buttons, Card, Items, Text, note, paragraph, text

CHANGED = "meetup.changed"
"""The kind of letter that tells of a change; its subject is the meetup's number, its occurrence the revision."""
CALM = timedelta(minutes=2)
"""How long an edit waits to be told: those that follow sooner are told together with it."""
WHY = "you said that you come to a meetup, or may come"


@dataclass(frozen=True, slots=True)
class News:
    """What a letter tells: who changed what, and how it was before and after that.

    Attributes:
        change: the last of the changes that are told together.
    """

    change: MeetupChange
    before: MeetupContent
    after: MeetupContent


async def tell_changed(unit: Unit, meetup: Meetup, by: int, now: datetime) -> None:
    """Have the cards show what was changed just now, and tell those who go, wait or may go; not who did it.

    A host hears as well that somebody else cancelled their meetup.
    """
    await unit.outbox.refresh(CARD, str(meetup.id), now)
    concerned = [rsvp.person for rsvp in await unit.rsvps.concerned(meetup.id)]
    concerned += [meetup.host] if meetup.cancelled_at else []
    people = [person for person in concerned if person.id != by]
    due = now if meetup.cancelled_at else now + CALM
    letters = letters_to(people, CHANGED, str(meetup.id), str(meetup.revision))
    await unit.outbox.queue([_due(letter, due) for letter in letters], now)


def _due(letter: Letter, at: datetime) -> Letter:
    return Letter(letter.kind, letter.subject, letter.recipient, letter.occurrence, due_at=at)


@post(CHANGED, title="word of a change to a meetup", why=WHY)
async def changed(background: Background, letter: Letter) -> Card | None:
    """Tell one who comes what changed; nothing where they don't come any more, or a later letter tells of it."""
    unit = background.unit
    meetup = await unit.meetups.get(int(letter.subject))
    person = await unit.people.of(Account.parse(letter.recipient.address))
    news = await news_of(unit, meetup, int(letter.occurrence)) if meetup else None
    if meetup is None or person is None or news is None:
        return None
    mine = await unit.rsvps.of(meetup.id, person.id)
    comes = mine is not None and pieces.comes(mine)
    if news.change.kind is MeetupChangeKind.CANCELLED:
        why = "you said that you come, or may come" if comes else "you host it"
        return cancelled_card(meetup, news.change.person, why) if comes or person.id == meetup.host.id else None
    lines = differences(news.before, news.after)
    if mine is None or not comes or meetup.cancelled_at or meetup.is_over(background.now) or not lines:
        return None
    shows_link = meetup.link_for_all or mine.has_place or may_change(meetup, person, is_steward=False)
    return changed_card(meetup, news.change.person, lines, mine, shows_link=shows_link)


async def news_of(unit: Unit, meetup: Meetup, number: int) -> News | None:
    """Find what the letter about a revision tells; None where the one about a later revision tells it as well."""
    change = await unit.meetups.change(meetup.id, number)
    later = await unit.meetups.change(meetup.id, number + 1)
    if change is None or (later is not None and _is_told_with(change, later)):
        return None
    first = change
    while (earlier := await unit.meetups.change(meetup.id, first.number - 1)) and _is_told_with(earlier, first):
        first = earlier
    return News(change, first.before, later.before if later else meetup)


def _is_told_with(earlier: MeetupChange, later: MeetupChange) -> bool:
    """Tell whether two edits that follow each other are told at once."""
    both_edit = earlier.kind is later.kind is MeetupChangeKind.EDITED
    return both_edit and later.at - earlier.at < CALM


def changed_card(meetup: Meetup, by: Person | None, lines: list[Text], mine: Rsvp, *, shows_link: bool) -> Card:
    """Tell what changed, how it is now, and how the reader stands to it."""
    who = by.name if by else "Somebody"
    return Card(
        f"{who} changed {meetup.title} ({meetup.short_id})",
        (
            paragraph(*(text(pieces.person(by)) if by else text(who)), " changed ", *pieces.named(meetup), ":"),
            Items(tuple(lines)),
            paragraph(*pieces.when(meetup)),
            *pieces.where(meetup, shows_link=shows_link),
            paragraph(*pieces.standing(mine)),
            Buttons((*pieces.answers(meetup, mine), pieces.show(meetup))),
            note("You get this because you said that you come, or may come."),
        ),
    )


def cancelled_card(meetup: Meetup, by: Person | None, why: str) -> Card:
    """Tell that a meetup doesn't take place."""
    who = text(pieces.person(by)) if by else text("Somebody")
    return Card(
        f"Cancelled: {meetup.title} ({meetup.short_id})",
        (
            paragraph(*who, " cancelled ", *pieces.named(meetup), ". It doesn't take place."),
            paragraph(Bold("It would have been: "), *pieces.when(meetup)),
            Buttons((pieces.show(meetup),)),
            note(f"You get this because {why}."),
        ),
    )
