"""What a meetup is about, as its host types it: running text, and beside it whatever they say of topics and the rest.

A `#topic` may stand anywhere, and so may the number of a course (`C12`). On a line of its own, `Topics:`, `Course:`,
`Level:` and `Bring:` say the rest; a line with nothing but topics or a level is understood as well. Pure functions.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.addresses import ADDRESS
from bot.levels import parse_level
from bot.model import Level
from bot.text import clean, is_said
from bot.topics import normal_topic, normal_topics, split_topics

ABOUT_LENGTH = 1000
"""Longest running text, in characters."""
BRING_LENGTH = 200
"""Longest text of what to bring, in characters."""
COURSE_LENGTH = 100
"""How much of a course's name is looked at, in characters."""
_LABELLED = re.compile(
    r"(?:(?P<topics>topics?|tags?)|(?P<course>course)|(?P<level>level)|(?P<bring>(?:(?:please|what to|to) )?bring))"
    r"\s?[:：]\s*(?P<said>.*)",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"(?<![\w&#/])#(?=[\w-]*[^\W\d_])[\w-]+")
_ONLY_TOPICS = re.compile(r"#[\w-]+(?:[\s,;]+#[\w-]+)*")
_ONLY_LEVEL = re.compile(rf"(?:for\s+)?(?P<level>{'|'.join(Level)})(?<=[a-z])s?", re.IGNORECASE)
_COURSE = re.compile(r"(?<![\w/#])C([1-9][0-9]{0,8})(?!\w)")


@dataclass(frozen=True, slots=True)
class About:
    """What a meetup is about.

    Attributes:
        text: running text, with the topics and courses that it mentions.
        topics: all topics, those of the text last.
        course: what was said to be the course: its number, a title, or a part of it.
        mentioned: numbers that may be those of courses in the text, in their order.
        bring: what to bring along.
    """

    text: str = ""
    topics: tuple[str, ...] = ()
    course: str = ""
    mentioned: tuple[int, ...] = ()
    level: Level | None = None
    bring: str = ""


def read_about(typed: str) -> About:
    """Read what a meetup is about; raise ValueError that says what to change."""
    text: list[str] = []
    told: dict[str, list[str]] = {"topics": [], "course": [], "level": [], "bring": []}
    for line in clean(typed).split("\n"):
        kind, said = _kind_of(line)
        (told[kind] if kind else text).append(said)
    running = clean("\n".join(text))
    _check_length(running, "the text", ABOUT_LENGTH)
    bring = "; ".join(said for said in told["bring"] if is_said(said))
    _check_length(bring, "what to bring", BRING_LENGTH)
    topics = [topic for said in told["topics"] for topic in split_topics(said)] + topics_in(running)
    return About(
        running,
        normal_topics(topics),
        _one(told["course"], "courses", lambda said: said[:COURSE_LENGTH]),
        courses_in(running),
        parse_level(_one(told["level"], "levels", str.lower)),
        bring,
    )


def _kind_of(line: str) -> tuple[str, str]:
    """Tell what a line says: of which kind, nothing for running text, and the words."""
    if labelled := _LABELLED.fullmatch(line):
        kind = next(kind for kind in ("topics", "course", "level", "bring") if labelled[kind])
        return kind, labelled["said"]
    if _ONLY_TOPICS.fullmatch(line) and topics_in(line):
        return "topics", line
    if level := _ONLY_LEVEL.fullmatch(line.rstrip(".!")):
        return "level", level["level"]
    return "", line


def _one(said: Iterable[str], what: str, written: Callable[[str], str]) -> str:
    """Give the one thing that was said of a kind."""
    found = list(dict.fromkeys(written(one) for one in said if is_said(one)))
    if len(found) > 1:
        raise ValueError(f"there are several {what}; name one")
    return found[0] if found else ""


def _check_length(text: str, name: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueError(f"{name} has {len(text)} characters, at most {longest} are possible")


def topics_in(text: str) -> list[str]:
    """List the topics that a text mentions as `#topic`; what stands in an address is none."""
    return _TOPIC.findall(ADDRESS.sub(" ", text))


def courses_in(text: str) -> tuple[int, ...]:
    """List the numbers of courses that a text mentions, such as `C12`; they needn't be there."""
    return tuple(dict.fromkeys(int(number) for number in _COURSE.findall(ADDRESS.sub(" ", text))))


def typed_about(text: str, topics: Iterable[str], course: int | None, level: Level | None, bring: str) -> str:
    """Write what a meetup is about as it is typed: `read_about` reads it back."""
    mentioned = {normal_topic(topic) for topic in topics_in(text)}
    rest = [topic for topic in topics if topic not in mentioned]
    lines = [text] if text else []
    lines += [f"Topics: {', '.join(rest)}"] if rest else []
    lines += [f"Course: C{course}"] if course and courses_in(text)[:1] != (course,) else []
    lines += [f"Level: {level}"] if level else []
    lines += [f"Bring: {bring}"] if bring else []
    return "\n".join(lines)
