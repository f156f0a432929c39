"""A small Discord over HTTP, for what simcord does not play: the library's own waiting, retries and signing in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.gateway import DiscordWebSocket

GATEWAY = "/gateway"
ME = {"id": "1", "username": "offcourse", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "id": "1",
    "name": "Offcourse",
    "icon": None,
    "description": "",
    "bot_public": False,
    "bot_require_code_grant": False,
    "verify_key": "",
    "flags": 0,
    "owner": {**ME, "id": "2", "username": "steward", "bot": False},
}


@dataclass
class Rest:
    """Answers by method and path.

    `("drop", None)` ends the connection after the request was taken, `("close", 4004)` a WebSocket with that code.
    """

    answers: dict[tuple[str, str], list[tuple[Any, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def script(self, method: str, path: str, *answers: tuple[Any, Any]) -> None:
        """Write down what a request is answered, one time after the other; the last one for ever."""
        self.answers[method, path] = list(answers)

    def count(self, method: str, path: str) -> int:
        """Count how often something was asked."""
        return self.asked.count((method, path))

    async def until(self, method: str, path: str, times: int = 1) -> None:
        """Wait until something is asked so often."""
        async with asyncio.timeout(5), self._news:
            await self._news.wait_for(lambda: self.count(method, path) >= times)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer as it was written down."""
        key = (request.method, request.path)
        async with self._news:
            self.asked.append(key)
            self._news.notify_all()
        answers = self.answers.get(key, [(404, {"code": 0, "message": "404: Not Found"})])
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        if status == "drop":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if status == "close":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await socket.close(code=body)
            return socket
        # The library wants this very content type, and takes a 429 without Via for a ban at the edge.
        headers = {"Content-Type": "application/json", "Via": "1.1 google"}
        return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


@asynccontextmanager
async def rest() -> AsyncIterator[Rest]:
    """Run the double and point the library at it, whose addresses are no settings but attributes of classes."""
    double = Rest()
    double.script("GET", "/users/@me", (200, ME))
    double.script("GET", "/oauth2/applications/@me", (200, APPLICATION))
    double.script("PUT", "/applications/1/commands", (200, []))
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", double.handle)
    base, gateway = discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with TestServer(app) as server:
        discord.http.Route.BASE = str(server.make_url("")).rstrip("/")
        DiscordWebSocket.DEFAULT_GATEWAY = server.make_url(GATEWAY)
        try:
            yield double
        finally:
            discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
