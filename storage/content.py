"""The content of a course in the tables: its steps, topics and what its addresses are known by."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert

from bot.model import Checkpoint, CourseContent, Level, ResourceKind
from bot.urls import resource_key
from storage.columns import Number, folded
from storage.sql import Values, insert_new, mine, table

_STEP, _TOPIC, _RESOURCE = table("course_step"), table("course_topic"), table("resource")
_ADD_STEPS, _ADD_TOPICS, _ADD_RESOURCES = insert(_STEP), insert(_TOPIC), insert_new(_RESOURCE)
_THIS = bindparam("this", type_=Number)
_CLEAR_STEPS = delete(_STEP).where(mine(_STEP), _STEP.c.course == _THIS)
_CLEAR_TOPICS = delete(_TOPIC).where(mine(_TOPIC), _TOPIC.c.course == _THIS)


def columns_of(content: CourseContent) -> Values:
    """Give what stands in the row of a course itself."""
    return {
        "goal": content.goal,
        "folded": folded(content.goal),
        "description": content.description,
        "level": None if content.level is None else content.level.value,
        "language": content.language,
    }


def add_parts(
    db: Connection, community: str, course: int, content: CourseContent, numbers: Sequence[int], now: datetime
) -> None:
    """Write steps and topics; addresses that are new become resources, due to be read."""
    mine_too = {"community": community, "course": course}
    keyed = [(resource_key(step.url), step) for step in content.steps]
    steps = [
        mine_too | {"position": n, "task": step.task, "url": step.url, "number": number, "resource": key}
        for n, ((key, step), number) in enumerate(zip(keyed, numbers, strict=True))
    ]
    topics = [
        mine_too | {"position": n, "topic": topic, "folded": key}
        for n, (key, topic) in enumerate({folded(topic): topic for topic in content.topics}.items())
    ]
    if steps:
        db.execute(_ADD_RESOURCES, [_new_resource(community, key, url, now) for key, url in _addresses(keyed).items()])
        db.execute(_ADD_STEPS, steps)
    if topics:
        db.execute(_ADD_TOPICS, topics)


def replace_parts(
    db: Connection, community: str, course: int, content: CourseContent, numbers: Sequence[int], now: datetime
) -> None:
    """Write other steps and topics in place of those that stand there."""
    this = {"tenant": community, "this": course}
    db.execute(_CLEAR_STEPS, this)
    db.execute(_CLEAR_TOPICS, this)
    add_parts(db, community, course, content, numbers, now)


def _addresses(keyed: Sequence[tuple[str, Checkpoint]]) -> dict[str, str]:
    """Give each address once, in one order for all writers, so that two of them never wait for each other."""
    return {key: step.url for key, step in sorted(keyed, key=lambda one: one[0])}


def _new_resource(community: str, key: str, url: str, now: datetime) -> Values:
    told = {"title": "", "kind": ResourceKind.UNKNOWN.value, "description": "", "language": "", "topics": "[]"}
    return {"community": community, "key": key, "url": url, "due_at": now, "tries": 0} | told


def written(content: CourseContent) -> str:
    """Write a content as JSON, to be kept in a course's history."""
    return json.dumps(
        {
            "goal": content.goal,
            "steps": [[step.task, step.url] for step in content.steps],
            "level": content.level,
            "topics": list(content.topics),
            "description": content.description,
            "language": content.language,
        },
        ensure_ascii=False,
    )


def read(text: str) -> CourseContent:
    """Read back what `written` wrote."""
    said = json.loads(text)
    return CourseContent(
        goal=said["goal"],
        steps=tuple(Checkpoint(task, url) for task, url in said["steps"]),
        level=Level(said["level"]) if said["level"] else None,
        topics=tuple(said["topics"]),
        description=said["description"],
        language=said["language"],
    )
