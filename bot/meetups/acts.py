"""What can be done to the list of a meetup: frozen values that carry their moment. Times are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

from bot.meetups.meetup import Answer


@dataclass(frozen=True, slots=True)
class Say:
    """Somebody says whether they come: a reaction or a button. Who has an offer takes or declines it by that."""

    person: int
    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class Take:
    """Somebody taps on the place that they were offered."""

    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Somebody takes their answer back, or left the community.

    `answer` is what they take back: where they said something else since, that stands. None for whatever they said.
    """

    person: int
    at: datetime
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class MoveIn:
    """The host gives a place to somebody who waits: one that is free or held for another, or that of `instead_of`."""

    person: int
    at: datetime
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class MoveOut:
    """The host lets somebody wait who has a place. They aren't offered one before the last call."""

    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Resize:
    """There are more places or fewer, or any number (None)."""

    places: int | None


@dataclass(frozen=True, slots=True)
class Shift:
    """The meetup begins at another moment; who let an offer pass is asked again, because it was for another time."""

    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Join:
    """Two people turn out to be one: what `gone` said becomes what `person` said, the newer answer stands."""

    person: int
    gone: int


@dataclass(frozen=True, slots=True)
class Pass:
    """Time goes by: offers come to their end."""


Act = Say | Take | TakeBack | MoveIn | MoveOut | Resize | Shift | Join | Pass
