"""How courses look: pure cards and forms."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from bot.config import Config
from bot.courses import phrases
from bot.health import LinkHealth
from bot.model import ANY_LEVEL, Course, CoursePage, CourseQuery, Level, Person, Place, Recipient, TopicCount
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Field,
    Form,
    Heading,
    Items,
    Link,
    Option,
    Paragraph,
    PostLink,
    Time,
    note,
    paragraph,
    text,
    token,
)
from bot.urls import host_of

SHARE = "course.share"
"""The form to share a course; also what its announcement is called in the outbox."""
EDIT = "course.edit"
"""The form to edit a course."""
ANNOUNCED = "announced"
"""The occurrence of a course's one announcement."""
ARCHIVED = "Archived: its owner has put this course away."
NO_CHANNEL = "There is no channel for announcements yet; a steward can set one."
STEPS_LENGTH = 3000
"""Longest text of all steps in a form, in UTF-16 units: what Slack's text field takes (Discord's takes 4,000)."""
PAGE = 5
"""Results on a page."""
LINKS_TOLD = 3
"""How many links that are broken or moved are told of at once."""


_LEVELS = tuple(Option(level, level.capitalize()) for level in Level)


def share_form(config: Config) -> Form:
    """Give the empty form to share a course."""
    return Form(SHARE, "Share a course", _course_fields(config, _LEVELS), submit="Share")


def edit_form(config: Config) -> Form:
    """Give the form to edit a course, with nothing in it yet."""
    levels = (Option(ANY_LEVEL, "For everybody"), *_LEVELS)
    return Form(EDIT, "Edit a course", _course_fields(config, levels), submit="Save")


def _course_fields(config: Config, levels: tuple[Option, ...]) -> tuple[Field, ...]:
    """Give what a form asks of a course."""
    limits = config.courses
    return (
        Field(
            "goal",
            "Goal",
            hint="What will one be able to do?",
            max_length=limits.goal_max,
            placeholder="Make a web page by hand",
        ),
        Field(
            "steps",
            f"Steps, one a line (1 to {limits.steps_max})",
            multiline=True,
            max_length=STEPS_LENGTH,
            hint="task | address, or just the address",
            placeholder="Read the introduction | https://…",
        ),
        Field("level", "Level", required=False, options=levels, placeholder="For everybody"),
        Field(
            "topics",
            "Topics",
            required=False,
            max_length=300,
            hint="With commas between them",
            placeholder="html, web, writing",
        ),
        Field(
            "description",
            "Description",
            required=False,
            multiline=True,
            max_length=limits.description_max,
            hint=f"{limits.description_min} to {limits.description_max} characters",
            placeholder="Who it is for and why you like it",
        ),
    )


def course_card(course: Course, now: datetime) -> Card:
    """Show a whole course, to one person or to a channel."""
    blocks: list[Block] = [Heading(course.goal), note(*phrases.facts(course, now))]
    if course.description:
        blocks.append(paragraph(course.description))
    blocks.append(Items(tuple(text(Link(step.task, step.url)) for step in course.steps), ordered=True))
    return Card(f"{course.goal} ({course.short_id})", tuple(blocks))


def links_told(course: Course, ailing: Sequence[LinkHealth]) -> list[Block]:
    """Tell those who look after a course what is amiss with its links, with a tap that mends what can be mended."""
    health = {link.url: link for link in ailing}
    steps = zip(course.step_numbers, course.steps, strict=True)
    told = [(place, number, health[step.url]) for place, (number, step) in enumerate(steps, 1) if step.url in health]
    blocks: list[Block] = []
    for place, number, link in told[:LINKS_TOLD]:
        blocks += _link_told(course, place, number, link)
    return [*blocks, note(f"and {len(told) - LINKS_TOLD} more")] if len(told) > LINKS_TOLD else blocks


def _link_told(course: Course, place: int, number: int, link: LinkHealth) -> Sequence[Block]:
    if link.broken_since:
        called = f" Its page was called “{link.title}”." if link.title else ""
        since = Time(link.broken_since, "date")
        return (paragraph(f"The link of step {place} is broken since ", since, f" ({link.status}).{called}"),)
    moved_to = link.moved_to or link.url
    return (
        paragraph(f"The page of step {place} moved for good, to ", Link(host_of(moved_to) or moved_to, moved_to), "."),
        Buttons((Button("Use the new address", token("course.relink", course.id, number)),)),
    )


def announcement_card(course: Course, now: datetime) -> Card:
    """Show a course to a channel, with a button for those who want it for themselves."""
    card = course_card(course, now)
    put_away = (note(ARCHIVED),) if course.archived_at else ()
    taps = Buttons((Button("Show", token("course.show", course.id)), *phrases.adopting(course, now)))
    return Card(f"Course: {card.summary}", (*card.blocks, *put_away, taps))


def share_here(course: Course) -> Button:
    """Make the button that posts a course for all to see where the person is."""
    return Button("Share here", token("course.post", course.id))


