"""Slack while the program runs: asks who we are, and keeps the Socket Mode connection, or serves the HTTP endpoint."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack import calm
from adapters.slack.app import Slack, assemble
from adapters.slack.chat import web_client
from adapters.slack.http import Endpoint
from bot.dispatch import Core

log = structlog.get_logger(__name__)

DEAF = 60.0
"""Seconds without a connection after which the Socket Mode client is made anew. The SDK tries by itself before, but
goes on with an address that may have expired (slackapi/python-slack-sdk#1379, #1110)."""
EVENTS = "events_api"
OK = 200
SERVER_ERROR = 500
DRAIN = 3.0
"""Seconds that deliveries at work are given to be acknowledged before the connection closes."""


@dataclass
class Running:
    """Slack at work."""

    slack: Slack
    endpoint: Endpoint  # the handler of POST /slack/events; in Socket Mode it refuses everything
    socket: "Socket | None" = None

    async def connected(self) -> bool:
        """Tell whether deliveries can come in."""
        return self.socket is None or await self.socket.connected()

    async def trouble(self) -> str:
        """Say what keeps Slack from being served; empty where nothing does."""
        return self.slack.home.trouble or ("" if await self.connected() else "not connected")


@asynccontextmanager
async def serving(app: Core) -> AsyncIterator[Running]:
    """Serve a core on Slack, in the mode of its settings. Never waits for Slack: it may be down."""
    slack = assemble(app)
    running = Running(slack, Endpoint(slack.bolt, slack.signing_secret))
    tasks = [asyncio.create_task(slack.home.learn())]
    if app.config.slack.mode == "socket":
        running.socket = Socket(app, slack)
        tasks.append(asyncio.create_task(running.socket.keep()))
    try:
        yield running
    finally:
        if running.socket is not None:
            await running.socket.drain()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, calm about odd payloads and aware of what it works on."""

    def __init__(self, app: Core, slack: Slack) -> None:
        token = app.config.slack.app_token.get_secret_value()
        # Its own client: Bolt's would ask for a connection with the bot's token.
        super().__init__(slack.bolt, token, slack.bolt.logger, web_client(app.config, token))
        self.working: set[asyncio.Task[None]] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt's own does
        """Handle one envelope."""
        task: asyncio.Task[None] | None = asyncio.current_task()
        if task is not None:
            self.working.add(task)
            task.add_done_callback(self.working.discard)
        answer = await self._answer(req)
        if answer is None and req.type == EVENTS:
            return  # we failed: Slack delivers an event again, which nobody waits for
        payload = _payload(answer) if answer is not None else None
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id, payload=payload))

    async def _answer(self, req: SocketModeRequest) -> BoltResponse | None:
        """Ask Bolt; None where something failed inside."""
        payload = req.payload if isinstance(req.payload, dict) else {}
        try:
            answer = await self.app.async_dispatch(calm.socket_request(payload, {}))
        except Exception as error:  # noqa: BLE001 - an envelope without acknowledgement would come again and again
            log.warning("slack.envelope_failed", type=str(req.type)[:40], error=type(error).__name__)
            return None
        if answer.status >= SERVER_ERROR:
            log.warning("slack.envelope_failed", type=str(req.type)[:40], status=answer.status)
            return None
        return answer


def _payload(answer: BoltResponse) -> dict[str, Any] | None:
    """Read what goes into the acknowledgement: only what Bolt wrote as JSON, and only where it was a success."""
    if answer.status != OK or not answer.body.startswith("{"):
        return None
    found = json.loads(answer.body)
    return found if isinstance(found, dict) else None


@dataclass
class Socket:
    """The Socket Mode connection, kept alive."""

    app: Core
    slack: Slack
    deaf: float = DEAF
    handler: _Handler | None = field(default=None, init=False)

    async def connected(self) -> bool:
        """Tell whether Slack can reach us."""
        return self.handler is not None and await self.handler.client.is_connected()

    async def keep(self) -> None:
        """Connect, and connect anew when the client stays deaf; ends only when cancelled."""
        while True:
            self.handler = _Handler(self.app, self.slack)
            connecting = asyncio.create_task(self.handler.connect_async())  # type: ignore[no-untyped-call]  # untyped in Bolt
            try:
                await self._until_deaf(self.handler)
                log.warning("slack.socket_made_anew")
            finally:
                connecting.cancel()
                with suppress(asyncio.CancelledError):
                    await connecting
                await self.handler.close_async()  # type: ignore[no-untyped-call]  # untyped in Bolt

    async def _until_deaf(self, handler: _Handler) -> None:
        silent = 0.0
        step = self.deaf / 4
        while silent < self.deaf:
            await asyncio.sleep(step)
            silent = 0.0 if await handler.client.is_connected() else silent + step

    async def drain(self) -> None:
        """Let deliveries at work be acknowledged."""
        if self.handler is not None and self.handler.working:
            await asyncio.wait(set(self.handler.working), timeout=DRAIN)
