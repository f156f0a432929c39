"""The web side: liveness, readiness, metrics, Slack's HTTP road and pages for the world, as one ASGI app.

It shows nothing about members, and says no more in an error than that there was one.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import ConfigError

log = structlog.get_logger(__name__)

Ready = Callable[[], Awaitable[Mapping[str, str]]]
"""Tells what is wrong with each part of the bot; an empty text where nothing is."""
Endpoint = Callable[[Request], Awaitable[Response]]
"""Answers a request."""

LARGEST_BODY = 1 << 20
"""Bytes; Slack's largest payloads, full forms, stay well below."""
READY_WAIT = 5.0
"""Seconds that the parts have to tell how they are."""
DRAIN = 20
"""Seconds that requests under way have to end when the server stops."""
BODY_WAIT = 10.0
"""Seconds that a whole body may take to arrive."""
CONNECTIONS = 500
"""Connections at once; further ones get 503, so that a flood can't take all memory."""
HEADERS = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""On every response, unless a route sets its own."""
_RAW_HEADERS = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())
"""As they go over the wire, made once: they are on every response."""
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
"""Seconds; Slack waits three."""


def build(
    *,
    ready: Ready,
    slack: Endpoint | None = None,
    metrics: CollectorRegistry | None = None,
    count: Callable[[], Awaitable[None]] | None = None,
    pages: Sequence[Route] = (),
    timer: Callable[[], float] = time.perf_counter,
) -> Starlette:
    """Make the app. Without `slack` or `metrics` their paths are not found.

    `metrics` must not be handed to a second app: this one adds the time of its answers to it. `count` brings those of
    them up to date that are counted only when somebody asks.
    """
    routes = [Route("/healthz", _healthz), Route("/readyz", _readyz(ready))]
    if slack is not None:
        routes.append(Route("/slack/events", slack, methods=["POST"]))
    if metrics is not None:
        routes.append(Route("/metrics", _metrics(metrics, count)))
    routes += pages
    seconds = _seconds(metrics) if metrics is not None else None
    app = Starlette(routes=routes, middleware=[Middleware(Shell, seconds, timer)])
    app.router.redirect_slashes = False
    return app


async def _healthz(request: Request) -> Response:
    """Answer as long as the event loop does; a restart would cure nothing else."""
    return PlainTextResponse("ok")


def _readyz(ready: Ready) -> Endpoint:
    async def answer(request: Request) -> Response:
        parts = await _parts(ready)
        fine = not any(parts.values())
        told = {part: wrong or "ok" for part, wrong in parts.items()}
        return JSONResponse({"ready": fine, "parts": told}, 200 if fine else 503)

    return answer


async def _parts(ready: Ready) -> Mapping[str, str]:
    try:
        async with asyncio.timeout(READY_WAIT):
            return await ready()
    except TimeoutError:
        return {"bot": f"did not tell within {READY_WAIT:g} s"}
    except Exception:
        log.exception("readiness can't be told")
        return {"bot": "can't tell; the log has the reason"}


def _metrics(registry: CollectorRegistry, count: Callable[[], Awaitable[None]] | None) -> Endpoint:
    async def answer(request: Request) -> Response:
        if count is not None:
            try:
                async with asyncio.timeout(READY_WAIT):
                    await count()
            except Exception as error:  # noqa: BLE001 - the other figures tell more when something is wrong, not less
                log.warning("some figures are old", error=type(error.__cause__ or error).__name__)
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return answer


def _seconds(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "offcourse_http_seconds", "Time to answer.", ("path", "status"), buckets=_BUCKETS, registry=registry
    )


class Shell:
    """What stands around every request: headers, the clock, and no error getting out."""

    def __init__(self, app: ASGIApp, seconds: Histogram | None, timer: Callable[[], float]) -> None:
        """Take the app, where to count its answers, and the clock to time them with."""
        self._app = app
        self._seconds = seconds
        self._timer = timer
        self._children: dict[tuple[str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        began = self._timer()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message["headers"]
                names = {name for name, _ in own}
                message["headers"] = [*own, *(header for header in _RAW_HEADERS if header[0] not in names)]
            await send(message)

        try:
            await self._app(scope, _Body(receive) if scope["method"] == "POST" else receive, send_with_headers)
        except Exception:
            log.exception("request failed", path=_path(scope))
            if status:
                raise  # half an answer is out: the connection must break
            await PlainTextResponse("Something went wrong.", 500)(scope, receive, send_with_headers)
        finally:
            if self._seconds is not None:
                self._observe(_path(scope), status // 100, self._timer() - began)

    def _observe(self, path: str, hundreds: int, seconds: float) -> None:
        child = self._children.get((path, hundreds))
        if child is None and self._seconds is not None:
            child = self._children[path, hundreds] = self._seconds.labels(path, f"{hundreds}xx")
        if child is not None:
            child.observe(seconds)


def _path(scope: Scope) -> str:
    """Name a request by its route: strangers can't make figures grow, and what stands in an address isn't told."""
    route = scope.get("route")
    return route.path if isinstance(route, Route) else "other"


class _Body:
    """Receives a request whose body may be neither too large nor too slow; the answer says which it was.

    The limit stands here and not in Starlette's own middleware, whose inner exception would pass for an error of ours.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._until = asyncio.get_running_loop().time() + BODY_WAIT
        self._length = 0
        self._complete = False

    async def __call__(self) -> Message:
        """Receive one piece; behind the last one there is only the end of the connection to wait for."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"connection": "close"}) from None
        self._length += len(message.get("body", b""))
        if self._length > LARGEST_BODY:
            raise HTTPException(413)
        self._complete = not message.get("more_body", False)
        return message


async def serve(app: ASGIApp, host: str, port: int, listening: Callable[[int], None] | None = None) -> None:
    """Serve until cancelled, then end what is under way within DRAIN seconds.

    `listening` is told the port once connections are taken; 0 asks the system for one.
    Raises ConfigError where the address can't be listened on.
    """
    bound = _listen(host, port)
    if listening is not None:
        listening(bound.getsockname()[1])
    server = _Server(_settings(app))
    running = asyncio.create_task(server.serve([bound]))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise
    finally:
        bound.close()


def _listen(host: str, port: int) -> socket.socket:
    """Listen on an address. The socket names TCP: asyncio sends at once (TCP_NODELAY) only on those that do.

    Otherwise an answer whose body follows its head waits 40 ms for the reader's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(CONNECTIONS)
    except OSError as error:
        bound.close()
        raise ConfigError(f"web.host and web.port: can't listen on {host}, port {port}: {error.strerror}.") from error
    return bound


def _settings(app: ASGIApp) -> uvicorn.Config:
    settings: dict[str, Any] = {
        "log_config": None,  # the bot's own logging stays
        "access_log": False,  # query strings may hold secrets
        "server_header": False,
        "proxy_headers": False,  # nothing here depends on who asks
        "ws": "none",
        "lifespan": "off",
        "limit_concurrency": CONNECTIONS,
        "timeout_graceful_shutdown": DRAIN,
    }
    return uvicorn.Config(app, **settings)


class _Server(uvicorn.Server):
    """Leaves signals alone: the bot's own seat handles them and cancels this server among its other tasks."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
