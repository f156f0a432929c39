"""When to try again where a platform can't be reached."""

BACKOFF = (60.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds before the next try; the last one is repeated."""
TRIES = 170
"""Tries of a letter, about a week; then it is dead, and `check` says so."""


def next_try(attempts: int) -> float | None:
    """Tell how many seconds to wait after this many attempts; None: give up."""
    return BACKOFF[min(attempts, len(BACKOFF)) - 1] if attempts < TRIES else None
