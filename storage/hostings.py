"""Who hosts a meetup, and to whom that is offered."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, update

from bot.meetups.meetup import Meetup
from bot.offers import Offer
from storage.columns import Number
from storage.meetup_loading import one
from storage.offers import Offers
from storage.session import Session
from storage.sql import hold, mine, table

OFFERS = Offers("hosting", "meetup", Offer)
_MEETUP, _CO_HOST = table("meetup"), table("meetup_co_host")
_THIS, _WHO = bindparam("this", type_=Number), bindparam("who", type_=Number)
_MOVE = update(_MEETUP).where(mine(_MEETUP), _MEETUP.c.id == _THIS).values(host=_WHO)
_NO_CO_HOST = delete(_CO_HOST).where(mine(_CO_HOST), _CO_HOST.c.meetup == _THIS, _CO_HOST.c.person == _WHO)


def _end(db: Connection, community: str, meetup: int) -> Offer | None:
    hold(db, community)
    found = OFFERS.of(db, community, meetup)
    OFFERS.end(db, community, meetup)
    return found


def _accept(db: Connection, community: str, meetup: int, taker: int) -> Meetup | None:
    hold(db, community)
    offer, found = OFFERS.of(db, community, meetup), one(db, community, meetup)
    if offer is None or offer.taker.id != taker or found is None or found.cancelled_at is not None:
        return None
    theirs = {"tenant": community, "this": meetup, "who": taker}
    db.execute(_MOVE, theirs)
    db.execute(_NO_CO_HOST, theirs)
    OFFERS.end(db, community, meetup)
    return one(db, community, meetup)


class SqlHostings:
    """`bot.ports.Hostings` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def of(self, meetup: int) -> Offer | None:
        return await self._run(OFFERS.of, meetup)

    async def offer(self, meetup: int, giver: int, taker: int, now: datetime) -> bool:
        return await self._run(OFFERS.make, meetup, giver, taker, now)

    async def end(self, meetup: int) -> Offer | None:
        return await self._run(_end, meetup)

    async def accept(self, meetup: int, taker: int) -> Meetup | None:
        return await self._run(_accept, meetup, taker)
