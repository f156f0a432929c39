"""How courses look: pure cards and forms."""

from collections.abc import Sequence
from functools import lru_cache

from bot.config import Config
from bot.model import ANY_LEVEL, Course, CoursePage, CourseQuery, Level, Person, Place, Recipient, TopicCount
from bot.text import clamp
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
    Inline,
    Items,
    Link,
    Mention,
    Option,
    Paragraph,
    PostLink,
    Text,
    joined,
    note,
    paragraph,
    text,
    token,
)

SHARE = "course.share"
"""The form to share a course; also what its announcement is called in the outbox."""
EDIT = "course.edit"
"""The form to edit a course."""
CARD = "course.card"
"""The kind of letter that shows a course to a channel."""
ANNOUNCED = "announced"
"""The occurrence of a course's one announcement."""
ARCHIVED = "Archived: its owner has put this course away."
NO_CHANNEL = "There is no channel for announcements yet; a steward can set one."
STEPS_LENGTH = 3000
"""Longest text of all steps in a form, in UTF-16 units: what Slack's text field takes (Discord's takes 4,000)."""
PAGE = 5
"""Results on a page."""
LABEL_LENGTH = 60
"""How much of a goal stands on a button: both platforms show about that much on one line."""


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


def course_card(course: Course) -> Card:
    """Show a whole course, to one person or to a channel."""
    blocks: list[Block] = [Heading(course.goal), note(*facts(course))]
    if course.description:
        blocks.append(paragraph(course.description))
    blocks.append(Items(tuple(text(Link(step.task, step.url)) for step in course.steps), ordered=True))
    return Card(f"{course.goal} ({course.short_id})", tuple(blocks))


def announcement_card(course: Course) -> Card:
    """Show a course to a channel, with a button for those who want it for themselves."""
    card = course_card(course)
    put_away = (note(ARCHIVED),) if course.archived_at else ()
    taps = Buttons((Button("Show", token("course.show", course.id)),))
    return Card(f"Course: {card.summary}", (*card.blocks, *put_away, taps))


def share_here(course: Course) -> Button:
    """Make the button that posts a course for all to see where the person is."""
    return Button("Share here", token("course.post", course.id))


def facts(course: Course) -> Text:
    """Tell a course's number, owner, level, topics, language and length in one line."""
    parts: list[Inline | Text] = [course.short_id, by(course)]
    parts.append(course.level or "all levels")
    if course.topics:
        parts.append(" ".join(f"#{topic.replace(' ', '-')}" for topic in course.topics))
    if course.language:
        parts.append(course.language)
    parts.append(counted(len(course.steps), "step"))
    if course.archived_at:
        parts.append("archived")
    return joined(parts, " · ")


def by(course: Course) -> Text:
    """Name who looks after a course."""
    return text("by ", Mention(course.owner.name, course.owner.accounts)) if course.owner else text("no owner yet")


