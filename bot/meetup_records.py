"""Meetups and the answers to them, as an export holds them: see `bot.records`.

The fields are named as the columns are, and `bot.care_records` tells what numbers mean. When a meetup begins is worked
out of what clocks on the wall show there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from bot import zones
from bot.care_records import JsonObject
from bot.meetups.meetup import Answer, MeetupChangeKind
from bot.meetups.sheet import Standing
from bot.model import Level
from bot.record_fields import STRICT, Count, Goal, Key, Moment, Number, Words

_LONGEST = 60 * 24 * 31
"""Minutes that a meetup lasts at most in a file: a month."""


def _is_wall(text: str) -> str:
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is not None or not 1970 <= wall.year <= 2200:  # noqa: PLR2004 - as for all moments
        raise ValueError("this is not what a clock on a wall shows")
    return text


def _is_zone(name: str) -> str:
    if name not in zones.names():
        raise ValueError("this is no time zone")
    return name


Wall = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$"), AfterValidator(_is_wall)]
Zone = Annotated[str, AfterValidator(_is_zone)]


@dataclass(frozen=True, slots=True)
class MeetupRecord:
    """A meetup; `origin` is what planning the same again is known by."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    title: Goal
    wall: Wall
    zone: Zone
    minutes: Annotated[int, Field(ge=1, le=_LONGEST)]
    address: Words
    link: Words
    link_for_all: bool
    about: Words
    course: Number | None
    level: Level | None
    bring: Words
    places: Number | None
    host: Number
    origin: Key
    created_at: Moment
    updated_at: Moment
    cancelled_at: Moment | None
    revision: Number
    series: Number | None
    slot: Wall | None


@dataclass(frozen=True, slots=True)
class MeetupTopicRecord:
    """A topic of a meetup."""

    __pydantic_config__: ClassVar = STRICT

    meetup: Number
    position: Count
    topic: Key


@dataclass(frozen=True, slots=True)
class CoHostRecord:
    """Somebody who helps with a meetup."""

    __pydantic_config__: ClassVar = STRICT

    meetup: Number
    person: Number


@dataclass(frozen=True, slots=True)
class HostingRecord:
    """A meetup whose hosting is offered to somebody."""

    __pydantic_config__: ClassVar = STRICT

    meetup: Number
    giver: Number
    taker: Number
    offered_at: Moment


@dataclass(frozen=True, slots=True)
class MeetupChangeRecord:
    """What was done to a meetup; `before` is what it said until then, as JSON."""

    __pydantic_config__: ClassVar = STRICT

    meetup: Number
    number: Number
    at: Moment
    person: Number | None
    kind: MeetupChangeKind
    before: JsonObject


@dataclass(frozen=True, slots=True)
class RsvpRecord:
    """What somebody says to a meetup, and what that came to."""

    __pydantic_config__: ClassVar = STRICT

    meetup: Number
    person: Number
    answer: Answer | None
    answered_at: Moment
    standing: Standing | None
    since: Moment | None
    offered_until: Moment | None


AnyMeetupRecord = MeetupRecord | MeetupTopicRecord | CoHostRecord | HostingRecord | MeetupChangeRecord | RsvpRecord
