"""The tables. `community` is part of every primary and unique key: no row exists outside a community.

Numbers (`id`) are drawn per community from the counters in its row, which also makes writers of one community
wait for each other in one place instead of in several.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, MetaData, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Number, StoredText

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Row(SQLModel):
    """What all tables share: names of constraints that migrations can find again."""

    metadata: ClassVar[MetaData] = METADATA


def _text(**more: Any) -> Any:
    return Field(sa_type=StoredText, **more)


def _number(**more: Any) -> Any:
    return Field(sa_type=Number, **more)


def _of_community() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["community"], ["community.id"])


class CommunityRow(Row, table=True):
    """A tenant, and its counters: the last number drawn of each kind, and the state of its search index."""

    __tablename__ = "community"

    id: str = _text(primary_key=True)
    name: str = _text()
    courses_drawn: int = 0
    people_drawn: int = 0
    letters_drawn: int = 0
    drafts_drawn: int = 0
    courses_indexed: int = 0
    index_revision: int = 0


class WorkspaceRow(Row, table=True):
    """A workspace belongs to one community overall."""

    __tablename__ = "workspace"
    __table_args__ = (_of_community(), Index(None, "community"))

    platform: str = _text(primary_key=True)
    id: str = _text(primary_key=True)
    community: str = _text()
    name: str = _text()


class PersonRow(Row, table=True):
    """A human; `folded` is the name as it is looked up."""

    __tablename__ = "person"
    __table_args__ = (_of_community(), Index(None, "community", "folded"))

    community: str = _text(primary_key=True)
    id: int = _number(primary_key=True)
    name: str = _text()
    folded: str = _text()
    timezone: str | None = _text(default=None)
    locale: str | None = _text(default=None)
    profile_at: datetime | None = None
    created_at: datetime
    level: str | None = _text(default=None)
    welcomed_at: datetime | None = None


class InterestRow(Row, table=True):
    """A topic that a person wants to learn or can help with (`wish`), in their order, each once."""

    __tablename__ = "person_interest"
    __table_args__ = (
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
        Index(None, "community", "wish", "folded"),
    )

    community: str = _text(primary_key=True)
    person: int = _number(primary_key=True)
    wish: str = _text(primary_key=True)
    folded: str = _text(primary_key=True)
    position: int
    topic: str = _text()


class AccountRow(Row, table=True):
    """A platform identity of a person."""

    __tablename__ = "account"
    __table_args__ = (
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
        Index(None, "community", "person"),
    )

    community: str = _text(primary_key=True)
    platform: str = _text(primary_key=True)
    workspace: str = _text(primary_key=True)
    user_id: str = _text(primary_key=True)
    person: int = _number()


class CourseRow(Row, table=True):
    """A course; `origin` is the digest by which sharing the same again is known.

    `root` is the first course of its lineage (itself where it is no fork), `forker` who made the fork: one per person
    and lineage. `page` is the token of its page for the world, which is made when somebody first asks for it.
    """

    __tablename__ = "course"
    __table_args__ = (
        _of_community(),
        ForeignKeyConstraint(["community", "owner"], ["person.community", "person.id"]),
        UniqueConstraint("community", "origin"),
        UniqueConstraint("community", "root", "forker"),
        UniqueConstraint("community", "page"),
        Index(None, "community", "created_at", "id"),
        Index(None, "community", "owner"),
    )

    community: str = _text(primary_key=True)
    id: int = _number(primary_key=True)
    goal: str = _text()
    folded: str = _text()
    description: str = _text()
    level: str | None = _text(default=None)
    language: str | None = _text(default=None)
    owner: int | None = _number(default=None)
    origin: str = _text()
    created_at: datetime
    updated_at: datetime
    reviewed_at: datetime
    archived_at: datetime | None = None
    revision: int
    steps_drawn: int
    root: int = _number()
    parent: int | None = _number(default=None)
    forker: int | None = _number(default=None)
    page: str | None = _text(default=None)
    page_open: bool


class StepRow(Row, table=True):
    """A step of a course, counted from 0.

    `number` stays with a step when the course is edited, because progress speaks of it; `resource` is the key of its
    address (`bot.urls.resource_key`).
    """

    __tablename__ = "course_step"
    __table_args__ = (
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        Index(None, "community", "resource"),
        {"sqlite_with_rowid": False},
    )

    community: str = _text(primary_key=True)
    course: int = _number(primary_key=True)
    position: int = Field(primary_key=True)
    task: str = _text()
    url: str = _text()
    number: int
    resource: str = _text()


class CoOwnerRow(Row, table=True):
    """A person who looks after a course beside its owner."""

    __tablename__ = "course_co_owner"
    __table_args__ = (
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
        Index(None, "community", "person"),
    )

    community: str = _text(primary_key=True)
    course: int = _number(primary_key=True)
    person: int = _number(primary_key=True)


class ChangeRow(Row, table=True):
    """What was done to a course after it was shared; `number` is the revision that came of it.

    `before` is the content as it was, as JSON, where the content changed.
    """

    __tablename__ = "course_change"
    __table_args__ = (
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
    )

    community: str = _text(primary_key=True)
    course: int = _number(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime
    person: int | None = _number(default=None)
    kind: str = _text()
    before: str | None = _text(default=None)


class ResourceRow(Row, table=True):
    """What is known of a web address; all steps that lead there share it.

    `same_as` is the key of the address that it redirects to. `due_at` is when it is read next, None for never.
    """

    __tablename__ = "resource"
    __table_args__ = (
        _of_community(),
        Index(None, "community", "due_at"),
        Index(None, "community", "same_as"),
    )

    community: str = _text(primary_key=True)
    key: str = _text(primary_key=True)
    url: str = _text()
    title: str = _text()
    kind: str = _text()
    description: str = _text()
    language: str = _text()
    topics: str = _text()
    same_as: str | None = _text(default=None)
    read_at: datetime | None = None
    due_at: datetime | None = None
    tries: int


class LearningRow(Row, table=True):
    """A course that a person has started."""

    __tablename__ = "learning"
    __table_args__ = (
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        Index(None, "community", "course"),
    )

    community: str = _text(primary_key=True)
    person: int = _number(primary_key=True)
    course: int = _number(primary_key=True)
    started_at: datetime
    touched_at: datetime


class DoneRow(Row, table=True):
    """A step that a person has done; `step` is its number."""

    __tablename__ = "step_done"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "person", "course"],
            ["learning.community", "learning.person", "learning.course"],
            ondelete="CASCADE",
        ),
    )

    community: str = _text(primary_key=True)
    person: int = _number(primary_key=True)
    course: int = _number(primary_key=True)
    step: int = _number(primary_key=True)
    done_at: datetime


class SavedRow(Row, table=True):
    """A course on a person's shelf."""

    __tablename__ = "saved"
    __table_args__ = (
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        Index(None, "community", "course"),
    )

    community: str = _text(primary_key=True)
    person: int = _number(primary_key=True)
    course: int = _number(primary_key=True)
    saved_at: datetime


