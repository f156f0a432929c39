"""Curating: edit a course, put it away and bring it back. Rights are checked each time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.care import Outcome
from bot.commands import Context, action, command, form
from bot.courses.attention import UNDO, attend, bring_back, put_back_way
from bot.courses.naming import CourseArgs, archived, course_of, course_option, own, pick
from bot.courses.rights import may_edit
from bot.errors import NotFound
from bot.features.courses import cards, changes, editing, rules
from bot.features.courses.share import addresses, learn_pages
from bot.features.courses.viewing import go_to, history, shown
from bot.model import Course, CourseContent
from bot.requests import Submit
from bot.ui import Block, Bold, Button, Buttons, Card, Code, Form, Items, note, paragraph, text, token
from bot.words import FIX

STATE_PARTS = 2
"""The state of an edit form: the course's number and the revision that the editor saw."""
LOOKED_BACK = 20
"""Changes that are looked through for what was rewritten while somebody edited; after more of them it surely was."""


@dataclass(frozen=True)
class OwnArgs:
    """A course to change: one's own are offered."""

    course: str | None = course_option(own)


@command("course edit", "Change a course that you look after", args=OwnArgs, opens_form=True)
async def edit(ctx: Context, args: OwnArgs) -> Card | Form:
    """Open the form with the course in it."""
    found = await pick(ctx, args.course, "course.edit", own)
    return found if isinstance(found, Card) else await open_edit(ctx, found)


@action("course.edit", args=CourseArgs, opens_form=True)
async def edit_tapped(ctx: Context, args: CourseArgs) -> Card | Form:
    """Open the form with the course of a button in it."""
    return await open_edit(ctx, await course_of(ctx, args))


async def open_edit(ctx: Context, course: Course) -> Card | Form:
    """Open the form for those who may edit; others are offered their own copy."""
    refused = await not_editable(ctx, course)
    if refused is not None:
        return refused
    filled = editing.typed(course, () if course.topics else await _suggested(ctx, course))
    form = cards.edit_form(ctx.config).filled(filled, state=edit_state(course))
    is_whole = filled["steps"] == rules.steps_text(course.steps)
    return form if is_whole else form.hinting("steps", editing.SHORT_HINT)


async def _suggested(ctx: Context, course: Course) -> Sequence[str]:
    """Suggest topics from what is known of a course's pages by now."""
    pages = await ctx.unit.resources.known([step.url for step in course.steps])
    return rules.suggested_topics(pages.values(), [t.topic for t in await ctx.unit.courses.topics()])


def edit_state(course: Course) -> str:
    """Write down which course a form edits, and what its editor saw."""
    return f"{course.id}:{course.revision}"


async def not_editable(ctx: Context, course: Course) -> Card | None:
    """Say why somebody can't change a course, with the next step; None where they can."""
    if not may_edit(course, ctx.person, is_steward=ctx.is_steward):
        return await _fork_instead(ctx, course)
    if course.archived_at:
        said = f"{course.short_id} is archived. Restore it first, then you can edit it."
        return Card(said, (paragraph(said), Buttons((Button("Restore", token("course.restore", course.id)),))))
    return None


async def _fork_instead(ctx: Context, course: Course) -> Card:
    mine = await ctx.unit.courses.of_lineage(course.root, ctx.person.id)
    said = (
        f"Only its owner ({course.owner.name}) can change {course.short_id}."
        if course.owner
        else f"{course.short_id} has no owner yet, so only a steward can change it."
    )
    if mine:
        button, tip = go_to(mine), "You have one of your own like it: change that one."
    else:
        button = Button("Fork it instead", token("course.fork", course.id), "primary")
        tip = "Fork it instead? Then you have a copy of your own to change as you like."
    return Card(said, (paragraph(said), paragraph(tip), Buttons((button,))))


