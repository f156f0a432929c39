"""What an answer says of whether a page is there, and where it moved. Pure rules, no network."""

import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from aiohttp import ClientConnectorCertificateError, ClientConnectorDNSError, ClientConnectorError, ClientSSLError
from yarl import URL

from adapters.links.kinds import is_door
from adapters.links.names import Inside
from bot.health import Checked, Presence
from bot.urls import normal

MOVED = frozenset({301, 302, 303, 307, 308})
"""Answers that lead elsewhere."""
_MOVED_FOR_GOOD = frozenset({301, 308})
_GONE = frozenset({404, 410})
_FINAL = frozenset({HTTPStatus.TOO_MANY_REQUESTS})
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_DATE = re.compile(r"[A-Za-z0-9 ,:+-]{1,40}")
_LONGEST_WAIT = 1_000_000  # seconds: more than anybody minds


@dataclass(frozen=True, slots=True)
class Response:
    """The head of an answer."""

    status: int
    headers: Mapping[str, str]

    @property
    def location(self) -> str:
        """Give where it leads; nothing where it leads nowhere."""
        return self.headers.get("Location", "") if self.status in MOVED else ""


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect that was followed: with which status, and where to."""

    status: int
    to: str


def needs_whole(head: Response) -> bool:
    """Tell whether a page must be asked for itself, because its head alone was refused.

    Many servers answer HEAD wrongly, with any error. One that asks for fewer requests is not asked again.
    """
    return head.status >= HTTPStatus.BAD_REQUEST and head.status not in _FINAL and "Retry-After" not in head.headers


def checked(url: str, first: URL, landed: URL, hops: Sequence[Hop], response: Response) -> Checked:
    """Tell what an answer at the end of all redirects means for the address that was given."""
    status = response.status
    is_found = HTTPStatus.OK <= status <= HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.NOT_MODIFIED
    if not is_found:
        presence = Presence.GONE if status in _GONE else Presence.UNSURE
        return Checked(presence, in_words(status), wait=_wait(response.headers.get("Retry-After", "")))
    said = response.headers if not hops else {}  # a state that is named belongs to one address
    return Checked(
        Presence.ALIVE,
        in_words(status),
        moved_to=_new_address(url, hops) if hops and not is_door(first, landed) else None,
        tag=_fitting(_TAG, said.get("ETag", "")),
        changed=_fitting(_DATE, said.get("Last-Modified", "")),
    )


def in_words(status: int) -> str:
    """Write a status for people, in our words and not the server's."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _fitting(form: re.Pattern[str], value: str) -> str | None:
    return value if form.fullmatch(value) else None


def _wait(said: str) -> timedelta | None:
    """Read how long a server asks to be left alone; a date in place of seconds counts as nothing said."""
    if not said.isascii() or not said.isdigit():
        return None
    return timedelta(seconds=min(int(said[:8]), _LONGEST_WAIT))


def _new_address(url: str, hops: Sequence[Hop]) -> str | None:
    """Give where a page moved for good: to the end of the redirects that say so, before the first one that doesn't.

    A site that sends all its lost pages to its first page has not moved them there.
    """
    moved = ""
    for hop in hops:
        if hop.status not in _MOVED_FOR_GOOD:
            break
        moved = hop.to
    if not moved or normal(moved) == normal(url) or (_is_first_page(moved) and not _is_first_page(url)):
        return None
    part = URL(url).raw_fragment
    return moved if not part or URL(moved).raw_fragment else f"{moved}#{part}"


def _is_first_page(url: str) -> bool:
    read = URL(url)
    return read.raw_path in {"", "/"} and not read.raw_query_string


def failed(error: Exception) -> Checked | None:
    """Tell what an error means; None where it says nothing of the page.

    A name that nobody knows is gone. A certificate that we can't check is not: it is mostly renewed within days, and
    browsers complete chains that we don't.
    """
    match error:
        case ClientConnectorError(os_error=Inside()):
            return None
        case ClientConnectorDNSError(os_error=socket.gaierror(errno=socket.EAI_NONAME)):
            return Checked(Presence.GONE, "no such host", heard=False)
        case ClientConnectorDNSError():
            said = "host name not resolved"
        case ClientConnectorCertificateError() | ClientSSLError():
            said = "certificate not valid"
        case TimeoutError():
            said = "timed out"
        case ClientConnectorError():
            said = "can't be reached"
        case _:
            said = "broke off"
    return Checked(Presence.UNSURE, said, heard=False)
