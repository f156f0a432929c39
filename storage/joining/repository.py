"""Codes, joinings and partings in a database, each in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, delete, func, insert, or_, select, update

from bot.joining import Holdings, Joining, Offer
from bot.model import Account
from storage.columns import Number, StoredText
from storage.joining.parting import parted
from storage.joining.rows import Change, differences, read_changes, read_rows, write_changes, written
from storage.joining.rules import joined
from storage.people import people_by_id, who_is
from storage.reviews import count_flags
from storage.rsvps import keep_within
from storage.session import Session
from storage.sql import draw, hold, insert_or_update, mine, table

_CODE, _MISS, _JOINING, _PERSON, _ACCOUNT = (
    table(name) for name in ("link_code", "link_miss", "joining", "person", "account")
)
_FLAG, _CARER = table("flag"), table("carer")
_WHO = bindparam("who", type_=Number)
_DIGEST = _CODE.c.digest == bindparam("its_digest", type_=StoredText)
_AT = bindparam("at", type_=_CODE.c.expires_at.type)
_OFFER = insert_or_update(_CODE, ["community", "digest"], ["person", "expires_at"])
_REPLACE = delete(_CODE).where(mine(_CODE), _CODE.c.person == _WHO)
_OFFERED = select(_CODE.c.person, _CODE.c.expires_at).where(mine(_CODE), _DIGEST)
_EXPIRED = delete(_CODE).where(mine(_CODE), _CODE.c.expires_at <= _AT)
_MISSED = select(_MISS.c.misses).where(mine(_MISS), _MISS.c.person == _WHO, _MISS.c.since > _AT)
_OVER = _MISS.c.since <= _AT
_NOTE_MISS = insert_or_update(
    _MISS,
    ["community", "person"],
    {
        "misses": case((_OVER, 1), else_=_MISS.c.misses + 1),
        "since": case((_OVER, bindparam("begun", type_=_MISS.c.since.type)), else_=_MISS.c.since),
    },
)
_FORGET_MISSES = delete(_MISS).where(mine(_MISS), _OVER)
_HOLD_ACCOUNTS = (
    select(_ACCOUNT.c.person)
    .where(mine(_ACCOUNT), _ACCOUNT.c.person.in_(bindparam("people", type_=Number, expanding=True)))
    .order_by(_ACCOUNT.c.platform, _ACCOUNT.c.workspace, _ACCOUNT.c.user_id)
    .with_for_update()
)
_MET = (
    select(_PERSON.c.id)
    .where(mine(_PERSON), _PERSON.c.id.in_(bindparam("people", type_=Number, expanding=True)))
    .order_by(_PERSON.c.created_at, _PERSON.c.id)
)
_KEEP = insert(_JOINING)
_OF = (
    select(_JOINING.c.id, _JOINING.c.kept, _JOINING.c.gone, _JOINING.c.joined_at, _JOINING.c.moved)
    .where(mine(_JOINING), _JOINING.c.kept == _WHO, _JOINING.c.undone_at.is_(None))
    .order_by(_JOINING.c.joined_at.desc(), _JOINING.c.id.desc())
)
_PART = (
    update(_JOINING)
    .where(mine(_JOINING), _JOINING.c.id == bindparam("this", type_=Number))
    .values(undone_at=_AT, moved="[]")
)
_FLAGGED = select(_FLAG.c.course).where(mine(_FLAG), _FLAG.c.id.in_(bindparam("flags", type_=Number, expanding=True)))


def _counting(name: str, column: str) -> "ColumnElement[int]":
    rows = table(name)
    return select(func.count()).select_from(rows).where(mine(rows), rows.c[column] == _WHO).scalar_subquery()


_SAID = _CARER.c.weekday.is_not(None) | _CARER.c.hour.is_not(None) | _CARER.c.stopped | (_CARER.c.without != "[]")
_IS_SAID = or_(_SAID, _CARER.c.paused_until.is_not(None), _CARER.c.away_until.is_not(None))


def _counting_settings(rows: Table, person: str, said: "ColumnElement[bool]") -> "ColumnElement[int]":
    counted = select(func.count()).select_from(rows).where(mine(rows), rows.c[person] == _WHO, said)
    return counted.scalar_subquery()


_HOLDINGS = select(
    _counting("course", "owner").label("courses"),
    _counting("course_co_owner", "person").label("co_owned"),
    _counting("learning", "person").label("started"),
    _counting("step_done", "person").label("steps"),
    _counting("saved", "person").label("saved"),
    _counting("person_interest", "person").label("topics"),
    _counting("meetup", "host").label("hosted"),
    _counting("rsvp", "person").label("answers"),
    (
        _counting_settings(_CARER, "person", _IS_SAID)
        + _counting_settings(_PERSON, "id", _PERSON.c.own_zone.is_not(None))
    ).label("settings"),
)


def _offer(db: Connection, community: str, person: int, digest: str, expires_at: datetime) -> None:
    db.execute(_REPLACE, {"tenant": community, "who": person})
    row = {"community": community, "digest": digest, "person": person, "expires_at": expires_at}
    db.execute(_OFFER, row)


def _offered(db: Connection, community: str, digest: str) -> Offer | None:
    row = db.execute(_OFFERED, {"tenant": community, "its_digest": digest}).first()
    return None if row is None else Offer(row.person, row.expires_at)


def _missed(db: Connection, community: str, person: int, since: datetime) -> int:
    return db.execute(_MISSED, {"tenant": community, "who": person, "at": since}).scalar() or 0


def _miss(db: Connection, community: str, person: int, now: datetime, since: datetime) -> None:
    db.execute(
        _NOTE_MISS, {"community": community, "person": person, "since": now, "misses": 1, "begun": now, "at": since}
    )


def _forget(db: Connection, community: str, now: datetime, since: datetime) -> int:
    codes = db.execute(_EXPIRED, {"tenant": community, "at": now}).rowcount
    return codes + db.execute(_FORGET_MISSES, {"tenant": community, "at": since}).rowcount


def _holdings(db: Connection, community: str, person: int) -> Holdings:
    counted = dict(db.execute(_HOLDINGS, {"tenant": community, "who": person}).mappings().one())
    settings = counted.pop("settings")
    return Holdings(**counted, has_settings=bool(settings))


def _hold(db: Connection, community: str, people: Iterable[int]) -> None:
    """Wait until nobody acts as one of these people any more, and keep others from it until the transaction ends.

    Accounts come before the community's row, as in every transaction that begins with meeting somebody.
    """
    db.execute(_HOLD_ACCOUNTS, {"tenant": community, "people": sorted(set(people))})
    hold(db, community)


def _join(db: Connection, community: str, person: int, digest: str, now: datetime) -> Joining | None:
    offer = _offered(db, community, digest)
    if offer is None:
        return None
    _hold(db, community, (person, offer.person))
    offer = _offered(db, community, digest)  # it may have been used while we waited
    if offer is None or offer.expires_at <= now:
        return None
    two = {who_is(db, community, number) for number in (person, offer.person)}
    if len(two) == 1:
        return None
    kept, gone = db.execute(_MET, {"tenant": community, "people": sorted(two)}).scalars().all()
    for number in (kept, gone):
        db.execute(_REPLACE, {"tenant": community, "who": number})
    before = read_rows(db, community, kept, gone)
    changes = differences(before, joined(before, kept, gone, now))
    write_changes(db, community, changes)
    _count_flags(db, community, changes)
    for meetup in _meetups_of(changes):
        keep_within(db, community, meetup, (), now)  # two that had a place leave one
    row = {"community": community, "id": draw(db, community, "care"), "kept": kept, "gone": gone, "joined_at": now}
    db.execute(_KEEP, row | {"moved": written(changes)})
    return _joinings(db, community, kept)[0]


def _count_flags(db: Connection, community: str, changes: Sequence[Change]) -> None:
    """Count open flags anew where the same was flagged twice; `flag` rows name their course only as they are now."""
    touched = [change.key[0] for change in changes if change.table == "flag" and "settled_at" in (change.became or {})]
    if touched:
        for course in sorted(set(db.execute(_FLAGGED, {"tenant": community, "flags": touched}).scalars())):
            count_flags(db, community, course)


def _joinings(db: Connection, community: str, person: int) -> list[Joining]:
    rows = db.execute(_OF, {"tenant": community, "who": person}).all()
    people = people_by_id(db, community, {number for row in rows for number in (row.kept, row.gone)}) if rows else {}
    return [
        _told(Joining(row.id, people[row.kept], people[row.gone], row.joined_at), read_changes(row.moved))
        for row in rows
    ]


def _told(joining: Joining, changes: Sequence[Change]) -> Joining:
    """Tell which accounts and courses came by a joining."""
    came = {Account(*change.key) for change in changes if change.table == "account"}
    accounts = tuple(account for account in joining.kept.accounts if account in came)
    return replace(joining, accounts=accounts, courses=_of_another(changes), meetups=_meetups_of(changes))


def _of_another(changes: Sequence[Change]) -> tuple[int, ...]:
    """List the courses that got another owner."""
    owned = (change for change in changes if change.table == "course" and "owner" in (change.became or {}))
    return tuple(sorted(change.key[0] for change in owned))


def _meetups_of(changes: Sequence[Change]) -> tuple[int, ...]:
    """List the meetups that show something else by changes."""
    shown = ("meetup", "meetup_co_host", "rsvp")
    return tuple(sorted({change.key[0] for change in changes if change.table in shown}))


def _part(db: Connection, community: str, joining: int, person: int, now: datetime) -> Joining | None:
    _hold(db, community, [person])
    latest = db.execute(_OF, {"tenant": community, "who": person}).first()
    if latest is None or latest.id != joining:
        return None
    told = _joinings(db, community, person)[0]
    before = read_rows(db, community, latest.kept, latest.gone)
    changes = differences(before, parted(read_changes(latest.moved), before, latest.kept, latest.gone, now))
    write_changes(db, community, changes)
    _count_flags(db, community, changes)
    for meetup in _meetups_of(changes):
        keep_within(db, community, meetup, (latest.gone, latest.kept), now)
    db.execute(_PART, {"tenant": community, "this": joining, "at": now})
    return replace(told, courses=_of_another(changes), meetups=_meetups_of(changes))


class SqlJoinings:
    """`bot.ports.joining.Joinings` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def offer(self, person: int, digest: str, expires_at: datetime) -> None:
        await self._run(_offer, person, digest, expires_at)

    async def offered(self, digest: str) -> Offer | None:
        return await self._run(_offered, digest)

    async def missed(self, person: int, since: datetime) -> int:
        return await self._run(_missed, person, since)

    async def miss(self, person: int, now: datetime, since: datetime) -> None:
        await self._run(_miss, person, now, since)

    async def holdings(self, person: int) -> Holdings:
        return await self._run(_holdings, person)

    async def join(self, person: int, digest: str, now: datetime) -> Joining | None:
        return await self._run(_join, person, digest, now)

    async def of(self, person: int) -> Sequence[Joining]:
        return await self._run(_joinings, person)

    async def part(self, joining: int, person: int, now: datetime) -> Joining | None:
        return await self._run(_part, joining, person, now)

    async def forget(self, now: datetime, since: datetime) -> int:
        return await self._run(_forget, now, since)
