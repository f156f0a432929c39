"""What people typed into forms that could not be taken yet."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.model import Draft
from storage.columns import Number
from storage.session import Session
from storage.sql import Values, draw, insert_or_update, mine, table

_DRAFT = table("draft")
_PLACE = (
    mine(_DRAFT),
    _DRAFT.c.person == bindparam("person"),
    _DRAFT.c.form == bindparam("form"),
    _DRAFT.c.state == bindparam("state"),
)
_KNOWN = select(_DRAFT.c.id).where(*_PLACE)
_KEEP = insert_or_update(_DRAFT, ["community", "person", "form", "state"], ["answers", "kept_at"]).returning(
    _DRAFT.c.id
)
_GET = select(_DRAFT.c.id, _DRAFT.c.person, _DRAFT.c.form, _DRAFT.c.answers, _DRAFT.c.state).where(
    mine(_DRAFT), _DRAFT.c.id == bindparam("draft", type_=Number), _DRAFT.c.person == bindparam("person")
)
_DROP = delete(_DRAFT).where(*_PLACE)
_FORGET = delete(_DRAFT).where(mine(_DRAFT), _DRAFT.c.kept_at < bindparam("before"))


def _keep(
    db: Connection, community: str, person: int, form: str, values: Mapping[str, str], state: str, now: datetime
) -> int:
    place: Values = {"person": person, "form": form, "state": state}
    number = db.execute(_KNOWN, place | {"tenant": community}).scalar() or draw(db, community, "drafts")
    row = place | {"community": community, "id": number, "answers": json.dumps(dict(values)), "kept_at": now}
    kept: int = db.execute(_KEEP, row).scalar_one()
    return kept


def _get(db: Connection, community: str, draft: int, person: int) -> Draft | None:
    row = db.execute(_GET, {"tenant": community, "draft": draft, "person": person}).first()
    if row is None:
        return None
    number, owner, form, answers, state = row
    return Draft(number, owner, form, json.loads(answers), state)


def _drop(db: Connection, community: str, person: int, form: str, state: str) -> None:
    db.execute(_DROP, {"tenant": community, "person": person, "form": form, "state": state})


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

    async def drop(self, person: int, form: str, state: str) -> None:
        await self._run(_drop, person, form, state)

    async def forget(self, before: datetime) -> int:
        return await self._run(_forget, before)