def results_card(heading: str, query: CourseQuery, page: int, found: CoursePage, now: datetime) -> Card:
    """Show one page of results, with buttons for each and for the pages around. What is due is told to the minute."""
    return _results_card(heading, query, page, found, now.replace(second=0, microsecond=0))


@lru_cache(maxsize=256)  # within a minute many look for the same, and turn the same pages
def _results_card(heading: str, query: CourseQuery, page: int, found: CoursePage, now: datetime) -> Card:
    last = last_page(found.total)
    blocks: list[Block] = [Heading(heading)]
    for course in found.courses:
        blocks += [
            Paragraph(text(Bold(course.goal))),
            note(*phrases.facts(course, now)),
            Buttons((Button("Show", token("course.show", course.id)), share_here(course))),
        ]
    pages = f", page {page + 1} of {last + 1}" if last else ""
    blocks += [Divider(), note(phrases.counted(found.total, "course") + pages)]
    turns = _turns(query, page, last)
    return Card(f"{heading}: {phrases.counted(found.total, 'course')}", (*blocks, *([Buttons(turns)] if turns else [])))


def last_page(total: int) -> int:
    """Number the last page of a list, from 0."""
    return max(0, (total - 1) // PAGE)


def _turns(query: CourseQuery, page: int, last: int) -> tuple[Button, ...]:
    back = [Button("Back", phrases.search_token(query, page - 1))] if page > 0 else []
    more = [Button("More", phrases.search_token(query, page + 1))] if page < last else []
    return tuple(back + more)


def shelf_card(page: int, found: CoursePage, now: datetime) -> Card:
    """Show a page of a person's shelf."""
    if not found.total:
        said = "Your shelf is empty."
        tip = note("Save in a course puts it here: find one with ", Code("/course search"), ".")
        return Card(said, (paragraph(said), tip))
    last = last_page(found.total)
    blocks: list[Block] = [Heading("Your shelf")]
    for course in found.courses:
        taps = (Button("Show", token("course.show", course.id)), Button("Unsave", token("course.unsave", course.id)))
        blocks += [Paragraph(text(Bold(course.goal))), note(*phrases.facts(course, now)), Buttons(taps)]
    turns = [Button("Back", token("course.shelf", page - 1))] if page > 0 else []
    turns += [Button("More", token("course.shelf", page + 1))] if page < last else []
    pages = f", page {page + 1} of {last + 1}" if last else ""
    blocks += [
        Divider(),
        note(phrases.counted(found.total, "course") + pages),
        *([Buttons(tuple(turns))] if turns else []),
    ]
    return Card(f"Your shelf: {phrases.counted(found.total, 'course')}", tuple(blocks))


def topics_card(topics: Sequence[TopicCount], shown: int, buttons: int) -> Card:
    """List topics with how many courses carry them; the first ones as buttons."""
    if not topics:
        return phrases.nothing_card(CourseQuery())
    lines = tuple(text(Bold(found.topic), f" {found.courses}") for found in topics[:shown])
    taps = tuple(
        Button(found.topic, phrases.search_token(CourseQuery(topic=found.topic))) for found in topics[:buttons]
    )
    more = [note(f"and {len(topics) - shown} more")] if len(topics) > shown else []
    return Card(f"{phrases.counted(len(topics), 'topic')}", (Heading("Topics"), Items(lines), *more, Buttons(taps)))


def used_card(courses: Sequence[Course], viewer: Person, anyway: Button, now: datetime) -> Card:
    """Show the courses that use an address already, before another one with it is shared."""
    said = (
        "There is a course with this link already."
        if len(courses) == 1
        else "There are courses with these links already."
    )
    blocks: list[Block] = [paragraph(Bold(said))]
    for course in courses:
        mine = course.owner is not None and course.owner.id == viewer.id
        fork = () if mine else (Button("Fork", token("course.fork", course.id)),)
        taps = (Button("Show", token("course.show", course.id)), *fork)
        blocks += [Paragraph(text(Bold(course.goal))), note(*phrases.facts(course, now)), Buttons(taps)]
    tip = "Fork makes a copy for you to change. What you typed is kept: share it anyway, if yours is different."
    return Card(said, (*blocks, Divider(), note(tip), Buttons((anyway,))))


def shared_card(course: Course, *, fresh: bool) -> Card:
    """Confirm a share, with a link to its announcement."""
    said = "Shared:" if fresh else "You had shared this already:"
    return Card(
        f"{said} {course.goal} ({course.short_id})",
        (
            paragraph(f"{said} ", Bold(course.goal), f" ({course.short_id})"),
            paragraph(PostLink(phrases.CARD, str(course.id), "See the announcement", ANNOUNCED, missing=NO_CHANNEL)),
            Buttons((Button("Show", token("course.show", course.id)),)),
            note("Others find it with ", Code("/course search"), ". It is yours to look after."),
        ),
    )


def posting_card(course: Course, place: Place, occurrence: str) -> Card:
    """Confirm that a course is shown in a channel."""
    link = PostLink(phrases.CARD, str(course.id), "See it here", occurrence, Recipient.place(place))
    return Card(f"{course.goal}, for all to see", (paragraph(Bold(course.goal), ", for all to see. ", link),))
