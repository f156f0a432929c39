"""The database's part of a search: adding up what the terms say of each course.

Words that very many courses hold would make a search slow and say little. They don't choose what is found, as long as
enough courses hold one of the other words; they only help to order the best of those.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage.filters import arguments
from storage.query import Wanted
from storage.scoring import Shape, scoring
from storage.sql import Values
from storage.vocabulary import Vocabulary

FIRST = 100
"""Of so many, the best by what the terms say, the final order is decided in `storage.search`."""
ENOUGH = 200  # courses that must hold the rarer words before the common ones no longer choose
_POSTINGS = 4000  # to add up; a single word may have more
_SIZES = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
"""How many terms of a sort a statement has places for: few sizes make few statements, each made ready once."""
_NO_TERM = Wanted("", 0.0, 0)  # fills a place; no course holds it


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

    @property
    def wider(self) -> "Plan":
        """Give the plan in which one more word chooses."""
        return Plan(self.choosing + self.ordering[:1], self.ordering[1:])


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
    while plan.ordering and total < ENOUGH:  # the same courses hold several words, or few of them pass the filters
        plan = plan.whole if given else plan.wider
        hits, total = _ranked(db, community, plan, given, most)
    return hits, total


def _ranked(db: Connection, community: str, plan: Plan, given: Values, most: int) -> tuple[list[Hit], int]:
    """Rank by one plan. Its commonest word is skimmed: of all that choose it alone may be in very many courses."""
    summed, last = (plan.choosing, ()) if given else (plan.choosing[:-1], plan.choosing[-1])
    single = _filled([(0, of[0]) for of in summed if len(of) == 1])
    several = _filled([(slot, term) for slot, of in enumerate(summed) if len(of) > 1 for term in of])
    skimmed = _filled([(0, term) for term in last])
    common = _filled([(0, max(of, key=lambda term: term.weight)) for of in plan.ordering])
    values: Values = {"tenant": community, "most": most} | arguments(given)
    for n, (slot, term) in enumerate([*single, *several, *skimmed, *common]):
        values |= {f"term{n}": term.term, f"weight{n}": term.weight, f"slot{n}": slot}
    one_word = len(summed) == 1 and not last
    shape = Shape(len(single), len(several), len(skimmed), len(common), one_word, tuple(given))
    rows = db.execute(scoring(shape), values).all()
    return [Hit(*row[:6]) for row in rows], rows[0].total if rows else 0


def _filled(terms: list[tuple[int, Wanted]]) -> list[tuple[int, Wanted]]:
    """Bring a list to one of the sizes that there are statements for."""
    size = next((size for size in _SIZES if size >= len(terms)), len(terms))
    return [*terms, *[(0, _NO_TERM)] * (size - len(terms))]
