"""When courses were looked after, and when they are to be next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Table,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.care import USUAL, Flag, FlagKind, Intervals, Outcome, Settled, Standing, review_at
from storage.carers import UNASKED, answered, new_carer, questions_to
from storage.columns import Number, folded
from storage.escalations import cancel, close
from storage.people import people_by_id
from storage.session import Session
from storage.sql import hold, insert_or_update, mine, table

_INTERVAL, _COURSE, _TOPIC = table("review_interval"), table("course"), table("course_topic")
_CARER, _ASKED, _FLAG = table("carer"), table("asked"), table("flag")
_EVERY_TOPIC = ""
"""What stands in place of a topic in the row for all others."""
_BATCH = 1000
_PUT_BACK = ("reviewed_at", "taken_at", "snoozed_until", "offered_at")

_THIS = bindparam("this", type_=Number)
_ALL = select(_INTERVAL.c.folded, _INTERVAL.c.days).where(mine(_INTERVAL))
_CLEAR = delete(_INTERVAL).where(mine(_INTERVAL))
_ADD = insert(_INTERVAL)
_WHEN = (
    select(_COURSE.c.id, _COURSE.c.owner, _COURSE.c.reviewed_at, _COURSE.c.review_days)
    .where(mine(_COURSE), _COURSE.c.id > bindparam("after", type_=Number))
    .order_by(_COURSE.c.id)
    .limit(_BATCH)
)
_TOPICS = select(_TOPIC.c.course, _TOPIC.c.folded).where(
    mine(_TOPIC), _TOPIC.c.course > bindparam("after", type_=Number), _TOPIC.c.course <= bindparam("last", type_=Number)
)
_ITS_TOPICS = select(_TOPIC.c.folded).where(mine(_TOPIC), _TOPIC.c.course == _THIS)
_ONE = _COURSE.c.id == _THIS
_ITS = select(_COURSE.c.owner, _COURSE.c.reviewed_at, _COURSE.c.review_days).where(mine(_COURSE), _ONE)
_DUE = bindparam("due", type_=_COURSE.c.review_at.type)
_SET_DUE = update(_COURSE).where(mine(_COURSE), _ONE).values(review_at=_DUE)
_SET_DAYS = update(_COURSE).where(mine(_COURSE), _ONE).values(review_days=bindparam("days"), review_at=_DUE)
_NOW = bindparam("now", type_=_COURSE.c.reviewed_at.type)
_REVIEWED = (
    update(_COURSE)
    .where(mine(_COURSE), _ONE)
    .values(
        reviewed_at=_NOW,
        review_at=_DUE,
        taken_at=None,
        snoozed_until=None,
        offered_at=case((_COURSE.c.owner.is_(None), _COURSE.c.offered_at), else_=None),
    )
)
_AT = bindparam("at", type_=_CARER.c.look_at.type)
_EARLIER = case((_CARER.c.look_at <= _AT, _CARER.c.look_at), else_=_AT)
_LOOK = insert_or_update(_CARER, ["community", "person"], {"look_at": _EARLIER})
_BY = bindparam("by", type_=Number)
_SETTLE_ASKED = (
    update(_ASKED)
    .where(mine(_ASKED), _ASKED.c.course == _THIS, _ASKED.c.settled_at.is_(None))
    .values(
        settled_at=_NOW,
        settled_by=_BY,
        outcome=bindparam("outcome"),
        tapped_at=case((_ASKED.c.person == _BY, func.coalesce(_ASKED.c.tapped_at, _NOW)), else_=_ASKED.c.tapped_at),
    )
    .returning(_ASKED.c.digest, _ASKED.c.person)
)
OF_FLAG = tuple(
    _FLAG.c[name] for name in ("id", "course", "person", "kind", "said", "flagged_at", "settled_at", "outcome")
)
"""What `read_flags` makes flags of."""
_SETTLE_FLAGS = (
    update(_FLAG)
    .where(mine(_FLAG), _FLAG.c.course == _THIS, _FLAG.c.settled_at.is_(None))
    .values(settled_at=_NOW, settled_by=_BY, outcome=bindparam("outcome"))
    .returning(*OF_FLAG)
)
_LEAVE_FLAGS = {Outcome.SNOOZED, Outcome.OFFERED, Outcome.MOVED}
_RENEW = {Outcome.REVIEWED, Outcome.UPDATED}
_ARE_ACTS = _RENEW | {Outcome.SNOOZED, Outcome.OFFERED}
_OPEN_FLAGS = (
    select(func.count()).where(mine(_FLAG), _FLAG.c.course == _THIS, _FLAG.c.settled_at.is_(None)).scalar_subquery()
)
_COUNT_FLAGS = update(_COURSE).where(mine(_COURSE), _ONE).values(flags=_OPEN_FLAGS)
_UNDO = (
    update(_COURSE)
    .where(
        mine(_COURSE),
        _ONE,
        _COURSE.c.reviewed_at == _NOW,
        _COURSE.c.archived_at.is_(None),
        _COURSE.c.taken_at.is_(None),
        _COURSE.c.snoozed_until.is_(None),
        or_(_COURSE.c.offered_at.is_(None), _COURSE.c.owner.is_(None)),
    )
    .values({name: bindparam(f"{name}_then", type_=_COURSE.c[name].type) for name in _PUT_BACK})
    .returning(_COURSE.c.id)
)


def _reopening(rows: Table) -> Update:
    """Make the statement that opens again what was settled at a moment, but for who has another one open by now."""
    other = rows.alias("other")
    opened_since = exists().where(
        other.c.community == rows.c.community,
        other.c.course == rows.c.course,
        other.c.person == rows.c.person,
        other.c.settled_at.is_(None),
    )
    return (
        update(rows)
        .where(mine(rows), rows.c.course == _THIS, rows.c.settled_at == _NOW, ~opened_since)
        .values(settled_at=None, settled_by=None, outcome="")
    )


_ASK_AGAIN = _reopening(_ASKED).where(_ASKED.c.digest != UNASKED).returning(_ASKED.c.digest)
_FLAG_AGAIN = _reopening(_FLAG)


def intervals(db: Connection, community: str) -> Intervals:
    """Load the intervals that hold."""
    told = {topic: days for topic, days in db.execute(_ALL, {"tenant": community})}  # noqa: C416 - rows are no tuples
    return Intervals(told.pop(_EVERY_TOPIC), told) if told else USUAL


def look(db: Connection, community: str, people: Mapping[int, datetime]) -> None:
    """Have a look at people's courses at a moment each, unless it is planned for earlier."""
    rows = [new_carer(community, person) | {"look_at": at, "at": at} for person, at in sorted(people.items())]
    if rows:
        db.execute(_LOOK, rows)


