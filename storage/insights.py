"""What becomes of reminders, and which reasons to remind of are switched off."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, delete, func, or_, select, update

from bot.care import Outcome, Reason
from bot.insights import Nudged, Unreachable
from storage.people import people_by_id
from storage.session import Session
from storage.sql import insert_new, mine, table

_ASKED, _DIGEST, _OFF = table("asked"), table("digest"), table("reason_off")
_CARER, _COURSE = table("carer"), table("course")
_ACTED = [outcome.value for outcome in (Outcome.REVIEWED, Outcome.UPDATED, Outcome.OFFERED, Outcome.ARCHIVED)]
_IS_OPENED = or_(_ASKED.c.tapped_at.is_not(None), _ASKED.c.not_useful_at.is_not(None))

_REASONS = (
    select(
        _ASKED.c.reason,
        func.count(),
        func.sum(case((_IS_OPENED, 1), else_=0)),
        func.sum(case((_ASKED.c.outcome.in_(_ACTED) & _ASKED.c.settled_by.is_not(None), 1), else_=0)),
        func.count(_ASKED.c.not_useful_at),
    )
    .join_from(_ASKED, _DIGEST, _DIGEST.c.id == _ASKED.c.digest)
    .where(
        mine(_ASKED),
        mine(_DIGEST),
        _DIGEST.c.sent_at >= bindparam("since", type_=_DIGEST.c.sent_at.type),
        or_(_ASKED.c.settled_at.is_(None), _ASKED.c.settled_at >= _DIGEST.c.sent_at),  # else it wasn't asked any more
    )
    .group_by(_ASKED.c.reason)
)
_SWITCHED_OFF = select(_OFF.c.reason).where(mine(_OFF))
_SWITCH_OFF = insert_new(_OFF)
_SWITCH_ON = delete(_OFF).where(mine(_OFF), _OFF.c.reason == bindparam("which", type_=_OFF.c.reason.type))
_AT = bindparam("at", type_=_CARER.c.look_at.type)
_LOOK_AT_ALL = (
    update(_CARER)
    .where(mine(_CARER), _CARER.c.stopped.is_(False), or_(_CARER.c.look_at.is_(None), _CARER.c.look_at > _AT))
    .values(look_at=_AT)
)
"""Nobody planned to look at those who had nothing else."""
_UNREACHABLE = (
    select(_CARER.c.person, _CARER.c.unreachable_since, func.count().label("courses"))
    .join_from(_CARER, _COURSE, and_(_COURSE.c.community == _CARER.c.community, _COURSE.c.owner == _CARER.c.person))
    .where(mine(_CARER), mine(_COURSE), _CARER.c.unreachable_since.is_not(None), _COURSE.c.archived_at.is_(None))
    .group_by(_CARER.c.person, _CARER.c.unreachable_since)
    .order_by(_CARER.c.unreachable_since, _CARER.c.person)
)
_FIRST_UNREACHABLE = _UNREACHABLE.limit(bindparam("most"))
_HOW_MANY_UNREACHABLE = select(func.count()).select_from(_UNREACHABLE.order_by(None).subquery())
_KNOWN = frozenset(reason.value for reason in Reason)


def _reasons(db: Connection, community: str, since: datetime) -> dict[Reason, Nudged]:
    rows = db.execute(_REASONS, {"tenant": community, "since": since})
    return {Reason(reason): Nudged(*figures) for reason, *figures in rows if reason in _KNOWN}


def switched_off(db: Connection, community: str) -> frozenset[Reason]:
    """Give the reasons that nobody is reminded of."""
    return known_reasons(db.execute(_SWITCHED_OFF, {"tenant": community}).scalars())


def known_reasons(names: Iterable[str]) -> frozenset[Reason]:
    """Read reasons; a name that a newer version gave one is left out."""
    return frozenset(Reason(name) for name in names if name in _KNOWN)


def _switch(db: Connection, community: str, reason: Reason, now: datetime, *, on: bool) -> None:
    if on:
        if db.execute(_SWITCH_ON, {"tenant": community, "which": reason.value}).rowcount:
            db.execute(_LOOK_AT_ALL, {"tenant": community, "at": now})
    else:
        db.execute(_SWITCH_OFF, {"community": community, "reason": reason.value, "off_at": now})


def _unreachable(db: Connection, community: str, limit: int) -> tuple[list[Unreachable], int]:
    rows = db.execute(_FIRST_UNREACHABLE, {"tenant": community, "most": limit}).all()
    people = people_by_id(db, community, {row.person for row in rows}) if rows else {}
    found = [Unreachable(people[person], since, courses) for person, since, courses in rows]
    return found, db.execute(_HOW_MANY_UNREACHABLE, {"tenant": community}).scalar_one()


class SqlInsights:
    """`bot.ports.Insights` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def reasons(self, since: datetime) -> Mapping[Reason, Nudged]:
        return await self._run(_reasons, since)

    async def switched_off(self) -> frozenset[Reason]:
        return await self._run(switched_off)

    async def switch(self, reason: Reason, now: datetime, *, on: bool) -> None:
        await self._run(_switch, reason, now, on=on)

    async def unreachable(self, limit: int) -> tuple[Sequence[Unreachable], int]:
        return await self._run(_unreachable, limit)
