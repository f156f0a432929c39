"""Persons and their accounts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select, bindparam, exists, insert, select, union, update

from bot.model import Account, Interests, Person, Profile
from storage.columns import Number, StoredText, folded
from storage.interests import interests, set_interests
from storage.session import Session
from storage.sql import TENANT, Values, among, draw, literal_like, mine, numbers, table

_PERSON, _ACCOUNT = table("person"), table("account")
_COMMUNITY, _COURSE, _ESCALATION = table("community"), table("course"), table("escalation")
_CARER = table("carer")
_THEIRS = _ACCOUNT.alias("theirs")
_MOST = 50  # people given for one name
_BATCH = 100  # people who are loaded, or whose courses are looked for, with one statement

_WITH_ACCOUNTS = (
    select(
        _PERSON.c.id,
        _PERSON.c.name,
        _PERSON.c.timezone,
        _PERSON.c.locale,
        _PERSON.c.profile_at,
        _PERSON.c.own_zone,
        _THEIRS.c.platform,
        _THEIRS.c.workspace,
        _THEIRS.c.user_id,
    )
    .outerjoin_from(
        _PERSON,
        _THEIRS,
        (_THEIRS.c.community == _PERSON.c.community) & (_THEIRS.c.person == _PERSON.c.id) & _THEIRS.c.left_at.is_(None),
    )
    .where(mine(_PERSON))
    # Sorting accounts here would have SQLite walk through all there are, because their key has that order.
    .order_by(_PERSON.c.id)
)
_IS_ACCOUNT = (
    _ACCOUNT.c.platform == bindparam("its_platform"),
    _ACCOUNT.c.workspace == bindparam("its_workspace"),
    _ACCOUNT.c.user_id == bindparam("its_user_id"),
)
_BEHIND = _WITH_ACCOUNTS.where(
    _PERSON.c.id == select(_ACCOUNT.c.person).where(mine(_ACCOUNT), *_IS_ACCOUNT).scalar_subquery()
)
_MARK = update(_ACCOUNT).where(mine(_ACCOUNT), *_IS_ACCOUNT)
_SURE: Values = {"look_at": None, "doubted_at": None}
_LEFT_AT = bindparam("at", type_=_ACCOUNT.c.left_at.type)
_LEAVE = _MARK.where(_ACCOUNT.c.left_at.is_(None)).values(left_at=_LEFT_AT, **_SURE).returning(_ACCOUNT.c.person)
_RETURN = _MARK.where(_ACCOUNT.c.left_at.is_not(None)).values(left_at=None, **_SURE).returning(_ACCOUNT.c.person)
_GONE = select(_ACCOUNT.c.platform, _ACCOUNT.c.workspace, _ACCOUNT.c.user_id).where(
    mine(_ACCOUNT), _ACCOUNT.c.person == bindparam("person", type_=Number), _ACCOUNT.c.left_at.is_not(None)
)
_LAST = select(_COMMUNITY.c.people_drawn).where(_COMMUNITY.c.id == TENANT)


@cache
def _with_courses(count: int) -> CompoundSelect[*tuple[Any, ...]]:
    return union(
        select(_COURSE.c.owner).where(mine(_COURSE), among(_COURSE.c.owner, count)),
        select(_ESCALATION.c.owner).where(mine(_ESCALATION), among(_ESCALATION.c.owner, count)),
    )


_PRESENT = (
    select(_PERSON.c.id)
    .where(
        mine(_PERSON),
        _PERSON.c.folded.like(bindparam("pattern", type_=StoredText), escape="!"),
        exists().where(
            _ACCOUNT.c.community == _PERSON.c.community, _ACCOUNT.c.person == _PERSON.c.id, _ACCOUNT.c.left_at.is_(None)
        ),
    )
    .order_by(_PERSON.c.folded, _PERSON.c.id)
    .limit(bindparam("most"))
)
_NAMED = (
    select(_PERSON.c.id)
    .where(mine(_PERSON), _PERSON.c.folded == bindparam("name"), _PERSON.c.joined_to.is_(None))
    .limit(_MOST)  # and sorted by number afterwards: sorting here, SQLite would walk through all there are
)
_NAMED_LIKE = (
    select(_PERSON.c.id)
    .where(
        mine(_PERSON),
        _PERSON.c.folded.like(bindparam("pattern", type_=StoredText), escape="!"),
        _PERSON.c.joined_to.is_(None),
    )
    .order_by(_PERSON.c.folded, _PERSON.c.id)
    .limit(_MOST)
)
_HOLD = select(_ACCOUNT.c.person).where(mine(_ACCOUNT), *_IS_ACCOUNT).with_for_update(read=True)
"""Keeps an account with its person until the transaction ends: a joining waits for what is done as somebody."""
_JOINED_TO = select(_PERSON.c.joined_to).where(mine(_PERSON), _PERSON.c.id == bindparam("person", type_=Number))
_BY_NUMBER = _WITH_ACCOUNTS.where(_PERSON.c.id == bindparam("person", type_=Number), _PERSON.c.joined_to.is_(None))
_ADD_PERSON = insert(_PERSON)
_ADD_ACCOUNT = insert(_ACCOUNT)
_IS_PERSON = _PERSON.c.id == bindparam("person", type_=Number)
_ZONES = select(_PERSON.c.timezone, _PERSON.c.own_zone).where(mine(_PERSON), _IS_PERSON)
_SET_ZONE = update(_PERSON).where(mine(_PERSON), _IS_PERSON).values(own_zone=bindparam("zone", type_=StoredText))
_NOW = bindparam("now", type_=_CARER.c.look_at.type)
_LOOK_ANEW = (
    update(_CARER)
    .where(mine(_CARER), _CARER.c.person == bindparam("this", type_=Number), _CARER.c.look_at > _NOW)
    .values(look_at=_NOW)
)


def people_by_id(db: Connection, community: str, ids: Iterable[int]) -> dict[int, Person]:
    """Load people with their accounts."""
    wanted = tuple(ids)
    found: dict[int, Person] = {}
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        found |= _people(db.execute(_by_ids(len(some)), {"tenant": community, **numbers(some)}).all())
    return found


def who_is(db: Connection, community: str, person: int) -> int:
    """Tell who somebody turned out to be: themselves, where they weren't joined to another one."""
    joined_to = db.execute(_JOINED_TO, {"tenant": community, "person": person}).scalar()
    return person if joined_to is None else who_is(db, community, joined_to)


