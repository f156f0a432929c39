"""When two addresses mean the same page: pure rules, no network.

The generic part (host in small letters and IDNA, percent-encoding, dot segments) is yarl's, which reads addresses for
the fetcher too: what is compared is what would be asked for. Of the others tried, url-normalize squeezes `//` in paths
(which breaks addresses in web archives) and rewrites `#!`, w3lib keeps `:80` and can't tell `?a;b` from `?a%3Bb`, and
courlan drops every parameter that merely contains a word such as `source` or `uid`. Only what members expect on top
of that is written here.
"""

import re
import unicodedata
from hashlib import sha256
from urllib.parse import unquote

from yarl import URL

TRACKING = frozenset(
    {
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid"),  # Google Ads
        *("_ga", "_gl"),  # Google Analytics between sites
        *("fbclid", "igsh", "igshid"),  # Facebook, Instagram
        *("msclkid", "yclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "epik", "rdt_cid"),  # other ads
        *("mc_cid", "mc_eid", "mkt_tok", "vero_id", "oly_enc_id", "oly_anon_id", "ml_subscriber"),  # newsletters
        *("ml_subscriber_hash", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking"),  # and HubSpot's
        *("ranmid", "raneaid", "ransiteid", "irclickid", "irgwc", "cjevent"),  # networks that sell courses
        *("ref_src", "ref_url", "wprov"),  # embedded posts, shares of Wikipedia
    }
)
"""Parameters that tell where a reader came from, in small letters. Each name belongs to one service and means nothing
else; common words such as `ref` or `source` choose the page on some sites, and stay."""
TRACKING_FAMILIES = ("utm_", "mtm_", "pk_", "piwik_")
"""Beginnings of names that tell the same: Google Analytics, Matomo."""
TRACKING_AT_HOME = {
    "www.youtube.com": frozenset({"si", "feature", "pp", "app", "ab_channel"}),
    "open.spotify.com": frozenset({"si"}),
    "x.com": frozenset({"s", "t"}),
    "twitter.com": frozenset({"s", "t"}),
}
"""Parameters that tell it on one site only."""
HTTP, HTTPS = 80, 443
KEY_LENGTH = 32
"""Hex digits of a resource's key: 128 bits, which no two addresses share by chance."""

_YOUTUBE = frozenset(
    {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com"}
    | {"www.youtube-nocookie.com"}
)
_SHORT_YOUTUBE = frozenset({"youtu.be", "www.youtu.be"})
_VIDEO_PATH = re.compile(r"/(?:embed|shorts|live|v|e)/(?!videoseries$|live_stream$)([A-Za-z0-9_-]{1,40})")
_VIDEO = re.compile(r"[A-Za-z0-9_-]{1,40}")  # 11 characters today, which YouTube doesn't promise
_HOST = re.compile(r"[a-z0-9_-][a-z0-9._-]*|\[[0-9a-f:.]+\]")
"""What yarl makes of a host that can exist; it lets some odd characters through."""
_NO_ADDRESS = frozenset({"Cc", "Cs"})
_EMPTY_ROUTE = re.compile(r"[!/]*")


def normal(url: str) -> str:
    """Bring a web address into the form in which addresses are compared; any other text comes back as it is.

    `http` counts as `https`. What only tells where a reader came from or which part of the page they saw is dropped:
    tracking parameters, fragments (but not a route, `#/…` or `#!…`, which is the page's name), the slash at the end.
    Parameters are sorted by name, because programs write them in any order; those of one name keep theirs. `www.`
    stays: not every site answers without it, and where one redirects to the other both are known as one resource.
    The result is for comparing and may not open: fetch and show the address as it was given. Never raises.
    """
    read = _read(url)
    if read is None:
        return url
    port = read.port
    is_default = port == HTTPS or (port == HTTP and read.scheme == "http")
    return _joined(_host(read), "" if is_default else f":{port}", read)


def resource_key(url: str) -> str:
    """Give the key of the resource that an address means: 32 hex digits, the same for all its spellings."""
    return sha256(normal(url).encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]


def host_of(url: str) -> str:
    """Give the host of a web address, in small ASCII letters; nothing for any other text."""
    read = _read(url)
    return _host(read) if read else ""


def _read(url: str) -> URL | None:
    """Read a web address; None for any other text, and for what programs are known to read in different ways."""
    text = url.strip()
    if "\\" in text or any(unicodedata.category(char) in _NO_ADDRESS for char in text):
        return None
    try:
        read = URL(text)
        if read.scheme not in {"http", "https"} or read.raw_user is not None or read.raw_password is not None:
            return None
        return read if _HOST.fullmatch(_host(read)) and read.port is not None else None
    except (ValueError, IndexError):  # yarl's IndexError for `http://[]@`
        return None


def _host(read: URL) -> str:
    return (read.host_subcomponent or "").rstrip(".")


def _joined(host: str, port: str, read: URL) -> str:
    path = read.raw_path.rstrip("/") or "/"
    query = _parameters(read.raw_query_string)
    if not port and (host in _YOUTUBE or host in _SHORT_YOUTUBE):
        if video := _video(host, path, query):
            return f"https://www.youtube.com/watch?v={video}"
        host = "www.youtube.com" if host in _YOUTUBE else host
    at_home = TRACKING_AT_HOME.get(host, frozenset())
    kept = [pair for pair in query if not _is_tracking(pair[0].lower(), at_home)]
    asked = "&".join(f"{name}={value}" if value else name for name, value in sorted(kept, key=lambda pair: pair[0]))
    return f"https://{host}{port}{path}{asked and f'?{asked}'}{_route(read.raw_fragment)}"


def _parameters(query: str) -> list[tuple[str, str]]:
    """Read parameters in the order they stand in, still encoded; forms write a blank as `+` or as `%20`."""
    pairs = (part.partition("=") for part in query.replace("%20", "+").split("&"))
    return [(name, value.replace("=", "%3D")) for name, _, value in pairs if name or value]


def _is_tracking(name: str, at_home: frozenset[str]) -> bool:
    return name in TRACKING or name in at_home or name.startswith(TRACKING_FAMILIES)


def _video(host: str, path: str, query: list[tuple[str, str]]) -> str:
    """Find the video that an address of YouTube opens, whatever moment of it and whichever list around it."""
    if host in _SHORT_YOUTUBE:
        found = _VIDEO.fullmatch(path[1:])
        return found[0] if found else ""
    if path == "/watch":
        named = next((unquote(value) for name, value in query if name == "v"), "")
        return named if _VIDEO.fullmatch(named) else ""
    found = _VIDEO_PATH.fullmatch(path)
    return found[1] if found else ""


def _route(fragment: str) -> str:
    if not fragment.startswith(("/", "!")) or _EMPTY_ROUTE.fullmatch(fragment):
        return ""
    return "#" + fragment.rstrip("/")
