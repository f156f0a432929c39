"""Looks at pages: what is asked, what an answer means, and that a look reaches no further than a reading."""

import asyncio
import socket
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiohttp import ClientSSLError, web
from aiohttp.client_reqrep import ConnectionKey

from adapters.links import SafeLinks
from adapters.links.looks import failed
from adapters.links.reader import QUEUE
from adapters.links.rules import Address
from bot.health import Checked, Presence
from bot.ports import LinkReader
from tests.links.site import Names, Site, reader

OK = Checked(Presence.ALIVE, "200 OK")


def asked(site: Site) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in site.asked]


def answers(site: Site, status: int, path: str = "/", head: int | None = None, **headers: str) -> str:
    """Serve a status, another one for HEAD if said, and give the address."""

    async def answer(request: web.Request) -> web.StreamResponse:
        said = head if head is not None and request.method == "HEAD" else status
        return web.Response(status=said, headers={name.replace("_", "-"): value for name, value in headers.items()})

    site.pages[path] = answer
    return site.url(path)


async def test_a_page_that_is_there_is_asked_for_its_head_only(links: SafeLinks, site: Site) -> None:
    port: LinkReader = links
    assert await port.check(site.says("<title>Hello</title>"), 5) == OK
    assert asked(site) == [("HEAD", "/")]
    assert site.asked[0].headers["User-Agent"] == "offcourse-bot (reads and checks shared links)"


@pytest.mark.parametrize("head", [400, 403, 404, 405, 500, 501, 503])
async def test_a_page_that_refuses_the_head_is_asked_for_itself(links: SafeLinks, site: Site, head: int) -> None:
    assert await links.check(answers(site, 200, head=head), 5) == OK
    assert asked(site) == [("HEAD", "/"), ("GET", "/")]


