"""The community's own pages: where one starts, and help. Also brings back forms that needed a change."""

from dataclasses import dataclass

from bot import words
from bot.commands import Context, action, command, option
from bot.errors import NotFound
from bot.model import Course, CourseQuery
from bot.ui import Block, Bold, Button, Buttons, Card, Code, Form, Heading, Items, Text, note, paragraph, text, token

OWN_COURSES = 5
"""How many of one's own courses the first page shows."""


@command("offcourse home", "See what you can do here, and your own courses", default=True)
async def home(ctx: Context, args: object) -> Card:
    """Greet, show one's own courses and the next steps."""
    own = await ctx.unit.courses.search(CourseQuery(owner=ctx.person.id), 0, OWN_COURSES)
    name = ctx.config.community.name
    blocks: list[Block] = [
        Heading(f"Welcome to {name}"),
        paragraph("If everybody shares what they know, everybody can learn what they want."),
        Buttons(
            (
                Button("Share a course", token("course.new"), "primary"),
                Button("Browse topics", token("course.topics")),
                Button("Newest courses", token("course.search", 0)),
            )
        ),
        Heading("Your courses"),
        *_own(own.courses, own.total),
        note("Find courses with ", Code("/course search"), ", see all commands with ", Code("/offcourse help"), "."),
    ]
    return Card(f"Welcome to {name}", tuple(blocks))


def _own(courses: tuple[Course, ...], total: int) -> list[Block]:
    if not courses:
        return [paragraph("None yet. What do you know that others want to learn?")]
    shown: list[Block] = [
        Items(tuple(_line(course) for course in courses)),
        Buttons(tuple(Button(f"Show {course.short_id}", token("course.show", course.id)) for course in courses)),
    ]
    more = [note(f"{total} in all: ", Code("/course list mine"))] if total > len(courses) else []
    return [*shown, *more]


def _line(course: Course) -> Text:
    return text(f"{course.short_id} {course.goal}")


@command("offcourse help", "List everything one can type here")
async def show_help(ctx: Context, args: object) -> Card:
    """List all commands from the registry."""
    blocks: list[Block] = []
    for root in ctx.registry.roots():
        blocks += [Heading(f"/{root}"), words.command_lines(ctx.registry.group(root))]
    menus = ctx.registry.message_actions.values()
    if menus:
        blocks += [
            Heading("In the menu of a message"),
            Items(tuple(text(Bold(menu.label), " — ", menu.summary) for menu in menus)),
        ]
    return Card("Everything one can type here", tuple(blocks))


@dataclass(frozen=True)
class FixArgs:
    """The draft that a Fix button brings back."""

    draft: int = option("the draft's number")


@action(words.FIX, args=FixArgs, opens_form=True)
async def fix(ctx: Context, args: FixArgs) -> Form:
    """Open a form again with all that was typed; only for the one who typed it."""
    draft = await ctx.unit.drafts.get(args.draft, ctx.person.id)
    if draft is None or draft.form not in ctx.registry.forms:
        raise NotFound("This draft is gone: it was sent already, or it is older than a week.")
    return ctx.registry.forms[draft.form].blank(ctx.config).filled(draft.values, state=draft.state)
