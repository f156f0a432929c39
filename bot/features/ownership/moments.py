"""Moments in buttons: short, and exact to the microsecond, so that an Undo knows what it undoes."""

import re
from datetime import UTC, datetime, timedelta

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WRITTEN = re.compile(r"[0-9a-z]{1,11}")
"""Eleven digits to the base of 36 reach beyond the year 6000."""
_START = datetime(1970, 1, 1, tzinfo=UTC)


def written(at: datetime | None) -> str:
    """Write a moment (aware, since 1970) for a button; nothing for none."""
    if at is None:
        return ""
    left, digits = (at - _START) // timedelta(microseconds=1), ""
    while left:
        left, digit = divmod(left, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits or "0"


def read(text: str | None) -> datetime | None:
    """Read what `written` wrote; raise ValueError for anything else."""
    if not text:
        return None
    if not _WRITTEN.fullmatch(text):
        raise ValueError(f"{text!r} is no moment")
    return _START + timedelta(microseconds=int(text, len(_DIGITS)))
