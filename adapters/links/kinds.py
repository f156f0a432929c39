"""What one finds behind an address: a page, a video, or a door in front of it. Pure rules, no network."""

import re

from yarl import URL

from bot.model import ResourceKind

HTML = frozenset({"text/html", "application/xhtml+xml"})
"""Content types of pages; the body of anything else is not read."""
VIDEO_HOSTS = frozenset(
    {"youtube.com", "youtube-nocookie.com", "youtu.be", "vimeo.com", "dailymotion.com", "dai.ly", "twitch.tv"}
    | {"bilibili.com", "b23.tv", "youku.com", "nicovideo.jp", "rutube.ru", "odysee.com", "rumble.com", "loom.com"}
    | {"wistia.com", "media.ccc.de"}
)
"""Sites that show little else than videos; a site with texts too tells by `og:type` which of its pages is one."""
_DOOR_HOSTS = frozenset({"accounts", "auth", "consent", "idp", "login", "signin", "sso"})
"""First words of hosts where people sign in or agree to something."""
_DOOR_PATH = re.compile(
    r"/(?:(?:wp-)?log[-_]?in|sign[-_]?in|servicelogin|accounts?/login|users?/sign_in|sso|saml\d?|oauth\d?|consent)(?:[/.]|$)",
    re.IGNORECASE,
)


def kind_of(content_type: str, host: str) -> ResourceKind:
    """Tell what an answer is by its content type (in small letters, without parameters) and the host it came from."""
    if content_type.startswith("video/") or is_video_host(host):
        return ResourceKind.VIDEO
    return ResourceKind.HTML if content_type in HTML else ResourceKind.UNKNOWN


def is_video_host(host: str) -> bool:
    """Tell whether a host, or the site it belongs to, shows videos."""
    labels = host.rstrip(".").split(".")
    return any(".".join(labels[n:]) in VIDEO_HOSTS for n in range(len(labels)))


def is_door(given: URL, landed: URL) -> bool:
    """Tell whether redirects led to where one signs in or agrees to something, in place of what was asked for.

    Such a page tells nothing of the one behind it, and a thousand addresses may lead to it.
    """
    return _looks_like_one(landed) and not _looks_like_one(given)


def _looks_like_one(url: URL) -> bool:
    return (url.raw_host or "").partition(".")[0] in _DOOR_HOSTS or _DOOR_PATH.search(url.path) is not None
