"""The outbox: what must be said once. The states and their meaning are the core's (`bot.model.OutboxState`).

An edit is a letter too: one row for each message, which goes round as often as its message is refreshed. While it
waits, refreshing again adds nothing. That the newest state wins, also with several processes:

1. `_REFRESH` holds the row until what was changed is committed, and a claim skips rows that are held. So an edit is
   claimed before the change, or its card shows it.
2. Claimed before, the claim stands no more after: `_REFRESH` takes its claimant away, and so does who takes the edit
   over when a lease has run out. Who edited a message and finds that the claim doesn't stand (`_EDITED`) has it edited
   once more (`_AGAIN`). So whichever edit arrives last, an older card never stays: its maker sees to the next one.
3. A letter that is queued beside a refresh waits for the community's row, and makes its card afterwards. One that was
   on its way before has an edit, which waits until the letter stands.

A process that hangs longer than a lease and dies just between its late edit and `_EDITED` is the one exception.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, null, or_, select, union_all, update

from bot.model import UNREACHED, Letter, OutboxState, Recipient, Ref, Workspace
from storage.columns import Number, StoredText, storable
from storage.posts import PUT
from storage.session import Session
from storage.sql import Values, draw, insert_new, insert_or_update, mine, table

_LETTER = table("letter")
_FIELDS = (
    "kind", "subject", "recipient", "occurrence", "id", "state", "attempts", "due_at", "claimed_at", "ref", "error",
    "key", "opens",
)  # fmt: skip
_LETTERS = select(*(_LETTER.c[name] for name in _FIELDS)).where(mine(_LETTER))
_IS_NEW = _LETTER.c.state == OutboxState.NEW.value
_IS_SENDING = _LETTER.c.state == OutboxState.SENDING.value
_IS_EDIT = _LETTER.c.recipient.startswith("edit:")

_QUEUE = insert_new(_LETTER)
_NOW = bindparam("now", type_=_LETTER.c.due_at.type)
_PLATFORMS = _LETTER.c.platform.in_(bindparam("platforms", type_=StoredText, expanding=True))
_IS_TO_GO = _IS_NEW & (_LETTER.c.due_at <= _NOW)
_IS_IN_DOUBT = _IS_SENDING & (_LETTER.c.lease_until <= _NOW)
_IS_DUE = and_(or_(_IS_TO_GO, _IS_IN_DOUBT), _PLATFORMS)
_EACH_DUE = [select(_LETTER.c.id).where(mine(_LETTER), state, _PLATFORMS) for state in (_IS_TO_GO, _IS_IN_DOUBT)]
"""What is due by one state each: asked for both states at once, SQLite would walk through all letters there are."""
_ANY_DUE = select(or_(*(each.exists() for each in _EACH_DUE)))
_DUE = (
    # The second condition is no repetition on PostgreSQL: it is the one that holds once a row's lock is there.
    _LETTERS.where(_LETTER.c.id.in_(union_all(*_EACH_DUE)), _IS_DUE)
    .order_by(_LETTER.c.due_at, _LETTER.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # SQLite has one writer and leaves this out
)
_IS_ONE = _LETTER.c.id == bindparam("letter", type_=Number)
_IS_CLAIMED = _LETTER.c.id.in_(bindparam("ids", type_=Number, expanding=True))
_CLAIMS = update(_LETTER).where(mine(_LETTER), _IS_CLAIMED)
_ONE = update(_LETTER).where(mine(_LETTER), _IS_ONE, or_(_LETTER.c.state != OutboxState.SENT.value, _IS_EDIT))
"""A letter that was sent stays sent, whatever a slow worker still has to say about it. Edits may go round again."""
_SENT = (
    update(_LETTER)
    .where(mine(_LETTER), _IS_ONE)
    .values(state=OutboxState.SENT.value, ref=bindparam("stands"), lease_until=None, error="", opens=bindparam("first"))
    .returning(_LETTER.c.kind, _LETTER.c.subject)
)
_GET = _LETTERS.where(_IS_ONE)
_IS_UNKNOWN = _LETTER.c.state == OutboxState.UNKNOWN.value
_UNKNOWN = _LETTERS.where(_IS_UNKNOWN).order_by(_LETTER.c.claimed_at, _LETTER.c.id).limit(bindparam("most"))
_HOW_MANY_UNKNOWN = select(func.count()).select_from(_LETTER).where(mine(_LETTER), _IS_UNKNOWN)
_DECIDED = (
    update(_LETTER)
    .where(mine(_LETTER), _IS_ONE, _IS_UNKNOWN, _LETTER.c.key == bindparam("marked", type_=StoredText))
    .returning(_LETTER.c.id)
)
_ABOUT = (_LETTER.c.kind == bindparam("kind"), _LETTER.c.subject == bindparam("subject"))
# Sorted here, SQLite would walk through all letters there are, because their key has that order.
_FOUND = _LETTERS.where(*_ABOUT, _LETTER.c.occurrence == bindparam("occurrence"), ~_IS_EDIT)
_FOUND_ONE = _FOUND.where(_LETTER.c.recipient == bindparam("recipient"))
_IS_DEAD = _LETTER.c.state == OutboxState.DEAD.value
_COUNTED = case((_IS_DEAD & _LETTER.c.recipient.startswith("account:"), UNREACHED), else_=_LETTER.c.state)
_COUNTS = select(_COUNTED.label("counted"), func.count()).where(mine(_LETTER), ~_IS_EDIT).group_by("counted")

_SHOWN = select(_LETTER.c.id, _LETTER.c.recipient).where(mine(_LETTER), *_ABOUT, ~_IS_EDIT, ~_IS_DEAD)
_WAITS_OR_RUNS = _IS_NEW | _IS_SENDING
_REFRESH = insert_or_update(
    _LETTER,
    ["community", "kind", "subject", "recipient", "occurrence"],
    {
        "claimant": null(),  # whoever is at work may have seen the old state
        "state": case((_WAITS_OR_RUNS, _LETTER.c.state), else_=OutboxState.NEW.value),
        "attempts": case((_WAITS_OR_RUNS, _LETTER.c.attempts), else_=0),
        # an edit that was made is due from the moment at which the message may be edited again
        "due_at": case((_WAITS_OR_RUNS | (_LETTER.c.due_at > _NOW), _LETTER.c.due_at), else_=_NOW),
    },
)
_AN_EDIT = update(_LETTER).where(mine(_LETTER), _IS_ONE, _IS_EDIT)
_UNTIL = bindparam("until", type_=_LETTER.c.due_at.type)
_FREE: dict[str, Any] = {"due_at": _UNTIL, "lease_until": None, "claimant": None}
_AGAIN = _AN_EDIT.values(_FREE | {"state": OutboxState.NEW.value, "error": "", "attempts": 0, "claimed_at": None})
_EDITED = (
    _AN_EDIT.where(
        _IS_SENDING,
        _LETTER.c.claimant == bindparam("holder", type_=StoredText),
        _LETTER.c.claimed_at == bindparam("held_since", type_=_LETTER.c.claimed_at.type),
    )
    .values(_FREE | {"state": bindparam("becomes"), "error": bindparam("why")})
    .returning(_LETTER.c.id)
)


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
        "opens": False,
        "created_at": now,
    }


def _refresh(db: Connection, community: str, kind: str, subject: str, now: datetime) -> None:
    first = draw(db, community, "letters")  # holds the community's row: letters queued beside this wait for it
    shown = sorted(map(tuple, db.execute(_SHOWN, {"tenant": community, "kind": kind, "subject": subject})))
    edits = [Letter(kind, subject, Recipient.edit(Recipient(to).workspace, letter)) for letter, to in shown]
    if not edits:
        return
    if len(edits) > 1:  # hardly ever: most messages stand in one place
        draw(db, community, "letters", len(edits) - 1)
    db.execute(
        _REFRESH, [_row(community, edit, first + n, now) | {"key": "", "now": now} for n, edit in enumerate(edits)]
    )


def _edited(
    db: Connection, community: str, letter: int, claimant: str, claimed_at: datetime, until: datetime, error: str
) -> bool:
    one = {"tenant": community, "letter": letter, "until": until}
    claim = {"holder": claimant, "held_since": claimed_at}
    state = OutboxState.DEAD if error else OutboxState.SENT
    if db.execute(_EDITED, one | claim | {"becomes": state.value, "why": error}).first() is not None:
        return True
    db.execute(_AGAIN, one)
    return False


def _claim(
    db: Connection, community: str, now: datetime, lease: float, limit: int, claimant: str, platforms: list[str]
) -> list[Letter]:
    letters = [
        _letter(row)
        for row in db.execute(_DUE, {"tenant": community, "now": now, "most": limit, "platforms": platforms})
    ]
    until = now + timedelta(seconds=lease)
    claim: Values = {"state": OutboxState.SENDING.value, "lease_until": until, "claimant": claimant}
    # A doubtful edit is made once more, so its claim is as good as a first one.
    fresh = [one.id for one in letters if one.state is OutboxState.NEW or one.recipient.kind == "edit"]
    doubtful = [one.id for one in letters if one.id not in fresh]
    if fresh:
        first = claim | {"claimed_at": now, "attempts": _LETTER.c.attempts + 1}
        db.execute(_CLAIMS.values(first), {"tenant": community, "ids": fresh})
    if doubtful:  # keep their claimed_at: whoever looks the marker up must look back to the first claim
        db.execute(_CLAIMS.values(claim), {"tenant": community, "ids": doubtful})
    return letters


def _any_due(db: Connection, community: str, now: datetime, platforms: list[str]) -> bool:
    wanted = {"tenant": community, "now": now, "platforms": platforms}
    return bool(db.execute(_ANY_DUE, wanted).scalar())


def _letter(row: Row[*tuple[Any, ...]]) -> Letter:
    values: Values = dict(zip(_FIELDS, row, strict=True))
    typed = {"state": OutboxState(values["state"]), "recipient": Recipient(values["recipient"])}
    return Letter(**(values | typed))


def _sent(
    db: Connection, community: str, letter: int, ref: str, workspace: Workspace, now: datetime, *, opens: bool
) -> None:
    said = db.execute(_SENT, {"tenant": community, "letter": letter, "stands": ref, "first": opens}).first()
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


def _get(db: Connection, community: str, letter: int) -> Letter | None:
    row = db.execute(_GET, {"tenant": community, "letter": letter}).first()
    return None if row is None else _letter(row)


def _unknown(db: Connection, community: str, limit: int) -> tuple[list[Letter], int]:
    letters = [_letter(row) for row in db.execute(_UNKNOWN, {"tenant": community, "most": limit})]
    return letters, db.execute(_HOW_MANY_UNKNOWN, {"tenant": community}).scalar_one()


def _resend(db: Connection, community: str, letter: int, key: str, now: datetime) -> bool:
    found = _get(db, community, letter)
    if found is None:
        return False
    again: Values = {
        "state": OutboxState.NEW.value,
        "key": marker(community, found, now),
        "attempts": 0,
        "due_at": now,
        "claimed_at": None,
        "lease_until": None,
        "claimant": None,
        "error": "",
    }
    return _decide(db, community, letter, key, again)


def _forget(db: Connection, community: str, letter: int, key: str) -> bool:
    dead: Values = {"state": OutboxState.DEAD.value, "lease_until": None, "error": "A steward let it be."}
    return _decide(db, community, letter, key, dead)


def _decide(db: Connection, community: str, letter: int, key: str, values: Values) -> bool:
    one = {"tenant": community, "letter": letter, "marked": key}
    return db.execute(_DECIDED.values(values), one).first() is not None


def _find(
    db: Connection, community: str, kind: str, subject: str, occurrence: str, recipient: Recipient | None
) -> list[Letter]:
    wanted = {"tenant": community, "kind": kind, "subject": subject, "occurrence": occurrence}
    if recipient is not None:
        return [_letter(row) for row in db.execute(_FOUND_ONE, wanted | {"recipient": str(recipient)})]
    return sorted((_letter(row) for row in db.execute(_FOUND, wanted)), key=lambda letter: letter.id)


def _counts(db: Connection, community: str) -> dict[str, int]:
    rows = db.execute(_COUNTS, {"tenant": community})
    return dict.fromkeys([*OutboxState, UNREACHED], 0) | {str(counted): count for counted, count in rows}


class SqlOutbox:
    """`bot.ports.Outbox` in a database."""

    def __init__(self, session: Session) -> None:
        self._run = session.run

    async def queue(self, letters: Iterable[Letter], now: datetime) -> None:
        await self._run(_queue, list(letters), now)

    async def refresh(self, kind: str, subject: str, now: datetime) -> None:
        await self._run(_refresh, kind, subject, now)

    async def claim(
        self, now: datetime, lease: float, limit: int, claimant: str, platforms: Collection[str]
    ) -> Sequence[Letter]:
        return await self._run(_claim, now, lease, limit, claimant, list(platforms))

    async def due(self, now: datetime, platforms: Collection[str]) -> bool:
        return await self._run(_any_due, now, list(platforms))

    async def sent(self, letter: int, ref: Ref, workspace: Workspace, now: datetime, *, opens: bool = False) -> None:
        await self._run(_sent, letter, ref, workspace, now, opens=opens)

    async def edited(self, letter: int, claimant: str, claimed_at: datetime, until: datetime, error: str = "") -> bool:
        return await self._run(_edited, letter, claimant, claimed_at, until, error)

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

    async def unknown(self, limit: int) -> tuple[Sequence[Letter], int]:
        return await self._run(_unknown, limit)

    async def resend(self, letter: int, key: str, now: datetime) -> bool:
        return await self._run(_resend, letter, key, now)

    async def forget(self, letter: int, key: str) -> bool:
        return await self._run(_forget, letter, key)

    async def get(self, letter: int) -> Letter | None:
        return await self._run(_get, letter)

    async def find(self, kind: str, subject: str, occurrence: str, recipient: Recipient | None) -> Sequence[Letter]:
        return await self._run(_find, kind, subject, occurrence, recipient)

    async def counts(self) -> Mapping[str, int]:
        return await self._run(_counts)
