"""From a host name to the addresses that are connected to: looked up once, all of them checked."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.links.rules import Address, IsAllowed

Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""Looks a host name up; raises OSError where there is none."""

MOST_ADDRESSES = 4
"""How many addresses of a host are tried."""


class Inside(OSError):
    """An address that may not be reached, because it is none of the public internet."""


class SystemNames:
    """The system's resolver, in threads of its own: a slow name server must not hold up the rest of the bot."""

    def __init__(self, threads: int) -> None:
        """Take how many lookups may run at once."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="links-names")

    async def __call__(self, host: str) -> Sequence[Address]:
        """Look a name up; raise OSError where there is none."""
        found = await asyncio.get_running_loop().run_in_executor(self._pool, _look_up, host)
        return [ip_address(address) for address in dict.fromkeys(found)]

    def close(self) -> None:
        """Start no more lookups; one that runs ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [str(address[0]) for *_, address in found]


class CheckedNames(AbstractResolver):
    """Gives the client checked addresses only. One address that is not allowed spoils its whole host."""

    def __init__(self, resolve: Resolve, is_allowed: IsAllowed) -> None:
        """Take the lookup and the rule for its answers."""
        self._resolve = resolve
        self._is_allowed = is_allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a host up; raise OSError where it has no address, Inside where it has one that is not allowed."""
        addresses = await self._resolve(host)
        if not addresses:
            raise OSError("no address")
        if not all(self._is_allowed(address) for address in addresses):
            raise Inside("no address that may be reached")
        return [_result(host, address, port) for address in addresses[:MOST_ADDRESSES]]

    async def close(self) -> None:
        """Nothing is kept."""


def _result(host: str, address: Address, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=str(address),
        port=port,
        family=socket.AF_INET if address.version == 4 else socket.AF_INET6,  # noqa: PLR2004 - IPv4
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def gate(is_allowed: IsAllowed) -> Callable[[tuple[Any, ...]], socket.socket]:
    """Make what opens the client's sockets: the last check, whatever road an address came by.

    The socket maker takes what `getaddrinfo` gives, and raises Inside where the address is not allowed.
    """

    def open_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        if not is_allowed(ip_address(address[0])):
            raise Inside("an address inside a network")
        return socket.socket(family, kind, proto)

    return open_socket
