"""Fixtures of the fetcher's tests. Nothing here leaves the loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from adapters.links import SafeLinks
from tests.links.site import LOOPBACK, Names, Site, reader


@pytest.fixture
async def connects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that anything in this loop tries to connect to; those off the loopback are recorded and refused."""
    loop = asyncio.get_running_loop()
    really: Callable[..., Awaitable[None]] = loop.sock_connect
    tried: list[str] = []

    async def record(sock: Any, address: Any) -> None:
        tried.append(address[0])
        if address[0] != str(LOOPBACK):
            raise OSError("tests stay on the loopback")
        await really(sock, address)

    monkeypatch.setattr(loop, "sock_connect", record)
    return tried


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    built = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", built.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    server = web.TCPSite(runner, str(LOOPBACK), 0)
    await server.start()
    built.port = runner.addresses[0][1]
    yield built
    await runner.cleanup()


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def links(site: Site, names: Names, connects: list[str]) -> AsyncIterator[SafeLinks]:
    async with reader(site, names) as built:
        yield built
