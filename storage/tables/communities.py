"""Communities and their workspaces."""

from sqlalchemy import Index

from storage.tables.base import Row, counted_column, of_community, text_column


class CommunityRow(Row, table=True):
    """A tenant: the last number drawn of each kind, the state of its search index, and the last turn of looks."""

    __tablename__ = "community"

    id: str = text_column(primary_key=True)
    name: str = text_column()
    courses_drawn: int = 0
    people_drawn: int = 0
    letters_drawn: int = 0
    drafts_drawn: int = 0
    courses_indexed: int = 0
    index_revision: int = 0
    care_drawn: int = counted_column()
    presence_turn: int = counted_column()
    meetups_drawn: int = counted_column()


class WorkspaceRow(Row, table=True):
    """A workspace belongs to one community overall."""

    __tablename__ = "workspace"
    __table_args__ = (of_community(), Index(None, "community"))

    platform: str = text_column(primary_key=True)
    id: str = text_column(primary_key=True)
    community: str = text_column()
    name: str = text_column()
