"""What acts ended of courses' ways to other owners, kept so that an Undo of the act can put it back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, bindparam, delete, exists, select, update

from bot.care import Stage
from storage.columns import Number
from storage.sql import Values, hold, insert_new, insert_or_update, mine, table

_ENDED, _ESCALATION, _HANDOVER = table("ended_way"), table("escalation"), table("handover")
_COURSE, _CO_OWNER = table("course"), table("course_co_owner")
WAY = ("owner", "stage", "why", "since", "due_at")
"""The columns of a way."""
OFFER = ("giver", "taker", "offered_at")
"""The columns of an offer."""
_THIS = bindparam("this", type_=Number)
_KEEP = insert_or_update(_ENDED, ["community", "course"], ["ended_at", *WAY, "looking_since", *OFFER])
_ENDED_AT = select(*(_ENDED.c[name] for name in (*WAY, "looking_since", *OFFER))).where(
    mine(_ENDED), _ENDED.c.course == _THIS, _ENDED.c.ended_at == bindparam("at", type_=_ENDED.c.ended_at.type)
)
_FORGET = delete(_ENDED).where(mine(_ENDED), _ENDED.c.course == _THIS)
_IS_ONE = (mine(_COURSE), _COURSE.c.id == _THIS, _COURSE.c.archived_at.is_(None))
_OWNER = select(_COURSE.c.owner).where(*_IS_ONE)
_LOOK_AGAIN = (
    update(_COURSE)
    .where(*_IS_ONE, _COURSE.c.offered_at.is_(None))
    .values(offered_at=bindparam("at", type_=_COURSE.c.offered_at.type))
)
_CO_OWNS = select(
    exists().where(
        mine(_CO_OWNER), _CO_OWNER.c.course == _THIS, _CO_OWNER.c.person == bindparam("person", type_=Number)
    )
)
_BEGIN, _OFFER = insert_new(_ESCALATION), insert_new(_HANDOVER)


def keep(
    db: Connection,
    community: str,
    course: int,
    now: datetime,
    way: Values | None,
    looking_since: datetime | None,
    offer: Values | None,
) -> None:
    """Keep what an act of this moment ended, in place of what an earlier one did."""
    if way is None and offer is None:
        return
    row: Values = {"community": community, "course": course, "ended_at": now, "looking_since": looking_since}
    for names, there in ((WAY, way), (OFFER, offer)):
        row |= dict.fromkeys(names) if there is None else {name: there[name] for name in names}
    db.execute(_KEEP, row)


def row_of(found: CursorResult[*tuple[Any, ...]]) -> Values | None:
    """Give the one row that was found, by the names of its columns."""
    row = found.mappings().first()
    return None if row is None else dict(row)


def put_back(db: Connection, community: str, course: int, at: datetime) -> bool:
    """Put back what an act of this very moment ended, where nothing else came since; True where an offer stands again.

    What an owner who has changed since, or somebody who is no co-owner any more, could do nothing with is left out.
    """
    hold(db, community)
    this = {"tenant": community, "this": course}
    kept = row_of(db.execute(_ENDED_AT, this | {"at": at}))
    found = db.execute(_OWNER, this).first()
    if kept is None or found is None:
        return False
    db.execute(_FORGET, this)
    key = {"community": community, "course": course}
    goes_on = _goes_on(kept, found.owner)
    if goes_on:
        db.execute(_BEGIN, key | {name: kept[name] for name in WAY})
        if kept["looking_since"] is not None:
            db.execute(_LOOK_AGAIN, this | {"at": kept["looking_since"]})
    taker, giver = kept["taker"], kept["giver"]
    if taker is None or taker == found.owner:
        return False
    if giver is None and not (goes_on and db.execute(_CO_OWNS, this | {"person": taker}).scalar()):
        return False
    return db.execute(_OFFER, key | {name: kept[name] for name in OFFER}).rowcount > 0


def _goes_on(kept: Values, owner: int | None) -> bool:
    """Tell whether the way that was kept still is the way of a course that has this owner."""
    if kept["stage"] == Stage.PASSED.value:
        return owner is not None
    return kept["stage"] is not None and kept["owner"] == owner
