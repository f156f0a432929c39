"""How people name a course: by title, number, a link to its card, or a tap; and what is offered while they type."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.commands import Context, option
from bot.courses import phrases
from bot.courses.freshness import labelled
from bot.errors import NotFound
from bot.model import Course, CourseQuery
from bot.requests import Suggestion
from bot.text import clamp, one_line
from bot.ui import Card

SUGGESTED = 25
"""Suggestions while typing: as many as Discord shows."""
SUGGESTION_LENGTH = 100
"""Longest label of a suggestion on Discord."""
CHOICES = 5
"""Courses offered when a text fits several."""
NAME_LENGTH = 100
"""How much of a name or a title is looked for at most, in UTF-16 units."""
OWN = 200
"""How many of one's own courses are looked through for a title."""
LAST_PAGE = 999
"""No button leads further; nobody pages that far, and a made-up button could."""
_SHORT_ID = re.compile(r"[cC#]?([1-9][0-9]{0,8})")

Offer = Callable[[Context, str], Awaitable[Sequence[Course]]]
"""Finds courses whose title contains a text, for one kind of act: all, or those that one may edit, say."""


@dataclass(frozen=True)
class CourseArgs:
    """The course that a button speaks of."""

    course: int = option("the course's number")


@dataclass(frozen=True)
class PageArgs:
    """What a button carries that turns the pages of a list of one's own."""

    page: int = option("the page", default=0)


async def course_of(ctx: Context, args: CourseArgs) -> Course:
    """Find the course that a button speaks of; raise NotFound for one that isn't here."""
    course = await ctx.unit.courses.get(args.course)
    if course is None:
        raise NotFound("This course isn't here any more. /course search finds others.")
    return course


async def everybodys(ctx: Context, text: str) -> Sequence[Course]:
    """Offer all courses."""
    return await ctx.unit.courses.titled(text, SUGGESTED)


async def own(ctx: Context, text: str) -> Sequence[Course]:
    """Offer the courses that a person looks after; all to a steward."""
    return await everybodys(ctx, text) if ctx.is_steward else await _theirs(ctx, text, archived=False)


async def archived(ctx: Context, text: str) -> Sequence[Course]:
    """Offer the archived courses that a person looks after; all to a steward."""
    return await _theirs(ctx, text, archived=True)


async def started(ctx: Context, text: str) -> Sequence[Course]:
    """Offer the courses that a person has started, and where none fits, all."""
    begun, _ = await ctx.unit.learning.started(ctx.person.id, 0, OWN)
    return _titled([progress.course for progress in begun], text) or await everybodys(ctx, text)


async def saved(ctx: Context, text: str) -> Sequence[Course]:
    """Offer the courses on a person's shelf."""
    return _titled((await ctx.unit.shelf.of(ctx.person.id, 0, OWN)).courses, text)


async def _theirs(ctx: Context, text: str, *, archived: bool) -> Sequence[Course]:
    carer = None if ctx.is_steward else ctx.person.id
    page = await ctx.unit.courses.search(CourseQuery(carer=carer, archived=archived), 0, OWN)
    return _titled(page.courses, text)


def _titled(courses: Sequence[Course], text: str) -> list[Course]:
    wanted = text.casefold()
    return [course for course in courses if wanted in course.goal.casefold()][:SUGGESTED]


def suggesting(offer: Offer) -> Callable[[Context, str], Awaitable[Sequence[Suggestion]]]:
    """Make the suggestions of an option from an offer."""

    async def suggest(ctx: Context, typed: str) -> Sequence[Suggestion]:
        found = await offer(ctx, clamp(one_line(typed), NAME_LENGTH, ""))
        return [Suggestion(c.short_id, labelled(c, ctx.now, SUGGESTION_LENGTH)) for c in found]

    return suggest


def course_option(offer: Offer) -> str | None:
    """Declare the option by which a command names a course."""
    found: str | None = option(
        "a title, a part of it, a number such as C12, or a link to its card", default=None, suggest=suggesting(offer)
    )
    return found


async def pick(ctx: Context, typed: str | None, action: str, offer: Offer = everybodys) -> Course | Card:
    """Find the one course that is meant; else a card that offers those it could be, each a tap on `action`."""
    if typed is None:
        return await _offered(ctx, action, offer)
    found = await courses_named(ctx, typed, offer)
    if len(found) == 1:
        return found[0]
    if len(found) > CHOICES:
        asked = "Many are called like that. Which of these? More words narrow it."
        return phrases.choices_card(asked, found[:CHOICES], action)
    if found:
        return phrases.choices_card("Which of these do you mean?", found, action)
    close = await ctx.unit.courses.search(CourseQuery(one_line(typed)), 0, CHOICES)
    if close.courses:
        asked = f"No course is called “{clamp(one_line(typed), 60)}”. One of these?"
        return phrases.choices_card(asked, close.courses, action)
    return phrases.unknown_card(clamp(one_line(typed), NAME_LENGTH))


async def _offered(ctx: Context, action: str, offer: Offer) -> Card:
    newest = (await offer(ctx, ""))[:CHOICES]
    if newest:
        asked = "Which course? These are the newest." if offer is everybodys else "Which course?"
        return phrases.choices_card(asked, newest, action)
    if offer is everybodys:
        return phrases.nothing_card(CourseQuery())
    return phrases.none_yet_card()


async def courses_named(ctx: Context, typed: str, offer: Offer = everybodys) -> Sequence[Course]:
    """Find the courses that a text can mean: one for a number or a link, else those by title."""
    if number := _SHORT_ID.fullmatch(typed.strip()):
        course = await ctx.unit.courses.get(int(number[1]))
        return [course] if course else []
    if ref := ctx.ref_of(typed.strip()):
        post = await ctx.unit.posts.at(ref)
        course = await ctx.unit.courses.get(int(post.subject)) if post and post.kind == phrases.CARD else None
        return [course] if course else []
    text = clamp(one_line(typed), NAME_LENGTH, "")
    found = await offer(ctx, text) or await everybodys(ctx, text)
    exact = [course for course in found if course.goal.casefold() == text.casefold()]
    return exact if len(exact) == 1 else found[: CHOICES + 1]
