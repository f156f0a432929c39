"""Handing a course over: it is offered to somebody in private, and stays where it is until they accept."""

from dataclasses import dataclass

from bot.care import Handover, Outcome
from bot.commands import Answer, Background, Context, action, command, form, option, post
from bot.config import Config
from bot.courses.attention import HANDOVER, ask_again, attend, show_offer
from bot.courses.naming import NAME_LENGTH, CourseArgs, course_of, course_option, own, pick
from bot.courses.persons import person_named, suggest_people
from bot.courses.rights import may_accept
from bot.errors import NotFound, NotYet
from bot.features.ownership import ladder, slots
from bot.features.ownership.adoption import ADOPTED
from bot.features.ownership.giving import not_yours, offered_already
from bot.features.ownership.moving import changed_hands, named, show, told, yours
from bot.features.ownership.proposing import tell_owner
from bot.features.ownership.putting_up import put_up
from bot.letters import letters_to
from bot.model import Account, Course, Letter, Person
from bot.offers import ACCEPTED, DECLINED, UNREACHED, check_taker, read_told
from bot.requests import Noted, Reply, Submit
from bot.ui import Button, Buttons, Card, Field, Form, Mention, note, paragraph, token

ANSWER = "handover.answer"
"""The kind of letter that tells what became of an offer; its occurrence begins with the answer."""
KEPT = "kept"
"""An owner kept what a steward offered; beside the answers of `bot.offers`."""


@dataclass(frozen=True)
class HandoverArgs:
    """Arguments of `/course handover`."""

    course: str | None = course_option(own)
    to: str | None = option("who should look after it: a name or a mention", default=None, suggest=suggest_people)


def blank(config: Config) -> Form:
    """Give the form that asks to whom a course goes."""
    who = Field(
        "to",
        "Who should look after it?",
        required=False,
        hint="A name, or P and a number. Empty: I look for somebody.",
        placeholder="Ana",
        max_length=NAME_LENGTH,
    )
    return Form(HANDOVER, "Hand over a course", (who,), submit="Offer")


@command(
    "course handover",
    "Offer a course that you look after to somebody else; it stays yours until they accept",
    args=HandoverArgs,
    opens_form=True,
    changes=True,
)
async def hand_over(ctx: Context, args: HandoverArgs) -> Card | Form:
    """Offer a course to whom is named, or ask who."""
    found = await pick(ctx, args.course, HANDOVER, own)
    if isinstance(found, Card):
        return found
    return await ask(ctx, found) if args.to is None else await offer_to(ctx, found, args.to)


@action(HANDOVER, args=CourseArgs, opens_form=True)
async def hand_over_tapped(ctx: Context, args: CourseArgs) -> Card | Form:
    """Ask to whom the course of a button goes."""
    return await ask(ctx, await course_of(ctx, args))


async def ask(ctx: Context, course: Course) -> Card | Form:
    """Ask to whom a course goes, where it may go to somebody."""
    stopped = not_yours(ctx, course) or await offered_already(ctx, course)
    return stopped or blank(ctx.config).filled({}, state=str(course.id))


@form(HANDOVER, blank=blank)
async def asked(ctx: Context, submit: Submit) -> Card:
    """Offer the course of the form to whom is named in it; to all where nobody is."""
    if not submit.state.isascii() or not submit.state.isdigit():
        raise NotFound("I don't know any more which course this was for. /course handover asks anew.")
    course = await course_of(ctx, CourseArgs(int(submit.state[:9])))
    to = submit.values.get("to", "").strip()
    return await offer_to(ctx, course, to) if to else await put_up(ctx, course)


async def offer_to(ctx: Context, course: Course, to: str) -> Card:
    """Offer a course to the person who is named."""
    stopped = not_yours(ctx, course) or await offered_already(ctx, course)
    if stopped:
        return stopped
    taker = await person_named(ctx, to, "to", ". They are known to me once they typed /offcourse")
    check_taker(taker, course.owner, "looks after it")
    await _offer(ctx, course, taker)
    return offered_card(course, taker, ctx.person)


async def _offer(ctx: Context, course: Course, taker: Person) -> None:
    unit, now = ctx.unit, ctx.now
    if course.owner and course.owner.id == ctx.person.id:
        await attend(unit, course.id, ctx.person.id, now, Outcome.OFFERED)
    await unit.handovers.end(course.id)  # one that the bot had made
    await unit.handovers.offer(course.id, ctx.person.id, taker.id, now)
    await show_offer(unit, course.id, now)
    await unit.outbox.queue(letters_to([taker], HANDOVER, str(course.id), now.isoformat()), now)
    await tell_owner(unit, course, ctx.person.id, now)


