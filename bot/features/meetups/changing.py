"""Changing and cancelling a meetup: by its host, its co-hosts and the stewards. Rights are checked each time."""

from dataclasses import dataclass

from bot.commands import Context, action, command, form
from bot.errors import NotFound
from bot.features.meetups import cards, pieces
from bot.features.meetups.changed import tell_changed
from bot.features.meetups.differences import differences
from bot.features.meetups.naming import MeetupArgs, hosted, meetup_of, meetup_option, pick
from bot.features.meetups.reading import reading_on, understood
from bot.meetups.meetup import Meetup, MeetupContent
from bot.meetups.plan import typed_plan, when_of
from bot.meetups.rights import may_change
from bot.meetups.when import Reading, written
from bot.requests import Submit
from bot.ui import Button, Buttons, Card, Form, Items, note, paragraph, token
from bot.words import FIX

STATE_PARTS = 2
"""The state of a form: the meetup's number and the revision that its editor saw."""


@dataclass(frozen=True)
class HostedArgs:
    """A meetup to change: those that one hosts are offered."""

    meetup: str | None = meetup_option(hosted)


@command(
    "meetup edit", "Change a meetup that you host; those who come hear what changed", args=HostedArgs, opens_form=True
)
async def edit(ctx: Context, args: HostedArgs) -> Card | Form:
    """Open the form with the meetup in it."""
    found = await pick(ctx, args.meetup, "meetup.edit", hosted)
    return found if isinstance(found, Card) else open_edit(ctx, found)


@action("meetup.edit", args=MeetupArgs, opens_form=True)
async def edit_tapped(ctx: Context, args: MeetupArgs) -> Card | Form:
    """Open the form with the meetup of a button in it."""
    return open_edit(ctx, await meetup_of(ctx, args.meetup))


def open_edit(ctx: Context, meetup: Meetup) -> Card | Form:
    """Open the form for those who may change it."""
    refused = not_changeable(ctx, meetup)
    return refused or cards.edit_form(ctx.config).filled(typed_plan(meetup), state=edit_state(meetup))


def edit_state(meetup: Meetup) -> str:
    """Write down which meetup a form changes, and what its editor saw."""
    return f"{meetup.id}:{meetup.revision}"


def not_changeable(ctx: Context, meetup: Meetup) -> Card | None:
    """Say why somebody can't change a meetup, with the next step; None where they can."""
    if not may_change(meetup, ctx.person, is_steward=ctx.is_steward):
        why = f"Only {meetup.host.name} and who helps them can change {meetup.short_id}. Write to them."
    else:
        why = cards.ended(meetup, ctx.now)
    return Card(why, (paragraph(*pieces.named(meetup), ": ", why), Buttons((pieces.show(meetup),)))) if why else None


@form(cards.EDIT, blank=cards.edit_form)
async def edited(ctx: Context, submit: Submit) -> Card:
    """Store what was changed, have the announcements show it, and tell those who come."""
    meetup, seen = await _edited_meetup(ctx, submit.state)
    refused = not_changeable(ctx, meetup)
    if refused is not None:
        return await _kept(ctx, submit, submit.state, refused)
    content = await _content(ctx, meetup, submit)
    if seen != meetup.revision:
        return await _changed_meanwhile(ctx, meetup, submit)
    if content == content_of(meetup):
        return Card(
            "Nothing changed.", (paragraph("Nothing changed, so I left ", *pieces.named(meetup), " as it was."),)
        )
    done = await ctx.unit.meetups.edit(meetup, content, ctx.person.id, ctx.now)
    if done is None:  # somebody else saved between our reading and our writing
        return await _changed_meanwhile(ctx, await meetup_of(ctx, meetup.id), submit)
    await tell_changed(ctx.unit, done.meetup, ctx.person.id, ctx.now)
    return edited_card(meetup, done.meetup)


async def _edited_meetup(ctx: Context, state: str) -> tuple[Meetup, int]:
    """Find the meetup that a form changes and the revision its editor saw; raise NotFound for a made-up state."""
    parts = state.split(":")
    if len(parts) != STATE_PARTS or not all(part.isascii() and part.isdigit() for part in parts):
        raise NotFound("I don't know any more which meetup this form was for. /meetup edit opens it anew.")
    return await meetup_of(ctx, int(parts[0][:9])), int(parts[1][:9])


async def _content(ctx: Context, meetup: Meetup, submit: Submit) -> MeetupContent:
    """Read the form; a time that was left as it stood is what it was, also where it is over by now."""
    standing, read = when_of(meetup), reading_on(ctx, meetup.zone)

    def read_when(typed: str) -> Reading:
        return Reading(standing) if typed.strip() == written(standing) else read(typed)

    return (await understood(ctx, submit.values, read_when)).content


