"""The community's own pages: where one starts, and help. Also brings back forms that needed a change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import words
from bot.commands import Context, action, command, form, option
from bot.config import Config
from bot.courses import phrases
from bot.courses.freshness import freshness
from bot.errors import Invalid, NotFound
from bot.model import ANY_LEVEL, Course, CoursePage, CourseQuery, Interests, Level, Progress
from bot.requests import Reply, Submit
from bot.text import sentence
from bot.topics import parse_topics
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Field,
    Form,
    Heading,
    Items,
    Option,
    Text,
    joined,
    note,
    paragraph,
    text,
    token,
)

SHOWN = 3
"""How many courses of each kind the first page shows."""
LOOKED_THROUGH = 10
"""Newest courses of a topic that are looked through for others' courses: one's own aren't shown."""
WELCOME = "offcourse.welcome"
"""The form in which people tell what they like to learn."""
TOPICS_LENGTH = 300
"""Longest line of topics, in characters."""


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows of a person: each list with how many there are in all."""

    interests: Interests
    own: CoursePage
    learning: tuple[Sequence[Progress], int]
    shelf: CoursePage
    fitting: Sequence[Course]


@command(
    "offcourse home", "See what you can do here, your courses, what you are learning, and your shelf", default=True
)
async def home(ctx: Context, args: object) -> Card:
    """Greet, show what is one's own, and the next steps."""
    return home_card(ctx.config.community.name, await _home_of(ctx), ctx.now)


async def _home_of(ctx: Context) -> Home:
    person = ctx.person.id
    interests = await ctx.unit.people.interests(person)
    return Home(
        interests,
        await ctx.unit.courses.search(CourseQuery(owner=person), 0, SHOWN),
        await ctx.unit.learning.started(person, 0, SHOWN),
        await ctx.unit.shelf.of(person, 0, SHOWN),
        await _fitting(ctx, interests),
    )


async def _fitting(ctx: Context, interests: Interests) -> Sequence[Course]:
    """Find the newest courses of others with a topic that the person wants to learn."""
    found: dict[int, Course] = {}
    for topic in interests.learn:
        page = await ctx.unit.courses.search(CourseQuery(topic=topic), 0, LOOKED_THROUGH)
        found |= {course.id: course for course in page.courses if not course.owner or course.owner.id != ctx.person.id}
    return sorted(found.values(), key=lambda course: (course.created_at, course.id), reverse=True)[:SHOWN]


def home_card(community: str, home: Home, now: datetime) -> Card:
    """Show the first page."""
    blocks: list[Block] = [
        Heading(f"Welcome to {community}"),
        paragraph("If everybody shares what they know, everybody can learn what they want."),
        Buttons(
            (
                Button("Share a course", token("course.new"), "primary"),
                Button("Browse topics", token("course.topics")),
                Button("Newest courses", token("course.search", 0)),
            )
        ),
        *_asking(home.interests),
        Heading("Your courses"),
        *_courses(home.own, now, "None yet. What do you know that others want to learn?", "/course list mine"),
        Heading("What you are learning"),
        *_learning(*home.learning, now),
        Heading("Your shelf"),
        *_courses(home.shelf, now, "Empty. Save in a course puts it here.", "/course list saved"),
        *_for_you(home.fitting, now),
        note("Find courses with ", Code("/course search"), ", see all commands with ", Code("/offcourse help"), "."),
    ]
    return Card(f"Welcome to {community}", tuple(blocks))


def _asking(told: Interests) -> list[Block]:
    """Ask once what somebody likes to learn; those who answered or skipped aren't asked again."""
    if told.asked_at is not None:
        return []
    return [
        paragraph("New here? Three short questions, and I can point you to what fits you. You can also skip them."),
        Buttons((Button("Tell me about you", token("offcourse.ask")), Button("Skip", token("offcourse.skip")))),
    ]


def _courses(page: CoursePage, now: datetime, nothing: str, all_of_them: str) -> list[Block]:
    if not page.courses:
        return [paragraph(nothing)]
    shown: list[Block] = [
        Items(tuple(_line(course, now) for course in page.courses)),
        Buttons(tuple(_show(course) for course in page.courses)),
    ]
    more = [note(f"{page.total} in all: ", Code(all_of_them))] if page.total > len(page.courses) else []
    return [*shown, *more]


