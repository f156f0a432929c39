"""Web addresses as people type them, alone or in the middle of a text. Pure functions."""

import re
from urllib.parse import urlsplit

from bot.text import clamp

URL_LENGTH = 2000
"""Longest address: what every browser and both platforms take (Slack allows 3,000 in a button)."""
ADDRESS = re.compile(r"https?://[^\s<>|\"“”、。]+", re.IGNORECASE)
"""An address in a text, with what may only be the punctuation behind it."""
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"^(?=.{4,253}$)([\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}\.?$")


def check_url(raw: str) -> str:
    """Give an address as it will be kept; raise ValueError with the cure for what is none.

    An address without a scheme gets https. Nothing else is changed: links arrive byte for byte.
    """
    url = raw.strip()
    if not _SCHEME.match(url) and "." in url.partition("/")[0]:
        url = f"https://{url}"
    if len(url) > URL_LENGTH:
        raise ValueError(f"this address has {len(url)} characters, at most {URL_LENGTH} are possible")
    if not _is_web_address(url):
        raise ValueError(f"“{clamp(raw.strip(), 60)}” is no web address, it should look like https://example.org/page")
    return url


def _is_web_address(url: str) -> bool:
    if re.search(r"[\s\\<>\"]", url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a bad port raises only when asked for
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and "@" not in parts.netloc and bool(host and _HOST.match(host))


def links_in(raw: str) -> list[str]:
    """Find the web addresses in a text, each once, in order; punctuation behind them is not part of them."""
    return list(dict.fromkeys(_without_ending(link) for link in ADDRESS.findall(raw)))


def _without_ending(link: str) -> str:
    """Take away what ends a sentence or closes a bracket that was opened before the address."""
    while link:
        last = link[-1]
        if last in ".,;:!?'*_~…’”»、。）" or (last in ")]" and link.count(last) > link.count("(["[")]".index(last)])):
            link = link[:-1]
        else:
            break
    return link
