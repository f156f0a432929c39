"""What becomes of reminders: figures by reason, and the rule by which a reason is better switched off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Person

COUNTED = timedelta(days=180)
"""Only reminders of this time count: what was mended since should show."""
ENOUGH = 50
"""As many reminders for one reason tell something."""
WEAK = 0.2
"""A reason with a smaller share acted on isn't worth its reminders."""


@dataclass(frozen=True, slots=True)
class Nudged:
    """What became of the reminders for one reason.

    Attributes:
        sent: courses that owners were asked about.
        opened: those of which the owner tapped anything, also where that saved nothing.
        acted: those that were reviewed, updated, offered to somebody or archived afterwards.
        not_useful: those whose owner said that the reminder was of no use.
    """

    sent: int = 0
    opened: int = 0
    acted: int = 0
    not_useful: int = 0

    @property
    def share(self) -> float | None:
        """The share acted on, 0 to 1; None where nothing was sent."""
        return self.acted / self.sent if self.sent else None

    @property
    def is_weak(self) -> bool:
        """Whether the reason is better switched off: enough was sent, and too little came of it."""
        return self.sent >= ENOUGH and self.acted < WEAK * self.sent


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An owner whom no message reaches on any of their accounts, with how many courses are theirs."""

    person: Person
    since: datetime
    courses: int