def counted(number: int, noun: str) -> str:
    """Say a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@lru_cache(maxsize=256)  # many look for the same, and turn the same pages
def results_card(heading: str, query: CourseQuery, page: int, found: CoursePage) -> Card:
    """Show one page of results, with buttons for each and for the pages around."""
    last = last_page(found.total)
    blocks: list[Block] = [Heading(heading)]
    for course in found.courses:
        blocks += [
            Paragraph(text(Bold(course.goal))),
            note(*facts(course)),
            Buttons((Button("Show", token("course.show", course.id)), share_here(course))),
        ]
    pages = f", page {page + 1} of {last + 1}" if last else ""
    blocks += [Divider(), note(counted(found.total, "course") + pages)]
    turns = _turns(query, page, last)
    return Card(f"{heading}: {counted(found.total, 'course')}", (*blocks, *([Buttons(turns)] if turns else [])))


def last_page(total: int) -> int:
    """Number the last page of a list, from 0."""
    return max(0, (total - 1) // PAGE)


def _turns(query: CourseQuery, page: int, last: int) -> tuple[Button, ...]:
    back = [Button("Back", search_token(query, page - 1))] if page > 0 else []
    more = [Button("More", search_token(query, page + 1))] if page < last else []
    return tuple(back + more)


def search_token(query: CourseQuery, page: int = 0) -> str:
    """Write a search into a button; raise ValueError where it would not fit."""
    level = query.level[0] if query.level else ""
    if query.archived:
        return token("course.archived", page)
    return token("course.search", page, level, query.language or "", query.owner or "", query.topic or "", query.text)


def nothing_card(query: CourseQuery, sought: str = "Courses") -> Card:
    """Say kindly that nothing was found, and offer the next step; `sought` says in words what for."""
    said = "Nothing found" if sought == "Courses" else f"Nothing found: {sought[0].lower()}{sought[1:]}"
    narrowed = any((query.level, query.topic, query.language, query.owner))
    tips = [tip for tip, fits in (("other words", query.text), ("fewer filters", narrowed)) if fits]
    tip = f"Try {' or '.join(tips)}. " if tips else ""
    return Card(
        f"{said}. Share one?",
        (
            Paragraph(text(Bold(f"{said}."))),
            paragraph(f"{tip}Or share what you know: somebody may be looking for just that."),
            _next_steps(),
        ),
    )


def unknown_card(named: str) -> Card:
    """Say that no course is called like that, and offer the next step."""
    said = f"Nothing found: there is no course “{named}”."
    return Card(said, (paragraph(said), note("Find one with ", Code("/course search"), "."), _next_steps()))


def _next_steps() -> Buttons:
    return Buttons((Button("Share one", token("course.new"), "primary"), Button("All topics", token("course.topics"))))


def none_yet_card() -> Card:
    """Say that there is no course to choose from for this, and how to name another one."""
    said = "You have no such course yet."
    return Card(
        said, (paragraph(said), note("Name any course by its title or number: ", Code("C12"), "."), _next_steps())
    )


def choices_card(question: str, courses: Sequence[Course], action: str = "course.show") -> Card:
    """Offer several courses as buttons, each a tap on an action."""
    buttons = tuple(
        Button(f"{course.short_id} {clamp(course.goal, LABEL_LENGTH)}", token(action, course.id)) for course in courses
    )
    return Card(question, (paragraph(question), *(Buttons((button,)) for button in buttons)))


def shelf_card(page: int, found: CoursePage) -> Card:
    """Show a page of a person's shelf."""
    if not found.total:
        said = "Your shelf is empty."
        tip = note("Save in a course puts it here: find one with ", Code("/course search"), ".")
        return Card(said, (paragraph(said), tip))
    last = last_page(found.total)
    blocks: list[Block] = [Heading("Your shelf")]
    for course in found.courses:
        taps = (Button("Show", token("course.show", course.id)), Button("Unsave", token("course.unsave", course.id)))
        blocks += [Paragraph(text(Bold(course.goal))), note(*facts(course)), Buttons(taps)]
    turns = [Button("Back", token("course.shelf", page - 1))] if page > 0 else []
    turns += [Button("More", token("course.shelf", page + 1))] if page < last else []
    pages = f", page {page + 1} of {last + 1}" if last else ""
    blocks += [Divider(), note(counted(found.total, "course") + pages), *([Buttons(tuple(turns))] if turns else [])]
    return Card(f"Your shelf: {counted(found.total, 'course')}", tuple(blocks))


def topics_card(topics: Sequence[TopicCount], shown: int, buttons: int) -> Card:
    """List topics with how many courses carry them; the first ones as buttons."""
    if not topics:
        return nothing_card(CourseQuery())
    lines = tuple(text(Bold(found.topic), f" {found.courses}") for found in topics[:shown])
    taps = tuple(Button(found.topic, search_token(CourseQuery(topic=found.topic))) for found in topics[:buttons])
    more = [note(f"and {len(topics) - shown} more")] if len(topics) > shown else []
    return Card(f"{counted(len(topics), 'topic')}", (Heading("Topics"), Items(lines), *more, Buttons(taps)))


def used_card(courses: Sequence[Course], viewer: Person, anyway: Button) -> Card:
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
        blocks += [Paragraph(text(Bold(course.goal))), note(*facts(course)), Buttons(taps)]
    tip = "Fork makes a copy for you to change. What you typed is kept: share it anyway, if yours is different."
    return Card(said, (*blocks, Divider(), note(tip), Buttons((anyway,))))


def shared_card(course: Course, *, fresh: bool) -> Card:
    """Confirm a share, with a link to its announcement."""
    said = "Shared:" if fresh else "You had shared this already:"
    return Card(
        f"{said} {course.goal} ({course.short_id})",
        (
            paragraph(f"{said} ", Bold(course.goal), f" ({course.short_id})"),
            paragraph(PostLink(CARD, str(course.id), "See the announcement", ANNOUNCED, missing=NO_CHANNEL)),
            Buttons((Button("Show", token("course.show", course.id)),)),
            note("Others find it with ", Code("/course search"), ". It is yours to look after."),
        ),
    )


def posting_card(course: Course, place: Place, occurrence: str) -> Card:
    """Confirm that a course is shown in a channel."""
    link = PostLink(CARD, str(course.id), "See it here", occurrence, Recipient.place(place))
    return Card(f"{course.goal}, for all to see", (paragraph(Bold(course.goal), ", for all to see. ", link),))