@form(cards.EDIT, blank=cards.edit_form, links=addresses)
async def edited(ctx: Context, submit: Submit) -> Card:
    """Store what was edited as a new revision, and bring the announced cards up to date."""
    course, seen = await _edited_course(ctx, submit.state)
    refused = await not_editable(ctx, course)
    if refused is not None:
        return await _refused_edit(ctx, refused, submit)
    content = _edited_content(ctx, course, submit)
    if await _is_rewritten(ctx, course, seen):
        return await _changed_meanwhile(ctx, course, submit)
    if content == content_of(course):
        return Card("Nothing changed.", (paragraph("Nothing changed, so I left ", Bold(course.goal), " as it was."),))
    new = await saved(ctx, course, content, rules.step_numbers(course, content.steps))
    if new is None:  # somebody else saved between our reading and our writing
        return await _changed_meanwhile(ctx, await course_of(ctx, CourseArgs(course.id)), submit)
    await learn_pages(ctx)
    return edited_card(course, new)


async def _is_rewritten(ctx: Context, course: Course, seen: int) -> bool:
    """Tell whether a course says anything else than at a revision: whose it is stands in the way of no edit."""
    since = course.revision - seen
    if not 0 <= since <= LOOKED_BACK:
        return True
    return any(change.before is not None for change in await ctx.unit.courses.changes(course.id, 0, since))


async def saved(ctx: Context, course: Course, content: CourseContent, numbers: Sequence[int]) -> Course | None:
    """Store a new revision of a course that still is as its editor saw it; None where it isn't."""
    new = await ctx.unit.courses.edit(course, content, numbers, ctx.person.id, ctx.now)
    if new is not None:
        await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.UPDATED)
    return new


def _edited_content(ctx: Context, course: Course, submit: Submit) -> CourseContent:
    values = {**submit.values, "steps": editing.spelled_out(submit.values.get("steps", ""), course)}
    settings = ctx.config
    content = rules.check_content(values, ctx.pages, settings.courses, settings.community.language, course)
    return replace(content, language=course.language)


async def _edited_course(ctx: Context, state: str) -> tuple[Course, int]:
    """Find the course that a form edits and the revision its editor saw; raise NotFound for a made-up state."""
    parts = state.split(":")
    if len(parts) != STATE_PARTS or not all(part.isascii() and part.isdigit() for part in parts):
        raise NotFound("I don't know any more which course this form was for. /course edit opens it anew.")
    return await course_of(ctx, CourseArgs(int(parts[0][:9]))), int(parts[1][:9])


async def _refused_edit(ctx: Context, refused: Card, submit: Submit) -> Card:
    """Say why an edit can't be saved, and keep what was typed: a form that was sent off is closed by then."""
    draft = await ctx.unit.drafts.keep(ctx.person.id, cards.EDIT, submit.values, submit.state, ctx.now)
    kept = (note("I kept what you typed."), Buttons((Button("Open my version", token(FIX, draft)),)))
    return Card(refused.summary, (*refused.blocks, *kept))


async def _changed_meanwhile(ctx: Context, course: Course, submit: Submit) -> Card:
    """Keep what the second editor typed, show what the first one did, and let the second decide."""
    draft = await ctx.unit.drafts.keep(ctx.person.id, cards.EDIT, submit.values, edit_state(course), ctx.now)
    changes = await ctx.unit.courses.changes(course.id, 0, LOOKED_BACK)
    who = next((change.person.name for change in changes if change.before is not None and change.person), "Somebody")
    said = f"{who} changed {course.short_id} while you were editing it."
    blocks: tuple[Block, ...] = (
        paragraph(said, " Nothing of yours is lost. Look at what it is now, then save yours over it, or leave it."),
        Buttons(
            (
                Button("Open my version", token(FIX, draft), "primary"),
                Button("Show what it is now", token("course.show", course.id)),
                history(course),
            )
        ),
    )
    return Card(said, blocks)


def content_of(course: Course) -> CourseContent:
    """Give what a course says, without how it stands."""
    return CourseContent(course.goal, course.steps, course.level, course.topics, course.description, course.language)


