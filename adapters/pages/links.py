"""Links that strangers will follow: which may be followed, and which host they are told. Pure functions."""

import re
import unicodedata
from dataclasses import dataclass

from yarl import URL

_UNSAFE = re.compile(r"[\s\\<>\"'`\x00-\x1f\x7f]")
"""What parsers are known to read in different ways, and what no address needs."""
_CREDENTIALS = re.compile(r"[^/?#]*//[^/?#]*@")
"""A name before the host, an empty one too: people read it as the host."""
_ASCII_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+")
_EUROPEAN = "\u017f"
"""The last letter of the Latin alphabets of Europe; among the ones behind it are many that look like others."""
_PLAIN = frozenset("0123456789.-_")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a step leads: the address byte for byte, and its host as a person should see it."""

    address: str
    host: str


def link_to(address: str) -> Link | None:
    """Read an address; nothing where it is none of the web, or one that can mislead about its host."""
    if _UNSAFE.search(address) or _CREDENTIALS.match(address):
        return None
    try:
        url = URL(address)
        port = url.explicit_port
    except ValueError:
        return None
    host = url.raw_host or ""
    if url.scheme not in {"http", "https"} or not _ASCII_HOST.fullmatch(host):
        return None
    shown = f"[{host}]" if ":" in host else shown_host(host)
    return Link(address, shown if port is None else f"{shown}:{port}")


def shown_host(host: str) -> str:
    """Write an ASCII host for people: in its own script, or in punycode where it mixes scripts.

    A host of one script can't pass for another one, except within the wide Latin script, of which we trust the letters
    of Europe.
    """
    try:
        own = ".".join(_decoded(label) for label in host.split("."))
    except UnicodeError:
        return host
    return own if _is_honest(own) else host


def _decoded(label: str) -> str:
    return label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label


def _is_honest(host: str) -> bool:
    letters = set(host) - _PLAIN
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in letters}
    if scripts <= {"LATIN"}:
        return all(letter <= _EUROPEAN for letter in letters)
    return len(scripts) == 1 and all(letter.isalpha() or unicodedata.combining(letter) for letter in letters)
