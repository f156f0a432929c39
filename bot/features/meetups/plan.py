"""Planning a meetup: the form, the preview that only its planner sees, and the posting."""

import hashlib
from dataclasses import dataclass

from bot import zones
from bot.commands import Context, action, command, form, option
from bot.errors import Invalid, NotFound
from bot.features.meetups import cards
from bot.features.meetups.announcing import announcements, course_of
from bot.features.meetups.reading import reading_on, understood
from bot.meetups.meetup import MeetupContent
from bot.meetups.plan import TITLE_MAX, ReadWhen, pin_of, pinned, when_of
from bot.meetups.times import said
from bot.meetups.when import Reading
from bot.model import Draft
from bot.requests import Reply, Submit
from bot.text import clamp, one_line
from bot.ui import Card, Form
from bot.words import rejected_card


@dataclass(frozen=True)
class PlanArgs:
    """Arguments of `/meetup plan`."""

    title: str | None = option("what it is called; you say the rest in a form", default=None)


@command("meetup plan", "Plan a meetup: when and where people meet, and what about", args=PlanArgs, opens_form=True)
async def plan(ctx: Context, args: PlanArgs) -> Form:
    """Open the form."""
    return cards.plan_form(ctx.config).filled({"title": clamp(one_line(args.title or ""), TITLE_MAX)})


@action("meetup.new", opens_form=True)
async def start(ctx: Context, args: object) -> Form:
    """Open the empty form."""
    return cards.plan_form(ctx.config)


@form(cards.PLAN, blank=cards.plan_form)
async def planned(ctx: Context, submit: Submit) -> Card:
    """Show what was understood to its planner alone; what was typed is kept with the moment that it means."""
    found = await understood(ctx, submit.values, _reading(ctx))
    values = {**submit.values, **pinned(when_of(found.content))}
    draft = await ctx.unit.drafts.keep(ctx.person.id, cards.PLAN, values, submit.state, ctx.now)
    course = await course_of(ctx.unit, found.content.course)
    _, teller = zones.told(ctx.person, ctx.config)
    known = teller is not zones.Teller.COMMUNITY
    return cards.preview_card(found, course, draft, zone_is_known=known)


def _reading(ctx: Context) -> ReadWhen:
    """Read a time on the clock of the one who types it."""
    return reading_on(ctx, zones.zone_of(ctx.person, ctx.config).key)


@dataclass(frozen=True)
class DraftArgs:
    """The draft that a button speaks of."""

    draft: int = option("the draft's number")


@action("meetup.post", args=DraftArgs, changes=True)
async def post(ctx: Context, args: DraftArgs) -> Reply:
    """Store the meetup of a preview and announce it once in every workspace; twice posts once."""
    draft = await _draft_of(ctx, args)
    try:
        content = await _still_possible(ctx, draft)
    except Invalid as error:
        return Reply(rejected_card(cards.plan_form(ctx.config), error.fields, draft.id))
    meetup, fresh = await ctx.unit.meetups.add(content, ctx.person.id, ctx.now, origin_of(content, draft))
    if fresh:
        await ctx.unit.outbox.queue(announcements(meetup.id, await ctx.unit.workspaces.all(), ctx.config), ctx.now)
    return Reply(cards.posted_card(meetup, fresh=fresh), replaces=True)


async def _still_possible(ctx: Context, draft: Draft) -> MeetupContent:
    """Read a draft as it was understood when it was typed; raise Invalid for what isn't possible any more."""
    pin = pin_of(draft.values)
    found = await understood(ctx, draft.values, (lambda _: Reading(pin)) if pin else _reading(ctx))
    if found.content.starts_at <= ctx.now:
        raise Invalid({"when": f"{said(when_of(found.content))} is over. Write a later time."})
    return found.content


async def _draft_of(ctx: Context, args: DraftArgs) -> Draft:
    draft = await ctx.unit.drafts.get(args.draft, ctx.person.id)
    if draft is None or draft.form != cards.PLAN:
        raise NotFound("This draft is gone: it is older than a week, or many others came after it.")
    return draft


def origin_of(content: MeetupContent, draft: Draft) -> str:
    """Say what a meetup is known by: posting one preview again is a repetition, planning the same again is not."""
    parts = repr((draft.person, draft.id, content.title, content.starts_at.isoformat(), content.address, content.link))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


@action("meetup.drop", args=DraftArgs)
async def drop(ctx: Context, args: DraftArgs) -> Reply:
    """Post nothing; what was typed stays for a while."""
    return Reply(cards.dropped_card((await _draft_of(ctx, args)).id), replaces=True)
