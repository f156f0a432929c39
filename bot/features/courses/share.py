"""Sharing: the form, the announcement in every workspace, and showing a course around."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.addresses import check_url, links_in
from bot.commands import Background, Context, action, command, form, message_action, option, post
from bot.config import Config, channels_of, homes
from bot.courses import phrases
from bot.courses.naming import CourseArgs, course_of
from bot.errors import NotFound, UserError
from bot.features.courses import cards, rules
from bot.features.courses.cards import STEPS_LENGTH
from bot.model import Checkpoint, Course, CourseContent, Letter, Recipient, Workspace
from bot.requests import Pick, Submit
from bot.text import clamp, one_line, units
from bot.ui import Button, Card, Form, token
from bot.words import FIX

COURSES = "courses"
"""The purpose of the channel where courses are announced."""


ANYWAY = "anyway"
"""The state of a share form whose writer has seen the courses that use its addresses already."""
MOST_LINKS = 20
"""Addresses of one form or message that are looked at: as many as a course can have steps at most."""
USED = 5
"""Courses shown that use an address already."""


@dataclass(frozen=True)
class ShareArgs:
    """Arguments of `/course share`."""

    url: str | None = option("an address to start from; its title fills in the first step", default=None)


def _pages_to_read(args: ShareArgs) -> Iterable[str]:
    url = _address(args.url or "")
    return [url] if url else []


def _address(raw: str) -> str:
    try:
        return check_url(raw) if raw else ""
    except ValueError:
        return ""


@command(
    "course share",
    "Share a course: a goal and the steps to it",
    args=ShareArgs,
    opens_form=True,
    changes=True,
    links=_pages_to_read,
)
async def share(ctx: Context, args: ShareArgs) -> Card | Form:
    """Open the share form, filled in from an address where one is given; courses that use it already come first."""
    blank = cards.share_form(ctx.config)
    url = _address(args.url or "")
    if args.url and not url:
        return blank.filled({"steps": one_line(args.url)})
    if not url:
        return blank
    values = await _first_step(ctx, url)
    used = await ctx.unit.courses.using(_with_targets(ctx, [url]), USED)
    if not used:
        return blank.filled(values)
    draft = await ctx.unit.drafts.keep(ctx.person.id, cards.SHARE, values, ANYWAY, ctx.now)
    return cards.used_card(used, ctx.person, Button("Share anyway", token(FIX, draft)), ctx.now)


def _with_targets(ctx: Context, urls: Iterable[str]) -> set[str]:
    """Give addresses together with where they redirect to."""
    given = set(urls)
    return given | {page.address for url in given if (page := ctx.pages.get(url)) and page.address}


async def _first_step(ctx: Context, url: str) -> dict[str, str]:
    page = ctx.pages.get(url)
    limits = ctx.config.courses
    title = clamp(one_line(page.title), limits.goal_max) if page else ""
    steps = f"{rules.task_for(url, page, limits)} | {url}"
    return {"goal": title, "steps": steps, "topics": await _suggested(ctx, [url])}


async def _suggested(ctx: Context, urls: Iterable[str]) -> str:
    """Suggest topics from what the pages say, as they are typed."""
    pages = [page for url in urls if (page := ctx.pages.get(url))]
    if not pages:
        return ""
    return ", ".join(rules.suggested_topics(pages, [found.topic for found in await ctx.unit.courses.topics()]))


@action("course.new", opens_form=True)
async def start(ctx: Context, args: object) -> Form:
    """Open the empty share form."""
    return cards.share_form(ctx.config)


@message_action(
    "course.from_message",
    "Save as course",
    "Open the share form with the message's links as steps",
    opens_form=True,
    links=lambda pick: links_in(pick.text)[:MOST_LINKS],
)
async def save_message(ctx: Context, pick: Pick) -> Form:
    """Open the share form with the links of a message as steps."""
    limits = ctx.config.courses
    links = links_in(pick.text)
    if not links:
        raise UserError("There is no link in this message. Choose one with links, or type /course share.")
    steps = [Checkpoint(rules.task_for(url, ctx.pages.get(url), limits), url) for url in links[: limits.steps_max]]
    kept = fitting_steps(steps)
    filled = {"steps": rules.steps_text(kept), "topics": await _suggested(ctx, [step.url for step in kept])}
    form = cards.share_form(ctx.config).filled(filled)
    left_out = f"These are {len(kept)} of {phrases.counted(len(links), 'link')}: more don't fit into one course"
    return form if len(kept) == len(links) else form.hinting("steps", left_out)


def fitting_steps(steps: Sequence[Checkpoint]) -> Sequence[Checkpoint]:
    """Keep the first steps that fit into a form whole: platforms would cut an address in the middle."""
    return next(kept for n in range(len(steps), -1, -1) if units(rules.steps_text(kept := steps[:n])) <= STEPS_LENGTH)


def addresses(submit: Submit) -> Iterable[str]:
    """List the addresses typed into a course's form: their pages name steps, tell the language, and are known then."""
    typed = rules.split_steps(submit.values.get("steps", ""))[:MOST_LINKS]
    return [url for _, raw in typed if (url := _address(raw))]


