"""Storing many courses at once: a few statements for all of them instead of a dozen for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from bot.care import Intervals, review_at
from bot.model import Page
from bot.records import NewCourse
from storage.columns import StoredText, folded
from storage.content import Parts, add_all_parts, columns_of, origin
from storage.curation import beginnings
from storage.index import add_all_to_index
from storage.resources import learn
from storage.reviews import earliest, intervals, look
from storage.sql import Values, draw, mine, table

_COURSE = table("course")
_ADD = insert(_COURSE)
_KNOWN = select(_COURSE.c.origin, _COURSE.c.id).where(
    mine(_COURSE), _COURSE.c.origin.in_(bindparam("origins", type_=StoredText, expanding=True))
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A course on its way into the tables: its row, what belongs to it, and whether it can be found."""

    row: Values
    parts: Parts
    is_found: bool = True


def add_many(db: Connection, community: str, courses: Sequence[NewCourse], now: datetime) -> list[tuple[int, bool]]:
    """Store courses; give the number of each, and False where it was there already."""
    drawn = draw(db, community, "courses", len(courses)) - len(courses)  # holds the row: nobody else adds meanwhile
    origins = [one.origin or origin(one.content, one.source) for one in courses]
    numbers = known_origins(db, community, origins)
    told = intervals(db, community)
    added: list[Stored] = []
    outcomes: list[tuple[int, bool]] = []
    for course, digest in zip(courses, origins, strict=True):
        is_fresh = digest not in numbers
        if is_fresh:
            numbers[digest] = number = drawn + len(added) + 1
            added.append(_stored(community, number, course, digest, now, told))
        outcomes.append((numbers[digest], is_fresh))
    if len(added) < len(courses):
        draw(db, community, "courses", len(added) - len(courses))
    store(db, community, added, now)
    return outcomes


def known_origins(db: Connection, community: str, origins: Iterable[str]) -> dict[str, int]:
    """Find the courses that are known by these origins."""
    rows = db.execute(_KNOWN, {"tenant": community, "origins": sorted(set(origins))})
    return {digest: number for digest, number in rows}  # noqa: C416 - a row is a tuple only at run time


def _stored(community: str, number: int, course: NewCourse, digest: str, now: datetime, told: Intervals) -> Stored:
    steps = len(course.content.steps)
    due = review_at(now, None, map(folded, course.content.topics), told)
    row = columns_of(course.content) | beginnings(community, number, course.owner, steps, now, due)
    parts = Parts(number, course.content, range(1, steps + 1), course.titles)
    return Stored(row | {"origin": digest, "root": number}, parts)


def store(db: Connection, community: str, added: Sequence[Stored], now: datetime) -> None:
    """Write courses whose numbers were drawn, and make them findable."""
    if not added:
        return
    db.execute(_ADD, [one.row for one in added])
    unread = add_all_parts(db, community, [one.parts for one in added], now)
    add_all_to_index(db, community, {one.parts.course: one.parts.content for one in added if one.is_found})
    look(db, community, earliest((one.row["owner"], one.row["review_at"]) for one in added if one.is_found))
    titles = {url: title for one in added for url, title in one.parts.titles.items()} if unread else {}
    for url in unread:
        learn(db, community, url, Page(url, titles[url]), now)
