"""Private conversations: which accounts take no messages, and when a new one may be opened. Pure rules.

Platforms think ill of a bot that knocks at closed doors. Moments are aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

SHUT_FOR = timedelta(days=1)
"""How long an account that took no message is not tried again, whatever there is to say."""


@dataclass(frozen=True, slots=True)
class Door:
    """The private conversation with an account.

    Attributes:
        opened_at: since when a message of ours stands in it; None: the next one would be the first.
        shut_at: when it last took no message; None where none was refused since one stood.
    """

    opened_at: datetime | None = None
    shut_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Whether our messages arrive there, as far as we know."""
        return self.opened_at is not None and self.shut_at is None

    def is_shut(self, now: datetime) -> bool:
        """Tell whether it took no message lately."""
        return self.shut_at is not None and now - self.shut_at < SHUT_FOR
