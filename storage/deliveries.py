"""Which deliveries of the platforms were handled."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete

from storage.session import Session
from storage.sql import insert_new, mine, table

_DELIVERY = table("delivery")
_ADD = insert_new(_DELIVERY)
_FORGET = delete(_DELIVERY).where(mine(_DELIVERY), _DELIVERY.c.received_at < bindparam("before"))


def _add(db: Connection, community: str, platform: str, key: str, now: datetime) -> bool:
    row = {"community": community, "platform": platform, "key": key, "received_at": now}
    return db.execute(_ADD, row).rowcount == 1


def _forget(db: Connection, community: str, before: datetime) -> int:
    return db.execute(_FORGET, {"tenant": community, "before": before}).rowcount


class SqlDeliveries:
    """`bot.ports.Deliveries` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def add(self, platform: str, key: str, now: datetime) -> bool:
        return await self._run(_add, platform, key, now)

    async def forget(self, before: datetime) -> int:
        return await self._run(_forget, before)
