"""Writing the search index of a course: what each term says about it, worked out once, when it is stored.

The weights are BM25F's: a term counts by field, less in a longer field, and less with every repetition.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sqlalchemy import Connection, Integer, Select, and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert  # SQLite takes it too; see storage.sql

from bot.model import CourseContent
from bot.text import one_line
from storage import analysis
from storage.columns import Number
from storage.sql import TENANT, among, insert_new, mine, numbers, table

_COMMUNITY, _POSTING, _TERM, _WORD = (
    table(name) for name in ("community", "search_posting", "search_term", "search_word")
)
_STEP, _RESOURCE = table("course_step"), table("resource")
_AT_ONCE = 100  # courses whose titles are looked up in one statement


@dataclass(frozen=True, slots=True)
class Field:
    """How much a field of a course counts, its usual length in words, and how far a longer one counts less (0-1)."""

    weight: float
    usual: float
    shortened: float


GOAL = Field(4.0, 4, 0.3)
TOPICS = Field(2.5, 4, 0.3)
TASKS = Field(1.5, 30, 0.15)
TITLES = Field(1.2, 30, 0.15)
DESCRIPTION = Field(1.0, 25, 0.5)
_SATURATION = 2.5  # BM25's k1: how soon repetition stops to count
_STEPS = 2**11
_LARGEST = 2.2
"""What a term's weight comes close to; as before the fields were weighed anew, so that courses which were indexed
earlier stand well beside new ones."""

_BUMP = (
    update(_COMMUNITY)
    .where(_COMMUNITY.c.id == TENANT)
    .values(
        index_revision=_COMMUNITY.c.index_revision + 1,
        courses_indexed=_COMMUNITY.c.courses_indexed + bindparam("change", type_=Integer),
    )
    .returning(_COMMUNITY.c.index_revision)
)
_ADD_POSTING = insert(_POSTING)
_ADD_WORD = insert_new(_WORD)
_NEW_TERM = upsert(_TERM)
_COUNT_TERM = _NEW_TERM.on_conflict_do_update(
    index_elements=["community", "term"],
    set_={"courses": _TERM.c.courses + _NEW_TERM.excluded.courses, "revision": _NEW_TERM.excluded.revision},
)
_IS_COURSE = _POSTING.c.course == bindparam("course", type_=Number)
_HELD = select(_POSTING.c.term).where(mine(_POSTING), _IS_COURSE).order_by(_POSTING.c.term)
_CLEAR = delete(_POSTING).where(mine(_POSTING), _IS_COURSE)


def add_to_index(db: Connection, community: str, course: int, content: CourseContent) -> None:
    """Make a course findable, also by the titles of its pages that are known."""
    add_all_to_index(db, community, {course: content})


def add_all_to_index(db: Connection, community: str, courses: Mapping[int, CourseContent]) -> None:
    """Make courses findable, with a few statements for all of them. Their steps must be stored already."""
    if not courses:
        return
    revision = _bump(db, community, len(courses))
    titles = _titles(db, community, list(courses))
    found = {course: weigh(content, titles.get(course, {})) for course, content in courses.items()}
    _count(db, community, Counter(term for one in found.values() for term in one.weights), revision)
    db.execute(
        _ADD_POSTING,
        [
            {"community": community, "term": term, "course": course, "weight": weight}
            for course, one in found.items()
            for term, weight in one.weights.items()
        ],
    )
    words = {pair for one in found.values() for pair in one.words}
    db.execute(
        _ADD_WORD,
        [{"community": community, "word": word, "term": term, "revision": revision} for word, term in sorted(words)],
    )


def _titles(db: Connection, community: str, courses: Sequence[int]) -> dict[int, dict[str, str]]:
    """Look up what the pages of courses are called, by course and address."""
    found: dict[int, dict[str, str]] = {}
    for first in range(0, len(courses), _AT_ONCE):
        part = courses[first : first + _AT_ONCE]
        for course, url, title in db.execute(_titled(len(part)), {"tenant": community, **numbers(part)}):
            found.setdefault(course, {})[url] = title
    return found


@cache
def _titled(count: int) -> Select[int, str, str]:
    return (
        select(_STEP.c.course, _STEP.c.url, _RESOURCE.c.title)
        .join_from(_STEP, _RESOURCE, and_(mine(_RESOURCE), _RESOURCE.c.key == _STEP.c.resource))
        .where(mine(_STEP), among(_STEP.c.course, count), _RESOURCE.c.title != "")
    )


def remove_from_index(db: Connection, community: str, course: int) -> None:
    """Make a course unfindable; with `add_to_index` after it, this is how an edited course is indexed again."""
    held = db.execute(_HELD, {"tenant": community, "course": course}).scalars().all()
    if not held:
        return
    revision = _bump(db, community, -1)
    _count(db, community, dict.fromkeys(held, -1), revision)
    db.execute(_CLEAR, {"tenant": community, "course": course})


def _bump(db: Connection, community: str, change: int) -> int:
    """Count a change of the index; holds the community's row, so that changes are made one after another."""
    revision: int = db.execute(_BUMP, {"tenant": community, "change": change}).scalar_one()
    return revision


def _count(db: Connection, community: str, changes: Mapping[str, int], revision: int) -> None:
    rows = [
        {"community": community, "term": term, "courses": change, "revision": revision}
        for term, change in sorted(changes.items())
    ]
    db.execute(_COUNT_TERM, rows)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a course says: the weight of each term, and which word stands for which term."""

    weights: dict[str, float]
    words: set[tuple[str, str]]


_NOTHING = "\x01"
"""The term of a course without any word: it keeps `remove_from_index` and the counts simple."""


def weigh(content: CourseContent, titles: Mapping[str, str] = MappingProxyType({})) -> Weighed:
    """Work out the terms of a course and their weights (0 to 2.2); `titles` are those of its pages, by address."""
    sums: Counter[str] = Counter()
    written: set[tuple[str, str]] = set()
    for field, counts in _counted(content, titles):
        length = counts.total()
        share = field.weight / (1 - field.shortened + field.shortened * length / field.usual)
        for word, times in counts.items():
            for term in analysis.terms(word, content.language):
                written.add((word, term))
                sums[term] += times * share  # type: ignore[assignment] # a Counter may count in fractions
    weights = {term: in_steps(x * _LARGEST / (x + _SATURATION)) for term, x in sorted(sums.items())}
    return Weighed(weights or {_NOTHING: 0.0}, written or {(_NOTHING, _NOTHING)})


def in_steps(weight: float) -> float:
    """Round to a fraction of a power of two.

    Products and sums of such numbers are exact, so that a score is the same in whatever order a database adds it up,
    and equal courses stay equal.
    """
    return round(weight * _STEPS) / _STEPS


def _counted(content: CourseContent, titles: Mapping[str, str]) -> Iterator[tuple[Field, Counter[str]]]:
    """Count the words of each field. A page's title counts where it says what the task doesn't."""
    tasks: Counter[str] = Counter()
    called: Counter[str] = Counter()
    for step in content.steps:
        task = Counter(_words(step.task))
        tasks.update(task)
        called.update(Counter(_words(titles.get(step.url, ""))) - task)
    yield GOAL, Counter(_words(content.goal))
    yield TOPICS, Counter(word for topic in content.topics for word in _words(topic))
    yield TASKS, tasks
    yield TITLES, called
    yield DESCRIPTION, Counter(_words(content.description))


def _words(text: str) -> list[str]:
    line = one_line(text)
    return [*analysis.words(line), *analysis.parts(line)]
