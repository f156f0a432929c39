"""A platform in memory that fails as it is told: the judge of what was lost or doubled."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import InDoubt, Unreachable
from bot.model import Account, Place, Profile, Ref
from bot.ui import Card


@dataclass
class FakeChat:
    """Keeps what was sent. `before` and `after` hold errors to raise, once each, before or after a message stands.

    `edit_before` and `edit_after` do so for edits. `shut` holds errors by account, for every private message to it.
    """

    platform: str = "playground"
    sent: list[tuple[str, Card, str]] = field(default_factory=list)  # place or account, card, key
    before: list[Exception] = field(default_factory=list)
    after: list[Exception] = field(default_factory=list)
    look_up: Exception | None = None
    no_channel: bool = False
    delay: float = 0.0  # seconds that a send takes before it stands
    edits: list[tuple[Ref, str]] = field(default_factory=list)  # with the card's summary
    edit_before: list[Exception] = field(default_factory=list)
    edit_after: list[Exception] = field(default_factory=list)
    at_edit: Callable[[], Awaitable[None]] | None = None  # happens once, while the next edit is on its way
    knocks: list[str] = field(default_factory=list)
    shut: dict[str, Exception] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # accounts that are there no more

    async def channel(self, workspace: str, purpose: str) -> Place:
        if self.no_channel:
            raise Unreachable("Set the channel first.")
        return Place(f"{self.platform}:{workspace}/{purpose}")

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        await asyncio.sleep(self.delay)
        return self._send(place, card, key)

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        await asyncio.sleep(self.delay)
        if str(account) in self.shut:
            self.knocks.append(str(account))
            raise self.shut[str(account)]
        return self._send(str(account), card, key)

    def _send(self, to: str, card: Card, key: str) -> Ref:
        if self.before:
            raise self.before.pop(0)
        self.sent.append((to, card, key))
        if self.after:
            raise self.after.pop(0)
        return self._ref(to, key)

    def _ref(self, to: str, key: str) -> Ref:
        return Ref(f"{self.platform}:home/{to}/{key}")

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        if self.look_up:
            raise self.look_up
        return next((self._ref(to, k) for to, _, k in self.sent if (to, k) == (place, key)), None)

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        return await self.find(Place(str(account)), key, since)

    async def edit(self, ref: Ref, card: Card) -> None:
        if self.edit_before:
            raise self.edit_before.pop(0)
        if self.at_edit is not None:
            meanwhile, self.at_edit = self.at_edit, None
            await meanwhile()
        self.edits.append((ref, card.summary))
        if self.edit_after:
            raise self.edit_after.pop(0)

    def shown(self, ref: Ref) -> str:
        """Tell what a message shows: the summary of the card that came last."""
        sent = [card.summary for to, card, key in self.sent if self._ref(to, key) == ref]
        return (sent + [summary for at, summary in self.edits if at == ref])[-1]

    async def delete(self, ref: Ref) -> None:
        raise InDoubt

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        raise InDoubt

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        raise InDoubt

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        return {}

    async def profile(self, account: Account) -> Profile:
        return Profile(account.user.capitalize(), "Europe/Brussels", "nl-BE", active=str(account) not in self.gone)

    async def link(self, ref: Ref) -> str | None:
        return f"https://playground.example/{ref}"

    def ref(self, link: str) -> Ref | None:
        return None
