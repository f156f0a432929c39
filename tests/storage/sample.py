"""Ready-made content and people for the tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.model import Account, Checkpoint, Course, CourseContent, CourseQuery, Letter, Level, Person, Profile, Recipient
from bot.ports import Store, Unit

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NORTH, SOUTH = "north", "south"
OTHER = CourseContent(
    "Grow tomatoes",
    (Checkpoint("Dig", "https://example.org/dig"), Checkpoint("Water", "https://example.org/water")),
    Level.EXPERIENCED,
    ("Garden", "food"),
    "All of it",
    "pt-br",
)
"""A content that shares nothing with that of `content()`."""


def later(seconds: float) -> datetime:
    """Give a moment after NOW."""
    return NOW + timedelta(seconds=seconds)


def content(goal: str = "Understand machine learning", **more: object) -> CourseContent:
    """Make a course with two steps."""
    steps = (Checkpoint("Read the primer", "https://example.org/a"), Checkpoint("Do it", "https://example.org/b"))
    return CourseContent(**({"goal": goal, "steps": steps} | more))  # type: ignore[arg-type] # a test's shorthand


def ana(workspace: str = "T1") -> Account:
    """Give an account of the same platform identity in any workspace."""
    return Account("slack", workspace, "U1")


async def meet(unit: Unit, user: str = "U1", name: str = "Ana") -> Person:
    """Meet a person on Slack."""
    return await unit.people.meet(Account("slack", "T1", user), Profile(name, "Europe/Lisbon", "pt-PT"), NOW)


async def share(unit: Unit, goal: str, seconds: float = 0, **more: object) -> Course:
    """Share a course of nobody's."""
    course, fresh = await unit.courses.add(content(goal, **more), None, later(seconds))
    assert fresh
    return course


def letter(subject: str = "1", recipient: str = "channel:slack:T1:courses", **more: object) -> Letter:
    """Make a letter about a course."""
    return Letter(**({"kind": "course", "subject": subject, "recipient": Recipient(recipient)} | more))  # type: ignore[arg-type]


async def edited(
    unit: Unit, course: Course, content: CourseContent, by: int, seconds: float = 9, numbers: Sequence[int] = (1, 2)
) -> Course:
    """Edit a course that stands as it was seen."""
    found = await unit.courses.edit(course, content, numbers, by, later(seconds))
    assert found is not None
    return found


async def stands(unit: Unit, course: int) -> Course:
    """Give a course that is there, as it stands."""
    found = await unit.courses.get(course)
    assert found is not None
    return found


async def goals(unit: Unit, text: str = "", **filters: object) -> list[str]:
    """Search, and give the goals found."""
    query = CourseQuery(text, **filters)  # type: ignore[arg-type] # a test's shorthand
    return [course.goal for course in (await unit.courses.search(query, 0, 50)).courses]


def said(course: CourseContent) -> CourseContent:
    """Give the content of a course alone."""
    return CourseContent(course.goal, course.steps, course.level, course.topics, course.description, course.language)


def steps(*names: str) -> tuple[Checkpoint, ...]:
    """Make steps, each to an address of its own."""
    return tuple(Checkpoint(f"Do {name}", f"https://example.org/{name}") for name in names)


async def look_at(store: Store, person: int) -> datetime | None:
    """Tell when a person's courses are looked at next."""
    statement = text("SELECT look_at FROM carer WHERE community = 'north' AND person = :person")

    def ask(db: object, community: str) -> str | None:
        found = db.execute(statement, {"person": person}).scalar()  # type: ignore[attr-defined] # a connection
        return None if found is None else str(found)

    async with store._database.read(NORTH) as session:  # type: ignore[attr-defined] # SqlStore
        found = await session.run(ask)
    return None if found is None else datetime.fromisoformat(found).replace(tzinfo=NOW.tzinfo)
