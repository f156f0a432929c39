"""How the courses are doing, for stewards: what is used and not fresh, what has no owner, and what may be lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.care import Escalation, Stage, Why
from bot.commands import Context, Round, command, due
from bot.courses import phrases
from bot.courses.freshness import freshness
from bot.features.ownership import doubts, stewards, unread
from bot.features.ownership.line import SHOWN, Line, line_of, percent, picture, signs, told
from bot.insights import Unreachable
from bot.model import Course, CoursePage
from bot.text import clamp
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Heading,
    Image,
    Inline,
    Items,
    Mention,
    Text,
    Time,
    joined,
    note,
    paragraph,
    text,
    token,
)
from bot.usage import Use, Week, day_of, monday_of

STALE = 10
"""Used courses that aren't fresh, as many as are listed."""
LISTED = 5
"""Most entries of each of the other lists."""
ON_THEIR_LIST = frozenset({Stage.STEWARDS, Stage.LISTED})
"""What waits for stewards alone. What is up for adoption by now has a list of its own."""
GOAL_LENGTH = 60
"""How much of a goal is shown in a list."""
_WEEK = 7
_WHYS = {
    Why.SILENT: "its owner doesn't answer",
    Why.UNREACHABLE: "its owner can't be reached",
    Why.LEFT: "its owner is gone",
    Why.GIVEN: "its owner likes to hand it over",
}


@dataclass(frozen=True, slots=True)
class Health:
    """All that stewards see of how the courses are doing.

    `waiting` are courses on the stewards' list; `looking` those that anybody may adopt. The numbers beside lists count
    all there are.
    """

    today: Week
    line: Line
    image: Image | None
    stale: Sequence[tuple[Course, Use]]
    waiting: tuple[Sequence[tuple[Course, Escalation]], int]
    looking: CoursePage
    unreachable: tuple[Sequence[Unreachable], int]
    doubts: doubts.Doubts
    unread: unread.Unread


@command("offcourse health", "For stewards: how fresh the courses in use are, and what needs somebody")
async def health(ctx: Context, args: object) -> Card:
    """Show a steward how the courses are doing."""
    stewards.check(ctx)
    return health_card(await _health_of(ctx), ctx)


async def _health_of(ctx: Context) -> Health:
    monday = monday_of(day_of(ctx.now, ctx.config.community.timezone))
    line = line_of(await ctx.unit.usage.weeks(monday - _WEEK * (SHOWN - 1)), monday)
    png = await picture(line)
    return Health(
        today=await ctx.unit.usage.freshness(ctx.now, monday),
        line=line,
        image=Image(png, told(line), _in_signs(line), ctx.hang(png)) if png else None,
        stale=await ctx.unit.usage.stale(ctx.now, STALE),
        waiting=await _waiting(ctx),
        looking=await ctx.unit.handovers.looking(0, LISTED),
        unreachable=await ctx.unit.insights.unreachable(LISTED),
        doubts=await doubts.doubts_of(ctx),
        unread=await unread.unread_of(ctx.unit),
    )


async def _waiting(ctx: Context) -> tuple[Sequence[tuple[Course, Escalation]], int]:
    waiting, total = await ctx.unit.escalations.listed(0, LISTED, ON_THEIR_LIST)
    ways = {one.course: one for one in waiting}
    return [(course, ways[course.id]) for course in await ctx.unit.courses.several(tuple(ways))], total


def health_card(found: Health, ctx: Context) -> Card:
    """Show how the courses are doing."""
    said = _summary(found.today)
    return Card(
        said,
        (
            Heading("How the courses are doing"),
            paragraph(Bold(said)),
            *_line(found),
            note("In use: somebody looked at it, saved it or learned from it in the last 90 days."),
            *doubts.blocks(found.doubts),  # what is to be decided comes before what is only to be known
            *unread.blocks(found.unread),
            *_stale(found.stale, ctx),
            *_waiting_blocks(*found.waiting),
            *_looking(found.looking),
            *_unreachable(*found.unreachable),
            note("Each course: ", Code("/course show C12"), " · What reminders bring: ", Code("/offcourse insights")),
        ),
    )


def _summary(today: Week) -> str:
    if today.share is None:
        return "No course is in use just now."
    if today.used == 1:
        return f"The one course in use is {'fresh' if today.fresh else 'not fresh'}."
    return f"{percent(today.share)} of the {today.used} courses in use are fresh."


def _line(found: Health) -> list[Block]:
    if found.line.is_empty:
        return []
    return [found.image or paragraph(_in_signs(found.line))]


def _in_signs(line: Line) -> str:
    return f"Week by week: {signs(line)}"


def _stale(stale: Sequence[tuple[Course, Use]], ctx: Context) -> list[Block]:
    if not stale:
        return []
    lines = [
        joined((_named(course), freshness(course, ctx.now).marked, *_owner(course), use_in_words(use)), " · ")
        for course, use in stale
    ]
    return [Heading("Used, and not fresh"), Items(tuple(lines), ordered=True), _shows([course for course, _ in stale])]


def use_in_words(use: Use) -> str:
    """Say how much a course is used."""
    parts = [phrases.counted(use.views, "look")] if use.views else []
    parts += [f"saved by {use.saves}"] if use.saves else []
    parts += [f"learned by {use.learners}"] if use.learners else []
    return ", ".join(parts)


def _waiting_blocks(waiting: Sequence[tuple[Course, Escalation]], total: int) -> list[Block]:
    if not waiting:
        return []
    lines = [
        joined((_named(course), text(_WHYS[one.why], " since ", Time(one.since, "date"))), " · ")
        for course, one in waiting
    ]
    return [Heading("On your list"), Items(tuple(lines)), *_more(total, len(waiting))]


def _looking(page: CoursePage) -> list[Block]:
    if not page.courses:
        return []
    lines = [
        joined((_named(course), text("since ", Time(course.offered_at or course.created_at, "date"))), " · ")
        for course in page.courses
    ]
    return [Heading("Looking for an owner"), Items(tuple(lines)), *_more(page.total, len(lines))]


def _unreachable(owners: Sequence[Unreachable], total: int) -> list[Block]:
    if not owners:
        return []
    lines = [
        joined(
            (
                Mention(one.person.name, one.person.accounts),
                text("since ", Time(one.since, "date")),
                phrases.counted(one.courses, "course"),
            ),
            " · ",
        )
        for one in owners
    ]
    return [Heading("Owners whom no message reaches"), Items(tuple(lines)), *_more(total, len(lines))]


def _named(course: Course) -> str:
    return f"{course.short_id} {clamp(course.goal, GOAL_LENGTH)}"


def _owner(course: Course) -> list[Inline | Text]:
    return [phrases.by(course)] if course.owner else []


def _shows(courses: Sequence[Course]) -> Buttons:
    return Buttons(tuple(Button(f"Show {course.short_id}", token("course.show", course.id)) for course in courses))


def _more(total: int, shown: int) -> list[Block]:
    return [note(f"and {total - shown} more")] if total > shown else []


@due("freshness of the week")
async def keep_week(round_: Round) -> None:
    """Keep the figures of a week at its first tick. Of weeks in which the bot was off nothing is known."""
    monday = monday_of(day_of(round_.now, round_.config.community.timezone))
    async with round_.read() as unit:
        if await unit.usage.has_week(monday):
            return
        week = await unit.usage.freshness(round_.now, monday)
    async with round_.write() as unit:
        await unit.usage.keep_week(week)
