"""The content of a course in the tables: its steps, topics and what its addresses are known by."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.health import moment_of
from bot.model import Checkpoint, CourseContent, Level, ResourceKind
from bot.urls import resource_key
from storage.columns import Number, StoredText, folded, storable
from storage.health import broken, show_links
from storage.sql import Values, insert_new, mine, table

_STEP, _TOPIC, _RESOURCE = table("course_step"), table("course_topic"), table("resource")
_ADD_STEPS, _ADD_TOPICS, _ADD_RESOURCES = insert(_STEP), insert(_TOPIC), insert_new(_RESOURCE)
_UNREAD = select(_RESOURCE.c.key).where(
    mine(_RESOURCE),
    _RESOURCE.c.key.in_(bindparam("keys", type_=StoredText, expanding=True)),
    _RESOURCE.c.read_at.is_(None),
)
_THIS = bindparam("this", type_=Number)
_CLEAR_STEPS = delete(_STEP).where(mine(_STEP), _STEP.c.course == _THIS)
_CLEAR_TOPICS = delete(_TOPIC).where(mine(_TOPIC), _TOPIC.c.course == _THIS)


def origin(content: CourseContent, source: str) -> str:
    """Make the digest that two sharings of the same have in common: source, goal and addresses."""
    parts = [source, folded(content.goal), *(step.url for step in content.steps)]
    return hashlib.sha256("\n".join(map(storable, parts)).encode()).hexdigest()


def columns_of(content: CourseContent) -> Values:
    """Give what stands in the row of a course itself."""
    return {
        "goal": content.goal,
        "folded": folded(content.goal),
        "description": content.description,
        "level": None if content.level is None else content.level.value,
        "language": content.language,
    }


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to a course beside its own row: the content, the numbers of its steps, titles by address."""

    course: int
    content: CourseContent
    numbers: Sequence[int]
    titles: Mapping[str, str] = field(default_factory=dict)


def add_parts(
    db: Connection, community: str, course: int, content: CourseContent, numbers: Sequence[int], now: datetime
) -> None:
    """Write steps and topics; addresses that are new become resources, due to be read."""
    add_all_parts(db, community, [Parts(course, content, numbers)], now)


def add_all_parts(db: Connection, community: str, added: Sequence[Parts], now: datetime) -> list[str]:
    """Write steps and topics of courses; addresses that are new become resources, due to be read without a title.

    New ones are looked at within a week, and a course with a link that is known to be broken begins as such. Give the
    addresses with a title that were there already, but whose pages nobody has read.
    """
    steps: list[Values] = []
    topics: list[Values] = []
    resources: dict[str, Values] = {}
    for one in added:
        mine_too = {"community": community, "course": one.course}
        for n, (step, number) in enumerate(zip(one.content.steps, one.numbers, strict=True)):
            key = resource_key(step.url)
            told = {"position": n, "task": step.task, "url": step.url, "number": number, "resource": key}
            steps.append(mine_too | told)
            if key not in resources or (not resources[key]["title"] and step.url in one.titles):
                resources[key] = _new_resource(community, key, step.url, one.titles.get(step.url, ""), now)
        unique = {folded(topic): topic for topic in one.content.topics}
        topics += [
            mine_too | {"position": n, "topic": topic, "folded": key} for n, (key, topic) in enumerate(unique.items())
        ]
    unread = _unread(db, community, resources)
    if steps:
        # In one order for all writers, so that two of them never wait for each other.
        db.execute(_ADD_RESOURCES, [resource for _, resource in sorted(resources.items())])
        db.execute(_ADD_STEPS, steps)
        known = broken(db, community, resources)
        for course in sorted({step["course"] for step in steps if step["resource"] in known}):
            show_links(db, community, course, now)
    if topics:
        db.execute(_ADD_TOPICS, topics)
    return unread


def _unread(db: Connection, community: str, resources: Mapping[str, Values]) -> list[str]:
    titled = sorted(key for key, resource in resources.items() if resource["title"])
    if not titled:
        return []
    found = db.execute(_UNREAD, {"tenant": community, "keys": titled}).scalars()
    return [resources[key]["url"] for key in found]


def replace_parts(
    db: Connection, community: str, course: int, content: CourseContent, numbers: Sequence[int], now: datetime
) -> None:
    """Write other steps and topics in place of those that stand there."""
    this = {"tenant": community, "this": course}
    db.execute(_CLEAR_STEPS, this)
    db.execute(_CLEAR_TOPICS, this)
    add_parts(db, community, course, content, numbers, now)
    show_links(db, community, course, now)


def _new_resource(community: str, key: str, url: str, title: str, now: datetime) -> Values:
    told = {"title": title, "kind": ResourceKind.UNKNOWN.value, "description": "", "language": "", "topics": "[]"}
    known = {"read_at": now, "due_at": None} if title else {"read_at": None, "due_at": now}
    its = {"community": community, "key": key, "url": url, "tries": 0, "check_at": moment_of(key, now)}
    return its | told | known


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


def read_topics(text: str) -> tuple[str, ...]:
    """Read the topics of a resource as they are stored."""
    return tuple(json.loads(text))


def written_topics(topics: Sequence[str]) -> str:
    """Write the topics of a resource as they are stored."""
    return json.dumps(topics, ensure_ascii=False)
