"""W01, W05, W08: what is refused before anything is connected to."""

from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.links import SafeLinks
from adapters.links.names import SystemNames
from adapters.links.rules import LONGEST_URL, Refusal, is_public, target
from tests.links.site import Names

INSIDE_V4 = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1"),
    *("127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1"),
    *("192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1"),
    *("198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255", "168.63.129.16"),
)
INSIDE_V6 = (
    *("::", "::1", "::127.0.0.1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"),
    *("::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1"),
    *("2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3ffe::1"),
    *("3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "febf::1", "fec0::1", "ff02::1"),
    *("ff0e::1", "2620:4f:8000::1"),
)
ODD_FORMS = (
    *("2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "0"),
    *("127.0.0.1.", "①②⑦.0.0.1", "127。0。0。1", "１２７.0.0.1", "%31%32%37.0.0.1", "[fe80::1%25lo]", "[::1%lo]"),
    *("0x7f.0x0.0x0.0x1", "00000127.0.0.1", "127.0.0.0x1", "3232235777", "[::ffff:7f00:1]", "[v1.a]", "[127.0.0.1]"),
)
HOME_NAMES = (
    *("localhost", "LOCALHOST", "localhost.", "foo.localhost", "printer.local", "db.internal", "intranet", "router"),
    *("metadata.google.internal", "metadata.goog", "nas.lan", "box.home.arpa", "x.onion", "a..com", "-a.com", "a-.com"),
    *("com", "1.2.3.4.5", "x.123", "x.0x1", "a b.com", "a,b.com", "*.com", "xn--", ".com", "a" * 64 + ".com"),
)
HOSTS = (*INSIDE_V4, *(f"[{address}]" for address in INSIDE_V6), *ODD_FORMS, *HOME_NAMES)

MALFORMED = (
    *("http://user:pw@site.example/", "http://user@site.example/", "http://@site.example/", "http://:@site.example/"),
    *(
        "http://site.example\\@evil.example/",
        "http:\\\\site.example/",
        "http://site.example/\\x",
        "http:/\\site.example",
    ),
    *(
        "http://site.example/a\tb",
        "http://site.ex\tample/",
        "http://site.example/\r\nX-Header:%20y",
        "\nhttp://site.example",
    ),
    *("http://site.example/a b", " http://site.example/", "http://site.example/\x00", "http://site.example/\u2028"),
    *("http://site.example/\ud800", "http://site.example\u00a0/", "http://site.example/\x7f", "http:///x", "http:x"),
    *("//site.example/", "site.example", "", "http://", "https://", "http://[::1", "http://site.example:99999/"),
    *("http://site.example:22/", "http://site.example:25/", "https://site.example:6379/", "http://site.example:0/"),
    *("http://site.example:8080/", "ftp://site.example/", "file:///etc/passwd", "gopher://site.example/"),
    *("javascript:alert(1)", "data:text/html,<title>x</title>", "ws://site.example/", "mailto:a@site.example"),
    *(
        "http://site.example%2f@evil.example/",
        "http://a@b@site.example/",
        "unix:/run/x",
        "view-source:http://a.example",
    ),
    "http://site.example/" + "a" * LONGEST_URL,
)


def test_the_catalogue_is_long_enough() -> None:
    assert len(set(HOSTS)) >= 60


@pytest.mark.parametrize("address", [*INSIDE_V4, *INSIDE_V6])
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", HOSTS)
async def test_w01_w05_inside_hosts_are_neither_looked_up_nor_connected_to(
    host: str, names: Names, connects: list[str]
) -> None:
    async with SafeLinks(resolve=names) as links:
        assert await links.read(f"http://{host}/latest/meta-data/", 1) is None
    assert names.asked == []
    assert connects == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1"])
async def test_w01_the_system_would_have_read_odd_forms_as_loopback(host: str) -> None:
    names = SystemNames(1)
    assert [str(address) for address in await names(host)] == ["127.0.0.1"]
    names.close()


@pytest.mark.parametrize("url", MALFORMED)
async def test_w08_malformed_addresses_are_refused_unseen(url: str, names: Names, connects: list[str]) -> None:
    async with SafeLinks(resolve=names) as links:
        assert await links.read(url, 1) is None
    assert names.asked == []
    assert connects == []


@pytest.mark.parametrize(
    ("given_url", "asked"),
    [
        ("https://site.example", "https://site.example"),
        ("HTTP://Site.Example/Path?q=a:b#part", "http://site.example/Path?q=a:b"),
        ("http://site.example:80/", "http://site.example/"),
        ("https://sub_domain.site.example:443/x@y", "https://sub_domain.site.example/x@y"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        (
            "https://en.wikipedia.org/wiki/Exposure_(photography)",
            "https://en.wikipedia.org/wiki/Exposure_(photography)",
        ),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_ordinary_addresses_pass(given_url: str, asked: str) -> None:
    assert str(target(given_url)) == asked


@given(st.text(max_size=60))
@example("[]@")
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/", f"http://site.example{text}"):
        try:
            found = target(url)
        except Refusal:
            continue
        assert found.scheme in {"http", "https"}
        assert found.port in {80, 443}
        assert found.raw_user is None
        assert found.raw_host is not None
        assert "." in found.raw_host or ":" in found.raw_host
