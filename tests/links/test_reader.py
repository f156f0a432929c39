"""W02-W04, W09: the fetcher against a loopback site."""

import asyncio
import socket
from pathlib import Path

import pytest
from aiohttp import web

from adapters.links import SafeLinks
from adapters.links.names import gate
from adapters.links.reader import REDIRECTS
from adapters.links.rules import is_public
from bot.model import Page
from bot.ports import LinkReader
from tests.links.site import Names, Site, reader

INSIDE = "10.1.2.3"
OUTSIDE = "93.184.215.14"
HEADERS = {"host", "user-agent", "accept", "accept-encoding", "connection"}


async def test_a_page(links: SafeLinks, site: Site, connects: list[str]) -> None:
    url = site.says("<html lang=en><title>Hello</title>")
    assert await links.read(url, 5) == Page(url, "Hello", "en")
    assert connects == ["127.0.0.1"]


async def test_a_page_without_words_is_still_a_page(links: SafeLinks, site: Site) -> None:
    url = site.says("<p>nothing", Content_Language="nl")
    assert await links.read(url, 5) == Page(url, "", "nl")


async def test_switched_off_nothing_is_fetched(site: Site, names: Names) -> None:
    async with SafeLinks(enabled=False, ports={site.port}, resolve=names, is_allowed=lambda _: True) as links:
        assert await links.read(site.says("<title>Hello</title>"), 5) is None
    assert names.asked == []
    assert site.asked == []


async def test_closed_nothing_is_fetched(links: SafeLinks, site: Site) -> None:
    url = site.says("<title>Hello</title>")
    assert await links.read(url, 5) is not None
    await links.close()
    assert await links.read(url, 5) is None
    assert len(site.asked) == 1


@pytest.mark.parametrize("addresses", [["93.184.215.14", "10.0.0.1"], ["2606:4700::1111", "::1"], ["fe80::1%lo"], []])
async def test_w02_one_bad_address_spoils_the_host(
    links: SafeLinks, names: Names, connects: list[str], addresses: list[str]
) -> None:
    names.answers["mixed.example"] = [addresses]
    assert await links.read("http://mixed.example/", 1) is None
    assert names.asked == ["mixed.example"]
    assert connects == []


async def test_w03_rebinding_is_connected_to_what_was_checked(
    links: SafeLinks, names: Names, site: Site, connects: list[str]
) -> None:
    names.answers["rebind.example"] = [[OUTSIDE], ["10.0.0.1"]]
    site.says("<title>secret</title>")
    assert await links.read(site.url(host="rebind.example"), 1) is None
    assert names.asked == ["rebind.example"], "a second lookup could have had another answer"
    assert connects == [OUTSIDE]


async def test_w03_every_hop_is_looked_up_and_checked_anew(
    links: SafeLinks, names: Names, site: Site, connects: list[str]
) -> None:
    names.answers["rebind.example"] = [["127.0.0.1"], [INSIDE]]
    site.points("/again")
    site.says("<title>secret</title>", "/again")
    assert await links.read(site.url(host="rebind.example"), 1) is None
    assert names.asked == ["rebind.example"] * 2
    assert connects == ["127.0.0.1"]


def test_w03_the_last_gate_opens_no_socket_to_an_inside_address() -> None:
    for family, address in [(socket.AF_INET, ("127.0.0.1", 80)), (socket.AF_INET6, ("::1", 80, 0, 0))]:
        with pytest.raises(OSError, match="inside a network"):
            gate(is_public)((family, socket.SOCK_STREAM, 0, "", address))
    gate(is_public)((socket.AF_INET, socket.SOCK_STREAM, 0, "", (OUTSIDE, 80))).close()


@pytest.mark.parametrize(
    "location",
    [
        *("http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/"),
        *("file:///etc/passwd", "gopher://site.example/", "ftp://site.example/", "http://site.example:22/"),
        *(
            "//169.254.169.254/",
            "http://user:pw@site.example/",
            "http://0x7f.1/",
            "http://localhost/",
            "\\\\10.0.0.1\\x",
        ),
        *("http://site.example/a\tb", "http://inside.example/", "", "https:", "http://[::ffff:127.0.0.1]/"),
    ],
)
async def test_w04_redirects_are_checked_like_addresses(
    links: SafeLinks, names: Names, site: Site, connects: list[str], location: str
) -> None:
    names.answers["inside.example"] = [[INSIDE]]
    assert await links.read(site.points(location), 2) is None
    assert connects == ["127.0.0.1"]
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_w04_few_redirects_are_followed_and_the_given_address_kept(
    links: SafeLinks, site: Site, status: int
) -> None:
    for hop in range(REDIRECTS):
        site.points(f"/{hop + 1}" if hop else site.url("/1", "other.example"), f"/{hop}", status)
    site.says("<title>End</title>", f"/{REDIRECTS}")
    assert await links.read(site.url("/0"), 5) == Page(site.url("/0"), "End", "")
    assert [request.host.split(":")[0] for request in site.asked] == ["site.example"] + ["other.example"] * REDIRECTS


async def test_w04_one_more_is_too_many_and_loops_end(links: SafeLinks, site: Site) -> None:
    assert await links.read(site.points("/"), 5) is None
    assert len(site.asked) == 1 + REDIRECTS


async def test_w09_nothing_of_ours_is_sent(
    names: Names, site: Site, connects: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://secret:secret@10.9.9.9:3128")
    netrc = tmp_path / "netrc"
    netrc.write_text("default login secret password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    site.says("<title>x</title>", Set_Cookie="session=secret")
    site.points("/", "/from")
    async with SafeLinks(
        ports={site.port}, resolve=names, is_allowed=lambda _: True, contact="https://bot.example/"
    ) as links:
        assert await links.read(site.url(), 5) is not None
        assert await links.read(site.url("/from"), 5) is not None
    assert set(connects) == {"127.0.0.1"}
    assert len(site.asked) == 3
    for request in site.asked:
        assert request.method == "GET"
        assert {name.lower() for name in request.headers} == HEADERS
        assert request.headers["User-Agent"] == "offcourse-bot (reads titles of shared links) +https://bot.example/"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "text/html"), (500, "text/html"), (204, "text/html"), (206, "text/html"), (304, "text/html")]
    + [(200, kind) for kind in ("text/plain", "application/pdf", "image/png", "application/json", "video/mp4", "x")],
)
async def test_only_pages_that_are_there_are_read(links: SafeLinks, site: Site, status: int, kind: str) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=b"<title>x</title>", headers={"Content-Type": kind})

    site.pages["/"] = answer
    assert await links.read(site.url(), 5) is None


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nA" * 20000])
async def test_broken_servers_are_no_pages(names: Names, answer: bytes) -> None:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, SafeLinks(ports={port}, resolve=names, is_allowed=lambda _: True) as links:
        assert await links.read(f"http://broken.example:{port}/", 2) is None
        server.close()
        assert await links.read(f"http://broken.example:{port}/", 2) is None


async def test_the_reader_fits_its_port(site: Site, names: Names) -> None:
    built = reader(site, names)
    port: LinkReader = built
    assert await port.read("nonsense", 1) is None
    await built.close()
