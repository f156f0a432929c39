"""What the courses of one owner need, found by two indexes that hold nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select, union

from bot.care import Why
from bot.nudges import OFFER_LASTS, Need
from bot.usage import Use
from storage.columns import Number
from storage.sql import TENANT, mine, table
from storage.tables.courses import FOUND, NEEDY
from storage.usage import OF_COURSE, since

_COURSE, _FLAG, _ESCALATION, _HANDOVER = (table(name) for name in ("course", "flag", "escalation", "handover"))
_NOW = bindparam("now", type_=_COURSE.c.review_at.type)
_THEIRS = (mine(_COURSE), _COURSE.c.owner == bindparam("person", type_=Number))


_NEEDY_ONES = select(_COURSE.c.id).where(*_THEIRS, NEEDY)
_DUE_ONES = select(_COURSE.c.id).where(*_THEIRS, FOUND, _COURSE.c.review_at <= _NOW)
_CANDIDATES = union(_NEEDY_ONES, _DUE_ONES).subquery()
_FLAGGED_AT = (
    select(func.min(_FLAG.c.flagged_at))
    .where(mine(_FLAG), _FLAG.c.course == _COURSE.c.id, _FLAG.c.settled_at.is_(None))
    .scalar_subquery()
)
_ON_ITS_WAY = exists().where(
    mine(_ESCALATION),
    _ESCALATION.c.course == _COURSE.c.id,
    _ESCALATION.c.owner == _COURSE.c.owner,
    _ESCALATION.c.why != Why.UNREACHABLE.value,  # it stays theirs, and a door may open again
)
_OFFERED_SINCE = bindparam("offered_since", type_=_HANDOVER.c.offered_at.type)
_OFFERED = exists().where(mine(_HANDOVER), _HANDOVER.c.course == _COURSE.c.id, _HANDOVER.c.offered_at > _OFFERED_SINCE)
_NEEDS = (
    select(
        _COURSE.c.id,
        _COURSE.c.broken_since,
        _FLAGGED_AT,
        _COURSE.c.taken_at,
        _COURSE.c.review_at,
        _COURSE.c.snoozed_until,
        *(part.scalar_subquery() for part in OF_COURSE),
    )
    .join_from(_CANDIDATES, _COURSE, (_COURSE.c.community == TENANT) & (_COURSE.c.id == _CANDIDATES.c.id))
    .where(mine(_COURSE), ~_ON_ITS_WAY, ~_OFFERED)
    .order_by(_COURSE.c.id)
)
_NEXT_REVIEW = select(func.min(_COURSE.c.review_at)).where(*_THEIRS, FOUND, _COURSE.c.review_at > _NOW)
_NEXT_UNANSWERED = (
    select(func.min(_HANDOVER.c.offered_at))
    .join_from(_HANDOVER, _COURSE, (_COURSE.c.community == TENANT) & (_COURSE.c.id == _HANDOVER.c.course))
    .where(mine(_HANDOVER), *_THEIRS, FOUND, _HANDOVER.c.offered_at > _OFFERED_SINCE)
)
_NEXT_AWAKE = select(func.min(_COURSE.c.snoozed_until)).where(*_THEIRS, NEEDY, _COURSE.c.snoozed_until > _NOW)


def needs(db: Connection, community: str, person: int, now: datetime) -> Sequence[Need]:
    """List what a person's courses need by now."""
    asked = since(community, now) | {"person": person, "now": now, "offered_since": now - OFFER_LASTS}
    return [_need(row) for row in db.execute(_NEEDS, asked)]


def _need(row: Sequence[Any]) -> Need:
    """Make what `_NEEDS` gives of a course."""
    course, broken_since, flagged_at, taken_at, review_at, snoozed_until, *use = row
    return Need(course, broken_since, flagged_at, taken_at, review_at, snoozed_until, Use(*use))


def next_need(db: Connection, community: str, person: int, now: datetime) -> datetime | None:
    """Tell when the next of a person's courses will need something by itself."""
    asked = {"tenant": community, "person": person, "now": now}
    moments = [db.execute(statement, asked).scalar() for statement in (_NEXT_REVIEW, _NEXT_AWAKE)]
    asked = {"tenant": community, "person": person, "offered_since": now - OFFER_LASTS}
    offered_at = db.execute(_NEXT_UNANSWERED, asked).scalar()
    moments.append(None if offered_at is None else offered_at + OFFER_LASTS)
    return min(filter(None, moments), default=None)
