"""Logging: one line an event, no tokens, no texts of members."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET = re.compile(r"(xox[a-z]-|xapp-|Bot |Bearer )[\w.-]{8,}|https://hooks\.slack\.com/\S+")
"""What looks like a Slack or Discord token, or an address that can speak for the bot."""
REPLACEMENT = "(secret)"


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of everything that is logged, tracebacks included."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = SECRET.sub(REPLACEMENT, value)
    return event


def set_up(*, quiet: bool = False) -> None:
    """Send structured lines to the error stream; libraries speak from WARNING on, ours from INFO (quiet: WARNING)."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the error stream of the moment
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Redacted(logging.Formatter):
    """Formats a library's line without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(REPLACEMENT, super().format(record))
