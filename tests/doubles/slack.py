"""A strict Slack on loopback: the Web API methods we call, Socket Mode, and response_urls. It records every POST."""

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.slack_api import BOT_USER, METHODS, NO_JSON, SHUT, TEAM, Method, Refusal, scope_of
from tests.doubles.slack_checks import message_problem

Json = dict[str, Any]

BOT_TOKEN = "xoxb-made-up"
APP_TOKEN = "xapp-made-up"
SIGNING_SECRET = "made-up-signing-secret"
COURSES = "C0COURSES"
MEETUPS = "C0MEETUPS"
CENTRE = "C0CENTRE"
CLOSED = "C0CLOSED"
PATIENCE = 3.0
"""Seconds that Slack waits for an acknowledgement, and that a trigger lives."""


_HISTORY = ("channels:history", "groups:history", "im:history")
_REST = ("chat:write.public", "im:write", "users:read")
SCOPES = ("commands", "chat:write", *_REST, *_HISTORY)
"""What the app was granted. The manifest asks for just these."""
REACTIONS = ("reactions:read", "reactions:write")
"""What the Chat port's reactions will need; no feature uses them yet."""


@dataclass
class Call:
    """One request that reached Slack, whatever came of it."""

    method: str
    arguments: Json


@dataclass
class Fault:
    """How the next call of a method goes wrong."""

    error: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    effect: bool = False  # the call does its work first
    drop: bool = False  # the connection breaks instead of an answer
    delay: float = 0.0
    answer: Json = field(default_factory=dict)  # instead of its own
    html: str = ""  # a page instead of an answer, as proxies give


@dataclass
class Said:
    """What was said by a response_url."""

    url: str
    words: Json


@dataclass
class Trigger:
    """A trigger that was given out."""

    at: float
    used: bool = False


