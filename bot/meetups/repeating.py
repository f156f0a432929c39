"""How a meetup is to be repeated, as its host types it: “every 2 weeks until 1 June”, “weekly x10”. Pure functions."""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.meetups.days import WEEKDAYS, read_day
from bot.meetups.languages import ENGLISH, read_day_in
from bot.meetups.recurrence import (
    COUNT_LEAST,
    COUNT_MOST,
    LAST,
    MONTHS_MOST,
    WEEKS_MOST,
    Rule,
    fits,
    monthly,
    said_on,
    said_rule,
    weekly,
)
from bot.meetups.times import said_day
from bot.text import clamp, one_line

EXAMPLES = "weekly x10, every 2 weeks until 1 June, or monthly on the last tuesday"
"""What may be typed."""
LONGEST_TEXT = 100
"""Characters of what is typed at most."""
FURTHEST = timedelta(days=2 * 366)
"""How long a series that ends on a day may go on."""
_SEEN = 10 * LONGEST_TEXT
_QUOTED = 60
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": LAST}
_WHICH = rf"(?:the )?(?P<nth>{'|'.join(_NTH)})"
_DAY = rf"(?P<day>{'|'.join(rf'{name[:3]}(?:{name[3:]})?' for name in WEEKDAYS)}|tues|thurs?)s?"
_UNTIL = re.compile(r",? ?\b(?:until|till|til|to) (?P<until>.+)$")
_TIMES = re.compile(r",? ?(?:\b(?:for )?(?P<times>\d{1,6}) ?(?:times|x)|[x×] ?(?P<x>\d{1,6}))$")
_WEEKLY = re.compile(
    rf"(?:(?P<fortnight>fortnightly|every fortnight|every (?:other|second|2nd) week)|weekly|every week"
    rf"|every (?P<every>\d{{1,6}}) weeks)(?:,? (?:on )?{_DAY})?"
)
_EACH = re.compile(rf"(?:every|each) {_DAY}")
_MONTHLY = re.compile(
    rf"(?:(?P<other>every (?:other|second|2nd) month)|monthly|every month|every (?P<every>\d{{1,6}}) months)"
    rf"(?:,? (?:on )?{_WHICH} {_DAY})?"
)
_OF_MONTH = re.compile(rf"(?:every )?{_WHICH} {_DAY} (?:of|in) (?:the|every|each) month")
_ONLY = re.compile(rf"every (?P<nth>first|1st|last) {_DAY}")
_EITHER = re.compile(rf"every {_WHICH} {_DAY}")
_OTHERS = re.compile(
    r"\b(?:daily|yearly|annually|every (?:\d+ )?(?:days?|years?|weekday)|biweekly|bimonthly|monthly on the \d+\w*)\b"
)


def read_rule(typed: str, first: date, language: str = ENGLISH) -> Rule:
    """Read how something is to be repeated that is on `first` for the first time.

    `language` is read besides English (BCP 47), for the day on which it ends. Raise ValueError that says what to write,
    and nothing else, whatever was typed.
    """
    text = " ".join(one_line(typed[: _SEEN + 1]).casefold().split())
    if not text:
        raise ValueError(f"say how often, such as {EXAMPLES}")
    if len(text) > LONGEST_TEXT or len(typed) > _SEEN:
        raise ValueError(
            f"that is too long, at most {LONGEST_TEXT} characters; write only how often, such as {EXAMPLES}"
        )
    base, until, count = _ends(text, first, language)
    rule = _week_rule(base, first) or _month_rule(base, first)
    if rule is None:
        raise ValueError(_cure(base, typed, first))
    return checked(replace(rule, until=until, count=count), first)


def checked(rule: Rule, first: date) -> Rule:
    """Give a rule back; raise ValueError, with what is allowed, for one that a series can't have."""
    most, unit = (MONTHS_MOST, "months") if rule.is_monthly else (WEEKS_MOST, "weeks")
    if not 1 <= rule.every <= most:
        raise ValueError(f"every 1 to {most} {unit}, not every {rule.every}; write another number")
    if not fits(rule, first):
        like = said_rule(replace(monthly(first) if rule.is_monthly else weekly(first), every=rule.every))
        raise ValueError(
            f"the first one, on {said_day(first)}, is not on {said_on(rule)}; write {like}, or move the first"
        )
    if rule.count is not None and not COUNT_LEAST <= rule.count <= COUNT_MOST:
        raise ValueError(f"between {COUNT_LEAST} and {COUNT_MOST} times; write another number")
    if rule.until is not None and rule.until <= first:
        raise ValueError(f"{said_day(rule.until)} is not after the first one, on {said_day(first)}; write a later day")
    if rule.until is not None and rule.until > first + FURTHEST:
        raise ValueError(f"{said_day(rule.until)} is more than 2 years after the first one; write an earlier day")
    return rule


def _ends(text: str, first: date, language: str) -> tuple[str, date | None, int | None]:
    """Find how it ends: what is left of the text, the last day or how often."""
    if told := _TIMES.search(text):
        return text[: told.start()], None, int(told["times"] or told["x"])
    told = _UNTIL.search(text)
    if told is None:
        return text, None, None
    day = read_day(told["until"], first) or read_day_in(language, told["until"], first)
    if day is None:
        raise ValueError(
            f"I can't read “{clamp(told['until'], _QUOTED)}” as a day; write until 1 June, or until 2027-06-01"
        )
    return text[: told.start()], day.day, None


def _week_rule(text: str, first: date) -> Rule | None:
    if told := _EACH.fullmatch(text):
        return Rule(_weekday(told["day"]))
    told = _WEEKLY.fullmatch(text)
    if told is None:
        return None
    every = 2 if told["fortnight"] else int(told["every"] or 1)
    return Rule(_weekday(told["day"]) if told["day"] else first.weekday(), every=every)


def _month_rule(text: str, first: date) -> Rule | None:
    told = _OF_MONTH.fullmatch(text) or _ONLY.fullmatch(text)
    if told:
        return Rule(_weekday(told["day"]), _NTH[told["nth"]])
    told = _MONTHLY.fullmatch(text)
    if told is None:
        return None
    every = 2 if told["other"] else int(told["every"] or 1)
    rule = Rule(_weekday(told["day"]), _NTH[told["nth"]]) if told["day"] else monthly(first)
    return replace(rule, every=every)


def _weekday(name: str) -> int:
    return next(n for n, whole in enumerate(WEEKDAYS) if whole.startswith(name[:3]))


def _cure(base: str, typed: str, first: date) -> str:
    by_weekday = said_rule(monthly(first))
    if told := _EITHER.fullmatch(base):
        return f"that may mean two things; write every 2 weeks, or monthly on the {told['nth']} {told['day']}"
    if _OTHERS.search(base):
        return f"meetups are repeated by weeks, or by a day of the week in a month; write weekly, or {by_weekday}"
    return f"I can't read “{clamp(one_line(typed[:_SEEN]), _QUOTED)}”; write {EXAMPLES}"
