"""Showing a whole course to one person: what they can do with it, and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.care import Flag
from bot.commands import Context, action, command
from bot.courses import phrases
from bot.courses.attention import HANDOVER
from bot.courses.flags import evidence, reason
from bot.courses.freshness import State, freshness, state_of
from bot.courses.naming import CourseArgs, course_of, course_option, everybodys, pick
from bot.courses.rights import may_edit
from bot.features.courses import cards
from bot.health import LinkHealth
from bot.model import Course, Person, Progress
from bot.ui import Block, Button, Buttons, Card, Inline, Text, Time, joined, note, text, token

FLAGS = 3
"""Flags whose evidence is shown with a course."""
QUOTED = 200
"""How much of a flag's reason is shown there, in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class View:
    """A course as one person sees it.

    Attributes:
        progress: how far they are; None where they haven't started.
        saved: whether it is on their shelf.
        editable: whether they may change it.
        own: the course of the same lineage that they have, if that is another one.
        flags: the open flags that they may see, the newest first: all, or their own.
        ailing: what is amiss with its links, for those who may change it.
    """

    course: Course
    progress: Progress | None
    saved: bool
    editable: bool
    own: Course | None
    flags: Sequence[Flag] = ()
    ailing: Sequence[LinkHealth] = ()


async def view_of(ctx: Context, course: Course) -> View:
    """Find out how a course stands to the person who asks."""
    person = ctx.person.id
    own = await ctx.unit.courses.of_lineage(course.root, person)
    editable = may_edit(course, ctx.person, is_steward=ctx.is_steward)
    flags = await ctx.unit.flags.open(course.id) if course.flags else ()
    mends = editable and not course.archived_at
    return View(
        course,
        await ctx.unit.learning.of(person, course.id),
        await ctx.unit.shelf.holds(person, course.id),
        editable,
        own if own and own.id != course.id else None,
        [flag for flag in flags if editable or flag.person.id == person],
        await ctx.unit.resources.ailing([step.url for step in course.steps]) if mends else (),
    )


@dataclass(frozen=True)
class ShowArgs:
    """Arguments of `/course show`."""

    course: str | None = course_option(everybodys)


@command("course show", "Show a whole course: its steps, your progress, and what you can do with it", args=ShowArgs)
async def show(ctx: Context, args: ShowArgs) -> Card:
    """Show the course that somebody names; offer those it could be."""
    found = await pick(ctx, args.course, "course.show")
    return found if isinstance(found, Card) else await looked_at(ctx, found)


@action("course.show", args=CourseArgs)
async def show_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Show the course of a button to the one who tapped."""
    return await looked_at(ctx, await course_of(ctx, args))


async def looked_at(ctx: Context, course: Course) -> Card:
    """Show a course to somebody who wants to see it. Those who look after it don't use it by looking."""
    if not may_edit(course, ctx.person, is_steward=ctx.is_steward):
        ctx.count_view(course.id)
    return await shown(ctx, course)


async def shown(ctx: Context, course: Course) -> Card:
    """Show a course to the person who asks."""
    return shown_card(await view_of(ctx, course), ctx.person, ctx.now)


def shown_card(view: View, viewer: Person, now: datetime) -> Card:
    """Show a course to one person, with buttons that fit them."""
    course = view.course
    card = cards.course_card(course, now)
    told: list[Block] = [note(*origin)] if (origin := _background(course, now)) else []
    if view.progress is not None:
        told.append(note(f"You have done {view.progress.steps_done} of {phrases.counted(len(course.steps), 'step')}."))
    told += cards.links_told(course, view.ailing)
    taps = Buttons(tuple(_taps(view, viewer, now)))
    return Card(card.summary, (*card.blocks, *told, *_flags(view, viewer), taps))


def _flags(view: View, viewer: Person) -> list[Block]:
    """Show the newest open flags with their evidence, and where to settle them; readers see their own."""
    number = view.course.id
    own = [flag for flag in view.flags if flag.person.id == viewer.id]
    mine: list[Block] = []
    if own:
        change = Button("Change my flag", token("course.flag", number))
        taps = Buttons((change, Button("Withdraw", token("flag.withdraw", own[0].id))))
        mine = [note("You flagged it: ", *reason(own[0])), taps]
    if not view.editable or not view.flags:
        return mine
    more = len(view.flags) - FLAGS
    shown: list[Block] = [note("🚩 ", *evidence(flag, QUOTED)) for flag in view.flags[:FLAGS]]
    rest = [note(f"and {phrases.counted(more, 'more flag')}")] if more > 0 else []
    return [*shown, *rest, Buttons((Button("Settle flags", token("course.flags", number)),)), *mine]


def _background(course: Course, now: datetime) -> Text:
    """Tell where a course comes from, and when somebody last looked after it, where its state tells something else."""
    parts: list[Inline | Text] = []
    if state_of(course, now) is not State.FRESH:
        parts.append(text("reviewed ", Time(course.reviewed_at, "relative")))
    if course.parent:
        parts.append(f"forked from C{course.parent}")
    return joined(parts, " · ")


def _taps(view: View, viewer: Person, now: datetime) -> Sequence[Button]:
    course, number = view.course, view.course.id
    if course.archived_at:
        back = [Button("Restore", token("course.restore", number), "primary")] if view.editable else []
        learning = [Button("Continue", token("course.progress", number))] if view.progress else []
        return [*back, *learning, history(course)]
    begin = (
        Button("Continue", token("course.progress", number), "primary")
        if view.progress
        else Button("Start", token("course.start", number), "primary")
    )
    keep = (
        Button("Unsave", token("course.unsave", number)) if view.saved else Button("Save", token("course.save", number))
    )
    good = [Button("Still good", token("course.review", number))] if _may_be_good(view, now) else []
    flag = [] if view.editable or view.flags else [Button("Flag", token("course.flag", number))]
    return [begin, *good, *_care(view, viewer, now), keep, history(course), cards.share_here(course), *flag]


def _may_be_good(view: View, now: datetime) -> bool:
    """Tell whether somebody may say of a course that it is still good, and that would say something."""
    return view.editable and view.course.owner is not None and freshness(view.course, now).wants_care


def _care(view: View, viewer: Person, now: datetime) -> Sequence[Button]:
    """Give the buttons to change a course, or to have one's own copy of it."""
    course = view.course
    edit = [Button("Edit", token("course.edit", course.id))] if view.editable else []
    if course.owner and course.owner.id == viewer.id:
        return [*edit, Button("Hand over", token(HANDOVER, course.id))]
    care = [*edit, *phrases.adopting(course, now)]
    return [*care, go_to(view.own) if view.own else Button("Fork", token("course.fork", course.id))]


def go_to(own: Course) -> Button:
    """Make the button that leads somebody to the course of a lineage that they have."""
    return Button("Go to my fork" if own.parent else "Go to my course", token("course.show", own.id))


def history(course: Course) -> Button:
    """Make the button that leads to a course's history."""
    return Button("History", token("course.history", course.id))
