"""How courses are told of and offered, wherever they appear: pure pieces of cards."""

from collections.abc import Sequence
from datetime import datetime

from bot.courses.freshness import State, freshness, state_of
from bot.model import Course, CourseQuery
from bot.text import clamp
from bot.ui import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Inline,
    Mention,
    Paragraph,
    Text,
    joined,
    note,
    paragraph,
    text,
    token,
)

CARD = "course.card"
"""The kind of letter that shows a course to a channel."""
HELPERS = 3
"""Co-owners that are named beside the owner; more are counted."""
LABEL_LENGTH = 60
"""How much of a goal stands on a button: both platforms show about that much on one line."""


def facts(course: Course, now: datetime) -> Text:
    """Tell a course's number, owners, level, topics, language, length and freshness in one line."""
    parts: list[Inline | Text] = [course.short_id, *([by(course)] if course.owner else [])]
    parts.append(course.level or "all levels")
    if course.topics:
        parts.append(" ".join(f"#{topic.replace(' ', '-')}" for topic in course.topics))
    if course.language:
        parts.append(course.language)
    parts.append(counted(len(course.steps), "step"))
    parts.append(freshness(course, now).marked)
    return joined(parts, " · ")


def by(course: Course) -> Text:
    """Name who looks after a course: its owner, and those who help."""
    if course.owner is None:
        return text("no owner yet")
    helpers: list[Inline | Text] = [Mention(person.name, person.accounts) for person in course.co_owners[:HELPERS]]
    more = len(course.co_owners) - HELPERS
    helpers += [f"{more} more"] if more > 0 else []
    owner = Mention(course.owner.name, course.owner.accounts)
    return text("by ", owner, ", with " if helpers else "", *joined(helpers, ", "))


def adopting(course: Course, now: datetime) -> tuple[Button, ...]:
    """Give the button by which somebody takes over a course that looks for an owner; none for any other."""
    looks = state_of(course, now) is State.LOOKING
    return (Button("Adopt", token("course.adopt", course.id)),) if looks else ()


def counted(number: int, noun: str) -> str:
    """Say a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
