"""The fetcher itself: what is asked for, how long, how many at once."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import structlog
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from adapters.links.kinds import HTML, is_door, kind_of
from adapters.links.looks import MOVED, Hop, Response, checked, failed, needs_whole
from adapters.links.names import CheckedNames, Resolve, SystemNames, gate
from adapters.links.pages import head_of, page
from adapters.links.rules import PORTS, IsAllowed, Refusal, check_text, is_public, target
from bot.health import Checked, Presence
from bot.model import Page, ResourceKind
from bot.urls import normal

log = structlog.get_logger(__name__)

LONGEST = 10.0
"""Most seconds for one page, whatever the caller allows."""
AT_ONCE = 10
"""How many pages are read at the same time, one at a time from each host."""
QUEUE = 200
"""How many readings may be under way or wait; further ones give None at once."""
REDIRECTS = 3
"""How many redirects are followed; each is checked like the first address."""
ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
"""Pages are wanted; of anything else only what it is."""
HEAD_SHARE = 0.5
"""How much of the time for a check its first, smaller question may take."""
_PLAIN, _GZIP = frozenset({"", "identity"}), frozenset({"gzip", "x-gzip"})


class SafeLinks:
    """Reads what pages that members link to tell of themselves, and looks whether they are there.

    It asks nothing inside the bot's own network, sends no cookies, no credentials and no referrer, and takes no proxy
    from the environment.
    """

    def __init__(
        self,
        *,
        enabled: bool = True,
        contact: str = "",
        ports: Iterable[int] = PORTS,
        resolve: Resolve | None = None,
        is_allowed: IsAllowed = is_public,
    ) -> None:
        """Take whether to read at all, and an address at which site owners find out who asks.

        `ports`, `resolve` and `is_allowed` are for tests, which reach a server of their own under a made-up name.
        """
        self._enabled = enabled
        self._agent = " ".join(["offcourse-bot (reads and checks shared links)", *([f"+{contact}"] if contact else [])])
        self._ports = frozenset(ports)
        self._is_allowed = is_allowed
        self._system = SystemNames(AT_ONCE)
        self._names = CheckedNames(resolve or self._system, is_allowed)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._readings = 0
        self._session: ClientSession | None = None

    async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - a limit of the whole road
        """Read what a page tells of itself within `timeout` seconds, waiting included; None where it can't be had.

        Never raises. The page carries the address as it was given, and where redirects led beside it.
        """
        if not self._enabled or self._readings >= QUEUE:
            return None
        self._readings += 1
        try:
            async with asyncio.timeout(min(timeout, LONGEST)):
                return await self._follow(url)
        except Refusal as error:
            log.debug("link refused", reason=str(error))
        except Exception as error:  # noqa: BLE001 - the page is a stranger's: whatever it does, there is no title
            log.debug("link unread", reason=type(error).__name__)
        finally:
            self._readings -= 1
        return None

    async def check(
        self,
        url: str,
        timeout: float,  # noqa: ASYNC109 - a limit of the whole road
        tag: str | None = None,
        changed: str | None = None,
    ) -> Checked | None:
        """Look whether a page is there within `timeout` seconds; None where it can't or may not be looked at.

        Never raises. It asks for the head first, and for the page where that is not answered properly; no body is read.
        """
        if not self._enabled or self._readings >= QUEUE:
            return None
        self._readings += 1
        look = _Look(url, min(timeout, LONGEST), _conditions(tag, changed))
        try:
            async with asyncio.timeout(look.limit):
                return await self._look(look)
        except Refusal as error:
            log.debug("link not checked", reason=str(error))
        except Exception as error:  # noqa: BLE001 - the page is a stranger's: whatever it does, it is an answer
            log.debug("link not found", reason=type(error).__name__)
            return failed(error) if look.is_asked else None
        finally:
            self._readings -= 1
        return None

    async def close(self) -> None:
        """Drop the connections; reading gives None from now on."""
        self._enabled = False
        if self._session is not None:
            await self._session.close()
        self._system.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _follow(self, url: str) -> Page:
        first = at = target(url, self._ports, self._is_allowed)
        for _ in range(1 + REDIRECTS):
            async with self._turn(at.raw_host or ""):
                found = await self._visit(at)
            if isinstance(found, Page):
                return _as_asked_for(found, url, first, at)
            at = target(found, self._ports, self._is_allowed)
        raise Refusal("too many redirects")

    async def _look(self, look: "_Look") -> Checked:
        first = at = target(look.url, self._ports, self._is_allowed)
        hops: list[Hop] = []
        while len(hops) <= REDIRECTS:
            async with self._turn(at.raw_host or ""):
                look.is_asked = True
                response = await self._ask(at, look, look.conditions if not hops else {})
            if not response.location:
                return checked(look.url, first, at, hops, response)
            hops.append(Hop(response.status, _next(at, response.location)))
            at = target(hops[-1].to, self._ports, self._is_allowed)
        return Checked(Presence.UNSURE, "redirects too often")

    async def _ask(self, at: URL, look: "_Look", conditions: dict[str, str]) -> Response:
        """Ask for the head of a page, and for the page where the head alone is refused; its body is not read."""
        try:
            async with asyncio.timeout(look.limit * HEAD_SHARE):
                head = await self._head("HEAD", at, conditions)
            if not needs_whole(head):
                return head
        except ClientConnectorError:
            raise
        except (ClientError, TimeoutError) as error:
            log.debug("head not answered", reason=type(error).__name__)
        return await self._head("GET", at, conditions)

    async def _head(self, method: str, at: URL, conditions: dict[str, str]) -> Response:
        response = await self._client().request(method, at, allow_redirects=False, headers=conditions)
        response.close()  # not released: the body is not wanted
        return Response(response.status, response.headers)

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a host first and a slot then, so that a queue at one host doesn't hold up the others."""
        lock = self._hosts.setdefault(host, asyncio.Lock())
        async with lock, self._slots:
            yield

    async def _visit(self, at: URL) -> Page | str:
        """Ask for one address; give what is there, or the address it points to."""
        response = await self._client().get(at, allow_redirects=False)
        try:
            if response.status in MOVED:
                return _next(at, response.headers.get("Location", ""))
            if response.status != 200:  # noqa: PLR2004 - OK
                raise Refusal(f"answered {response.status}")
            kind = kind_of(response.content_type, at.raw_host or "")
            if response.content_type not in HTML:
                return Page(str(at), kind=kind)
            body = await head_of(response.content.iter_any(), gzipped=_is_gzipped(response))
        finally:
            response.close()  # not released: the rest of the body is not wanted
        found = page(str(at), body, response.charset, response.headers.get("Content-Language", ""))
        return replace(found, kind=kind) if kind is ResourceKind.VIDEO else found

    def _client(self) -> ClientSession:
        if self._session is None:
            connector = TCPConnector(
                resolver=self._names,
                use_dns_cache=False,
                force_close=True,
                limit=0,  # the slots are the limit
                socket_factory=gate(self._is_allowed),
            )
            self._session = ClientSession(
                connector=connector,
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self._agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"},
                timeout=ClientTimeout(total=None),  # one limit of the whole road stands in `read`
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


@dataclass(slots=True)
class _Look:
    """A check on its way: whether anybody was asked yet tells whose fault it is that no time is left."""

    url: str
    limit: float
    conditions: dict[str, str]
    is_asked: bool = False


def _conditions(tag: str | None, changed: str | None) -> dict[str, str]:
    """Ask to be spared a page that is as it was."""
    said = {"If-None-Match": tag, "If-Modified-Since": changed}
    return {name: value for name, value in said.items() if value}


def _next(at: URL, location: str) -> str:
    check_text(location)  # before it is joined: joining drops tabs and line ends silently
    if not location:
        raise Refusal("a redirect to nowhere")
    return urljoin(str(at), location)


def _is_gzipped(response: ClientResponse) -> bool:
    """Tell whether a page is gzipped; raise Refusal for a compression that can't be unpacked within bounds."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _PLAIN | _GZIP:
        raise Refusal("a compression that was not asked for")
    return encoding in _GZIP


def _as_asked_for(found: Page, url: str, first: URL, landed: URL) -> Page:
    """Put the address that was given into a page, and beside it where it was found."""
    if is_door(first, landed):
        kind = kind_of("", first.raw_host or "")
        return Page(url, kind=kind)
    return replace(found, url=url, address="" if normal(found.url) == normal(url) else found.url)
