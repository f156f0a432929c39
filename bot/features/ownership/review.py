"""Reviewing a course: still good in one tap, taken back within minutes, and how often it wants that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.care import NEVER, Outcome, Settled, Standing
from bot.commands import Context, action, command, option
from bot.courses import phrases
from bot.courses.attention import UNDO, attend, take_back
from bot.courses.freshness import State, state_of
from bot.courses.naming import CourseArgs, course_of, course_option, own, pick
from bot.courses.rights import may_edit
from bot.errors import Invalid, NotFound, UserError
from bot.features.ownership.every import parse_every, written_every
from bot.features.ownership.moments import read, written
from bot.model import Course
from bot.requests import Reply
from bot.ui import Bold, Button, Buttons, Card, Code, Text, Time, note, paragraph, plain, text, token

MINUTES = int(UNDO.total_seconds() // 60)


async def own_by_need(ctx: Context, typed: str) -> Sequence[Course]:
    """Offer the courses that a person looks after, those that want a look first."""
    weight = list(State)
    return sorted(await own(ctx, typed), key=lambda course: weight.index(state_of(course, ctx.now)))


@dataclass(frozen=True)
class ReviewArgs:
    """Arguments of `/course review`."""

    course: str | None = course_option(own_by_need)
    every: str | None = option("how often it wants a review: 90, 3 months, never, default", default=None)


@command(
    "course review", "Say that a course is still good; or every: how often it wants a review",
    args=ReviewArgs, changes=True,
)  # fmt: skip
async def review(ctx: Context, args: ReviewArgs) -> Card:
    """Note that the course that somebody names is still good, or set its interval."""
    if args.every is None:
        found = await pick(ctx, args.course, "course.review", own_by_need)
        return found if isinstance(found, Card) else await still_good(ctx, found)
    try:
        days = parse_every(args.every)
    except ValueError as error:
        raise Invalid({"every": f"every: {error}"}) from None
    found = await pick(ctx, args.course, f"course.every:{written_every(days)}", own_by_need)
    return found if isinstance(found, Card) else await set_every(ctx, found, days)


@action("course.review", args=CourseArgs, changes=True)
async def review_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Note that the course of a button is still good."""
    return await still_good(ctx, await course_of(ctx, args))


async def still_good(ctx: Context, course: Course) -> Card:
    """Note that a course is still good, for those who may say so; tapping again a moment later does nothing more."""
    refused = _not_reviewable(ctx, course)
    if refused is not None:
        return refused
    if _is_just_reviewed(course, ctx.now):
        said = f"{course.goal} ({course.short_id}) was reviewed a moment ago: nothing is left to do."
        return Card(said, (paragraph(said), Buttons((_show(course),))))
    before = Standing(course.reviewed_at, course.taken_at, course.snoozed_until, course.offered_at)
    settled = await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.REVIEWED)
    return reviewed_card(await course_of(ctx, CourseArgs(course.id)), settled, before)


def _is_just_reviewed(course: Course, now: datetime) -> bool:
    asked = course.snoozed_until is not None or state_of(course, now) is not State.FRESH
    return not asked and now - course.reviewed_at < UNDO


def _not_reviewable(ctx: Context, course: Course) -> Card | None:
    """Say why somebody can't review a course, with the next step; None where they can."""
    if not may_edit(course, ctx.person, is_steward=ctx.is_steward):
        return _others_card(course)
    if course.archived_at:
        said = f"{course.short_id} is archived, so nobody needs to look after it. Restore it first."
        return Card(said, (paragraph(said), Buttons((Button("Restore", token("course.restore", course.id)),))))
    return None


def _others_card(course: Course) -> Card:
    """Tell kindly who reviews a course, and how others can help."""
    who = text(
        f"{course.short_id} is looked after ", *phrases.by(course), ", and only they can say if it is still good."
    )
    if course.owner is None:
        who = text(f"{course.short_id} has no owner yet, so only a steward can say if it is still good.")
    thanks = paragraph("Thank you for looking. ", *who)
    if course.archived_at:
        return Card(plain(who), (thanks, Buttons((_show(course),))))
    flag = Button("Flag", token("course.flag", course.id), "primary")
    tip = paragraph("Is something wrong with it? A flag tells them what, in your words.")
    return Card(plain(who), (thanks, tip, Buttons((flag, _show(course)))))


