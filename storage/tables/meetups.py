"""Meetups, what was done to them, and who says what to them."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.base import Row, number_column, of_community, of_person, text_column


def of_meetup() -> ForeignKeyConstraint:
    """Tie a row to a meetup; it goes with it."""
    return ForeignKeyConstraint(["community", "meetup"], ["meetup.community", "meetup.id"], ondelete="CASCADE")


class MeetupRow(Row, table=True):
    """A meetup; `origin` is what planning the same again is known by, `folded` the title as it is looked up.

    `wall` is what clocks in the zone show when it begins, as `2026-03-12T19:00`: what people meant. `starts_at` and
    `ends_at` are worked out of it by what is known of the zone, and anew when that changes. `series` and `slot` say of
    which repetition it is one, and what clocks were to show by its rule. `turn_at` is when time alone may bring news to
    its list; it may be too early, never too late.
    """

    __tablename__ = "meetup"
    __table_args__ = (
        of_community(),
        of_person("host"),
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"]),
        UniqueConstraint("community", "origin"),
        Index(None, "community", "ends_at"),
        Index(None, "community", "host"),
        Index(None, "community", "course"),
        Index(None, "community", "turn_at"),
    )

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    title: str = text_column()
    folded: str = text_column()
    wall: str = text_column()
    zone: str = text_column()
    minutes: int
    starts_at: datetime
    ends_at: datetime
    address: str = text_column()
    link: str = text_column()
    link_for_all: bool
    about: str = text_column()
    course: int | None = number_column(default=None)
    level: str | None = text_column(default=None)
    bring: str = text_column()
    places: int | None = None
    host: int = number_column()
    origin: str = text_column()
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None = None
    revision: int
    series: int | None = number_column(default=None)
    slot: str | None = text_column(default=None)
    turn_at: datetime | None = None


class MeetupTopicRow(Row, table=True):
    """A topic of a meetup, in the host's order, each once; `folded` is the topic as it is looked up."""

    __tablename__ = "meetup_topic"
    __table_args__ = (
        of_meetup(),
        Index(None, "community", "folded"),
        {"sqlite_with_rowid": False},
    )

    community: str = text_column(primary_key=True)
    meetup: int = number_column(primary_key=True)
    position: int = Field(primary_key=True)
    topic: str = text_column()
    folded: str = text_column()


class CoHostRow(Row, table=True):
    """A person who helps with a meetup beside its host."""

    __tablename__ = "meetup_co_host"
    __table_args__ = (
        of_meetup(),
        of_person(),
        Index(None, "community", "person"),
    )

    community: str = text_column(primary_key=True)
    meetup: int = number_column(primary_key=True)
    person: int = number_column(primary_key=True)


class HostingRow(Row, table=True):
    """A meetup whose hosting is offered to somebody."""

    __tablename__ = "hosting"
    __table_args__ = (
        of_meetup(),
        of_person("giver"),
        of_person("taker"),
        Index(None, "community", "taker"),
    )

    community: str = text_column(primary_key=True)
    meetup: int = number_column(primary_key=True)
    giver: int = number_column()
    taker: int = number_column()
    offered_at: datetime


class MeetupChangeRow(Row, table=True):
    """What was done to a meetup; `number` is the revision that came of it, `before` what it said until then (JSON)."""

    __tablename__ = "meetup_change"
    __table_args__ = (
        of_meetup(),
        of_person(),
    )

    community: str = text_column(primary_key=True)
    meetup: int = number_column(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime
    person: int | None = number_column(default=None)
    kind: str = text_column()
    before: str = text_column()


class RsvpRow(Row, table=True):
    """What a person says to a meetup, and what that came to: see `bot.meetups.sheet.Claim`."""

    __tablename__ = "rsvp"
    __table_args__ = (
        of_meetup(),
        of_person(),
        Index(None, "community", "person"),
        {"sqlite_with_rowid": False},
    )

    community: str = text_column(primary_key=True)
    meetup: int = number_column(primary_key=True)
    person: int = number_column(primary_key=True)
    answer: str | None = text_column(default=None)
    answered_at: datetime
    standing: str | None = text_column(default=None)
    since: datetime | None = None
    offered_until: datetime | None = None