def earliest(plans: Iterable[tuple[int | None, datetime | None]]) -> dict[int, datetime]:
    """Gather the first moment of each person, out of owners and the moments at which their courses are due."""
    first: dict[int, datetime] = {}
    for person, at in plans:
        if person is not None and at is not None:
            first[person] = min(at, first.get(person, at))
    return first


def due_of(db: Connection, community: str, course: int, reviewed_at: datetime) -> datetime | None:
    """Tell when a course that is reviewed at a moment is due again; have its owner looked at then."""
    its = db.execute(_ITS, {"tenant": community, "this": course}).first()
    if its is None:
        return None
    topics = db.execute(_ITS_TOPICS, {"tenant": community, "this": course}).scalars()
    due = review_at(reviewed_at, its.review_days, topics, intervals(db, community))
    look(db, community, earliest([(its.owner, due)]))
    return due


def first_review(db: Connection, community: str, topics: Iterable[str], now: datetime) -> datetime | None:
    """Tell when a course that is made now is due for its first review."""
    return review_at(now, None, map(folded, topics), intervals(db, community))


def renew(db: Connection, community: str, course: int, now: datetime) -> None:
    """Make a course fresh: somebody looked after it just now."""
    due = due_of(db, community, course, now)
    db.execute(_REVIEWED, {"tenant": community, "this": course, "now": now, "due": due})


def _set_intervals(db: Connection, community: str, told: Intervals) -> None:
    named = {folded(topic): days for topic, days in told.by_topic.items()}
    rows = [(_EVERY_TOPIC, told.days), *sorted(named.items())]
    if sorted(rows) == sorted((topic, days) for topic, days in db.execute(_ALL, {"tenant": community})):
        return
    hold(db, community)
    db.execute(_CLEAR, {"tenant": community})
    db.execute(_ADD, [{"community": community, "folded": topic, "days": days} for topic, days in rows])
    after = 0
    while found := db.execute(_WHEN, {"tenant": community, "after": after}).all():
        _work_out(db, community, found, Intervals(told.days, named), after)
        after = found[-1].id


