"""Repository of accounts that belong together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.joining import Holdings, Joining, Offer


class Joinings(Protocol):
    """How several accounts become one person's, and how they part again."""

    async def offer(self, person: int, digest: str, expires_at: datetime) -> None:
        """Keep the digest of a person's new code; it takes the place of their earlier one."""
        ...

    async def offered(self, digest: str) -> Offer | None:
        """Find a code by its digest, expired or not; None where it was used, replaced, or never made here."""
        ...

    async def missed(self, person: int, since: datetime) -> int:
        """Count the wrong codes that a person typed since a moment."""
        ...

    async def miss(self, person: int, now: datetime, since: datetime) -> None:
        """Note that a person typed a wrong code; what happened before `since` counts no more."""
        ...

    async def holdings(self, person: int) -> Holdings:
        """Count what a joining would bring along."""
        ...

    async def join(self, person: int, digest: str, now: datetime) -> Joining | None:
        """Make one person of two: of the one who types a code and the one who made it. Uses the code up.

        The one who was met first is kept, and gets all that names the other. None where the code is gone, too old, or
        both are one already.
        """
        ...

    async def of(self, person: int) -> Sequence[Joining]:
        """List what was joined to a person and not parted since, the latest first. Only the latest can be parted."""
        ...

    async def part(self, joining: int, person: int, now: datetime) -> Joining | None:
        """Give back what came with the latest joining to a person, as it came.

        What changed since stays with the person. None where this isn't their latest joining, or it was parted before.
        """
        ...

    async def forget(self, now: datetime, since: datetime) -> int:
        """Forget codes that expired by `now` and wrong tries from before `since`; give how many rows that was."""
        ...
