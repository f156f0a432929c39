"""The private conversations with accounts."""

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, not_, null, select, update

from bot.doors import Door, Queue
from bot.model import Account
from storage.columns import Number, StoredText
from storage.session import Session
from storage.sql import TENANT, Values, hold, insert_or_update, mine, table

_COMMUNITY, _DOOR, _ACCOUNT, _PERSON = (table(name) for name in ("community", "door", "account", "person"))
_KEY = ["community", "platform", "workspace", "user_id"]
_IS_IT = (
    _DOOR.c.platform == bindparam("its_platform", type_=StoredText),
    _DOOR.c.workspace == bindparam("its_workspace", type_=StoredText),
    _DOOR.c.user_id == bindparam("its_user_id", type_=StoredText),
)
_ITS_ACCOUNT = (
    _ACCOUNT.c.platform == _IS_IT[0].right,
    _ACCOUNT.c.workspace == _IS_IT[1].right,
    _ACCOUNT.c.user_id == _IS_IT[2].right,
)
_OF = (
    select(_DOOR.c.opened_at, _DOOR.c.shut_at, _DOOR.c.place_at, _PERSON.c.muted_at)
    .select_from(_COMMUNITY)
    .outerjoin(_DOOR, and_(_DOOR.c.community == _COMMUNITY.c.id, *_IS_IT))
    .outerjoin(_ACCOUNT, and_(_ACCOUNT.c.community == _COMMUNITY.c.id, *_ITS_ACCOUNT))
    .outerjoin(_PERSON, and_(_PERSON.c.community == _COMMUNITY.c.id, _PERSON.c.id == _ACCOUNT.c.person))
    .where(_COMMUNITY.c.id == TENANT)
)
"""There may be a door without an account, and an account without a door; a community there is."""
_AT = bindparam("at", type_=_DOOR.c.opened_at.type)
_OPENED = insert_or_update(_DOOR, _KEY, {"opened_at": func.coalesce(_DOOR.c.opened_at, _AT), "shut_at": null()})
_SHUT = insert_or_update(_DOOR, _KEY, ["shut_at"])
_PLACE = insert_or_update(_DOOR, _KEY, ["place_at"])
_PLACE_AT = _DOOR.c.place_at
_NOW, _SINCE = bindparam("now", type_=_PLACE_AT.type), bindparam("since", type_=_PLACE_AT.type)
_IS_OTHER = (mine(_DOOR), _IS_IT[0], not_(and_(*_IS_IT[1:])))
_PAST = select(_PLACE_AT).where(*_IS_OTHER, _PLACE_AT > _SINCE, _PLACE_AT <= _NOW).order_by(_PLACE_AT)
_AHEAD = select(func.max(_PLACE_AT)).where(*_IS_OTHER, _PLACE_AT > _NOW)


_IS_PERSON = _PERSON.c.id == bindparam("person", type_=Number)
_MUTE = update(_PERSON).where(mine(_PERSON), _IS_PERSON).values(muted_at=bindparam("at", type_=_PERSON.c.muted_at.type))
_MUTED_AT = select(_PERSON.c.muted_at).where(mine(_PERSON), _IS_PERSON)


def _of(db: Connection, community: str, account: Account) -> Door:
    row = db.execute(_OF, _which(community, account)).first()
    return Door() if row is None else Door(*row)


def _which(community: str, account: Account) -> Values:
    return {"tenant": community} | {f"its_{name}": value for name, value in _key(account).items()}


def _key(account: Account) -> Values:
    return {"platform": account.platform, "workspace": account.workspace, "user_id": account.user}


def opened(db: Connection, community: str, account: Account, now: datetime) -> None:
    """Note that a message of ours stands in the conversation with an account."""
    db.execute(_OPENED, {"community": community, **_key(account), "opened_at": now, "at": now})


def _shut(db: Connection, community: str, account: Account, now: datetime) -> None:
    db.execute(_SHUT, {"community": community, **_key(account), "shut_at": now})


def _mute(db: Connection, community: str, person: int, at: datetime | None) -> None:
    db.execute(_MUTE, {"tenant": community, "person": person, "at": at})


def _muted_at(db: Connection, community: str, person: int) -> datetime | None:
    at: datetime | None = db.execute(_MUTED_AT, {"tenant": community, "person": person}).scalar()
    return at


def _queue(db: Connection, community: str, account: Account, since: datetime, now: datetime) -> Queue:
    hold(db, community)
    asked = _which(community, account) | {"since": since, "now": now}
    past = tuple(db.execute(_PAST, asked).scalars())
    return Queue(past, db.execute(_AHEAD, asked).scalar())


def _place(db: Connection, community: str, account: Account, at: datetime) -> None:
    db.execute(_PLACE, {"community": community, **_key(account), "place_at": at})


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

    async def mute(self, person: int, at: datetime | None) -> None:
        await self._run(_mute, person, at)

    async def muted_at(self, person: int) -> datetime | None:
        return await self._run(_muted_at, person)

    async def queue(self, account: Account, since: datetime, now: datetime) -> Queue:
        return await self._run(_queue, account, since, now)

    async def place(self, account: Account, at: datetime) -> None:
        await self._run(_place, account, at)
