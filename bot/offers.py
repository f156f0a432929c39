"""Who else looks after something: offers that wait to be accepted, and those who help. Pure rules."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Invalid
from bot.model import Person

ACCEPTED, DECLINED, UNREACHED = "accepted", "declined", "unreached"
"""What became of an offer."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that is offered to somebody; until they accept, all stays as it is.

    Attributes:
        about: the number of what is offered.
        giver: who offers it; None for the bot.
    """

    about: int
    giver: Person | None
    taker: Person
    offered_at: datetime

    @property
    def occurrence(self) -> str:
        """What tells this offer from earlier and later ones of the same."""
        return self.offered_at.isoformat()

    def told(self, answer: str) -> str:
        """Name the letter that tells what became of it: `read_told` reads it back."""
        return f"{answer} {self.taker.id} {self.occurrence}"


def read_told(occurrence: str) -> tuple[str, int]:
    """Read what became of an offer, and the number of the one to whom it was made."""
    answer, _, rest = occurrence.partition(" ")
    return answer, int(rest.partition(" ")[0])


def check_taker(taker: Person, keeper: Person | None, does: str, field: str = "to") -> None:
    """Raise Invalid for the field where somebody can't be offered what they have, or can't be asked.

    `does` is what the keeper does with it, such as `looks after it`.
    """
    if keeper and taker.id == keeper.id:
        raise Invalid({field: f"{field}: {taker.name} {does} already. Name somebody else."})
    if not taker.accounts:
        raise Invalid({field: f"{field}: {taker.name} isn't here, so I can't ask them. Name somebody else."})


def check_helper(person: Person, keeper: Person | None, helpers: Collection[Person], most: int, what: str) -> None:
    """Raise Invalid for the field `add` where somebody can't help with something: they keep it, or there are enough.

    `what` is what it is called, such as `C12`.
    """
    if keeper and keeper.id == person.id:
        raise Invalid({"add": f"add: {what} is with {person.name} already. Name somebody else."})
    if not person.accounts:
        raise Invalid({"add": f"add: {person.name} isn't here, so I can't tell them. Name somebody else."})
    if all(one.id != person.id for one in helpers) and len(helpers) >= most:
        raise Invalid({"add": f"add: {most} help with {what}, and that is the most. Remove one first."})
