"""Cards as plain JSON and back, so that the playground's messages survive a restart."""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, assert_never

from bot.model import Account
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Heading,
    Image,
    Inline,
    Items,
    Link,
    LinkButton,
    Mention,
    Note,
    Paragraph,
    PostLink,
    Text,
    Time,
)

Json = dict[str, Any]


def encode(card: Card) -> Json:
    """Write a card as JSON values."""
    return {"summary": card.summary, "blocks": [_block(block) for block in card.blocks]}


def decode(written: Mapping[str, Any]) -> Card:
    """Read a card back; raise ValueError or KeyError for what `encode` never wrote."""
    return Card(written["summary"], tuple(_read_block(block) for block in written["blocks"]))


def _block(block: Block) -> Json:  # noqa: PLR0911 - one way out for each kind of part
    match block:
        case Heading():
            return {"is": "heading", **asdict(block)}
        case Paragraph(parts):
            return {"is": "paragraph", "text": _text(parts)}
        case Items(items, ordered):
            return {"is": "items", "items": [_text(item) for item in items], "ordered": ordered}
        case Note(parts):
            return {"is": "note", "text": _text(parts)}
        case Divider():
            return {"is": "divider"}
        case Buttons(buttons):
            return {"is": "buttons", "buttons": [_button(button) for button in buttons]}
        case Image(png):
            return {"is": "image", **asdict(block), "png": base64.b64encode(png).decode()}
        case _:
            assert_never(block)


def _button(button: Button | LinkButton) -> Json:
    match button:
        case Button():
            return {"is": "button", **asdict(button)}
        case LinkButton():
            return {"is": "link", **asdict(button)}
        case _:
            assert_never(button)


def _text(parts: Text) -> list[Any]:
    return [_inline(part) for part in parts]


def _inline(part: Inline) -> str | Json:  # noqa: PLR0911 - one way out for each kind of text
    match part:
        case str():
            return part
        case Bold(text):
            return {"is": "bold", "text": text}
        case Code(text):
            return {"is": "code", "text": text}
        case Link():
            return {"is": "link", **asdict(part)}
        case Mention(name, accounts, ping):
            return {"is": "mention", "name": name, "accounts": [str(account) for account in accounts], "ping": ping}
        case Time(at, style):
            return {"is": "time", "at": at.isoformat(), "style": style}
        case PostLink():
            return {"is": "post", **asdict(part)}
        case _:
            assert_never(part)


def _read_block(written: Json) -> Block:  # noqa: PLR0911 - one way out for each kind of part
    match written:
        case {"is": "heading", **rest}:
            return Heading(**rest)
        case {"is": "paragraph", "text": parts}:
            return Paragraph(_read_text(parts))
        case {"is": "items", "items": items, "ordered": ordered}:
            return Items(tuple(_read_text(item) for item in items), ordered)
        case {"is": "note", "text": parts}:
            return Note(_read_text(parts))
        case {"is": "divider"}:
            return Divider()
        case {"is": "buttons", "buttons": buttons}:
            return Buttons(tuple(_read_button(button) for button in buttons))
        case {"is": "image", "png": png, **rest}:
            return Image(base64.b64decode(png), **rest)
        case _:
            raise ValueError(f"{written!r} is no part of a card")


def _read_button(written: Json) -> Button | LinkButton:
    match written:
        case {"is": "button", **rest}:
            return Button(**rest)
        case {"is": "link", **rest}:
            return LinkButton(**rest)
        case _:
            raise ValueError(f"{written!r} is no button")


def _read_text(written: list[Any]) -> Text:
    return tuple(part if isinstance(part, str) else _read_inline(part) for part in written)


def _read_inline(written: Json) -> Inline:
    match written:
        case {"is": "bold", "text": text}:
            return Bold(text)
        case {"is": "code", "text": text}:
            return Code(text)
        case {"is": "link", **rest}:
            return Link(**rest)
        case {"is": "mention", "name": name, "accounts": accounts, "ping": ping}:
            return Mention(name, tuple(Account.parse(account) for account in accounts), ping)
        case {"is": "time", "at": at, "style": style}:
            return Time(datetime.fromisoformat(at), style)
        case {"is": "post", **rest}:
            return PostLink(**rest)
        case _:
            raise ValueError(f"{written!r} is no run of text")