@dataclass
class SlackDouble:
    """The state of the workspace, and what a test may see and bend."""

    now: Callable[[], datetime] = field(default=lambda: datetime(2026, 6, 1, 12, tzinfo=UTC))
    calls: list[Call] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    whispers: list[Json] = field(default_factory=list)
    users: dict[str, Json] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=lambda: {CLOSED: "not_in_channel"})
    known_channels: set[str] = field(default_factory=lambda: {COURSES, MEETUPS, CENTRE, CLOSED})
    acks: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    patience: float = PATIENCE
    break_doors: bool = False  # response_urls take the words and break the connection
    fetches: bool = True  # pictures can be fetched from where their addresses lead
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    origin: str = ""
    _faults: defaultdict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _doors: dict[str, int] = field(default_factory=dict)  # uses left of each response_url
    _count: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for name in ("ana", "ben", "chloe", "dries", "elif"):
            self.add_user(f"U0{name.upper()}", name.capitalize())
        self.add_user(SHUT, "Shut")
        self.add_user(BOT_USER, "Offcourse", is_bot=True)

    @property
    def api_url(self) -> str:
        """The base of the Web API."""
        return f"{self.origin}/api/"

    def add_user(self, user: str, name: str, **more: Any) -> None:
        """Add a person."""
        known = {"id": user, "name": name.lower(), "real_name": name, "tz": "Europe/Brussels", "locale": "en-GB"}
        self.users[user] = {**known, "deleted": False, "profile": {"real_name": name, "display_name": name}, **more}

    def number(self) -> int:
        """Count."""
        return next(self._count)

    def ts(self) -> str:
        """Stamp the next message."""
        return f"{int(self.now().timestamp())}.{self.number():06d}"

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method go wrong."""
        self._faults[method].extend([fault] * times)

    def trigger(self) -> str:
        """Give out a trigger id."""
        written = f"{self.number()}.{TEAM}.trigger"
        self._triggers[written] = Trigger(asyncio.get_running_loop().time())
        return written

    def expire(self, trigger: str) -> None:
        """Let the time of a trigger pass."""
        self._triggers[trigger].at -= self.patience + 1

    def use(self, trigger: str) -> None:
        """Use a trigger, once and in time."""
        found = self._triggers.get(trigger)
        if found is None:
            raise Refusal("invalid_trigger_id")
        if asyncio.get_running_loop().time() - found.at > self.patience:
            raise Refusal("expired_trigger_id")
        if found.used:
            raise Refusal("exchanged_trigger_id")
        found.used = True

    def door(self) -> str:
        """Give out a response_url: five answers may pass it."""
        url = f"{self.origin}/response/{self.number()}"
        self._doors[url] = 5
        return url

    def close_door(self, url: str) -> None:
        """Let a response_url expire."""
        self._doors[url] = 0

    def posts(self, method: str) -> list[Json]:
        """List what a method was asked."""
        return [call.arguments for call in self.calls if call.method == method]

    def standing(self, channel: str, thread: str = "") -> list[Json]:
        """List the messages that stand in a channel, or below a message, oldest first."""
        here = [m for m in self.messages if m["channel"] == channel]
        if thread:
            return [m for m in here if m.get("thread_ts") == thread and m["ts"] != thread]
        return [m for m in here if m.get("thread_ts") in {None, m["ts"]}]

    async def envelope(self, kind: str, payload: Json) -> Json | None:
        """Deliver over Socket Mode and wait for the acknowledgement; None where none came in time."""
        await asyncio.wait_for(self.connected.wait(), self.patience)
        number = f"envelope-{self.number()}"
        self.acks[number] = asyncio.get_running_loop().create_future()
        sent = {"envelope_id": number, "type": kind, "payload": payload, "accepts_response_payload": True}
        await self.sockets[-1].send_str(json.dumps(sent))
        try:
            return await asyncio.wait_for(self.acks[number], self.patience)
        except TimeoutError:
            return None

    async def disconnect(self) -> None:
        """Ask the client to connect anew, as Slack does every few hours."""
        self.connected.clear()
        await self.sockets[-1].send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Serve a Web API method."""
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append(Call(method, arguments))
        faults = self._faults[method]
        fault = faults.popleft() if faults else Fault()
        answer: Json = {"ok": False, "error": fault.error}
        if fault == Fault() or fault.effect or fault.delay:
            answer = self._asked(method, arguments, request.headers.get("Authorization", ""))
        await asyncio.sleep(fault.delay)
        if fault.drop:
            assert request.transport is not None
            request.transport.abort()
        if fault.error:
            answer = {"ok": False, "error": fault.error}
        answer = fault.answer or answer
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes)), **fault.headers}
        if fault.html:
            return web.Response(text=fault.html, content_type="text/html", status=fault.status, headers=headers)
        return web.json_response(answer, status=fault.status, headers=headers)

    def _asked(self, method: str, arguments: Json, authorization: str) -> Json:
        try:
            found = _method_for(method, authorization)
            needed = scope_of(method, arguments)
            if needed and needed not in self.scopes:
                return {"ok": False, "error": "missing_scope", "needed": needed, "provided": ",".join(self.scopes)}
            return {"ok": True, **found.check(arguments)(self, arguments)}
        except Refusal as refusal:
            error, _, why = str(refusal).partition(": ")
            return {"ok": False, "error": error, "response_metadata": {"messages": [why] if why else []}}

    async def response(self, request: web.Request) -> web.Response:
        """Serve a response_url."""
        url = f"{self.origin}{request.path}"
        words = await request.json()
        if self.break_doors:
            assert request.transport is not None
            request.transport.abort()
        if self._doors.get(url, 0) < 1:
            return web.Response(status=404, text="expired_url" if url in self._doors else "no_service")
        problem = message_problem(words)
        if not self.fetches and any(block["type"] == "image" for block in words["blocks"]):
            problem = "invalid_blocks: downloading image failed"
        if problem:
            return web.Response(status=400, text=problem)
        self._doors[url] -= 1
        self.said.append(Said(url, words))
        return web.Response(text="ok")

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a Socket Mode connection."""
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.sockets.append(connection)
        self.connected.set()
        async for frame in connection:
            if frame.type is WSMsgType.TEXT:
                answer = json.loads(frame.data)
                waiting = self.acks.pop(answer["envelope_id"], None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer.get("payload") or {})
        return connection


def _method_for(method: str, authorization: str) -> Method:
    found = METHODS.get(method)
    if found is None:
        raise Refusal("unknown_method")
    wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
    if authorization != f"Bearer {wanted}":
        raise Refusal("invalid_auth")
    return found


async def _arguments(request: web.Request) -> Json:
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
        if request.match_info["method"] in NO_JSON:
            found = {}  # Slack does not read it there
    else:
        found |= {key: str(value) for key, value in (await request.post()).items()}
    found.pop("team_id", None)  # Bolt's client adds it to every call
    return found


@asynccontextmanager
async def slack_double() -> AsyncIterator[SlackDouble]:
    """Run a workspace on a free port."""
    double = SlackDouble()
    server = web.Application()
    server.add_routes(
        [
            web.post("/api/{method}", double.api),
            web.get("/api/{method}", double.api),
            web.post("/response/{number}", double.response),
            web.get("/socket", double.socket),
        ]
    )
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    double.origin = f"http://{host}:{port}"
    try:
        yield double
    finally:
        for connection in double.sockets:
            await connection.close()
        await runner.cleanup()