async def test_a_server_that_hangs_up_on_the_head_is_asked_for_the_page(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD" and request.transport is not None:
            request.transport.close()
        return web.Response()

    site.pages["/"] = answer
    assert await links.check(site.url(), 5) == OK


async def test_a_server_that_never_answers_the_head_is_asked_for_the_page(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30 if request.method == "HEAD" else 0)
        return web.Response()

    site.pages["/"] = answer
    assert await links.check(site.url(), 1) == OK


@pytest.mark.parametrize("head", [429, 503])
async def test_who_asks_for_fewer_questions_gets_no_second_one(links: SafeLinks, site: Site, head: int) -> None:
    found = await links.check(answers(site, head, Retry_After="7200"), 5)
    assert found is not None
    assert (found.presence, found.wait) == (Presence.UNSURE, timedelta(hours=2))
    assert asked(site) == [("HEAD", "/")]


@pytest.mark.parametrize(
    ("status", "presence", "said"),
    [
        (404, Presence.GONE, "404 Not Found"),
        (410, Presence.GONE, "410 Gone"),
        *((status, Presence.UNSURE, str(status)) for status in (400, 401, 403, 405, 429, 451, 500, 502, 503, 599)),
        *((status, Presence.ALIVE, str(status)) for status in (200, 201, 204, 206)),
        (301, Presence.UNSURE, "301"),
    ],
)
async def test_what_a_status_means(links: SafeLinks, site: Site, status: int, presence: Presence, said: str) -> None:
    found = await links.check(answers(site, status), 5)
    assert found is not None
    assert found.presence is presence
    assert found.status.startswith(said)
    assert found.heard


@pytest.mark.parametrize("said", ["", "soon", "-5", "٣", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_wait_that_is_no_number_of_seconds_says_nothing(links: SafeLinks, site: Site, said: str) -> None:
    found = await links.check(answers(site, 503, Retry_After=said), 5)
    assert found is not None
    assert found.wait is None


# Unchanged pages


async def test_a_page_that_is_as_it_was_is_not_sent_again(links: SafeLinks, site: Site) -> None:
    date = "Wed, 04 Mar 2026 09:30:00 GMT"
    url = answers(site, 200, ETag='W/"v1"', Last_Modified=date)
    first = await links.check(url, 5)
    assert first == Checked(Presence.ALIVE, "200 OK", tag='W/"v1"', changed=date)

    async def unchanged(request: web.Request) -> web.StreamResponse:
        return web.Response(status=304, headers={"ETag": 'W/"v1"'})

    site.pages["/"] = unchanged
    again = await links.check(url, 5, 'W/"v1"', date)
    assert again == Checked(Presence.ALIVE, "304 Not Modified", tag='W/"v1"')
    told = site.asked[-1].headers
    assert (told["If-None-Match"], told["If-Modified-Since"]) == ('W/"v1"', date)


@pytest.mark.parametrize("tag", ["v1", '"a b"', '"' + "x" * 201 + '"', '"é"'])
async def test_an_odd_tag_is_not_kept(links: SafeLinks, site: Site, tag: str) -> None:
    found = await links.check(answers(site, 200, ETag=tag, Last_Modified="<script>"), 5)
    assert found == OK


async def test_a_state_that_is_named_is_told_to_its_own_address_only(links: SafeLinks, site: Site) -> None:
    answers(site, 200, "/new", ETag='"v2"')
    found = await links.check(site.points("/new", "/old"), 5, '"v1"')
    assert found is not None
    assert found.tag is None
    assert [request.headers.get("If-None-Match") for request in site.asked] == ['"v1"', None]


# Redirects


@pytest.mark.parametrize(
    ("chain", "end"),
    [
        ([301], 1),
        ([308], 1),
        ([301, 308, 301], 3),
        ([302], None),
        ([303], None),
        ([307], None),
        ([301, 302], 1),
        ([302, 301], None),
    ],
)
async def test_a_page_moved_as_far_as_its_addresses_say_for_good(
    links: SafeLinks, site: Site, chain: Sequence[int], end: int | None
) -> None:
    for n, status in enumerate(chain):
        site.points(site.url(f"/{n + 1}"), f"/{n}", status)
    site.says("<title>There</title>", f"/{len(chain)}")
    found = await links.check(site.url("/0"), 5)
    assert found == Checked(Presence.ALIVE, "200 OK", moved_to=site.url(f"/{end}") if end else None)


async def test_the_part_of_the_page_goes_along(links: SafeLinks, site: Site) -> None:
    site.says("<title>There</title>", "/new")
    url = site.points("/new", "/old", 301)
    found = await links.check(f"{url}#part", 5)
    assert found is not None
    assert found.moved_to == site.url("/new#part")


async def test_another_spelling_is_no_move(links: SafeLinks, site: Site) -> None:
    site.says("<title>There</title>", "/a/")
    assert await links.check(site.points("/a/?utm_source=x", "/a", 301), 5) == OK


async def test_a_lost_page_has_not_moved_to_the_first_page_of_its_site(links: SafeLinks, site: Site) -> None:
    site.says("<title>Welcome</title>", "/")
    assert await links.check(site.points("/", "/lost", 301), 5) == OK


async def test_a_door_is_there_and_is_no_new_address(links: SafeLinks, site: Site) -> None:
    site.says("<title>Sign in</title>", "/login")
    assert await links.check(site.points("/login", "/course", 301), 5) == OK


async def test_a_page_that_moved_to_where_nothing_is_has_not_moved(links: SafeLinks, site: Site) -> None:
    answers(site, 404, "/new")
    found = await links.check(site.points("/new", "/old", 301), 5)
    assert found == Checked(Presence.GONE, "404 Not Found")


async def test_a_circle_ends(links: SafeLinks, site: Site) -> None:
    assert await links.check(site.points("/"), 5) == Checked(Presence.UNSURE, "redirects too often")
    assert len(site.asked) == 4


# What may not be looked at


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest/", "http://10.1.2.3/", "file:///etc/passwd", "http://site.example:22/"]
)
async def test_a_redirect_leads_nowhere_that_an_address_may_not(
    links: SafeLinks, site: Site, connects: list[str], to: str
) -> None:
    assert await links.check(site.points(to, status=301), 5) is None
    assert set(connects) == {"127.0.0.1"}


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"]])
async def test_a_host_inside_a_network_is_neither_there_nor_gone(
    links: SafeLinks, names: Names, connects: list[str], addresses: list[str]
) -> None:
    names.answers["inside.example"] = [addresses]
    assert await links.check("http://inside.example/", 1) is None
    assert connects == []


@pytest.mark.parametrize("url", ["nonsense", "http://10.0.0.1/", "http://localhost/", "http://example.org:8080/", ""])
async def test_what_is_refused_is_neither_there_nor_gone(links: SafeLinks, names: Names, url: str) -> None:
    assert await links.check(url, 1) is None
    assert names.asked == []


async def test_switched_off_nobody_looks(site: Site, names: Names) -> None:
    async with SafeLinks(enabled=False, ports={site.port}, resolve=names, is_allowed=lambda _: True) as links:
        assert await links.check(site.says("<title>Hello</title>"), 5) is None
    assert site.asked == []


# What doesn't answer


def unknown(code: int) -> object:
    async def resolve(host: str) -> Sequence[Address]:
        raise socket.gaierror(code, "no")

    return resolve


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (socket.EAI_NONAME, Checked(Presence.GONE, "no such host", heard=False)),
        (socket.EAI_AGAIN, Checked(Presence.UNSURE, "host name not resolved", heard=False)),
        (socket.EAI_NODATA, Checked(Presence.UNSURE, "host name not resolved", heard=False)),
    ],
)
async def test_only_a_name_that_nobody_knows_is_gone(code: int, found: Checked) -> None:
    async with SafeLinks(resolve=unknown(code)) as links:  # type: ignore[arg-type] # it never comes to an answer
        assert await links.check("http://nowhere.example/", 2) == found


