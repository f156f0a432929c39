"""What an owner does about their courses by a tap. Whose the course is is looked up at every tap.

In the message to the owner a tap shows by itself, because the message is brought up to date. In a list that only they
see, the list comes back with what was done on top.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import zones
from bot.care import Outcome
from bot.commands import Answer, Context, action, form, option
from bot.config import Config
from bot.courses.attention import DIGEST, attend, bring_back, put_back_way, take_back
from bot.courses.naming import CourseArgs, course_of
from bot.courses.phrases import CARD
from bot.errors import Invalid, NotFound, UserError
from bot.features.ownership import cards, dates, lists
from bot.features.ownership.views import View, view_of
from bot.model import Course
from bot.nudges import Asked, Item
from bot.requests import Noted, Reply, Submit
from bot.text import sentence
from bot.ui import Button, Card, Field, Form, Text, Time, text, token

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
UNTIL = "nudge.until"
"""The form that asks until when a course is put off."""
DATE_LENGTH = 40
"""Longest date as typed, in characters."""


@dataclass(frozen=True)
class ItemArgs:
    """A course in a message to its owner, or in a list of theirs."""

    course: int = option("the course's number")
    page: int = option("the page of the list, 0 in a message", default=0)


@action("nudge.good", args=ItemArgs, changes=True)
async def good(ctx: Context, args: ItemArgs) -> Answer:
    """Note that a course is still good."""
    course, view = await owned(ctx, args.course)
    item = view.item(course.id)
    if item is None:
        return await _settled_already(ctx, course, args.page)
    asked = await _take_up(ctx, item)
    await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.REVIEWED)
    return await _answer(ctx, course, text("Still good"), asked, args.page)


@action("nudge.snooze", args=ItemArgs, changes=True)
async def snooze(ctx: Context, args: ItemArgs) -> Answer:
    """Put a course off for a week."""
    return await _put_off(ctx, args.course, ahead(ctx, WEEK), args.page)


@action("nudge.month", args=CourseArgs, changes=True)
async def snooze_a_month(ctx: Context, args: CourseArgs) -> Answer:
    """Put a course off for a month."""
    return await _put_off(ctx, args.course, ahead(ctx, MONTH))


@action("nudge.useless", args=CourseArgs, changes=True)
async def useless(ctx: Context, args: CourseArgs) -> Answer:
    """Note that there was no use in asking, and put the course off for a month."""
    return await _put_off(ctx, args.course, ahead(ctx, MONTH), useful=False)


def ahead(ctx: Context, span: timedelta) -> datetime:
    """Give the beginning of the day that is so far ahead on somebody's calendar, or their own hour would be missed."""
    zone = zones.zone_of(ctx.person, ctx.config)
    return dates.beginning((ctx.now.astimezone(zone) + span).date(), zone)


def until_form(config: Config) -> Form:
    """Give the form that asks until when a course is put off."""
    field = Field("until", "Not before", hint=f"Such as {dates.EXAMPLES}", max_length=DATE_LENGTH)
    return Form(UNTIL, "Snooze until…", (field,), submit="Snooze")


@action(UNTIL, args=CourseArgs, opens_form=True)
async def ask_until(ctx: Context, args: CourseArgs) -> Form:
    """Ask until when a course is put off."""
    course, _ = await owned(ctx, args.course)
    return until_form(ctx.config).filled({}, state=str(course.id))


@form(UNTIL, blank=until_form)
async def told_until(ctx: Context, submit: Submit) -> Answer:
    """Put a course off until the date that was typed."""
    if not (submit.state.isascii() and submit.state.isdigit()):
        raise NotFound("I don't know any more which course this form was for.")
    zone = zones.zone_of(ctx.person, ctx.config)
    try:
        day = dates.read_date(submit.values.get("until", ""), ctx.now.astimezone(zone).date())
    except ValueError as error:
        raise Invalid({"until": sentence(str(error))}) from None
    answer = await _put_off(ctx, int(submit.state[:9]), dates.beginning(day, zone))
    return answer if isinstance(answer, Reply) else await _confirmed(ctx, int(submit.state[:9]), day)


async def _confirmed(ctx: Context, number: int, day: object) -> Card:
    course = await course_of(ctx, CourseArgs(number))
    return cards.done_card(course, text(f"Put off until {day}"), None)


async def _put_off(ctx: Context, number: int, until: datetime, page: int = 0, *, useful: bool = True) -> Answer:
    course, view = await owned(ctx, number)
    item = view.item(course.id)
    if item is None:
        return await _settled_already(ctx, course, page)
    asked = await _take_up(ctx, item)
    if not useful:
        await ctx.unit.digests.doubt(asked, ctx.now)
    await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.SNOOZED)
    await ctx.unit.digests.snooze(asked, until)
    return await _answer(ctx, course, text("Put off until ", Time(until, "date")), asked, page)


