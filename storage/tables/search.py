"""The search index: made from the courses, can be made again."""

from sqlalchemy import Index, PrimaryKeyConstraint

from storage.tables.base import Row, number_column, text_column


class PostingRow(Row, table=True):
    """How much a search term says about a course. Made from the course; can be made again."""

    __tablename__ = "search_posting"
    __table_args__ = (
        # PostgreSQL finds the weight in the index: a search would else look at a page of the table for every posting.
        PrimaryKeyConstraint("community", "term", "course", postgresql_include=["weight"]),
        Index(None, "community", "course"),
        {"sqlite_with_rowid": False},
    )

    community: str = text_column(primary_key=True)
    term: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    weight: float


class TermRow(Row, table=True):
    """How many courses hold a search term; `revision` is the state of the index that last changed it."""

    __tablename__ = "search_term"
    __table_args__ = (Index(None, "community", "revision"), {"sqlite_with_rowid": False})

    community: str = text_column(primary_key=True)
    term: str = text_column(primary_key=True)
    courses: int
    revision: int


class WordRow(Row, table=True):
    """A word as people wrote it, and the term it counts as. Words stay when their last course goes."""

    __tablename__ = "search_word"
    __table_args__ = (Index(None, "community", "revision"), {"sqlite_with_rowid": False})

    community: str = text_column(primary_key=True)
    word: str = text_column(primary_key=True)
    term: str = text_column(primary_key=True)
    revision: int
