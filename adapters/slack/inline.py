"""Runs of text for Slack: rich_text elements, context elements, and the escaping that mrkdwn needs. Pure."""

import re
from typing import Any, assert_never

import regex

from adapters.slack import limits
from bot.text import clamp
from bot.ui import Bold, Code, Inline, Link, Mention, PostLink, Text, Time
from bot.ui import plain as words_of

Json = dict[str, Any]

_UNWRITABLE = regex.compile(r"[\p{Cc}--[\n\t]]|\p{Cs}", regex.V1)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20\x7f\ud800-\udfff]+", re.IGNORECASE)
_MRKDWN_ADDRESS = re.compile(r"[^<>|]*")
_MRKDWN_MARKUP = re.compile(r"[*_~`:|]")
_FORMATS = {"date": "{date_long}", "datetime": "{date_long_pretty} at {time}", "relative": "{ago}"}
"""https://docs.slack.dev/messaging/formatting-message-text/#date-formatting"""


def escape(text: str) -> str:
    """Escape the three characters that start markup, links and mentions in mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Leave out what can't be sent: control characters and halves of characters."""
    if text.isprintable():  # most of what people write, and all of it can be sent
        return text
    return _UNWRITABLE.sub("", text)


def plain(text: str) -> Json:
    """Write a text object that is read for neither markup nor emoji names."""
    return {"type": "plain_text", "text": literal(text) or "…", "emoji": False}


def is_address(url: str) -> bool:
    """Tell whether Slack would take this as the address of a link."""
    return len(url) <= limits.URL and _ADDRESS.fullmatch(url) is not None


def element(part: Inline, workspace: str, run: int) -> list[Json]:  # noqa: PLR0911 - one for each kind of part
    """Write a part as elements of a rich text section."""
    match part:
        case str():
            return _run(part, run)
        case Bold(text):
            return _run(text, run, bold=True)
        case Code(text):
            return _run(text, run, code=True)
        case Link(label, url):
            return link(label, url, run)
        case Mention():
            user = _pinged(part, workspace)
            return [{"type": "user", "user_id": user}] if user else _run(part.name, run)
        case Time():
            return [
                {
                    "type": "date",
                    "timestamp": int(part.at.timestamp()),
                    "format": _FORMATS[part.style],
                    "fallback": words_of((part,)),
                }
            ]
        case PostLink(label=label):
            return _run(label, run)
        case _:
            assert_never(part)


def link(label: str, url: str, run: int) -> list[Json]:
    """Write a link; an address that Slack would refuse is written out."""
    if not is_address(url):
        return _run(label if label == url else f"{label} ({url})", run)
    shown = clamp(literal(label), run)
    return [{"type": "link", "url": url} | ({"text": shown} if shown.strip() else {})]


def _run(text: str, run: int, **style: bool) -> list[Json]:
    shown = clamp(literal(text), run)
    return [{"type": "text", "text": shown} | ({"style": style} if style else {})] if shown else []


def _pinged(mention: Mention, workspace: str) -> str:
    here = (a.user for a in mention.accounts if a.platform == "slack" and a.workspace == workspace)
    return next(here, "") if mention.ping else ""


def context(text: Text, workspace: str, run: int) -> list[Json] | None:
    """Write small print as context elements; None where they could not show it as it is.

    Words are plain text, so that a star stays a star; only links and times are mrkdwn.
    """
    elements: list[Json] = []
    words = ""
    for part in text:
        if isinstance(part, str):
            words += part
            continue
        marked = _mrkdwn(part, workspace)
        if marked is None:
            return None
        if not marked:
            words += words_of((part,))
            continue
        elements += _plain_words(words, run)
        elements.append({"type": "mrkdwn", "text": marked, "verbatim": True})
        words = ""
    elements += _plain_words(words, run)
    return elements if len(elements) <= limits.CONTEXT_ELEMENTS else None


def _plain_words(words: str, run: int) -> list[Json]:
    shown = clamp(literal(words), run)
    return [plain(shown)] if shown.strip() else []


def _mrkdwn(part: Inline, workspace: str) -> str | None:
    """Write what needs markup; empty for what doesn't, None for what mrkdwn would change."""
    match part:
        case Link(label, url) if is_address(url):
            if (
                not _MRKDWN_ADDRESS.fullmatch(url)
                or _MRKDWN_MARKUP.search(label)
                or len(label) + len(url) > limits.TEXT // 2
            ):
                return None
            return f"<{escape(url)}|{escape(literal(label).strip() or url)}>"
        case Time():
            return f"<!date^{int(part.at.timestamp())}^{_FORMATS[part.style]}|{words_of((part,))}>"
        case Mention():
            user = _pinged(part, workspace)
            return f"<@{user}>" if user else ""
        case str() | Bold() | Code() | PostLink() | Link():
            return ""
        case _:
            assert_never(part)
