"""Meetups: storing them, changing them, and the ways to find them."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.meetups.acts import Resize, Shift
from bot.meetups.meetup import (
    Answer,
    Meetup,
    MeetupChange,
    MeetupChangeKind,
    MeetupContent,
    MeetupPage,
    MeetupQuery,
)
from bot.meetups.places import play
from bot.meetups.rsvp import Edited
from bot.meetups.sheet import Outcome, Told
from storage.columns import Number, StoredText, folded
from storage.hostings import OFFERS
from storage.meetup_loading import columns_of, meetups_by_id, one, read, written
from storage.people import people_by_id
from storage.rsvps import plan_turn, sheet_of, write_sheet
from storage.session import Session
from storage.sql import draw, hold, insert_new, literal_like, mine, table

_MEETUP, _TOPIC, _CO_HOST = table("meetup"), table("meetup_topic"), table("meetup_co_host")
_CHANGE, _RSVP = table("meetup_change"), table("rsvp")
_THIS = bindparam("this", type_=Number)
_IS_THIS = _MEETUP.c.id == _THIS
_KNOWN = select(_MEETUP.c.id).where(mine(_MEETUP), _MEETUP.c.origin == bindparam("origin", type_=StoredText))
_ADD, _ADD_TOPICS, _ADD_CO_HOST = insert_new(_MEETUP), insert_new(_TOPIC), insert_new(_CO_HOST)
_CLEAR_TOPICS = delete(_TOPIC).where(mine(_TOPIC), _TOPIC.c.meetup == _THIS)
_CHANGES_IT = (
    update(_MEETUP)
    .where(mine(_MEETUP), _IS_THIS, _MEETUP.c.cancelled_at.is_(None))
    .values(revision=_MEETUP.c.revision + 1)
    .returning(_MEETUP.c.revision)
)
_EDIT = _CHANGES_IT.where(_MEETUP.c.revision == bindparam("seen"))
_NOTE = insert_new(_CHANGE)
_NOTED = select(_CHANGE.c.at, _CHANGE.c.person, _CHANGE.c.kind, _CHANGE.c.before).where(
    mine(_CHANGE), _CHANGE.c.meetup == _THIS, _CHANGE.c.number == bindparam("number")
)
_REMOVE_CO_HOST = delete(_CO_HOST).where(
    mine(_CO_HOST), _CO_HOST.c.meetup == _THIS, _CO_HOST.c.person == bindparam("who", type_=Number)
)
_NOW = bindparam("now", type_=_MEETUP.c.ends_at.type)
_IS_TO_COME = and_(mine(_MEETUP), _MEETUP.c.ends_at > _NOW, _MEETUP.c.cancelled_at.is_(None))
_MOST, _SKIP = bindparam("most", type_=Integer), bindparam("skip", type_=Integer)
_WHO = bindparam("who", type_=Number)
_PATTERN = bindparam("pattern", type_=StoredText)
_TITLED = (
    select(_MEETUP.c.id)
    .where(_IS_TO_COME, _MEETUP.c.folded.like(_PATTERN, escape="!"))
    .order_by(
        case(
            (_MEETUP.c.folded == bindparam("whole", type_=StoredText), 0),
            (_MEETUP.c.folded.like(bindparam("start", type_=StoredText), escape="!"), 1),
            else_=2,
        ),
        _MEETUP.c.starts_at,
        _MEETUP.c.id,
    )
    .limit(_MOST)
)
_TO_COME = select(_MEETUP.c.id).where(_IS_TO_COME)
# In two steps: joined and grouped, SQLite walks through all topics that there ever were.
_TOPICS = select(_TOPIC.c.folded, _TOPIC.c.topic).where(
    mine(_TOPIC), _TOPIC.c.meetup.in_(bindparam("meetups", type_=Number, expanding=True))
)
_COMES = (Answer.GOING.value, Answer.MAYBE.value)
_CLOCKS = select(_MEETUP.c.id, _MEETUP.c.starts_at).where(_IS_TO_COME)
_SET_CLOCK = (
    update(_MEETUP)
    .where(mine(_MEETUP), _IS_THIS)
    .values({name: bindparam(f"new_{name}", type_=_MEETUP.c[name].type) for name in ("starts_at", "ends_at")})
)


@cache
def _narrowed(by_topic: bool, by_person: bool) -> ColumnElement[bool]:  # noqa: FBT001 - which of the two filters
    """Say which meetups are listed: `_listed` and `_how_many` must mean the same."""
    wanted = _IS_TO_COME
    if by_topic:
        its = (mine(_TOPIC), _TOPIC.c.meetup == _MEETUP.c.id, _TOPIC.c.folded == bindparam("topic", type_=StoredText))
        wanted = and_(wanted, exists().where(*its))
    if by_person:
        helps = (mine(_CO_HOST), _CO_HOST.c.meetup == _MEETUP.c.id, _CO_HOST.c.person == _WHO)
        comes = (mine(_RSVP), _RSVP.c.meetup == _MEETUP.c.id, _RSVP.c.person == _WHO, _RSVP.c.answer.in_(_COMES))
        wanted = and_(wanted, or_(_MEETUP.c.host == _WHO, exists().where(*helps), exists().where(*comes)))
    return wanted


@cache
def _listed(by_topic: bool, by_person: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - which of the two filters
    which = select(_MEETUP.c.id).where(_narrowed(by_topic, by_person))
    return which.order_by(_MEETUP.c.starts_at, _MEETUP.c.id).limit(_MOST).offset(_SKIP)


@cache
def _how_many(by_topic: bool, by_person: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - which of the two filters
    return select(func.count()).select_from(_MEETUP).where(_narrowed(by_topic, by_person))


def _add(
    db: Connection, community: str, content: MeetupContent, host: int, now: datetime, origin: str
) -> tuple[Meetup, bool]:
    hold(db, community)
    known = db.execute(_KNOWN, {"tenant": community, "origin": origin}).scalar()
    if known is not None:
        return meetups_by_id(db, community, [known])[0], False
    number = draw(db, community, "meetups")
    row = {"community": community, "id": number, "host": host, "origin": origin, "revision": 1}
    db.execute(_ADD, columns_of(content) | row | {"created_at": now, "updated_at": now})
    _add_topics(db, community, number, content)
    return meetups_by_id(db, community, [number])[0], True


def _add_topics(db: Connection, community: str, meetup: int, content: MeetupContent) -> None:
    unique = {folded(topic): topic for topic in content.topics}
    rows = [
        {"community": community, "meetup": meetup, "position": n, "topic": topic, "folded": key}
        for n, (key, topic) in enumerate(unique.items())
    ]
    if rows:
        db.execute(_ADD_TOPICS, rows)


def _edit(
    db: Connection, community: str, meetup: Meetup, content: MeetupContent, by: int, now: datetime
) -> Edited | None:
    hold(db, community)
    this = {"tenant": community, "this": meetup.id}
    before, sheet = one(db, community, meetup.id), sheet_of(db, community, meetup.id)
    news = columns_of(content) | {"updated_at": now}
    revision = db.execute(_EDIT.values(news), this | {"seen": meetup.revision}).scalar()
    if before is None or sheet is None or revision is None:
        return None
    _note(db, community, before, revision, by, now, MeetupChangeKind.EDITED)
    db.execute(_CLEAR_TOPICS, this)
    _add_topics(db, community, meetup.id, content)
    shifted = play(sheet, Shift(content.starts_at), now)
    resized = play(shifted.sheet, Resize(content.places), now)
    told = _latest((*shifted.told, *resized.told))
    write_sheet(db, community, meetup.id, sheet, Outcome(resized.sheet, told), now)
    return Edited(meetups_by_id(db, community, [meetup.id])[0], told)


def _latest(told: Sequence[Told]) -> tuple[Told, ...]:
    """Keep the last news for each person."""
    return tuple({one.person: one for one in told}.values())


def _note(
    db: Connection, community: str, before: Meetup, number: int, by: int, now: datetime, kind: MeetupChangeKind
) -> None:
    row = {"community": community, "meetup": before.id, "number": number, "at": now, "person": by}
    db.execute(_NOTE, row | {"kind": kind.value, "before": written(before)})


def _cancel(db: Connection, community: str, meetup: int, by: int, now: datetime) -> Meetup | None:
    hold(db, community)
    before = one(db, community, meetup)
    news = {"cancelled_at": now, "updated_at": now}
    revision = db.execute(_CHANGES_IT.values(news), {"tenant": community, "this": meetup}).scalar()
    if before is None or revision is None:
        return None
    plan_turn(db, community, meetup, None)
    OFFERS.end(db, community, meetup)
    _note(db, community, before, revision, by, now, MeetupChangeKind.CANCELLED)
    return one(db, community, meetup)


def _change(db: Connection, community: str, meetup: int, number: int) -> MeetupChange | None:
    row = db.execute(_NOTED, {"tenant": community, "this": meetup, "number": number}).first()
    if row is None:
        return None
    people = {} if row.person is None else people_by_id(db, community, [row.person])
    return MeetupChange(number, row.at, people.get(row.person), MeetupChangeKind(row.kind), read(row.before))


def _add_co_host(db: Connection, community: str, meetup: int, person: int) -> bool:
    hold(db, community)
    return db.execute(_ADD_CO_HOST, {"community": community, "meetup": meetup, "person": person}).rowcount > 0


def _remove_co_host(db: Connection, community: str, meetup: int, person: int) -> bool:
    hold(db, community)
    return db.execute(_REMOVE_CO_HOST, {"tenant": community, "this": meetup, "who": person}).rowcount > 0


def _upcoming(db: Connection, community: str, query: MeetupQuery, now: datetime, offset: int, limit: int) -> MeetupPage:
    by = (query.topic is not None, query.person is not None)
    wanted = {"tenant": community, "now": now, "topic": folded(query.topic or ""), "who": query.person}
    ids = db.execute(_listed(*by), wanted | {"most": limit, "skip": offset}).scalars().all()
    return MeetupPage(tuple(meetups_by_id(db, community, ids)), db.execute(_how_many(*by), wanted).scalar_one())


def _titled(db: Connection, community: str, text: str, now: datetime, limit: int) -> list[Meetup]:
    whole = folded(text)
    start = f"{literal_like(whole)}%"
    wanted = {"tenant": community, "now": now, "whole": whole, "start": start, "pattern": f"%{start}", "most": limit}
    return meetups_by_id(db, community, db.execute(_TITLED, wanted).scalars().all())


def _topics(db: Connection, community: str, now: datetime) -> list[tuple[str, int]]:
    meetups = db.execute(_TO_COME, {"tenant": community, "now": now}).scalars().all()
    told: dict[str, list[str]] = {}
    for key, topic in db.execute(_TOPICS, {"tenant": community, "meetups": meetups}):
        told.setdefault(key, []).append(topic)
    return [(min(told[key]), len(told[key])) for key in sorted(told, key=lambda key: (-len(told[key]), key))]


def _follow_clocks(db: Connection, community: str, now: datetime) -> list[int]:
    hold(db, community)
    stored = {row.id: row.starts_at for row in db.execute(_CLOCKS, {"tenant": community, "now": now}).all()}
    moved = []
    for number, starts_at in stored.items():
        found = meetups_by_id(db, community, [number])[0]
        if starts_at > now and found.starts_at != starts_at:
            new = {"new_starts_at": found.starts_at, "new_ends_at": found.ends_at}
            db.execute(_SET_CLOCK, {"tenant": community, "this": number} | new)
            plan_turn(db, community, number, now if found.places is not None else None)
            moved.append(number)
    return moved


class SqlMeetups:
    """`bot.ports.Meetups` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def add(self, content: MeetupContent, host: int, now: datetime, origin: str) -> tuple[Meetup, bool]:
        return await self._run(_add, content, host, now, origin)

    async def get(self, meetup: int) -> Meetup | None:
        return await self._run(one, meetup)

    async def edit(self, meetup: Meetup, content: MeetupContent, by: int, now: datetime) -> Edited | None:
        return await self._run(_edit, meetup, content, by, now)

    async def cancel(self, meetup: int, by: int, now: datetime) -> Meetup | None:
        return await self._run(_cancel, meetup, by, now)

    async def add_co_host(self, meetup: int, person: int) -> bool:
        return await self._run(_add_co_host, meetup, person)

    async def remove_co_host(self, meetup: int, person: int) -> bool:
        return await self._run(_remove_co_host, meetup, person)

    async def change(self, meetup: int, number: int) -> MeetupChange | None:
        return await self._run(_change, meetup, number)

    async def upcoming(self, query: MeetupQuery, now: datetime, offset: int, limit: int) -> MeetupPage:
        return await self._run(_upcoming, query, now, offset, limit)

    async def titled(self, text: str, now: datetime, limit: int) -> Sequence[Meetup]:
        return await self._run(_titled, text, now, limit)

    async def topics(self, now: datetime) -> Sequence[tuple[str, int]]:
        return await self._run(_topics, now)

    async def follow_clocks(self, now: datetime) -> Sequence[int]:
        return await self._run(_follow_clocks, now)