def offered_card(course: Course, taker: Person, giver: Person) -> Card:
    """Confirm an offer, with the way back."""
    card = told(
        f"I ask {taker.name} in private to look after {{}}.",
        course,
        Button("Take it back", token("course.take_back", course.id)),
    )
    stays = f"Until they accept it stays with {course.owner.name}." if course.owner else ""
    if course.owner and course.owner.id != giver.id:
        stays += " They hear of it now, and may keep it."
    return Card(card.summary, (*card.blocks, note(stays, " I tell you what they say.")))


@action("course.take_back", args=CourseArgs, changes=True)
async def take_back(ctx: Context, args: CourseArgs) -> Answer:
    """Take an offer back that wasn't answered yet."""
    course = await course_of(ctx, args)
    stopped = not_yours(ctx, course)
    if stopped:
        return Reply(stopped)
    offer = await ctx.unit.handovers.of(course.id)
    if offer is None or offer.giver is None:
        return Reply(told("{} isn't offered to anybody.", course))
    await ctx.unit.handovers.end(course.id)
    await ask_again(ctx.unit, course.id, offer.offered_at, ctx.now)
    await ctx.unit.digests.answer(ctx.person.id, ctx.now)
    if offer.giver.id != ctx.person.id:
        await _tell(ctx, offer.giver, offer, KEPT)
    if not ctx.request.on_private:
        return Noted()
    return Reply(
        told(f"Taken back: I don't ask {offer.taker.name} to look after {{}} any more.", course), replaces=True
    )


@dataclass(frozen=True)
class OfferArgs:
    """The offer that a button accepts."""

    course: int = option("the course's number")
    co_owner: int = option("1 where they were asked as its co-owner", default=0)


@action("course.accept", args=OfferArgs, changes=True)
async def accept(ctx: Context, args: OfferArgs) -> Card:
    """Take over the course of an offer, if it is still open."""
    course = await course_of(ctx, CourseArgs(args.course))
    offer = await _offer_to_me(ctx, course)
    if offer is None:
        return _too_late(ctx, course, as_co_owner=args.co_owner > 0)
    if not may_accept(offer, course):
        await ladder.ask_another(ctx.unit, course.id, ctx.now)
        return _too_late(ctx, course, as_co_owner=True)
    taken = await ctx.unit.handovers.accept(course.id, ctx.person.id, ctx.now)
    if taken is None:
        return _too_late(ctx, await course_of(ctx, CourseArgs(args.course)))
    await changed_hands(ctx.unit, course.id, ctx.person.id, ctx.now, ctx.config)
    owner = course.owner if course.owner and course.owner.id != ctx.person.id else None
    await ctx.unit.outbox.queue(letters_to([owner], ADOPTED, str(course.id), ctx.now.isoformat()), ctx.now)
    if offer.giver and offer.giver.id not in {ctx.person.id, owner.id if owner else None}:  # a steward
        await _tell(ctx, offer.giver, offer, ACCEPTED)
    return yours(taken, "Thank you!")


@action("course.decline", args=CourseArgs, changes=True)
async def decline(ctx: Context, args: CourseArgs) -> Card:
    """Say no to an offer; the course stays where it is."""
    course = await course_of(ctx, args)
    offer = await _offer_to_me(ctx, course)
    if offer is None:
        return _too_late(ctx, course)
    await ctx.unit.handovers.end(course.id)
    await ask_again(ctx.unit, course.id, offer.offered_at, ctx.now)
    if offer.giver is None:
        await ladder.to_stewards(ctx.unit, course.id, ctx.now)
    else:
        await _tell(ctx, offer.giver, offer, DECLINED)
    return told("All right, {} stays where it is. Thank you for saying so.", course)


async def _offer_to_me(ctx: Context, course: Course) -> Handover | None:
    offer = await ctx.unit.handovers.of(course.id)
    return offer if offer and offer.taker.id == ctx.person.id and not course.archived_at else None


