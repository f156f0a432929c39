"""Settling readers' flags, one by one, for those who look after a course."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.care import Flag, Outcome
from bot.commands import Context, action, option
from bot.courses import phrases
from bot.courses.attention import UNDO, tell_readers
from bot.courses.flags import evidence
from bot.courses.naming import CourseArgs, course_of
from bot.courses.rights import may_edit
from bot.errors import NotFound, UserError
from bot.features.ownership.flags import FlagToken
from bot.features.ownership.moments import read, written
from bot.model import Course
from bot.requests import Reply
from bot.ui import Block, Button, Buttons, Card, Heading, note, paragraph, token

PAGE = 5
"""Flags on a page."""
LAST_PAGE = 99
"""No button leads further."""
MINUTES = int(UNDO.total_seconds() // 60)
OUTCOMES = {Outcome.UPDATED: "I changed the course", Outcome.REVIEWED: "It is good as it is"}
"""What can come of a flag, as its buttons say it."""


@dataclass(frozen=True)
class FlagsToken:
    """What a button carries that lists the flags of a course."""

    course: int = option("the course's number")
    page: int = option("the page", default=0)


@action("course.flags", args=FlagsToken)
async def flags_tapped(ctx: Context, args: FlagsToken) -> Reply:
    """List the open flags of a course for those who look after it; a further page in place of the one shown."""
    course = await _cared_for(ctx, args.course)
    card = flags_card(course, await ctx.unit.flags.open(course.id), min(args.page, LAST_PAGE))
    return Reply(card, replaces=args.page > 0)


async def _cared_for(ctx: Context, number: int) -> Course:
    course = await course_of(ctx, CourseArgs(number))
    if not may_edit(course, ctx.person, is_steward=ctx.is_steward):
        raise UserError(f"Only those who look after {course.short_id} settle its flags. /course flag raises one.")
    return course


def flags_card(course: Course, flags: Sequence[Flag], page: int) -> Card:
    """List a page of open flags with their evidence, and what can be done about one or all of them."""
    if not flags:
        said = f"No flag of {course.short_id} is open."
        return Card(said, (paragraph(said), Buttons((Button("Show", token("course.show", course.id)),))))
    last = (len(flags) - 1) // PAGE
    page = min(page, last)
    said = f"{phrases.counted(len(flags), 'open flag')}: {course.goal} ({course.short_id})"
    blocks: list[Block] = [Heading(said)]
    for flag in flags[page * PAGE : (page + 1) * PAGE]:
        blocks += [paragraph(*evidence(flag)), Buttons((Button("Settle", token("flag.ask", flag.id)),))]
    turns = [Button("Newer", token("course.flags", course.id, page - 1))] if page > 0 else []
    turns += [Button("Older", token("course.flags", course.id, page + 1))] if page < last else []
    whole = (Button("Edit", token("course.edit", course.id)), Button("Still good", token("course.review", course.id)))
    return Card(said, (*blocks, note("An edit, or Still good, settles all of them."), Buttons((*whole, *turns))))


async def _open_flag(ctx: Context, number: int) -> tuple[Course, Flag]:
    """Find a flag and its course; raise NotFound or UserError for those who may not settle it."""
    flag = await ctx.unit.flags.get(number)
    if flag is None:
        raise NotFound("This flag isn't here. /course show shows those that are open.")
    return await _cared_for(ctx, flag.course), flag


@action("flag.ask", args=FlagToken)
async def ask(ctx: Context, args: FlagToken) -> Card:
    """Ask what came of a flag."""
    course, flag = await _open_flag(ctx, args.flag)
    if flag.settled_at is not None:
        return _settled_already(course)
    said = f"What came of this flag at {course.short_id}?"
    taps = [Button(label, token("flag.settle", flag.id, outcome)) for outcome, label in OUTCOMES.items()]
    edit = Button("Edit it now", token("course.edit", course.id))
    return Card(said, (paragraph(said), paragraph(*evidence(flag)), Buttons((*taps, edit))))


def _settled_already(course: Course) -> Card:
    said = f"This flag at {course.short_id} is settled already."
    return Card(said, (paragraph(said), Buttons((Button("Show", token("course.show", course.id)),))))


@dataclass(frozen=True)
class SettleToken:
    """The flag that a button settles, and what came of it."""

    flag: int = option("the flag's number")
    outcome: Outcome = option("what came of it")


@action("flag.settle", args=SettleToken, changes=True)
async def settle(ctx: Context, args: SettleToken) -> Reply:
    """Settle one flag, and let its reader hear of it in a few minutes; twice does nothing more."""
    course, flag = await _open_flag(ctx, args.flag)
    if args.outcome not in OUTCOMES:
        raise NotFound("This button can't be read any more. /course show shows how the course stands.")
    settled = await ctx.unit.flags.settle(flag.id, ctx.person.id, ctx.now, args.outcome)
    if settled is None:
        return Reply(_settled_already(course), replaces=True)
    await ctx.unit.outbox.refresh(phrases.CARD, str(course.id), ctx.now)
    await tell_readers(ctx.unit, (settled,), ctx.person.id, ctx.now)
    return Reply(settled_card(course, settled), replaces=True)


def settled_card(course: Course, flag: Flag) -> Card:
    """Confirm that a flag is settled, and offer to take that back."""
    said = f"Settled: the flag of {flag.person.name} at {course.short_id}."
    undo = Button("Undo", token("flag.reopen", flag.id, written(flag.settled_at)))
    rest = Button("Other flags", token("course.flags", course.id))
    hears = f"{flag.person.name} hears of it in {MINUTES} minutes; until then Undo works."
    return Card(said, (paragraph(said), Buttons((undo, rest)), note(hears)))


@dataclass(frozen=True)
class ReopenToken:
    """The flag that an Undo button opens again, and when it was settled."""

    flag: int = option("the flag's number")
    at: str = option("when it was settled")


@action("flag.reopen", args=ReopenToken, changes=True)
async def reopen(ctx: Context, args: ReopenToken) -> Reply:
    """Take back that a flag was settled."""
    course, flag = await _open_flag(ctx, args.flag)
    try:
        at = read(args.at)
    except ValueError:
        at = None
    if at is not None and ctx.now - at < UNDO and await ctx.unit.flags.reopen(flag.id, at):
        await ctx.unit.outbox.refresh(phrases.CARD, str(course.id), ctx.now)
        said = f"Taken back: the flag of {flag.person.name} at {course.short_id} is open."
    else:
        said = f"There is nothing to take back: that was more than {MINUTES} minutes ago, or something came between."
    flags = Button("Its flags", token("course.flags", course.id))
    return Reply(Card(said, (paragraph(said), Buttons((flags,)))), replaces=True)
