"""A card as elements of the page. One `match` per kind of part; text never becomes markup."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from urllib.parse import urlsplit

from adapters.playground.addresses import ref_in
from adapters.playground.elements import box, button, link, plain_click, tag, words
from adapters.playground.members import Member
from adapters.playground.moments import full, show
from bot.model import Ref
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

SAFE = {"http", "https", "mailto"}
"""Schemes that may stand behind a link; any other address (`javascript:`) is shown as text."""

COLUMNS_FROM = 9
"""A longer list stands in two columns where there is room."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a card is drawn, and what their taps do. `focus` starts the names of its buttons."""

    who: Member
    now: datetime
    tap: Callable[[str], Awaitable[None]]
    go: Callable[[Ref], None]
    focus: str = ""


def card(shown: Card, reader: Reader) -> None:
    """Draw a card where we stand."""
    with box("card", role="group", **{"aria-label": shown.summary}):
        for block in shown.blocks:
            _block(block, reader)


def _block(block: Block, reader: Reader) -> None:
    match block:
        case Heading(text, url):
            _heading(text, url, reader)
        case Paragraph(parts):
            with tag("p", "card-text", None, {"dir": "auto"}):
                _text(parts, reader)
        case Items(items, ordered):
            many = "card-items card-items-many" if len(items) > COLUMNS_FROM and not ordered else "card-items"
            with tag("ol" if ordered else "ul", many):
                for item in items:
                    with tag("li", "", None, {"dir": "auto"}):
                        _text(item, reader)
        case Note(parts):
            with tag("p", "card-note", None, {"dir": "auto"}):
                _text(parts, reader)
        case Divider():
            tag("hr", "card-line")
        case Buttons(buttons):
            with box("card-buttons"):
                for shown in buttons:
                    _button(shown, reader)
        case Image(png, alt):
            data = f"data:image/png;base64,{base64.b64encode(png).decode()}"
            tag("img", "card-image", None, {"src": data, "alt": alt})
        case _:
            assert_never(block)


def _heading(text: str, url: str | None, reader: Reader) -> None:
    with tag("h3", "card-heading", None, {"dir": "auto"}):
        if url is None:
            words(text)
        else:
            _link(text, url, reader)


def _button(shown: Button | LinkButton, reader: Reader) -> None:
    match shown:
        case Button(label, token, style):
            _act_button(label, token, style, reader)
        case LinkButton(label, url):
            _link(label, url, reader, "btn btn-plain btn-link")
        case _:
            assert_never(shown)


def _act_button(label: str, token: str, style: str, reader: Reader) -> None:
    """Draw a button that waits for its answer: a second click meanwhile does nothing."""

    async def press() -> None:
        if made.props.get("aria-busy") == "true":
            return
        made.props["aria-busy"] = "true"
        try:
            await reader.tap(token)
        finally:
            if not made.is_deleted:
                made.props["aria-busy"] = "false"

    made = button(f"btn btn-{style}", press, text=label, focus=f"{reader.focus}:{label}")


def _text(parts: Text, reader: Reader) -> None:
    for part in parts:
        _inline(part, reader)


def _inline(part: Inline, reader: Reader) -> None:
    match part:
        case str():
            words(part)
        case Bold(text):
            words(text, name="strong")
        case Code(text):
            words(text, name="code")
        case Link(label, url):
            _link(label, url, reader)
        case Mention(name, accounts, ping):
            to_me = ping and reader.who.account in accounts
            words(f"@{name}" if accounts else name, "mention mention-me" if to_me else "mention")
        case Time(at, style):
            zone = reader.who.timezone
            shown = show(at, style, zone, reader.now)
            words(shown, "moment", "time", datetime=at.isoformat(), title=full(at, zone))
        case PostLink(label=label):
            words(label)
        case _:
            assert_never(part)


def _link(label: str, url: str, reader: Reader, classes: str = "") -> None:
    ref = ref_in(url)
    if ref is not None:
        here = tag("a", classes or "link", label, {"href": f"{url}&as={reader.who.id}"})
        plain_click(here, lambda: reader.go(ref))
    elif is_safe(url):
        link(classes or "link", url, label)
    else:
        words(label)
        words(f" ({url})", "card-address")


def is_safe(url: str) -> bool:
    """Tell whether an address may stand behind a link."""
    try:
        return urlsplit(url).scheme.lower() in SAFE
    except ValueError:  # such as an unfinished [IPv6 address
        return False