def _get(db: Connection, community: str, person: int) -> Person | None:
    found = _people(db.execute(_BY_NUMBER, {"tenant": community, "person": person}).all()).get(person)
    if found is not None:
        return found
    number = who_is(db, community, person)
    return None if number == person else people_by_id(db, community, [number]).get(number)


@cache
def _by_ids(count: int) -> Select[*tuple[Any, ...]]:
    return _WITH_ACCOUNTS.where(among(_PERSON.c.id, count))


def _people(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, Person]:
    heads: dict[int, Row[*tuple[Any, ...]]] = {}
    accounts: dict[int, list[Account]] = {}
    for row in rows:
        number, *_, platform, workspace, user = row
        heads.setdefault(number, row)
        if platform is not None:
            accounts.setdefault(number, []).append(Account(platform, workspace, user))
    return {number: _person(head, sorted(accounts.get(number, []), key=_order)) for number, head in heads.items()}


def _order(account: Account) -> tuple[str, str, str]:
    return account.platform, account.workspace, account.user


def _person(row: Row[*tuple[Any, ...]], accounts: list[Account]) -> Person:
    number, name, timezone, locale, profile_at, own_zone, *_ = row
    return Person(number, name, timezone, locale, profile_at, tuple(accounts), own_zone)


def _behind(db: Connection, community: str, account: Account) -> Person | None:
    rows = db.execute(_BEHIND, {"tenant": community, **_which(account)}).all()
    return next(iter(_people(rows).values()), None)


def _key(account: Account) -> Values:
    return {"platform": account.platform, "workspace": account.workspace, "user_id": account.user}


def _which(account: Account) -> Values:
    return {f"its_{name}": value for name, value in _key(account).items()}


def _meet(db: Connection, community: str, account: Account, profile: Profile, now: datetime) -> Person:
    db.execute(_HOLD, {"tenant": community, **_which(account)})
    known = _behind(db, community, account)
    if known is not None:
        return known
    person = draw(db, community, "people")
    known = _behind(db, community, account)  # someone may have met them while we waited for the number
    if known is not None:
        draw(db, community, "people", -1)
        return known
    _insert(db, community, person, profile, now)
    db.execute(_ADD_ACCOUNT, {"community": community, "person": person, **_key(account)})
    return people_by_id(db, community, [person])[person]


def _insert(db: Connection, community: str, person: int, profile: Profile, now: datetime) -> None:
    row = {
        "community": community,
        "id": person,
        "name": profile.name,
        "folded": folded(profile.name),
        "timezone": profile.timezone,
        "locale": profile.locale,
        "profile_at": None,  # a request tells less than a platform that was asked: it is still to be asked
        "created_at": now,
    }
    db.execute(_ADD_PERSON, row)


def _add(db: Connection, community: str, name: str, now: datetime) -> Person:
    person = draw(db, community, "people")
    _insert(db, community, person, Profile(name), now)
    return people_by_id(db, community, [person])[person]


