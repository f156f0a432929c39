"""Lanes that Slack closed for a while: one for each method and channel, so that the others go on."""

from collections.abc import Callable

from bot.errors import RateLimited


class Lanes:
    """Remembers which lanes are closed, in memory: after a restart Slack says it again."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Take a monotonic clock in seconds."""
        self._now = now
        self._closed: dict[str, float] = {}

    def enter(self, lane: str) -> None:
        """Raise RateLimited while a lane is closed, without asking Slack."""
        left = self._closed.get(lane, 0.0) - self._now()
        if left > 0:
            raise RateLimited(left)
        self._closed.pop(lane, None)

    def close(self, lane: str, seconds: float) -> None:
        """Close a lane, as Slack asked."""
        self._closed[lane] = self._now() + seconds
