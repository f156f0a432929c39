"""Reminders as they stand in the database, for tests of what is counted of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, insert

from bot.care import Outcome, Reason
from bot.ports import Store
from storage.sql import insert_or_update, table
from storage.store import SqlStore
from tests.storage.sample import NOW

_STATEMENTS = {
    "digest": insert(table("digest")),
    "asked": insert(table("asked")),
    "carer": insert_or_update(table("carer"), ["community", "person"], ["unreachable_since"]),
}
Rows = Sequence[tuple[str, dict[str, Any]]]


def _add(db: Connection, community: str, rows: Rows) -> None:
    for name, row in rows:
        db.execute(_STATEMENTS[name], {"community": community, **row})


@dataclass
class Reminders:
    """Writes down that owners were reminded, as the feature that does it would have."""

    store: Store
    community: str

    def __post_init__(self) -> None:
        self._numbers = count(1)

    async def sent(
        self,
        person: int,
        course: int,
        reason: Reason,
        *,
        at: datetime | None = NOW,
        tapped: bool = False,
        not_useful: bool = False,
        outcome: Outcome | None = None,
        settled: timedelta = timedelta(hours=1),
        by_them: bool = True,
    ) -> None:
        """Write down a digest with one course; `at` is when it was sent, None for not at all.

        `settled` is how much later the outcome came. An open one can be only one a person and course.
        """
        number, moment = next(self._numbers), at or NOW
        digest = {"id": number, "person": person, "kind": "digest", "made_at": moment, "sent_at": at}
        asked = {
            "id": number,
            "digest": number,
            "position": 0,
            "person": person,
            "course": course,
            "reason": reason.value,
            "asked_at": moment,
            "tapped_at": moment if tapped else None,
            "not_useful_at": moment if not_useful else None,
            "settled_at": moment + settled if outcome else None,
            "outcome": outcome.value if outcome else "",
            "settled_by": person if outcome and by_them else None,
        }
        await self._write([("digest", digest), ("asked", asked)])

    async def unreachable(self, person: int, since: datetime) -> None:
        """Write down that no message reaches somebody."""
        row = {"person": person, "unreachable_since": since, "stopped": False, "without": "[]", "rounds": 0}
        await self._write([("carer", row)])

    async def _write(self, rows: Rows) -> None:
        assert isinstance(self.store, SqlStore)
        async with self.store._database.write(self.community) as session:
            await session.run(_add, rows)
