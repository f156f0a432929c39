"""From text to search words and terms. Pure; changing it means indexing all courses again.

A word is what people write (`learning`, `c++`, `.net`, two neighbours of a Chinese text), case folded. A term is what
it counts as (`learn`): a word stands for its stem in the course's language and for its English one, because many
courses mix the two and a search doesn't say its language.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from threading import Lock

import regex
import snowballstemmer

_WORD = regex.compile(
    r"(?P<dense>[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+)"
    r"|(?P<plain>(?:(?<![\p{L}\p{N}\p{M}])\.(?=net\b))?"
    r"[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\u200c\u200d]|['’](?=\p{L}))*(?:\+\+|\#(?!\p{L}))?)"
)
_MARKS = regex.compile(r"(?<=[\p{Latin}\p{Greek}])\p{Mn}+")
_SPLIT = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})")
_LONGEST = 40  # characters of a word that count
_MIXED = 3  # shorter letter-and-digit words (`s3`, `c64`) are not taken apart

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_STEMMING = Lock()

_AROUND = """
a about also am an and any anything are as at be been being but by can could did do does for from has have how i i'd
i'm i've if in into is it its just like look looking may me my need needs not of on or our please really should so some
someone something than that the their them then there these they this those to too us very want wanted wants was we
were what when where which who why will with would you your

das den der die ein eine ich im mit und von wie zu
con como de del el en la las los para quiero un una y
comment dans des du et je le les pour une
che come di da e gli il lo per
com da do em o um uma
een het ik hoe van
в для и как на с
"""
"""What people put around what they look for, as `words` gives it: English, then languages that many courses are in."""
STOP_WORDS = frozenset(_AROUND.split())
"""Words that tell nothing of what a course is about."""


def plain(text: str) -> str:
    """Fold case, width, ligatures and the accents of Latin and Greek letters."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", folded)).casefold()


def words(text: str) -> list[str]:
    """Split a text into words, in order; `c++`, `c#` and `.net` are words, Chinese and its like come in pairs."""
    found: list[str] = []
    for match in _WORD.finditer(plain(text)):
        dense = match["dense"]
        if dense:
            found.extend(dense[n : n + 2] for n in range(max(1, len(dense) - 1)))
        else:
            found.append(match["plain"][:_LONGEST])
    return found


def terms(word: str, language: str | None) -> tuple[str, ...]:
    """Give what a word counts as: its English stem, and the one of `language` (BCP 47) where that differs."""
    english = _stem("en", word)
    base = (language or "en").replace("_", "-").partition("-")[0]
    other = _stem(base, word) if base in _STEMMERS else word
    return (english,) if other == english else (english, other)


@lru_cache(maxsize=50_000)
def _stem(language: str, word: str) -> str:
    with _STEMMING:  # a stemmer keeps the word it works on
        return _stemmer(language)(word.replace("’", "'")) or word


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    stem: Callable[[str], str] = snowballstemmer.stemmer(_STEMMERS[language]).stemWord
    return stem


def parts(text: str) -> Iterator[str]:
    """Give the parts of compound words too: `FastAPI` holds `fast` and `api`, `css3` holds `css`."""
    for compound in text.split():
        pieces = _SPLIT.split(compound)
        if len(pieces) > 1 and len(compound) > _MIXED:
            for piece in pieces:
                yield from words(piece)


def without_stop_words(found: Iterable[str]) -> list[str]:
    """Leave out words that tell nothing, unless nothing else is there."""
    every = list(found)
    return [word for word in every if word not in STOP_WORDS] or every
