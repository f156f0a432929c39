"""Loading whole courses: one statement for them, one for their steps and topics, one for their owners."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, literal, select, union_all

from bot.model import Checkpoint, Course, Level
from storage.columns import StoredText
from storage.people import people_by_id
from storage.sql import among, mine, numbers, table

_COURSE, _STEP, _TOPIC = table("course"), table("course_step"), table("course_topic")
_NO_URL = literal(None, StoredText)


@cache
def _courses(count: int) -> Select[*tuple[Any, ...]]:
    return select(
        _COURSE.c.id,
        _COURSE.c.goal,
        _COURSE.c.description,
        _COURSE.c.level,
        _COURSE.c.language,
        _COURSE.c.owner,
        _COURSE.c.created_at,
        _COURSE.c.updated_at,
    ).where(mine(_COURSE), among(_COURSE.c.id, count))


@cache
def _steps_and_topics(count: int) -> CompoundSelect[*tuple[Any, ...]]:
    steps = select(_STEP.c.course, _STEP.c.position, _STEP.c.task, _STEP.c.url)
    topics = select(_TOPIC.c.course, _TOPIC.c.position, _TOPIC.c.topic, _NO_URL)
    return union_all(
        steps.where(mine(_STEP), among(_STEP.c.course, count)),
        topics.where(mine(_TOPIC), among(_TOPIC.c.course, count)),
    ).order_by("course", "position")


def courses_by_id(db: Connection, community: str, ids: Sequence[int]) -> list[Course]:
    """Load courses in the order of their numbers given; those that aren't there are left out."""
    if not ids:
        return []
    rows = db.execute(_courses(len(ids)), {"tenant": community, **numbers(ids)}).all()
    steps, topics = _parts(db, community, ids)
    owners = {row.owner for row in rows if row.owner is not None}
    people = people_by_id(db, community, owners) if owners else {}
    found: dict[int, Course] = {}
    for number, goal, description, level, language, owner, created_at, updated_at in rows:
        found[number] = Course(
            goal=goal,
            steps=tuple(steps.get(number, ())),
            level=None if level is None else Level(level),
            topics=tuple(topics.get(number, ())),
            description=description,
            language=language,
            id=number,
            owner=people.get(owner),
            created_at=created_at,
            updated_at=updated_at,
        )
    return [found[number] for number in ids if number in found]


def _parts(
    db: Connection, community: str, ids: Sequence[int]
) -> tuple[dict[int, list[Checkpoint]], dict[int, list[str]]]:
    steps: dict[int, list[Checkpoint]] = {}
    topics: dict[int, list[str]] = {}
    for course, _, text, url in db.execute(_steps_and_topics(len(ids)), {"tenant": community, **numbers(ids)}).all():
        if url is None:
            topics.setdefault(course, []).append(text)
        else:
            steps.setdefault(course, []).append(Checkpoint(text, url))
    return steps, topics