@action("nudge.update", args=CourseArgs, opens_form=True, changes=True)
async def update(ctx: Context, args: CourseArgs) -> Answer:
    """Open the form of a course with what it says by now, and count that as opened: not everybody saves something."""
    await ctx.unit.digests.opened(ctx.person.id, ctx.now, args.course)
    return await ctx.registry.actions[cards.EDIT].handler(ctx, args)


@action("nudge.more", args=CourseArgs, changes=True)
async def more(ctx: Context, args: CourseArgs) -> Card:
    """Offer all that can be done about a course."""
    course, view = await owned(ctx, args.course)
    item = view.item(course.id)
    if item is None:
        return cards.done_card(course, text("It needs nothing just now"), None)
    await ctx.unit.digests.opened(ctx.person.id, ctx.now, course.id)
    return cards.more_card(view, course, item, handover=cards.HANDOVER in ctx.registry.actions)


@dataclass(frozen=True)
class AskedArgs:
    """A request to an owner."""

    asked: int = option("the request's number")
    page: int = option("the page of the list, 0 in a message", default=0)


@action("nudge.undo", args=AskedArgs, changes=True)
async def undo(ctx: Context, args: AskedArgs) -> Answer:
    """Take back what a tap did, if nothing else was done since."""
    asked = await ctx.unit.digests.asked(args.asked)
    if asked is None or asked.person != ctx.person.id:
        raise NotFound("I can't find that any more.")
    course, _ = await owned(ctx, asked.course)
    if not await _taken_back(ctx, asked, course):
        raise UserError("Something else was done about this course since, so I left it as it is.")
    await ctx.unit.carers.plan(ctx.person.id, ctx.now)
    await ctx.unit.outbox.refresh(DIGEST, str(asked.digest), ctx.now)
    await ctx.unit.outbox.refresh(CARD, str(course.id), ctx.now)
    if args.page:
        return Reply(await lists.needing(ctx, args.page), replaces=True)
    if not ctx.request.on_private:
        return Noted()
    return Reply(cards.done_card(course, text("Taken back: all is as it was"), None), replaces=True)


async def _taken_back(ctx: Context, asked: Asked, course: Course) -> bool:
    """Put back what a tap changed; False where the course doesn't stand as the tap left it, and nothing changes."""
    before = await ctx.unit.digests.before(asked.id)
    match asked.outcome:
        case Outcome.REVIEWED if before is not None and asked.settled_at is not None:
            return await take_back(ctx.unit, course.id, asked.settled_at, before, ctx.now)
        case Outcome.SNOOZED if before is not None and course.snoozed_until == asked.until:
            await ctx.unit.digests.snooze(asked.id, before.snoozed_until)
        case Outcome.ARCHIVED:
            if not await bring_back(ctx.unit, course, ctx.person.id, ctx.now, undoes=True):
                return False
        case _:
            return False
    await ctx.unit.digests.reopen(asked.id)
    await put_back_way(ctx.unit, course.id, asked.settled_at or ctx.now, ctx.now)
    return True


async def owned(ctx: Context, number: int) -> tuple[Course, View]:
    """Find a course of the person who taps, with what it needs; raise UserError where it isn't theirs."""
    course = await course_of(ctx, CourseArgs(number))
    if course.owner is None or course.owner.id != ctx.person.id:
        raise UserError(f"{course.short_id} has another owner now, so there is nothing for you to do. Thank you!")
    return course, await view_of(ctx.unit, ctx.person, [course], ctx.now)


async def _take_up(ctx: Context, item: Item) -> int:
    return await ctx.unit.digests.take_up(ctx.person.id, item.course, item.reason, ctx.now)


async def _settled_already(ctx: Context, course: Course, page: int) -> Answer:
    """Answer a tap that comes too late: a second one, or one for what went away meanwhile."""
    latest = await ctx.unit.digests.latest(ctx.person.id)
    if latest is not None:
        await ctx.unit.outbox.refresh(DIGEST, str(latest.id), ctx.now)
    return await _answer(ctx, course, text("It needs nothing just now"), None, page)


async def _answer(ctx: Context, course: Course, said: Text, asked: int | None, page: int) -> Answer:
    """Show what was done where the person tapped."""
    if page:
        return Reply(await lists.needing(ctx, page, done=(course, said, asked)), replaces=True)
    if not ctx.request.on_private:
        return Noted()
    undo_it = None if asked is None else Button("Undo", token("nudge.undo", asked))
    return Reply(cards.done_card(course, said, undo_it), replaces=True)
