"""What waits for an answer: courses that are offered to somebody, or that they gave away, and their open flags."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.care import Flag, Handover
from bot.commands import Context, action
from bot.config import Config
from bot.courses.flags import reason
from bot.courses.naming import LAST_PAGE, PageArgs
from bot.courses.phrases import counted
from bot.features.ownership.flags import readers
from bot.features.ownership.moving import named, show
from bot.model import Course, Person
from bot.requests import Reply
from bot.ui import (
    Block,
    Button,
    Buttons,
    Card,
    Code,
    Heading,
    Items,
    Mention,
    Paragraph,
    Text,
    Time,
    note,
    paragraph,
    text,
    token,
)

ALL = "mine.pending"
"""The action that shows all that waits."""
PAGE = 5
"""Entries on a page."""
AT_HAND = 3
"""Entries that stand on `/offcourse mine` itself."""
TAPS = 4
"""Their buttons there, beside the one that shows all: they are one row on Discord, where a message has few."""
QUOTED = 100
"""How much of one's own words is quoted, in UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing that waits, in words, and what the person can do about it."""

    course: Course
    words: Text
    taps: tuple[Button, ...]


async def pending_of(ctx: Context) -> Sequence[Pending]:
    """Find all that waits for a person, or that they wait for; what they are asked comes first."""
    unit, person = ctx.unit, ctx.person
    to_me, by_me = await unit.handovers.to(person.id), await unit.handovers.by(person.id)
    flags = await unit.flags.by(person.id)
    numbers = {offer.course for offer in (*to_me, *by_me)} | {flag.course for flag in flags}
    courses = {course.id: course for course in await unit.courses.several(sorted(numbers))}
    heard = await unit.flags.heard([flag.course for flag in flags])
    return [
        *(_offered_to_me(courses[offer.course], offer) for offer in to_me),
        *(_offered_by_me(courses[offer.course], offer) for offer in by_me),
        *(_put_up(course) for course in await unit.handovers.put_up_by(person.id)),
        *_flagged(flags, courses, heard, person, ctx.config),
    ]


def _offered_to_me(course: Course, offer: Handover) -> Pending:
    asks: Text = ("I ask you, as its co-owner, ",)
    if offer.giver:
        asks = (Mention(offer.giver.name, offer.giver.accounts), " asks you ")
    words = text(*asks, "to look after ", *named(course), ", since ", Time(offer.offered_at, "date"), ".")
    accept = Button(f"Accept {course.short_id}", token("course.accept", course.id), "primary")
    return Pending(course, words, (accept, Button(f"No thanks {course.short_id}", token("course.decline", course.id))))


def _offered_by_me(course: Course, offer: Handover) -> Pending:
    taker, on = Mention(offer.taker.name, offer.taker.accounts), Time(offer.offered_at, "date")
    words = text("You offered ", *named(course), " to ", taker, " on ", on, ", and there is no answer yet.")
    return Pending(course, words, (Button(f"Take back {course.short_id}", token("course.take_back", course.id)),))


def _put_up(course: Course) -> Pending:
    since = Time(course.offered_at or course.updated_at, "date")
    words = text("Your ", *named(course), " is up for adoption since ", since, ", and nobody took it yet.")
    return Pending(course, words, (Button(f"Keep {course.short_id}", token("course.keep", course.id)),))


def _flagged(
    flags: Sequence[Flag], courses: Mapping[int, Course], heard: Collection[int], person: Person, config: Config
) -> list[Pending]:
    """Tell of one's flags on others' courses."""
    found = [(flag, courses[flag.course]) for flag in flags]
    return [
        Pending(
            course,
            text(
                "You flagged ", *named(course), " ", Time(flag.flagged_at, "relative"), ": ", *reason(flag, QUOTED),
                f". {readers(course, config, is_heard=course.id in heard)} it; you hear what comes of it.",
            ),
            (Button(f"Withdraw flag {course.short_id}", token("flag.withdraw", flag.id)),),
        )
        for flag, course in found
        if course.owner is None or course.owner.id != person.id
    ]  # fmt: skip


def blocks(found: Sequence[Pending]) -> list[Block]:
    """Show the first of what waits, with what can be done at once."""
    if not found:
        return []
    shown = _at_hand(found)
    taps = [tap for one in shown for tap in one.taps]
    rest = [] if len(shown) == len(found) else [Button(f"All {len(found)}", token(ALL))]
    return [Heading("Open requests"), Items(tuple(one.words for one in shown)), Buttons((*taps, *rest))]


def _at_hand(found: Sequence[Pending]) -> Sequence[Pending]:
    """Give the first few whose buttons stand in one row."""
    shown: list[Pending] = []
    for one in found[:AT_HAND]:
        if sum(len(other.taps) for other in (*shown, one)) > TAPS:
            break
        shown.append(one)
    return shown


@action(ALL, args=PageArgs)
async def show_all(ctx: Context, args: PageArgs) -> Reply:
    """Show a page of all that waits; a further one in place of the one shown."""
    found = await pending_of(ctx)
    return Reply(pending_card(found, min(args.page, LAST_PAGE)), replaces=args.page > 0)


def pending_card(found: Sequence[Pending], page: int) -> Card:
    """Show a page of what waits, each entry with its buttons."""
    if not found:
        said = "Nothing waits: no offer and no flag of yours is open."
        return Card(said, (paragraph(said), note("All that is yours: ", Code("/offcourse mine"), ".")))
    last = (len(found) - 1) // PAGE
    page = min(page, last)
    said = counted(len(found), "open request")
    listed: list[Block] = []
    for one in found[page * PAGE : (page + 1) * PAGE]:
        listed += [Paragraph(one.words), Buttons((*one.taps, show(one.course)))]
    turns = [Button("Back", token(ALL, page - 1))] if page > 0 else []
    turns += [Button("More", token(ALL, page + 1))] if page < last else []
    return Card(said, (Heading(said), *listed, *([Buttons(tuple(turns))] if turns else [])))
