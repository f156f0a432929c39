"""Open offers of one kind of thing, whatever that is: at most one for each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, bindparam, delete, select

from bot.offers import Offer
from storage.columns import Number
from storage.people import people_by_id
from storage.sql import Values, hold, insert_new, mine, table

Made = TypeVar("Made", bound=Offer)
_THIS, _WHO = bindparam("this", type_=Number), bindparam("who", type_=Number)


class Offers(Generic[Made]):
    """The offers in a table; `which` is its column for what is offered, `made` what its rows become."""

    def __init__(self, name: str, which: str, made: type[Made]) -> None:
        rows = table(name)
        told = select(rows.c[which], rows.c.giver, rows.c.taker, rows.c.offered_at).where(mine(rows))
        self._which = which
        self._made = made
        self._of = told.where(rows.c[which] == _THIS)
        self._to = told.where(rows.c.taker == _WHO)
        self._by = told.where(rows.c.giver == _WHO)
        self._make = insert_new(rows)
        self._end = delete(rows).where(mine(rows), rows.c[which] == _THIS)

    def of(self, db: Connection, community: str, about: int) -> Made | None:
        """Give the open offer of something."""
        rows = db.execute(self._of, {"tenant": community, "this": about}).all()
        return next(iter(self._read(db, community, rows)), None)

    def to(self, db: Connection, community: str, person: int) -> list[Made]:
        """List what is offered to somebody, by number."""
        return self._read(db, community, db.execute(self._to, {"tenant": community, "who": person}).all())

    def by(self, db: Connection, community: str, person: int) -> list[Made]:
        """List what somebody offers, by number."""
        return self._read(db, community, db.execute(self._by, {"tenant": community, "who": person}).all())

    def make(self, db: Connection, community: str, about: int, giver: int | None, taker: int, now: datetime) -> bool:
        """Offer something to somebody; False where it is offered to anybody already."""
        hold(db, community)
        row: Values = {"community": community, self._which: about, "giver": giver, "taker": taker, "offered_at": now}
        return db.execute(self._make, row).rowcount > 0

    def end(self, db: Connection, community: str, about: int) -> None:
        """End the open offer of something, if there is one."""
        db.execute(self._end, {"tenant": community, "this": about})

    def _read(self, db: Connection, community: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Made]:
        people = people_by_id(db, community, {one for row in rows for one in (row.giver, row.taker) if one is not None})
        return sorted(
            (self._made(about, people.get(giver), people[taker], at) for about, giver, taker, at in rows),
            key=lambda offer: offer.about,
        )
