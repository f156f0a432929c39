"""One time of day as people type it: “19:00”, “6.30pm”, “18h”, “noon”, or a bare “7”. Pure functions."""

import re
from dataclasses import dataclass
from datetime import time

_HALF, _DAY, _MINUTES = 12, 24, 60
_MONTHS = 12
_PARTS = {
    "morning": (0, _HALF),
    "afternoon": (_HALF, _DAY),
    "evening": (17, _DAY),
    "night": (17, _DAY),
    "tonight": (17, _DAY),
}
"""From which hour to which the parts of a day are."""
LATE = frozenset(_PARTS) - {"morning"}
"""The parts of a day in which 7 is 19:00."""
_NAMES = ("word", "hour", "sep", "minute", "half", "mark", "vague")


def pattern(name: str) -> str:
    """Give the pattern of a time; `name` goes before the names of its groups, so that two can stand in one pattern."""
    return (
        rf"(?:(?P<{name}word>noon|midday|midnight)\b"
        rf"|(?P<{name}hour>\d{{1,2}})(?:(?P<{name}sep>[:.]|\s?[hu](?=\d\d))(?P<{name}minute>\d\d))?(?!\d|[:.]\d)"
        rf"(?:\s?(?:(?P<{name}half>[ap])(?:\.\s?m\.|\s?m\b)|(?P<{name}mark>uhr|heures|uur|h|u)\b"
        rf"|(?P<{name}vague>o['’]?\s?clock)\b))?)"
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it is written; what isn't there is empty."""

    word: str
    hour: str
    sep: str
    minute: str
    half: str  # "a" or "p"
    mark: str  # what says that it is an hour of the day
    vague: str  # what says that it is an hour, early or late

    @classmethod
    def of(cls, told: "re.Match[str]", name: str) -> "Clock":
        """Take it from what a pattern found."""
        return cls(*((told[name + part] or "").strip() for part in _NAMES))

    @property
    def is_bare(self) -> bool:
        """Whether it is a number that may be anything, an hour among others."""
        return not (self.word or self.minute or self.half or self.mark or self.vague) and int(self.hour) <= _DAY

    @property
    def is_sure(self) -> bool:
        """Whether it can't be anything else than a time of day; “12.10” may be a day in October."""
        if self.sep == ".":
            is_no_month = not 1 <= int(self.minute) <= _MONTHS
            return bool(self.half or self.mark) or is_no_month
        return bool(self.word or self.sep or self.half or self.mark or self.vague)

    @property
    def tells_half(self) -> bool:
        """Whether it says itself in which round of the clock it is, for a bare number beside it too."""
        return bool(self.half or self.mark)

    @property
    def may_be_late(self) -> bool:
        """Whether it may be in either round of the clock."""
        in_first_round = not self.word and 1 <= int(self.hour) <= _HALF and int(self.minute or 0) < _MINUTES
        return in_first_round and not self.tells_half

    @property
    def both(self) -> tuple[time, time]:
        """Give it in both rounds of the clock."""
        hour, minute = int(self.hour) % _HALF, int(self.minute or 0)
        return time(hour, minute), time(hour + _HALF, minute)

    def time(self, part: str = "") -> time:
        """Give the time; `part` is the part of the day that was told. Raise ValueError where there is no such time."""
        if self.word == "midnight":
            raise ValueError("midnight may be the beginning or the end of a day; write 00:00 or 23:59 with the day")
        if self.word:
            return time(_HALF)
        hour, minute = int(self.hour), int(self.minute or 0)
        if minute >= _MINUTES or hour >= _DAY or (self.half and not 1 <= hour <= _HALF):
            raise ValueError(f"no clock shows {self}; hours go from 0 to 23 and minutes to 59, such as 18:30 or 6:30pm")
        if self.half:
            return time(hour % _HALF + (_HALF if self.half == "p" else 0), minute)
        return time(self._hour_in(part, hour) if part else self._sure_hour(hour), minute)

    def _hour_in(self, part: str, hour: int) -> int:
        """Give the hour of the day by the part of the day."""
        told = hour % _HALF + _HALF if part in LATE and hour <= _HALF else hour
        begins, ends = _PARTS[part]
        if not begins <= told < ends:
            raise ValueError(f"{self} and “{part}” don't go together; write the time alone, such as 09:30 or 21:00")
        return told

    def _sure_hour(self, hour: int) -> int:
        if self.minute or self.mark or not 1 <= hour <= _HALF:
            return hour
        early, late = f"{hour % _HALF:02}:00", f"{hour % _HALF + _HALF}:00"
        raise ValueError(f"{hour} may be early or late; write {early} or {late}")

    def __str__(self) -> str:
        minute = f":{self.minute}" if self.minute else ""
        return self.word or f"{self.hour}{minute}{f'{self.half}m' if self.half else ''}"


def gap(begin: time, end: time) -> int:
    """Count the minutes from one time to the next of another; a day where they are the same."""
    minutes = (end.hour - begin.hour) * _MINUTES + end.minute - begin.minute
    return minutes if minutes > 0 else minutes + _DAY * _MINUTES
