"""How well a course is looked after, in a mark and in words: one rule for every place where a course appears."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Course
from bot.text import clamp, units
from bot.ui import Text, Time, text


class State(StrEnum):
    """How well a course is looked after, the weightiest first."""

    ARCHIVED = "archived"  # it is put away: nobody needs to look after it
    LOOKING = "looking"  # for an owner
    BROKEN = "broken"  # a link of it
    FLAGGED = "flagged"  # by readers
    TAKEN = "taken"  # over, and not reviewed by its new owner
    DUE = "due"  # for its review
    FRESH = "fresh"


MARKS = {
    State.ARCHIVED: "📦",
    State.LOOKING: "🙋",
    State.BROKEN: "💔",
    State.FLAGGED: "🚩",
    State.TAKEN: "🤝",
    State.DUE: "🍂",
    State.FRESH: "🌱",
}
"""A small picture for each state. The words always stand beside it."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How well a course is looked after.

    Attributes:
        words: what to say of it, with moments that each reader sees in their own time.
        said: the same for places that know no markup, as of the moment it was asked.
    """

    state: State
    words: Text
    said: str

    @property
    def mark(self) -> str:
        """The small picture of the state."""
        return MARKS[self.state]

    @property
    def marked(self) -> Text:
        """The words with their mark."""
        return text(f"{self.mark} ", *self.words)

    @property
    def wants_care(self) -> bool:
        """Whether a look at the course would help."""
        return self.state not in {State.FRESH, State.ARCHIVED}


def freshness(course: Course, now: datetime) -> Freshness:
    """Tell how well a course is looked after at a moment."""
    state = state_of(course, now)
    return Freshness(state, *_SAYING[state](course, now))


def state_of(course: Course, now: datetime) -> State:
    """Find the weightiest of what can be said of a course."""
    facts = (
        (State.ARCHIVED, course.archived_at is not None),
        (State.LOOKING, course.owner is None or course.offered_at is not None),
        (State.BROKEN, course.broken_since is not None),
        (State.FLAGGED, course.flags > 0),
        (State.TAKEN, course.taken_at is not None),
        (State.DUE, course.review_at is not None and course.review_at <= now),
    )
    return next((state for state, holds in facts if holds), State.FRESH)


def _archived(course: Course, now: datetime) -> tuple[Text, str]:
    return _ago("archived", course.archived_at, now)


def _looking(course: Course, now: datetime) -> tuple[Text, str]:
    return _alike("looking for an owner")


def _broken(course: Course, now: datetime) -> tuple[Text, str]:
    since = course.broken_since or now
    return text("link broken since ", Time(since, "date")), f"link broken since {since.day} {since:%b %Y}"


def _flagged(course: Course, now: datetime) -> tuple[Text, str]:
    return _alike(f"flagged by {course.flags} reader{'' if course.flags == 1 else 's'}")


def _taken(course: Course, now: datetime) -> tuple[Text, str]:
    return _alike("taken over, not reviewed yet")


def _due(course: Course, now: datetime) -> tuple[Text, str]:
    return _alike("review due")


def _fresh(course: Course, now: datetime) -> tuple[Text, str]:
    return _ago("reviewed", course.reviewed_at, now)


_SAYING: dict[State, Callable[[Course, datetime], tuple[Text, str]]] = {
    State.ARCHIVED: _archived,
    State.LOOKING: _looking,
    State.BROKEN: _broken,
    State.FLAGGED: _flagged,
    State.TAKEN: _taken,
    State.DUE: _due,
    State.FRESH: _fresh,
}


def _alike(said: str) -> tuple[Text, str]:
    return text(said), said


def _ago(done: str, at: datetime | None, now: datetime) -> tuple[Text, str]:
    at = at or now
    return text(f"{done} ", Time(at, "relative")), f"{done} {days_ago(at, now)}"


def days_ago(at: datetime, now: datetime) -> str:
    """Say how many whole days ago a moment was."""
    days = max(0, (now - at).days)
    if days == 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"


def labelled(course: Course, now: datetime, room: int) -> str:
    """Write a course on one line of at most `room` UTF-16 units (80 at least): its goal, number, owners and freshness.

    What doesn't fit goes in this order: the owners, the end of the goal.
    """
    fresh = freshness(course, now)
    ending = f"{fresh.mark} {fresh.said}"
    name = f"{course.goal} ({course.short_id})"
    whole = f"{name} · {named_owners(course)} · {ending}" if course.owner else f"{name} · {ending}"
    if units(whole) <= room:
        return whole
    tail = f" ({course.short_id}) · {ending}"
    return clamp(course.goal, room - units(tail)) + tail


def named_owners(course: Course) -> str:
    """Name who looks after a course, without any markup."""
    names = [person.name for person in (course.owner, *course.co_owners) if person]
    return f"by {', '.join(names)}" if names else ""
