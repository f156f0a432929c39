"""What one finds behind an address."""

import pytest
from yarl import URL

from adapters.links.kinds import is_door, kind_of
from bot.model import ResourceKind


@pytest.mark.parametrize(
    ("content_type", "host", "expected"),
    [
        ("text/html", "example.org", ResourceKind.HTML),
        ("application/xhtml+xml", "example.org", ResourceKind.HTML),
        ("text/html", "youtube.com", ResourceKind.VIDEO),
        ("text/html", "m.youtube.com", ResourceKind.VIDEO),
        ("text/html", "youtu.be.", ResourceKind.VIDEO),
        ("text/html", "notyoutube.com", ResourceKind.HTML),
        ("text/html", "youtube.com.example", ResourceKind.HTML),
        ("video/mp4", "example.org", ResourceKind.VIDEO),
        ("application/pdf", "example.org", ResourceKind.UNKNOWN),
        ("videos/x", "example.org", ResourceKind.UNKNOWN),
        ("", "", ResourceKind.UNKNOWN),
    ],
)
def test_kind_of(content_type: str, host: str, expected: ResourceKind) -> None:
    assert kind_of(content_type, host) is expected


@pytest.mark.parametrize(
    ("given", "landed", "expected"),
    [
        ("https://docs.example/d/1", "https://accounts.example/v3/signin", True),
        ("https://www.youtube.com/watch?v=1", "https://consent.youtube.com/m?continue=x", True),
        ("https://example.org/doc", "https://example.org/LOGIN", True),
        ("https://example.org/doc", "https://example.org/a/saml2/start", True),
        ("https://example.org/doc", "https://example.org/logins", False),
        ("https://example.org/doc", "https://example.org/blog/how-to-login", False),
        ("https://example.org/doc", "https://example.org/doc?next=/login", False),
        ("https://example.org/doc", "https://accountsof.example/", False),
        ("https://example.org/login", "https://example.org/login/", False),
        ("https://auth.example.org/docs", "https://auth.example.org/docs/", False),
    ],
)
def test_is_door(given: str, landed: str, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_door(URL(given), URL(landed)) is expected
