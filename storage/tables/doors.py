"""Private conversations with accounts."""

from datetime import datetime

from sqlalchemy import Index

from storage.tables.base import Row, of_community, text_column


class DoorRow(Row, table=True):
    """What is known of the private conversation with an account; see `bot.doors.Door`."""

    __tablename__ = "door"
    __table_args__ = (of_community(), Index(None, "community", "platform", "place_at"))

    community: str = text_column(primary_key=True)
    platform: str = text_column(primary_key=True)
    workspace: str = text_column(primary_key=True)
    user_id: str = text_column(primary_key=True)
    opened_at: datetime | None = None
    shut_at: datetime | None = None
    place_at: datetime | None = None