async def test_a_closed_port_tells_nothing(site: Site, names: Names, unused_tcp_port: int) -> None:
    async with SafeLinks(ports={unused_tcp_port}, resolve=names, is_allowed=lambda _: True) as links:
        found = await links.check(f"http://closed.example:{unused_tcp_port}/", 2)
    assert found == Checked(Presence.UNSURE, "can't be reached", heard=False)


async def test_a_silent_server_ends_in_time(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    site.pages["/"] = answer
    began = time.monotonic()
    assert await links.check(site.url(), 0.4) == Checked(Presence.UNSURE, "timed out", heard=False)
    assert time.monotonic() - began < 2


async def test_who_waits_for_others_and_never_asks_learns_nothing(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(1)
        return web.Response()

    site.pages["/"] = answer
    first, second = await asyncio.gather(links.check(site.url(), 0.9), links.check(site.url(), 0.2))
    assert first is not None
    assert second is None
    assert site.busiest_host == 1


async def test_one_connection_a_host_for_looks_and_readings(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return web.Response(text="<title>x</title>", content_type="text/html")

    site.pages["/"] = answer
    await asyncio.gather(*(ask(site.url(), 5) for ask in (links.check, links.read) for _ in range(5)))
    assert site.busiest_host == 1
    assert len(site.asked) == 10


async def test_a_full_queue_is_not_waited_for(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    site.pages["/"] = answer
    tasks = [asyncio.create_task(links.check(site.url(), 9)) for _ in range(QUEUE)]
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(links.check(site.url(), 9), 1) is None
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_flood_behind_the_head_is_not_read(links: SafeLinks, site: Site) -> None:
    hung_up = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=405 if request.method == "HEAD" else 200)
        await response.prepare(request)
        try:
            while request.method == "GET":
                await response.write(b"\0" * 65536)
        finally:
            if request.method == "GET":
                hung_up.set()
        return response

    site.pages["/"] = answer
    assert await links.check(site.url(), 5) == OK
    await asyncio.wait_for(hung_up.wait(), 2)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nA" * 20000])
async def test_a_broken_server_tells_nothing(names: Names, answer: bytes) -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, SafeLinks(ports={port}, resolve=names, is_allowed=lambda _: True) as links:
        found = await links.check(f"http://broken.example:{port}/", 2)
    assert found is not None
    assert found.presence is Presence.UNSURE


def test_a_certificate_that_is_not_valid_is_no_proof() -> None:
    key = ConnectionKey("site.example", 443, True, True, None, None, None)  # noqa: FBT003 - aiohttp's own
    found = failed(ClientSSLError(key, OSError("certificate has expired")))
    assert found == Checked(Presence.UNSURE, "certificate not valid", heard=False)


async def test_a_look_after_the_end_tells_nothing(site: Site, names: Names) -> None:
    links = reader(site, names)
    await links.close()
    assert await links.check(site.says("x"), 1) is None
