"""Learns names and time zones: an account that was met is looked up on its platform, now and then."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.errors import BotError
from bot.model import Account, Person, Workspace
from bot.ports import Chat, Clock, Store

log = structlog.get_logger(__name__)

PROFILE_AGE = timedelta(days=1)
"""How long a name and a time zone are taken as known before the platform is asked again."""
REMEMBERED = 10_000
"""Accounts whose last look-up is kept in mind, so that one that fails is not asked for at every click."""


class Profiles:
    """Asks platforms for profiles that are unknown or old."""

    def __init__(self, store: Store, clock: Clock, chats: Mapping[str, Chat]) -> None:
        """Take the parts; `chats` may grow later."""
        self._store = store
        self._clock = clock
        self._chats = chats
        self._asked: dict[Account, datetime] = {}

    def is_due(self, account: Account, person: Person) -> bool:
        """Tell whether a look-up makes sense now."""
        now = self._clock.now()
        known = max(filter(None, (person.profile_at, self._asked.get(account))), default=None)
        return account.platform in self._chats and (known is None or now - known > PROFILE_AGE)

    async def refresh(self, workspace: Workspace, account: Account, person: Person) -> None:
        """Look an account up and write down what is told; failures change nothing."""
        if len(self._asked) >= REMEMBERED:
            self._asked.clear()
        self._asked[account] = self._clock.now()
        try:
            profile = await self._chats[account.platform].profile(account)
            community = await self._store.community_of(workspace)
            if community is not None:
                async with self._store.write(community) as unit:
                    await unit.people.update(person.id, profile, self._clock.now())
        except BotError as error:
            log.info("profile not read", error=type(error).__name__)
