"""When to look whether accounts are still there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.model import Account
from storage.session import Session
from storage.sql import TENANT, Values, mine, table

_ACCOUNT, _COMMUNITY = table("account"), table("community")
_IS_IT = (
    _ACCOUNT.c.platform == bindparam("its_platform"),
    _ACCOUNT.c.workspace == bindparam("its_workspace"),
    _ACCOUNT.c.user_id == bindparam("its_user_id"),
)
_AT, _NOW = (bindparam(name, type_=_ACCOUNT.c.look_at.type) for name in ("at", "now"))
_ONE = update(_ACCOUNT).where(mine(_ACCOUNT), *_IS_IT)
_PLAN = _ONE.values(look_at=_AT)
_DOUBT = _ONE.values(look_at=_AT, doubted_at=func.coalesce(_ACCOUNT.c.doubted_at, _NOW)).returning(
    _ACCOUNT.c.doubted_at
)
_SETTLE = _ONE.values(look_at=None, doubted_at=None)
_DUE = (
    select(_ACCOUNT.c.platform, _ACCOUNT.c.workspace, _ACCOUNT.c.user_id, _ACCOUNT.c.left_at)
    .where(mine(_ACCOUNT), _ACCOUNT.c.look_at <= _NOW)
    .order_by(_ACCOUNT.c.look_at)
    .limit(bindparam("most"))
)
_TURN = select(_COMMUNITY.c.presence_turn).where(_COMMUNITY.c.id == TENANT)
_LAST = bindparam("last", type_=_COMMUNITY.c.presence_turn.type)
_TOOK = (
    update(_COMMUNITY).where(_COMMUNITY.c.id == TENANT, _COMMUNITY.c.presence_turn < _LAST).values(presence_turn=_LAST)
)


def _which(community: str, account: Account) -> Values:
    its = {"its_platform": account.platform, "its_workspace": account.workspace, "its_user_id": account.user}
    return {"tenant": community} | its


def _plan(db: Connection, community: str, account: Account, at: datetime) -> None:
    db.execute(_PLAN, _which(community, account) | {"at": at})


def _doubt(db: Connection, community: str, account: Account, now: datetime, at: datetime) -> datetime:
    since: datetime | None = db.execute(_DOUBT, _which(community, account) | {"now": now, "at": at}).scalar()
    return since or now


def _settle(db: Connection, community: str, account: Account) -> None:
    db.execute(_SETTLE, _which(community, account))


def _due(db: Connection, community: str, now: datetime, limit: int) -> list[tuple[Account, bool]]:
    rows = db.execute(_DUE, {"tenant": community, "now": now, "most": limit})
    return [(Account(*which), left_at is None) for *which, left_at in rows]


def _turn(db: Connection, community: str) -> int:
    return db.execute(_TURN, {"tenant": community}).scalar() or 0


def _took(db: Connection, community: str, turn: int) -> None:
    db.execute(_TOOK, {"tenant": community, "last": turn})


class SqlLooks:
    """`bot.ports.Looks` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def plan(self, account: Account, at: datetime) -> None:
        await self._run(_plan, account, at)

    async def doubt(self, account: Account, now: datetime, at: datetime) -> datetime:
        return await self._run(_doubt, account, now, at)

    async def settle(self, account: Account) -> None:
        await self._run(_settle, account)

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[Account, bool]]:
        return await self._run(_due, now, limit)

    async def turn(self) -> int:
        return await self._run(_turn)

    async def took(self, turn: int) -> None:
        await self._run(_took, turn)
