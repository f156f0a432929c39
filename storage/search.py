"""Finding courses: the same SQL on both databases.

The database adds up what the terms say; the best of them are put in their final order here, by how much a goal
reads like the query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import (
    Connection,
    DateTime,
    Float,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
    union_all,
)

from bot.model import CoursePage, CourseQuery
from storage.columns import Number, StoredText, folded
from storage.loading import courses_by_id
from storage.query import Asked, Wanted, asked, wanted
from storage.sql import Values, literal_like, mine, table
from storage.vocabulary import Vocabulary

_COURSE, _TOPIC, _POSTING = table("course"), table("course_topic"), table("search_posting")
_FIRST = 50  # of the best by words, the goal decides
_TITLE = 0.7  # what a goal that reads just like the query adds to its share

_MOST = bindparam("most", type_=Integer)
_SKIP = bindparam("skip", type_=Integer)
_CREATED = type_coerce(_COURSE.c.created_at, DateTime)  # only compared: without the work of making it aware
_NEWEST = (_COURSE.c.created_at.desc(), _COURSE.c.id.desc())
_FILTERS = {
    "level": _COURSE.c.level == bindparam("level"),
    "language": or_(
        func.lower(_COURSE.c.language) == bindparam("language", type_=StoredText),
        func.lower(_COURSE.c.language).like(bindparam("dialect", type_=StoredText), escape="!"),
    ),
    "owner": _COURSE.c.owner == bindparam("owner", type_=Number),
    "topic": exists().where(mine(_TOPIC), _TOPIC.c.course == _COURSE.c.id, _TOPIC.c.folded == bindparam("topic")),
    "literal": _COURSE.c.folded.like(bindparam("literal", type_=StoredText), escape="!"),
    "archived": _COURSE.c.archived_at.is_not(None),
    "found": _COURSE.c.archived_at.is_(None),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A course that was found, before it is loaded."""

    course: int
    goal: str
    score: float
    newest: tuple[object, ...]


def search(
    db: Connection, community: str, query: CourseQuery, offset: int, limit: int, vocabulary: Vocabulary
) -> CoursePage:
    """Find a stretch of the courses that match."""
    question = asked(query.text)
    given = _given(query)
    if query.archived or not question.words:  # the index holds no archived courses, and nobody searches them
        given["archived" if query.archived else "found"] = True
        if question.text and not query.archived:
            given["literal"] = f"%{literal_like(question.text)}%"
        ids, total = _listed(db, community, given, offset, limit)
        return CoursePage(tuple(courses_by_id(db, community, ids)), total)
    vocabulary.follow(db, community)
    with vocabulary.lock:
        terms = wanted(question, query.language, vocabulary)
    if not terms:
        return CoursePage((), 0)
    hits, total = _ranked(db, community, terms, given, max(_FIRST, offset + limit))
    best = sorted(hits[:_FIRST], key=lambda hit: _worth(hit, question), reverse=True)
    ids = [hit.course for hit in [*best, *hits[_FIRST:]][offset : offset + limit]]
    return CoursePage(tuple(courses_by_id(db, community, ids)), total)


def telling(db: Connection, community: str, text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the words of a text that something can be found by, the rarest first."""
    question = asked(text)
    vocabulary.follow(db, community)
    with vocabulary.lock:
        terms = wanted(question, None, vocabulary)
    worth: dict[int, float] = {}
    for term in terms:
        worth[term.word] = max(term.weight, worth.get(term.word, 0.0))
    return tuple(question.words[word] for word in sorted(worth, key=lambda word: -worth[word]))


def _given(query: CourseQuery) -> Values:
    given: Values = {}
    if query.level is not None:
        given["level"] = query.level.value
    if query.topic:
        given["topic"] = folded(query.topic)
    if query.language:
        given["language"] = query.language.casefold()
    if query.owner is not None:
        given["owner"] = query.owner
    return given


def _arguments(community: str, given: Values) -> Values:
    dialect = {"dialect": f"{literal_like(given['language'])}-%"} if "language" in given else {}
    return {"tenant": community, **given, **dialect}


def _listed(db: Connection, community: str, given: Values, offset: int, limit: int) -> tuple[list[int], int]:
    page, count = _listing(tuple(given))
    arguments = _arguments(community, given)
    ids = list(db.execute(page, arguments | {"most": limit, "skip": offset}).scalars())
    return ids, db.execute(count, arguments).scalar_one()


@cache
def _listing(filters: tuple[str, ...]) -> tuple[Select[int], Select[int]]:
    kept = and_(mine(_COURSE), *(_FILTERS[name] for name in filters))
    page = select(_COURSE.c.id).where(kept).order_by(*_NEWEST).limit(_MOST).offset(_SKIP)
    return page, select(func.count()).select_from(_COURSE).where(kept)


def _ranked(db: Connection, community: str, terms: Sequence[Wanted], given: Values, most: int) -> tuple[list[Hit], int]:
    alternatives = len({term.word for term in terms}) < len(terms)
    statement = _ranking(len(terms), tuple(given), alternatives=alternatives)
    arguments = _arguments(community, given) | {"most": most}
    for n, term in enumerate(terms):
        arguments |= {f"term{n}": term.term, f"weight{n}": term.weight, f"word{n}": term.word}
    rows = db.execute(statement, arguments).all()
    hits = [Hit(course, goal, score, (created_at, course)) for course, goal, created_at, score, _ in rows]
    return hits, rows[0][4] if rows else 0


@cache
def _ranking(terms: int, filters: tuple[str, ...], *, alternatives: bool) -> Select[*tuple[Any, ...]]:
    """Make the statement for a number of terms. Of several terms for one word, the best one counts."""
    hits = union_all(*(_one_term(n, alternatives=alternatives) for n in range(terms))).subquery("hit")
    if alternatives:
        best = func.max(hits.c.score).label("score")
        hits = select(hits.c.course, best).group_by(hits.c.course, hits.c.word).subquery("best")
    score = func.sum(hits.c.score).label("score")
    found = select(hits.c.course, score).group_by(hits.c.course)
    if filters:
        kept = and_(_COURSE.c.id == hits.c.course, mine(_COURSE), *(_FILTERS[name] for name in filters))
        found = found.join_from(hits, _COURSE, kept)
    sums = found.subquery("sums")
    top = (
        select(sums.c.course, sums.c.score, func.count().over().label("total"))
        .order_by(sums.c.score.desc(), sums.c.course.desc())
        .limit(_MOST)
        .subquery("top")
    )
    return (
        select(top.c.course, _COURSE.c.folded, _CREATED, top.c.score, top.c.total)
        .join_from(top, _COURSE, and_(_COURSE.c.id == top.c.course, mine(_COURSE)))
        .order_by(top.c.score.desc(), top.c.course.desc())
    )


def _one_term(n: int, *, alternatives: bool) -> Select[*tuple[Any, ...]]:
    score = (_POSTING.c.weight * bindparam(f"weight{n}", type_=Float)).label("score")
    word = [bindparam(f"word{n}", type_=Integer).label("word")] if alternatives else []
    return select(_POSTING.c.course, score, *word).where(
        mine(_POSTING), _POSTING.c.term == bindparam(f"term{n}", type_=StoredText)
    )


def _worth(hit: Hit, question: Asked) -> tuple[float, tuple[object, ...]]:
    likeness = fuzz.ratio(question.text, hit.goal) / 100
    return hit.score * (1 + _TITLE * likeness * likeness), hit.newest
