"""The addresses of the pages: `/courses/{token}` and its picture, `/courses/{token}.png`; `/pictures/{token}.png`."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import UTC
from email.utils import format_datetime
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.pages.page import Writer
from adapters.pages.picture import Gallery
from bot.errors import StoreUnavailable
from bot.model import PublicCourse

log = structlog.get_logger(__name__)

Find = Callable[[str], Awaitable[PublicCourse | None]]
"""Finds the course of a token; None where there is none, or where its owner took the page from the web.

Raises StoreUnavailable.
"""
Opened = Callable[[PublicCourse], None]
"""Is told that somebody opened the page of a course."""
Hanging = Callable[[str], bytes | None]
"""Finds the picture that hangs under a name; None where there is none."""
Answer = Callable[[PublicCourse], Awaitable[tuple[bytes, str]]]
"""Makes the body of a course's answer and its media type."""

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What a token can look like; anything else isn't looked up."""
FIND_WAIT = 3.0
"""Seconds that the database has; a reader waits no longer for a page."""
FRESH = 60
"""Seconds that a proxy may show a page without asking again: so long can one that was switched off stay up.

Browsers ask each time, so that who switches a page off sees it go.
"""
PICTURE_KEPT = 24 * 60 * 60
"""Seconds that others may keep a picture which they fetched from where it hung."""
RETRY = 30
"""Seconds after which a reader may try again when the database is down."""
HEADERS = {
    "referrer-policy": "no-referrer",  # the address is the key: linked pages must not learn it
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",  # who made the link wants to tell people; search engines are another question
}


def routes(find: Find, opened: Opened = lambda _: None, picture: Hanging = lambda _: None) -> list[Route]:
    """Make the routes; the picture's comes first, because the page's would take its address too.

    `opened` is told of each page that somebody opens; `picture` gives what hangs for a while at an address of its own.
    """
    desk = _Desk(find, opened)
    wall = Route("/pictures/{token}.png", partial(_hanging, picture=picture))
    return [wall, Route("/courses/{token}.png", desk.picture), Route("/courses/{token}", desk.page)]


class _Desk:
    """Answers for pages and pictures. No token is ever logged."""

    def __init__(self, find: Find, opened: Opened) -> None:
        self._find = find
        self._opened = opened
        self._writer = Writer()
        self._gallery = Gallery()
        self._headers = {**HEADERS, "content-security-policy": self._writer.policy}

    async def page(self, request: Request) -> Response:
        return await self._answer(request, self._html, self._opened if is_reader(request) else None)

    async def picture(self, request: Request) -> Response:
        return await self._answer(request, self._png)

    async def _html(self, course: PublicCourse) -> tuple[bytes, str]:
        return self._writer.course(course).encode(), "text/html; charset=utf-8"

    async def _png(self, course: PublicCourse) -> tuple[bytes, str]:
        return await self._gallery.png(course), "image/png"

    async def _answer(self, request: Request, answer: Answer, opened: Opened | None = None) -> Response:
        try:
            course = await self._course(request.path_params["token"])
        except (StoreUnavailable, TimeoutError) as error:
            log.warning("a course's page can't be shown", error=type(error.__cause__ or error).__name__)
            return self._later()
        if course is None:
            return self._missing()
        body, kind = await answer(course)
        if opened is not None:
            opened(course)
        return self._fresh(request, course, body, kind)

    async def _course(self, token: str) -> PublicCourse | None:
        if not TOKEN.fullmatch(token):
            return None
        async with asyncio.timeout(FIND_WAIT):
            return await self._find(token)

    def _fresh(self, request: Request, course: PublicCourse, body: bytes, kind: str) -> Response:
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            **self._headers,
            "cache-control": f"public, max-age=0, s-maxage={FRESH}, must-revalidate",
            "etag": tag,
            "last-modified": format_datetime(course.updated_at.astimezone(UTC), usegmt=True),
        }
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers={**headers, "content-type": kind})

    def _missing(self) -> Response:
        """Say the same of a page that never was and of one that was switched off."""
        said = "It may have been taken down, or a part of its address got lost. Ask who sent it to you."
        return self._sorry(404, "There is no course here", said, {})

    def _later(self) -> Response:
        said = "The course is safe, but it can't be read right now. Please try again in a minute."
        return self._sorry(503, "Please come back soon", said, {"retry-after": str(RETRY)})

    def _sorry(self, status: int, title: str, said: str, more: dict[str, str]) -> Response:
        headers = {**self._headers, "cache-control": "no-store", **more}
        return HTMLResponse(self._writer.sorry(title, said), status, headers)


async def _hanging(request: Request, picture: Hanging) -> Response:
    """Give a picture that somebody shows for a while. It never changes, so who fetched it may keep it."""
    png = picture(request.path_params["token"])
    if png is None:
        return Response(status_code=404, headers={**HEADERS, "cache-control": "no-store"})
    headers = {**HEADERS, "cache-control": f"public, max-age={PICTURE_KEPT}, immutable"}
    return Response(png, headers=headers, media_type="image/png")


def is_reader(request: Request) -> bool:
    """Tell whether a person is likely to read the page: link previews and search engines name themselves bots."""
    return request.method == "GET" and "bot" not in request.headers.get("user-agent", "").casefold()


def _has(wanted: str, tag: str) -> bool:
    """Tell whether an If-None-Match header names a tag; a proxy may have marked it as weak."""
    return tag in (one.strip().removeprefix("W/") for one in wanted.split(","))
