"""The watch on links: a look at every page that courses lead to, about once a week, whether it is still there.

What a look tells is judged by the rules of `bot.health`, in the transaction that writes it down.
"""

from collections.abc import Sequence
from datetime import datetime

from bot import rounds
from bot.courses.phrases import CARD
from bot.health import Watched
from bot.ports import Unit

BATCH = 20
"""Most looks of one round: about as many as AT_ONCE get done while looks may begin. A million a week are fewer."""
AT_ONCE = 2
"""Looks side by side: with the readings of `bot.enrich` they leave the fetcher room for people who wait."""


class Watch(rounds.Errand[Watched]):
    """Looks at what is due."""

    batch, at_once = BATCH, AT_ONCE

    async def is_due(self, unit: Unit, now: datetime) -> bool:
        """Tell whether any page is due to be looked at."""
        return await unit.resources.check_due(now)

    async def claim(self, unit: Unit, now: datetime, limit: int) -> Sequence[Watched]:
        """Take pages that are due to be looked at."""
        return await unit.resources.claim_checks(now, rounds.LEASE, limit)

    async def visit(self, community: str, one: Watched, now: datetime) -> None:
        """Look at a page and write down what that told; cards of courses that broke or are whole again follow."""
        found = await self._links.check(one.url, rounds.PAGE_LIMIT, one.tag, one.changed)
        async with self._store.write(community) as unit:
            for course in await unit.resources.checked(one.key, found, now):
                await unit.outbox.refresh(CARD, str(course), now)
