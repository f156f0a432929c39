"""Persons and their accounts."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql

from storage.tables.base import Row, number_column, of_community, of_person, text_column


class PersonRow(Row, table=True):
    """A human; `folded` is the name as it is looked up, `joined_to` whom they turned out to be.

    `timezone` is what a platform told, `own_zone` what they said themselves.
    """

    __tablename__ = "person"
    __table_args__ = (of_community(), Index(None, "community", "folded"))

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    name: str = text_column()
    folded: str = text_column()
    timezone: str | None = text_column(default=None)
    locale: str | None = text_column(default=None)
    profile_at: datetime | None = None
    created_at: datetime
    level: str | None = text_column(default=None)
    welcomed_at: datetime | None = None
    joined_to: int | None = number_column(default=None)
    own_zone: str | None = text_column(default=None)
    muted_at: datetime | None = None


class InterestRow(Row, table=True):
    """A topic that a person wants to learn or can help with (`wish`), in their order, each once."""

    __tablename__ = "person_interest"
    __table_args__ = (
        of_person(),
        Index(None, "community", "wish", "folded"),
    )

    community: str = text_column(primary_key=True)
    person: int = number_column(primary_key=True)
    wish: str = text_column(primary_key=True)
    folded: str = text_column(primary_key=True)
    position: int
    topic: str = text_column()


_TO_LOOK_AT = sql("look_at IS NOT NULL")


class AccountRow(Row, table=True):
    """A platform identity of a person; `left_at` is since when it is gone from its workspace.

    `look_at` is when to look whether it is there, `doubted_at` since when its platform says that there is no such one.
    """

    __tablename__ = "account"
    __table_args__ = (
        of_person(),
        Index(None, "community", "person"),
        Index(None, "community", "look_at", sqlite_where=_TO_LOOK_AT, postgresql_where=_TO_LOOK_AT),
    )

    community: str = text_column(primary_key=True)
    platform: str = text_column(primary_key=True)
    workspace: str = text_column(primary_key=True)
    user_id: str = text_column(primary_key=True)
    person: int = number_column()
    left_at: datetime | None = None
    look_at: datetime | None = None
    doubted_at: datetime | None = None
