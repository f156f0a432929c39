"""Co-owners: who looks after a course beside its owner. They are asked first when the owner can't any more."""

from dataclasses import dataclass

from bot.commands import Background, Context, action, command, option, post
from bot.courses import phrases
from bot.courses.naming import CourseArgs, course_of, course_option, own, pick
from bot.courses.persons import person_named, suggest_people
from bot.courses.rights import may_give
from bot.features.ownership import ladder
from bot.features.ownership.moving import named, show, told
from bot.letters import letters_to
from bot.model import Account, Course, Letter, Person
from bot.offers import check_helper
from bot.ui import Button, Buttons, Card, Code, Items, Mention, note, paragraph, text, token

NAMED = "course.co_owner"
"""The kind of letter that tells somebody that they are a co-owner; its subject is the course's number."""
MOST = 5
"""Co-owners of a course: more would each wait for the others."""


@dataclass(frozen=True)
class CoOwnersArgs:
    """Arguments of `/course co-owners`."""

    course: str | None = course_option(own)
    add: str | None = option("who helps from now on: a name or a mention", default=None, suggest=suggest_people)
    remove: str | None = option("who doesn't any more: a name or a mention", default=None, suggest=suggest_people)


@command(
    "course co-owners",
    "See and say who looks after a course beside its owner",
    args=CoOwnersArgs,
    changes=True,
)
async def co_owners(ctx: Context, args: CoOwnersArgs) -> Card:
    """Add or remove who is named, and show who there is."""
    found = await pick(ctx, args.course, "course.co_owners", own)
    if isinstance(found, Card):
        return found
    if args.add is None and args.remove is None:
        return list_card(ctx, found)
    if not may_give(found, ctx.person, is_steward=ctx.is_steward):
        return _not_yours(found)
    if args.remove is not None:
        person = await person_named(ctx, args.remove, "remove", "")
        return await _removed(ctx, found, person)
    return await _added(
        ctx, found, await person_named(ctx, args.add or "", "add", ". They have to type /offcourse once")
    )


@action("course.co_owners", args=CourseArgs)
async def co_owners_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Show who looks after the course of a button."""
    return list_card(ctx, await course_of(ctx, args))


def _not_yours(course: Course) -> Card:
    whose = f"Its owner ({course.owner.name}) says" if course.owner else "A steward says"
    return told(f"{whose} who looks after {{}}.", course)


async def _added(ctx: Context, course: Course, person: Person) -> Card:
    if course.archived_at:
        return told("{} is archived, so nobody needs to look after it.", course)
    check_helper(person, course.owner, course.co_owners, MOST, course.short_id)
    if await ctx.unit.courses.add_co_owner(course.id, person.id, ctx.person.id, ctx.now):
        await _look_shows(ctx, course)
        letters = letters_to([person], NAMED, str(course.id), ctx.now.isoformat())
        await ctx.unit.outbox.queue([] if person.id == ctx.person.id else letters, ctx.now)
    return list_card(ctx, await course_of(ctx, CourseArgs(course.id)))


async def _removed(ctx: Context, course: Course, person: Person) -> Card:
    if await ctx.unit.courses.remove_co_owner(course.id, person.id, ctx.person.id, ctx.now):
        offer = await ctx.unit.handovers.of(course.id)
        if offer is not None and offer.giver is None and offer.taker.id == person.id:
            await ladder.ask_another(ctx.unit, course.id, ctx.now)
        await _look_shows(ctx, course)
    return list_card(ctx, await course_of(ctx, CourseArgs(course.id)))


async def _look_shows(ctx: Context, course: Course) -> None:
    await ctx.unit.outbox.refresh(phrases.CARD, str(course.id), ctx.now)
    await ctx.unit.outbox.refresh(NAMED, str(course.id), ctx.now)


@dataclass(frozen=True)
class RemoveArgs:
    """The course and the person that a button speaks of."""

    course: int = option("the course's number")
    person: int = option("the person's number")


@action("course.co_remove", args=RemoveArgs, changes=True)
async def remove_tapped(ctx: Context, args: RemoveArgs) -> Card:
    """Remove the co-owner of a button: their own doing, or that of who may say it."""
    course = await course_of(ctx, CourseArgs(args.course))
    oneself = args.person == ctx.person.id
    if not oneself and not may_give(course, ctx.person, is_steward=ctx.is_steward):
        return _not_yours(course)
    person = await ctx.unit.people.get(args.person)
    if person is None or all(one.id != args.person for one in course.co_owners):
        return told("That is so already: they are no co-owner of {}.", course)
    left = await _removed(ctx, course, person)
    return told("All right: you don't look after {} any more. Thank you!", course) if oneself else left


def list_card(ctx: Context, course: Course) -> Card:
    """Show who looks after a course, to those who may say so with buttons."""
    said = f"Who looks after {course.goal} ({course.short_id})"
    lines = [text(Mention(one.name, one.accounts), ", owner") for one in (course.owner,) if one]
    lines += [text(Mention(one.name, one.accounts), ", co-owner") for one in course.co_owners]
    people = Items(tuple(lines)) if lines else paragraph("Nobody yet.")
    mine = may_give(course, ctx.person, is_steward=ctx.is_steward)
    taps = [
        Button(f"Remove {one.name}", token("course.co_remove", course.id, one.id))
        for one in course.co_owners
        if mine or one.id == ctx.person.id
    ]
    add = note("Add somebody: ", Code(f"/course co-owners {course.short_id} add:NAME"), ".") if mine else None
    blocks = (paragraph("Who looks after ", *named(course)), people, *((add,) if add else ()))
    return Card(said, (*blocks, Buttons((*taps, show(course)))))


@post(NAMED, why="you were named as a co-owner")
async def tell_co_owner(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to a new co-owner, or tell there that they are none any more."""
    course = await background.unit.courses.get(int(letter.subject))
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    if course is None or person is None:
        return None
    if all(one.id != person.id for one in course.co_owners):
        owns = course.owner is not None and course.owner.id == person.id
        said = "You own {} now." if owns else "You are no co-owner of {} any more."
        return told(said, course) if letter.ref else None
    no = Button("No thanks", token("course.co_remove", course.id, person.id))
    edit = Button("Edit", token("course.edit", course.id))
    card = told("You are a co-owner of {}: you may change it, as its owner may.", course, edit, no)
    owner = f"{course.owner.name} named you. " if course.owner else ""
    return Card(card.summary, (*card.blocks, note(owner, "If its owner is away for long, I ask you first.")))
