"""What people wrote on Slack, as plain text: entities, links and blocks undone. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.address import PLATFORM

_TOKEN = re.compile(r"<([^<>]*)>")
_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_DEPTH = 6
"""How deep blocks are read: a list in an attachment is the deepest that Slack makes."""


def unescape(text: str, team: str) -> str:
    """Undo what Slack does to typed text: people, channels and links become words, entities become characters."""

    def word(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith("@"):
            return f"{PLATFORM}:{team}:{target[1:]}"
        if target.startswith("#"):
            return f"#{label or target[1:]}"
        if target.startswith("!"):
            return label or f"@{target[1:].partition('^')[0]}"
        return label if target.startswith("mailto:") and label else target

    return _TOKEN.sub(word, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def message_text(message: Mapping[str, Any], team: str) -> str:
    """Read what a message says: its text, and what only its blocks and attachments show, such as further links."""
    said = unescape(_text(message.get("text")), team)
    lines = [line for part in _shown(message, said, team) for line in part.splitlines()]
    more = [line for line in lines if not said or any(url not in said for url in _ADDRESS.findall(line))]
    return "\n".join(part for part in [said, *more] if part.strip())


def _shown(message: Mapping[str, Any], said: str, team: str) -> Iterator[str]:
    yield from _blocks(message.get("blocks"), team)
    for attached in _maps(message.get("attachments")):
        if _text(attached.get("from_url")) and _text(attached.get("from_url")) in said:
            continue  # Slack's preview of a page: its links are not the author's
        for key in ("pretext", "title", "title_link", "text"):
            yield unescape(_text(attached.get(key)), team)
        yield from _blocks(attached.get("blocks"), team)


def _blocks(blocks: object, team: str) -> Iterator[str]:
    for block in _maps(blocks):
        if block.get("type") == "rich_text":
            for part in _maps(block.get("elements")):
                yield _rich(part, team, _DEPTH)
            continue
        for text in [block.get("text"), *_maps(block.get("fields")), *_maps(block.get("elements"))]:
            if isinstance(text, Mapping):
                yield _words(text, team)


def _words(text: Mapping[str, Any], team: str) -> str:
    """Read a text object; what is no text has none."""
    words = _text(text.get("text"))
    return unescape(words, team) if text.get("type") == "mrkdwn" else words


def _rich(part: Mapping[str, Any], team: str, depth: int) -> str:
    if depth and part.get("elements"):
        separator = "\n" if part.get("type") == "rich_text_list" else ""
        return separator.join(_rich(inner, team, depth - 1) for inner in _maps(part["elements"]))
    if part.get("type") == "user":
        return f"{PLATFORM}:{team}:{_text(part.get('user_id'))}"
    return _text(part.get("url")) or _text(part.get("text"))


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
