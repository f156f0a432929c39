"""Looks at courses, counted in memory and written down now and then, so that reading stays reading.

What was counted since the last writing is lost where the process dies: a minute of looks is worth no write each.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from bot.ports import Store
from bot.usage import Viewed, day_of

log = structlog.get_logger(__name__)

PACE = timedelta(minutes=1)
"""How often what was counted is written down."""
COUNTED_AT_ONCE = 10_000
"""Most courses and days that are counted between two writings; what comes on top isn't counted."""


class Views:
    """Counts looks for each community, course and day (of the community's zone)."""

    def __init__(self, store: Store, timezone: str) -> None:
        self._store = store
        self._timezone = timezone
        self._counted: Counter[tuple[str, int, int]] = Counter()
        self._written_at: datetime | None = None

    def add(self, community: str, courses: Iterable[int], now: datetime) -> None:
        """Count looks at courses."""
        day = day_of(now, self._timezone)
        for course in courses:
            if len(self._counted) < COUNTED_AT_ONCE or (community, course, day) in self._counted:
                self._counted[community, course, day] += 1

    async def write_due(self, now: datetime) -> None:
        """Write down what was counted, if that is due."""
        if self._written_at is None or now - self._written_at >= PACE:
            await self.write()
            self._written_at = now

    async def write(self) -> None:
        """Write down what was counted; StoreUnavailable: it stays counted, and comes along the next time."""
        counted, self._counted = self._counted, Counter()
        for community in sorted({name for name, _, _ in counted}):
            mine = {key: views for key, views in counted.items() if key[0] == community}
            views = [Viewed(course, day, number) for (_, course, day), number in sorted(mine.items())]
            try:
                async with self._store.write(community) as unit:
                    await unit.usage.count(views)
            except ValueError:  # a course that is gone: its looks go with it
                log.warning("views not counted", courses=len(views))
            except BaseException:
                self._counted.update(counted)
                raise
            for key in mine:
                del counted[key]
