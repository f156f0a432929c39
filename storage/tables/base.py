"""What all tables share: names of constraints that migrations can find again, and kinds of columns."""

from typing import Any, ClassVar

from sqlalchemy import ForeignKeyConstraint, MetaData, false
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
    """A row of any table."""

    metadata: ClassVar[MetaData] = METADATA


def text_column(**more: Any) -> Any:
    """Declare a text."""
    return Field(sa_type=StoredText, **more)


def number_column(**more: Any) -> Any:
    """Declare a number drawn from a community's counters."""
    return Field(sa_type=Number, **more)


def of_community() -> ForeignKeyConstraint:
    """Tie a row to its community."""
    return ForeignKeyConstraint(["community"], ["community.id"])


def of_person(column: str = "person") -> ForeignKeyConstraint:
    """Tie a row to a person."""
    return ForeignKeyConstraint(["community", column], ["person.community", "person.id"])


def of_course() -> ForeignKeyConstraint:
    """Tie a row to a course; it goes with it."""
    return ForeignKeyConstraint(["community", "course"], ["course.community", "course.id"], ondelete="CASCADE")


def flag_column() -> Any:
    """Declare a yes or no that begins with no."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def counted_column() -> Any:
    """Declare a count that begins with 0."""
    return Field(default=0, sa_column_kwargs={"server_default": "0"})
