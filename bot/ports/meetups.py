"""Repositories of meetups and of the answers to them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.meetups.acts import Act
from bot.meetups.meetup import Counts, Meetup, MeetupChange, MeetupContent, MeetupPage, MeetupQuery
from bot.meetups.rsvp import Edited, Rsvp
from bot.meetups.sheet import Outcome
from bot.model import Person
from bot.offers import Offer


class Meetups(Protocol):
    """Meetups, their finding and their changes."""

    async def add(self, content: MeetupContent, host: int, now: datetime, origin: str) -> tuple[Meetup, bool]:
        """Store a meetup; False beside the one there is, if one of this `origin` was stored before."""
        ...

    async def get(self, meetup: int) -> Meetup | None:
        """Find a meetup by number, also one that is cancelled or over."""
        ...

    async def edit(self, meetup: Meetup, content: MeetupContent, by: int, now: datetime) -> Edited | None:
        """Replace what a meetup says; what it said is kept as a change.

        `meetup` is what the editor saw: None where it has another revision by now, or is cancelled, and nothing is
        written. Another number of places, or another start, is played as an act (`bot.meetups.places`).
        """
        ...

    async def cancel(self, meetup: int, by: int, now: datetime) -> Meetup | None:
        """Say that a meetup doesn't take place; None where that is known."""
        ...

    async def add_co_host(self, meetup: int, person: int) -> bool:
        """Let somebody help with a meetup; False where they did."""
        ...

    async def remove_co_host(self, meetup: int, person: int) -> bool:
        """Let somebody help with a meetup no more; False where they didn't."""
        ...

    async def change(self, meetup: int, number: int) -> MeetupChange | None:
        """Tell what was done to a meetup that made it this revision."""
        ...

    async def upcoming(self, query: MeetupQuery, now: datetime, offset: int, limit: int) -> MeetupPage:
        """List meetups that take place and haven't ended yet, the next one first."""
        ...

    async def titled(self, text: str, now: datetime, limit: int) -> Sequence[Meetup]:
        """Find meetups that take place and haven't ended yet whose title contains a text (case folded).

        Those that are called so come first, then those that begin so; the next one first.
        """
        ...

    async def topics(self, now: datetime) -> Sequence[tuple[str, int]]:
        """Count meetups that take place and haven't ended yet by topic, most first, then by name."""
        ...

    async def follow_clocks(self, now: datetime) -> Sequence[int]:
        """Work out anew when meetups begin that haven't yet: countries change their clocks.

        Give the numbers of those that begin at another moment by that.
        """
        ...


class Hostings(Protocol):
    """Who hosts a meetup, and to whom that is offered: at most one offer a meetup."""

    async def of(self, meetup: int) -> Offer | None:
        """Give the open offer of a meetup."""
        ...

    async def offer(self, meetup: int, giver: int, taker: int, now: datetime) -> bool:
        """Offer somebody to host a meetup; False where it is offered to anybody already."""
        ...

    async def end(self, meetup: int) -> Offer | None:
        """End the open offer of a meetup, and give it; None where there is none."""
        ...

    async def accept(self, meetup: int, taker: int) -> Meetup | None:
        """Let the one host a meetup to whom it is offered, and give it as it is then.

        None, and nothing changes, where it isn't offered to them, or is cancelled.
        """
        ...


class Rsvps(Protocol):
    """Who says what to which meetup: one answer a person, whatever account they give it with."""

    async def play(self, meetup: int, act: Act, now: datetime) -> Outcome | None:
        """Let an act happen to the list of a meetup, as `bot.meetups.places` has it; give what it led to.

        The sheet of the outcome lists those who wait and those whom the act is about. None, and nothing changes, where
        there is no such meetup or it is cancelled.
        """
        ...

    async def turning(self, now: datetime, limit: int) -> Sequence[int]:
        """List meetups for whose list time alone may bring news by now (`Pass`), those that wait longest first."""
        ...

    async def of(self, meetup: int, person: int) -> Rsvp | None:
        """Tell what somebody says to a meetup; None where they never said anything."""
        ...

    async def several(self, meetups: Collection[int], person: int) -> Mapping[int, Rsvp]:
        """Tell what somebody says to meetups, by meetup; those that they say nothing to are left out."""
        ...

    async def counts(self, meetups: Collection[int]) -> Mapping[int, Counts]:
        """Count who says what to meetups, by meetup."""
        ...

    async def goers(self, meetup: int, limit: int) -> Sequence[Person]:
        """List the first of those who have a place, in the order in which they got it."""
        ...

    async def concerned(self, meetup: int) -> Sequence[Rsvp]:
        """List those who go, wait or may go, by number of the person."""
        ...
