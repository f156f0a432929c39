"""What people typed into forms that could not be taken yet."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.model import Draft
from storage.columns import Number
from storage.session import Session
from storage.sql import Values, draw, mine, table

KEPT = 20
"""Drafts kept for a person; the oldest go first."""
_DRAFT = table("draft")
_KEEP = insert(_DRAFT)
_GET = select(_DRAFT.c.id, _DRAFT.c.person, _DRAFT.c.form, _DRAFT.c.answers, _DRAFT.c.state).where(
    mine(_DRAFT), _DRAFT.c.id == bindparam("draft", type_=Number), _DRAFT.c.person == bindparam("person")
)
_OLDER = (
    select(_DRAFT.c.id)
    .where(mine(_DRAFT), _DRAFT.c.person == bindparam("person"))
    .order_by(_DRAFT.c.id.desc())
    .offset(KEPT)
)
_CUT = delete(_DRAFT).where(mine(_DRAFT), _DRAFT.c.id.in_(bindparam("ids", type_=Number, expanding=True)))
_FORGET = delete(_DRAFT).where(mine(_DRAFT), _DRAFT.c.kept_at < bindparam("before"))


def _keep(
    db: Connection, community: str, person: int, form: str, values: Mapping[str, str], state: str, now: datetime
) -> int:
    number = draw(db, community, "drafts")
    row: Values = {"person": person, "form": form, "state": state, "answers": json.dumps(dict(values)), "kept_at": now}
    db.execute(_KEEP, row | {"community": community, "id": number})
    older = list(db.execute(_OLDER, {"tenant": community, "person": person}).scalars())
    if older:
        db.execute(_CUT, {"tenant": community, "ids": older})
    return number


def _get(db: Connection, community: str, draft: int, person: int) -> Draft | None:
    row = db.execute(_GET, {"tenant": community, "draft": draft, "person": person}).first()
    if row is None:
        return None
    number, owner, form, answers, state = row
    return Draft(number, owner, form, json.loads(answers), state)


def _forget(db: Connection, community: str, before: datetime) -> int:
    return db.execute(_FORGET, {"tenant": community, "before": before}).rowcount


class SqlDrafts:
    """`bot.ports.Drafts` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def keep(self, person: int, form: str, values: Mapping[str, str], state: str, now: datetime) -> int:
        return await self._run(_keep, person, form, values, state, now)

    async def get(self, draft: int, person: int) -> Draft | None:
        return await self._run(_get, draft, person)

    async def forget(self, before: datetime) -> int:
        return await self._run(_forget, before)
