"""How much courses are used, and how many of these are fresh."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Integer, and_, bindparam, case, delete, func, literal, or_, select, union_all

from bot.model import Course
from bot.usage import LEARNER, SAVE, UNUSED, VIEW, WINDOW, Use, Viewed, Week
from storage.columns import Number
from storage.loading import courses_by_id
from storage.session import Session
from storage.sql import Values, hold, insert_new, insert_or_update, mine, table

_VIEW, _SAVED, _LEARNING = table("course_view"), table("saved"), table("learning")
_COURSE, _WEEK = table("course"), table("freshness_week")

_COUNT = insert_or_update(_VIEW, ["community", "course", "day"], {"views": _VIEW.c.views + bindparam("more")})
_DAY = bindparam("day", type_=_VIEW.c.day.type)
_SINCE = bindparam("since", type_=_SAVED.c.saved_at.type)
_NONE, _ONE = literal(0, Integer), literal(1, Integer)
_LOOKS = select(
    _VIEW.c.course.label("course"),
    _VIEW.c.views.label("views"),
    _NONE.label("saves"),
    _NONE.label("learners"),
).where(mine(_VIEW), _VIEW.c.day > _DAY)
_SAVES = select(_SAVED.c.course, _NONE, _ONE, _NONE).where(mine(_SAVED), _SAVED.c.saved_at > _SINCE)
_LEARNERS = select(_LEARNING.c.course, _NONE, _NONE, _ONE).where(mine(_LEARNING), _LEARNING.c.touched_at > _SINCE)

_EACH = union_all(_LOOKS, _SAVES, _LEARNERS).subquery()
_SUMS = ("views", "saves", "learners")
_USED = (
    select(_EACH.c.course, *(func.sum(_EACH.c[name]).label(name) for name in _SUMS)).group_by(_EACH.c.course).subquery()
)
_IS_FRESH = and_(  # as `bot.courses.freshness` has it
    _COURSE.c.owner.is_not(None),
    _COURSE.c.offered_at.is_(None),
    _COURSE.c.broken_since.is_(None),
    _COURSE.c.flags == 0,
    _COURSE.c.taken_at.is_(None),
    or_(_COURSE.c.review_at.is_(None), _COURSE.c.review_at > bindparam("now", type_=_COURSE.c.review_at.type)),
)
_IN_USE = _USED.join(_COURSE, _COURSE.c.id == _USED.c.course)
_SHOWN = (mine(_COURSE), _COURSE.c.archived_at.is_(None))
_FRESHNESS = (
    select(func.count(), func.coalesce(func.sum(case((_IS_FRESH, 1), else_=0)), 0)).select_from(_IN_USE).where(*_SHOWN)
)
_WEIGHT = VIEW * _USED.c.views + SAVE * _USED.c.saves + LEARNER * _USED.c.learners
_STALE = (
    select(_USED.c.course, *(_USED.c[name] for name in _SUMS))
    .select_from(_IN_USE)
    .where(*_SHOWN, ~_IS_FRESH)
    .order_by(_WEIGHT.desc(), _USED.c.course)
    .limit(bindparam("most"))
)
_KEEP_WEEK = insert_new(_WEEK).returning(_WEEK.c.week)
_WEEKS = (
    select(_WEEK.c.week, _WEEK.c.used, _WEEK.c.fresh)
    .where(mine(_WEEK), _WEEK.c.week >= bindparam("first", type_=_WEEK.c.week.type))
    .order_by(_WEEK.c.week)
)
_HAS_WEEK = select(_WEEK.c.week).where(mine(_WEEK), _WEEK.c.week == bindparam("this", type_=_WEEK.c.week.type))
_FORGET = delete(_VIEW).where(mine(_VIEW), _VIEW.c.day < _DAY)


OF_COURSE = (
    select(func.coalesce(func.sum(_VIEW.c.views), 0)).where(
        mine(_VIEW), _VIEW.c.course == _COURSE.c.id, _VIEW.c.day > _DAY
    ),
    select(func.count()).where(mine(_SAVED), _SAVED.c.course == _COURSE.c.id, _SAVED.c.saved_at > _SINCE),
    select(func.count()).where(mine(_LEARNING), _LEARNING.c.course == _COURSE.c.id, _LEARNING.c.touched_at > _SINCE),
)
"""What a `Use` is made of, to be selected (as scalar subqueries) beside a course; see `since`."""
_OF = select(_COURSE.c.id, *(part.scalar_subquery() for part in OF_COURSE)).where(
    mine(_COURSE), _COURSE.c.id.in_(bindparam("courses", type_=Number, expanding=True))
)


def since(community: str, now: datetime) -> Values:
    """Give what narrows to the time that counts. The day is the one in UTC: at its edge a day more or less is fine."""
    return {"tenant": community, "since": now - WINDOW, "day": (now - WINDOW).toordinal()}


def _count(db: Connection, community: str, views: Sequence[Viewed]) -> None:
    rows = [
        {"community": community, "course": one.course, "day": one.day, "views": one.views, "more": one.views}
        for one in sorted(views, key=lambda one: (one.course, one.day))
    ]
    if rows:
        hold(db, community)
        db.execute(_COUNT, rows)


def _of(db: Connection, community: str, courses: Collection[int], now: datetime) -> dict[int, Use]:
    rows = db.execute(_OF, since(community, now) | {"courses": sorted(courses)})
    uses = {course: Use(*parts) for course, *parts in rows}
    return {course: use for course, use in uses.items() if use != UNUSED}


def _freshness(db: Connection, community: str, now: datetime, week: int) -> Week:
    used, fresh = db.execute(_FRESHNESS, since(community, now) | {"now": now}).one()
    return Week(week, used, fresh)


def _stale(db: Connection, community: str, now: datetime, limit: int) -> list[tuple[Course, Use]]:
    rows = db.execute(_STALE, since(community, now) | {"now": now, "most": limit}).all()
    found = {course: Use(views, saves, learners) for course, views, saves, learners in rows}
    return [(course, found[course.id]) for course in courses_by_id(db, community, list(found))]


def _keep_week(db: Connection, community: str, week: Week) -> bool:
    row = {"community": community, "week": week.week, "used": week.used, "fresh": week.fresh}
    return db.execute(_KEEP_WEEK, row).first() is not None


def _has_week(db: Connection, community: str, week: int) -> bool:
    return db.execute(_HAS_WEEK, {"tenant": community, "this": week}).first() is not None


def _weeks(db: Connection, community: str, since: int) -> list[Week]:
    return [Week(*row) for row in db.execute(_WEEKS, {"tenant": community, "first": since})]


def _forget(db: Connection, community: str, before: int) -> int:
    return db.execute(_FORGET, {"tenant": community, "day": before}).rowcount


class SqlUsage:
    """`bot.ports.Usage` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def count(self, views: Sequence[Viewed]) -> None:
        await self._run(_count, views)

    async def of(self, courses: Collection[int], now: datetime) -> Mapping[int, Use]:
        return await self._run(_of, frozenset(courses), now)

    async def freshness(self, now: datetime, week: int) -> Week:
        return await self._run(_freshness, now, week)

    async def stale(self, now: datetime, limit: int) -> Sequence[tuple[Course, Use]]:
        return await self._run(_stale, now, limit)

    async def keep_week(self, week: Week) -> bool:
        return await self._run(_keep_week, week)

    async def has_week(self, week: int) -> bool:
        return await self._run(_has_week, week)

    async def weeks(self, since: int) -> Sequence[Week]:
        return await self._run(_weeks, since)

    async def forget(self, before: int) -> int:
        return await self._run(_forget, before)