def edited_card(before: Course, after: Course) -> Card:
    """Confirm an edit: what changed, and where it shows."""
    lines = changes.differences(before, after)
    return Card(
        f"Saved: {after.goal} ({after.short_id})",
        (
            paragraph("Saved: ", Bold(after.goal), f" ({after.short_id})"),
            Items(tuple(text(line) for line in lines)),
            Buttons((Button("Show", token("course.show", after.id)), history(after))),
            note("Announcements of it show this too in a moment."),
        ),
    )


@command("course archive", "Put a course away: it is found no more, and nothing is deleted", args=OwnArgs)
async def archive(ctx: Context, args: OwnArgs) -> Card:
    """Ask once whether a course should be put away."""
    found = await pick(ctx, args.course, "course.ask_archive", own)
    return found if isinstance(found, Card) else await ask_archive(ctx, found)


@action("course.ask_archive", args=CourseArgs)
async def ask_archive_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Ask once whether the course of a button should be put away."""
    return await ask_archive(ctx, await course_of(ctx, args))


async def ask_archive(ctx: Context, course: Course) -> Card:
    """Ask those who may."""
    refused = await _not_archivable(ctx, course)
    if refused is not None:
        return refused
    if course.archived_at:
        return archived_card(course)
    said = f"Archive “{course.goal}” ({course.short_id})?"
    return Card(
        said,
        (
            paragraph("Archive ", Bold(course.goal), f" ({course.short_id})?"),
            paragraph(
                "It is found no more. Copies that others made and everybody's progress stay, and you can restore it."
            ),
            Buttons(
                (
                    Button("Archive it", token("course.archive", course.id), "danger"),
                    Button("Leave it as it is", token("course.show", course.id)),
                )
            ),
        ),
    )


async def _not_archivable(ctx: Context, course: Course) -> Card | None:
    return None if may_edit(course, ctx.person, is_steward=ctx.is_steward) else await _fork_instead(ctx, course)


@action("course.archive", args=CourseArgs, changes=True)
async def archive_now(ctx: Context, args: CourseArgs) -> Card:
    """Put the course of a button away."""
    return await _put(ctx, await course_of(ctx, args), away=True)


@dataclass(frozen=True)
class ArchivedArgs:
    """A course to bring back: those that one put away are offered."""

    course: str | None = course_option(archived)


@command("course restore", "Bring back a course that was archived", args=ArchivedArgs, changes=True)
async def restore(ctx: Context, args: ArchivedArgs) -> Card:
    """Bring a course back."""
    found = await pick(ctx, args.course, "course.restore", archived)
    return found if isinstance(found, Card) else await _put(ctx, found, away=False)


@action("course.restore", args=CourseArgs, changes=True)
async def restore_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Bring the course of a button back."""
    return await _put(ctx, await course_of(ctx, args), away=False)


async def _put(ctx: Context, course: Course, *, away: bool) -> Card:
    """Put a course away or bring it back, for those who may; twice does nothing more."""
    refused = await _not_archivable(ctx, course)
    if refused is not None:
        return refused
    if away:
        moved = await ctx.unit.courses.set_archived(course.id, ctx.person.id, ctx.now, on=True)
        if moved is not None:
            await attend(ctx.unit, course.id, ctx.person.id, ctx.now, Outcome.ARCHIVED)
        return archived_card(course)
    if await bring_back(ctx.unit, course, ctx.person.id, ctx.now) and _is_undone(course, ctx.now):
        await put_back_way(ctx.unit, course.id, course.archived_at or ctx.now, ctx.now)
    return await shown(ctx, await course_of(ctx, CourseArgs(course.id)))


def _is_undone(course: Course, now: datetime) -> bool:
    """Tell whether bringing a course back takes back the tap that put it away; later it begins anew."""
    return course.archived_at is not None and now - course.archived_at < UNDO


def archived_card(course: Course) -> Card:
    """Confirm that a course is put away, with the way back."""
    said = f"Archived: {course.goal} ({course.short_id})"
    return Card(
        said,
        (
            paragraph("Archived: ", Bold(course.goal), f" ({course.short_id})"),
            Buttons((Button("Undo", token("course.restore", course.id)),)),
            note("Later: ", Code(f"/course restore {course.short_id}"), "."),
        ),
    )
