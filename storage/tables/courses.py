"""Courses with all that belongs to them, and the addresses they lead to."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as condition
from sqlmodel import Field

from storage.tables.base import Row, counted_column, number_column, of_community, of_course, of_person, text_column

FOUND = condition("archived_at IS NULL")
"""Of a course that is not put away."""
NEEDY = condition(
    "archived_at IS NULL"
    " AND (broken_since IS NOT NULL OR flags > 0 OR taken_at IS NOT NULL OR snoozed_until IS NOT NULL)"
)
"""Of a course that may need its owner before its review is due, or that they put off. Queries say it in these words."""


LOOKING = condition("archived_at IS NULL AND (owner IS NULL OR offered_at IS NOT NULL)")
"""Of a course that looks for an owner. Few do, and the weekly post asks often: queries say it in these words too."""


OF_LOOKING = ("community", "offered_at", "created_at", "id", "archived_at", "owner")
"""All that the list of them needs: else SQLite sorts out of another index, which holds every course."""


class CourseRow(Row, table=True):
    """A course; `origin` is the digest by which sharing the same again is known.

    `root` is the first course of its lineage (itself where it is no fork), `forker` who made the fork: one per person
    and lineage. `page` is the token of its page for the world, which is made when somebody first asks for it.

    `review_at` is when its next review is due, None for never: worked out of `reviewed_at`, of its own `review_days` (0
    for never) and of the community's intervals whenever one of them changes. `taken_at` is since when it has an owner
    who hasn't reviewed it yet. `flags` counts its open flags, `broken_since` is when the first of its links broke:
    both are kept beside what they are counted from, because every list shows them.
    """

    __tablename__ = "course"
    __table_args__ = (
        of_community(),
        of_person("owner"),
        UniqueConstraint("community", "origin"),
        UniqueConstraint("community", "root", "forker"),
        UniqueConstraint("community", "page"),
        Index(None, "community", "created_at", "id"),
        Index(None, "community", "owner"),
        Index(None, "community", "offered_at"),
        Index("ix_course_due", "community", "owner", "review_at", sqlite_where=FOUND, postgresql_where=FOUND),
        Index("ix_course_needy", "community", "owner", sqlite_where=NEEDY, postgresql_where=NEEDY),
        Index("ix_course_looking", *OF_LOOKING, sqlite_where=LOOKING, postgresql_where=LOOKING),
    )

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    goal: str = text_column()
    folded: str = text_column()
    description: str = text_column()
    level: str | None = text_column(default=None)
    language: str | None = text_column(default=None)
    owner: int | None = number_column(default=None)
    origin: str = text_column()
    created_at: datetime
    updated_at: datetime
    reviewed_at: datetime
    archived_at: datetime | None = None
    revision: int
    steps_drawn: int
    root: int = number_column()
    parent: int | None = number_column(default=None)
    forker: int | None = number_column(default=None)
    page: str | None = text_column(default=None)
    page_open: bool
    review_days: int | None = None
    review_at: datetime | None = None
    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    offered_at: datetime | None = None
    flags: int = counted_column()
    broken_since: datetime | None = None


class StepRow(Row, table=True):
    """A step of a course, counted from 0.

    `number` stays with a step when the course is edited, because progress speaks of it; `resource` is the key of its
    address (`bot.urls.resource_key`).
    """

    __tablename__ = "course_step"
    __table_args__ = (
        of_course(),
        Index(None, "community", "resource"),
        {"sqlite_with_rowid": False},
    )

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    position: int = Field(primary_key=True)
    task: str = text_column()
    url: str = text_column()
    number: int
    resource: str = text_column()


class CoOwnerRow(Row, table=True):
    """A person who looks after a course beside its owner."""

    __tablename__ = "course_co_owner"
    __table_args__ = (
        of_course(),
        of_person(),
        Index(None, "community", "person"),
    )

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    person: int = number_column(primary_key=True)


class ChangeRow(Row, table=True):
    """What was done to a course after it was shared; `number` is the revision that came of it.

    `before` is the content as it was, as JSON, where the content changed. `other` is the owner that it came from, and
    `heir` the one that it went to; of co-owners the one who is none any more, and the one who became one.
    """

    __tablename__ = "course_change"
    __table_args__ = (
        of_course(),
        of_person(),
    )

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime
    person: int | None = number_column(default=None)
    kind: str = text_column()
    before: str | None = text_column(default=None)
    other: int | None = number_column(default=None)
    heir: int | None = number_column(default=None)


class TopicRow(Row, table=True):
    """A topic of a course, in the sharer's order, each once; `folded` is the topic as it is looked up."""

    __tablename__ = "course_topic"
    __table_args__ = (
        of_course(),
        Index(None, "community", "folded", "topic"),
        {"sqlite_with_rowid": False},
    )

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    folded: str = text_column(primary_key=True)
    position: int
    topic: str = text_column()


class HostVisitRow(Row, table=True):
    """A host of the web that a program is at."""

    __tablename__ = "host_visit"
    __table_args__ = (of_community(),)

    community: str = text_column(primary_key=True)
    host: str = text_column(primary_key=True)
    claimant: str = text_column()
    until: datetime


class ResourceRow(Row, table=True):
    """What is known of a web address; all steps that lead there share it.

    `same_as` is the key of the address that it redirects to. `due_at` is when it is read next, None for never.
    `check_at` is when to look next whether it is still there. `failing_since` and `fails` speak of failures in a row,
    `status` of the last answer; `moved_to` is where it moved for good, `tag` and `changed` are what a check sends to be
    spared an unchanged page.
    """

    __tablename__ = "resource"
    __table_args__ = (
        of_community(),
        Index(None, "community", "due_at"),
        Index(None, "community", "check_at"),
        Index(None, "community", "same_as"),
    )

    community: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    url: str = text_column()
    title: str = text_column()
    kind: str = text_column()
    description: str = text_column()
    language: str = text_column()
    topics: str = text_column()
    same_as: str | None = text_column(default=None)
    read_at: datetime | None = None
    due_at: datetime | None = None
    tries: int
    check_at: datetime | None = None
    checked_at: datetime | None = None
    fails: int = counted_column()
    failing_since: datetime | None = None
    broken_since: datetime | None = None
    status: str | None = text_column(default=None)
    moved_to: str | None = text_column(default=None)
    tag: str | None = text_column(default=None)
    changed: str | None = text_column(default=None)
