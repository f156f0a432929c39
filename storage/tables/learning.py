"""What people do with courses for themselves."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index

from storage.tables.base import Row, number_column, of_course, of_person, text_column


class LearningRow(Row, table=True):
    """A course that a person has started."""

    __tablename__ = "learning"
    __table_args__ = (
        of_person(),
        of_course(),
        Index(None, "community", "course"),
        Index(None, "community", "touched_at"),
    )

    community: str = text_column(primary_key=True)
    person: int = number_column(primary_key=True)
    course: int = number_column(primary_key=True)
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

    community: str = text_column(primary_key=True)
    person: int = number_column(primary_key=True)
    course: int = number_column(primary_key=True)
    step: int = number_column(primary_key=True)
    done_at: datetime


class SavedRow(Row, table=True):
    """A course on a person's shelf."""

    __tablename__ = "saved"
    __table_args__ = (
        of_person(),
        of_course(),
        Index(None, "community", "course"),
        Index(None, "community", "saved_at"),
    )

    community: str = text_column(primary_key=True)
    person: int = number_column(primary_key=True)
    course: int = number_column(primary_key=True)
    saved_at: datetime
