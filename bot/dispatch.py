"""From a request to a reply: who asks, what they mean, one transaction, and words for every error."""

from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, Protocol

import structlog

from bot.commands import Registry
from bot.config import Config
from bot.model import Workspace
from bot.ports import Chat, Clock
from bot.requests import (
    Ask,
    Outcome,
    Request,
    Suggestion,
)

log = structlog.get_logger(__name__)

LINK_WAIT = 1.5
"""Seconds that a person waits for the pages they linked to: both platforms want an answer within 3."""
PROFILE_AGE = timedelta(days=1)
"""How long a name and a time zone are taken as known before the platform is asked again."""
FIX = "form.fix"
"""The button that brings a rejected form back, where a platform can't show errors inside it."""


class Core(Protocol):
    """What an adapter asks of the core."""

    @property
    def config(self) -> Config: ...
    @property
    def registry(self) -> Registry: ...
    @property
    def clock(self) -> Clock: ...

    async def handle(self, request: Request) -> Outcome:
        """Do what a delivery asks. Never raises: errors come back as private words."""
        ...

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        """Wait a moment for posts that a reply links to, and give the reply with those links.

        To be called after the platform was answered, where it wants an answer first.
        """
        ...

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        """Suggest values while somebody types an option; at most 25. Never raises."""
        ...

    def attach(self, chat: Chat) -> None:
        """Make a platform reachable for what must be sent."""
        ...

    async def join(self, workspace: Workspace) -> None:
        """Make a workspace part of the community that the settings name."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the request; it is finished before the program ends."""
        ...
