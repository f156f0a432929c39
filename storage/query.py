"""From what a person typed to the terms to look for. Pure but for the vocabulary it is given."""

from dataclasses import dataclass

from bot.text import one_line
from storage import analysis
from storage.vocabulary import Vocabulary

LONGEST = 400  # characters of a query that count
_MOST_WORDS = 16
_SLIP = 0.7  # what a corrected word counts, against one that was typed
_BEGUN = 0.6  # what a word counts of which only the beginning was typed
_MAYBE_BEGUN = 0.15  # the same, where what was typed is a word itself, but a rare one
_RARE = 3  # courses that hold a rare word


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term to look for, how much it counts, and which word of the query it stands for."""

    term: str
    weight: float
    word: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A query read: its text as one plain line, and its words."""

    text: str
    words: tuple[str, ...]


def asked(raw: str) -> Asked:
    """Read a query: any text is one."""
    text = analysis.plain(one_line(raw[: LONGEST * 4])[:LONGEST])
    found = analysis.without_stop_words(dict.fromkeys(analysis.words(text)))
    return Asked(text, tuple(found[:_MOST_WORDS]))


def wanted(query: Asked, language: str | None, vocabulary: Vocabulary) -> list[Wanted]:
    """Give the terms to look for, each once for its word."""
    terms: list[Wanted] = []
    last = len(query.words) - 1
    for number, word in enumerate(query.words):
        shares = _shares(word, language, vocabulary, may_go_on=number == last)
        terms.extend(Wanted(term, share * vocabulary.rarity(term), number) for term, share in shares.items())
    return terms


def _shares(word: str, language: str | None, vocabulary: Vocabulary, *, may_go_on: bool) -> dict[str, float]:
    shares: dict[str, float] = {}

    def add(found: tuple[str, ...], share: float) -> None:
        for term in found:
            shares[term] = max(share, shares.get(term, 0.0))

    add(vocabulary.terms_of(word), 1.0)
    add(tuple(filter(vocabulary.holds, analysis.terms(word, language))), 1.0)
    known = bool(shares)
    if may_go_on and vocabulary.common(word) <= _RARE:
        for longer in vocabulary.beginning(word):
            add(vocabulary.terms_of(longer), _MAYBE_BEGUN if known else _BEGUN)
    if not known:
        for meant in vocabulary.meant(word):
            add(vocabulary.terms_of(meant), _SLIP)
    return shares