def _update(db: Connection, community: str, person: int, profile: Profile, now: datetime) -> None:
    told: Values = {"profile_at": now}
    if profile.name:
        told |= {"name": profile.name, "folded": folded(profile.name)}
    if profile.timezone is not None:
        told["timezone"] = profile.timezone
        _follow_clock(db, community, person, "timezone", profile.timezone, now)
    if profile.locale is not None:
        told["locale"] = profile.locale
    change = update(_PERSON).where(mine(_PERSON), _IS_PERSON).values(told)
    db.execute(change, {"tenant": community, "person": person})


def _set_zone(db: Connection, community: str, person: int, zone: str | None, now: datetime) -> None:
    _follow_clock(db, community, person, "own_zone", zone, now)
    db.execute(_SET_ZONE, {"tenant": community, "person": person, "zone": zone})


def _follow_clock(db: Connection, community: str, person: int, column: str, zone: str | None, now: datetime) -> None:
    """Look at somebody anew whose clock changes: when it is their turn was worked out by the other one."""
    known = db.execute(_ZONES, {"tenant": community, "person": person}).mappings().first()
    if known is not None and known[column] != zone:
        db.execute(_LOOK_ANEW, {"tenant": community, "this": person, "now": now})


def _named(db: Connection, community: str, name: str) -> list[Person]:
    wanted = folded(name)
    if not wanted:
        return []
    ids: Sequence[int] = sorted(db.execute(_NAMED, {"tenant": community, "name": wanted}).scalars())
    if not ids:
        pattern = f"%{literal_like(wanted)}%"
        ids = db.execute(_NAMED_LIKE, {"tenant": community, "pattern": pattern}).scalars().all()
    found = people_by_id(db, community, ids) if ids else {}
    return [found[number] for number in ids]


def _left(db: Connection, community: str, account: Account, now: datetime) -> Person | None:
    found = db.execute(_LEAVE, {"tenant": community, "at": now, **_which(account)}).scalar()
    return None if found is None else people_by_id(db, community, [found])[found]


def _came(db: Connection, community: str, account: Account) -> Person | None:
    found = db.execute(_RETURN, {"tenant": community, **_which(account)}).scalar()
    return None if found is None else people_by_id(db, community, [found])[found]


def _gone(db: Connection, community: str, person: int) -> list[Account]:
    return sorted((Account(*row) for row in db.execute(_GONE, {"tenant": community, "person": person})), key=str)


def _owners(db: Connection, community: str, which: Sequence[int], parts: int) -> list[Person]:
    last = db.execute(_LAST, {"tenant": community}).scalar() or 0
    found: set[int] = set()
    ids = [number for part in which for number in range(part or parts, last + 1, parts)]
    for begin in range(0, len(ids), _BATCH):
        batch = ids[begin : begin + _BATCH]
        found.update(db.execute(_with_courses(len(batch)), {"tenant": community, **numbers(batch)}).scalars())
    people = people_by_id(db, community, found) if found else {}
    return [people[number] for number in sorted(people)]


def _present(db: Connection, community: str, text: str, limit: int) -> list[Person]:
    pattern = f"%{literal_like(folded(text))}%"
    ids = db.execute(_PRESENT, {"tenant": community, "pattern": pattern, "most": limit}).scalars().all()
    people = people_by_id(db, community, ids) if ids else {}
    return [people[number] for number in ids]


class SqlPeople:
    """`bot.ports.People` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def of(self, account: Account) -> Person | None:
        return await self._run(_behind, account)

    async def meet(self, account: Account, profile: Profile, now: datetime) -> Person:
        return await self._run(_meet, account, profile, now)

    async def update(self, person: int, profile: Profile, now: datetime) -> None:
        await self._run(_update, person, profile, now)

    async def set_zone(self, person: int, zone: str | None, now: datetime) -> None:
        await self._run(_set_zone, person, zone, now)

    async def named(self, name: str) -> Sequence[Person]:
        return await self._run(_named, name)

    async def present(self, text: str, limit: int) -> Sequence[Person]:
        return await self._run(_present, text, limit)

    async def left(self, account: Account, now: datetime) -> Person | None:
        return await self._run(_left, account, now)

    async def came(self, account: Account) -> Person | None:
        return await self._run(_came, account)

    async def owners(self, which: Sequence[int], parts: int) -> Sequence[Person]:
        return await self._run(_owners, tuple(which), parts)

    async def gone(self, person: int) -> Sequence[Account]:
        return await self._run(_gone, person)

    async def get(self, person: int) -> Person | None:
        return await self._run(_get, person)

    async def add(self, name: str, now: datetime) -> Person:
        return await self._run(_add, name, now)

    async def interests(self, person: int) -> Interests:
        return await self._run(interests, person)

    async def set_interests(self, person: int, told: Interests) -> None:
        await self._run(set_interests, person, told)
