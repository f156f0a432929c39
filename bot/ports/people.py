"""Repositories of persons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.model import Account, Interests, Person, Profile


class Looks(Protocol):
    """When to look whether accounts are still there."""

    async def plan(self, account: Account, at: datetime) -> None:
        """Say when to look at an account, whatever was planned before. One that nobody met is left alone."""
        ...

    async def doubt(self, account: Account, now: datetime, at: datetime) -> datetime:
        """Note that its platform knows no such account, and when to look again; tell since when it says so."""
        ...

    async def settle(self, account: Account) -> None:
        """Note that nothing is in doubt about an account any more."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[Account, bool]]:
        """List accounts to look at, the longest due first, each with whether it is there as far as we know."""
        ...

    async def turn(self) -> int:
        """Tell the last turn of `bot.presence` that was done; 0 for none."""
        ...

    async def took(self, turn: int) -> None:
        """Note that all turns up to this one are done."""
        ...


class People(Protocol):
    """Persons and their accounts. Accounts that are gone from their workspace are not among a person's."""

    async def of(self, account: Account) -> Person | None:
        """Find the person behind an account."""
        ...

    async def meet(self, account: Account, profile: Profile, now: datetime) -> Person:
        """Find the person behind an account, or make one: the account becomes a person at first contact."""
        ...

    async def update(self, person: int, profile: Profile, now: datetime) -> None:
        """Write down what a platform told of a person (name, zone, locale; None leaves what is known)."""
        ...

    async def set_zone(self, person: int, zone: str | None, now: datetime) -> None:
        """Write down in which zone (its IANA name) a person says that they live; None: as their platform tells.

        Whose clock changes by that, or by what their platform tells, is looked at anew: their turn moves with it.
        """
        ...

    async def named(self, name: str) -> Sequence[Person]:
        """Find people by name, case folded: those of exactly this name, else those whose name contains it.

        Who turned out to be another one is found by that one's name.
        """
        ...

    async def present(self, text: str, limit: int) -> Sequence[Person]:
        """Find people with an account that is there whose name contains a text, by name."""
        ...

    async def left(self, account: Account, now: datetime) -> Person | None:
        """Note that an account is gone, and give the person as they are without it; None where that is no news."""
        ...

    async def came(self, account: Account) -> Person | None:
        """Note that an account that was gone is there again, and give the person; None where that is no news."""
        ...

    async def owners(self, which: Sequence[int], parts: int) -> Sequence[Person]:
        """List those who own a course, or left one behind, whose number leaves one of `which` when divided by `parts`.

        It costs as much as there are people, by a fraction of `parts`, however many courses there are.
        """
        ...

    async def gone(self, person: int) -> Sequence[Account]:
        """List the accounts of a person that are gone from their workspace."""
        ...

    async def get(self, person: int) -> Person | None:
        """Find a person by id; one who turned out to be another one is that one."""
        ...

    async def add(self, name: str, now: datetime) -> Person:
        """Make a person without an account, such as the curator named in an imported course."""
        ...

    async def interests(self, person: int) -> Interests:
        """Give what a person told of themselves."""
        ...

    async def set_interests(self, person: int, interests: Interests) -> None:
        """Write down what a person tells of themselves, in place of what they told before."""
        ...
