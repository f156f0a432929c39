"""Web addresses as people type them."""

import pytest

from bot import addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a_(b)*c?x=1&y=%20#z",
        "http://example.org:8080/",
        "https://müller.example/ä",
        "HTTPS://EXAMPLE.ORG/",
        "https://youtu.be/abc~_-",
    ],
)
def test_a_web_address_stays_byte_for_byte(url: str) -> None:
    assert addresses.check_url(f"  {url} ") == url


def test_an_address_without_a_scheme_gets_https() -> None:
    assert addresses.check_url("www.example.org/page") == "https://www.example.org/page"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "codepen",
        "javascript:alert(1)",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https://localhost/",
        "https://user:secret@example.org/",
        "https://example.org\\@evil.example/",
        "https://exa mple.org/",
        "https://example.org/<script>",
        "https://127.0.0.1/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://example.org/" + "x" * addresses.URL_LENGTH,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"web address|characters"):
        addresses.check_url(url)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "see https://a.example/x, (https://b.example/y) and https://a.example/x!",
            ["https://a.example/x", "https://b.example/y"],
        ),
        ("https://en.wikipedia.org/wiki/Git_(software)", ["https://en.wikipedia.org/wiki/Git_(software)"]),
        ("<https://c.example/z|label>", ["https://c.example/z"]),
        ("no link", []),
        ("[t](https://x.example/a_(b))", ["https://x.example/a_(b)"]),
        ("(https://x.example/wiki/A_(b))", ["https://x.example/wiki/A_(b)"]),
        ("“https://x.example/q” and https://x.example/a…", ["https://x.example/q", "https://x.example/a"]),
    ],
)
def test_links_are_found_in_a_message(text: str, links: list[str]) -> None:
    assert addresses.links_in(text) == links
