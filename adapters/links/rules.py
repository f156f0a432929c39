"""Which addresses may be reached at all: pure rules, no network.

A member's link must never let the bot look into the network it runs in. `is_global` of the standard library is not
enough for that: it calls NAT64 and IPv4-compatible forms of 127.0.0.1 global, and multicast too.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

Address = IPv4Address | IPv6Address
IsAllowed = Callable[[Address], bool]

PORTS = frozenset({80, 443})
"""Ports on which pages for everybody are served."""
LONGEST_URL = 2048
"""Characters; longer addresses are no links that people share."""

_REFUSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier NAT; 100.100.100.200 is a metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's host service at a public address
        "169.254.0.0/16",  # link-local; 169.254.169.254 is the metadata service of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnelling
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that is assigned to the public. Loopback, private, link-local, site-local, multicast, IPv4-mapped and
-compatible forms and NAT64 lie outside."""
_REFUSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # given back
        "3fff::/20",  # documentation
    )
)
_HOME_NAMES = (
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp", "home.arpa"),
    *("onion", "metadata.goog"),
)
"""Names that mean something only inside a network, and a metadata service under a public top level."""

_CREDENTIALS = re.compile(r"[^/?#]*//[^/?#]*@")
"""An `@` before the host, with nothing before it too: the parser drops that one."""
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TOP = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]")
_LONGEST_NAME = 253
_FEWEST_LABELS = 2


class Refusal(ValueError):
    """An address that must not be reached, or a page that is not wanted. Its text names the rule, not the address."""


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet and to no special purpose."""
    if not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


def target(text: str, ports: Iterable[int] = PORTS, is_allowed: IsAllowed = is_public) -> URL:
    """Read an address that may be asked for; raise Refusal naming the rule it breaks.

    The result is what the client connects to, so that no second parser can see another host in it.
    """
    check_text(text)
    try:
        url = URL(text)
        scheme, host, port = url.scheme, url.raw_host, url.port
    except (ValueError, IndexError):  # yarl's IndexError for `http://[]@`
        raise Refusal("not an address") from None
    if scheme not in {"http", "https"}:
        raise Refusal("neither http nor https")
    if url.raw_user is not None or url.raw_password is not None or _CREDENTIALS.match(text):
        raise Refusal("a name or password in the address")
    if port not in frozenset(ports):
        raise Refusal("another port than that of web pages")
    check_host(host or "", is_allowed)
    return url.with_fragment(None)


def check_text(text: str) -> None:
    """Raise Refusal for text that parsers are known to read in different ways."""
    if len(text) > LONGEST_URL:
        raise Refusal("too long")
    if "\\" in text or any(unicodedata.category(char) in {"Cc", "Cs", "Zs", "Zl", "Zp"} for char in text):
        raise Refusal("a blank, a control character or a backslash")


def check_host(host: str, is_allowed: IsAllowed = is_public) -> None:
    """Raise Refusal for a host that is neither an allowed address nor a full public name.

    `host` is lower-case ASCII as the URL parser gives it. Octal, hexadecimal, short and whole-number forms of
    addresses are neither: the system's resolver would read them as addresses.
    """
    try:
        address = ip_address(host)
    except ValueError:
        check_name(host)
        return
    if "%" in host or not is_allowed(address):
        raise Refusal("an address inside a network")


def check_name(host: str) -> None:
    """Raise Refusal for a name that can't be one of the public internet."""
    labels = host.split(".")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise Refusal("not a host name")
    if len(labels) < _FEWEST_LABELS or not _TOP.fullmatch(labels[-1]):
        raise Refusal("not a full host name")
    if any(host == name or host.endswith(f".{name}") for name in _HOME_NAMES):
        raise Refusal("a name inside a network")
