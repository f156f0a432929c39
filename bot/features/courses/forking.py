"""Forking: one's own copy of somebody's course. Its owner hears of it once, in private."""

from dataclasses import dataclass

from bot.commands import Background, Context, action, command, post
from bot.courses.naming import CourseArgs, course_of, course_option, everybodys, pick
from bot.errors import UserError
from bot.features.courses.viewing import go_to
from bot.model import Course, Letter, Person, Recipient
from bot.ui import Bold, Button, Buttons, Card, Mention, note, paragraph, token

FORKED = "course.forked"
"""The kind of letter that tells an owner of a fork."""


@dataclass(frozen=True)
class ForkArgs:
    """Arguments of `/course fork`."""

    course: str | None = course_option(everybodys)


@command("course fork", "Make your own copy of a course, to change as you like", args=ForkArgs, changes=True)
async def fork(ctx: Context, args: ForkArgs) -> Card:
    """Make a copy for the asker."""
    found = await pick(ctx, args.course, "course.fork")
    return found if isinstance(found, Card) else await make_fork(ctx, found)


@action("course.fork", args=CourseArgs, changes=True)
async def fork_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Make a copy of the course of a button."""
    return await make_fork(ctx, await course_of(ctx, args))


async def make_fork(ctx: Context, course: Course) -> Card:
    """Make a person's copy; their own and what they forked before is shown instead. Tell the owner once."""
    if course.owner and course.owner.id == ctx.person.id:
        said = f"{course.short_id} is yours already: you can change it as it is."
        taps = (Button("Edit", token("course.edit", course.id)), Button("Show", token("course.show", course.id)))
        return Card(said, (paragraph(said), Buttons(taps)))
    mine = await ctx.unit.courses.of_lineage(course.root, ctx.person.id)
    if mine is not None:
        return owned_card(mine)
    if course.archived_at:
        raise UserError(f"{course.short_id} is archived, so it can't be forked. /course search finds others.")
    made, fresh = await ctx.unit.courses.fork(course, ctx.person.id, ctx.now)
    if not fresh:
        return owned_card(made)
    accounts = course.owner.accounts[:1] if course.owner else ()
    letters = [Letter(FORKED, str(made.id), Recipient.account(account)) for account in accounts]
    await ctx.unit.outbox.queue(letters, ctx.now)
    return forked_card(made, course, told=bool(letters))


def forked_card(made: Course, parent: Course, *, told: bool) -> Card:
    """Confirm a fork; `told` where the owner of the original gets a note."""
    said = f"Your own copy of {parent.short_id}:"
    card = _copy_card(said, made, Button("Show", token("course.show", made.id)))
    hears = " The owner of the original hears of it, once." if told else ""
    return Card(card.summary, (*card.blocks, note("It is yours to change.", hears)))


def owned_card(own: Course) -> Card:
    """Say that somebody has a course of this lineage already."""
    return _copy_card("You have a course of this family already:", own, go_to(own))


def _copy_card(said: str, own: Course, lead: Button) -> Card:
    taps = Buttons((Button("Edit", token("course.edit", own.id), "primary"), lead))
    return Card(
        f"{said} {own.goal} ({own.short_id})", (paragraph(f"{said} ", Bold(own.goal), f" ({own.short_id})"), taps)
    )


@post(FORKED, title="word of a fork", why="somebody copied a course that you look after")
async def tell_owner(background: Background, letter: Letter) -> Card | None:
    """Make the private note to an owner that somebody forked their course."""
    made = await background.unit.courses.get(int(letter.subject))
    parent = await background.unit.courses.get(made.parent) if made and made.parent else None
    if made is None or parent is None or made.owner is None or not _is_for(letter, parent.owner):
        return None
    who = Mention(made.owner.name, made.owner.accounts)
    said = f"{made.owner.name} made a copy of your course “{parent.goal}” ({parent.short_id})."
    return Card(
        said,
        (
            paragraph(
                who, " made a copy of your course ", Bold(parent.goal), f" ({parent.short_id}): they found it useful."
            ),
            Buttons((Button("Show the copy", token("course.show", made.id)),)),
            note("Yours stays as it is. You get this once, because you look after the original."),
        ),
    )


def _is_for(letter: Letter, owner: Person | None) -> bool:
    """Tell whether a letter is for somebody who still looks after the course."""
    return owner is not None and any(Recipient.account(account) == letter.recipient for account in owner.accounts)
