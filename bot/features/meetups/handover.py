"""Handing a meetup over: it is offered to somebody in private, and its host stays until they accept."""

from dataclasses import dataclass

from bot.commands import Background, Context, action, command, form, option, post
from bot.config import Config
from bot.courses.naming import NAME_LENGTH
from bot.courses.persons import person_named, suggest_people
from bot.errors import NotFound
from bot.features.meetups import pieces
from bot.features.meetups.hosts import NAMED, not_yours
from bot.features.meetups.naming import MeetupArgs, hosted, meetup_of, meetup_option, pick
from bot.letters import letters_to
from bot.meetups.meetup import CARD, Meetup
from bot.model import Account, Letter
from bot.offers import ACCEPTED, DECLINED, UNREACHED, Offer, check_taker, read_told
from bot.requests import Reply, Submit
from bot.ui import Button, Buttons, Card, Field, Form, note, paragraph, text, token

HANDOVER = "meetup.handover"
"""The kind of letter that offers a meetup to somebody, and the form that asks to whom; the subject is its number."""
ANSWER = "meetup.handover_answer"
"""The kind of letter that tells what became of an offer."""


@dataclass(frozen=True)
class HandoverArgs:
    """Arguments of `/meetup handover`."""

    meetup: str | None = meetup_option(hosted)
    to: str | None = option("who should host it: a name or a mention", default=None, suggest=suggest_people)


def blank(config: Config) -> Form:
    """Give the form that asks to whom a meetup goes."""
    who = Field(
        "to", "Who should host it?", hint="A name, or P and a number", placeholder="Ana", max_length=NAME_LENGTH
    )
    return Form(HANDOVER, "Hand over a meetup", (who,), submit="Offer")


@command(
    "meetup handover",
    "Offer a meetup that you host to somebody else; you host it until they accept",
    args=HandoverArgs,
    opens_form=True,
    changes=True,
)
async def hand_over(ctx: Context, args: HandoverArgs) -> Card | Form:
    """Offer a meetup to whom is named, or ask who."""
    found = await pick(ctx, args.meetup, HANDOVER, hosted)
    if isinstance(found, Card):
        return found
    return await ask(ctx, found) if args.to is None else await offer_to(ctx, found, args.to)


@action(HANDOVER, args=MeetupArgs, opens_form=True)
async def hand_over_tapped(ctx: Context, args: MeetupArgs) -> Card | Form:
    """Ask to whom the meetup of a button goes."""
    return await ask(ctx, await meetup_of(ctx, args.meetup))


async def ask(ctx: Context, meetup: Meetup) -> Card | Form:
    """Ask to whom a meetup goes, where it may go to somebody."""
    stopped = not_yours(ctx, meetup) or await _offered_already(ctx, meetup)
    return stopped or blank(ctx.config).filled({}, state=str(meetup.id))


@form(HANDOVER, blank=blank)
async def asked(ctx: Context, submit: Submit) -> Card:
    """Offer the meetup of the form to whom is named in it."""
    if not submit.state.isascii() or not submit.state.isdigit():
        raise NotFound("I don't know any more which meetup this was for. /meetup handover asks anew.")
    return await offer_to(ctx, await meetup_of(ctx, int(submit.state[:9])), submit.values.get("to", ""))


async def _offered_already(ctx: Context, meetup: Meetup) -> Card | None:
    offer = await ctx.unit.hostings.of(meetup.id)
    if offer is None:
        return None
    said = f"is offered to {offer.taker.name}, who hasn't answered yet."
    return _told(meetup, "", f" {said}", Button("Take it back", token("meetup.take_back", meetup.id)))


async def offer_to(ctx: Context, meetup: Meetup, to: str) -> Card:
    """Offer a meetup to the person who is named."""
    stopped = not_yours(ctx, meetup) or await _offered_already(ctx, meetup)
    if stopped:
        return stopped
    taker = await person_named(ctx, to, "to", ". They are known to me once they typed /offcourse")
    check_taker(taker, meetup.host, "hosts it")
    unit, now = ctx.unit, ctx.now
    await unit.hostings.offer(meetup.id, ctx.person.id, taker.id, now)
    await unit.outbox.refresh(HANDOVER, str(meetup.id), now)
    await unit.outbox.queue(letters_to([taker], HANDOVER, str(meetup.id), now.isoformat()), now)
    back = Button("Take it back", token("meetup.take_back", meetup.id))
    card = _told(meetup, f"I ask {taker.name} in private to host ", ".", back)
    return Card(
        card.summary, (*card.blocks, note(f"Until they accept {meetup.host.name} hosts it. I tell you what they say."))
    )


@action("meetup.take_back", args=MeetupArgs, changes=True)
async def take_back(ctx: Context, args: MeetupArgs) -> Reply:
    """Take an offer back that wasn't answered yet."""
    meetup = await meetup_of(ctx, args.meetup)
    stopped = not_yours(ctx, meetup)
    if stopped:
        return Reply(stopped)
    offer = await ctx.unit.hostings.end(meetup.id)
    if offer is None:
        return Reply(_told(meetup, "", " isn't offered to anybody."))
    await ctx.unit.outbox.refresh(HANDOVER, str(meetup.id), ctx.now)
    return Reply(_told(meetup, f"Taken back: I don't ask {offer.taker.name} to host ", " any more."), replaces=True)


