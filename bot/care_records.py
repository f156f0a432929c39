"""How courses are looked after, and which accounts belong together, as an export holds it: see `bot.records`.

The fields are named as the columns are. Numbers of a kind of row mean others where they arrive, as those of people do.
"""

import json
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from bot.care import FlagKind, Outcome, Reason, Stage, Why
from bot.record_fields import STRICT, Count, Moment, Number, Words


def _object(text: str) -> str:
    if not isinstance(json.loads(text), dict):
        raise ValueError("this is not what it was like")
    return text


JsonObject = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_object)]
Day = Annotated[int, Field(ge=1, le=1_000_000)]
"""A day in the calendar, as `date.toordinal` gives it."""
Ended = Outcome | Literal[""]
"""What became of something; empty while it is open."""


@dataclass(frozen=True, slots=True)
class CarerRecord:
    """How a person wants to be reminded, and how that goes; when to look next is worked out from their courses."""

    __pydantic_config__: ClassVar = STRICT

    person: Number
    weekday: Annotated[int, Field(ge=0, le=6)] | None
    hour: Annotated[int, Field(ge=0, le=23)] | None
    paused_until: Moment | None
    away_until: Moment | None
    stopped: bool
    without: tuple[Reason, ...]
    greeted_at: Moment | None
    digest_at: Moment | None
    rounds: Count
    unreachable_since: Moment | None
    told_at: Moment | None


@dataclass(frozen=True, slots=True)
class DigestRecord:
    """A message to an owner about several of their courses."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    person: Number
    kind: Literal["digest", "silence"]
    made_at: Moment
    sent_at: Moment | None
    answered_at: Moment | None


@dataclass(frozen=True, slots=True)
class AskedRecord:
    """One course that an owner was asked about; `digest` is 0 where they did something without being asked."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    digest: Count
    position: Count
    person: Number
    course: Number
    reason: Reason
    asked_at: Moment
    tapped_at: Moment | None
    not_useful_at: Moment | None
    settled_at: Moment | None
    outcome: Ended
    settled_by: Number | None
    until: Moment | None
    before: JsonObject | None


@dataclass(frozen=True, slots=True)
class FlagRecord:
    """What a reader found wrong with a course."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    course: Number
    person: Number
    kind: FlagKind
    said: Words
    flagged_at: Moment
    settled_at: Moment | None
    settled_by: Number | None
    outcome: Ended


@dataclass(frozen=True, slots=True)
class HandoverRecord:
    """A course that is offered to somebody."""

    __pydantic_config__: ClassVar = STRICT

    course: Number
    giver: Number | None
    taker: Number
    offered_at: Moment


@dataclass(frozen=True, slots=True)
class EscalationRecord:
    """A course on its way to another owner."""

    __pydantic_config__: ClassVar = STRICT

    course: Number
    owner: Number | None
    stage: Stage
    why: Why
    since: Moment
    due_at: Moment | None


@dataclass(frozen=True, slots=True)
class ViewRecord:
    """How often a course was looked at on a day."""

    __pydantic_config__: ClassVar = STRICT

    course: Number
    day: Day
    views: Count


@dataclass(frozen=True, slots=True)
class WeekRecord:
    """How many courses were in use in a week, and how many of these were fresh."""

    __pydantic_config__: ClassVar = STRICT

    week: Day
    used: Count
    fresh: Count


@dataclass(frozen=True, slots=True)
class JoiningRecord:
    """Two persons who are one, or were; `moved` is what came along, as JSON, to be given back."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    kept: Number
    gone: Number
    joined_at: Moment
    moved: Annotated[str, StringConstraints(max_length=100_000_000)]
    undone_at: Moment | None


CareRecord = (
    CarerRecord
    | DigestRecord
    | AskedRecord
    | FlagRecord
    | HandoverRecord
    | EscalationRecord
    | ViewRecord
    | WeekRecord
    | JoiningRecord
)
