"""What a road is: how a kind of record whose fields are the columns of its rows gets out of a database and into one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from bot.records import CourseRecord, Numbers, Record
from storage.sql import Values, table


@dataclass(frozen=True, slots=True)
class Road:
    """Where a kind of record is kept, and whom and what its rows speak of.

    Attributes:
        people: columns that name somebody who must have come along.
        maybe: columns that name somebody who may be missing: nobody, then.
        about: columns that hold the number of a course, or of a row of another kind, that must have come along.
        known_by: columns by which a row is known that has a number, which may be another one here. Several may have
            the same: two who were asked at once, and became one.
        counter: what its numbers are drawn from.
        placed: gives the other columns of a row, and those of its own that mean something else here.
    """

    record: type[Record]
    table: str
    people: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    about: Mapping[str, type[Record]] = field(default_factory=dict)
    known_by: tuple[str, ...] = ()
    counter: str = "care"
    placed: Callable[[Values, Numbers], Values] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns that are kept."""
        return tuple(field.name for field in fields(self.record))

    @property
    def key(self) -> tuple[str, ...]:
        """Name the columns by which rows are ordered."""
        return tuple(column.name for column in table(self.table).primary_key.columns if column.name != "community")


def number_here(known: Numbers, kind: type[Record], number: int) -> int | None:
    """Tell which number a course, or a row of another kind, has here; None where it didn't come along."""
    return known.courses.get(number) if kind is CourseRecord else known.of(kind, number)
