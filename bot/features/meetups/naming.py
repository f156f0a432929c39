"""How people name a meetup: by title, number, a link to its card, or a tap; and what is offered while they type."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.commands import Context, option
from bot.courses.naming import CHOICES, NAME_LENGTH, SUGGESTED, SUGGESTION_LENGTH
from bot.courses.phrases import LABEL_LENGTH
from bot.errors import NotFound
from bot.meetups.meetup import CARD, Meetup, MeetupQuery
from bot.meetups.plan import when_of
from bot.meetups.times import said
from bot.requests import Suggestion
from bot.text import clamp, one_line, units
from bot.ui import Button, Buttons, Card, Code, note, paragraph, token

OWN = 100
"""How many of one's own meetups are looked through for a title."""
_SHORT_ID = re.compile(r"[mM#]?([1-9][0-9]{0,8})")

Offer = Callable[[Context, str], Awaitable[Sequence[Meetup]]]
"""Finds meetups to come whose title contains a text, for one kind of act: all, or those that one hosts, say."""


@dataclass(frozen=True)
class MeetupArgs:
    """The meetup that a button speaks of."""

    meetup: int = option("the meetup's number")


async def meetup_of(ctx: Context, number: int) -> Meetup:
    """Find the meetup that a button speaks of; raise NotFound for one that isn't here."""
    meetup = await ctx.unit.meetups.get(number)
    if meetup is None:
        raise NotFound("This meetup isn't here any more. /meetup list shows what is to come.")
    return meetup


async def everybodys(ctx: Context, text: str) -> Sequence[Meetup]:
    """Offer all meetups to come."""
    return await ctx.unit.meetups.titled(text, ctx.now, SUGGESTED)


async def hosted(ctx: Context, text: str) -> Sequence[Meetup]:
    """Offer the meetups that a person hosts or helps with; all to a steward."""
    if ctx.is_steward:
        return await everybodys(ctx, text)
    page = await ctx.unit.meetups.upcoming(MeetupQuery(person=ctx.person.id), ctx.now, 0, OWN)
    wanted = text.casefold()
    mine = (one for one in page.meetups if any(host.id == ctx.person.id for host in one.hosts))
    return [meetup for meetup in mine if wanted in meetup.title.casefold()][:SUGGESTED]


def suggesting(offer: Offer) -> Callable[[Context, str], Awaitable[Sequence[Suggestion]]]:
    """Make the suggestions of an option from an offer."""

    async def suggest(ctx: Context, typed: str) -> Sequence[Suggestion]:
        found = await offer(ctx, clamp(one_line(typed), NAME_LENGTH, ""))
        return [Suggestion(meetup.short_id, labelled(meetup, SUGGESTION_LENGTH)) for meetup in found]

    return suggest


def labelled(meetup: Meetup, room: int) -> str:
    """Write a meetup on one line of at most `room` UTF-16 units (80 at least): its title, number and time."""
    ending = f" ({meetup.short_id}) · {said(when_of(meetup)).partition(' (')[0]}"
    return clamp(meetup.title, room - units(ending)) + ending


def meetup_option(offer: Offer) -> str | None:
    """Declare the option by which a command names a meetup."""
    found: str | None = option(
        "a title, a part of it, a number such as M12, or a link to its card", default=None, suggest=suggesting(offer)
    )
    return found


async def pick(ctx: Context, typed: str | None, action: str, offer: Offer = everybodys) -> Meetup | Card:
    """Find the one meetup that is meant; else a card that offers those it could be, each a tap on `action`."""
    if typed is None:
        to_come = (await offer(ctx, ""))[:CHOICES]
        return choices_card("Which meetup?", to_come, action) if to_come else none_card(offer)
    found = await meetups_named(ctx, typed, offer)
    if len(found) == 1:
        return found[0]
    if found:
        more = " More words narrow it." if len(found) > CHOICES else ""
        return choices_card(f"Which of these do you mean?{more}", found[:CHOICES], action)
    return unknown_card(clamp(one_line(typed), NAME_LENGTH))


async def meetups_named(ctx: Context, typed: str, offer: Offer = everybodys) -> Sequence[Meetup]:
    """Find the meetups that a text can mean: one for a number or a link, else those to come by title."""
    if number := _SHORT_ID.fullmatch(typed.strip()):
        meetup = await ctx.unit.meetups.get(int(number[1]))
        return [meetup] if meetup else []
    if ref := ctx.ref_of(typed.strip()):
        post = await ctx.unit.posts.at(ref)
        meetup = await ctx.unit.meetups.get(int(post.subject)) if post and post.kind == CARD else None
        return [meetup] if meetup else []
    text = clamp(one_line(typed), NAME_LENGTH, "")
    found = await offer(ctx, text) or await everybodys(ctx, text)
    exact = [meetup for meetup in found if meetup.title.casefold() == text.casefold()]
    return exact if len(exact) == 1 else found[: CHOICES + 1]


def choices_card(question: str, meetups: Sequence[Meetup], action: str) -> Card:
    """Offer several meetups as buttons, each a tap on an action."""
    buttons = (Button(f"{one.short_id} {clamp(one.title, LABEL_LENGTH)}", token(action, one.id)) for one in meetups)
    return Card(question, (paragraph(question), *(Buttons((button,)) for button in buttons)))


def none_card(offer: Offer) -> Card:
    """Say that there is no meetup to choose from, and offer the next step."""
    found = "There is no meetup to come yet." if offer is everybodys else "You host no meetup that is to come."
    return Card(found, (paragraph(found, " Plan one: what would you like to do together?"), plan_one()))


def unknown_card(named: str) -> Card:
    """Say that no meetup is called like that, and offer the next step."""
    found = f"Nothing found: no meetup to come is called “{named}”."
    return Card(found, (paragraph(found), note("See what is to come with ", Code("/meetup list"), "."), plan_one()))


def plan_one() -> Buttons:
    """Make the button by which one plans a meetup."""
    return Buttons((Button("Plan one", token("meetup.new"), "primary"),))
