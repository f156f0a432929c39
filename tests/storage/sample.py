"""Ready-made content and people for the tests."""

from datetime import UTC, datetime, timedelta

from bot.model import Account, Checkpoint, Course, CourseContent, Letter, Person, Profile, Recipient
from bot.ports import Unit

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NORTH, SOUTH = "north", "south"


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
