"""A web site on the loopback, a resolver that knows made-up names only, and a record of every connection tried."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address

from aiohttp import web

from adapters.links import SafeLinks
from adapters.links.rules import Address, is_public

LOOPBACK = IPv4Address("127.0.0.1")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def html(text: str, **headers: str) -> web.Response:
    return web.Response(
        text=text, content_type="text/html", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


@dataclass
class Site:
    """Answers by path, and remembers what it was asked. `busiest` is the most requests it worked on at once."""

    port: int = 0
    pages: dict[str, Handler] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    busy: dict[str, int] = field(default_factory=dict)
    busiest: int = 0
    busiest_host: int = 0

    def url(self, path: str = "/", host: str = "site.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def says(self, text: str, path: str = "/", **headers: str) -> str:
        """Serve a page and give its address."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return html(text, **headers)

        self.pages[path] = answer
        return self.url(path)

    def points(self, location: str, path: str = "/", status: int = 302) -> str:
        """Serve a redirect and give its address."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": location})

        self.pages[path] = answer
        return self.url(path)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        host = request.host
        self.busy[host] = self.busy.get(host, 0) + 1
        self.busiest = max(self.busiest, sum(self.busy.values()))
        self.busiest_host = max(self.busiest_host, self.busy[host])
        try:
            return await self.pages[request.path](request)
        finally:
            self.busy[host] -= 1


@dataclass
class Names:
    """A resolver: each name has answers that it gives in turn, the last one for ever. Others are on the loopback."""

    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str) -> Sequence[Address]:
        self.asked.append(host)
        answers = self.answers.get(host, [[str(LOOPBACK)]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [ip_address(address) for address in found]


def only_the_site(address: Address) -> bool:
    """Take the site for a public address; everything else by the real rule."""
    return address == LOOPBACK or is_public(address)


def reader(site: Site, names: Names) -> SafeLinks:
    return SafeLinks(ports={80, 443, site.port}, resolve=names, is_allowed=only_the_site)


@dataclass
class RawSite:
    """A server that writes bytes of its own, for answers no proper server gives."""

    port: int
    server: asyncio.Server

    @property
    def url(self) -> str:
        return f"http://raw.example:{self.port}/"
