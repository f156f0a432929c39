"""Private conversations: which accounts take no messages, and when a new one may be opened. Pure rules.

Platforms think ill of a bot that knocks at closed doors, and may block one that opens many conversations. Moments are
aware UTC.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Account, Recipient

SHUT_FOR = timedelta(days=1)
"""How long an account that took no message is not tried again, whatever there is to say."""


@dataclass(frozen=True, slots=True)
class Door:
    """The private conversation with an account.

    Attributes:
        opened_at: since when a message of ours stands in it; None: the next one would be the first.
        shut_at: when it last took no message; None where none was refused since one stood.
        place_at: when it was, or will be, its turn to be opened.
        muted_at: since when whoever has the account wants no private messages; None where they take some.
    """

    opened_at: datetime | None = None
    shut_at: datetime | None = None
    place_at: datetime | None = None
    muted_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Whether our messages arrive there, as far as we know."""
        return self.opened_at is not None and self.shut_at is None

    def is_shut(self, now: datetime) -> bool:
        """Tell whether it took no message lately."""
        return self.shut_at is not None and now - self.shut_at < SHUT_FOR


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many in any stretch of time."""

    most: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Paces:
    """How fast a platform's conversations are opened.

    Attributes:
        all: what always holds.
        many: what holds for letters of which many come at one time. It is slower, so that one that answers what
            somebody just did never waits for all of them.
    """

    all: Pace
    many: Pace


PACES: Mapping[str, Paces] = {
    "discord": Paces(Pace(10, timedelta(hours=1)), Pace(8, timedelta(hours=1))),
    "slack": Paces(Pace(1, timedelta(seconds=1)), Pace(1, timedelta(seconds=2))),
}
"""By platform; others take any number. Discord is known to stop bots after a few dozen."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where other conversations of a platform stand: the last places that are over, and the last of those to come."""

    past: Sequence[datetime] = ()
    ahead: datetime | None = None


def turn(now: datetime, own: datetime | None, queue: Queue, paces: Paces, *, many: bool) -> datetime:
    """Tell when a conversation may be opened that has, or has not, a place of its `own`; `now` if that is now.

    One of `many` queues up behind the others, each a little after the one before. If it comes late to its place, and
    too many were opened since, it queues up again.
    """
    pace = paces.many if many else paces.all
    past = sorted(one for one in queue.past if now - pace.per < one <= now)
    free = now if len(past) < pace.most else past[-pace.most] + pace.per
    if not many:
        return free
    if own is not None and own > now:
        return own
    if free <= now and (own is not None or queue.ahead is None):
        return now
    return max(free, (queue.ahead or now) + pace.per / pace.most)


def next_recipient(
    accounts: Iterable[Account], tried: Collection[Recipient], platforms: Collection[str]
) -> Recipient | None:
    """Choose the account that a private letter goes on to: one not tried yet, on a platform that is there."""
    left = (Recipient.account(one) for one in accounts if one.platform in platforms)
    return next((one for one in left if one not in tried), None)
