"""At what time something is, as people type it: “19:00”, “7pm-9pm”, “19-21h”, “at 7 in the evening”. Pure functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from bot.meetups.clocks import Clock, gap, pattern

_NOON = 12
_AT = r"(?:at|um|om|à|a las|alle|às|kl\.?|klo|from|von|van|de|between|ab)"
_TO = r"(?:\s?-\s?|\s(?:to|till?|until|bis|tot|à|a|al|hasta|and)\s)"
_ALONE = r"(?<![\w.:/-])"
_RANGE = re.compile(rf"(?:\b(?P<at>{_AT})\s)?{_ALONE}{pattern('b_')}{_TO}{pattern('e_')}(?![\w/])")
_SINGLE = re.compile(rf"(?:(?:\b(?P<at>{_AT})\s|@\s?))?{_ALONE}{pattern('b_')}(?![\w/])")
_PART = re.compile(r"\b(?:(?:in the |at |this )?(morning|afternoon|evening|night)|(tonight))\b")


@dataclass(frozen=True, slots=True)
class Hours:
    """A time of day, and when it ends where that is told."""

    begins: time
    ends: time | None = None


def read_hours(text: str) -> tuple[Hours | None, str]:
    """Find a time of day, and what is left of the text (small letters, single blanks); None where there is none.

    Raise ValueError, with what is allowed, for times that no clock shows, that may mean two, or where there are two.
    """
    told = _PART.search(text)
    part = (told[1] or told[2]) if told else ""
    rest = _without(text, told) if told else text
    found = _range(rest, part) or _single(rest, part)
    hours, left = found or (None, rest)
    return hours, f"today {left}" if part == "tonight" else left


def _range(text: str, part: str) -> tuple[Hours, str] | None:
    for told in _RANGE.finditer(text):
        begin, end = Clock.of(told, "b_"), Clock.of(told, "e_")
        left = _without(text, told)
        if begin.is_bare and end.is_bare and any(_times(left, part)):
            continue  # “12-14 Dec 18:00” are days
        if _are_a_range(begin, end, is_told=bool(told["at"] or part)):
            return _between(begin, end, part), left
    return None


def _are_a_range(begin: Clock, end: Clock, *, is_told: bool) -> bool:
    """Tell whether two times are from when to when; in “Dec 12 - 18:00” they aren't."""
    if begin.is_bare and end.is_bare:
        return is_told or int(end.hour) > _NOON
    if begin.is_bare:
        return end.tells_half
    if end.is_bare:
        return begin.tells_half
    return begin.is_sure and end.is_sure


def _between(begin: Clock, end: Clock, part: str) -> Hours:
    """Give both times: of “7-9pm” both are late, of “11-1pm” the first is early, of “11pm-1” the last."""
    if end.half and begin.may_be_late:
        ends = end.time()
        return Hours(min(begin.both, key=lambda begins: gap(begins, ends)), ends)
    begins = begin.time(part)
    if (begin.half or part) and end.may_be_late:
        return Hours(begins, min(end.both, key=lambda ends: gap(begins, ends)))
    return Hours(begins, end.time(part))


def _single(text: str, part: str) -> tuple[Hours, str] | None:
    found = list(_times(text, part))
    if len(found) > 1:
        raise ValueError("there are two times in it; write one, or from when to when, such as 19:00-20:30")
    return (Hours(Clock.of(found[0], "b_").time(part)), _without(text, found[0])) if found else None


def _times(text: str, part: str) -> Iterator["re.Match[str]"]:
    for told in _SINGLE.finditer(text):
        clock = Clock.of(told, "b_")
        is_last = not text[told.end() :].strip()  # where the hour stands in “tomorrow 7” and “12 Dec 7”
        if clock.is_sure or (clock.is_bare and (told["at"] or (part and is_last))):
            yield told


def _without(text: str, told: "re.Match[str]") -> str:
    return f"{text[: told.start()]} {text[told.end() :]}"
