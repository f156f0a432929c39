"""Writing the search index of a course: what each term says about it, worked out once, when it is stored.

The weights are BM25F's: a term counts by field, less in a longer field, and less with every repetition.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert  # SQLite takes it too; see storage.sql

from bot.model import CourseContent
from bot.text import one_line
from storage import analysis
from storage.columns import Number
from storage.sql import TENANT, insert_new, mine, table

_COMMUNITY, _POSTING, _TERM, _WORD = (
    table(name) for name in ("community", "search_posting", "search_term", "search_word")
)


@dataclass(frozen=True, slots=True)
class Field:
    """How much a field of a course counts, its usual length in words, and how far a longer one counts less (0-1)."""

    weight: float
    usual: float
    shortened: float


GOAL = Field(4.0, 4, 0.3)
TOPICS = Field(3.0, 4, 0.3)
TASKS = Field(1.5, 30, 0.3)
DESCRIPTION = Field(1.0, 25, 0.5)
_SATURATION = 1.2  # BM25's k1: how soon repetition stops to count

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
    """Make a course findable."""
    revision = _bump(db, community, 1)
    found = weigh(content)
    _count(db, community, found.weights, 1, revision)
    db.execute(
        _ADD_POSTING,
        [
            {"community": community, "term": term, "course": course, "weight": weight}
            for term, weight in found.weights.items()
        ],
    )
    db.execute(
        _ADD_WORD,
        [
            {"community": community, "word": word, "term": term, "revision": revision}
            for word, term in sorted(found.words)
        ],
    )


def remove_from_index(db: Connection, community: str, course: int) -> None:
    """Make a course unfindable; with `add_to_index` after it, this is how an edited course is indexed again."""
    held = db.execute(_HELD, {"tenant": community, "course": course}).scalars().all()
    if not held:
        return
    revision = _bump(db, community, -1)
    _count(db, community, held, -1, revision)
    db.execute(_CLEAR, {"tenant": community, "course": course})


def _bump(db: Connection, community: str, change: int) -> int:
    """Count a change of the index; holds the community's row, so that changes are made one after another."""
    revision: int = db.execute(_BUMP, {"tenant": community, "change": change}).scalar_one()
    return revision


def _count(db: Connection, community: str, held: Iterable[str], change: int, revision: int) -> None:
    rows = [{"community": community, "term": term, "courses": change, "revision": revision} for term in held]
    db.execute(_COUNT_TERM, rows)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a course says: the weight of each term, and which word stands for which term."""

    weights: dict[str, float]
    words: set[tuple[str, str]]


_NOTHING = "\x01"
"""The term of a course without any word: it keeps `remove_from_index` and the counts simple."""


def weigh(content: CourseContent) -> Weighed:
    """Work out the terms of a course and their weights (0 to 2.2)."""
    fields = (
        (GOAL, [content.goal]),
        (TOPICS, content.topics),
        (TASKS, [step.task for step in content.steps]),
        (DESCRIPTION, [content.description]),
    )
    sums: Counter[str] = Counter()
    written: set[tuple[str, str]] = set()
    for field, texts in fields:
        counts = Counter(word for text in texts for word in _words(one_line(text)))
        length = sum(counts.values())
        share = field.weight / (1 - field.shortened + field.shortened * length / field.usual)
        for word, times in counts.items():
            for term in analysis.terms(word, content.language):
                written.add((word, term))
                sums[term] += times * share  # type: ignore[assignment] # a Counter may count in fractions
    weights = {term: round(x * (_SATURATION + 1) / (x + _SATURATION), 4) for term, x in sorted(sums.items())}
    return Weighed(weights or {_NOTHING: 0.0}, written or {(_NOTHING, _NOTHING)})


def _words(text: str) -> list[str]:
    return [*analysis.words(text), *analysis.parts(text)]
