"""Whether the pages that courses lead to are still there: what a look tells, and when a link counts as broken.

Pure rules. A page that says it is gone is believed when it says so again and again; one that doesn't let the bot in, or
says nothing at all, gets far longer, because that may be the bot's own trouble. Times are aware UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)
"""How often a page that is well is looked at. Each has its own moment of the week, so that the looks are spread."""
FAILING_PAUSE = timedelta(hours=36)
"""How long until the next look at a page that failed: three failures then lie three days apart."""
GONE_FAILURES = 3
"""How often a page must say that it is gone until its link counts as broken."""
GONE_AFTER = timedelta(days=3)
"""How long it must have been failing by then."""
UNSURE_AFTER = timedelta(days=14)
"""How long no look may have found a page until its link counts as broken though nothing said that it is gone."""
IN_A_ROW = WEEK + timedelta(days=1)
"""How far two looks may lie apart to count as one after the other: a bot that was off has seen nothing meanwhile."""
_START = datetime(2024, 1, 1, tzinfo=UTC)
_HEX_DIGITS = 8  # of a key: enough for each second of a week


class Presence(StrEnum):
    """What a look at a page told."""

    ALIVE = "alive"
    GONE = "gone"
    UNSURE = "can't tell"


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a look at an address.

    Attributes:
        presence: whether the page is there.
        status: the same in words for people: `404 Not Found`, `no such host`, `timed out`.
        heard: whether anything on the web answered. Where nothing did, the trouble may be on the bot's side.
        moved_to: where the page moved for good, as its old address says.
        tag: what names this state of the page (ETag), to be sent along next time.
        changed: when the page says it was changed last, to be sent along next time.
        wait: how long the page asks to be left alone.
    """

    presence: Presence
    status: str
    heard: bool = True
    moved_to: str | None = None
    tag: str | None = None
    changed: str | None = None
    wait: timedelta | None = None


FOUND = Checked(Presence.ALIVE, "200 OK")
"""What came of a look at a page that could be read."""


@dataclass(frozen=True, slots=True)
class Watched:
    """An address whose page is due to be looked at; `tag` and `changed` as its last look gave them."""

    key: str
    url: str
    tag: str | None = None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address stands after all looks so far.

    Attributes:
        fails: how often its page said that it is gone since it was last found.
        failing_since: when it was first not found, since it was last found.
        broken_since: the same moment, once its link counts as broken.
        checked_at: when somebody looked last.
    """

    fails: int = 0
    failing_since: datetime | None = None
    broken_since: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """What is amiss with an address that a course leads to.

    Attributes:
        url: the address, as it was asked about.
        broken_since: when its page was first not found, where the link counts as broken.
        status: what the last look told, in words.
        moved_to: where the page moved for good; the old address still leads there.
        title: what the page was called when it was last read; empty where nobody knows.
        checked_at: when somebody looked last.
    """

    url: str
    broken_since: datetime | None
    status: str
    moved_to: str | None
    title: str
    checked_at: datetime | None


def judged(before: Standing, found: Checked, now: datetime, *, is_online: bool) -> Standing:
    """Tell how an address stands after one more look.

    `is_online` says that some other page was found since this one began to fail: without that, silence and names that
    nobody knows may come from the bot's own network, and make nothing broken.
    """
    if found.presence is Presence.ALIVE:
        return Standing(checked_at=now)
    is_in_a_row = before.checked_at is not None and now - before.checked_at <= IN_A_ROW
    since = (before.failing_since if is_in_a_row else None) or now
    fails = (before.fails if is_in_a_row else 0) + (found.presence is Presence.GONE)
    is_proved = fails >= GONE_FAILURES and now - since >= GONE_AFTER
    is_broken = (is_proved or now - since >= UNSURE_AFTER) and (found.heard or is_online)
    return Standing(fails, since, before.broken_since or (since if is_broken else None), now)


def next_look(key: str, now: datetime, found: Checked | None) -> datetime:
    """Tell when to look again after what was found just now; None where nobody could look.

    A page that asks to be left alone is, for a week at most.
    """
    if found is None or found.presence is Presence.ALIVE:
        return moment_of(key, now + WEEK / 2)
    return now + max(FAILING_PAUSE, min(found.wait or FAILING_PAUSE, WEEK))


def moment_of(key: str, after: datetime) -> datetime:
    """Give the first moment after another at which it is a page's turn: the same one every week."""
    turn = _START + timedelta(seconds=int(key[:_HEX_DIGITS], 16) % int(WEEK.total_seconds()))
    return turn + ((after - turn) // WEEK + 1) * WEEK
