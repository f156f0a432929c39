"""How two persons become one: pure rules over the rows that name them. Nothing is lost, nothing is there twice."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.care import Outcome
from bot.meetups.places import merged
from storage.curation import fork_origin
from storage.joining.rows import NAMING, Key, Merge, Rows, key_of
from storage.rsvps import claim_of, claim_values
from storage.sql import Values


@dataclass(frozen=True, slots=True)
class Keeping:
    """Rows that somebody keeps and others help with.

    Attributes:
        rows: their table.
        keeper: its column for who keeps them.
        helpers: the table of those who help.
        which: its column for what they help with, and that of the offers for what is offered.
        offers: the table of what is offered to somebody.
    """

    rows: str
    keeper: str
    helpers: str
    which: str
    offers: str

    def held(self, rows: Rows, person: int) -> set[int]:
        """Tell what somebody keeps."""
        return {row["id"] for row in rows[self.rows].values() if row[self.keeper] == person}


KEEPINGS = (
    Keeping("course", "owner", "course_co_owner", "course", "handover"),
    Keeping("meetup", "host", "meetup_co_host", "meetup", "hosting"),
)
"""Who keeps something doesn't help with it as well."""


def joined(before: Rows, kept: int, gone: int, now: datetime) -> Rows:
    """Give the rows as they are once `gone` has become `kept`."""
    after = {name: _renamed(name, before[name].values(), kept, gone) for name in before}
    _settle_forks(before, after, kept, gone)
    _line_up_interests(before, after, kept)
    for keeping in KEEPINGS:
        _keep_or_help(after, keeping, kept)
        _dissolve_offers(after, keeping, kept)
    for name, outcome in (("asked", Outcome.GONE), ("flag", Outcome.WITHDRAWN)):
        _leave_one_open(before[name], after[name], (kept, gone), now, outcome)
    _become(after, kept, gone)
    follow_clock(before, after, kept, now)
    return after


def _renamed(name: str, rows: Iterable[Values], kept: int, gone: int) -> dict[Key, Values]:
    """Let rows name the kept person; where both had one with the same key, make one of them."""
    naming = NAMING.get(name, ())
    found: dict[Key, Values] = {}
    for row in sorted(rows, key=lambda row: any(row[column] == gone for column in naming)):
        new = row | {column: kept for column in naming if row[column] == gone}
        key = key_of(name, new)
        found[key] = _MERGES[name](found[key], new) if key in found else new
    return found


def first(*moments: datetime | None) -> datetime | None:
    """Give the first of the moments that there are."""
    return min((moment for moment in moments if moment is not None), default=None)


def _last(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _learning(mine: Values, theirs: Values) -> Values:
    return mine | {
        "started_at": min(mine["started_at"], theirs["started_at"]),
        "touched_at": max(mine["touched_at"], theirs["touched_at"]),
    }


def _earliest(column: str) -> Merge:
    return lambda mine, theirs: mine | {column: min(mine[column], theirs[column])}


def _carer(mine: Values, theirs: Values) -> Values:
    """Bring settings together: what one side chose rules, and whoever wanted fewer messages is heard."""
    return mine | {
        "look_at": first(mine["look_at"], theirs["look_at"]),
        **{name: theirs[name] if mine[name] is None else mine[name] for name in ("weekday", "hour")},
        **{name: _last(mine[name], theirs[name]) for name in ("paused_until", "away_until", "digest_at", "told_at")},
        "stopped": mine["stopped"] or theirs["stopped"],
        "without": json.dumps(sorted({*json.loads(mine["without"]), *json.loads(theirs["without"])})),
        "greeted_at": first(mine["greeted_at"], theirs["greeted_at"]),
        "rounds": min(mine["rounds"], theirs["rounds"]),
    }


def _mine(mine: Values, theirs: Values) -> Values:
    return mine


def _rsvp(mine: Values, theirs: Values) -> Values:
    return mine | claim_values(merged(claim_of(mine), claim_of(theirs)))


_MERGES: Mapping[str, Merge] = {
    "learning": _learning,
    "step_done": _earliest("done_at"),
    "saved": _earliest("saved_at"),
    "carer": _carer,
    "course_co_owner": _mine,
    "person_interest": _mine,
    "meetup_co_host": _mine,
    "rsvp": _rsvp,
}
"""What becomes of two rows with the same key, in each table that has a person in its key."""


def _settle_forks(before: Rows, after: Rows, kept: int, gone: int) -> None:
    """Leave a fork with the name of the one who made it where the other forked the same lineage: one for each."""
    taken = {row["root"] for row in before["course"].values() if row["forker"] == kept}
    for key, row in after["course"].items():
        was = before["course"][key]
        if was["forker"] != gone:
            continue
        if row["root"] in taken:
            row["forker"] = gone
        elif row["origin"] == fork_origin(row["root"], gone):
            row["origin"] = fork_origin(row["root"], kept)


def _line_up_interests(before: Rows, after: Rows, kept: int) -> None:
    """Put the topics that come behind those that are there."""
    for key, row in after["person_interest"].items():
        if key not in before["person_interest"]:
            row["position"] += sum(
                one["person"] == kept and one["wish"] == row["wish"] for one in before["person_interest"].values()
            )


def _keep_or_help(after: Rows, keeping: Keeping, kept: int) -> None:
    """Let nobody help with what they keep."""
    own, helpers = keeping.held(after, kept), after[keeping.helpers]
    theirs = {key for key, row in helpers.items() if row["person"] == kept and row[keeping.which] in own}
    after[keeping.helpers] = {key: row for key, row in helpers.items() if key not in theirs}


def _dissolve_offers(after: Rows, keeping: Keeping, kept: int) -> None:
    """Nobody hands something over to themselves."""
    own = keeping.held(after, kept)
    after[keeping.offers] = {
        key: row
        for key, row in after[keeping.offers].items()
        if not (row["taker"] == kept and (row["giver"] == kept or row[keeping.which] in own))
    }


def _leave_one_open(
    before: Mapping[Key, Values], after: Mapping[Key, Values], two: tuple[int, int], now: datetime, outcome: Outcome
) -> None:
    """Settle what comes where the kept person has the same open already: one for each person and course."""
    kept, gone = two
    opened = {row["course"] for row in before.values() if row["person"] == kept and row["settled_at"] is None}
    for key, row in after.items():
        if row["settled_at"] is None and before[key]["person"] == gone and row["course"] in opened:
            row.update(settled_at=now, settled_by=None, outcome=outcome.value)


def follow_clock(before: Rows, after: Rows, person: int, now: datetime) -> None:
    """Look at somebody anew whose clock changes by this: when it is their turn was worked out by the other one."""
    was, became = ({name: rows["person"][person,][name] for name in _ZONES} for rows in (before, after))
    planned = after["carer"].get((person,))
    if planned is not None and was != became:
        planned["look_at"] = planned["look_at"] and min(planned["look_at"], now)


_ZONES = ("timezone", "own_zone")


def _become(after: Rows, kept: int, gone: int) -> None:
    """Keep what is known of the kept person, and fill in what isn't. Somebody who joined can be reached anew."""
    mine, theirs = after["person"][kept,], after["person"][gone,]
    for column in ("timezone", "own_zone", "locale", "level"):
        mine[column] = theirs[column] if mine[column] is None else mine[column]
    for column in ("welcomed_at", "muted_at"):
        mine[column] = first(mine[column], theirs[column])
    theirs["joined_to"] = kept
    if (kept,) in after["carer"]:
        after["carer"][kept,]["unreachable_since"] = None
