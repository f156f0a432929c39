"""All that a community keeps, record by record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.records import Arrival, Numbers, Record

R = TypeVar("R", bound=Record)


class Archive(Protocol):
    """All that a community keeps, record by record, to be written out or brought in."""

    async def page(self, kind: type[R], after: R | None, limit: int) -> Sequence[R]:
        """List the records of a kind that come after one, in an order that is the same on every database.

        People and courses come by number, what hangs on them by theirs, addresses by key, posts by ref.
        """
        ...

    async def add(self, records: Sequence[Record], known: Numbers, now: datetime) -> Sequence[Arrival]:
        """Add records of one kind that aren't here yet; give what became of each, in their order.

        `known` tells which numbers people and courses have here. A person is known by an account, one without any by
        name and the moment they were met; a course by its origin. What is new keeps its number if it is above all
        that were drawn. Changes, progress and shelves must speak of people and courses that are known (KeyError); a
        course may miss some of its people. ValueError: the database's rules refuse a row, and nothing is to be kept.
        """
        ...
