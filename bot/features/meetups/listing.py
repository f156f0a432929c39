"""Listing meetups to come: all, those of a topic, and one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.commands import Context, action, command, option
from bot.courses.naming import LAST_PAGE, SUGGESTED, PageArgs
from bot.courses.phrases import counted
from bot.features.meetups import pieces
from bot.features.meetups.naming import plan_one
from bot.meetups.meetup import Answer, Counts, Meetup, MeetupPage, MeetupQuery
from bot.meetups.rsvp import Rsvp
from bot.model import Person
from bot.requests import Reply, Suggestion
from bot.text import clamp
from bot.topics import TOPIC_LENGTH, normal_topic
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Heading,
    Text,
    joined,
    note,
    paragraph,
    token,
)

PAGE = 4
"""Meetups on a page: each has four buttons, and Discord takes forty components a message."""


PLACE_LENGTH = 60
"""How much of an address stands in a list, in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, with who says what to each meetup on it, and what the reader says."""

    page: MeetupPage
    counts: Mapping[int, Counts]
    mine: Mapping[int, Rsvp]


async def suggest_topics(ctx: Context, typed: str) -> Sequence[Suggestion]:
    """Suggest topics of meetups to come, those of most first."""
    start = normal_topic(typed)
    topics = [found for found in await ctx.unit.meetups.topics(ctx.now) if start in found[0]]
    return [Suggestion(topic, f"{topic} ({count})") for topic, count in topics[:SUGGESTED]]


@dataclass(frozen=True)
class ListArgs:
    """Arguments of `/meetup list`."""

    topic: str | None = option("only meetups with this topic", default=None, suggest=suggest_topics)


@command("meetup list", "List meetups to come, the next one first", args=ListArgs)
async def list_meetups(ctx: Context, args: ListArgs) -> Card:
    """List what is to come."""
    topic = clamp(normal_topic(args.topic or ""), TOPIC_LENGTH, "")
    return await to_come(ctx, topic or None, 0)


@dataclass(frozen=True)
class ListToken:
    """What a button of the list carries."""

    page: int = option("the page", default=0)
    topic: str | None = option("the topic", default=None)


@action("meetup.list", args=ListToken)
async def turn_page(ctx: Context, args: ListToken) -> Reply:
    """Show another page in place of the one shown."""
    return Reply(await to_come(ctx, args.topic, min(args.page, LAST_PAGE)), replaces=True)


async def to_come(ctx: Context, topic: str | None, page: int) -> Card:
    """Show a page of the meetups to come."""
    listed, page = await _listed(ctx, MeetupQuery(topic=topic), page)
    heading = f"Meetups about {topic}" if topic else "Meetups"
    return list_card(heading, listed, ctx.person, page, ("meetup.list", topic or ""))


@command("meetup mine", "List the meetups that you go to or host")
async def mine(ctx: Context, args: object) -> Card:
    """List one's own."""
    return await own(ctx, 0)


@action("meetup.mine", args=PageArgs)
async def turn_mine(ctx: Context, args: PageArgs) -> Reply:
    """Show another page of one's own in place of the one shown."""
    return Reply(await own(ctx, min(args.page, LAST_PAGE)), replaces=True)


async def own(ctx: Context, page: int) -> Card:
    """Show a page of one's own meetups."""
    listed, page = await _listed(ctx, MeetupQuery(person=ctx.person.id), page)
    return list_card("Your meetups", listed, ctx.person, page, ("meetup.mine",))


async def _listed(ctx: Context, query: MeetupQuery, page: int) -> tuple[Listed, int]:
    """Read a page; the last one where there are fewer by now."""
    found = await ctx.unit.meetups.upcoming(query, ctx.now, page * PAGE, PAGE)
    if not found.meetups and found.total:
        return await _listed(ctx, query, last_page(found.total))
    numbers = [meetup.id for meetup in found.meetups]
    counts = await ctx.unit.rsvps.counts(numbers)
    return Listed(found, counts, await ctx.unit.rsvps.several(numbers, ctx.person.id)), page


def last_page(total: int) -> int:
    """Number the last page of a list, from 0."""
    return max(0, (total - 1) // PAGE)


def list_card(heading: str, listed: Listed, reader: Person, page: int, turns: tuple[str, ...]) -> Card:
    """Show one page of meetups, each with the buttons to answer; `turns` is the token of a page, without its number."""
    total = listed.page.total
    if not total:
        return nothing_card(heading)
    blocks: list[Block] = [Heading(heading)]
    for meetup in listed.page.meetups:
        mine = listed.mine.get(meetup.id)
        blocks += [
            paragraph(Bold(meetup.title)),
            note(*_line(meetup, listed.counts[meetup.id], mine, reader)),
            Buttons((*pieces.answers(meetup, mine), pieces.show(meetup))),
        ]
    last = last_page(total)
    pages = f", page {page + 1} of {last + 1}" if last else ""
    name, *rest = turns
    around = [("Back", page - 1)] * (page > 0) + [("More", page + 1)] * (page < last)
    row = [Button(label, token(name, number, *rest)) for label, number in around]
    said = counted(total, "meetup")
    return Card(f"{heading}: {said}", (*blocks, Divider(), note(said + pages), *([Buttons(tuple(row))] if row else [])))


def _line(meetup: Meetup, counts: Counts, mine: Rsvp | None, reader: Person) -> Text:
    """Tell of a meetup in a list when it is, where, who comes, and how the reader stands to it."""
    place = [clamp(meetup.address, PLACE_LENGTH)] if meetup.address else []
    place += ["online"] if meetup.link else []
    hosts = ["you host it"] if any(host.id == reader.id for host in meetup.hosts) else []
    comes = [f"{counts.going} going", *pieces.places(meetup, counts)]
    said = (*place, *pieces.subject(meetup), *comes, *hosts, *_stands(mine))
    return joined((meetup.short_id, pieces.when(meetup), *said), " · ")


def _stands(mine: Rsvp | None) -> list[str]:
    """Say in few words how somebody stands to a meetup; nothing where they said nothing."""
    if mine is None or mine.answer is None:
        return []
    if mine.claim.waits:
        return ["a place is free for you" if mine.claim.offered_until else f"you are number {mine.position} in line"]
    return [_STANDS[mine.answer]]


_STANDS = {Answer.GOING: "you are going", Answer.MAYBE: "you may come", Answer.CANT: "you can't come"}


def nothing_card(heading: str) -> Card:
    """Say that there is nothing to come, and offer the next step."""
    of_all = heading == "Meetups"
    found = "Nothing is planned yet" if of_all else f"{heading}: nothing is to come"
    others = () if of_all else (note("See what others plan with ", Code("/meetup list"), "."),)
    asked = paragraph("What would you like to do together? Two people are a meetup.")
    return Card(f"{found}. Plan one?", (paragraph(Bold(f"{found}.")), asked, plan_one(), *others))
