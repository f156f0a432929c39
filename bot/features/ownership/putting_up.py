"""Putting a course up for adoption: it looks for somebody among all, and its owner keeps it until then.

An owner whose course a steward puts up hears of it at once, and keeps it with one tap.
"""

from bot.care import Outcome
from bot.commands import Background, Context, action, post
from bot.courses.attention import PUT_UP, ask_again, attend, show_offer
from bot.courses.naming import CourseArgs, course_of
from bot.courses.phrases import CARD
from bot.features.ownership.giving import not_yours, offered_already
from bot.features.ownership.moving import named, refresh_posts, show, told
from bot.letters import letters_to
from bot.model import Account, Course, Letter, Person
from bot.ui import Button, Buttons, Card, Mention, note, paragraph, token


async def put_up(ctx: Context, course: Course) -> Card:
    """Look for somebody who takes a course, among all; its owner keeps it until then."""
    stopped = not_yours(ctx, course) or await offered_already(ctx, course)
    if stopped:
        return stopped
    if course.owner and course.owner.id == ctx.person.id:
        await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.OFFERED)
    if await ctx.unit.handovers.put_up(course.id, ctx.now) and course.owner and course.owner.id != ctx.person.id:
        occurrence = f"{ctx.person.id} {ctx.now.isoformat()}"
        await ctx.unit.outbox.queue(letters_to([course.owner], PUT_UP, str(course.id), occurrence), ctx.now)
    await _look_shows(ctx, course)
    card = told("{} is up for adoption.", course, Button("Keep it", token("course.keep", course.id)))
    stays = ""
    if course.owner and course.owner.id == ctx.person.id:
        stays = "It stays yours until somebody takes it, and you hear of it then. "
    elif course.owner:
        stays = f"It stays with {course.owner.name} until somebody takes it. They hear of it now, and may keep it. "
    return Card(card.summary, (*card.blocks, note(stays, "Once a week I post what looks for an owner.")))


@action("course.keep", args=CourseArgs, changes=True)
async def keep(ctx: Context, args: CourseArgs) -> Card:
    """Take a course back that is up for adoption, while nobody has it yet."""
    course = await course_of(ctx, args)
    stopped = not_yours(ctx, course)
    if stopped:
        return stopped
    if not course.owner:
        return told("{} has no owner, so it goes on looking for one.", course)
    await ctx.unit.handovers.put_up(course.id, None)
    if await ctx.unit.escalations.cancel(course.id, ctx.now):
        await show_offer(ctx.unit, course.id, ctx.now)
    if course.offered_at:
        await ask_again(ctx.unit, course.id, course.offered_at, ctx.now)
    await ctx.unit.carers.plan(course.owner.id, ctx.now)  # they are asked about it again
    await _look_shows(ctx, course)
    return told(f"{{}} stays with {course.owner.name}.", course)


async def _look_shows(ctx: Context, course: Course) -> None:
    for kind in (CARD, PUT_UP):
        await ctx.unit.outbox.refresh(kind, str(course.id), ctx.now)
    await refresh_posts(ctx.unit, ctx.now, ctx.config)


@post(PUT_UP, title="a message to an owner whose course was put up for adoption")
async def tell_owner(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to the owner of a course that a steward put up, or tell there what became of it."""
    by, _, since = letter.occurrence.partition(" ")
    course = await background.unit.courses.get(int(letter.subject))
    steward = await background.unit.people.get(int(by))
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    if course is None or steward is None or person is None:
        return None
    is_theirs = course.owner is not None and course.owner.id == person.id
    looks = course.offered_at is not None and course.offered_at.isoformat() == since and not course.archived_at
    if is_theirs and looks:
        return put_up_card(course, steward)
    return settled_card(course, is_theirs=is_theirs) if letter.ref else None


def put_up_card(course: Course, steward: Person) -> Card:
    """Tell an owner kindly that others are asked whether they like to take over, and how to keep the course."""
    said = f"{steward.name} asks all members whether somebody would look after “{course.goal}” ({course.short_id})"
    who = Mention(steward.name, steward.accounts)
    return Card(
        said,
        (
            paragraph(who, " asks all members whether somebody would look after ", *named(course), "."),
            paragraph("It is yours until somebody takes it, and I tell you then. You can keep it, too."),
            Buttons((Button("Keep it", token("course.keep", course.id), "primary"), show(course))),
            note("Both are fine: a course may well change hands."),
        ),
    )


def settled_card(course: Course, *, is_theirs: bool) -> Card:
    """Tell somebody what became of a course that was put up for adoption."""
    if course.archived_at:
        return told("{} was put away, so it looks for nobody.", course)
    if is_theirs:
        return told("{} stays with you.", course)
    return told(f"{course.owner.name} looks after {{}} now." if course.owner else "{} looks for an owner.", course)
