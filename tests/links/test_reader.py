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
from bot.model import Page, ResourceKind
from bot.ports import LinkReader
from tests.links.site import Names, Site, html, reader

INSIDE = "10.1.2.3"
OUTSIDE = "93.184.215.14"
HEADERS = {"host", "user-agent", "accept", "accept-encoding", "connection"}


async def test_a_page(links: SafeLinks, site: Site, connects: list[str]) -> None:
    url = site.says("<html lang=en><title>Hello</title>")
    assert await links.read(url, 5) == Page(url, "Hello", "en", kind=ResourceKind.HTML)
    assert connects == ["127.0.0.1"]


async def test_a_page_without_words_is_still_a_page(links: SafeLinks, site: Site) -> None:
    url = site.says("<p>nothing", Content_Language="nl")
    assert await links.read(url, 5) == Page(url, "", "nl", kind=ResourceKind.HTML)


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
    end = site.url(f"/{REDIRECTS}", "other.example")
    expected = Page(site.url("/0"), "End", kind=ResourceKind.HTML, address=end)
    assert await links.read(site.url("/0"), 5) == expected
    assert [request.host.split(":")[0] for request in site.asked] == ["site.example"] + ["other.example"] * REDIRECTS


async def test_w04_one_more_is_too_many_and_loops_end(links: SafeLinks, site: Site) -> None:
    assert await links.read(site.points("/"), 5) is None
    assert len(site.asked) == 1 + REDIRECTS


async def test_w04_a_long_ring_ends(links: SafeLinks, site: Site, connects: list[str]) -> None:
    for hop in range(20):
        site.points(f"/{(hop + 1) % 20}", f"/{hop}")
    assert await links.read(site.url("/0"), 5) is None
    assert len(connects) == 1 + REDIRECTS


@pytest.mark.parametrize("location", ["/page/", "/page?utm_source=x", "/page#part", "//site.example:{port}/page/"])
async def test_a_redirect_to_the_same_page_leads_nowhere_else(links: SafeLinks, site: Site, location: str) -> None:
    moved = False

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal moved
        if not moved:
            moved = True
            return web.Response(status=301, headers={"Location": location.format(port=site.port)})
        return html("<title>x</title>")

    site.pages["/page"] = site.pages["/page/"] = answer
    found = await links.read(site.url("/page"), 5)
    assert found == Page(site.url("/page"), "x", kind=ResourceKind.HTML)


@pytest.mark.parametrize("path", ["/login?next=/doc", "/users/sign_in", "/ServiceLogin", "/wp-login.php", "/oauth2/a"])
async def test_a_door_tells_nothing_of_what_is_behind_it(links: SafeLinks, site: Site, path: str) -> None:
    site.says("<title>Sign in</title>", path.partition("?")[0])
    assert await links.read(site.points(path, "/doc"), 5) == Page(site.url("/doc"))


async def test_a_page_about_doors_is_a_page(links: SafeLinks, site: Site) -> None:
    site.says("<title>How to sign in</title>", "/login/")
    expected = Page(site.url("/login"), "How to sign in", kind=ResourceKind.HTML)
    assert await links.read(site.points("/login/", "/login"), 5) == expected


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
        assert request.headers["User-Agent"] == "offcourse-bot (reads and checks shared links) +https://bot.example/"


@pytest.mark.parametrize("status", [204, 206, 304, 404, 410, 429, 500, 503])
async def test_only_pages_that_are_there_are_read(links: SafeLinks, site: Site, status: int) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=b"<title>x</title>", headers={"Content-Type": "text/html"})

    site.pages["/"] = answer
    assert await links.read(site.url(), 5) is None


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        *((kind, ResourceKind.UNKNOWN) for kind in ("text/plain", "application/pdf", "image/png", "audio/mpeg", "x")),
        *((kind, ResourceKind.VIDEO) for kind in ("video/mp4", "VIDEO/webm; codecs=vp9")),
    ],
)
async def test_what_is_no_page_is_known_by_its_kind_and_address(
    links: SafeLinks, site: Site, content_type: str, kind: ResourceKind
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<title>x</title>", headers={"Content-Type": content_type})

    site.pages["/file"] = answer
    given, end = site.points("/file"), site.url("/file")
    assert await links.read(given, 5) == Page(given, kind=kind, address=end)
    assert await links.read(end, 5) == Page(end, kind=kind)


async def test_xhtml_is_a_page_too(links: SafeLinks, site: Site) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<html><title>x</title>", headers={"Content-Type": "application/xhtml+xml"})

    site.pages["/"] = answer
    assert await links.read(site.url(), 5) == Page(site.url(), "x", kind=ResourceKind.HTML)


async def test_a_page_of_a_video_site_is_a_video(links: SafeLinks, site: Site) -> None:
    site.says("<title>Talk</title>")
    url = site.url(host="www.vimeo.com")
    assert await links.read(url, 5) == Page(url, "Talk", kind=ResourceKind.VIDEO)


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
