"""The watch on links: which addresses are due for a look, how they stand, and which courses that makes broken.

A course's `broken_since` is kept beside what it is taken from, in the same transaction: the earliest of its links that
are broken; None where all are well, and while it is archived.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, bindparam, case, exists, func, or_, select, update

from bot.health import FOUND, Checked, LinkHealth, Presence, Standing, Watched, judged, moment_of, next_look
from bot.urls import resource_key
from storage.columns import StoredText
from storage.reviews import look
from storage.sql import Values, among, hold, mine, numbers, table

_RESOURCE, _COURSE, _STEP = (table(name) for name in ("resource", "course", "course_step"))
_ITS_KEY, _KEYS = bindparam("its_key", type_=StoredText), bindparam("keys", type_=StoredText, expanding=True)
_IS_IT, _AMONG_THEM = _RESOURCE.c.key == _ITS_KEY, _RESOURCE.c.key.in_(_KEYS)
_NOW = bindparam("now", type_=_RESOURCE.c.check_at.type)
_IS_DUE = _RESOURCE.c.check_at <= _NOW
_IS_USED = exists().where(
    mine(_STEP),
    _STEP.c.resource == _RESOURCE.c.key,
    _COURSE.c.community == _STEP.c.community,
    _COURSE.c.id == _STEP.c.course,
    _COURSE.c.archived_at.is_(None),
)
_ANY_DUE = select(_RESOURCE.c.key).where(mine(_RESOURCE), _IS_DUE).limit(1)
_DUE = (
    select(_RESOURCE.c.key, _RESOURCE.c.url, _RESOURCE.c.tag, _RESOURCE.c.changed, _IS_USED)
    .where(mine(_RESOURCE), _IS_DUE)
    .order_by(_RESOURCE.c.check_at, _RESOURCE.c.key)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer and leaves this out
)
_AGAIN = bindparam("again", type_=_RESOURCE.c.check_at.type)
_LEND = update(_RESOURCE).where(mine(_RESOURCE), _AMONG_THEM).values(check_at=_AGAIN)
_PUT_OFF = update(_RESOURCE).where(mine(_RESOURCE), _IS_IT).values(check_at=_AGAIN)
_FORGET = _PUT_OFF.values(fails=0, failing_since=None, broken_since=None)
_STANDS = select(_RESOURCE.c.fails, _RESOURCE.c.failing_since, _RESOURCE.c.broken_since, _RESOURCE.c.checked_at).where(
    mine(_RESOURCE), _IS_IT
)
_ANY_FOUND = (
    select(_RESOURCE.c.key)
    .where(
        mine(_RESOURCE),
        _RESOURCE.c.failing_since.is_(None),
        _RESOURCE.c.checked_at >= bindparam("since", type_=_RESOURCE.c.checked_at.type),
    )
    .limit(1)
)
_NOTE = update(_RESOURCE).where(mine(_RESOURCE), _IS_IT)
_BROKEN = select(_RESOURCE.c.key).where(mine(_RESOURCE), _AMONG_THEM, _RESOURCE.c.broken_since.is_not(None))
_AILING = select(
    *(_RESOURCE.c[name] for name in ("key", "broken_since", "status", "moved_to", "title", "checked_at"))
).where(mine(_RESOURCE), _AMONG_THEM, or_(_RESOURCE.c.broken_since.is_not(None), _RESOURCE.c.moved_to.is_not(None)))
_FIRST_BROKEN = (
    select(func.min(_RESOURCE.c.broken_since))
    .where(
        mine(_RESOURCE),
        mine(_STEP),
        _STEP.c.course == _COURSE.c.id,
        _RESOURCE.c.key == _STEP.c.resource,
    )
    .correlate(_COURSE)
    .scalar_subquery()
)
_LEADING = _COURSE.c.id.in_(select(_STEP.c.course).where(mine(_STEP), _STEP.c.resource == _ITS_KEY))


def _showing(which: ColumnElement[bool]) -> Update:
    """Make the statement that brings courses up to date with their links; it gives their owners where that is news."""
    first = case((_COURSE.c.archived_at.is_(None), _FIRST_BROKEN), else_=None)
    return (
        update(_COURSE)
        .where(mine(_COURSE), which, _COURSE.c.broken_since.is_distinct_from(first))
        .values(broken_since=first)
        .returning(_COURSE.c.id, _COURSE.c.owner)
    )


_SHOW_LEADING = _showing(_LEADING)
_SHOW_ONE = _showing(among(_COURSE.c.id, 1))


def check_due(db: Connection, community: str, now: datetime) -> bool:
    """Tell whether any address is due for a look."""
    return db.execute(_ANY_DUE, {"tenant": community, "now": now}).first() is not None


def claim_checks(db: Connection, community: str, now: datetime, lease: float, limit: int) -> list[Watched]:
    """Take addresses that are due for a look.

    Those that no course uses come again in a week, and by then nothing is held against them.
    """
    used: list[Watched] = []
    unused: list[Values] = []
    for *watched, is_used in db.execute(_DUE, {"tenant": community, "now": now, "most": limit}).all():
        one = Watched(*watched)
        if is_used:
            used.append(one)
        else:
            unused.append({"tenant": community, "its_key": one.key, "again": moment_of(one.key, now)})
    if used:
        again = now + timedelta(seconds=lease)
        db.execute(_LEND, {"tenant": community, "keys": [one.key for one in used], "again": again})
    if unused:
        db.execute(_FORGET, unused)
    return used


def checked(db: Connection, community: str, key: str, found: Checked | None, now: datetime) -> list[int]:
    """Write down what a look told; give the courses that it made broken or whole."""
    if found is None:
        db.execute(_PUT_OFF, {"tenant": community, "its_key": key, "again": next_look(key, now, None)})
        return []
    told: Values = {"moved_to": found.moved_to}
    if found.presence is Presence.ALIVE:
        told |= {"tag": found.tag, "changed": found.changed}
    return _note(db, community, key, found, now, told)


def was_read(db: Connection, community: str, key: str, now: datetime) -> None:
    """Write down that a page was read just now, which counts as a look at it."""
    _note(db, community, key, FOUND, now, {})


def _note(db: Connection, community: str, key: str, found: Checked, now: datetime, told: Values) -> list[int]:
    is_news = _is_news(_judge(db, community, key, found, now))
    if is_news:
        hold(db, community)
    stands = _judge(db, community, key, found, now)  # again: it may have been looked at while we waited
    if stands is None:
        return []
    after = asdict(stands[1])
    if not is_news:
        del after["broken_since"]  # only who holds the community's row may change it, and the courses with it
    told = told | after | {"check_at": next_look(key, now, found), "status": found.status}
    db.execute(_NOTE.values(told), {"tenant": community, "its_key": key})
    return _show(db, community, _SHOW_LEADING, {"its_key": key}, now) if is_news else []


def _is_news(stands: tuple[Standing, Standing] | None) -> bool:
    return stands is not None and stands[0].broken_since != stands[1].broken_since


def _judge(db: Connection, community: str, key: str, found: Checked, now: datetime) -> tuple[Standing, Standing] | None:
    row = db.execute(_STANDS, {"tenant": community, "its_key": key}).first()
    if row is None:
        return None
    before = Standing(*row)
    after = judged(before, found, now, is_online=True)
    if after.broken_since and not before.broken_since and not found.heard:  # only a verdict is worth the search
        since = after.failing_since
        is_online = db.execute(_ANY_FOUND, {"tenant": community, "since": since}).first() is not None
        after = judged(before, found, now, is_online=is_online)
    return before, after


def show_links(db: Connection, community: str, course: int, now: datetime) -> None:
    """Bring a course up to date with the links that it has now. The community's row is held."""
    _show(db, community, _SHOW_ONE, numbers([course]), now)


def broken(db: Connection, community: str, keys: Collection[str]) -> set[str]:
    """Give those of these addresses that are known to be broken."""
    return set(db.execute(_BROKEN, {"tenant": community, "keys": sorted(keys)}).scalars()) if keys else set()


def _show(db: Connection, community: str, statement: Update, which: Mapping[str, Any], now: datetime) -> list[int]:
    """Bring courses up to date; whose owners it concerns is looked at now."""
    changed = db.execute(statement, {"tenant": community, **which}).all()
    look(db, community, {row.owner: now for row in changed if row.owner is not None})
    return sorted(row.id for row in changed)


def ailing(db: Connection, community: str, urls: Sequence[str]) -> list[LinkHealth]:
    """Tell what is amiss with addresses, in their order."""
    keys = {url: resource_key(url) for url in urls}
    rows = db.execute(_AILING, {"tenant": community, "keys": sorted(set(keys.values()))}).all()
    found = {key: its for key, *its in rows}
    return [_health(url, *found[key]) for url, key in keys.items() if key in found]


def _health(
    url: str, broken_since: datetime | None, status: str | None, moved_to: str | None, title: str, at: datetime | None
) -> LinkHealth:
    return LinkHealth(url, broken_since, status or "", moved_to, title, at)
