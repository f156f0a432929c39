"""The statement that scores courses by what the terms of a search say of them. The same SQL on both databases.

Without filters the commonest word that chooses is skimmed. What is best by it alone is among the best of each of its
terms; what holds a rarer word too is found by that one. So only these are scored, and the count of the others is one
over the index. With filters every posting has to be looked at anyway, and all words are summed.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Float,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    desc,
    func,
    literal,
    select,
    type_coerce,
    union,
    union_all,
)

from storage.columns import StoredText
from storage.filters import FILTERS
from storage.sql import TENANT, mine, table

_COURSE, _POSTING = table("course"), table("search_posting")
_MOST = bindparam("most", type_=Integer)
_CREATED = type_coerce(_COURSE.c.created_at, DateTime)  # only compared: without the work of making it aware

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells one statement from another: how many terms of each sort there are, in this order, and which filters.

    A statement is told `tenant`, `most` (rows), what the filters need, and `term0`, `weight0`, `slot0` and so on: terms
    of one word that is summed have one slot.
    """

    single: int  # terms that are the only one for their word
    several: int  # terms of words that have several: the best of a word counts
    skimmed: int  # terms of the word that is skimmed
    common: int  # terms that only order
    one_word: bool  # is all that is summed, and nothing is skimmed
    filters: tuple[str, ...]

    @property
    def of_skimmed(self) -> range:
        """Number the terms of the word that is skimmed."""
        return range(self.single + self.several, self.single + self.several + self.skimmed)

    @property
    def of_common(self) -> range:
        """Number the terms that only order."""
        return range(self.of_skimmed.stop, self.of_skimmed.stop + self.common)


@cache
def scoring(shape: Shape) -> Rows:
    """Build the statement for the best courses: a row has the fields of a `Hit`, and the `total`."""
    top = (_skimmed(shape) if shape.skimmed else _summed(shape)).limit(_MOST).subquery("top")
    extra, joined = _common(shape, top.c.course)
    rows = top.join(_COURSE, and_(_COURSE.c.id == top.c.course, mine(_COURSE)))
    for posting, on in joined:
        rows = rows.outerjoin(posting, on)
    return (
        select(top.c.course, _COURSE.c.folded, _COURSE.c.language, _CREATED, top.c.score, extra, top.c.total)
        .select_from(rows)
        .order_by(top.c.score.desc(), top.c.course.desc())
    )


def _summed(shape: Shape) -> Rows:
    """Select all courses with a word, the best first."""
    parts = _words(shape)
    sums = (parts[0] if shape.one_word else _sums(parts)).subquery("sums")
    found = select(sums.c.course, sums.c.score, func.count().over().label("total"))
    if shape.filters:
        kept = and_(_COURSE.c.id == sums.c.course, mine(_COURSE), *(FILTERS[name] for name in shape.filters))
        found = found.join_from(sums, _COURSE, kept)
    return found.order_by(sums.c.score.desc(), sums.c.course.desc())


def _skimmed(shape: Shape) -> Rows:
    """Select the courses with a word that is summed, and the best of the others, the best first."""
    best = [_best(n) for n in shape.of_skimmed]
    sums = _sums([*_words(shape), *best]).subquery("sums")
    found = select(sums.c.course, sums.c.score, _more(shape, sums.c.course).label("more")).subquery("found")
    score = found.c.score + func.coalesce(found.c.more, 0.0)
    without = func.count().over() - func.count(found.c.more).over()  # found by another word alone
    total = _held(shape) + without
    rows = select(found.c.course, score.label("score"), total.label("total"))
    return rows.order_by(desc("score"), found.c.course.desc())


def _words(shape: Shape) -> list[Rows]:
    """Select what each word that is summed says of each course that holds it."""
    parts: list[Rows] = [_term(n) for n in range(shape.single)]
    if shape.several:
        numbers = range(shape.single, shape.single + shape.several)
        each = union_all(*(_term(n, bindparam(f"slot{n}", type_=Integer).label("slot")) for n in numbers)).subquery()
        best = select(each.c.course, func.max(each.c.score).label("score"))
        parts.append(best.group_by(each.c.course, *([] if shape.one_word else [each.c.slot])))
    return parts


def _sums(parts: list[Rows]) -> Rows:
    hits = union_all(*parts).subquery("hit")
    return select(hits.c.course, func.sum(hits.c.score).label("score")).group_by(hits.c.course)


def _term(n: int, *more: ColumnElement[int]) -> Rows:
    return select(_POSTING.c.course, (_POSTING.c.weight * _weight(n)).label("score"), *more).where(_is_term(n))


def _best(n: int) -> Rows:
    """Select the best courses by one term. What it says isn't counted here: `_more` looks it up for all."""
    best = _term(n).order_by(desc("score"), _POSTING.c.course.desc()).limit(_MOST).subquery()
    return select(best.c.course, literal(0.0, Float).label("score"))


def _more(shape: Shape, course: ColumnElement[int]) -> ScalarSelect[float]:
    """Look up what the skimmed word says of a course; NULL for one without it."""
    weight = case(*((_POSTING.c.term == _name(n), _weight(n)) for n in shape.of_skimmed), else_=0.0)
    is_one = _POSTING.c.term.in_([_name(n) for n in shape.of_skimmed])
    said = select(func.max(_POSTING.c.weight * weight)).where(mine(_POSTING), is_one, _POSTING.c.course == course)
    return said.scalar_subquery()


def _held(shape: Shape) -> ScalarSelect[int]:
    """Count the courses that hold the skimmed word."""
    holding = [select(_POSTING.c.course).where(_is_term(n)) for n in shape.of_skimmed]
    each = union(*holding) if len(holding) > 1 else holding[0]
    return select(func.count()).select_from(each.subquery()).scalar_subquery()


def _name(n: int) -> BindParameter[str]:
    return bindparam(f"term{n}", type_=StoredText)


def _weight(n: int) -> BindParameter[float]:
    return bindparam(f"weight{n}", type_=Float)


def _is_term(n: int) -> ColumnElement[bool]:
    return and_(mine(_POSTING), _POSTING.c.term == _name(n))


def _common(shape: Shape, course: ColumnElement[int]) -> tuple[ColumnElement[float], list[tuple[Any, Any]]]:
    """Give what the terms that only order add to a course, and the rows to join for it."""
    extra: ColumnElement[float] = literal(0.0, Float)
    joined: list[tuple[Any, Any]] = []
    for n in shape.of_common:
        posting = _POSTING.alias(f"common{n}")
        extra += func.coalesce(posting.c.weight, 0.0) * _weight(n)
        is_term = and_(posting.c.community == TENANT, posting.c.term == _name(n))
        joined.append((posting, and_(is_term, posting.c.course == course)))
    return extra.label("extra"), joined
