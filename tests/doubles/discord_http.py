"""A small Discord of HTTP and WebSocket, for what simcord leaves out: the library's own waiting, retries and sign-in.

It knows one server with one text channel and takes commands; a test writes down what is to be answered otherwise.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import yarl
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.gateway import DiscordWebSocket

Json = dict[str, Any]

TOKEN = "MQ.made.up"
"""Of the application 1, as its first part tells."""
GUILD, CHANNEL = "10", "20"
GATEWAY = "/gateway"
ME: Json = {"id": "1", "username": "offcourse", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION: Json = {
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
EVERYBODY: Json = {
    "id": GUILD,
    "name": "@everyone",
    "permissions": str((1 << 50) - 1),
    "position": 0,
    "color": 0,
    "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
    "hoist": False,
    "managed": False,
    "mentionable": False,
    "flags": 0,
}
"""The role of all members; it may do everything."""
COURSES: Json = {
    "id": CHANNEL,
    "type": 0,
    "guild_id": GUILD,
    "name": "courses",
    "position": 0,
    "permission_overwrites": [],
    "nsfw": False,
}
"""The channel."""
SERVER: Json = {
    "id": GUILD,
    "name": "Offcourse",
    "owner_id": "9",
    "roles": [EVERYBODY],
    "channels": [COURSES],
    "member_count": 2,
    "large": False,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw_level": 0,
    "premium_tier": 0,
    "system_channel_flags": 0,
    "preferred_locale": "en-US",
    "afk_timeout": 0,
    "premium_progress_bar_enabled": False,
    "emojis": [],
    "stickers": [],
    "features": [],
    "members": [],
    "threads": [],
    "voice_states": [],
    "presences": [],
    "stage_instances": [],
    "guild_scheduled_events": [],
    "soundboard_sounds": [],
}
"""The server, as it comes over the gateway."""
_ANSWERS: dict[tuple[str, str], Any] = {
    ("GET", "/users/@me"): ME,
    ("GET", "/oauth2/applications/@me"): APPLICATION,
    ("PUT", "/applications/1/commands"): [],
    ("PUT", f"/applications/1/guilds/{GUILD}/commands"): [],
}


@dataclass
class Rest:
    """Answers by method and path.

    `("drop", None)` ends the connection after the request was taken, `("close", 4004)` a WebSocket with that code,
    `("ban", None)` is what Discord's edge says to an address that it has banned.
    """

    origin: str = ""
    answers: dict[tuple[str, str], list[tuple[Any, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)  # somebody has signed in at the gateway
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)

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
        """Answer as it was written down, or as Discord would."""
        key = (request.method, request.path.rstrip("/"))
        async with self._news:
            self.asked.append(key)
            self._news.notify_all()
        if key not in self.answers:
            return await self._usual(request, key)
        answers = self.answers[key]
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        match status:
            case "drop":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case "close":
                socket = web.WebSocketResponse()
                await socket.prepare(request)
                await socket.close(code=body)
                return socket
            case "ban":
                return web.Response(text="error code: 1015", status=429)
            case _:
                return _json(body, status)

    async def _usual(self, request: web.Request, key: tuple[str, str]) -> web.StreamResponse:
        if key == ("GET", GATEWAY):
            return await self._gateway(request)
        if key in _ANSWERS:
            return _json(_ANSWERS[key])
        return _json({"code": 0, "message": "404: Not Found"}, 404)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        """Speak the gateway's protocol: hello, identify, ready, the server, heartbeats."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for received in socket:
            said = json.loads(received.data)
            if said["op"] == 1:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            if said["op"] == 2:
                await self._welcome(socket)
        return socket

    async def _welcome(self, socket: web.WebSocketResponse) -> None:
        ready = {
            "v": 10,
            "user": ME,
            "session_id": "s",
            "resume_gateway_url": f"{self.origin.replace('http', 'ws', 1)}{GATEWAY}",
            "guilds": [{"id": GUILD, "unavailable": True}],
            "application": {"id": ME["id"], "flags": 0},
        }
        await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": ready})
        await socket.send_json({"op": 0, "t": "GUILD_CREATE", "s": 2, "d": SERVER})
        self.ready.set()

    async def close(self) -> None:
        """End all connections."""
        for socket in self._sockets:
            await socket.close()


def _json(body: Any, status: int = 200) -> web.Response:
    """Answer as Discord does: the library wants this very content type, and takes a 429 without Via for a ban."""
    headers = {"Content-Type": "application/json", "Via": "1.1 google"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


@asynccontextmanager
async def discord_double() -> AsyncIterator[Rest]:
    """Run the double on a free port, for a program of its own (`tests.doubles.program`)."""
    double = Rest()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", double.handle)
    async with TestServer(app) as server:
        double.origin = str(server.make_url("")).rstrip("/")
        try:
            yield double
        finally:
            await double.close()


@asynccontextmanager
async def rest() -> AsyncIterator[Rest]:
    """Run the double and point the library at it."""
    base, gateway = discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with discord_double() as double:
        point(double.origin)
        try:
            yield double
        finally:
            discord.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


def point(origin: str) -> None:
    """Point the library at a double; its addresses are no settings but attributes of classes."""
    discord.http.Route.BASE = origin
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{origin.replace('http', 'ws', 1)}{GATEWAY}")