def reviewed_card(course: Course, settled: Settled, before: Standing) -> Card:
    """Confirm a review, say when the next one is and who hears of it, and offer to take it back."""
    moments = (course.reviewed_at, before.reviewed_at, before.taken_at, before.snoozed_until, before.offered_at)
    undo = Button("Undo", token("course.unreview", course.id, *map(written, moments)))
    flags = len(settled.flags)
    told = f"{phrases.counted(flags, 'flag')} settled; who raised them hears of it in {MINUTES} minutes. "
    said = f"Still good: {course.goal} ({course.short_id})"
    return Card(
        said,
        (
            paragraph("Still good: ", Bold(course.goal), f" ({course.short_id}). Thank you for looking after it!"),
            paragraph(*_next_review(course)),
            Buttons((undo, _show(course))),
            note(told if flags else "", f"Undo works for {MINUTES} minutes."),
        ),
    )


def _next_review(course: Course) -> Text:
    if course.review_at is None:
        return text(
            "It never asks for a review. ", Code(f"/course review {course.short_id} every:90"), " changes that."
        )
    return text("Its next review is due on ", Time(course.review_at, "date"), ".")


def _show(course: Course) -> Button:
    return Button("Show", token("course.show", course.id))


@dataclass(frozen=True)
class UndoArgs:
    """What an Undo button carries: the moment of the review, and how the course stood before."""

    course: int = option("the course's number")
    at: str = option("when it was reviewed")
    reviewed: str = option("when it had been reviewed before")
    taken: str | None = option("since when it was taken over", default=None)
    snoozed: str | None = option("until when it was put off", default=None)
    offered: str | None = option("since when it looked for an owner", default=None)


@action("course.unreview", args=UndoArgs, changes=True)
async def undo(ctx: Context, args: UndoArgs) -> Reply:
    """Take a review back, for those who may review; twice does nothing more."""
    course = await course_of(ctx, CourseArgs(args.course))
    if not may_edit(course, ctx.person, is_steward=ctx.is_steward):
        raise UserError(f"Only those who look after {course.short_id} can take that back.")
    at, before = _undone(args, ctx.now)
    if ctx.now - at >= UNDO:
        said = (
            f"That was more than {MINUTES} minutes ago, and others know by now. An edit or a flag tells what is wrong."
        )
    elif await take_back(ctx.unit, course.id, at, before, ctx.now):
        said = f"Taken back: {course.goal} ({course.short_id}) is as it was."
    else:
        said = f"There is nothing to take back: {course.short_id} was changed since, or it is as it was already."
    return Reply(Card(said, (paragraph(said), Buttons((_show(course),)))), replaces=True)


def _undone(args: UndoArgs, now: datetime) -> tuple[datetime, Standing]:
    """Read what an Undo button carries; raise NotFound for a made-up one."""
    try:
        at, reviewed, taken, snoozed, offered = map(
            read, (args.at, args.reviewed, args.taken, args.snoozed, args.offered)
        )
    except ValueError:
        at = reviewed = None
    if at is None or reviewed is None or not reviewed <= at <= now or max(taken or at, offered or at) > at:
        raise NotFound("This button can't be read any more. /course show shows how the course stands.")
    return at, Standing(reviewed, taken, snoozed, offered)


@dataclass(frozen=True)
class EveryArgs:
    """What a button carries that sets how often a course wants a review."""

    every: str = option("how often")
    course: int = option("the course's number")


@action("course.every", args=EveryArgs, changes=True)
async def every_tapped(ctx: Context, args: EveryArgs) -> Card:
    """Set the interval of the course of a button."""
    try:
        days = parse_every(args.every)
    except ValueError:
        raise NotFound("This button can't be read any more. /course review sets it anew.") from None
    return await set_every(ctx, await course_of(ctx, CourseArgs(args.course)), days)


async def set_every(ctx: Context, course: Course, days: int | None) -> Card:
    """Set how often a course wants a review, for those who look after it. That is no review."""
    refused = _not_reviewable(ctx, course)
    if refused is not None:
        return refused
    await ctx.unit.reviews.set_interval(course.id, days)
    await ctx.unit.outbox.refresh(phrases.CARD, str(course.id), ctx.now)
    return every_card(await course_of(ctx, CourseArgs(course.id)), course.review_days)


def every_card(course: Course, before: int | None) -> Card:
    """Confirm an interval, with the way back to the one before."""
    days = course.review_days
    often = {None: "as often as its topics and the community have it", NEVER: "never"}
    said = f"{course.goal} ({course.short_id}) wants a review {often.get(days) or f'every {days} days'}."
    if days == 1:
        said = f"{course.goal} ({course.short_id}) wants a review every day."
    back = (Button("Undo", token("course.every", written_every(before), course.id)),) if before != days else ()
    good = Button("Still good", token("course.review", course.id))
    due = () if course.review_at is None else (paragraph(*_next_review(course)),)
    return Card(said, (paragraph(said), *due, Buttons((good, *back, _show(course)))))
