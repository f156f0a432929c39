"""The private conversations with accounts."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, null, select

from bot.doors import Door
from bot.model import Account
from storage.columns import StoredText
from storage.session import Session
from storage.sql import Values, insert_or_update, mine, table

_DOOR = table("door")
_KEY = ["community", "platform", "workspace", "user_id"]
_IS_IT = (
    _DOOR.c.platform == bindparam("its_platform", type_=StoredText),
    _DOOR.c.workspace == bindparam("its_workspace", type_=StoredText),
    _DOOR.c.user_id == bindparam("its_user_id", type_=StoredText),
)
_OF = select(_DOOR.c.opened_at, _DOOR.c.shut_at).where(mine(_DOOR), *_IS_IT)
_AT = bindparam("at", type_=_DOOR.c.opened_at.type)
_OPENED = insert_or_update(_DOOR, _KEY, {"opened_at": func.coalesce(_DOOR.c.opened_at, _AT), "shut_at": null()})
_SHUT = insert_or_update(_DOOR, _KEY, ["shut_at"])


def _of(db: Connection, community: str, account: Account) -> Door:
    key = {f"its_{name}": value for name, value in _key(account).items()}
    row = db.execute(_OF, {"tenant": community, **key}).first()
    return Door() if row is None else Door(*row)


def _key(account: Account) -> Values:
    return {"platform": account.platform, "workspace": account.workspace, "user_id": account.user}


def opened(db: Connection, community: str, account: Account, now: datetime) -> None:
    """Note that a message of ours stands in the conversation with an account."""
    db.execute(_OPENED, {"community": community, **_key(account), "opened_at": now, "at": now})


def _shut(db: Connection, community: str, account: Account, now: datetime) -> None:
    db.execute(_SHUT, {"community": community, **_key(account), "shut_at": now})


class SqlDoors:
    """`bot.ports.Doors` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def of(self, account: Account) -> Door:
        return await self._run(_of, account)

    async def opened(self, account: Account, now: datetime) -> None:
        await self._run(opened, account, now)

    async def shut(self, account: Account, now: datetime) -> None:
        await self._run(_shut, account, now)
