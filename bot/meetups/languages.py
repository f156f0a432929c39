"""Days as people type them in the language of their community, read by dateparser.

It reads much, and guesses where it shouldn't; so it is only asked for the day, in one language, and what it finds is
taken only if it found a day. It takes 0.1 s to load, and as long again for the first word, so it is loaded where
something is read that isn't English.
"""

from datetime import date, datetime, time
from typing import Any

from bot.meetups.days import WEEK, Day
from bot.meetups.times import said_day

ENGLISH = "en"
_FILLERS = frozenset(
    {
        *("am", "den", "dem", "der", "nächste", "nächsten", "nächster", "kommende", "kommenden", "kommender"),  # German
        *("op", "de", "volgende", "aanstaande", "komende"),  # Dutch
        *("le", "prochain", "prochaine"),  # French
        *("el", "la", "próximo", "próxima", "este", "na", "no", "il", "lo", "prossimo", "prossima"),  # Spanish and kin
        *("på", "den", "nästa", "næste", "neste", "w", "we", "następny", "następna"),  # Swedish and kin, Polish
    }
)
"""Words beside a day that say no more than “on” and “next”, and with which dateparser reads nothing."""
_READS = {
    "PREFER_DATES_FROM": "future",
    "PARSERS": ["relative-time", "absolute-time"],
    "RETURN_AS_TIMEZONE_AWARE": False,
}


def read_day_in(language: str, text: str, today: date) -> Day | None:
    """Read a day in a language (BCP 47); None where this is none. Raise ValueError where two days are named."""
    tongue = language.partition("-")[0].casefold()
    words = text.replace(",", " ").split()
    if tongue == ENGLISH or not words:
        return None
    reader = _reader(tongue, today)
    found = _found(reader, " ".join(words), today) or _found(reader, _unfilled(words), today)
    named = _found(reader, words[0], today) if len(words) > 1 else None
    if found and named and named.weekly and named.day.weekday() != found.day.weekday():
        raise ValueError(f"{said_day(found.day)} is another day of the week; write only the one that you mean")
    return found


def _unfilled(words: list[str]) -> str:
    return " ".join(word for word in words if word not in _FILLERS)


def _reader(tongue: str, today: date) -> Any | None:
    """Make what reads a language; None for one that dateparser doesn't know."""
    from dateparser.date import DateDataParser

    try:
        return DateDataParser(languages=[tongue], settings={**_READS, "RELATIVE_BASE": datetime.combine(today, time())})
    except ValueError:
        return None


def _found(reader: Any | None, text: str, today: date) -> Day | None:
    data = _asked(reader, text) if reader and text else None
    if data is None or data.date_obj is None or not {"month", "day"} <= set(data.parts):
        return None
    day = data.date_obj.date()
    is_named = data.period == "day" and not any(char.isdecimal() for char in text)
    return Day(today if is_named and day == today + WEEK else day, weekly=is_named)  # a day of the week may be today


def _asked(reader: Any, text: str) -> Any | None:
    try:
        return reader.get_date_data(text)
    except Exception:  # noqa: BLE001 - whatever some text does to its hundred patterns, it is no day then
        return None
