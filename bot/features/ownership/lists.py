"""Lists that only the owner sees: all that needs a look, in pages, and `/offcourse mine`."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.care import Why
from bot.commands import Context, action, command, option
from bot.courses.freshness import freshness
from bot.courses.phrases import counted
from bot.features.ownership import cards, pending, wishes
from bot.features.ownership.opened import note_opened
from bot.features.ownership.views import View, items_of, view_of
from bot.model import Course, CourseQuery
from bot.nudges import SHOWN
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
    Note,
    Paragraph,
    Text,
    Time,
    note,
    paragraph,
    text,
    token,
)

BESIDE_REQUESTS = 3
"""Courses that need a look on `/offcourse mine` where open requests stand there too: all of it is one message."""
LISTED = 10
"""Courses that `/offcourse mine` names below those that need a look."""
LAST_PAGE = 999
"""No button leads further."""
Done = tuple[Course, Text, int | None]
"""What was just done: about which course, in words, and the request by which it can be taken back."""


@dataclass(frozen=True)
class AllArgs:
    """A page of all that needs a look, counted from 1."""

    page: int = option("the page", default=1)


@action("nudge.all", args=AllArgs, changes=True)
async def show_all(ctx: Context, args: AllArgs) -> Reply:
    """Show a page of all that needs a look; a further one in place of the one shown."""
    await note_opened(ctx)
    return Reply(await needing(ctx, args.page), replaces=ctx.request.on_private)


async def needing(ctx: Context, page: int, done: Done | None = None) -> Card:
    """Show a page of what needs a look, with the same buttons as in the message."""
    view, page = await _page(ctx, page)
    total = len(view.items)
    said = f"{counted(total, 'course')} of yours {'needs' if total == 1 else 'need'} a look" if total else _ALL_WELL
    last = _last_page(total)
    pages = [note(f"page {page} of {last}")] if last > 1 else []
    turns = [Button("Back", token("nudge.all", page - 1))] if page > 1 else []
    turns += [Button("More", token("nudge.all", page + 1))] if page < last else []
    blocks: list[Block] = [Heading(said), *_done(done, page), *_items(view, page), *pages]
    return Card(said, (*blocks, *([Buttons(tuple(turns))] if turns else [])))


_ALL_WELL = "Nothing of yours needs a look, thank you"


async def _page(ctx: Context, page: int, size: int = SHOWN) -> tuple[View, int]:
    """Read a page of what needs a look, or its first `size` courses."""
    _, items = await items_of(ctx.unit, ctx.person.id, ctx.now)
    page = max(1, min(page, _last_page(len(items)), LAST_PAGE))
    shown = items[(page - 1) * SHOWN : page * SHOWN][:size]
    courses = await ctx.unit.courses.several([item.course for item in shown])
    return await view_of(ctx.unit, ctx.person, courses, ctx.now), page


def _last_page(total: int) -> int:
    return max(1, -(-total // SHOWN))


def _items(view: View, page: int) -> list[Block]:
    shown = [item for item in view.items if item.course in view.courses]
    return [block for item in shown for block in cards.item_blocks(view, view.courses[item.course], item, page)]


def _done(done: Done | None, page: int) -> list[Block]:
    """Say what was just done, with the way back."""
    if done is None:
        return []
    course, said, asked = done
    taps = [] if asked is None else [Buttons((Button("Undo", token("nudge.undo", asked, page)),))]
    return [Paragraph(text(Bold(course.goal), f" ({course.short_id})")), Note(text("✓ ", *said)), *taps, Divider()]


@command(
    "offcourse mine",
    "See the courses you look after, what they need, what waits for an answer, and how you are reminded",
)
async def mine(ctx: Context, args: object) -> Card:
    """Show what a person owns and its state, what waits for an answer, and their settings in words."""
    waiting = await pending.pending_of(ctx)
    size = BESIDE_REQUESTS if waiting else SHOWN
    view, page = await _page(ctx, 1, size)
    own = await ctx.unit.courses.search(CourseQuery(owner=ctx.person.id), 0, LISTED)
    settings = wishes.in_words(view.carer, ctx.person, ctx.config, ctx.now)
    if not own.total:
        said = "You look after no course yet."
        share = Buttons((Button("Share a course", token("course.new"), "primary"),))
        hint = note("What do you know that others want to learn?")
        return Card(said, (paragraph(said), hint, share, *pending.blocks(waiting), Divider(), *settings))
    total = len(view.items)
    leaving = [course for course in own.courses if not course.offered_at and await _is_given_away(ctx, course)]
    well = not any(freshness(course, ctx.now).wants_care for course in own.courses)
    idle = "all are in good shape" if well else "nothing waits for you just now"
    needs = f"{total} need{'s' if total == 1 else ''} a look" if total else idle
    said = f"You look after {counted(own.total, 'course')}: {needs}"
    more = [Buttons((Button("Show all", token("nudge.all", 1)),))] if total > size else []
    rest = [note(f"{own.total} in all: ", Code("/course list mine"))] if own.total > len(own.courses) else []
    lines = Items(tuple(_line(course, ctx) for course in own.courses))
    needing = (*_items(view, page), *more)
    blocks = (*needing, *pending.blocks(waiting), Divider(), lines, *_kept_by(leaving), *rest, *settings)
    return Card(said, (Heading(said), *blocks))


async def _is_given_away(ctx: Context, course: Course) -> bool:
    way = await ctx.unit.escalations.of(course.id)
    return way is not None and way.owner == ctx.person.id and way.why in {Why.SILENT, Why.GIVEN}


def _kept_by(leaving: Sequence[Course]) -> list[Block]:
    """Say for which courses somebody else is looked for, and what keeps them."""
    if not leaving:
        return []
    numbers = ", ".join(course.short_id for course in leaving)
    keep = Code(f"/course review {leaving[0].short_id}")
    return [note(f"I look for somebody who takes over {numbers}. Still yours? ", keep, " keeps it.")]


def _line(course: Course, ctx: Context) -> Text:
    until = course.snoozed_until
    put_off = (", put off until ", Time(until, "date")) if until is not None and until > ctx.now else ()
    return text(f"{course.short_id} {course.goal}: ", *freshness(course, ctx.now).marked, *put_off)
