"""W12: nothing but the one safe fetcher asks for addresses; platforms are spoken to through their SDKs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FETCHERS = (
    *("aiohttp", "httpx", "requests", "urllib3", "urllib.request", "http.client", "ftplib", "pycurl", "websockets"),
    *(
        "niquests",
        "treq",
        "h11",
        "h2",
        "socket.socket",
        "socket.create_connection",
        "telnetlib",
        "smtplib",
        "asyncio.open_connection",
    ),
)
ALLOWED = {
    "adapters/links": {"aiohttp", "socket.socket"},
    "adapters/web.py": {"socket.socket"},  # it listens
}
SDK_HOMES = ("adapters/slack", "adapters/discord")
"""Their SDKs raise aiohttp's errors and take its time limits, so these two may name those and nothing else of it."""


def names_in(source: str) -> Iterator[str]:
    """List what a module imports or calls from modules, in dotted form."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def fetchers_in(path: str, source: str) -> list[str]:
    allowed = next((names for place, names in ALLOWED.items() if path.startswith(place)), set())
    at_sdk = path.startswith(SDK_HOMES)
    return [
        name
        for name in names_in(source)
        for fetcher in FETCHERS
        if (name == fetcher or name.startswith(f"{fetcher}."))
        and fetcher not in allowed
        and not (at_sdk and fetcher == "aiohttp" and (name == fetcher or name.endswith(("Error", "ClientTimeout"))))
    ]


SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("bot", "storage", "adapters")
    for path in (ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", SOURCES)
def test_w12_only_the_safe_fetcher_fetches(path: str) -> None:
    assert fetchers_in(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_w12_the_fetcher_itself_would_be_found() -> None:
    reader = (ROOT / "adapters/links/reader.py").read_text(encoding="utf-8")
    assert fetchers_in("bot/elsewhere.py", reader)


@pytest.mark.parametrize(
    "source",
    [
        *("import aiohttp", "import httpx as h", "from requests import get", "import urllib.request"),
        *(
            "from urllib import request",
            "from urllib.request import urlopen",
            "import http.client",
            "from socket import socket",
        ),
        *(
            "from aiohttp import ClientSession",
            "async def f():\n    import httpx",
            "import asyncio\nasyncio.open_connection('a', 1)",
        ),
    ],
)
def test_w12_every_road_is_seen(source: str) -> None:
    assert fetchers_in("bot/elsewhere.py", source)


def test_w12_an_sdk_home_may_name_errors_only() -> None:
    assert fetchers_in("adapters/slack/chat.py", "import aiohttp\naiohttp.ClientError") == []
    assert fetchers_in("adapters/slack/chat.py", "import aiohttp\naiohttp.ClientSession()")
    assert fetchers_in("adapters/discord/chat.py", "from aiohttp import request")
    assert fetchers_in("adapters/discord/chat.py", "import httpx")
