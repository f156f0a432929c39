"""The Chat port over the playground's world."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from adapters.playground.addresses import Spot, link_of, place_of, ref_in, ref_of, spot
from adapters.playground.members import BOT, HOME, MEMBERS, PLATFORM, is_channel, member
from adapters.playground.world import Message, World
from bot.config import Channels
from bot.errors import Unreachable
from bot.model import Account, Place, Profile, Ref
from bot.ports import Clock
from bot.ui import Card

_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")


class PlaygroundChat:
    """What the core may do on the playground. `channels` names the channel for each purpose; by default its own."""

    def __init__(self, world: World, clock: Clock, channels: Mapping[str, str] | None = None) -> None:
        self._world = world
        self._clock = clock
        named = {purpose: purpose for purpose in Channels.model_fields} if channels is None else channels
        self._channels = {purpose: channel.replace("_", "-") for purpose, channel in named.items()}

    @property
    def platform(self) -> str:
        """Name the platform."""
        return PLATFORM

    async def channel(self, workspace: str, purpose: str) -> Place:
        """Find the channel for a purpose."""
        channel = self._channels.get(purpose, "")
        if workspace != HOME.id or not is_channel(channel):
            raise Unreachable(f"The playground has no channel for {purpose}.")
        return place_of(channel)

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card in a channel or in a thread."""
        at = self._open(spot(place), place)
        return _ref(self._post(at, card, key))

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Write to one member in private."""
        at = self._open(self._direct(account), str(account))
        return _ref(self._post(at, card, key))

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        """Look for a message of ours by its marker."""
        at = self._open(spot(place), place)
        return self._find(at, key, since)

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        """Look for a private message of ours by its marker."""
        at = self._open(self._direct(account), str(account))
        return self._find(at, key, since)

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in place of a message of ours."""
        message = self._ours(ref)
        if message is None:
            raise Unreachable("This message is gone.")
        self._open(spot(ref), ref)
        self._world.edit(message.number, card)

    async def delete(self, ref: Ref) -> None:
        """Take a message of ours away."""
        message = self._ours(ref)
        if message is not None:
            self._world.remove(message.number)

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        """Post a card in the thread below a message; threads here need no title."""
        place = Place(root)
        await self.send(place, card, key)
        return place

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        """Set or take away our own reaction."""
        at = self._open(spot(ref), ref)
        if at.number is not None:
            self._world.react(at.number, emoji, BOT, on=on)

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        """Read who reacted with what."""
        found: dict[str, frozenset[Account]] = {}
        message = self._message(ref)
        for emoji, names in message.reactions.items() if message else ():
            people = frozenset(who.account for who in MEMBERS if who.id in names)
            plain = _SKIN.sub("", emoji)
            if people:
                found[plain] = found.get(plain, frozenset()) | people
        return found

    async def profile(self, account: Account) -> Profile:
        """Tell what is known of a member; an account that nobody has is not active."""
        who = member(account.user) if account.workspace == HOME.id else None
        here = who is not None and not self._world.is_gone(who.id)
        return replace(who.profile, active=here) if who else Profile(account.user, active=False)

    async def link(self, ref: Ref) -> str | None:
        """Give the address that opens a message, as a path of the page."""
        return link_of(ref)

    def ref(self, link: str) -> Ref | None:
        """Read a link back into its message."""
        return ref_in(link)

    def _open(self, at: Spot | None, address: str) -> Spot:
        if at is None or not is_channel(at.channel):
            raise Unreachable(f"The playground has no {address}.")
        if at.channel.startswith("@") and self._world.is_gone(at.channel[1:]):
            raise Unreachable(f"{at.channel[1:]} has left the playground.")
        if self._world.is_shut(at.channel):
            cure = "they don't take my messages" if at.channel.startswith("@") else "let me in from its menu"
            raise Unreachable(f"I was removed from {at.channel} on the playground: {cure}.")
        return at

    def _direct(self, account: Account) -> Spot | None:
        who = member(account.user) if account.workspace == HOME.id else None
        return Spot(who.direct) if who else None

    def _post(self, at: Spot, card: Card, key: str) -> Message:
        return self._world.post(at.channel, BOT, card, self._clock.now(), thread=at.number, key=key)

    def _find(self, at: Spot, key: str, since: datetime) -> Ref | None:
        ours = self._world.by(BOT, at.channel)
        return next((_ref(m) for m in ours if m.key == key and m.thread == at.number and m.at >= since), None)

    def _message(self, ref: Ref) -> Message | None:
        at = spot(ref)
        found = self._world.get(at.number) if at and at.number is not None else None
        return found if at and found and found.channel == at.channel else None

    def _ours(self, ref: Ref) -> Message | None:
        message = self._message(ref)
        return message if message and message.author == BOT else None


def _ref(message: Message) -> Ref:
    return ref_of(message.channel, message.number)
