"""Learning: starting a course, how far one is, and one's shelf. All of it is private."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.commands import Context, action, command, option
from bot.courses import phrases
from bot.courses.freshness import freshness
from bot.courses.naming import (
    LAST_PAGE,
    CourseArgs,
    PageArgs,
    course_of,
    course_option,
    everybodys,
    pick,
    saved,
    started,
)
from bot.errors import NotFound, UserError
from bot.features.courses import cards
from bot.model import Course, Progress
from bot.requests import Reply
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Heading,
    Items,
    Link,
    Text,
    joined,
    note,
    paragraph,
    text,
    token,
)


@dataclass(frozen=True)
class ProgressArgs:
    """Arguments of `/course progress`."""

    course: str | None = course_option(started)


@command(
    "course progress",
    "See how far you are and mark steps as done; without a course: all you started",
    args=ProgressArgs,
)
async def progress(ctx: Context, args: ProgressArgs) -> Card:
    """Show how far the asker is in a course, or list what they have started."""
    if args.course is None:
        return await all_started(ctx, 0)
    found = await pick(ctx, args.course, "course.progress", started)
    return found if isinstance(found, Card) else await how_far(ctx, found)


@action("course.progress", args=CourseArgs)
async def progress_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Show how far the one who tapped is."""
    return await how_far(ctx, await course_of(ctx, args))


@action("course.start", args=CourseArgs, changes=True)
async def start(ctx: Context, args: CourseArgs) -> Card:
    """Start a course; again shows how far one is."""
    course = await course_of(ctx, args)
    await _learnable(ctx, course)
    await ctx.unit.learning.start(ctx.person.id, course.id, ctx.now)
    return await how_far(ctx, course)


async def _learnable(ctx: Context, course: Course) -> Progress | None:
    """Give the asker's progress in a course; raise UserError for an archived one that they never started."""
    found = await ctx.unit.learning.of(ctx.person.id, course.id)
    if course.archived_at and found is None:
        raise UserError(f"{course.short_id} is archived, so it can't be started any more. /course search finds others.")
    return found


async def how_far(ctx: Context, course: Course) -> Card:
    """Show the asker's progress in a course."""
    found = await _learnable(ctx, course)
    return progress_card(found or Progress(course, ctx.now), ctx.now, begun=found is not None)


@dataclass(frozen=True)
class StepArgs:
    """The step that a button speaks of, by its number in the course."""

    course: int = option("the course's number")
    step: int = option("the step's number")


@action("course.done", args=StepArgs, changes=True)
async def do(ctx: Context, args: StepArgs) -> Reply:
    """Note that a step is done."""
    return await _mark(ctx, args, on=True)


@action("course.undone", args=StepArgs, changes=True)
async def undo(ctx: Context, args: StepArgs) -> Reply:
    """Note that a step isn't done after all."""
    return await _mark(ctx, args, on=False)


async def _mark(ctx: Context, args: StepArgs, *, on: bool) -> Reply:
    course = await course_of(ctx, CourseArgs(args.course))
    await _learnable(ctx, course)
    if args.step not in course.step_numbers:
        raise NotFound(
            f"This step isn't part of {course.short_id} any more. /course progress {course.short_id} shows it anew."
        )
    await ctx.unit.learning.set_done(ctx.person.id, course.id, args.step, ctx.now, on=on)
    return Reply(await how_far(ctx, course), replaces=True)


@action("course.learning", args=PageArgs)
async def turn_started(ctx: Context, args: PageArgs) -> Reply:
    """Show another page of what one has started in place of the one shown."""
    return Reply(await all_started(ctx, min(args.page, LAST_PAGE)), replaces=args.page > 0)


async def all_started(ctx: Context, page: int) -> Card:
    """List what the asker has started."""
    found, total = await ctx.unit.learning.started(ctx.person.id, page * cards.PAGE, cards.PAGE)
    if not found and total:  # there were more when the button was made
        return await all_started(ctx, cards.last_page(total))
    return started_card(found, page, total, ctx.now)


def progress_card(found: Progress, now: datetime, *, begun: bool = True) -> Card:
    """Show how far somebody is: the steps with links and marks, and a button to mark each."""
    course = found.course
    said = f"{found.steps_done} of {phrases.counted(len(course.steps), 'step')} done"
    cheer = " Well done!" if found.is_finished else ""
    kept = "Only you see this." if begun else "You haven't started yet: mark your first step, and I'll remember it."
    blocks: list[Block] = [
        Heading(course.goal),
        note(*phrases.facts(course, now)),
        Items(tuple(_step(found, position) for position in range(len(course.steps))), ordered=True),
        paragraph(Bold(f"{said}."), cheer),
        Buttons(tuple(_mark_button(found, position) for position in range(len(course.steps)))),
        note(kept),
    ]
    return Card(f"{course.goal}: {said}", tuple(blocks))


