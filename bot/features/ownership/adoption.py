"""Adopting: whoever comes first takes a course that looks for an owner. Once a week a post tells which do."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.care import Stage
from bot.commands import Background, Context, Round, action, command, due, post
from bot.config import channels_of, homes
from bot.courses import phrases
from bot.courses.naming import SUGGESTED, CourseArgs, course_of, course_option, pick
from bot.features.ownership.moving import ADOPTION, changed_hands, named, show, told, yours
from bot.features.ownership.weekly import is_time, latest, week_of
from bot.letters import letters_to
from bot.model import Course, CoursePage, Letter, Recipient
from bot.ui import Block, Button, Buttons, Card, Code, Heading, note, paragraph, token

ADOPTED = "course.adopted"
"""The kind of letter that tells an owner that somebody took over what looked for one."""
COURSES = "courses"
"""The purpose of the channel for courses."""
SHOWN = 5
"""Courses that one post or list names; of the others it tells how many they are."""


async def looking(ctx: Context, text: str) -> Sequence[Course]:
    """Offer courses that look for an owner."""
    page = await ctx.unit.handovers.looking(0, SUGGESTED)
    wanted = text.casefold()
    return [course for course in page.courses if wanted in course.goal.casefold()]


@dataclass(frozen=True)
class AdoptArgs:
    """Arguments of `/course adopt`."""

    course: str | None = course_option(looking)


@command("course adopt", "Take over a course that looks for an owner; without one: see which do", args=AdoptArgs,
         changes=True)  # fmt: skip
async def adopt(ctx: Context, args: AdoptArgs) -> Card:
    """Take over the course that somebody names, or show which could be."""
    if args.course is None:
        _, waiting = await ctx.unit.escalations.listed(0, 0, {Stage.STEWARDS})
        return looking_card(await ctx.unit.handovers.looking(0, SHOWN), waiting)
    found = await pick(ctx, args.course, "course.adopt", looking)
    return found if isinstance(found, Card) else await take(ctx, found)


@action("course.adopt", args=CourseArgs, changes=True)
async def adopt_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Take over the course of a button."""
    return await take(ctx, await course_of(ctx, args))


async def take(ctx: Context, course: Course) -> Card:
    """Take over a course, if nobody was faster."""
    taken = await ctx.unit.handovers.adopt(course.id, ctx.person.id, ctx.now)
    if taken is None:
        return not_free_card(ctx, await course_of(ctx, CourseArgs(course.id)))
    await changed_hands(ctx.unit, course.id, ctx.person.id, ctx.now, ctx.config)
    await ctx.unit.outbox.queue(letters_to([course.owner], ADOPTED, str(course.id), ctx.now.isoformat()), ctx.now)
    return yours(taken, "Thank you!")


def not_free_card(ctx: Context, course: Course) -> Card:
    """Say kindly why a course can't be adopted."""
    if course.archived_at:
        return told("{} was put away, so it looks for nobody.", course)
    if course.owner is None or course.owner.id == ctx.person.id:
        return told("You look after {} already.", course)
    return told(f"{course.owner.name} looks after {{}}, so it needs nobody just now. Thank you for asking!", course)


def looking_card(page: CoursePage, waiting: int) -> Card:
    """Show which courses look for an owner; of those for which the stewards look first, how many are `waiting`."""
    if page.total:
        return _listed(page, "Courses that look for an owner")
    if waiting:
        said = "No course is up for adoption just now."
        first = f"For {phrases.counted(waiting, 'course')} the stewards look for somebody first. "
        later = "What finds nobody within a week is offered here. Thank you for asking!"
        return Card(said, (paragraph(said), paragraph(first, later)))
    said = "Every course has somebody who looks after it."
    return Card(said, (paragraph(said), note("Find one to learn from with ", Code("/course search"), ".")))


def _listed(page: CoursePage, heading: str) -> Card:
    blocks: list[Block] = [Heading(heading)]
    for course in page.courses:
        taps = (Button("Adopt", token("course.adopt", course.id), "primary"), show(course))
        blocks += [paragraph(*named(course)), Buttons(taps)]
    more = page.total - len(page.courses)
    rest = f"{more} more: /course adopt names them while you type. " if more > 0 else ""
    said = f"{phrases.counted(page.total, 'course')} {'looks' if page.total == 1 else 'look'} for an owner"
    hint = "Whoever takes one sees now and then whether it is still good."
    return Card(said, (*blocks, note(f"{said}. {rest}{hint}")))


@due("adoption post")
async def post_weekly(round_: Round) -> None:
    """Post once a week what looks for an owner, in the courses channel of each workspace, if anything does."""
    if not is_time(round_.now, round_.config):
        return
    week = week_of(latest(round_.now, round_.config), round_.config)
    async with round_.read() as unit:
        letters = [
            Letter(ADOPTION, week, Recipient.channel(workspace, COURSES))
            for workspace in homes(round_.config, await unit.workspaces.all())
            if COURSES in channels_of(round_.config, workspace.platform)
        ]
        known = {letter.recipient for letter in await unit.outbox.find(ADOPTION, week, "", None)}
        fresh = [letter for letter in letters if letter.recipient not in known]
        if not fresh or not (await unit.handovers.looking(0, 1)).total:
            return
    async with round_.write() as unit:
        await unit.outbox.queue(fresh, round_.now)


@post(ADOPTION)
async def weekly_card(background: Background, letter: Letter) -> Card | None:
    """Make the weekly post from what looks for an owner at the moment."""
    page = await background.unit.handovers.looking(0, SHOWN)
    if page.total:
        return _listed(page, "Who would look after one of these?")
    if letter.ref is None:
        return None
    said = "All of these found somebody. Thank you!"
    return Card(said, (paragraph(said),))


@post(ADOPTED, why="somebody took over a course of yours")
async def tell_former_owner(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to the one who looked after a course until somebody adopted it."""
    course = await background.unit.courses.get(int(letter.subject))
    if course is None or course.owner is None:
        return None
    return told(f"{course.owner.name} looks after {{}} now. Thank you for all you did for it!", course)
