"""The words of a community, kept in memory: what is common, what a misspelt word may have meant.

The database holds the truth; a copy follows it by revision, so that it is right too when another process writes.
"""

import math
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, takewhile
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, Integer, bindparam, select

from storage.sql import TENANT, mine, table

_COMMUNITY, _TERM, _WORD = (table(name) for name in ("community", "search_term", "search_word"))
_STATE = select(_COMMUNITY.c.index_revision, _COMMUNITY.c.courses_indexed).where(_COMMUNITY.c.id == TENANT)
_SINCE = bindparam("since", type_=Integer)
_CHANGED_TERMS = select(_TERM.c.term, _TERM.c.courses).where(mine(_TERM), _TERM.c.revision > _SINCE)
_NEW_WORDS = select(_WORD.c.word, _WORD.c.term).where(mine(_WORD), _WORD.c.revision > _SINCE)

_SHORTEST = 3  # characters of a word that can be misspelt
_LONG = 8  # from here on two mistakes are forgiven
_MIDDLE = 7  # from here on two are, where nothing is nearer and the word begins alike
_MEANT = 5  # words that one misspelt word may have meant
_ENDINGS = 4  # words that one beginning may be of
_PART = 2  # characters of each part of two words written as one


@dataclass(eq=False)  # there is one for each community: itself and nothing else is equal to it
class Vocabulary:
    """The words and terms of one community as of a revision of its index."""

    revision: int = 0
    courses: int = 0
    _held_by: dict[str, int] = field(default_factory=dict)
    _terms_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _in_order: list[str] = field(default_factory=list)
    _by_length: dict[int, list[str]] = field(default_factory=dict)
    _meant: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock, compare=False)

    def follow(self, db: Connection, community: str) -> None:
        """Take over what changed in the database since. The lock isn't held while the database is asked."""
        state = db.execute(_STATE, {"tenant": community}).first()
        if state is None or state[0] <= self.revision:
            return
        since = {"tenant": community, "since": self.revision}
        terms = db.execute(_CHANGED_TERMS, since).all()
        words = db.execute(_NEW_WORDS, since).all()
        with self.lock:
            if state[0] > self.revision:
                self._held_by.update((term, count) for term, count in terms)
                self._learn((word, term) for word, term in words)
                self._meant.clear()
                self.revision, self.courses = state

    def _learn(self, pairs: Iterable[tuple[str, str]]) -> None:
        fresh: list[str] = []
        for word, term in pairs:
            known = self._terms_of.get(word)
            if known is None:
                fresh.append(word)
                self._terms_of[word] = (term,)
            elif term not in known:
                self._terms_of[word] = (*known, term)
        for word in fresh:
            self._by_length.setdefault(len(word), []).append(word)
        if len(fresh) > len(self._in_order) // 10:
            self._in_order = sorted([*self._in_order, *fresh])
        else:
            for word in fresh:
                insort(self._in_order, word)

    def terms_of(self, word: str) -> tuple[str, ...]:
        """Give the terms of a word that some course holds; none for an unknown word."""
        return tuple(term for term in self._terms_of.get(word, ()) if self._held_by.get(term, 0) > 0)

    def held(self, term: str) -> int:
        """Count the courses that hold a term."""
        return self._held_by.get(term, 0)

    def holds(self, term: str) -> bool:
        """Tell whether some course holds a term."""
        return self.held(term) > 0

    def rarity(self, term: str) -> float:
        """Tell how much a term tells, more for a rarer one: BM25's inverse document frequency."""
        held = self.held(term)
        return math.log(1 + (self.courses - held + 0.5) / (held + 0.5)) if held <= self.courses else 0.1

    def meant(self, word: str) -> tuple[str, ...]:
        """Give known words that differ by a slip or two, the nearest and commonest first."""
        if len(word) < _SHORTEST:
            return ()
        known = self._meant.get(word)
        if known is None:
            known = self._meant[word] = self._near(word)
        return known

    def _near(self, word: str) -> tuple[str, ...]:
        near = self._within(2 if len(word) >= _LONG else 1, word)
        if not near and len(word) >= _MIDDLE:
            near = [found for found in self._within(2, word) if found[3][:1] == word[:1]]
        if not near:
            return ()
        nearest = min(near)[0]
        return tuple(other for distance, *_, other in sorted(near)[:_MEANT] if distance == nearest)

    def _within(self, slips: int, word: str) -> list[tuple[int, bool, int, str]]:
        """Find other words within a number of slips: how many, whether they begin otherwise, how rare they are."""
        return [
            (int(distance), other[:1] != word[:1], -self.common(other), other)
            for length in range(len(word) - slips, len(word) + slips + 1)
            for other, distance, _ in process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=slips, limit=None
            )
            if distance and self.terms_of(other)
        ]

    def split(self, word: str) -> tuple[str, ...]:
        """Give the two known words that a word is written of, the pair whose rarer word is the commonest."""
        pairs = ((word[:at], word[at:]) for at in range(_PART, len(word) - _PART + 1))
        known = [(min(map(self.common, pair)), pair) for pair in pairs if all(map(self.terms_of, pair))]
        return max(known)[1] if known else ()

    def beginning(self, start: str) -> tuple[str, ...]:
        """Give the commonest known words that begin with a text."""
        first = bisect_left(self._in_order, start)
        words = takewhile(lambda word: word.startswith(start), islice(self._in_order, first, None))
        held = [word for word in islice(words, 2000) if word != start and self.terms_of(word)]
        return tuple(sorted(held, key=lambda word: (-self.common(word), word))[:_ENDINGS])

    def common(self, word: str) -> int:
        """Count the courses that hold a word (of several terms, the commonest)."""
        return max((self._held_by.get(term, 0) for term in self._terms_of.get(word, ())), default=0)


class Vocabularies:
    """The vocabularies of a store's communities."""

    def __init__(self) -> None:
        self._known: dict[str, Vocabulary] = {}

    def of(self, community: str) -> Vocabulary:
        """Give the copy that all transactions share; only committed words may enter it."""
        return self._known.setdefault(community, Vocabulary())
