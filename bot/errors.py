"""The errors of the core, one small tree. An error's docstring is its text when nothing better is given."""

from collections.abc import Mapping
from datetime import datetime


class BotError(Exception):
    """Something went wrong on my side."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__ or "")


class UserError(BotError):
    """That didn't work."""

    # Its text is safe to show to the person who asked, and says what to do next.


class Invalid(UserError):
    """Some of what you typed can't be used yet."""

    def __init__(self, fields: Mapping[str, str], message: str | None = None) -> None:
        """Take what is wrong by field name; each text says what is allowed."""
        super().__init__(message)
        self.fields = dict(fields)


class NotFound(UserError):
    """I can't find that here."""


class ConfigError(BotError):
    """The settings need a change before I can start."""


class InUse(ConfigError):
    """Another process is using the database."""


class StoreUnavailable(BotError):
    """The database can't be reached or is busy. Nothing was saved."""


class NotYet(BotError):
    """It is not the time for this message."""

    def __init__(self, until: datetime) -> None:
        """Take the moment (aware UTC) from which it may be sent."""
        super().__init__()
        self.until = until


class SendError(BotError):
    """A platform did not take a message."""


class Unreachable(SendError):
    """The place or person can't be reached. Nothing was sent; the text names the cure."""


class NoSuchAccount(Unreachable):
    """That account doesn't exist there any more. Nothing was sent."""

    # A wrong question gets the same answer, so one such answer doesn't mean yet that somebody is gone.


class Unauthorized(Unreachable):
    """The platform doesn't let me in. Nothing was sent; the text names the cure."""

    # It says nothing about the place or the person: once a steward has mended it, the same message goes through.


class RateLimited(SendError):
    """The platform asked to wait. Nothing was sent."""

    def __init__(self, retry_after: float) -> None:
        """Take the seconds to wait, as the platform gave them."""
        super().__init__()
        self.retry_after = retry_after


class Refused(SendError):
    """The platform will never take this message as it is. Nothing was sent."""


class InDoubt(SendError):
    """The platform did not say whether it took the message."""


class CannotTell(SendError):
    """The platform can't be asked whether it took the message."""
