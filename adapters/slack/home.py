"""Which Slack workspace this is, learned from `auth.test`. Deliveries are served without it: the core joins theirs."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import failures
from adapters.slack.address import PLATFORM
from bot.dispatch import Core
from bot.errors import BotError
from bot.model import Workspace

log = structlog.get_logger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds between tries to ask who we are."""
HOPELESS = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
"""Asking again can't help: a person has to change the token."""


class Home:
    """The workspace, as far as it is known. Empty until learned."""

    def __init__(self, core: Core, client: AsyncWebClient) -> None:
        """Take the core to tell, and the client to ask."""
        self._core = core
        self._client = client
        self._asking = False
        self.team = ""
        self.domain = ""
        self.bot_user = ""

    def notice(self) -> None:
        """Hear that deliveries arrive: a good moment to ask who we are, beside them, if that is not known yet."""
        if not self.team and not self._asking:
            self._asking = True
            self._core.spawn(self._ask_once())

    async def known(self) -> None:
        """Ask who we are if that is not known yet; it may stay unknown."""
        if not self.team:
            await self._ask()

    async def learn(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Ask Slack who we are until it answers. Nothing waits for this, and nothing is lost meanwhile."""
        self._asking = True
        pause = FIRST_PAUSE
        while not await self._ask():
            await sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _ask_once(self) -> None:
        await self._ask()
        self._asking = False

    async def _ask(self) -> bool:
        """Ask; True when there is nothing left to ask."""
        try:
            answer = await self._client.auth_test()
        except SlackApiError as error:
            code = failures.code_of(error)
            log.warning("slack.auth_test_failed", error=code or "no answer")
            return code in HOPELESS
        except (aiohttp.ClientError, OSError) as error:
            log.warning("slack.auth_test_failed", error=type(error).__name__)
            return False
        team, url = str(answer.get("team_id", "")), str(answer.get("url", ""))
        self.bot_user = str(answer.get("user_id", ""))
        self.domain = url.removeprefix("https://").partition(".slack.com")[0]
        self.team = team
        return await self._join(Workspace(PLATFORM, team, str(answer.get("team", ""))))

    async def _join(self, workspace: Workspace) -> bool:
        try:
            await self._core.join(workspace)
        except ValueError as error:
            # It is part of another community already: a person has to decide, asking again can't.
            log.warning("slack.workspace_not_joined", workspace=workspace.id, error=str(error))
        except BotError as error:
            log.warning("slack.workspace_not_joined", workspace=workspace.id, error=str(error))
            return False
        return True
