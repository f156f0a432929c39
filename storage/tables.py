"""The tables. `community` is part of every primary and unique key: no row exists outside a community.

Numbers (`id`) are drawn per community from the counters in its row, which also makes writers of one community
wait for each other in one place instead of in several.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, MetaData, UniqueConstraint
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
    """A course; `origin` is the digest by which sharing the same again is known."""

    __tablename__ = "course"
    __table_args__ = (
        _of_community(),
        ForeignKeyConstraint(["community", "owner"], ["person.community", "person.id"]),
        UniqueConstraint("community", "origin"),
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


class StepRow(Row, table=True):
    """A step of a course, counted from 0."""

    __tablename__ = "course_step"
    __table_args__ = (
        ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE"),
        {"sqlite_with_rowid": False},
    )

    community: str = _text(primary_key=True)
    course: int = _number(primary_key=True)
    position: int = Field(primary_key=True)
    task: str = _text()
    url: str = _text()


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
    __table_args__ = (Index(None, "community", "course"), {"sqlite_with_rowid": False})

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
