"""Sharing: the form, the announcement in every workspace, and showing a course around."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.commands import Composing, Context, action, command, form, message_action, option, post
from bot.config import Config, channels_of, homes
from bot.errors import NotFound, UserError
from bot.features.courses import cards, rules
from bot.model import Course, CourseContent, Letter, Recipient, Workspace
from bot.requests import Pick, Submit
from bot.text import clamp, one_line
from bot.ui import Card, Form

COURSES = "courses"
"""The purpose of the channel where courses are announced."""


@dataclass(frozen=True)
class ShareArgs:
    """Arguments of `/course share`."""

    url: str | None = option("an address to start from; its title fills in the first step", default=None)


def _pages_to_read(args: ShareArgs) -> Iterable[str]:
    url = _address(args.url or "")
    return [url] if url else []


def _address(raw: str) -> str:
    try:
        return rules.check_url(raw) if raw else ""
    except ValueError:
        return ""


@command(
    "course share", "Share a course: a goal and the steps to it", args=ShareArgs, opens_form=True, links=_pages_to_read
)
async def share(ctx: Context, args: ShareArgs) -> Form:
    """Open the share form, filled in from an address where one is given."""
    blank = cards.share_form(ctx.config)
    url = _address(args.url or "")
    if args.url and not url:
        return blank.filled({"steps": one_line(args.url)})
    return blank.filled(_first_step(ctx, url)) if url else blank


def _first_step(ctx: Context, url: str) -> dict[str, str]:
    page = ctx.pages.get(url)
    limits = ctx.config.courses
    title = clamp(one_line(page.title), limits.goal_max) if page else ""
    return {"goal": title, "steps": f"{rules.task_for(url, page, limits)} | {url}"}


@action("course.new", opens_form=True)
async def start(ctx: Context, args: object) -> Form:
    """Open the empty share form."""
    return cards.share_form(ctx.config)


@message_action(
    "course.from_message",
    "Save as course",
    "Open the share form with the message's links as steps",
    opens_form=True,
    links=lambda pick: rules.links_in(pick.text)[:20],
)
async def save_message(ctx: Context, pick: Pick) -> Form:
    """Open the share form with the links of a message as steps."""
    limits = ctx.config.courses
    links = rules.links_in(pick.text)
    if not links:
        raise UserError("There is no link in this message. Choose one with links, or type /course share.")
    steps = [f"{rules.task_for(url, ctx.pages.get(url), limits)} | {url}" for url in links[: limits.steps_max]]
    return cards.share_form(ctx.config).filled({"steps": "\n".join(steps)})


def _bare_addresses(submit: Submit) -> Iterable[str]:
    typed = rules.split_steps(submit.values.get("steps", ""))[:20]
    return [url for task, raw in typed if not task and (url := _address(raw))]


@form(cards.SHARE, blank=cards.share_form, links=_bare_addresses)
async def shared(ctx: Context, submit: Submit) -> Card:
    """Store what was shared and announce it once in every workspace."""
    content = rules.check_content(submit.values, ctx.pages, ctx.config.courses, ctx.config.community.language)
    course, fresh = await ctx.unit.courses.add(content, ctx.person.id, ctx.now, source_of(content, ctx.person.id))
    if fresh:
        await ctx.unit.outbox.queue(announcements(course.id, await ctx.unit.workspaces.all(), ctx.config), ctx.now)
    return cards.shared_card(course, fresh=fresh)


def source_of(content: CourseContent, person: int) -> str:
    """Say where a share is from: sharing exactly the same again is a repetition, a mended version is not."""
    return repr((person, content.level, content.topics, content.description, [step.task for step in content.steps]))


def announcements(course: int, workspaces: Iterable[Workspace], config: Config) -> list[Letter]:
    """Write one letter for the courses channel of each workspace that has one."""
    return [
        Letter(cards.CARD, str(course), Recipient.channel(workspace, COURSES), cards.ANNOUNCED)
        for workspace in homes(config, workspaces)
        if COURSES in channels_of(config, workspace.platform)
    ]


@post(cards.CARD)
async def announce(composing: Composing, letter: Letter) -> Card | None:
    """Make the public card of a course."""
    course = await composing.unit.courses.get(int(letter.subject))
    return cards.announcement_card(course) if course else None


@dataclass(frozen=True)
class CourseArgs:
    """The course that a button speaks of."""

    course: int = option("the course's number")


async def course_of(ctx: Context, args: CourseArgs) -> Course:
    """Find the course that a button speaks of; raise NotFound for one that isn't here."""
    course = await ctx.unit.courses.get(args.course)
    if course is None:
        raise NotFound("This course isn't here any more. /course search finds others.")
    return course


@action("course.post", args=CourseArgs, changes=True)
async def show_around(ctx: Context, args: CourseArgs) -> Card:
    """Post a course where the person is; tapping the same button again posts nothing more."""
    course = await course_of(ctx, args)
    if ctx.place is None:
        raise UserError("I can't post here. Open a channel that I am in, and search there.")
    occurrence = ctx.request.source or ctx.request.key
    await ctx.unit.outbox.queue([Letter(cards.CARD, str(course.id), Recipient.place(ctx.place), occurrence)], ctx.now)
    return cards.posting_card(course, ctx.place, occurrence)
