"""Courses of another database as they stand here: with the people, the lineage and the number that they have here."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from bot.care import Intervals, review_at
from bot.model import Checkpoint, CourseContent
from bot.records import Arrival, CourseRecord, Numbers
from storage.batch import Stored, known_origins, store
from storage.columns import folded
from storage.content import Parts, columns_of, origin
from storage.curation import fork_origin, put_co_owners
from storage.health import show_links
from storage.reviews import intervals, look
from storage.sql import draw

_KEPT = (
    "created_at", "updated_at", "reviewed_at", "archived_at", "revision", "steps_drawn", "parent", "forker", "page",
    "page_open", "review_days", "taken_at", "snoozed_until", "offered_at",
)  # fmt: skip
"""What a course keeps as it is, wherever it stands."""


def courses(
    db: Connection, community: str, records: Sequence[CourseRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    """Take courses in that aren't here yet; give what became of each."""
    drawn = last = draw(db, community, "courses", 0)  # holds the row: nobody else adds meanwhile
    here = ChainMap[int, int]({}, cast("dict[int, int]", known.courses))
    moved = [with_people(course, known.people) for course in records]
    origins = known_origins(db, community, (course.origin for course in moved if not _is_fork(course)))
    arrived: list[Arrival] = []
    told = intervals(db, community)
    added: list[tuple[int, CourseRecord]] = []
    for course in moved:
        placed = with_lineage(course, Numbers(known.people, here)) if _is_fork(course) else course
        if _is_fork(course):
            origins |= known_origins(db, community, [placed.origin])
        number = origins.get(placed.origin)
        arrived.append(Arrival(fresh=number is None, number=number or max(course.id, last + 1)))
        if number is None:
            number = last = origins[placed.origin] = max(course.id, last + 1)
            added.append((number, placed))
        here[course.id] = number
    draw(db, community, "courses", last - drawn)
    store(db, community, [_stored(community, *one, told) for one in added], now)
    for number, course in added:
        if course.archived_at is None:
            show_links(db, community, number, now)
        if course.taken_at and course.owner:
            look(db, community, {course.owner: now})
        put_co_owners(db, community, number, course.co_owners)
    return arrived


def _is_fork(course: CourseRecord) -> bool:
    return course.parent is not None or course.root != course.id


def with_people(course: CourseRecord, people: Mapping[int, int]) -> CourseRecord:
    """Give a course with the people whom its numbers mean here; those who didn't come are left out.

    What a member shared is known by their number, so its origin changes with that.
    """
    owner = people.get(course.owner or 0)
    digest = course.origin
    if not _is_fork(course) and owner and digest == origin(_content(course), str(course.owner)):
        digest = origin(_content(course), str(owner))
    co_owners = tuple(people[person] for person in course.co_owners if person in people)
    return replace(course, owner=owner, co_owners=co_owners, origin=digest)


def with_lineage(fork: CourseRecord, known: Numbers) -> CourseRecord:
    """Give a fork with the lineage and the forker that its numbers mean here.

    Where its first course didn't come, it begins a lineage of its own.
    """
    root, forker = known.courses.get(fork.root), known.people.get(fork.forker or 0)
    digest = fork.origin
    if digest == fork_origin(fork.root, fork.forker or 0):
        digest = fork_origin(root, forker) if root and forker else origin(_content(fork), digest)
    parent = known.courses.get(fork.parent or 0) if root else None
    return replace(fork, root=root or fork.id, parent=parent, forker=forker, origin=digest)


def _stored(community: str, number: int, course: CourseRecord, told: Intervals) -> Stored:
    content = _content(course)
    row = {
        "community": community,
        "id": number,
        "owner": course.owner,
        "origin": course.origin,
        "review_at": review_at(course.reviewed_at, course.review_days, map(folded, course.topics), told),
        "root": number if course.root == course.id and course.parent is None else course.root,
        **{name: getattr(course, name) for name in _KEPT},
    }
    parts = Parts(number, content, [step.number for step in course.steps])
    return Stored(columns_of(content) | row, parts, is_found=course.archived_at is None)


def _content(course: CourseRecord) -> CourseContent:
    steps = tuple(Checkpoint(step.task, step.url) for step in course.steps)
    return CourseContent(course.goal, steps, course.level, course.topics, course.description, course.language)
