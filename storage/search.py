"""Finding courses: what the words say is added up in the database, the best of it is put in order here."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import regex
from rapidfuzz import fuzz
from sqlalchemy import Connection, FromClause, Integer, Select, and_, bindparam, func, select

from bot.model import CoursePage, CourseQuery
from storage.analysis import plain
from storage.filters import FILTERS, arguments, given
from storage.loading import courses_by_id
from storage.query import Asked, asked, wanted
from storage.ranking import FIRST, Hit, planned, ranked
from storage.sql import Values, literal_like, mine, table
from storage.vocabulary import Vocabulary

_COURSE = table("course")
_TITLE = 1.0  # what a goal (or a part of it) that reads just like the query adds to the share of its course
_SHARPNESS = 4  # to which power likeness is taken: far from alike is not half alike
_MENTION = 0.4  # what a goal adds that stands in the query, or the query in it
_SPEAKS = 0.6  # what the language adds that most of what was found is in
_PARTS = regex.compile(r"\s*[:,;/|()]\s*|\s+[-–—]\s+")

_MOST = bindparam("most", type_=Integer)
_SKIP = bindparam("skip", type_=Integer)
_ONE_PERSONS = frozenset({"owner", "carer"})
"""Filters that leave the courses of one person."""


def search(
    db: Connection, community: str, query: CourseQuery, offset: int, limit: int, vocabulary: Vocabulary
) -> CoursePage:
    """Find a stretch of the courses that match."""
    question = asked(query.text)
    filters = given(query)
    if query.archived or not question.words:  # the index holds no archived courses, and nobody searches them
        filters["archived" if query.archived else "found"] = True
        if question.text and not query.archived:
            filters["literal"] = f"%{literal_like(question.text)}%"
        ids, total = _listed(db, community, filters, offset, limit)
        return CoursePage(tuple(courses_by_id(db, community, ids)), total)
    vocabulary.follow(db, community)
    with vocabulary.lock:
        terms = wanted(question, query.language, vocabulary)
        plan = planned(terms, vocabulary)
    if not terms:
        return CoursePage((), 0)
    hits, total = ranked(db, community, plan, filters, max(FIRST, offset + limit))
    ids = [hit.course for hit in [*best_first(hits[:FIRST], question), *hits[FIRST:]][offset : offset + limit]]
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


def _listed(db: Connection, community: str, filters: Values, offset: int, limit: int) -> tuple[list[int], int]:
    page, count = _listing(tuple(filters))
    values: Values = {"tenant": community} | arguments(filters)
    ids = list(db.execute(page, values | {"most": limit, "skip": offset}).scalars())
    return ids, db.execute(count, values).scalar_one()


@cache
def _listing(filters: tuple[str, ...]) -> tuple[Select[int], Select[int]]:
    kept = and_(mine(_COURSE), *(FILTERS[name] for name in filters))
    listed: FromClause = _COURSE
    page = select(_COURSE.c.id).where(kept)
    if _ONE_PERSONS.intersection(filters):  # all at once: SQLite would look for them among all there are, newest first
        listed = select(_COURSE.c.id, _COURSE.c.created_at).where(kept).cte("listed").prefix_with("MATERIALIZED")
        page = select(listed.c.id)
    newest = (listed.c.created_at.desc(), listed.c.id.desc())
    return page.order_by(*newest).limit(_MOST).offset(_SKIP), select(func.count()).select_from(_COURSE).where(kept)


def best_first(hits: Sequence[Hit], question: Asked) -> list[Hit]:
    """Put courses in order: by what their words say, raised by a goal that reads like the query and by their language.

    Nobody says which language they want to learn in, but most of what answers their words is in it; courses that say
    the same in another one come after. A course that doesn't tell its language is taken to be in the right one.
    """
    spoken: Counter[str] = Counter()
    for hit in hits:
        spoken[_base(hit)] += hit.score  # type: ignore[assignment] # a Counter may count in fractions
    most = max((share for language, share in spoken.items() if language), default=0.0) or 1.0

    def worth(hit: Hit) -> tuple[float, object, int]:
        language = _base(hit)
        fits = spoken[language] / most if language else 1.0
        said = (hit.score + hit.extra) * _reads(plain(hit.goal), question.text)
        return said * (1 + _SPEAKS * fits), hit.created_at, hit.course

    return sorted(hits, key=worth, reverse=True)


def _base(hit: Hit) -> str:
    return (hit.language or "").casefold().replace("_", "-").partition("-")[0]


def _reads(goal: str, text: str) -> float:
    """Tell how much a goal reads like a query, from 1 on."""
    whole = fuzz.ratio(text, goal)
    likeness = max([whole, *(fuzz.ratio(text, part) for part in _PARTS.split(goal))]) / 100
    mention = fuzz.partial_token_sort_ratio(text, goal) / 100
    return float((1 + _TITLE * likeness**_SHARPNESS) * (1 + _MENTION * mention**2))
