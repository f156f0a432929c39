"""Co-hosts: who helps with a meetup beside its host, and may change it as the host may."""

from dataclasses import dataclass

from bot.commands import Background, Context, action, command, option, post
from bot.courses.persons import person_named, suggest_people
from bot.features.meetups import cards, pieces
from bot.features.meetups.naming import MeetupArgs, hosted, meetup_of, meetup_option, pick
from bot.letters import letters_to
from bot.meetups.meetup import CARD, Meetup
from bot.meetups.rights import may_give
from bot.model import Account, Letter, Person
from bot.offers import check_helper
from bot.ui import Button, Buttons, Card, Code, Items, note, paragraph, text, token

NAMED = "meetup.co_host"
"""The kind of letter that tells somebody that they are a co-host; its subject is the meetup's number."""
MOST = 10
"""Co-hosts of a meetup: a workshop with many tables has as many."""


@dataclass(frozen=True)
class HostsArgs:
    """Arguments of `/meetup hosts`."""

    meetup: str | None = meetup_option(hosted)
    add: str | None = option("who helps from now on: a name or a mention", default=None, suggest=suggest_people)
    remove: str | None = option("who doesn't any more: a name or a mention", default=None, suggest=suggest_people)


@command("meetup hosts", "See and say who hosts a meetup beside its host", args=HostsArgs, changes=True)
async def hosts(ctx: Context, args: HostsArgs) -> Card:
    """Add or remove who is named, and show who there is."""
    found = await pick(ctx, args.meetup, "meetup.hosts", hosted)
    if isinstance(found, Card):
        return found
    if args.add is None and args.remove is None:
        return list_card(ctx, found)
    stopped = not_yours(ctx, found)
    if stopped:
        return stopped
    if args.remove is not None:
        return await _removed(ctx, found, await person_named(ctx, args.remove, "remove", ""))
    person = await person_named(ctx, args.add or "", "add", ". They have to type /offcourse once")
    return await _added(ctx, found, person)


@action("meetup.hosts", args=MeetupArgs)
async def hosts_tapped(ctx: Context, args: MeetupArgs) -> Card:
    """Show who hosts the meetup of a button."""
    return list_card(ctx, await meetup_of(ctx, args.meetup))


def not_yours(ctx: Context, meetup: Meetup) -> Card | None:
    """Say why somebody can't say who hosts a meetup; None where they can."""
    if not may_give(meetup, ctx.person, is_steward=ctx.is_steward):
        why = f"Only {meetup.host.name} and the stewards say who hosts it."
    else:
        why = cards.ended(meetup, ctx.now)
    return Card(why, (paragraph(*pieces.named(meetup), ": ", why), Buttons((pieces.show(meetup),)))) if why else None


async def _added(ctx: Context, meetup: Meetup, person: Person) -> Card:
    check_helper(person, meetup.host, meetup.co_hosts, MOST, meetup.short_id)
    if await ctx.unit.meetups.add_co_host(meetup.id, person.id):
        await _look_shows(ctx, meetup)
        told = [] if person.id == ctx.person.id else [person]
        letters = letters_to(told, NAMED, str(meetup.id), ctx.now.isoformat())
        await ctx.unit.outbox.queue(letters, ctx.now)
    return list_card(ctx, await meetup_of(ctx, meetup.id))


async def _removed(ctx: Context, meetup: Meetup, person: Person) -> Card:
    if await ctx.unit.meetups.remove_co_host(meetup.id, person.id):
        await _look_shows(ctx, meetup)
    return list_card(ctx, await meetup_of(ctx, meetup.id))


async def _look_shows(ctx: Context, meetup: Meetup) -> None:
    for kind in (CARD, NAMED):
        await ctx.unit.outbox.refresh(kind, str(meetup.id), ctx.now)


@dataclass(frozen=True)
class RemoveArgs:
    """The meetup and the person that a button speaks of."""

    meetup: int = option("the meetup's number")
    person: int = option("the person's number")


@action("meetup.co_remove", args=RemoveArgs, changes=True)
async def remove_tapped(ctx: Context, args: RemoveArgs) -> Card:
    """Remove the co-host of a button: their own doing, or that of who may say it."""
    meetup = await meetup_of(ctx, args.meetup)
    oneself = args.person == ctx.person.id
    stopped = None if oneself else not_yours(ctx, meetup)
    if stopped:
        return stopped
    person = next((one for one in meetup.co_hosts if one.id == args.person), None)
    if person is None:
        return _said(meetup, "that is so already, they don't help with it.")
    left = await _removed(ctx, meetup, person)
    return _said(meetup, "all right, you don't help with it any more. Thank you!") if oneself else left


def _said(meetup: Meetup, words: str) -> Card:
    return Card(
        f"{meetup.title} ({meetup.short_id}): {words}",
        (paragraph(*pieces.named(meetup), f": {words}"), Buttons((pieces.show(meetup),))),
    )


def list_card(ctx: Context, meetup: Meetup) -> Card:
    """Show who hosts a meetup, to those who may say so with buttons."""
    lines = [text(pieces.person(meetup.host), ", host")]
    lines += [text(pieces.person(one), ", co-host") for one in meetup.co_hosts]
    mine = not_yours(ctx, meetup) is None
    taps = [
        Button(f"Remove {one.name}", token("meetup.co_remove", meetup.id, one.id))
        for one in meetup.co_hosts
        if mine or one.id == ctx.person.id
    ]
    give = [Button("Hand over", token("meetup.handover", meetup.id))] if mine else []
    add = [note("Add somebody: ", Code(f"/meetup hosts {meetup.short_id} add:NAME"), ".")] if mine else []
    return Card(
        f"Who hosts {meetup.title} ({meetup.short_id})",
        (
            paragraph("Who hosts ", *pieces.named(meetup)),
            Items(tuple(lines)),
            *add,
            Buttons((*taps, *give, pieces.show(meetup))),
        ),
    )


@post(NAMED, why="somebody named you as co-host of a meetup")
async def tell_co_host(background: Background, letter: Letter) -> Card | None:
    """Make the private letter to a new co-host, or tell there that they are none any more."""
    meetup = await background.unit.meetups.get(int(letter.subject))
    person = await background.unit.people.of(Account.parse(letter.recipient.address))
    if meetup is None or person is None:
        return None
    if all(one.id != person.id for one in meetup.co_hosts):
        said = "you host it now." if meetup.host.id == person.id else "you don't help with it any more."
        return _said(meetup, said) if letter.ref else None
    return named_card(meetup, person)


def named_card(meetup: Meetup, person: Person) -> Card:
    """Tell somebody that they help with a meetup, with a way out."""
    no = Button("No thanks", token("meetup.co_remove", meetup.id, person.id))
    return Card(
        f"You are a co-host of {meetup.title} ({meetup.short_id})",
        (
            paragraph("You are a co-host of ", *pieces.named(meetup), ": you may change it, as its host may."),
            paragraph(*pieces.when(meetup)),
            Buttons((Button("Edit", token("meetup.edit", meetup.id)), no, pieces.show(meetup))),
            note(f"{meetup.host.name} hosts it. Do you come yourself? Then say so, it counts you in."),
        ),
    )
