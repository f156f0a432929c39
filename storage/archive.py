"""Reading all that a community keeps, page by page, each kind in an order that is the same everywhere."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Integer, Select, Table, bindparam, select, tuple_

from bot.model import Account, ChangeKind, Level, OutboxState, ResourceKind
from bot.records import (
    Arrival,
    ChangeRecord,
    CourseRecord,
    DoneRecord,
    LeftRecord,
    LetterRecord,
    Numbers,
    PersonRecord,
    PostRecord,
    ProgressRecord,
    Record,
    ResourceRecord,
    ShelfRecord,
    StepRecord,
)
from bot.urls import resource_key
from storage.arrivals import arrive
from storage.care_roads import ROADS, page
from storage.columns import Number, StoredText
from storage.content import read, read_topics
from storage.interests import HELP, LEARN
from storage.session import Session
from storage.sql import Values, bytewise, mine, table

R = TypeVar("R", bound=Record)

_PERSON, _ACCOUNT, _INTEREST, _COURSE, _STEP, _TOPIC, _CO_OWNER = (
    table(name)
    for name in ("person", "account", "person_interest", "course", "course_step", "course_topic", "course_co_owner")
)
_CHANGE, _LEARNING, _DONE, _SAVED, _RESOURCE, _POST, _LETTER = (
    table(name) for name in ("course_change", "learning", "step_done", "saved", "resource", "post", "letter")
)
_MOST = bindparam("most", type_=Integer)
_AFTER, _AND = bindparam("after", type_=Number), bindparam("and", type_=Number)
_AFTER_TEXT = bindparam("after", type_=StoredText)
_FIRST, _LAST = bindparam("first", type_=Number), bindparam("last", type_=Number)


def _paged(rows: Table, *columns: str) -> Select[*tuple[Any, ...]]:
    shown = (rows.c[name] for name in columns)
    return select(*shown).where(mine(rows), rows.c.id > _AFTER).order_by(rows.c.id).limit(_MOST)


def _parts(rows: Table, whole: str, order: str, *columns: str) -> Select[*tuple[Any, ...]]:
    """Select what belongs to a stretch of courses or people."""
    of = rows.c[whole]
    shown = (rows.c[name] for name in columns)
    return select(of, *shown).where(mine(rows), of.between(_FIRST, _LAST)).order_by(of, rows.c[order])


_PEOPLE = _paged(
    _PERSON, "id", "name", "timezone", "locale", "level", "welcomed_at", "profile_at", "created_at", "own_zone",
    "muted_at",
)  # fmt: skip
_ACCOUNTS = _parts(_ACCOUNT, "person", "platform", "platform", "workspace", "user_id", "left_at")
_INTERESTS = _parts(_INTEREST, "person", "position", "wish", "topic")
_AS_THEY_ARE = (
    "id", "goal", "description", "language", "steps_drawn", "owner", "origin", "root", "parent", "forker",
    "created_at", "updated_at", "reviewed_at", "archived_at", "revision", "page", "page_open",
    "review_days", "taken_at", "snoozed_until", "offered_at",
)  # fmt: skip
"""Columns of a course that go into its record as they are."""
_COURSES = _paged(_COURSE, "level", *_AS_THEY_ARE)
_STEPS = _parts(_STEP, "course", "position", "task", "url", "number")
_TOPICS = _parts(_TOPIC, "course", "position", "topic")
_CO_OWNERS = _parts(_CO_OWNER, "course", "person", "person")
_CHANGES = (
    select(
        *(_CHANGE.c[name] for name in ("course", "number", "at", "person", "kind", "before", "other", "heir")),
    )
    .where(mine(_CHANGE), tuple_(_CHANGE.c.course, _CHANGE.c.number) > tuple_(_AFTER, _AND))
    .order_by(_CHANGE.c.course, _CHANGE.c.number)
    .limit(_MOST)
)
_PROGRESS = (
    select(_LEARNING.c.person, _LEARNING.c.course, _LEARNING.c.started_at, _LEARNING.c.touched_at)
    .where(mine(_LEARNING), tuple_(_LEARNING.c.person, _LEARNING.c.course) > tuple_(_AFTER, _AND))
    .order_by(_LEARNING.c.person, _LEARNING.c.course)
    .limit(_MOST)
)
_STEPS_DONE = (
    select(_DONE.c.person, _DONE.c.course, _DONE.c.step, _DONE.c.done_at)
    .where(
        mine(_DONE),
        tuple_(_DONE.c.person, _DONE.c.course) >= tuple_(bindparam("p0", type_=Number), bindparam("c0", type_=Number)),
        tuple_(_DONE.c.person, _DONE.c.course) <= tuple_(bindparam("p1", type_=Number), bindparam("c1", type_=Number)),
    )
    .order_by(_DONE.c.step)
)
_SHELF = (
    select(_SAVED.c.person, _SAVED.c.course, _SAVED.c.saved_at)
    .where(mine(_SAVED), tuple_(_SAVED.c.person, _SAVED.c.course) > tuple_(_AFTER, _AND))
    .order_by(_SAVED.c.person, _SAVED.c.course)
    .limit(_MOST)
)
_KNOWN = (
    "url", "title", "kind", "description", "language", "topics", "same_as", "read_at", "due_at", "tries",
    "check_at", "checked_at", "fails", "failing_since", "broken_since", "status", "moved_to", "tag", "changed",
)  # fmt: skip
_RESOURCES = (
    select(*(_RESOURCE.c[name] for name in _KNOWN))
    .where(mine(_RESOURCE), bytewise(_RESOURCE.c.key) > _AFTER_TEXT)
    .order_by(bytewise(_RESOURCE.c.key))
    .limit(_MOST)
)
_POSTS = (
    select(_POST.c.ref, _POST.c.kind, _POST.c.subject, _POST.c.posted_at)
    .where(mine(_POST), bytewise(_POST.c.ref) > _AFTER_TEXT)
    .order_by(bytewise(_POST.c.ref))
    .limit(_MOST)
)

_LETTERS = _paged(
    _LETTER, "id", "kind", "subject", "recipient", "occurrence", "ref", "key", "attempts", "due_at", "claimed_at",
    "created_at", "opens",
).where(
    _LETTER.c.state == OutboxState.SENT.value, _LETTER.c.ref.is_not(None), ~_LETTER.c.recipient.startswith("edit:")
)  # fmt: skip
"""Letters that were sent. One that waits would be sent by both programs; edits are made anew."""


def _people(db: Connection, community: str, after: PersonRecord | None, limit: int) -> list[PersonRecord]:
    asked = {"tenant": community, "after": after.id if after else 0, "most": limit}
    rows = db.execute(_PEOPLE, asked).all()
    ids = [row.id for row in rows]
    accounts = _grouped(db, _ACCOUNTS, community, ids)
    wishes = _grouped(db, _INTERESTS, community, ids)
    return [
        PersonRecord(
            id=number,
            name=name,
            accounts=tuple(Account(*part) for *part, _ in sorted(accounts[number])),
            timezone=timezone,
            locale=locale,
            level=_level(level),
            learn=tuple(topic for wish, topic in wishes[number] if wish == LEARN),
            help=tuple(topic for wish, topic in wishes[number] if wish == HELP),
            asked_at=asked_at,
            profile_at=profile_at,
            created_at=created_at,
            muted_at=muted_at,
            left=tuple(LeftRecord(Account(*part), at) for *part, at in sorted(accounts[number]) if at),
            own_zone=own_zone,
        )
        for number, name, timezone, locale, level, asked_at, profile_at, created_at, own_zone, muted_at in rows
    ]


def _grouped(
    db: Connection, parts: Select[*tuple[Any, ...]], community: str, ids: Sequence[int]
) -> dict[int, list[tuple[Any, ...]]]:
    grouped: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    if ids:
        for whole, *part in db.execute(parts, {"tenant": community, "first": ids[0], "last": ids[-1]}):
            grouped[whole].append(tuple(part))
    return grouped


def _level(level: str | None) -> Level | None:
    return Level(level) if level else None


def _courses(db: Connection, community: str, after: CourseRecord | None, limit: int) -> list[CourseRecord]:
    asked = {"tenant": community, "after": after.id if after else 0, "most": limit}
    rows = db.execute(_COURSES, asked).all()
    ids = [row.id for row in rows]
    steps, topics, co_owners = (_grouped(db, parts, community, ids) for parts in (_STEPS, _TOPICS, _CO_OWNERS))
    return [
        CourseRecord(
            level=_level(level),
            topics=tuple(topic for (topic,) in topics[rest[0]]),
            steps=tuple(StepRecord(*step) for step in steps[rest[0]]),
            co_owners=tuple(person for (person,) in co_owners[rest[0]]),
            **dict(zip(_AS_THEY_ARE, rest, strict=True)),
        )
        for level, *rest in rows
    ]


def _changes(db: Connection, community: str, after: ChangeRecord | None, limit: int) -> list[ChangeRecord]:
    course, number = (after.course, after.number) if after else (0, 0)
    rows = db.execute(_CHANGES, {"tenant": community, "after": course, "and": number, "most": limit})
    return [
        ChangeRecord(course, number, at, person, ChangeKind(kind), None if before is None else read(before), *owners)
        for course, number, at, person, kind, before, *owners in rows
    ]


def _pairs(community: str, after: ProgressRecord | ShelfRecord | None, limit: int) -> Values:
    person, course = (after.person, after.course) if after else (0, 0)
    return {"tenant": community, "after": person, "and": course, "most": limit}


def _progress(db: Connection, community: str, after: ProgressRecord | None, limit: int) -> list[ProgressRecord]:
    rows = db.execute(_PROGRESS, _pairs(community, after, limit)).all()
    if not rows:
        return []
    (p0, c0, *_), (p1, c1, *_) = rows[0], rows[-1]
    done: defaultdict[tuple[int, int], list[DoneRecord]] = defaultdict(list)
    for person, course, step, at in db.execute(
        _STEPS_DONE, {"tenant": community, "p0": p0, "c0": c0, "p1": p1, "c1": c1}
    ):
        done[person, course].append(DoneRecord(step, at))
    return [ProgressRecord(*row, tuple(done[row.person, row.course])) for row in rows]


def _shelf(db: Connection, community: str, after: ShelfRecord | None, limit: int) -> list[ShelfRecord]:
    return [ShelfRecord(*row) for row in db.execute(_SHELF, _pairs(community, after, limit))]


def _resources(db: Connection, community: str, after: ResourceRecord | None, limit: int) -> list[ResourceRecord]:
    key = resource_key(after.url) if after else ""
    rows = db.execute(_RESOURCES, {"tenant": community, "after": key, "most": limit})
    return [
        ResourceRecord(url, title, ResourceKind(kind), description, language, read_topics(topics), *rest)
        for url, title, kind, description, language, topics, *rest in rows
    ]


def _posts(db: Connection, community: str, after: PostRecord | None, limit: int) -> list[PostRecord]:
    rows = db.execute(_POSTS, {"tenant": community, "after": after.ref if after else "", "most": limit})
    return [PostRecord(*row) for row in rows]


def _letters(db: Connection, community: str, after: LetterRecord | None, limit: int) -> list[LetterRecord]:
    rows = db.execute(_LETTERS, {"tenant": community, "after": after.id if after else 0, "most": limit})
    return [LetterRecord(*row) for row in rows]


_PAGES: dict[type[Record], Callable[..., Sequence[Record]]] = {
    PersonRecord: _people,
    ResourceRecord: _resources,
    CourseRecord: _courses,
    ChangeRecord: _changes,
    ProgressRecord: _progress,
    ShelfRecord: _shelf,
    PostRecord: _posts,
    LetterRecord: _letters,
}


def _page(db: Connection, community: str, asked: list[Any]) -> Sequence[Record]:
    kind, after, limit = asked
    if kind in ROADS:
        return page(db, community, kind, after, limit)
    return _PAGES[kind](db, community, after, limit)


class SqlArchive:
    """`bot.ports.Archive` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def page(self, kind: type[R], after: R | None, limit: int) -> Sequence[R]:
        # A list, which SQLite's session can't look up: remembered pages would hold the whole community in memory.
        return cast("Sequence[R]", await self._run(_page, [kind, after, limit]))

    async def add(self, records: Sequence[Record], known: Numbers, now: datetime) -> Sequence[Arrival]:
        return await self._run(arrive, records, known, now)
