"""A small Discord of HTTP and WebSocket, for what simcord leaves out: the real client's own connection and retries.

It knows one server with one text channel, takes commands and messages, and answers interactions as they come.
"""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.made.up"
BOT, GUILD, CHANNEL = "100000000000000001", "424242", "515151"
EVERYTHING = str((1 << 50) - 1)


@dataclass
class DiscordDouble:
    """What was asked, and how to answer the next messages."""

    origin: str = ""
    messages: list[Json] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    statuses: deque[int] = field(default_factory=deque)  # for the next messages, after they stand (5xx) or not (429)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(900_000_000_000_000_000))

    @property
    def user(self) -> Json:
        """The bot, as Discord shows it."""
        return {"id": BOT, "username": "offcourse", "discriminator": "0", "avatar": None, "bot": True, "flags": 0}

    @property
    def guild(self) -> Json:
        """The server, as it comes over the gateway."""
        everyone = {"id": GUILD, "name": "@everyone", "permissions": EVERYTHING, "position": 0, "color": 0}
        role = {**everyone, "hoist": False, "managed": False, "mentionable": False, "flags": 0}
        channel = {"id": CHANNEL, "type": 0, "guild_id": GUILD, "name": "courses", "position": 0}
        lists = ("emojis", "stickers", "features", "members", "threads", "voice_states", "presences")
        return {
            "id": GUILD,
            "name": "Offcourse",
            "owner_id": "1",
            "roles": [role],
            "member_count": 2,
            "large": False,
            "channels": [{**channel, "permission_overwrites": [], "nsfw": False}],
            **{name: [] for name in lists},
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
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
        }

    async def rest(self, request: web.Request) -> web.Response:
        """Answer one REST call."""
        path = request.match_info["path"]
        self.asked.append((request.method, path))
        if request.headers.get("authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if request.method == "POST" and path == f"channels/{CHANNEL}/messages":
            return self._message(await request.json())
        if request.method == "PUT" and path.endswith("/commands"):
            return _json([self._command(command) for command in await request.json()])
        answers: dict[str, Any] = {
            "users/@me": self.user,
            "oauth2/applications/@me": self._application(),
            "applications/@me": self._application(),
            f"guilds/{GUILD}": self.guild,
            f"channels/{CHANNEL}/messages": list(reversed(self.messages)),
        }
        return _json(answers[path]) if path in answers else _json({"code": 10003}, status=404)

    def _message(self, body: Json) -> web.Response:
        status = self.statuses.popleft() if self.statuses else 200
        if status == 429:
            headers = {"retry-after": "1", "via": "1.1 google", "x-ratelimit-scope": "user"}
            return _json({"retry_after": 0.05, "global": False}, status=429, headers=headers)
        known = next((m for m in self.messages if m["nonce"] == body.get("nonce") is not None), None)
        message = known or {
            "id": str(next(self._count)),
            "channel_id": CHANNEL,
            "author": self.user,
            "content": "",
            "embeds": [],
            "timestamp": "2026-03-04T09:30:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "type": 0,
            **body,
        }
        if known is None:
            self.messages.append(message)
        return _json(message if status == 200 else {"message": "trouble"}, status=status)

    def _command(self, command: Json) -> Json:
        return {
            "id": str(next(self._count)),
            "application_id": BOT,
            "version": "1",
            "description": "",
            "default_member_permissions": None,
            **command,
        }

    def _application(self) -> Json:
        return {
            "id": BOT,
            "name": "Offcourse",
            "description": "",
            "icon": None,
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "owner": self.user,
            "team": None,
            "rpc_origins": [],
            "summary": "",
        }

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
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
            "user": self.user,
            "session_id": "s",
            "resume_gateway_url": f"{self.origin}/gateway",
            "guilds": [{"id": GUILD, "unavailable": True}],
            "application": {"id": BOT, "flags": 0},
        }
        await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": ready})
        await socket.send_json({"op": 0, "t": "GUILD_CREATE", "s": 2, "d": self.guild})
        self.ready.set()

    async def close(self) -> None:
        """End all connections."""
        for socket in self._sockets:
            await socket.close()


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer as Discord does: the library reads JSON only where no charset is named."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers, content_type="application/json")


@asynccontextmanager
async def discord_double() -> AsyncIterator[DiscordDouble]:
    """Run it on a free port."""
    double = DiscordDouble()
    server = web.Application()
    server.add_routes(
        [
            web.get("/gateway", double.gateway),
            web.get("/gateway/", double.gateway),
            web.route("*", "/api/{path:.+}", double.rest),
        ]
    )
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.origin = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield double
    finally:
        await double.close()
        await runner.cleanup()