def _too_late(ctx: Context, course: Course, *, as_co_owner: bool = False) -> Card:
    """Say kindly why an offer can't be answered any more."""
    is_co_owner = any(person.id == ctx.person.id for person in course.co_owners)
    if course.owner and course.owner.id == ctx.person.id:
        return told("You look after {} already.", course)
    if course.archived_at:
        return told("{} was put away meanwhile, so nobody needs to look after it.", course)
    if as_co_owner and not is_co_owner:
        return told(
            "You are no co-owner of {} any more, so it isn't offered to you. Thank you for being willing!", course
        )
    return told("{} isn't offered to you any more: it was taken back, or somebody else looks after it now.", course)


async def _tell(ctx: Context, giver: Person, offer: Handover, answer: str) -> None:
    await ctx.unit.outbox.queue(letters_to([giver], ANSWER, str(offer.course), offer.told(answer)), ctx.now)


async def nobody_got_it(background: Background, letter: Letter) -> None:
    """End an offer that reached none of a person's accounts, and look further."""
    unit, now = background.unit, background.now
    offer = await unit.handovers.of(int(letter.subject))
    if offer is None or offer.occurrence != letter.occurrence:
        return
    await unit.handovers.end(offer.course)
    await ask_again(unit, offer.course, offer.offered_at, now)
    if offer.giver is None:
        await ladder.to_stewards(unit, offer.course, now)
        return
    await unit.outbox.queue(letters_to([offer.giver], ANSWER, str(offer.course), offer.told(UNREACHED)), now)


@post(HANDOVER, lost=nobody_got_it, why="somebody hopes that you look after a course")
async def offered(background: Background, letter: Letter) -> Card | None:
    """Make the private letter that offers a course, or tell there that the offer is over."""
    course = await background.unit.courses.get(int(letter.subject))
    offer = await background.unit.handovers.of(int(letter.subject))
    if course is None:
        return None
    if offer is not None and offer.occurrence == letter.occurrence and may_accept(offer, course):
        if offer.giver is None and letter.ref is None:
            await _wait_for(background, offer.taker)
        return offer_card(course, offer)
    if letter.ref is None:
        return None  # it was over before it was sent
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    mine = person is not None and course.owner is not None and course.owner.id == person.id
    return told("You look after {} now." if mine else "{} isn't offered to you any more.", course)


async def _wait_for(background: Background, taker: Person) -> None:
    """Raise NotYet where a question of the bot itself would come outside of a person's hours, or in their pause."""
    now = background.now
    carer = await background.unit.carers.of(taker.id)
    rhythm = slots.rhythm_of(taker, carer, background.config)
    since = max(now, carer.quiet_until or now)
    if since > now or not slots.is_open(now, rhythm):
        raise NotYet(slots.next_chance(since, rhythm))


def offer_card(course: Course, offer: Handover) -> Card:
    """Ask somebody to look after a course."""
    who = Mention(offer.giver.name, offer.giver.accounts) if offer.giver else None
    asks = f"{offer.giver.name} asks" if offer.giver else "May I ask"
    lead = (who, " asks whether you would look after ") if who else ("May I ask whether you would look after ",)
    taps = (
        Button("Accept", token("course.accept", course.id, 0 if offer.giver else 1), "primary"),
        Button("No thanks", token("course.decline", course.id)),
        show(course),
    )
    owner = course.owner.name if course.owner else "nobody"
    stays = f"It is with {owner} now, and stays there until you accept." if course.owner else "Nobody does at present."
    why = "You get this because they named you." if offer.giver else "You get this because you are its co-owner."
    return Card(
        f"{asks} whether you would look after “{course.goal}” ({course.short_id})?",
        (
            paragraph(*lead, *named(course), "?"),
            paragraph(stays, " To look after it means: see now and then whether it is still good, and mend it."),
            Buttons(taps),
            note(why, " Both answers are fine."),
        ),
    )


@post(ANSWER, why="you offered a course to somebody")
async def answered(background: Background, letter: Letter) -> Card | None:
    """Make the private letter that tells what became of an offer."""
    answer, number = read_told(letter.occurrence)
    course = await background.unit.courses.get(int(letter.subject))
    taker = await background.unit.people.get(number)
    if course is None or taker is None:
        return None
    if answer == ACCEPTED:
        return told(f"{taker.name} looks after {{}} now. Thank you for finding somebody!", course)
    if answer == KEPT:
        return told(f"{{}} stays where it is: {taker.name} isn't asked any more.", course)
    again = Button("Offer it to somebody else", token(HANDOVER, course.id))
    said = "can't look after" if answer == DECLINED else "takes no messages of mine, so I couldn't offer them"
    return told(f"{taker.name} {said} {{}}. It stays where it is.", course, again)
