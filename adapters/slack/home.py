"""Which Slack workspace this is, learned from `auth.test`. Deliveries are served without it: the core joins theirs."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import failures
from adapters.slack.address import PLATFORM
from bot.dispatch import Core
from bot.model import Workspace

log = structlog.get_logger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds between tries to ask who we are."""
HOPELESS = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
"""Asking again can't help: a person has to change the token."""

_ID = re.compile(r"[A-Za-z0-9]{1,64}")


class Home:
    """The workspace, as far as it is known. Empty until learned."""

    def __init__(self, core: Core, client: AsyncWebClient) -> None:
        """Take the core to tell, and the client to ask."""
        self._core = core
        self._client = client
        self._asking = False
        self._logged = ""
        self._failure = ""
        self._refused = False
        self.team = ""
        self.bot_user = ""

    @property
    def trouble(self) -> str:
        """What is wrong between Slack and our token; empty where nothing is known to be."""
        if self._refused:
            return "token refused"
        return f"auth.test fails: {self._failure}" if self._failure and not self.team else ""

    def heard(self, code: str) -> None:
        """Hear how Slack answered a call (empty: well): it may refuse a token that it took before."""
        self._refused = code in HOPELESS

    def notice(self) -> None:
        """Hear that deliveries arrive: a good moment to ask who we are, beside them, if that is not known yet."""
        if not (self.team or self._asking or self._refused):
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
        try:
            while not await self._ask():
                await sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._asking = False

    async def _ask_once(self) -> None:
        try:
            await self._ask()
        finally:
            self._asking = False

    async def _ask(self) -> bool:
        """Ask; True when there is nothing left to ask."""
        try:
            answer = await self._client.auth_test()
            team, name, user = (answer.get(key) for key in ("team_id", "team", "user_id"))
        except SlackApiError as error:
            self.heard(failures.code_of(error))
            return self._failed(failures.code_of(error) or "no answer")
        except Exception as error:  # noqa: BLE001 - the border: what Slack answers must not end the asking
            return self._failed(type(error).__name__)
        if not isinstance(team, str) or not _ID.fullmatch(team):
            return self._failed("an answer without a team")
        self.heard("")
        self.bot_user = user if isinstance(user, str) else ""
        self.team = team
        return await self._join(Workspace(PLATFORM, team, name if isinstance(name, str) else ""))

    def _failed(self, why: str) -> bool:
        """Keep why nothing was learned, and log it once; True where a person has to change the token."""
        self._failure = why
        self._log("slack.auth_test_failed", error=why)
        return self._refused

    async def _join(self, workspace: Workspace) -> bool:
        try:
            await self._core.join(workspace)
        except ValueError as error:
            # It is part of another community already: a person has to decide, asking again can't.
            self._log("slack.workspace_not_joined", workspace=workspace.id, error=str(error))
        except Exception as error:  # noqa: BLE001 - the border: the store may be away for a while
            self._log("slack.workspace_not_joined", workspace=workspace.id, error=str(error) or type(error).__name__)
            return False
        return True

    def _log(self, event: str, **facts: str) -> None:
        said = f"{event} {facts}"
        if said != self._logged:
            self._logged = said
            log.warning(event, **facts)
