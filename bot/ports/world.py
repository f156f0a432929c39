"""What the core needs from outside its store: the time, pages of the web, and chat platforms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.health import Checked
from bot.model import Account, Page, Place, Profile, Ref
from bot.ui import Card


class Clock(Protocol):
    """The one seat of the time."""

    def now(self) -> datetime:
        """Tell the moment, aware UTC."""
        ...


class LinkReader(Protocol):
    """The one safe reader of addresses that members give."""

    async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - a limit of the whole road
        """Read what a page tells of itself within `timeout` seconds; None where it can't be had. Never raises.

        What is no HTML gives a page too, with its kind and where redirects led.
        """
        ...

    async def check(
        self,
        url: str,
        timeout: float,  # noqa: ASYNC109 - a limit of the whole road
        tag: str | None = None,
        changed: str | None = None,
    ) -> Checked | None:
        """Look whether a page is there, within `timeout` seconds; never raises.

        `tag` and `changed` are what the last look gave: a page that is as it was needs not be sent again. None where
        nobody could look: reading is switched off, the address may not be reached, or there was no time to ask.
        """
        ...


class Chat(Protocol):
    """One platform, as the core speaks to it. Rate limits beyond a short wait are raised as RateLimited.

    Every sending method may raise Unreachable, RateLimited, Refused (nothing was sent) or InDoubt. The Unreachable
    that a steward has to mend in the platform's own settings, such as a refused token, is an Unauthorized.
    """

    @property
    def platform(self) -> str:
        """Name the platform: `slack`, `discord`, `playground`."""
        ...

    async def channel(self, workspace: str, purpose: str) -> Place:
        """Find the configured channel for a purpose such as `courses`; raise Unreachable with the cure."""
        ...

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card; `key` (at most 25 characters) is its marker on the platform."""
        ...

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Write to one person in private; Unreachable (not Unauthorized) where they take no messages or are gone.

        NoSuchAccount is the Unreachable that makes it likely that they are gone.
        """
        ...

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        """Look a marker up among what we posted in a place since then; raise CannotTell where that is not allowed."""
        ...

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        """Look a marker up in the private conversation with an account; raise CannotTell where not allowed."""
        ...

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in place of a message of ours; doing it again is fine.

        Unreachable (not Unauthorized) or Refused where it is gone, or can't be changed any more.
        """
        ...

    async def delete(self, ref: Ref) -> None:
        """Take a message of ours away; one that is gone already is fine."""
        ...

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        """Start (or find) the thread below a message, post a card in it, and give the thread as a place."""
        ...

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        """Set or take away our own reaction (a Unicode emoji); setting it twice is fine."""
        ...

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        """Read who reacted with what, by Unicode emoji without skin tone; our own reactions left out."""
        ...

    async def profile(self, account: Account) -> Profile:
        """Ask what the platform knows of an account.

        Not `active` where it was there and is gone; NoSuchAccount where the platform knows none, and we would see it.
        """
        ...

    async def link(self, ref: Ref) -> str | None:
        """Give an address that opens a message; None where there is none."""
        ...

    def ref(self, link: str) -> Ref | None:
        """Read a link to a message back into the message it names; None for any other text."""
        ...