def _learning(found: Sequence[Progress], total: int, now: datetime) -> list[Block]:
    if not found:
        return [paragraph("Nothing yet. Start in a course marks your steps.")]
    lines = [(*_line(one.course, now), f" · {one.steps_done} of {len(one.course.steps)} done") for one in found]
    taps = [Button(f"Continue {one.course.short_id}", token("course.progress", one.course.id)) for one in found]
    more = [note(f"{total} in all: ", Code("/course progress"))] if total > len(found) else []
    return [Items(tuple(lines)), Buttons(tuple(taps)), *more]


def _for_you(courses: Sequence[Course], now: datetime) -> list[Block]:
    if not courses:
        return []
    return [
        Heading("For you"),
        Items(tuple(_line(course, now) for course in courses)),
        Buttons(tuple(_show(course) for course in courses)),
    ]


def _show(course: Course) -> Button:
    return Button(f"Show {course.short_id}", token("course.show", course.id))


def _line(course: Course, now: datetime) -> Text:
    owners = [phrases.by(course)] if course.owner else []
    return joined((f"{course.short_id} {course.goal}", *owners, freshness(course, now).marked), " · ")


def welcome_form(config: Config) -> Form:
    """Give the form in which people tell what they like to learn, with nothing in it yet."""
    levels = (Option(ANY_LEVEL, "It depends"), *(Option(level, level.capitalize()) for level in Level))
    commas = "With commas between them"
    return Form(
        WELCOME,
        "About you",
        (
            Field("level", "How much do you know already?", required=False, options=levels, placeholder="It depends"),
            Field(
                "learn", "What do you want to learn?", required=False, hint=commas, max_length=TOPICS_LENGTH,
                placeholder="python, bread, photography",
            ),
            Field(
                "help", "What can you help others with?", required=False, hint=commas, max_length=TOPICS_LENGTH,
                placeholder="html, music, gardening",
            ),
        ),
        submit="Save",
    )  # fmt: skip


@command("offcourse profile", "Tell your level, what you want to learn, and what you can help with", opens_form=True)
async def profile(ctx: Context, args: object) -> Form:
    """Open the form with what the person told before."""
    told = await ctx.unit.people.interests(ctx.person.id)
    filled = {"level": told.level or "", "learn": ", ".join(told.learn), "help": ", ".join(told.help)}
    return welcome_form(ctx.config).filled(filled)


ask = action("offcourse.ask", opens_form=True)(profile.handler)


@action("offcourse.skip", changes=True)
async def skip(ctx: Context, args: object) -> Reply:
    """Never ask again by oneself; what was told before stays."""
    told = await ctx.unit.people.interests(ctx.person.id)
    await ctx.unit.people.set_interests(ctx.person.id, replace(told, asked_at=ctx.now))
    return Reply(home_card(ctx.config.community.name, await _home_of(ctx), ctx.now), replaces=True)


@form(WELCOME, blank=welcome_form)
async def told(ctx: Context, submit: Submit) -> Card:
    """Keep what a person told of themselves."""
    errors: dict[str, str] = {}
    topics: dict[str, tuple[str, ...]] = {}
    for name in ("learn", "help"):
        try:
            topics[name] = parse_topics(submit.values.get(name, ""))
        except ValueError as error:
            errors[name] = sentence(str(error))
    if errors:
        raise Invalid(errors)
    level = submit.values.get("level", "")
    known = Level(level) if level in set(Level) else None
    await ctx.unit.people.set_interests(ctx.person.id, Interests(known, topics["learn"], topics["help"], ctx.now))
    return told_card(await _fitting(ctx, Interests(learn=topics["learn"])), ctx.now)


def told_card(fitting: Sequence[Course], now: datetime) -> Card:
    """Thank, and show what fits."""
    said = "Thank you, I'll keep that in mind."
    change = note("Change it any time with ", Code("/offcourse profile"), ".")
    return Card(said, (paragraph(said), *_for_you(fitting, now), change))


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
