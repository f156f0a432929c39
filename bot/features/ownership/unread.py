"""Flags that no owner is asked about, because there is none or they are not heard from: the stewards read them."""

from dataclasses import dataclass

from bot.care import Flag
from bot.courses.flags import evidence
from bot.courses.phrases import counted
from bot.model import Course
from bot.ports import Unit
from bot.text import clamp
from bot.ui import Block, Button, Buttons, Heading, Items, Text, joined, note, token

LISTED = 5
"""Courses that are listed; of the others it is told how many they are."""
QUOTED = 140
"""How much of a reader's words is quoted, in UTF-16 units."""
GOAL_LENGTH = 60
"""How much of a goal is shown."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Courses with flags that no owner is asked about, each with its newest flag; `total` counts all there are."""

    first: tuple[tuple[Course, Flag], ...]
    total: int


async def unread_of(unit: Unit) -> Unread:
    """Find flags that only stewards can settle now."""
    page = await unit.flags.unread(LISTED)
    newest = [(course, (await unit.flags.open(course.id))[0]) for course in page.courses]
    return Unread(tuple(newest), page.total)


def said(found: Unread) -> str:
    """Say in a sentence how many courses have such flags."""
    return f"{counted(found.total, 'course')} {'has' if found.total == 1 else 'have'} flags that no owner reads."


def blocks(found: Unread) -> list[Block]:
    """Show such flags, with the way to settle them."""
    if not found.first:
        return []
    taps = [Button(f"Flags of {course.short_id}", token("course.flags", course.id)) for course, _ in found.first]
    more = found.total - len(found.first)
    rest = [note(f"and {more} more")] if more else []
    lines = tuple(_line(course, flag) for course, flag in found.first)
    return [Heading("Flags that no owner reads"), Items(lines), Buttons(tuple(taps)), *rest]


def _line(course: Course, flag: Flag) -> Text:
    others = [f"{course.flags - 1} more"] if course.flags > 1 else []
    return joined((f"{course.short_id} {clamp(course.goal, GOAL_LENGTH)}", evidence(flag, QUOTED), *others), " · ")
