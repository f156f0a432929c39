"""Loading whole courses: one statement for them, one for their steps and topics, one for their owners."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Integer, Select, literal, select, union_all

from bot.model import Checkpoint, Course, Level
from storage.columns import StoredText
from storage.people import people_by_id
from storage.sql import among, mine, numbers, table

_COURSE, _STEP, _TOPIC = table("course"), table("course_step"), table("course_topic")
_CO_OWNER = table("course_co_owner")
_NO_TEXT, _NO_NUMBER = literal(None, StoredText), literal(0, Integer)
_ITS_OWN = (
    "revision", "created_at", "updated_at", "reviewed_at", "archived_at", "steps_drawn", "root", "parent", "page",
    "page_open", "review_days", "review_at", "taken_at", "snoozed_until", "offered_at", "flags", "broken_since",
)  # fmt: skip
"""Columns that a course shows as they are."""


@cache
def _courses(count: int) -> Select[*tuple[Any, ...]]:
    return select(
        _COURSE.c.id,
        _COURSE.c.goal,
        _COURSE.c.description,
        _COURSE.c.level,
        _COURSE.c.language,
        _COURSE.c.owner,
        *(_COURSE.c[name] for name in _ITS_OWN),
    ).where(mine(_COURSE), among(_COURSE.c.id, count))


@cache
def _parts_of(count: int) -> CompoundSelect[*tuple[Any, ...]]:
    """Make the statement for steps, topics (without an address) and co-owners (without a text) of courses."""
    steps = select(_STEP.c.course, _STEP.c.position, _STEP.c.task, _STEP.c.url, _STEP.c.number)
    topics = select(_TOPIC.c.course, _TOPIC.c.position, _TOPIC.c.topic, _NO_TEXT, _NO_NUMBER)
    co_owners = select(_CO_OWNER.c.course, _CO_OWNER.c.person, _NO_TEXT, _NO_TEXT, _NO_NUMBER)
    return union_all(
        steps.where(mine(_STEP), among(_STEP.c.course, count)),
        topics.where(mine(_TOPIC), among(_TOPIC.c.course, count)),
        co_owners.where(mine(_CO_OWNER), among(_CO_OWNER.c.course, count)),
    ).order_by("course", "position")


@dataclass(slots=True)
class _Parts:
    steps: list[Checkpoint] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    co_owners: list[int] = field(default_factory=list)


def courses_by_id(db: Connection, community: str, ids: Sequence[int]) -> list[Course]:
    """Load courses in the order of their numbers given; those that aren't there are left out."""
    if not ids:
        return []
    rows = db.execute(_courses(len(ids)), {"tenant": community, **numbers(ids)}).all()
    parts = _parts(db, community, ids)
    everybody = {row.owner for row in rows if row.owner is not None}
    everybody.update(person for part in parts.values() for person in part.co_owners)
    people = people_by_id(db, community, everybody) if everybody else {}
    found: dict[int, Course] = {}
    for number, goal, description, level, language, owner, *its_own in rows:
        part = parts[number]
        found[number] = Course(
            goal=goal,
            steps=tuple(part.steps),
            level=None if level is None else Level(level),
            topics=tuple(part.topics),
            description=description,
            language=language,
            id=number,
            owner=people.get(owner),
            co_owners=tuple(people[person] for person in part.co_owners),
            step_numbers=tuple(part.numbers),
            **dict(zip(_ITS_OWN, its_own, strict=True)),
        )
    return [found[number] for number in ids if number in found]


def _parts(db: Connection, community: str, ids: Sequence[int]) -> dict[int, _Parts]:
    parts: defaultdict[int, _Parts] = defaultdict(_Parts)
    for course, position, text, url, number in db.execute(
        _parts_of(len(ids)), {"tenant": community, **numbers(ids)}
    ).all():
        part = parts[course]
        if text is None:
            part.co_owners.append(position)
        elif url is None:
            part.topics.append(text)
        else:
            part.steps.append(Checkpoint(text, url))
            part.numbers.append(number)
    return parts
