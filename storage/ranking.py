"""The database's part of a search: adding up what the terms say of each course. The same SQL on both databases.

Words that very many courses hold would make a search slow and say little. They don't choose what is found, as long as
enough courses hold one of the other words; they only help to order the best of those.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Float,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from storage.columns import StoredText
from storage.filters import FILTERS, arguments
from storage.query import Wanted
from storage.sql import TENANT, Values, mine, table
from storage.vocabulary import Vocabulary

FIRST = 100
"""Of so many, the best by what the terms say, the final order is decided in `storage.search`."""
ENOUGH = 200  # courses that must hold the rarer words before the common ones no longer choose
_POSTINGS = 4000  # to add up; a single word may have more
_SIZES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
"""How many terms of a sort a statement has places for: few sizes make few statements, each made ready once."""
_NO_TERM = Wanted("", 0.0, 0)  # fills a place; no course holds it

_COURSE, _POSTING = table("course"), table("search_posting")
_MOST = bindparam("most", type_=Integer)
_CREATED = type_coerce(_COURSE.c.created_at, DateTime)  # only compared: without the work of making it aware


@dataclass(frozen=True, slots=True)
class Hit:
    """A course that was found, before it is loaded. `extra` is what the common words add to its score."""

    course: int
    goal: str
    language: str | None
    created_at: datetime
    score: float
    extra: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Terms that choose and common ones that only order, each list by word (and part of a word)."""

    choosing: tuple[tuple[Wanted, ...], ...]
    ordering: tuple[tuple[Wanted, ...], ...] = ()

    @property
    def whole(self) -> "Plan":
        """Give the plan in which all words choose."""
        return Plan(self.choosing + self.ordering)


def planned(terms: Sequence[Wanted], vocabulary: Vocabulary) -> Plan:
    """Decide which words choose: the rarest, while there is little to add up or not enough is found."""
    words: defaultdict[tuple[int, int], list[Wanted]] = defaultdict(list)
    for term in terms:
        words[term.word, term.part].append(term)
    held = {word: sum(vocabulary.held(term.term) for term in of) for word, of in words.items()}
    rarest_first = sorted(words, key=lambda word: (held[word], word))
    choosing, sum_of_held = 0, 0
    for word in rarest_first:
        if sum_of_held >= ENOUGH and sum_of_held + held[word] > _POSTINGS:
            break
        choosing += 1
        sum_of_held += held[word]
    by_word = [tuple(words[word]) for word in rarest_first]
    return Plan(tuple(by_word[:choosing]), tuple(by_word[choosing:]))


def ranked(db: Connection, community: str, plan: Plan, given: Values, most: int) -> tuple[list[Hit], int]:
    """Give the best courses by what their terms say, and how many hold a word that chooses."""
    hits, total = _ranked(db, community, plan, given, most)
    if plan.ordering and total < ENOUGH:
        return _ranked(db, community, plan.whole, given, most)
    return hits, total


def _ranked(db: Connection, community: str, plan: Plan, given: Values, most: int) -> tuple[list[Hit], int]:
    single = _filled([(0, of[0]) for of in plan.choosing if len(of) == 1])
    several = _filled([(slot, term) for slot, of in enumerate(plan.choosing) if len(of) > 1 for term in of])
    common = _filled([(0, max(of, key=lambda term: term.weight)) for of in plan.ordering])
    shape = _Shape(len(single), len(several), len(common), len(plan.choosing) == 1, tuple(given))
    values: Values = {"tenant": community, "most": most} | arguments(given)
    for n, (slot, term) in enumerate([*single, *several, *common]):
        values |= {f"term{n}": term.term, f"weight{n}": term.weight, f"slot{n}": slot}
    rows = db.execute(_statement(shape), values).all()
    return [Hit(*row[:6]) for row in rows], rows[0].total if rows else 0


def _filled(terms: list[tuple[int, Wanted]]) -> list[tuple[int, Wanted]]:
    """Bring a list to one of the sizes that there are statements for."""
    size = next((size for size in _SIZES if size >= len(terms)), len(terms))
    return [*terms, *[(0, _NO_TERM)] * (size - len(terms))]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What tells one statement from another: how many terms of each sort there are, and which filters."""

    single: int  # terms that are the only one for their word
    several: int  # terms of words that have several: the best of a word counts
    common: int  # terms that only order
    one_word: bool
    filters: tuple[str, ...]


@cache
def _statement(shape: _Shape) -> Select[*tuple[Any, ...]]:
    sums = _sums(shape).subquery("sums")
    found = select(sums.c.course, sums.c.score, func.count().over().label("total"))
    if shape.filters:
        kept = and_(_COURSE.c.id == sums.c.course, mine(_COURSE), *(FILTERS[name] for name in shape.filters))
        found = found.join_from(sums, _COURSE, kept)
    top = found.order_by(sums.c.score.desc(), sums.c.course.desc()).limit(_MOST).subquery("top")
    extra, joined = _common(shape, top.c.course)
    rows = top.join(_COURSE, and_(_COURSE.c.id == top.c.course, mine(_COURSE)))
    for posting, on in joined:
        rows = rows.outerjoin(posting, on)
    return (
        select(top.c.course, _COURSE.c.folded, _COURSE.c.language, _CREATED, top.c.score, extra, top.c.total)
        .select_from(rows)
        .order_by(top.c.score.desc(), top.c.course.desc())
    )


def _sums(shape: _Shape) -> Select[*tuple[Any, ...]]:
    """Add up what the terms that choose say of each course that holds one."""
    parts: list[Select[*tuple[Any, ...]]] = [_term(n) for n in range(shape.single)]
    if shape.several:
        numbers = range(shape.single, shape.single + shape.several)
        each = union_all(*(_term(n, bindparam(f"slot{n}", type_=Integer).label("slot")) for n in numbers)).subquery()
        best = select(each.c.course, func.max(each.c.score).label("score"))
        parts.append(best.group_by(each.c.course, *([] if shape.one_word else [each.c.slot])))
    if shape.one_word:
        return parts[0]
    hits = union_all(*parts).subquery("hit")
    return select(hits.c.course, func.sum(hits.c.score).label("score")).group_by(hits.c.course)


def _term(n: int, *more: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    score = (_POSTING.c.weight * bindparam(f"weight{n}", type_=Float)).label("score")
    is_term = _POSTING.c.term == bindparam(f"term{n}", type_=StoredText)
    return select(_POSTING.c.course, score, *more).where(mine(_POSTING), is_term)


def _common(shape: _Shape, course: ColumnElement[int]) -> tuple[ColumnElement[float], list[tuple[Any, Any]]]:
    """Give what the terms that only order add to a course, and the rows to join for it."""
    extra: ColumnElement[float] = literal(0.0, Float)
    joined: list[tuple[Any, Any]] = []
    first = shape.single + shape.several
    for n in range(first, first + shape.common):
        posting = _POSTING.alias(f"common{n}")
        extra += func.coalesce(posting.c.weight, 0.0) * bindparam(f"weight{n}", type_=Float)
        is_term = posting.c.term == bindparam(f"term{n}", type_=StoredText)
        joined.append((posting, and_(posting.c.community == TENANT, is_term, posting.c.course == course)))
    return extra.label("extra"), joined
