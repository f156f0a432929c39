"""The web app on a real loopback port: it starts, answers, drains and stops."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters import web
from bot.errors import ConfigError

HOST = "127.0.0.1"


async def fine() -> Mapping[str, str]:
    return {}


@asynccontextmanager
async def served(slack: web.Endpoint | None = None) -> AsyncIterator[tuple[str, "asyncio.Task[None]"]]:
    """Serve on a free port; give the address and the task to cancel."""
    ports: asyncio.Queue[int] = asyncio.Queue()
    task = asyncio.create_task(web.serve(web.build(ready=fine, slack=slack), HOST, 0, ports.put_nowait))
    port = await asyncio.wait_for(ports.get(), 5)
    try:
        yield f"http://{HOST}:{port}", task
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=5)
        assert task.done()


async def test_it_answers_without_saying_what_it_is_made_of() -> None:
    async with served() as (url, _), httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{url}/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "server" not in answer.headers


async def test_a_large_body_is_refused_over_the_wire() -> None:
    async def slack(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async with served(slack) as (url, _), httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{url}/slack/events", content=b"x" * 2_000_000)).status_code == 413
        assert (await http.post(f"{url}/slack/events", content=b"x" * 1000)).text == "1000"


async def test_a_slow_body_over_the_wire_is_given_up_and_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_WAIT", 0.05)

    async def slack(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async with served(slack) as (url, _):
        reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 9\r\n\r\nslow")
        said = await asyncio.wait_for(reader.read(), 5)  # until the server hangs up
        writer.close()
    assert said.startswith(b"HTTP/1.1 408 ")


async def test_cancelled_it_finishes_what_is_under_way_and_frees_the_port() -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def slack(request: Request) -> Response:
        entered.set()
        await go_on.wait()
        return PlainTextResponse("finished")

    async with served(slack) as (url, task), httpx.AsyncClient(trust_env=False) as http:
        asked = asyncio.create_task(http.post(f"{url}/slack/events"))
        await asyncio.wait_for(entered.wait(), 5)
        task.cancel()
        await asyncio.sleep(0.3)
        assert not task.done(), "a request is under way"
        go_on.set()
        assert (await asked).text == "finished"
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(task), 5)
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{url}/healthz")


async def test_signals_stay_with_the_program() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with served() as (url, _), httpx.AsyncClient(trust_env=False) as http:
        await http.get(f"{url}/healthz")
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_a_taken_port_is_a_setting_to_change() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"web\.host and web\.port: can't listen on {HOST}, port {port}"):
            await web.serve(web.build(ready=fine), HOST, port)


async def test_a_host_that_is_not_ours_is_a_setting_to_change() -> None:
    with pytest.raises(ConfigError, match=r"can't listen on 192\.0\.2\.1"):
        await web.serve(web.build(ready=fine), "192.0.2.1", 0)


def test_answers_leave_at_once() -> None:
    """asyncio switches Nagle's algorithm off only for sockets that name TCP; without that an answer takes 40 ms."""
    with web._listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
