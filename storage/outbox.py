"""The outbox: what must be said once. The states and their meaning are the core's (`bot.model.OutboxState`)."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, or_, select, update

from bot.model import Letter, OutboxState, Recipient, Ref, Workspace
from storage.columns import Number, StoredText, storable
from storage.posts import PUT
from storage.session import Session
from storage.sql import Values, draw, insert_new, mine, table

_LETTER = table("letter")
_FIELDS = (
    "kind", "subject", "recipient", "occurrence", "id", "state", "attempts", "due_at", "claimed_at", "ref", "error",
    "key",
)  # fmt: skip
_LETTERS = select(*(_LETTER.c[name] for name in _FIELDS)).where(mine(_LETTER))
_IS_NEW = _LETTER.c.state == OutboxState.NEW.value
_IS_SENDING = _LETTER.c.state == OutboxState.SENDING.value

_QUEUE = insert_new(_LETTER)
_NOW = bindparam("now", type_=_LETTER.c.due_at.type)
_IS_DUE = and_(
    or_(_IS_NEW & (_LETTER.c.due_at <= _NOW), _IS_SENDING & (_LETTER.c.lease_until <= _NOW)),
    _LETTER.c.platform.in_(bindparam("platforms", type_=StoredText, expanding=True)),
)
_ANY_DUE = select(_LETTER.c.id).where(mine(_LETTER), _IS_DUE).limit(1)
_DUE = (
    _LETTERS.where(_IS_DUE)
    .order_by(_LETTER.c.due_at, _LETTER.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer and leaves this out
)
_IS_ONE = _LETTER.c.id == bindparam("letter", type_=Number)
_IS_CLAIMED = _LETTER.c.id.in_(bindparam("ids", type_=Number, expanding=True))
_CLAIMS = update(_LETTER).where(mine(_LETTER), _IS_CLAIMED)
_ONE = update(_LETTER).where(mine(_LETTER), _IS_ONE, _LETTER.c.state != OutboxState.SENT.value)
"""A letter that was sent stays sent, whatever a slow worker still has to say about it."""
_SENT = update(_LETTER).where(mine(_LETTER), _IS_ONE).returning(_LETTER.c.kind, _LETTER.c.subject)
_FOUND = _LETTERS.where(
    _LETTER.c.kind == bindparam("kind"),
    _LETTER.c.subject == bindparam("subject"),
    _LETTER.c.occurrence == bindparam("occurrence"),
).order_by(_LETTER.c.id)
_FOUND_ONE = _FOUND.where(_LETTER.c.recipient == bindparam("recipient"))
_COUNTS = select(_LETTER.c.state, func.count()).where(mine(_LETTER)).group_by(_LETTER.c.state)


def marker(community: str, letter: Letter, now: datetime) -> str:
    """Make the marker that a message carries on its platform: 22 letters and digits.

    The moment is part of it, so that a letter that was cleared away and queued again is another message.
    """
    parts = (
        community,
        letter.kind,
        letter.subject,
        str(letter.recipient),
        letter.occurrence,
        now.astimezone(UTC).isoformat(),
    )
    return hashlib.sha256("\x00".join(map(storable, parts)).encode()).hexdigest()[:22]


def _queue(db: Connection, community: str, letters: Sequence[Letter], now: datetime) -> None:
    if not letters:
        return
    first = draw(db, community, "letters", len(letters)) - len(letters) + 1
    db.execute(_QUEUE, [_row(community, letter, first + n, now) for n, letter in enumerate(letters)])


def _row(community: str, letter: Letter, number: int, now: datetime) -> Values:
    return {
        "community": community,
        "id": number,
        "kind": letter.kind,
        "subject": letter.subject,
        "recipient": str(letter.recipient),
        "platform": letter.recipient.workspace.platform,
        "occurrence": letter.occurrence,
        "state": OutboxState.NEW.value,
        "attempts": 0,
        "due_at": letter.due_at or now,
        "error": "",
        "key": marker(community, letter, now),
        "created_at": now,
    }


def _claim(
    db: Connection, community: str, now: datetime, lease: float, limit: int, claimant: str, platforms: list[str]
) -> list[Letter]:
    letters = [
        _letter(row)
        for row in db.execute(_DUE, {"tenant": community, "now": now, "most": limit, "platforms": platforms})
    ]
    until = now + timedelta(seconds=lease)
    claim: Values = {"state": OutboxState.SENDING.value, "lease_until": until, "claimant": claimant}
    fresh = [letter.id for letter in letters if letter.state is OutboxState.NEW]
    doubtful = [letter.id for letter in letters if letter.state is not OutboxState.NEW]
    if fresh:
        first = claim | {"claimed_at": now, "attempts": _LETTER.c.attempts + 1}
        db.execute(_CLAIMS.values(first), {"tenant": community, "ids": fresh})
    if doubtful:  # keep their claimed_at: whoever looks the marker up must look back to the first claim
        db.execute(_CLAIMS.values(claim), {"tenant": community, "ids": doubtful})
    return letters


def _any_due(db: Connection, community: str, now: datetime, platforms: list[str]) -> bool:
    wanted = {"tenant": community, "now": now, "platforms": platforms}
    return db.execute(_ANY_DUE, wanted).first() is not None


def _letter(row: Row[*tuple[Any, ...]]) -> Letter:
    values: Values = dict(zip(_FIELDS, row, strict=True))
    typed = {"state": OutboxState(values["state"]), "recipient": Recipient(values["recipient"])}
    return Letter(**(values | typed))


def _sent(db: Connection, community: str, letter: int, ref: str, workspace: Workspace, now: datetime) -> None:
    state = {"state": OutboxState.SENT.value, "ref": ref, "lease_until": None, "error": ""}
    said = db.execute(_SENT.values(state), {"tenant": community, "letter": letter}).first()
    if said is None:
        return
    kind, subject = said
    post = {
        "community": community,
        "ref": ref,
        "kind": kind,
        "subject": subject,
        "platform": workspace.platform,
        "workspace": workspace.id,
        "posted_at": now,
    }
    db.execute(PUT, post)


def _change(db: Connection, community: str, letter: int, values: Values) -> None:
    db.execute(_ONE.values(values), {"tenant": community, "letter": letter})


def _find(
    db: Connection, community: str, kind: str, subject: str, occurrence: str, recipient: Recipient | None
) -> list[Letter]:
    wanted = {"tenant": community, "kind": kind, "subject": subject, "occurrence": occurrence}
    if recipient is None:
        return [_letter(row) for row in db.execute(_FOUND, wanted)]
    return [_letter(row) for row in db.execute(_FOUND_ONE, wanted | {"recipient": str(recipient)})]


def _counts(db: Connection, community: str) -> dict[str, int]:
    rows = db.execute(_COUNTS, {"tenant": community})
    return dict.fromkeys(OutboxState, 0) | {OutboxState(state): count for state, count in rows}


class SqlOutbox:
    """`bot.ports.Outbox` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def queue(self, letters: Iterable[Letter], now: datetime) -> None:
        await self._run(_queue, list(letters), now)

    async def claim(
        self, now: datetime, lease: float, limit: int, claimant: str, platforms: Collection[str]
    ) -> Sequence[Letter]:
        return await self._run(_claim, now, lease, limit, claimant, list(platforms))

    async def due(self, now: datetime, platforms: Collection[str]) -> bool:
        return await self._run(_any_due, now, list(platforms))

    async def sent(self, letter: int, ref: Ref, workspace: Workspace, now: datetime) -> None:
        await self._run(_sent, letter, ref, workspace, now)

    async def delay(self, letter: int, until: datetime, error: str, *, attempted: bool) -> None:
        values: Values = {
            "state": OutboxState.NEW.value,
            "due_at": until,
            "claimed_at": None,
            "lease_until": None,
            "claimant": None,
            "error": error,
        }
        if not attempted:  # the claim counted an attempt that never was
            values["attempts"] = case((_LETTER.c.attempts > 0, _LETTER.c.attempts - 1), else_=0)
        await self._run(_change, letter, values)

    async def doubt(self, letter: int, until: datetime, error: str) -> None:
        state = {"state": OutboxState.SENDING.value, "lease_until": until, "error": error}
        await self._run(_change, letter, state)

    async def close(self, letter: int, state: str, error: str) -> None:
        await self._run(_change, letter, {"state": OutboxState(state).value, "lease_until": None, "error": error})

    async def find(self, kind: str, subject: str, occurrence: str, recipient: Recipient | None) -> Sequence[Letter]:
        return await self._run(_find, kind, subject, occurrence, recipient)

    async def counts(self) -> Mapping[str, int]:
        return await self._run(_counts)
