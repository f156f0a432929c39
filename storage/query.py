"""From what a person typed to the terms to look for. Pure but for the vocabulary it is given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.text import one_line
from storage import analysis
from storage.index import in_steps
from storage.vocabulary import Vocabulary

LONGEST = 400  # characters of a query that count
_MOST_WORDS = 16
_SLIP = 0.7  # what a corrected word counts, against one that was typed
_BEGUN = 0.6  # what a word counts of which only the beginning was typed
_MAYBE_BEGUN = 0.15  # the same, where what was typed is a word itself, but a rare one
_MAYBE_SLIP = 0.5  # what a common word counts where a rare one was typed that is one slip away
_JOINED = 0.7  # what a word counts that was typed as two, for each of the two
_RARE = 3  # courses that hold a rare word
_COMMONER = 10  # times as many courses hold a word that may have been meant instead
_CAN_BE_MEANT = 4  # characters of a known word that may be a misspelt one


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term to look for, how much it counts, and for which word of the query (which part, if it is two in one)."""

    term: str
    weight: float
    word: int
    part: int = 0


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
    joined = _joined(query.words, language, vocabulary)
    terms: list[Wanted] = []
    for number, word in enumerate(query.words):
        shares = _Shares(vocabulary, language)
        known = shares.add([word], 1.0)
        if number == len(query.words) - 1 and vocabulary.common(word) <= _RARE:
            shares.add(vocabulary.beginning(word), _MAYBE_BEGUN if known else _BEGUN)
        if known:
            shares.add(_instead_of(word, vocabulary), _MAYBE_SLIP)
        elif not shares.add(vocabulary.meant(word), _SLIP):
            terms.extend(_parts(number, vocabulary.split(word), language, vocabulary))
        shares.add(joined.get(number, ()), _JOINED)
        terms.extend(Wanted(term, weight, number) for term, weight in shares.weights.items())
    return terms


class _Shares:
    """What the terms of one word count."""

    def __init__(self, vocabulary: Vocabulary, language: str | None) -> None:
        self.weights: dict[str, float] = {}
        self._vocabulary = vocabulary
        self._language = language

    def add(self, words: Iterable[str], share: float) -> bool:
        """Add the terms of words that all may be the same; tell whether there are any.

        They count as the commonest of them: a rare one would else outweigh what is likelier meant.
        """
        found = [term for word in words for term in _terms(word, self._language, self._vocabulary)]
        rarity = min(map(self._vocabulary.rarity, found), default=0.0)
        for term in found:
            self.weights[term] = max(in_steps(share * rarity), self.weights.get(term, 0.0))
        return bool(found)


def _terms(word: str, language: str | None, vocabulary: Vocabulary) -> Iterator[str]:
    """Give a word's English stem, which every course with the word holds, and those of languages it is at home in.

    A stem of another language brings the word's other forms there. Where fewer courses hold it than the word, the
    word is only a guest there, and its stem is an accident (`da` for `data`).
    """
    english, *asked_for = analysis.terms(word, language)
    held = vocabulary.held(english)
    for term in dict.fromkeys([english, *asked_for, *vocabulary.terms_of(word)]):
        if vocabulary.holds(term) and (term in asked_for or vocabulary.held(term) >= held):
            yield term


def _instead_of(word: str, vocabulary: Vocabulary) -> list[str]:
    """Give words that may have been meant where the word typed is known, but hardly used: others mistype too."""
    common = vocabulary.common(word)
    if common > _RARE or len(word) < _CAN_BE_MEANT:
        return []
    return [other for other in vocabulary.meant(word) if vocabulary.common(other) >= _COMMONER * common]


def _joined(words: tuple[str, ...], language: str | None, vocabulary: Vocabulary) -> dict[int, list[str]]:
    """Give words that were typed as two, for each of the two."""
    found: dict[int, list[str]] = {}
    for number, pair in enumerate(pairwise(words)):
        whole = "".join(pair)
        if any(_terms(whole, language, vocabulary)):
            found.setdefault(number, []).append(whole)
            found.setdefault(number + 1, []).append(whole)
    return found


def _parts(number: int, words: tuple[str, ...], language: str | None, vocabulary: Vocabulary) -> Iterator[Wanted]:
    """Give the terms of two words that were typed as one."""
    for part, word in enumerate(words):
        shares = _Shares(vocabulary, language)
        shares.add([word], _SLIP)
        yield from (Wanted(term, weight, number, part) for term, weight in shares.weights.items())