@form(cards.SHARE, blank=cards.share_form, links=addresses)
async def shared(ctx: Context, submit: Submit) -> Card:
    """Store what was shared and announce it once in every workspace; ask first where others use its addresses."""
    content = rules.check_content(submit.values, ctx.pages, ctx.config.courses, ctx.config.community.language)
    used = [] if submit.state == ANYWAY else await _used_by_others(ctx, content)
    if used:
        draft = await ctx.unit.drafts.keep(ctx.person.id, cards.SHARE, _kept(submit, content), ANYWAY, ctx.now)
        return cards.used_card(used, ctx.person, Button("Share anyway", token("course.anyway", draft)), ctx.now)
    return await _share(ctx, content, anew=True)


async def _used_by_others(ctx: Context, content: CourseContent) -> list[Course]:
    """Find other people's courses with these addresses; what one shared oneself is no news."""
    found = await ctx.unit.courses.using(_with_targets(ctx, [step.url for step in content.steps]), MOST_LINKS)
    others = [course for course in found if not (course.owner and course.owner.id == ctx.person.id)]
    return others[:USED]


def _kept(submit: Submit, content: CourseContent) -> dict[str, str]:
    """Give what was typed, with all that the pages told filled in: they aren't read again for a tap."""
    return {**submit.values, "steps": rules.steps_text(content.steps), "language": content.language or ""}


@dataclass(frozen=True)
class DraftArgs:
    """The draft that a button speaks of."""

    draft: int = option("the draft's number")


@action("course.anyway", args=DraftArgs, changes=True)
async def share_anyway(ctx: Context, args: DraftArgs) -> Card:
    """Share what was typed, now that its writer has seen the courses like it; twice shares once."""
    draft = await ctx.unit.drafts.get(args.draft, ctx.person.id)
    if draft is None or draft.form != cards.SHARE:
        raise NotFound("This draft is gone: it is older than a week, or many others came after it.")
    return await _share(ctx, rules.check_content(draft.values, {}, ctx.config.courses, ctx.config.community.language))


async def _share(ctx: Context, content: CourseContent, *, anew: bool = False) -> Card:
    """Store and announce; the same again is the same course, unless that was edited since and it is shared `anew`."""
    source = source_of(content, ctx.person.id)
    course, fresh = await ctx.unit.courses.add(content, ctx.person.id, ctx.now, source)
    if anew and not fresh and (course.goal, course.steps) != (content.goal, content.steps):
        again = f"{source} after revision {course.revision}"
        course, fresh = await ctx.unit.courses.add(content, ctx.person.id, ctx.now, again)
    if fresh:
        await learn_pages(ctx)
        await ctx.unit.outbox.queue(announcements(course.id, await ctx.unit.workspaces.all(), ctx.config), ctx.now)
    return cards.shared_card(course, fresh=fresh)


async def learn_pages(ctx: Context) -> None:
    """Write down what was read while the person waited, so that it need not be read again."""
    for url, page in sorted(ctx.pages.items()):
        await ctx.unit.resources.learn(url, page, ctx.now)


def source_of(content: CourseContent, person: int) -> str:
    """Say where a share is from: sharing exactly the same again is a repetition, a mended version is not."""
    return repr((person, content.level, content.topics, content.description, [step.task for step in content.steps]))


def announcements(course: int, workspaces: Iterable[Workspace], config: Config) -> list[Letter]:
    """Write one letter for the courses channel of each workspace that has one."""
    return [
        Letter(phrases.CARD, str(course), Recipient.channel(workspace, COURSES), cards.ANNOUNCED)
        for workspace in homes(config, workspaces)
        if COURSES in channels_of(config, workspace.platform)
    ]


@post(phrases.CARD, title="the card of a course")
async def announce(background: Background, letter: Letter) -> Card | None:
    """Make the public card of a course."""
    course = await background.unit.courses.get(int(letter.subject))
    return cards.announcement_card(course, background.now) if course else None


@action("course.post", args=CourseArgs, changes=True)
async def show_around(ctx: Context, args: CourseArgs) -> Card:
    """Post a course where the person is; tapping the same button again posts nothing more."""
    course = await course_of(ctx, args)
    if course.archived_at:
        raise UserError(f"{course.short_id} is archived, so it isn't shown around. /course search finds others.")
    if ctx.place is None:
        raise UserError("I can't post here. Open a channel that I am in, and search there.")
    occurrence = ctx.request.source or ctx.request.key
    await ctx.unit.outbox.queue([Letter(phrases.CARD, str(course.id), Recipient.place(ctx.place), occurrence)], ctx.now)
    return cards.posting_card(course, ctx.place, occurrence)
