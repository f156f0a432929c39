"""The ways the program runs: as the bot, as the playground, as one tick."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.app.core import App, SystemClock, open_app
from bot.config import Config, Storage
from bot.errors import BotError, ConfigError
from bot.schedule import ticking

log = structlog.get_logger(__name__)

TICK_AGE = timedelta(seconds=60)
"""After this long without a tick the bot is not ready: six times its pace."""
LINGER = 20.0
"""Seconds that a tick by itself goes on with letters that only wait a moment, such as one after the other on Slack."""

Check = Callable[[], Awaitable[str]]
"""Says what is wrong with a part; nothing where it is fine."""


def platforms_of(config: Config) -> list[str]:
    """Name the platforms whose token is set."""
    tokens = {"slack": config.slack.bot_token, "discord": config.discord.token}
    return [platform for platform, token in tokens.items() if token.get_secret_value()]


def check_runnable(config: Config) -> None:
    """Raise ConfigError where the settings leave nothing to run, or half of something."""
    if not platforms_of(config):
        raise ConfigError(
            "No platform is set up yet: set [slack] bot_token or [discord] token. To look around first: make demo"
        )
    slack = config.slack
    if slack.bot_token.get_secret_value():
        if slack.mode == "socket" and not slack.app_token.get_secret_value():
            raise ConfigError('Slack in mode "socket" needs [slack] app_token (xapp-…), or set mode = "http".')
        if slack.mode == "http" and not slack.signing_secret.get_secret_value():
            raise ConfigError('Slack in mode "http" needs [slack] signing_secret, from Basic Information.')


async def run(config: Config) -> int:
    """Serve the platforms whose token is set until a signal ends it; give the exit code."""
    from adapters import web
    from adapters.pages.routes import routes

    check_runnable(config)
    async with open_app(config) as app, contextlib.AsyncExitStack() as stack:
        checks: dict[str, Check] = {"database": lambda: database_trouble(app), "tick": lambda: tick_trouble(app)}
        work: list[Coroutine[Any, Any, object]] = []
        endpoint = None
        if "slack" in platforms_of(config):
            endpoint, checks["slack"] = await stack.enter_async_context(_slack(app))
        if "discord" in platforms_of(config):
            discord = Discord(app, alone=platforms_of(config) == ["discord"])
            checks["discord"] = discord.trouble
            work.append(discord.serve())
        site = web.build(
            ready=lambda: _troubles(checks),
            metrics=app.metrics.registry,
            count=app.count_letters,
            slack=endpoint,
            pages=routes(app.public_course, app.page_opened, app.picture),
        )
        work.append(web.serve(site, config.web.host, config.web.port))
        stack.enter_context(ticking(app.tick_now))
        await until_stopped(work)
    return 0


@contextlib.asynccontextmanager
async def _slack(app: App) -> AsyncIterator[tuple[Any, Check]]:
    """Run Slack's side; give its HTTP endpoint (None in Socket Mode) and its check."""
    from adapters.slack.run import serving

    async with serving(app) as slack:
        yield (slack.endpoint.handle if app.config.slack.mode == "http" else None), slack.trouble


class Discord:
    """Discord's side while the program runs; its trouble is not Slack's."""

    def __init__(self, app: App, *, alone: bool) -> None:
        """Take the core; `alone`: no other platform runs, so that a refused token ends the program."""
        from adapters.discord.client import build

        self._app = app
        self._alone = alone
        self._client = build(app)
        self._off = ""

    async def serve(self) -> None:
        """Serve until cancelled. What can't be mended by waiting is logged with its cure, and Slack goes on."""
        from adapters.discord.client import run as serving

        try:
            await serving(self._app, self._client)
        except Exception as error:
            if self._alone:
                raise
            self._off = str(error) or type(error).__name__
            log.exception("discord is off", cure=self._off)
        await asyncio.Event().wait()

    async def trouble(self) -> str:
        """Say what is wrong; nothing where it serves."""
        return self._off or self._client.trouble()


async def _troubles(checks: Mapping[str, Check]) -> Mapping[str, str]:
    return {part: await check() for part, check in checks.items()}


async def database_trouble(app: App) -> str:
    """Say what is wrong with the database; nothing where it answers."""
    try:
        await app.store.communities()
    except BotError as error:
        return str(error)
    return ""


async def tick_trouble(app: App) -> str:
    """Say when the last tick was, if that is too long ago; before the first one all is fine."""
    if app.last_tick is None or app.clock.now() - app.last_tick < TICK_AGE:
        return ""
    return f"last tick at {app.last_tick.isoformat(timespec='seconds')}"


async def until_stopped(work: list[Coroutine[Any, Any, object]]) -> None:
    """Run side by side until SIGINT or SIGTERM, or until one of them ends; its error is raised."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    tasks = [asyncio.create_task(one) for one in work]
    waiting = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (*tasks, waiting):
            task.cancel()
        await asyncio.gather(*tasks, waiting, return_exceptions=True)
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


async def demo(config: Config, data: Path, port: int) -> int:
    """Serve the playground with its sample community on this machine only; give the exit code."""
    from adapters.pages.routes import routes
    from adapters.playground.chat import PlaygroundChat
    from adapters.playground.clock import ShiftedClock
    from adapters.playground.members import STEWARDS
    from adapters.playground.page import serve
    from adapters.playground.world import World
    from bot.app.sample import settle_in

    world = World(data / "world.json")
    clock = ShiftedClock(SystemClock(), world)
    sample = config.model_copy(
        update={
            "storage": Storage(url=f"sqlite:///{data / 'offcourse.db'}"),
            "web": config.web.model_copy(update={"public_url": f"http://127.0.0.1:{port}"}),
            "community": config.community.model_copy(update={"stewards": STEWARDS}),
        }
    )
    async with open_app(sample, clock=clock) as app:
        app.attach(PlaygroundChat(world, clock))
        await settle_in(app)
        pages = routes(app.public_course, app.page_opened, app.picture)
        with ticking(app.tick_now):
            await serve(app, world, clock, app.work, app.tick, "127.0.0.1", port, pages)
    return 0


async def tick(config: Config, now: datetime | None) -> int:
    """Do all work that is due at a moment (None: now), once; give the exit code."""
    async with open_app(config, sending=False) as app, contextlib.AsyncExitStack() as stack:
        if "slack" in platforms_of(config):
            from adapters.slack.app import build as build_slack

            build_slack(app)
        if "discord" in platforms_of(config):
            await _sign_in(app, stack)
        begun = app.clock.now()
        moment = now or begun
        await app.tick(moment)
        await app.delivery.linger(moment - begun, LINGER)
    return 0


async def _sign_in(app: App, stack: contextlib.AsyncExitStack) -> None:
    """Make Discord reachable without its gateway; where that fails its letters wait for the next tick."""
    from adapters.discord.client import build

    client = await stack.enter_async_context(build(app))
    try:
        await client.login(app.config.discord.token.get_secret_value())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with Discord, Slack's letters go out
        log.warning("discord not reached", error=type(error).__name__)
        app.chats.pop("discord", None)
