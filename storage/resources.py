"""What is known of the web addresses that courses lead to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from bot.health import Checked, LinkHealth, Watched
from bot.model import Page, Resource, ResourceKind
from bot.urls import resource_key
from storage import health
from storage.columns import StoredText
from storage.content import read_topics, written_topics
from storage.health import broken, was_read
from storage.hosts import take_hosts
from storage.index import add_to_index, remove_from_index
from storage.loading import courses_by_id
from storage.session import Session
from storage.sql import Values, hold, mine, table

_RESOURCE, _COURSE, _STEP = (table(name) for name in ("resource", "course", "course_step"))
_IS_IT = _RESOURCE.c.key == bindparam("its_key", type_=StoredText)
_TITLE = select(_RESOURCE.c.title).where(mine(_RESOURCE), _IS_IT)
_LEADING = (
    select(_COURSE.c.id)
    .where(
        mine(_COURSE),
        _COURSE.c.archived_at.is_(None),
        exists().where(
            mine(_STEP), _STEP.c.course == _COURSE.c.id, _STEP.c.resource == bindparam("its_key", type_=StoredText)
        ),
    )
    .order_by(_COURSE.c.id)
)
"""Courses whose place in the index a title changes."""
_LEARN = update(_RESOURCE).where(mine(_RESOURCE), _IS_IT)
_KEYS = bindparam("keys", type_=StoredText, expanding=True)
_KNOWN = select(
    _RESOURCE.c.key,
    _RESOURCE.c.same_as,
    _RESOURCE.c.title,
    _RESOURCE.c.language,
    _RESOURCE.c.description,
    _RESOURCE.c.kind,
    _RESOURCE.c.topics,
).where(
    mine(_RESOURCE),
    or_(_RESOURCE.c.key.in_(_KEYS), _RESOURCE.c.same_as.in_(_KEYS)),
    _RESOURCE.c.read_at.is_not(None),
)
_IS_DUE = _RESOURCE.c.due_at <= bindparam("now", type_=_RESOURCE.c.due_at.type)
_ANY_DUE = select(_RESOURCE.c.key).where(mine(_RESOURCE), _IS_DUE).limit(1)
_DUE = (
    select(_RESOURCE.c.key, _RESOURCE.c.url, _RESOURCE.c.tries)
    .where(mine(_RESOURCE), _IS_DUE)
    .order_by(_RESOURCE.c.due_at, _RESOURCE.c.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer and leaves this out
)
_AGAIN = bindparam("again", type_=_RESOURCE.c.due_at.type)
_LEND = update(_RESOURCE).where(mine(_RESOURCE), _RESOURCE.c.key.in_(_KEYS)).values(due_at=_AGAIN)
_MISSED = update(_RESOURCE).where(mine(_RESOURCE), _IS_IT).values(due_at=_AGAIN, tries=_RESOURCE.c.tries + 1)


def learn(db: Connection, community: str, url: str, page: Page, now: datetime) -> None:
    """Write down what a page told; courses that lead there are found by its title from now on."""
    key = resource_key(url)
    this = {"tenant": community, "its_key": key}
    told = _told(page, key)
    called = db.execute(_TITLE, this).scalar()
    is_renamed = called is not None and told.get("title", called) != called
    if is_renamed:
        hold(db, community)
    db.execute(_LEARN.values(told | {"read_at": now, "due_at": None, "tries": 0}), this)
    if is_renamed:
        _index_again(db, community, key)


def _index_again(db: Connection, community: str, key: str) -> None:
    leading = list(db.execute(_LEADING, {"tenant": community, "its_key": key}).scalars())
    for course in courses_by_id(db, community, leading):
        remove_from_index(db, community, course.id)
        add_to_index(db, community, course.id, course)


def _told(page: Page, key: str) -> Values:
    """Give what a page told; of what it left out this time, what is known already stays."""
    words = {"title": page.title, "language": page.language, "description": page.description}
    told: Values = {name: word for name, word in words.items() if word}
    if page.topics:
        told["topics"] = written_topics(page.topics)
    if page.title or page.address:
        target = resource_key(page.address) if page.address else key
        told |= {"kind": page.kind.value, "same_as": None if target == key else target}
    elif page.kind is not ResourceKind.UNKNOWN:
        told["kind"] = page.kind.value
    return told


def _known(db: Connection, community: str, urls: Sequence[str]) -> dict[str, Page]:
    keys = {url: resource_key(url) for url in urls}
    rows = db.execute(_KNOWN, {"tenant": community, "keys": sorted(set(keys.values()))}).all()
    found: dict[str, tuple[str, str, str, ResourceKind, tuple[str, ...]]] = {}
    for key, same_as, title, language, description, kind, topics in sorted(rows, key=lambda row: row.key):
        told = (title, language, description, ResourceKind(kind), read_topics(topics))
        found[key] = told
        if same_as is not None:
            found.setdefault(same_as, told)  # a target that was read itself tells of itself
    return {url: Page(url, *found[key]) for url, key in keys.items() if key in found}


def _claim(db: Connection, community: str, now: datetime, lease: float, limit: int) -> list[Resource]:
    due = [Resource(*row) for row in db.execute(_DUE, {"tenant": community, "now": now, "most": limit})]
    if due:
        again = now + timedelta(seconds=lease)
        db.execute(_LEND, {"tenant": community, "keys": [one.key for one in due], "again": again})
    return due


def _any_due(db: Connection, community: str, now: datetime) -> bool:
    return db.execute(_ANY_DUE, {"tenant": community, "now": now}).first() is not None


def _missed(db: Connection, community: str, key: str, again: datetime | None) -> None:
    db.execute(_MISSED, {"tenant": community, "its_key": key, "again": again})


def _learn(db: Connection, community: str, url: str, page: Page, now: datetime) -> None:
    key = resource_key(url)
    if broken(db, community, [key]):
        hold(db, community)  # before the address itself, as everybody does: its courses are whole again by this
    learn(db, community, url, page, now)
    was_read(db, community, key, now)


class SqlResources:
    """`bot.ports.Resources` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def learn(self, url: str, page: Page, now: datetime) -> None:
        await self._run(_learn, url, page, now)

    async def known(self, urls: Collection[str]) -> Mapping[str, Page]:
        return await self._run(_known, tuple(urls)) if urls else {}

    async def claim(self, now: datetime, lease: float, limit: int) -> Sequence[Resource]:
        return await self._run(_claim, now, lease, limit)

    async def due(self, now: datetime) -> bool:
        return await self._run(_any_due, now)

    async def take_hosts(self, hosts: Collection[str], claimant: str, now: datetime, lease: float) -> Collection[str]:
        return await self._run(take_hosts, frozenset(hosts), claimant, now, lease)

    async def missed(self, key: str, again: datetime | None) -> None:
        await self._run(_missed, key, again)

    async def check_due(self, now: datetime) -> bool:
        return await self._run(health.check_due, now)

    async def claim_checks(self, now: datetime, lease: float, limit: int) -> Sequence[Watched]:
        return await self._run(health.claim_checks, now, lease, limit)

    async def checked(self, key: str, found: Checked | None, now: datetime) -> Sequence[int]:
        return await self._run(health.checked, key, found, now)

    async def ailing(self, urls: Collection[str]) -> Sequence[LinkHealth]:
        return await self._run(health.ailing, tuple(urls)) if urls else ()
