"""W06, W07, W10: bounds of memory, time and number."""

import asyncio
import gzip
import itertools
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import psutil
import pytest
from aiohttp import web

from adapters.links import SafeLinks
from adapters.links import reader as reader_module
from adapters.links.pages import MOST_BYTES
from adapters.links.reader import AT_ONCE, QUEUE
from bot.model import Page, ResourceKind
from tests.links.site import Names, RawSite, Site, html


@pytest.fixture
async def raw() -> AsyncIterator[RawSite]:
    """Sends header lines for ever."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
            for number in itertools.count():
                writer.write(b"X-%d: y\r\n" % number)
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield RawSite(server.sockets[0].getsockname()[1], server)
    server.close()


def bomb() -> bytes:
    squeeze = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    zeros = b"\0" * (1 << 20)
    return b"".join(
        [squeeze.compress(b"<title>boom</title>"), *(squeeze.compress(zeros) for _ in range(200)), squeeze.flush()]
    )


async def test_w06_a_bomb_is_inflated_no_further_than_the_cap(links: SafeLinks, site: Site) -> None:
    packed = bomb()
    assert len(packed) < 250_000

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, content_type="text/html", headers={"Content-Encoding": "gzip"})

    site.pages["/"] = answer
    site.says("<title>warm</title>", "/warm")
    await links.read(site.url("/warm"), 5)
    tracemalloc.start()
    try:
        found = await links.read(site.url(), 5)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found is not None
    assert found.title == "boom"
    assert peak < 5 * MOST_BYTES, f"{peak} bytes for a page of {len(packed)}"


async def test_w06_the_process_does_not_grow_with_a_bomb(links: SafeLinks, site: Site) -> None:
    packed = bomb()

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=packed, content_type="text/html", headers={"Content-Encoding": "gzip"})

    site.pages["/"] = answer
    await links.read(site.url(), 5)
    before = psutil.Process().memory_info().rss
    for _ in range(5):
        assert await links.read(site.url(), 5) is not None
    assert psutil.Process().memory_info().rss - before < 5 << 20


async def test_w06_a_flood_that_is_no_page_is_not_read(links: SafeLinks, site: Site) -> None:
    hung_up = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/pdf", "Content-Encoding": "br"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"\0" * 65536)
        finally:
            hung_up.set()

    site.pages["/"] = answer
    assert await links.read(site.url(), 5) == Page(site.url())
    await asyncio.wait_for(hung_up.wait(), 2)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "nonsense"])
async def test_w06_other_compressions_are_not_unpacked(links: SafeLinks, site: Site, encoding: str) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<title>x</title>", content_type="text/html", headers={"Content-Encoding": encoding})

    site.pages["/"] = answer
    assert await links.read(site.url(), 5) is None


SMALL = gzip.compress(b"<title>small</title>", mtime=0)  # without the time, which would name the test otherwise


@pytest.mark.parametrize(("body", "expected"), [(SMALL, "small"), (b"not gzip", None)])
async def test_w06_gzip_is_read_and_broken_gzip_is_no_page(
    links: SafeLinks, site: Site, body: bytes, expected: str | None
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="text/html", headers={"Content-Encoding": "gzip"})

    site.pages["/"] = answer
    found = await links.read(site.url(), 5)
    assert (found.title if found else None) == expected


async def test_w06_nothing_is_read_behind_the_head(links: SafeLinks, site: Site) -> None:
    hung_up = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        try:
            await response.write(b"<head><title>Head</title></he")
            await asyncio.sleep(0.05)
            await response.write(b"ad>")
            await asyncio.sleep(30)
        finally:
            hung_up.set()
        return response

    site.pages["/"] = answer
    found = await links.read(site.url(), 5)
    assert found == Page(site.url(), "Head", kind=ResourceKind.HTML)
    await asyncio.wait_for(hung_up.wait(), 2)


async def test_w06_a_title_behind_the_cap_is_not_seen(links: SafeLinks, site: Site) -> None:
    url = site.says("x" * MOST_BYTES + "<title>late</title>")
    assert await links.read(url, 5) == Page(url, kind=ResourceKind.HTML)


async def test_w07_a_dripping_body_ends_in_time(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.03)

    site.pages["/"] = answer
    started = time.monotonic()
    assert await links.read(site.url(), 0.4) is None
    assert 0.3 < time.monotonic() - started < 5


async def test_w07_drips_along_redirects_share_one_limit(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return web.Response(status=302, headers={"Location": "/"})

    site.pages["/"] = answer
    started = time.monotonic()
    assert await links.read(site.url(), 0.5) is None
    assert time.monotonic() - started < 2


async def test_w07_endless_headers_end_in_time(names: Names, raw: RawSite) -> None:
    async with SafeLinks(ports={raw.port}, resolve=names, is_allowed=lambda _: True) as links:
        started = time.monotonic()
        assert await links.read(raw.url, 0.4) is None
        assert time.monotonic() - started < 5


async def test_w07_a_slow_name_server_ends_in_time(site: Site) -> None:
    async def never(host: str) -> list[object]:
        await asyncio.sleep(30)
        return []

    async with SafeLinks(resolve=never) as links:  # type: ignore[arg-type] # it never comes to an answer
        started = time.monotonic()
        assert await links.read("http://slow.example/", 0.2) is None
        assert time.monotonic() - started < 5


async def test_w07_nobody_may_ask_for_longer_than_the_limit(
    links: SafeLinks, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return html("late")

    site.pages["/"] = answer
    monkeypatch.setattr(reader_module, "LONGEST", 0.2)
    assert await asyncio.wait_for(links.read(site.url(), 3600), 5) is None


async def test_w10_a_flood_is_bounded(links: SafeLinks, site: Site, names: Names) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        return html("<title>x</title>")

    site.pages["/"] = answer
    urls = [site.url(host=f"h{n % 40}.example") for n in range(1000)]
    found = await asyncio.gather(*(links.read(url, 10) for url in urls))
    assert sum(page is not None for page in found) == QUEUE
    assert len(names.asked) == QUEUE
    assert 1 < site.busiest <= AT_ONCE
    assert site.busiest_host == 1
    assert await links.read(urls[0], 5) is not None, "the queue is free again"


async def test_w10_no_more_sockets_than_pages_are_read_at_once(links: SafeLinks, site: Site) -> None:
    most = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal most
        mine = psutil.Process().net_connections("tcp")
        most = max(most, sum(bool(at.raddr) and at.raddr.port == site.port for at in mine))
        await asyncio.sleep(0.01)
        return html("<title>x</title>")

    site.pages["/"] = answer
    await asyncio.gather(*(links.read(site.url(host=f"h{n}.example"), 10) for n in range(1000)))
    assert 1 < most <= AT_ONCE


async def test_w10_a_slow_host_holds_up_only_itself(links: SafeLinks, site: Site) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return html("late")

    site.pages["/slow"] = slow
    site.says("<title>quick</title>", "/quick")
    stuck = [asyncio.create_task(links.read(site.url("/slow", "slow.example"), 9)) for _ in range(2 * AT_ONCE)]
    await asyncio.sleep(0.1)
    found = await asyncio.wait_for(links.read(site.url("/quick"), 5), 5)
    assert found is not None
    assert not any(task.done() for task in stuck)
    for task in stuck:
        task.cancel()
    await asyncio.gather(*stuck, return_exceptions=True)


async def test_a_cancelled_reading_leaves_room(links: SafeLinks, site: Site) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return html("late")

    site.pages["/slow"] = slow
    url = site.says("<title>quick</title>", "/quick")
    tasks = [asyncio.create_task(links.read(site.url("/slow", f"h{n}.example"), 9)) for n in range(AT_ONCE)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
    assert await links.read(url, 2) == Page(url, "quick", kind=ResourceKind.HTML)