class TopicRow(Row, table=True):
    """A topic of a course, in the sharer's order, each once; `folded` is the topic as it is looked up."""

    __tablename__ = "course_topic"
    __table_args__ = (
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        Index(None, "community", "folded", "topic"),
        {"sqlite_with_rowid": False},
    )

    community: str = _text(primary_key=True)
    course: int = _number(primary_key=True)
    folded: str = _text(primary_key=True)
    position: int
    topic: str = _text()


class PostingRow(Row, table=True):
    """How much a search term says about a course. Made from the course; can be made again."""

    __tablename__ = "search_posting"
    __table_args__ = (
        # PostgreSQL finds the weight in the index: a search would else look at a page of the table for every posting.
        PrimaryKeyConstraint("community", "term", "course", postgresql_include=["weight"]),
        Index(None, "community", "course"),
        {"sqlite_with_rowid": False},
    )

    community: str = _text(primary_key=True)
    term: str = _text(primary_key=True)
    course: int = _number(primary_key=True)
    weight: float


class TermRow(Row, table=True):
    """How many courses hold a search term; `revision` is the state of the index that last changed it."""

    __tablename__ = "search_term"
    __table_args__ = (Index(None, "community", "revision"), {"sqlite_with_rowid": False})

    community: str = _text(primary_key=True)
    term: str = _text(primary_key=True)
    courses: int
    revision: int


class WordRow(Row, table=True):
    """A word as people wrote it, and the term it counts as. Words stay when their last course goes."""

    __tablename__ = "search_word"
    __table_args__ = (Index(None, "community", "revision"), {"sqlite_with_rowid": False})

    community: str = _text(primary_key=True)
    word: str = _text(primary_key=True)
    term: str = _text(primary_key=True)
    revision: int


class PostRow(Row, table=True):
    """A message of ours on a platform."""

    __tablename__ = "post"
    __table_args__ = (_of_community(), Index(None, "community", "kind", "subject"))

    community: str = _text(primary_key=True)
    ref: str = _text(primary_key=True)
    kind: str = _text()
    subject: str = _text()
    platform: str = _text()
    workspace: str = _text()
    posted_at: datetime


class LetterRow(Row, table=True):
    """A row of the outbox. `due_at` rules while it is new, `lease_until` while it is being sent."""

    __tablename__ = "letter"
    __table_args__ = (
        _of_community(),
        UniqueConstraint("community", "kind", "subject", "recipient", "occurrence"),
        Index(None, "community", "state", "due_at"),
    )

    community: str = _text(primary_key=True)
    id: int = _number(primary_key=True)
    kind: str = _text()
    subject: str = _text()
    recipient: str = _text()
    platform: str = _text()
    occurrence: str = _text()
    state: str = _text()
    attempts: int
    due_at: datetime
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    claimant: str | None = _text(default=None)
    ref: str | None = _text(default=None)
    error: str = _text()
    key: str = _text()
    created_at: datetime


class DeliveryRow(Row, table=True):
    """A delivery of a platform that was handled."""

    __tablename__ = "delivery"
    __table_args__ = (_of_community(), Index(None, "community", "received_at"))

    community: str = _text(primary_key=True)
    platform: str = _text(primary_key=True)
    key: str = _text(primary_key=True)
    received_at: datetime


class DraftRow(Row, table=True):
    """What a person typed into a form, as JSON text."""

    __tablename__ = "draft"
    __table_args__ = (
        ForeignKeyConstraint(["community", "person"], ["person.community", "person.id"]),
        Index(None, "community", "kept_at"),
    )

    community: str = _text(primary_key=True)
    id: int = _number(primary_key=True)
    person: int = _number()
    form: str = _text()
    state: str = _text()
    answers: str = _text()
    kept_at: datetime
