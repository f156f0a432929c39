"""Topics: how what people type becomes one, and how they are compared. Pure functions."""

import re
from collections.abc import Iterable

from bot.text import clamp, clean, is_said, one_line

TOPICS = 8
"""Most topics of a course."""
TOPIC_LENGTH = 30
"""Longest topic, in characters: it must fit into a button token beside other things."""


def parse_topics(raw: str) -> tuple[str, ...]:
    """Read topics, with commas, line breaks or # between them; raise ValueError for too many or too long ones."""
    return normal_topics(split_topics(raw))


def split_topics(raw: str) -> list[str]:
    """Part topics as they were typed."""
    separator = r"[,;\n]+" if re.search(r"[,;\n]", raw) or raw.count("#") < 2 else r"\s+(?=#)"  # noqa: PLR2004
    return re.split(separator, clean(raw))


def normal_topics(names: Iterable[str]) -> tuple[str, ...]:
    """Bring topics into their one form; raise ValueError for too many or too long ones."""
    topics = tuple(dict.fromkeys(topic for topic in map(normal_topic, names) if topic))
    if len(topics) > TOPICS:
        raise ValueError(f"there are {len(topics)} topics, at most {TOPICS} are possible")
    for topic in topics:
        if len(topic) > TOPIC_LENGTH:
            raise ValueError(f"“{clamp(topic, 40)}” is too long, at most {TOPIC_LENGTH} characters a topic")
    return topics


def normal_topic(raw: str) -> str:
    """Bring one topic into the form in which topics are compared: `#Machine-Learning` is `machine learning`."""
    topic = re.sub(r"[:|_-]+", " ", one_line(raw).lower().removeprefix("#"))
    return " ".join(topic.split()) if is_said(topic) else ""