def _step(found: Progress, position: int) -> Text:
    step = found.course.steps[position]
    return text("✅ " if _is_done(found, position) else "", Link(step.task, step.url))


def _mark_button(found: Progress, position: int) -> Button:
    number = found.course.step_numbers[position]
    if _is_done(found, position):
        return Button(f"Undo {position + 1}", token("course.undone", found.course.id, number))
    return Button(f"Done {position + 1}", token("course.done", found.course.id, number), "primary")


def _is_done(found: Progress, position: int) -> bool:
    return found.course.step_numbers[position] in found.done


def started_card(found: Sequence[Progress], page: int, total: int, now: datetime) -> Card:
    """List what somebody has started, with how far they are in each."""
    if not total:
        said = "You haven't started a course yet."
        tip = note("Start in a course puts it here: find one with ", Code("/course search"), ".")
        return Card(said, (paragraph(said), tip))
    last = cards.last_page(total)
    blocks: list[Block] = [Heading("What you are learning")]
    for one in found:
        label = "Look again" if one.is_finished else "Continue"
        taps = (
            Button(label, token("course.progress", one.course.id)),
            Button("Show", token("course.show", one.course.id)),
        )
        blocks += [paragraph(Bold(one.course.goal)), note(*how_far_text(one, now)), Buttons(taps)]
    turns = [Button("Back", token("course.learning", page - 1))] if page > 0 else []
    turns += [Button("More", token("course.learning", page + 1))] if page < last else []
    pages = f", page {page + 1} of {last + 1}" if last else ""
    blocks += [Divider(), note(phrases.counted(total, "course") + pages)]
    return Card("What you are learning", (*blocks, *([Buttons(tuple(turns))] if turns else [])))


def how_far_text(found: Progress, now: datetime) -> Text:
    """Say in a few words how far somebody is, who looks after the course, and how well."""
    course = found.course
    steps = f"{found.steps_done} of {phrases.counted(len(course.steps), 'step')} done"
    owners = [phrases.by(course)] if course.owner else []
    return joined((course.short_id, *owners, steps, freshness(course, now).marked), " · ")


@dataclass(frozen=True)
class SaveArgs:
    """Arguments of `/course save`."""

    course: str | None = course_option(everybodys)


@dataclass(frozen=True)
class UnsaveArgs:
    """Arguments of `/course unsave`."""

    course: str | None = course_option(saved)


@command("course save", "Put a course on your shelf, to find it again", args=SaveArgs, changes=True)
async def save(ctx: Context, args: SaveArgs) -> Card:
    """Put a course on the asker's shelf."""
    found = await pick(ctx, args.course, "course.save")
    return found if isinstance(found, Card) else await _keep(ctx, found, on=True)


@command("course unsave", "Take a course from your shelf", args=UnsaveArgs, changes=True)
async def unsave(ctx: Context, args: UnsaveArgs) -> Card:
    """Take a course from the asker's shelf."""
    found = await pick(ctx, args.course, "course.unsave", saved)
    return found if isinstance(found, Card) else await _keep(ctx, found, on=False)


@action("course.save", args=CourseArgs, changes=True)
async def save_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Put the course of a button on the shelf."""
    return await _keep(ctx, await course_of(ctx, args), on=True)


@action("course.unsave", args=CourseArgs, changes=True)
async def unsave_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Take the course of a button from the shelf."""
    return await _keep(ctx, await course_of(ctx, args), on=False)


async def _keep(ctx: Context, course: Course, *, on: bool) -> Card:
    await ctx.unit.shelf.set(ctx.person.id, course.id, ctx.now, on=on)
    return kept_card(course, on=on)


def kept_card(course: Course, *, on: bool) -> Card:
    """Confirm that a course is on the shelf, or isn't any more."""
    said = "On your shelf:" if on else "Not on your shelf any more:"
    back = (
        Button("Unsave", token("course.unsave", course.id))
        if on
        else Button("Save again", token("course.save", course.id))
    )
    taps = Buttons((Button("My shelf", token("course.shelf")), back))
    return Card(f"{said} {course.goal}", (paragraph(f"{said} ", Bold(course.goal), f" ({course.short_id})"), taps))
