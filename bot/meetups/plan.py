"""A meetup as its host types it into a form, field by field. Pure functions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.checks import Checks
from bot.errors import Invalid
from bot.meetups.about import About, read_about, typed_about
from bot.meetups.meetup import MeetupContent
from bot.meetups.times import When
from bot.meetups.when import Reading, written
from bot.meetups.where import Where, read_where, typed_where
from bot.text import clamp, is_said, one_line

FIELDS = ("title", "when", "where", "about", "places")
"""What a form asks of a meetup."""
TITLE_MIN, TITLE_MAX = 3, 80
"""Shortest and longest title, in characters: what a heading holds on a phone."""
PLACES_MAX = 10_000
"""Most places of a meetup; beyond that nobody counts."""
_PLACES = re.compile(
    r"(?:max(?:imum|\.)?|at most|up to)?\s*(?P<count>\d{1,6})\s*(?:places?|people|persons?|seats?|max\.?)?"
)
_NO_LIMIT = frozenset({"", "-", "no limit", "any", "unlimited", "none", "all"})

ReadWhen = Callable[[str], Reading]
"""Reads the field `when`; raises ValueError that says what to write."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was understood of a form.

    Attributes:
        content: what the meetup says, still without its course.
        about: what was said of the course, among the rest.
        notes: sentences about what its writer should look at twice.
    """

    content: MeetupContent
    about: About
    notes: tuple[str, ...] = ()


def read_plan(values: Mapping[str, str], read_when: ReadWhen) -> Plan:
    """Read a form; raise Invalid that names every field in need of a change."""
    checks = Checks(values)
    title = checks.take("title", read_title)
    when = checks.take("when", read_when)
    where = checks.take("where", read_where)
    about = checks.take("about", read_about)
    places = checks.take("places", read_places)
    if checks.errors or title is None or when is None or where is None or about is None:
        raise Invalid(checks.errors)
    content = MeetupContent(
        title,
        when.when.wall,
        when.when.zone,
        when.when.minutes,
        address=where.address,
        link=where.link,
        link_for_all=where.link_for_all,
        about=about.text,
        topics=about.topics,
        level=about.level,
        bring=about.bring,
        places=places,
    )
    return Plan(content, about, when.notes)


def read_title(typed: str) -> str:
    """Read a title; raise ValueError that says how long it may be."""
    title = one_line(typed)
    if not is_said(title):
        raise ValueError(f"give it a title, {TITLE_MIN} to {TITLE_MAX} characters")
    if not TITLE_MIN <= len(title) <= TITLE_MAX:
        raise ValueError(f"the title has {len(title)} characters, {TITLE_MIN} to {TITLE_MAX} are possible")
    return title


def read_places(typed: str) -> int | None:
    """Read how many can come; None for any number. Raise ValueError that says what to write."""
    text = one_line(typed).casefold()
    if text in _NO_LIMIT:
        return None
    told = _PLACES.fullmatch(text)
    if told is None or not 1 <= int(told["count"]) <= PLACES_MAX:
        raise ValueError(
            f"“{clamp(text, 40)}” is no number of places; write 1 to {PLACES_MAX}, or nothing for any number"
        )
    return int(told["count"])


def typed_plan(content: MeetupContent) -> dict[str, str]:
    """Write what a meetup says as it is typed into a form: `read_plan` reads it back."""
    return {
        "title": content.title,
        "when": written(when_of(content)),
        "where": typed_where(Where(content.address, content.link, content.link_for_all)),
        "about": typed_about(content.about, content.topics, content.course, content.level, content.bring),
        "places": "" if content.places is None else str(content.places),
    }


def when_of(content: MeetupContent) -> When:
    """Give when a meetup is."""
    return When(content.wall, content.zone, content.minutes)


def pinned(when: When) -> dict[str, str]:
    """Write down what was understood of `when`, to keep beside what was typed: “tomorrow” is another day tomorrow."""
    return {"wall": when.wall.isoformat(timespec="minutes"), "zone": when.zone, "minutes": str(when.minutes)}


def pin_of(values: Mapping[str, str]) -> When | None:
    """Read back what `pinned` wrote; None where nothing was kept."""
    if not {"wall", "zone", "minutes"} <= values.keys():
        return None
    return When(datetime.fromisoformat(values["wall"]), values["zone"], int(values["minutes"]))
