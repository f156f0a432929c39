"""Repositories of how owners are asked to look after their courses."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.care import Outcome, Reason, Standing
from bot.nudges import Asked, Carer, Digest, DigestKind, Item, Need


class Carers(Protocol):
    """How people want to be asked, and how that goes."""

    async def of(self, person: int) -> Carer:
        """Tell what is known of a person; all as it begins for one of whom nothing is."""
        ...

    async def prefer(self, carer: Carer) -> None:
        """Write down how a person wants to be asked: day, hour, quiet, stop and reasons; the rest is left alone."""
        ...

    async def due(self, now: datetime) -> bool:
        """Tell whether `next` would give anybody, without writing."""
        ...

    async def next(self, now: datetime, limit: int) -> Sequence[int]:
        """List people to look at, whose turn was planned first; call `plan` for each in the same transaction.

        What others change in courses and people's settings waits until this transaction ends.
        """
        ...

    async def plan(self, person: int, at: datetime | None) -> None:
        """Say when to look at a person next, whatever was planned before; None: when something comes up."""
        ...

    async def turned(self, person: int, rounds: int, at: datetime | None) -> None:
        """Note when a person had their weekly round, and how many in a row brought no answer by then.

        None: it is as if there had been no round yet, because its message was taken back before it was sent.
        """
        ...

    async def reached(self, person: int, now: datetime) -> None:
        """Note that a message reached a person."""
        ...

    async def missed(self, person: int, now: datetime) -> None:
        """Note that none of a person's accounts takes a message."""
        ...

    async def told(self, person: int, now: datetime) -> None:
        """Note that a person was told below another reply."""
        ...


class Digests(Protocol):
    """Messages that ask owners about their courses."""

    async def needs(self, person: int, now: datetime) -> Sequence[Need]:
        """List what a person's courses need that need anything at all by now.

        Left out are archived courses, those for which another owner is looked for, and those just offered to one.
        """
        ...

    async def next_need(self, person: int, now: datetime) -> datetime | None:
        """Tell when the next of a person's courses will need something; None: not by itself."""
        ...

    async def make(self, person: int, kind: DigestKind, items: Sequence[Item], now: datetime) -> int:
        """Make a message that asks a person about courses, none of which they are asked about already; its number."""
        ...

    async def get(self, digest: int) -> Digest | None:
        """Find a message by its number."""
        ...

    async def latest(self, person: int) -> Digest | None:
        """Find the last message to a person."""
        ...

    async def open(self, person: int) -> Sequence[Asked]:
        """List what a person is asked about, the oldest first."""
        ...

    async def sent(self, digest: int, now: datetime) -> int | None:
        """Note that a message stands; give whose it is, None where it isn't there."""
        ...

    async def end(self, asked: Collection[int], outcome: Outcome, now: datetime, by: int | None = None) -> None:
        """Settle requests that are open; `by` is who did, None for the bot."""
        ...

    async def asked(self, number: int) -> Asked | None:
        """Find a request by its number."""
        ...

    async def take_up(self, person: int, course: int, reason: Reason, now: datetime) -> int:
        """Note that an owner is about to do something about a course, and how it stands; give the request's number.

        Where they weren't asked, the request is made for this, with nothing asked (digest 0). `Reviews.attend` in the
        same transaction settles it.
        """
        ...

    async def snooze(self, asked: int, until: datetime | None) -> None:
        """Say until when the owner doesn't want to be asked about the course of a request; None: not any more."""
        ...

    async def opened(self, person: int, now: datetime, course: int | None = None) -> None:
        """Note that a person tapped something in what they are asked, of one course or of all: they are not silent.

        What no message brought to them yet is not opened by that.
        """
        ...

    async def answer(self, person: int, now: datetime) -> None:
        """Note that a person answered: they are not silent."""
        ...

    async def doubt(self, asked: int, now: datetime) -> None:
        """Note that a person finds a request not useful."""
        ...

    async def before(self, asked: int) -> Standing | None:
        """Tell how the course of a request stood when its owner took it up; None where that isn't known."""
        ...

    async def given_away(self, course: int) -> Asked | None:
        """Find the last request of a message that was settled because its course was offered to others."""
        ...

    async def reopen(self, asked: int) -> int | None:
        """Have a request wait again, unless its course was asked about anew since; give its message then."""
        ...
