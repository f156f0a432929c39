"""How owners are asked to look after their courses: values and rules. Times are aware UTC."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.care import Outcome, Reason
from bot.usage import UNUSED, Use

SHOWN = 5
"""Courses that one message asks about."""
SILENT_ROUNDS = 3
"""Weeks without any answer after which an owner is asked whether the courses are still theirs."""
UNREACHABLE_FOR = timedelta(days=14)
"""How long an owner may be out of reach until somebody else is looked for."""

OFFER_LASTS = timedelta(days=14)
"""How long nobody is asked about a course that they offered to somebody else."""


@dataclass(frozen=True, slots=True)
class Carer:
    """How a person wants to be asked about their courses, and how that goes.

    Attributes:
        weekday: the day of their message, 0 for Monday; None as the community has it.
        hour: its hour on their clock; None as the community has it.
        paused_until: until when they want to hear nothing.
        away_until: until when they are away.
        stopped: they want no such messages at all.
        without: reasons for which they don't want to be asked.
        off: reasons for which nobody in the community is asked.
        greeted_at: when the first of these messages reached them.
        digest_at: when their last weekly round was: a message, or a message that stands brought up to date.
        rounds: weekly rounds in a row that brought no answer.
        unreachable_since: since when none of their accounts takes a message.
        told_at: when they were last told about their courses below another reply, because no message reached them.
    """

    person: int
    weekday: int | None = None
    hour: int | None = None
    paused_until: datetime | None = None
    away_until: datetime | None = None
    stopped: bool = False
    without: frozenset[Reason] = frozenset()
    off: frozenset[Reason] = frozenset()
    greeted_at: datetime | None = None
    digest_at: datetime | None = None
    rounds: int = 0
    unreachable_since: datetime | None = None
    told_at: datetime | None = None

    @property
    def quiet_until(self) -> datetime | None:
        """Until when they are to be left in peace, as they said."""
        return max(filter(None, (self.paused_until, self.away_until)), default=None)

    def is_quiet(self, now: datetime) -> bool:
        """Tell whether they want to hear nothing at a moment."""
        return self.stopped or (self.quiet_until is not None and self.quiet_until > now)


@dataclass(frozen=True, slots=True)
class Need:
    """What decides whether the owner of a course is to be asked about it.

    Attributes:
        broken_since: since when a link of it is broken.
        flagged_at: since when a reader's flag is open.
        taken_at: since when its owner has it without having reviewed it.
        review_at: when its review is due.
        snoozed_until: until when its owner doesn't want to be asked.
        use: how much it is used.
    """

    course: int
    broken_since: datetime | None = None
    flagged_at: datetime | None = None
    taken_at: datetime | None = None
    review_at: datetime | None = None
    snoozed_until: datetime | None = None
    use: Use = UNUSED


@dataclass(frozen=True, slots=True)
class Item:
    """A course that its owner is to be asked about now, and why; `since` is when that came up."""

    course: int
    reason: Reason
    since: datetime
    use: Use = UNUSED


def item_of(need: Need, without: Collection[Reason], now: datetime) -> Item | None:
    """Tell whether and why the owner of a course is to be asked about it: the weightiest reason counts."""
    if need.snoozed_until is not None and need.snoozed_until > now:
        return None
    since = {
        Reason.BROKEN: need.broken_since,
        Reason.FLAGGED: need.flagged_at,
        Reason.TAKEN: need.taken_at,
        Reason.DUE: need.review_at,
    }
    found = (
        Item(need.course, reason, max(at, need.snoozed_until or at), need.use)
        for reason in Reason
        if reason not in without and (at := since.get(reason)) is not None and at <= now
    )
    return next(found, None)


def ranked(needs: Iterable[Need], without: Collection[Reason], now: datetime) -> list[Item]:
    """List what an owner is to be asked about, the weightiest first: by reason, then use, then how long it waits."""
    order = list(Reason)
    found = (item_of(need, without, now) for need in needs)
    return sorted(
        (item for item in found if item is not None),
        key=lambda item: (order.index(item.reason), -item.use.weight, item.since, item.course),
    )


class DigestKind(StrEnum):
    """What a message to an owner is."""

    DIGEST = "digest"  # asks about several courses
    SILENCE = "silence"  # asks whether they are still theirs


@dataclass(frozen=True, slots=True)
class Asked:
    """One course that an owner was asked about; open until it is settled.

    Attributes:
        digest: the message that asked; 0 where they did something without being asked.
        settled_by: who settled it; None for the bot.
        until: until when it is snoozed.
    """

    id: int
    digest: int
    person: int
    course: int
    reason: Reason
    asked_at: datetime
    tapped_at: datetime | None = None
    not_useful_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: Outcome | None = None
    settled_by: int | None = None
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.settled_at is None


@dataclass(frozen=True, slots=True)
class Digest:
    """A message to an owner; `asked` are the courses that it asks about, in their order."""

    id: int
    person: int
    kind: DigestKind
    made_at: datetime
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    asked: tuple[Asked, ...] = ()