def _work_out(
    db: Connection, community: str, found: Sequence[Row[*tuple[Any, ...]]], told: Intervals, after: int
) -> None:
    topics: dict[int, list[str]] = {}
    for course, topic in db.execute(_TOPICS, {"tenant": community, "after": after, "last": found[-1].id}):
        topics.setdefault(course, []).append(topic)
    dues = {course: review_at(reviewed_at, own, topics.get(course, ()), told) for course, _, reviewed_at, own in found}
    db.execute(_SET_DUE, [{"tenant": community, "this": course, "due": due} for course, due in dues.items()])
    look(db, community, earliest((row.owner, dues[row.id]) for row in found))


def _set_interval(db: Connection, community: str, course: int, days: int | None) -> None:
    hold(db, community)
    its = db.execute(_ITS, {"tenant": community, "this": course}).first()
    if its is None:
        return
    db.execute(_SET_DAYS, {"tenant": community, "this": course, "days": days, "due": None})
    due = due_of(db, community, course, its.reviewed_at)
    db.execute(_SET_DUE, {"tenant": community, "this": course, "due": due})


def _attend(db: Connection, community: str, course: int, by: int, now: datetime, outcome: Outcome) -> Settled:
    hold(db, community)
    if outcome in _RENEW:
        renew(db, community, course, now)
    what = {"tenant": community, "this": course, "now": now, "by": by, "outcome": outcome.value}
    asked = db.execute(_SETTLE_ASKED, what).all()
    answered(db, community, by, now)
    questions = questions_to(db, community, {by, *(row.person for row in asked)})
    flags = [] if outcome in _LEAVE_FLAGS else db.execute(_SETTLE_FLAGS, what).all()
    if flags:
        count_flags(db, community, course)
    asking = tuple(sorted({row.digest for row in asked} - {UNASKED} | questions))
    return Settled(read_flags(db, community, flags), asking, _called_off(db, community, course, now, outcome))


def _called_off(db: Connection, community: str, course: int, now: datetime, outcome: Outcome) -> bool:
    """End what was to find another owner, where somebody did something about the course; True where an offer ended."""
    if outcome is Outcome.ARCHIVED:
        return close(db, community, course, now)
    return outcome in _ARE_ACTS and cancel(db, community, course, now, theirs=outcome in _RENEW)


def read_flags(db: Connection, community: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Flag, ...]:
    """Make flags of rows of OF_FLAG, in the order of their numbers."""
    people = people_by_id(db, community, {row.person for row in rows}) if rows else {}
    return tuple(
        Flag(
            number, course, people[person], FlagKind(kind), said, flagged_at, settled_at,
            Outcome(outcome) if outcome else None,
        )
        for number, course, person, kind, said, flagged_at, settled_at, outcome in sorted(rows, key=lambda row: row.id)
    )  # fmt: skip


def count_flags(db: Connection, community: str, course: int) -> None:
    """Write down how many flags of a course are open."""
    db.execute(_COUNT_FLAGS, {"tenant": community, "this": course})


def flag_again(db: Connection, community: str, course: int, at: datetime) -> None:
    """Open again the flags of a course that were settled at a moment."""
    db.execute(_FLAG_AGAIN, {"tenant": community, "this": course, "now": at})
    count_flags(db, community, course)


def _undo(
    db: Connection,
    community: str,
    course: int,
    at: datetime,
    before: Standing,
    with_flags: bool,  # noqa: FBT001 - sessions pass arguments by place
) -> tuple[int, ...] | None:
    hold(db, community)
    this = {"tenant": community, "this": course, "now": at}
    then = {f"{name}_then": getattr(before, name) for name in _PUT_BACK}
    if db.execute(_UNDO, this | then).first() is None:
        return None
    db.execute(_SET_DUE, this | {"due": due_of(db, community, course, before.reviewed_at)})
    digests = db.execute(_ASK_AGAIN, this).scalars().all()
    if with_flags:
        flag_again(db, community, course, at)
    return tuple(sorted(set(digests)))


class SqlReviews:
    """`bot.ports.Reviews` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def intervals(self) -> Intervals:
        return await self._run(intervals)

    async def set_intervals(self, told: Intervals) -> None:
        await self._run(_set_intervals, told)

    async def set_interval(self, course: int, days: int | None) -> None:
        await self._run(_set_interval, course, days)

    async def attend(self, course: int, by: int, now: datetime, outcome: Outcome) -> Settled:
        return await self._run(_attend, course, by, now, outcome)

    async def undo(
        self, course: int, at: datetime, before: Standing, *, with_flags: bool = True
    ) -> Sequence[int] | None:
        return await self._run(_undo, course, at, before, with_flags)
