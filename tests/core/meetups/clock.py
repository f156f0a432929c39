"""What clocks on a wall show, for tests."""

from datetime import datetime


def wall(text: str) -> datetime:
    """Write `2026-12-03 19:00` as a time without a zone."""
    return datetime.fromisoformat(text)
