"""Meetups and the answers to them: frozen values. Times are aware UTC, but for what clocks on a wall show."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.meetups.times import moment
from bot.model import Level, Person

CARD = "meetup.card"
"""The kind of letter that shows a meetup to a channel; its subject is the meetup's number."""
USUAL_MINUTES = 60
"""How long a meetup lasts where nobody said."""


class Answer(StrEnum):
    """What somebody says to a meetup."""

    GOING = "going"
    MAYBE = "maybe"
    CANT = "cant"


@dataclass(frozen=True, slots=True)
class MeetupContent:
    """What a host says of a meetup.

    Attributes:
        wall: what clocks in the zone show when it begins, without a zone of its own: what people meant.
        zone: the IANA name of that zone.
        minutes: how long it lasts.
        address: where one goes; empty where there is only a link.
        link: where one joins online; empty where there is only an address.
        link_for_all: whether everybody sees the link, or only those who go.
        course: the number of a course that it is about.
        bring: what to bring along.
        places: how many can come; None for any number.
    """

    title: str
    wall: datetime
    zone: str
    minutes: int = USUAL_MINUTES
    address: str = ""
    link: str = ""
    link_for_all: bool = False
    about: str = ""
    topics: tuple[str, ...] = ()
    course: int | None = None
    level: Level | None = None
    bring: str = ""
    places: int | None = None

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins, by what is known of the zone today."""
        return moment(self.wall, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Meetup(MeetupContent):
    """A meetup as it stands in a community.

    Attributes:
        host: who invites.
        co_hosts: who helps, and may change it as the host may.
        cancelled_at: since when it doesn't take place.
        revision: grows with every change; tells whether what somebody edits is still what stands here.
        series: the number of what it is a repetition of; None for one that takes place once.
        slot: what clocks were to show at its beginning by the rule of its series.
    """

    id: int = dataclasses.field(kw_only=True)
    host: Person = dataclasses.field(kw_only=True)
    co_hosts: tuple[Person, ...] = dataclasses.field(kw_only=True, default=())
    created_at: datetime = dataclasses.field(kw_only=True)
    updated_at: datetime = dataclasses.field(kw_only=True)
    cancelled_at: datetime | None = dataclasses.field(kw_only=True, default=None)
    revision: int = dataclasses.field(kw_only=True)
    series: int | None = dataclasses.field(kw_only=True, default=None)
    slot: datetime | None = dataclasses.field(kw_only=True, default=None)

    @property
    def short_id(self) -> str:
        """What people type to name it: `M12`."""
        return f"M{self.id}"

    @property
    def hosts(self) -> tuple[Person, ...]:
        """Who invites, and who helps."""
        return (self.host, *self.co_hosts)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends_at <= now


@dataclass(frozen=True, slots=True)
class MeetupQuery:
    """Which meetups to list; an empty field doesn't narrow.

    Attributes:
        topic: one that they carry.
        person: somebody's number: those that they host, help with, go to, wait for or may go to.
    """

    topic: str | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True)
class MeetupPage:
    """A stretch of a list of meetups, and how many there are in all."""

    meetups: tuple[Meetup, ...]
    total: int


class MeetupChangeKind(StrEnum):
    """What was done to a meetup."""

    EDITED = "edited"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MeetupChange:
    """What was done to a meetup; `number` is the revision that came of it, `before` what it said until then."""

    number: int
    at: datetime
    person: Person | None
    kind: MeetupChangeKind
    before: MeetupContent


@dataclass(frozen=True, slots=True)
class Counts:
    """How many say what to a meetup; `going` are those with a place."""

    going: int = 0
    maybe: int = 0
    cant: int = 0
    waiting: int = 0
