"""How a joining is taken back: pure rules. What came goes back as it came; what changed since stays."""

from collections.abc import Sequence
from datetime import datetime

from storage.joining.rows import Change, Key, Rows
from storage.joining.rules import KEEPINGS, Keeping, first, follow_clock
from storage.sql import Values

_UNSAID: Values = {
    "weekday": None,
    "hour": None,
    "paused_until": None,
    "away_until": None,
    "stopped": False,
    "without": "[]",
    "greeted_at": None,
    "digest_at": None,
    "rounds": 0,
    "unreachable_since": None,
    "told_at": None,
}
"""The settings of somebody who never said anything."""
_AS_A_WHOLE = ("rsvp",)
"""Tables whose rows say one thing: where a part of it was said anew since, all of it was."""


def parted(changes: Sequence[Change], now: Rows, kept: int, gone: int, at: datetime) -> Rows:
    """Give the rows as they are once `gone` has become somebody of their own again, at a moment."""
    after = {name: {key: dict(row) for key, row in rows.items()} for name, rows in now.items()}
    for change in changes:
        _take_back(change, now, after)
    _keep_started(now, after)
    for keeping in KEEPINGS:
        _give_back_rights(changes, now, after, keeping, kept)
        _give_back_offers(changes, now, after, keeping)
    for name in ("asked", "flag"):
        _reopen(changes, now, after, name, kept)
    _look_in_time(now, after, kept, gone)
    follow_clock(now, after, kept, at)
    return after


def _take_back(change: Change, now: Rows, after: Rows) -> None:
    """Undo a change where the row still is as the joining left it; column by column where it changed columns."""
    rows, current = after[change.table], now[change.table].get(change.key)
    if change.became is None:
        rows[change.key] = dict(change.was or {})
    elif change.table == "carer" and change.was is None:
        _unsay(change.became, current, after, change.key)
    elif change.was is None:
        if current == change.became:
            del rows[change.key]
    elif current is not None:
        same = [column for column, value in change.became.items() if current[column] == value]
        if change.table not in _AS_A_WHOLE or len(same) == len(change.became):
            rows[change.key] |= {column: change.was[column] for column in same}


def _unsay(became: Values, current: Values | None, after: Rows, key: Key) -> None:
    """Take back settings that somebody has by the joining alone, but for those that changed since.

    The row itself stays only where something is left to say, or courses are to be looked at.
    """
    if current is None:
        return
    said = {column: current[column] for column, blank in _UNSAID.items() if current[column] != became[column]}
    owns = any(row["owner"] == current["person"] for row in after["course"].values())
    if said or owns:
        after["carer"][key] = current | _UNSAID | said
    else:
        del after["carer"][key]


def _keep_started(now: Rows, after: Rows) -> None:
    """Keep a course as started where steps of it were done since."""
    for row in after["step_done"].values():
        key = (row["person"], row["course"])
        if key not in after["learning"]:
            after["learning"][key] = dict(now["learning"][key])


def _give_back_rights(changes: Sequence[Change], now: Rows, after: Rows, keeping: Keeping, kept: int) -> None:
    """Give somebody back what they helped with, if the kept person still has a right to it."""
    held = keeping.held(now, kept)
    held |= {row[keeping.which] for row in now[keeping.helpers].values() if row["person"] == kept}
    for change in changes:
        if change.table != keeping.helpers or change.became is not None or change.was is None:
            continue
        which, person = change.was[keeping.which], change.was["person"]
        if which not in held or which in keeping.held(after, person):
            after[keeping.helpers].pop(change.key, None)


def _give_back_offers(changes: Sequence[Change], now: Rows, after: Rows, keeping: Keeping) -> None:
    """Offer something again to the one it was offered to, if it is still whose it was."""
    things, offers = after[keeping.rows], after[keeping.offers]
    for change in changes:
        if change.table != keeping.offers or change.became is not None or change.was is None:
            continue
        which, giver, taker = (change.was[name] for name in (keeping.which, "giver", "taker"))
        keeper = things[which,][keeping.keeper] if (which,) in things else None
        if keeper is None or keeper == taker or giver not in {None, keeper}:
            offers.pop(change.key, None)
        if change.key in now[keeping.offers]:
            offers[change.key] = now[keeping.offers][change.key]


def _reopen(changes: Sequence[Change], now: Rows, after: Rows, name: str, kept: int) -> None:
    """Leave settled what the joining settled beside another one, if that was settled too by now."""
    still = {row["course"] for row in now[name].values() if row["person"] == kept and row["settled_at"] is None}
    for change in changes:
        if change.table != name or change.became is None or "settled_at" not in change.became:
            continue
        row, current = after[name].get(change.key), now[name].get(change.key)
        if row and current and row["settled_at"] is None and row["course"] not in still:
            row.update({column: current[column] for column in ("settled_at", "settled_by", "outcome")})


def _look_in_time(now: Rows, after: Rows, kept: int, gone: int) -> None:
    """Look at the courses of both no later than was planned for the one: too early is fine, too late is not."""
    planned = now["carer"].get((kept,))
    if planned is None:
        return
    for person in (kept, gone):
        row = after["carer"].get((person,))
        if row is not None:
            row["look_at"] = first(row["look_at"], planned["look_at"])
