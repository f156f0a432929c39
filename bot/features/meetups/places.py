"""Places that become free, also by leaving: who waits is told in private, and time brings the offer to the next."""

from collections.abc import Iterable
from datetime import datetime

from bot.commands import Background, Round, due, listen, post
from bot.features.meetups import pieces
from bot.letters import letters_to
from bot.meetups.acts import Pass, TakeBack
from bot.meetups.meetup import CARD, Meetup, MeetupQuery
from bot.meetups.rsvp import Rsvp
from bot.meetups.sheet import News, Standing, Told
from bot.model import Account, Letter
from bot.ports import Unit
from bot.requests import Event, EventKind
from bot.ui import Button, Buttons, Card, Text, Time, paragraph, plain, text, token

PLACE = "meetup.place"
"""The kind of letter that tells somebody about their place; its subject is the meetup's number."""
AT_ONCE = 50
"""Meetups whose lists are looked at in one tick."""
MOST = 100
"""Meetups to come that somebody who left is taken off: the next ones."""


async def tell(unit: Unit, meetup: Meetup, told: Iterable[Told], now: datetime) -> None:
    """Write to those who are to hear of their place; their letters tell what holds when they are sent."""
    for one in told:
        person = await unit.people.get(one.person)
        occurrence = f"{one.news.value} {now.isoformat()}"
        await unit.outbox.queue(letters_to([person], PLACE, str(meetup.id), occurrence), now)


@listen(EventKind.LEFT)
async def give_back(background: Background, event: Event) -> None:
    """Take the answers of somebody back whose last account is gone, and hand their places on."""
    unit, now = background.unit, background.now
    person = await unit.people.of(event.account)
    if person is None or any(account != event.account for account in person.accounts):
        return
    theirs = (await unit.meetups.upcoming(MeetupQuery(person=person.id), now, 0, MOST)).meetups
    said = await unit.rsvps.several([meetup.id for meetup in theirs], person.id)
    for meetup in theirs:
        if meetup.id in said:
            outcome = await unit.rsvps.play(meetup.id, TakeBack(person.id, now), now)
            await tell(unit, meetup, outcome.told if outcome else (), now)
            await unit.outbox.refresh(CARD, str(meetup.id), now)


@due("places of meetups")
async def pass_on(round_: Round) -> None:
    """Offer places to the next in line where an offer ended, or the last call came."""
    async with round_.read() as unit:
        turning = await unit.rsvps.turning(round_.now, AT_ONCE)
    for number in turning:
        async with round_.write() as unit:
            await _pass(unit, number, round_.now)


async def _pass(unit: Unit, number: int, now: datetime) -> None:
    outcome = await unit.rsvps.play(number, Pass(), now)
    meetup = await unit.meetups.get(number)
    if outcome is not None and meetup is not None and outcome.told:
        await tell(unit, meetup, outcome.told, now)
        await unit.outbox.refresh(CARD, str(number), now)


@post(PLACE, title="word of a place at a meetup", why="you said that you go to a meetup")
async def about_place(background: Background, letter: Letter) -> Card | None:
    """Tell somebody how they stand in the list of a meetup; nothing where that is no news any more."""
    meetup = await background.unit.meetups.get(int(letter.subject))
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    mine = await background.unit.rsvps.of(meetup.id, person.id) if meetup and person else None
    if meetup is None or mine is None or meetup.cancelled_at or meetup.is_over(background.now):
        return None
    card = place_card(meetup, mine, News(letter.occurrence.rpartition(" ")[0]))
    return card and pieces.with_why(card, letter, "you said that you go")


def place_card(meetup: Meetup, mine: Rsvp, news: News) -> Card | None:
    """Tell of a place as it stands by now; None where the news was overtaken."""
    match mine.claim.standing:
        case Standing.OFFERED if mine.claim.offered_until:
            words = text("A place is free at ", *pieces.named(meetup), ". I hold it for you until ",
                         Time(mine.claim.offered_until), ".")  # fmt: skip
            return _asking(meetup, words, "Take it")
        case Standing.OPEN:
            words = text("A place is free at ", *pieces.named(meetup), ", for whoever taps first.")
            return _asking(meetup, words, "Take it")
        case Standing.PLACE if news in {News.PROMOTED, News.MOVED_IN}:
            words = text("You have a place at ", *pieces.named(meetup), " now.")
            return _asking(meetup, words, "")
        case Standing.WAITS | Standing.PASSED if news in {News.PASSED, News.GONE, News.MOVED_OUT}:
            return _asking(meetup, text(*_LOST[news], *pieces.named(meetup), f". You are number {mine.position} "
                                        "on the waitlist."), "")  # fmt: skip
        case _:
            return None


_LOST = {
    News.PASSED: text("The time is over in which I held a place for you at "),
    News.GONE: text("The place is gone that was free at "),
    News.MOVED_OUT: text("The host gave your place to somebody else at "),
}


def _asking(meetup: Meetup, words: Text, take: str) -> Card:
    """Say something of a place, with buttons to take it or to leave the list."""
    yes = [Button(take, token("meetup.rsvp", meetup.id, "going"), "primary")] if take else []
    no = Button("I can't come", token("meetup.rsvp", meetup.id, "cant"))
    return Card(
        plain(words),
        (
            paragraph(*words),
            paragraph(*pieces.when(meetup)),
            Buttons((*yes, no, pieces.show(meetup))),
        ),
    )
