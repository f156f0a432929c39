"""What somebody says to a meetup, and what an edit of a meetup led to: frozen values. Times are aware UTC."""

from dataclasses import dataclass

from bot.meetups.meetup import Answer, Meetup
from bot.meetups.sheet import Claim, Told
from bot.model import Person


@dataclass(frozen=True, slots=True)
class Rsvp:
    """What somebody says to a meetup; `position` is how far they are in the line, from 1, where they wait."""

    meetup: int
    person: Person
    claim: Claim
    position: int | None = None

    @property
    def answer(self) -> Answer | None:
        """What they say; None where they took it back."""
        return self.claim.answer

    @property
    def has_place(self) -> bool:
        """Whether they go, and have a place."""
        return self.claim.has_place


@dataclass(frozen=True, slots=True)
class Edited:
    """A meetup as it stands after an edit, and who is to hear what of their place."""

    meetup: Meetup
    told: tuple[Told, ...] = ()
