"""How long a meetup lasts, as people type it: “for 90 min”, “for 2h”, “for an hour and a half”. Pure functions."""

import re
from datetime import timedelta

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=24)
"""How long a meetup may last. What lasts for days is several meetups."""
EXAMPLES = "for 90 min or for 2 hours"
"""What may be typed."""
_HOUR = 60
_FOR = r"(?:for|lasting|für|voor|pour|durante|por)"
_MINUTES = r"(?:minutes?|minuten|minuti|minutos|mins?|m)"
_HOURS = r"(?:hours?|hrs?|stunden?|std|uren|ore|ora|horas?)"
_HOURS_AFTER_FOR = r"(?:hours?|hrs?|stunden?|std|heures?|uren|uur|ore|ora|horas?|h|u)"
"""“h”, “u”, “uur” and “heures” are also how a time of day is written, so they mean a length only after “for”."""
_COUNT = r"(?P<hours>\d{1,2}(?:[.,]\d{1,2})?|an?|one|two|three|four|half an?|eine|une?|een)"
_AND = r"(?:and|und|en|et|y|e)"
_REST = rf"(?P<half>\s{_AND}\sa\shalf)|\s?(?:{_AND}\s)?(?P<rest>\d{{1,2}})(?:\s?{_MINUTES})?"
_WORDS = {"a": 1, "an": 1, "one": 1, "eine": 1, "un": 1, "une": 1, "een": 1, "two": 2, "three": 3, "four": 4}
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"\b{_FOR}\s(?P<minutes>\d{{1,4}})\s?{_MINUTES}\b",
        rf"\b{_FOR}\s{_COUNT}\s?{_HOURS_AFTER_FOR}(?:{_REST})?(?!\w)",
        r"(?<![\w.:,])(?P<minutes>\d{1,4})\s?(?:minutes?|minuten|minuti|minutos|mins?)\b",
        rf"(?<![\w.:,]){_COUNT}\s?{_HOURS}(?:{_REST})?(?!\w)",
    )
)
_AHEAD = re.compile(r"\bin\s$")
_UNIT_IS_MISSING = re.compile(rf"\b{_FOR}\s(\d{{1,4}})(?!\s?\w|[:.,]\d)")


def read_length(text: str) -> tuple[int | None, str]:
    """Find how long something lasts, in minutes, and what is left of the text (small letters, single blanks).

    None where it isn't said. Raise ValueError, with what is allowed, where that makes no sense.
    """
    for form in _FORMS:
        told = form.search(text)
        if told and not _AHEAD.search(text[: told.start()]):
            return checked(_minutes(told.groupdict())), f"{text[: told.start()]} {text[told.end() :]}"
    missing = _UNIT_IS_MISSING.search(text)
    if missing:
        raise ValueError(
            f"I can't tell whether {missing[1]} are minutes or hours; write for {missing[1]} min, or hours"
        )
    return None, text


def checked(minutes: float) -> int:
    """Give whole minutes; raise ValueError for a length that no meetup has."""
    if not SHORTEST <= timedelta(minutes=minutes) <= LONGEST:
        raise ValueError(f"a meetup lasts between 5 minutes and 24 hours; write {EXAMPLES}")
    return round(minutes)


def _minutes(told: dict[str, str | None]) -> float:
    if told.get("minutes"):
        return int(told["minutes"] or 0)
    hours = told["hours"] or ""
    if hours.startswith("half"):
        return _HOUR / 2
    whole = _WORDS[hours] if hours in _WORDS else float(hours.replace(",", "."))
    return whole * _HOUR + (_HOUR / 2 if told["half"] else 0) + int(told["rest"] or 0)


def said_length(minutes: int) -> str:
    """Write a length: `90 min`, `2 hours`."""
    hours, rest = divmod(minutes, _HOUR)
    if rest or not hours:
        return f"{minutes} min"
    return "1 hour" if hours == 1 else f"{hours} hours"
