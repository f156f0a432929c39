"""Putting a course up for adoption: it looks for somebody among all, and its owner keeps it until then."""

from bot.care import Outcome
from bot.commands import Context, action
from bot.courses.attention import HANDOVER, attend
from bot.courses.naming import CourseArgs, course_of
from bot.features.ownership.giving import not_yours, offered_already
from bot.features.ownership.moving import refresh_posts, told
from bot.model import Course
from bot.ui import Button, Card, note, token


async def put_up(ctx: Context, course: Course) -> Card:
    """Look for somebody who takes a course, among all; its owner keeps it until then."""
    stopped = not_yours(ctx, course) or await offered_already(ctx, course)
    if stopped:
        return stopped
    if course.owner and course.owner.id == ctx.person.id:
        await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.OFFERED)
    await ctx.unit.handovers.put_up(course.id, ctx.now)
    await _look_shows(ctx, course)
    card = told("{} is up for adoption.", course, Button("Keep it", token("course.keep", course.id)))
    stays = ""
    if course.owner:
        whose = "yours" if course.owner.id == ctx.person.id else f"with {course.owner.name}"
        stays = f"It stays {whose} until somebody takes it, and they hear of it then. "
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
        await ctx.unit.outbox.refresh(HANDOVER, str(course.id), ctx.now)
    await ctx.unit.carers.plan(course.owner.id, ctx.now)  # they are asked about it again
    await _look_shows(ctx, course)
    return told(f"{{}} stays with {course.owner.name}.", course)


async def _look_shows(ctx: Context, course: Course) -> None:
    await ctx.unit.outbox.refresh("course.card", str(course.id), ctx.now)
    await refresh_posts(ctx.unit, ctx.now, ctx.config)