def content_of(meetup: Meetup) -> MeetupContent:
    """Give what a meetup says, without how it stands."""
    return MeetupContent(**{name: getattr(meetup, name) for name in MeetupContent.__dataclass_fields__})


async def _kept(ctx: Context, submit: Submit, state: str, card: Card) -> Card:
    """Say something without losing what was typed: a form that was sent off is closed by then."""
    draft = await ctx.unit.drafts.keep(ctx.person.id, cards.EDIT, submit.values, state, ctx.now)
    kept = (note("I kept what you typed."), Buttons((Button("Open my version", token(FIX, draft)),)))
    return Card(card.summary, (*card.blocks, *kept))


async def _changed_meanwhile(ctx: Context, meetup: Meetup, submit: Submit) -> Card:
    """Keep what the second editor typed, and let them decide on top of what the first one did."""
    change = await ctx.unit.meetups.change(meetup.id, meetup.revision)
    who = change.person.name if change and change.person else "Somebody"
    said = f"{who} changed {meetup.short_id} while you were changing it."
    tip = " Nothing of yours is lost. Look at what it is now, then save yours over it, or leave it."
    card = Card(said, (paragraph(said, tip), Buttons((pieces.show(meetup, "Show what it is now"),))))
    return await _kept(ctx, submit, edit_state(meetup), card)


def edited_card(before: Meetup, after: Meetup) -> Card:
    """Confirm a change: what it was, and who hears of it."""
    return Card(
        f"Saved: {after.title} ({after.short_id})",
        (
            paragraph("Saved: ", *pieces.named(after)),
            Items(tuple(differences(before, after))),
            Buttons((pieces.show(after), Button("Change more", token("meetup.edit", after.id)))),
            note(
                "In two minutes I tell those who come, or may come, and nobody else. The announcements show it at once."
            ),
        ),
    )


@command("meetup cancel", "Say that a meetup doesn't take place; those who come hear it", args=HostedArgs)
async def cancel(ctx: Context, args: HostedArgs) -> Card:
    """Ask once whether a meetup should be cancelled."""
    found = await pick(ctx, args.meetup, "meetup.ask_cancel", hosted)
    return found if isinstance(found, Card) else await ask_cancel(ctx, found)


@action("meetup.ask_cancel", args=MeetupArgs)
async def ask_cancel_tapped(ctx: Context, args: MeetupArgs) -> Card:
    """Ask once whether the meetup of a button should be cancelled."""
    return await ask_cancel(ctx, await meetup_of(ctx, args.meetup))


async def ask_cancel(ctx: Context, meetup: Meetup) -> Card:
    """Ask those who may."""
    refused = not_changeable(ctx, meetup)
    if refused is not None:
        return refused
    counts = (await ctx.unit.rsvps.counts([meetup.id]))[meetup.id]
    told = counts.going + counts.waiting + counts.maybe
    who = "One person who comes, or may come, hears" if told == 1 else f"{told} people who come, or may come, hear"
    yes = Button("Cancel it", token("meetup.cancel", meetup.id), "danger")
    return Card(
        f"Cancel “{meetup.title}” ({meetup.short_id})?",
        (
            paragraph("Cancel ", *pieces.named(meetup), "?"),
            paragraph(f"{who} it from me in private. It can't be taken back."),
            Buttons((yes, pieces.show(meetup, "Leave it as it is"))),
        ),
    )


@action("meetup.cancel", args=MeetupArgs, changes=True)
async def cancel_now(ctx: Context, args: MeetupArgs) -> Card:
    """Cancel the meetup of a button; twice does nothing more."""
    meetup = await meetup_of(ctx, args.meetup)
    refused = None if meetup.cancelled_at else not_changeable(ctx, meetup)
    if refused is not None:
        return refused
    gone = await ctx.unit.meetups.cancel(meetup.id, ctx.person.id, ctx.now)
    if gone is not None:
        await tell_changed(ctx.unit, gone, ctx.person.id, ctx.now)
    return gone_card(meetup)


def gone_card(meetup: Meetup) -> Card:
    """Confirm that a meetup is cancelled, with a way to plan it anew."""
    return Card(
        f"Cancelled: {meetup.title} ({meetup.short_id})",
        (
            paragraph("Cancelled: ", *pieces.named(meetup), ". I tell those who come, and the announcements show it."),
            Buttons((Button("Plan it anew", token("meetup.again", meetup.id)), pieces.show(meetup))),
        ),
    )


@action("meetup.again", args=MeetupArgs, opens_form=True)
async def plan_again(ctx: Context, args: MeetupArgs) -> Form:
    """Open the form to plan a meetup with what another one said, but for the time."""
    meetup = await meetup_of(ctx, args.meetup)
    if not may_change(meetup, ctx.person, is_steward=ctx.is_steward):
        raise NotFound("You can plan one of your own with /meetup plan.")
    return cards.plan_form(ctx.config).filled(typed_plan(meetup) | {"when": ""})
