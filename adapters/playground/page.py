"""The page's one address, and the server for it. Importing this file loads NiceGUI; only a started playground does."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from importlib.resources import files
from uuid import uuid4

import uvicorn
from fastapi import FastAPI, Request
from nicegui import ui
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from adapters.playground.addresses import Spot, read_spot
from adapters.playground.clock import ShiftedClock, Tick, pass_time
from adapters.playground.guard import Guard
from adapters.playground.members import MEMBERS, Member, may_read, member
from adapters.playground.session import Session
from adapters.playground.window import Window
from adapters.playground.world import World
from bot.dispatch import Core

_LOCAL = ("127.0.0.1", "localhost", "::1")
_LOOK = ("theme.css", "messages.css", "controls.css", "icons.css")
_GONE_AFTER = 10.0
"""Seconds that a window's state waits for a browser that lost the connection."""
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0c6b63"/>'
    '<circle cx="16" cy="16" r="7.5" fill="none" stroke="#fff" stroke-width="4"/></svg>'
)


async def serve(
    core: Core,
    world: World,
    clock: ShiftedClock,
    work: Tick,
    tick: Tick,
    host: str,
    port: int,
    pages: Sequence[Route] = (),
) -> None:
    """Serve the playground, and `pages` beside it, until a signal ends it.

    `tick` does all that is due at a moment, `work` all but looks at the web.
    Once per process: NiceGUI keeps one application.
    """
    app = FastAPI(openapi_url=None, routes=list(pages))
    if host in _LOCAL:  # another site that points its name here must not reach the page
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(_LOCAL))
    app.add_middleware(Guard)
    _route(core, world, clock, work, tick)
    ui.run_with(
        app,
        title="Offcourse playground",
        favicon=_ICON,
        dark=None,
        language="en-US",
        tailwind=False,
        reconnect_timeout=_GONE_AFTER,
        show_welcome_message=False,
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
    )
    await PlaygroundServer(config).serve()


def _route(core: Core, world: World, clock: ShiftedClock, work: Tick, tick: Tick) -> None:
    head = _head()

    async def shift(by: timedelta) -> None:
        await pass_time(clock, by, work, tick)

    @ui.page("/")
    async def index(request: Request) -> None:
        who = member(request.query_params.get("as", "")) or MEMBERS[0]
        ui.add_head_html(head)
        ui.page_title(f"{who.name} – Offcourse playground")
        session = Session(core, world, who, lambda: uuid4().hex)
        Window(session, _spot(request, who), shift)


def _spot(request: Request, who: Member) -> Spot:
    """Read which channel, and which message in it, the address names; a forbidden or unknown one is #courses."""
    wanted = read_spot(request.query_params.get("at", "")) or read_spot(request.query_params.get("in", ""))
    return wanted if wanted and may_read(who, wanted.channel) else Spot("courses")


def _head() -> str:
    """Put the looks and the script into the page itself: they are ours, small, and hold nothing that was typed."""
    look = files("adapters.playground") / "look"
    styles = "\n".join((look / name).read_text(encoding="utf-8") for name in _LOOK)
    script = (look / "page.js").read_text(encoding="utf-8")
    return f"<style>{styles}</style><script>{script}</script>"


class PlaygroundServer(uvicorn.Server):
    """A server that tells its address when it is ready, and ends quietly on Ctrl-C or SIGTERM."""

    async def startup(self, sockets: object = None) -> None:
        """Start, then tell the address."""
        await super().startup()
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            sys.stdout.write(f"The playground is ready: http://{shown}:{port}\n")
            sys.stdout.flush()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on a signal without raising it again, so that whoever called `serve` can close what they opened."""
        loop = asyncio.get_running_loop()
        caught = (signal.SIGINT, signal.SIGTERM)
        for number in caught:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in caught:
                loop.remove_signal_handler(number)
