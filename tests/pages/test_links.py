"""Links of a page: only those of the web, with a host that can't mislead."""

import pytest

from adapters.pages.links import Link, link_to


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://example.org/a%2Fb?q=%20+&x=1#part", "example.org"),
        ("HTTP://EXAMPLE.org", "example.org"),
        ("https://example.org:443/", "example.org:443"),
        ("http://example.org:8080/", "example.org:8080"),
        ("https://a_b.example.org/", "a_b.example.org"),
        ("http://192.0.2.7/x", "192.0.2.7"),
        ("http://[2001:db8::1]:8080/x", "[2001:db8::1]:8080"),
        ("https://bücher.example/", "bücher.example"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
        ("https://пример.рф/ж", "пример.рф"),
        ("https://παράδειγμα.ελ/", "παράδειγμα.ελ"),
        ("https://موقع.وزارة-الاتصالات.مصر/", "موقع.وزارة-الاتصالات.مصر"),
        ("https://中文.中国/", "中文.中国"),
        ("https://xn--zzzzzz.com/", "xn--zzzzzz.com"),
    ],
)
def test_an_address_of_the_web_is_a_link_byte_for_byte(address: str, host: str) -> None:
    assert link_to(address) == Link(address, host)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://аррӏе.com/", "xn--80ak6aa92e.com"),  # all Cyrillic under a Latin top level
        ("https://gооgle.com/", "xn--ggle-55da.com"),  # two Cyrillic letters among Latin ones
        ("https://ɡoogle.com/", "xn--oogle-qmc.com"),  # a Latin letter of phonetics
        ("https://中文.com/", "xn--fiq228c.com"),
    ],
)
def test_a_host_that_could_pass_for_another_is_shown_in_punycode(address: str, host: str) -> None:
    found = link_to(address)
    assert found is not None
    assert found.host == host


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org",
        "//example.org/x",
        "https:example.org",
        "https:///example.org",
        "https://",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://example.org",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "mailto:ana@example.org",
        "https://example.org@evil.example/",
        "https://ana:secret@example.org/",
        "https://@example.org/",
        "https://example.org\\@evil.example/",
        "https://exa mple.org/",
        "https://example.org/\n",
        "https://example.org/\x00",
        'https://example.org/"onclick="alert(1)',
        "https://example.org/<script>",
        "https://example.org:99999/",
        "https://[::1/",
        "https://exam%70le.org/",
    ],
)
def test_anything_else_is_no_link(address: str) -> None:
    assert link_to(address) is None
