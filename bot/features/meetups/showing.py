"""Showing a whole meetup to one person: what they said to it, and what they can do."""

from dataclasses import dataclass, replace

from bot.commands import Context, action, command
from bot.features.meetups import cards, pieces
from bot.features.meetups.announcing import public_view
from bot.features.meetups.naming import MeetupArgs, everybodys, meetup_of, meetup_option, pick
from bot.meetups.meetup import Meetup
from bot.meetups.rights import may_change
from bot.ui import Button, Buttons, Card, note, paragraph, token


@dataclass(frozen=True)
class ShowArgs:
    """Arguments of `/meetup show`."""

    meetup: str | None = meetup_option(everybodys)


@command("meetup show", "Show a whole meetup: when, where, who goes, and your answer", args=ShowArgs)
async def show(ctx: Context, args: ShowArgs) -> Card:
    """Show the meetup that somebody names; offer those it could be."""
    found = await pick(ctx, args.meetup, "meetup.show")
    return found if isinstance(found, Card) else await shown(ctx, found)


@action("meetup.show", args=MeetupArgs)
async def show_tapped(ctx: Context, args: MeetupArgs) -> Card:
    """Show the meetup of a button to the one who tapped."""
    return await shown(ctx, await meetup_of(ctx, args.meetup))


async def shown(ctx: Context, meetup: Meetup) -> Card:
    """Show a meetup to the person who asks."""
    return shown_card(await view_of(ctx, meetup), cards.ended(meetup, ctx.now))


async def view_of(ctx: Context, meetup: Meetup) -> cards.View:
    """Find out how a meetup stands to the person who asks."""
    mine = await ctx.unit.rsvps.of(meetup.id, ctx.person.id)
    editable = may_change(meetup, ctx.person, is_steward=ctx.is_steward)
    return replace(await public_view(ctx.unit, meetup), mine=mine, editable=editable)


def shown_card(view: cards.View, ended: str) -> Card:
    """Show a meetup to one person, with buttons that fit them; `ended` says why nobody can answer any more."""
    meetup = view.meetup
    mine = paragraph(ended) if ended else paragraph(*pieces.standing(view.mine))
    course = [Button("Show the course", token("course.show", view.course.id))] if view.course else []
    answers = [] if ended else [*pieces.answers(meetup, view.mine)]
    why = note("You see the link because you host it.") if _sees_as_host(view) else None
    care = [] if ended or not view.editable else _care(meetup)
    rows = [Buttons(tuple(row)) for row in ([*answers, *course], care) if row]
    blocks = (*cards.meetup_blocks(view), *((why,) if why else ()), mine, *rows)
    return Card(f"{meetup.title} ({meetup.short_id})", blocks)


def _care(meetup: Meetup) -> list[Button]:
    """Make the buttons for those who look after a meetup."""
    return [
        Button("Edit", token("meetup.edit", meetup.id)),
        Button("Hosts", token("meetup.hosts", meetup.id)),
        Button("Cancel", token("meetup.ask_cancel", meetup.id)),
    ]


def _sees_as_host(view: cards.View) -> bool:
    goes = view.mine is not None and view.mine.has_place
    return bool(view.meetup.link) and view.editable and not goes and not view.meetup.link_for_all
