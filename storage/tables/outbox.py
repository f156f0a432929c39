"""What goes out and what came in."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint

from storage.tables.base import Row, flag_column, number_column, of_community, of_person, text_column


class PostRow(Row, table=True):
    """A message of ours on a platform."""

    __tablename__ = "post"
    __table_args__ = (of_community(), Index(None, "community", "kind", "subject"))

    community: str = text_column(primary_key=True)
    ref: str = text_column(primary_key=True)
    kind: str = text_column()
    subject: str = text_column()
    platform: str = text_column()
    workspace: str = text_column()
    posted_at: datetime


class LetterRow(Row, table=True):
    """A row of the outbox. `due_at` rules while it is new, `lease_until` while it is being sent."""

    __tablename__ = "letter"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community", "kind", "subject", "recipient", "occurrence"),
        Index(None, "community", "state", "due_at"),
    )

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    kind: str = text_column()
    subject: str = text_column()
    recipient: str = text_column()
    platform: str = text_column()
    occurrence: str = text_column()
    state: str = text_column()
    attempts: int
    due_at: datetime
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    claimant: str | None = text_column(default=None)
    ref: str | None = text_column(default=None)
    error: str = text_column()
    key: str = text_column()
    opens: bool = flag_column()
    created_at: datetime


class DeliveryRow(Row, table=True):
    """A delivery of a platform that was handled."""

    __tablename__ = "delivery"
    __table_args__ = (of_community(), Index(None, "community", "received_at"))

    community: str = text_column(primary_key=True)
    platform: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    received_at: datetime


class DraftRow(Row, table=True):
    """What a person typed into a form, as JSON text."""

    __tablename__ = "draft"
    __table_args__ = (
        of_person(),
        Index(None, "community", "kept_at"),
    )

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    person: int = number_column()
    form: str = text_column()
    state: str = text_column()
    answers: str = text_column()
    kept_at: datetime