@action("meetup.accept", args=MeetupArgs, changes=True)
async def accept(ctx: Context, args: MeetupArgs) -> Card:
    """Host the meetup of an offer, if it is still open."""
    meetup = await meetup_of(ctx, args.meetup)
    offer = await ctx.unit.hostings.of(meetup.id)
    taken = await ctx.unit.hostings.accept(meetup.id, ctx.person.id)
    if taken is None or offer is None:
        return _too_late(ctx, meetup)
    for kind in (CARD, HANDOVER, NAMED):
        await ctx.unit.outbox.refresh(kind, str(meetup.id), ctx.now)
    await _tell(ctx, meetup, offer, ACCEPTED)
    return _told(taken, "Thank you! You host ", " now.", Button("Edit", token("meetup.edit", meetup.id), "primary"))


@action("meetup.decline", args=MeetupArgs, changes=True)
async def decline(ctx: Context, args: MeetupArgs) -> Card:
    """Say no to an offer; all stays as it is."""
    meetup = await meetup_of(ctx, args.meetup)
    offer = await ctx.unit.hostings.of(meetup.id)
    if offer is None or offer.taker.id != ctx.person.id:
        return _too_late(ctx, meetup)
    await ctx.unit.hostings.end(meetup.id)
    await ctx.unit.outbox.refresh(HANDOVER, str(meetup.id), ctx.now)
    await _tell(ctx, meetup, offer, DECLINED)
    return _told(meetup, "All right, ", " stays where it is. Thank you for saying so.")


def _too_late(ctx: Context, meetup: Meetup) -> Card:
    """Say kindly why an offer can't be answered any more."""
    if meetup.host.id == ctx.person.id:
        return _told(meetup, "You host ", " already.")
    if meetup.cancelled_at:
        return _told(meetup, "", " was cancelled meanwhile, so nobody needs to host it.")
    return _told(meetup, "", " isn't offered to you any more: it was taken back, or somebody else hosts it now.")


async def _tell(ctx: Context, meetup: Meetup, offer: Offer, answer: str) -> None:
    """Tell the one who made an offer, and the host of before, what became of it."""
    people = [offer.giver, meetup.host] if answer == ACCEPTED else [offer.giver]
    told = [person for person in people if person and person.id != ctx.person.id]
    await ctx.unit.outbox.queue(letters_to(told, ANSWER, str(meetup.id), offer.told(answer)), ctx.now)


async def nobody_got_it(background: Background, letter: Letter) -> None:
    """End an offer that reached none of a person's accounts, and tell who made it."""
    unit, now = background.unit, background.now
    offer = await unit.hostings.of(int(letter.subject))
    if offer is None or offer.occurrence != letter.occurrence:
        return
    await unit.hostings.end(offer.about)
    await unit.outbox.queue(letters_to([offer.giver], ANSWER, str(offer.about), offer.told(UNREACHED)), now)


@post(HANDOVER, lost=nobody_got_it, why="somebody hopes that you host a meetup")
async def offered(background: Background, letter: Letter) -> Card | None:
    """Make the private letter that offers a meetup, or tell there that the offer is over."""
    meetup = await background.unit.meetups.get(int(letter.subject))
    offer = await background.unit.hostings.of(int(letter.subject))
    if meetup is None:
        return None
    if offer is not None and offer.occurrence == letter.occurrence:
        return offer_card(meetup, offer)
    if letter.ref is None:
        return None  # it was over before it was sent
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    mine = person is not None and meetup.host.id == person.id
    return _told(meetup, "You host ", " now.") if mine else _told(meetup, "", " isn't offered to you any more.")


def offer_card(meetup: Meetup, offer: Offer) -> Card:
    """Ask somebody to host a meetup."""
    who = offer.giver or meetup.host
    return Card(
        f"{who.name} asks whether you would host {meetup.title} ({meetup.short_id})?",
        (
            paragraph(pieces.person(who), " asks whether you would host ", *pieces.named(meetup), "?"),
            paragraph(*pieces.when(meetup)),
            paragraph(f"{meetup.host.name} hosts it until you accept."),
            Buttons(
                (
                    Button("Accept", token("meetup.accept", meetup.id), "primary"),
                    Button("No thanks", token("meetup.decline", meetup.id)),
                    pieces.show(meetup),
                )
            ),
            note("You get this because they named you. Both answers are fine."),
        ),
    )


@post(ANSWER, why="you offered a meetup to somebody")
async def answered(background: Background, letter: Letter) -> Card | None:
    """Make the private letter that tells what became of an offer."""
    answer, number = read_told(letter.occurrence)
    meetup = await background.unit.meetups.get(int(letter.subject))
    taker = await background.unit.people.get(number)
    if meetup is None or taker is None:
        return None
    if answer == ACCEPTED:
        return _told(meetup, f"{taker.name} hosts ", " now. Thank you for finding somebody!")
    said = "can't host " if answer == DECLINED else "takes no messages of mine, so I couldn't offer them "
    again = Button("Offer it to somebody else", token(HANDOVER, meetup.id))
    return _told(meetup, f"{taker.name} {said}", ". It stays where it is.", again)


def _told(meetup: Meetup, before: str, after: str, *buttons: Button) -> Card:
    """Say something of a meetup, with a way to look at it."""
    words = text(before, *pieces.named(meetup), after)
    plain = f"{before}{meetup.title} ({meetup.short_id}){after}"
    return Card(plain, (paragraph(*words), Buttons((*buttons, pieces.show(meetup)))))
