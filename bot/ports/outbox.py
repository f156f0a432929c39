"""Repositories of what goes out and what came in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.doors import Door, Queue
from bot.model import Account, Draft, Letter, Post, Recipient, Ref, Workspace


class Posts(Protocol):
    """Where our messages stand."""

    async def at(self, ref: Ref) -> Post | None:
        """Find what stands at a message."""
        ...

    async def of(self, kind: str, subject: str) -> Sequence[Post]:
        """List where one logical message stands."""
        ...


class Outbox(Protocol):
    """What must be said once. See `bot.delivery` for the states' meaning."""

    async def queue(self, letters: Iterable[Letter], now: datetime) -> None:
        """Add letters that are not there yet (same kind, subject, recipient and occurrence)."""
        ...

    async def refresh(self, kind: str, subject: str, now: datetime) -> None:
        """Have every message that shows this brought up to date, also those that are just going out.

        Call it in the transaction that changes what they show. Each message is edited once for all that changed
        before the edit was made; where the kind's `@post` maker gives None, the message is left as it stands.
        """
        ...

    async def claim(
        self, now: datetime, lease: float, limit: int, claimant: str, platforms: Collection[str]
    ) -> Sequence[Letter]:
        """Take due letters to these platforms, oldest first, and mark them `sending` for `lease` seconds.

        Given as they were before: NEW ones are fresh, SENDING ones are those whose lease ran out, in doubt;
        `claimed_at` is the moment of the first claim since the letter was last NEW, so that a marker can be
        looked up from there; of an edit, it is the moment of the last claim.
        No letter is given to two claimants at once.
        """
        ...

    async def due(self, now: datetime, platforms: Collection[str]) -> bool:
        """Tell whether `claim` would give anything, without writing."""
        ...

    async def sent(self, letter: int, ref: Ref, workspace: Workspace, now: datetime, *, opens: bool = False) -> None:
        """Write down that a letter stands at a message; it becomes a post of its kind and subject.

        `opens`: it is the first in a private conversation.
        """
        ...

    async def edited(self, letter: int, claimant: str, claimed_at: datetime, until: datetime, error: str = "") -> bool:
        """End an edit by the claim of that moment: SENT, or DEAD where an `error` says why. Not again before `until`.

        False where the claim no longer stands, because the message was to be refreshed again since, or because
        another one took the edit over: then it is NEW again, to be made once more.
        """
        ...

    async def delay(self, letter: int, until: datetime, error: str, *, attempted: bool) -> None:
        """Put a letter that was surely not sent, or any edit, back to NEW, due later."""
        ...

    async def doubt(self, letter: int, until: datetime, error: str) -> None:
        """Leave a letter SENDING, to be looked up after `until`."""
        ...

    async def close(self, letter: int, state: str, error: str) -> None:
        """End a letter as UNKNOWN or DEAD."""
        ...

    async def unknown(self, limit: int) -> tuple[Sequence[Letter], int]:
        """List letters of which nobody knows whether they arrived, the longest first, and how many there are in all."""
        ...

    async def resend(self, letter: int, key: str, now: datetime) -> bool:
        """Send an UNKNOWN letter once more, under a new marker; `key` is the marker that nobody knows of.

        False where it isn't UNKNOWN under that marker any more: somebody has decided already.
        """
        ...

    async def forget(self, letter: int, key: str) -> bool:
        """End an UNKNOWN letter as DEAD; False as for `resend`."""
        ...

    async def get(self, letter: int) -> Letter | None:
        """Find a letter by its number."""
        ...

    async def find(self, kind: str, subject: str, occurrence: str, recipient: Recipient | None) -> Sequence[Letter]:
        """List the letters of one subject and occurrence (all recipients where None); edits are none of them."""
        ...

    async def counts(self) -> Mapping[str, int]:
        """Count letters by state, without edits; private ones that are DEAD count as UNREACHED instead."""
        ...


class Doors(Protocol):
    """The private conversations with accounts."""

    async def of(self, account: Account) -> Door:
        """Tell what is known of the conversation with an account."""
        ...

    async def opened(self, account: Account, now: datetime) -> None:
        """Note that a message of ours stands there."""
        ...

    async def shut(self, account: Account, now: datetime) -> None:
        """Note that it took no message."""
        ...

    async def mute(self, person: int, at: datetime | None) -> None:
        """Note since when a person wants no private messages; None: they take some."""
        ...

    async def muted_at(self, person: int) -> datetime | None:
        """Tell since when a person wants no private messages; None where they take some."""
        ...

    async def queue(self, account: Account, since: datetime, now: datetime) -> Queue:
        """Tell where other conversations of the account's platform stand: those from `since` on (after it), and ahead.

        Who asks waits until all who asked before have taken their place, or left it.
        """
        ...

    async def place(self, account: Account, at: datetime) -> None:
        """Give the conversation with an account its place, instead of the one that it had."""
        ...


class Deliveries(Protocol):
    """Which deliveries of the platforms were handled."""

    async def add(self, platform: str, key: str, now: datetime) -> bool:
        """Remember a delivery; False if it was handled before."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget deliveries older than that; give how many."""
        ...


class Drafts(Protocol):
    """What people typed into forms that could not be taken yet."""

    async def keep(self, person: int, form: str, values: Mapping[str, str], state: str, now: datetime) -> int:
        """Keep what was typed, beside what this person typed before; the oldest of many are forgotten."""
        ...

    async def get(self, draft: int, person: int) -> Draft | None:
        """Give a draft to the person who typed it, and to nobody else."""
        ...

    async def forget(self, before: datetime) -> int:
        """Forget drafts older than that; give how many."""
        ...


class Workspaces(Protocol):
    """The workspaces of the community."""

    async def all(self) -> Sequence[Workspace]:
        """List them, by platform and id."""
        ...
