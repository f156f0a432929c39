"""The tree as Block Kit: pure, and complete (`assert_never`). What people typed is shown as they typed it.

Text goes into `rich_text` and `plain_text`, which Slack does not read for markup; `mrkdwn` stands only where small
print holds a link or a time.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, assert_never

from adapters.slack import inline, limits
from bot.text import clamp, one_line, units
from bot.ui import (
    Block,
    Button,
    Buttons,
    Card,
    Divider,
    Heading,
    Image,
    Inline,
    Items,
    Link,
    LinkButton,
    Note,
    Paragraph,
    Text,
    paragraph,
)

Json = dict[str, Any]

SHORTEST = 40
"""A run of text is not cut below this to make a message fit; then parts are left out, and said to be."""
LONG_ADDRESS = 250
"""Addresses in a list that are longer are left out where a message doesn't fit otherwise: 20 shorter ones fit."""
TOO_LONG = "(address too long to show here)"
"""Stands where an address was left out."""


@dataclass
class _Page:
    """What a rendering must know: whose workspace, how long a run may be, which button names are taken."""

    workspace: str
    run: int = limits.TEXT
    taken: set[str] = field(default_factory=set)


def message(card: Card, workspace: str, key: str = "") -> Json:
    """Write a card as a message; `key` marks it, so that it can be found again."""
    return {"text": fallback(card), "blocks": blocks(card, workspace, key)}


def fallback(card: Card) -> str:
    """Write the one-line form of a card, for notifications."""
    return inline.escape(clamp(one_line(card.summary), limits.SUMMARY)) or "…"


@lru_cache(maxsize=256)
def private(card: Card, workspace: str) -> str:
    """Write a card as the JSON of an answer to one person. Many ask the same, so the last answers are kept."""
    text = json.dumps(fallback(card))
    return f'{{"response_type": "ephemeral", "text": {text}, "blocks": {_fitted(card, workspace, limits.MESSAGE)[1]}}}'


def blocks(card: Card, workspace: str, key: str = "") -> list[Json]:
    """Write the blocks of a card so that Slack takes them: runs get shorter until they fit, then parts are left out."""
    written, _ = _fitted(card, workspace, limits.MESSAGE - len(key) - len('"block_id": "", '))
    if key:
        written[0]["block_id"] = key
    return written


def _fitted(card: Card, workspace: str, room: int) -> tuple[list[Json], str]:
    """Give the blocks that fit, and their JSON."""
    written = _merged(_written(card, _Page(workspace)))
    encoded = json.dumps(written)
    # Escaped JSON is never shorter than what is counted: for nearly every card this one writing settles it.
    if len(written) <= limits.BLOCKS and len(encoded) <= room:
        return written, encoded
    written = _shrunk(card, workspace, written, room)
    return written, json.dumps(written)


def _shrunk(card: Card, workspace: str, written: list[Json], room: int) -> list[Json]:
    for shown in (card, _without_long_addresses(card)):
        run = limits.TEXT
        written = _run_together(_merged(_written(shown, _Page(workspace))))
        length = size(written)
        while length > room and run > SHORTEST:
            run = max(run // 2, SHORTEST)
            written = _run_together(_merged(_written(shown, _Page(workspace, run))))
            length = size(written)
        if length <= room:
            break
    return _fitting(written, room) if length > room or len(written) > limits.BLOCKS else written


def _run_together(written: Any) -> Any:
    """Make one run of neighbouring plain ones: nothing else is shown, and each takes 30 characters beside its words."""
    if isinstance(written, dict):
        return {name: _run_together(part) for name, part in written.items()}
    if not isinstance(written, list):
        return written
    out: list[Any] = []
    for part in written:
        if out and _is_plain(out[-1]) and _is_plain(part) and units(out[-1]["text"] + part["text"]) <= limits.TEXT:
            out[-1] = {"type": "text", "text": out[-1]["text"] + part["text"]}
        else:
            out.append(_run_together(part))
    return out


def _is_plain(part: Any) -> bool:
    return isinstance(part, dict) and part.keys() == {"type", "text"} and part["type"] == "text"


def _without_long_addresses(card: Card) -> Card:
    """Keep the words of lists whose addresses are too much for one message: else the whole list would be left out."""
    return replace(card, blocks=tuple(_unlinked(block) if isinstance(block, Items) else block for block in card.blocks))


def _unlinked(listed: Items) -> Items:
    def words(part: Inline) -> Text:
        is_long = isinstance(part, Link) and units(part.url) > LONG_ADDRESS
        return (part.label, f" {TOO_LONG}") if isinstance(part, Link) and is_long else (part,)

    return replace(listed, items=tuple(tuple(new for part in item for new in words(part)) for item in listed.items))


def size(written: Sequence[Json]) -> int:
    """Measure blocks as Slack might: all of them, in UTF-16 units of their JSON."""
    return units(json.dumps(written, ensure_ascii=False))


def _written(card: Card, page: _Page) -> list[Json]:
    found = [written for block in card.blocks for written in _block(block, page)]
    return found or list(_block(paragraph(inline.literal(card.summary) or "…"), page))


def _block(block: Block, page: _Page) -> Iterator[Json]:
    match block:
        case Heading(text, url):
            yield from _heading(text, url, page)
        case Paragraph(text):
            yield from _rich(_section(text, page))
        case Items(items, ordered):
            listed = [section for item in items for section in _section(item, page)]
            if listed:
                style = "ordered" if ordered else "bullet"
                yield from _rich([{"type": "rich_text_list", "style": style, "elements": listed}])
        case Note(text):
            yield from _note(text, page)
        case Divider():
            yield {"type": "divider"}
        case Buttons(buttons):
            yield from _buttons(buttons, page)
        case Image(_, alt, instead, url):
            yield from _image(url, alt, instead, page)
        case _:
            assert_never(block)


def _rich(elements: Sequence[Json]) -> Iterator[Json]:
    if elements:
        yield {"type": "rich_text", "elements": list(elements)}


def _section(text: Text, page: _Page) -> list[Json]:
    elements = [element for part in text for element in inline.element(part, page.workspace, page.run)]
    return [{"type": "rich_text_section", "elements": elements}] if elements else []


def _heading(text: str, url: str | None, page: _Page) -> Iterator[Json]:
    if url is None:
        shown = clamp(one_line(text), limits.HEADER)
        if shown:
            yield {"type": "header", "text": inline.plain(shown)}
        return
    elements = [
        {**element, "style": {"bold": True}} for element in inline.link(text, url, min(page.run, limits.HEADER))
    ]
    yield from _rich([{"type": "rich_text_section", "elements": elements}] if elements else [])


def _note(text: Text, page: _Page) -> Iterator[Json]:
    """Write small print. Where its markup could not be shown as typed, it is written as running text instead."""
    elements = inline.context(text, page.workspace, page.run)
    if elements is None:
        yield from _rich(_section(text, page))
    elif elements:
        yield {"type": "context", "elements": elements}


def _image(url: str, alt: str, instead: str, page: _Page) -> Iterator[Json]:
    """Show a picture by its address: Slack shares no file with one person alone. Without one, words take its place."""
    if inline.is_address(url) and units(url) <= limits.IMAGE_URL:
        words = clamp(one_line(alt), min(limits.ALT_TEXT, page.run)) or "…"
        yield {"type": "image", "image_url": url, "alt_text": words}
    else:
        yield from _rich(_section((instead or alt,), page))


def _buttons(buttons: Sequence[Button | LinkButton], page: _Page) -> Iterator[Json]:
    shown = [b for b in buttons if isinstance(b, Button) or inline.is_address(b.url)]
    for start in range(0, len(shown), limits.ROW):
        row = [_button(button, page) for button in shown[start : start + limits.ROW]]
        yield {"type": "actions", "elements": row}
    for button in buttons:
        if isinstance(button, LinkButton) and button not in shown:
            # Slack refuses a whole message for one address it can't open.
            yield from _rich(_section((f"{button.label}: {button.url}",), page))


def _button(button: Button | LinkButton, page: _Page) -> Json:
    name = button.token if isinstance(button, Button) else "link"
    written: Json = {
        "type": "button",
        "action_id": _untaken(name, page.taken),
        "text": inline.plain(clamp(one_line(button.label), min(limits.BUTTON_TEXT, page.run)) or "…"),
    }
    if isinstance(button, LinkButton):
        return written | {"url": button.url}
    style: Json = {} if button.style == "plain" else {"style": button.style}
    return written | {"value": button.token} | style


def _untaken(name: str, taken: set[str]) -> str:
    """Give an action_id that no other button of the message has; the token itself travels as the value."""
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name}#{count}"
    taken.add(found)
    return found


def _merged(written: list[Json]) -> list[Json]:
    """Put neighbouring texts, and rows of buttons, into one block each where there would be too many blocks."""
    if len(written) <= limits.BLOCKS:
        return written
    out: list[Json] = []
    for block in written:
        if out and _joins(out[-1], block):
            out[-1] = {**block, "elements": [*out[-1]["elements"], *block["elements"]]}
        else:
            out.append(block)
    return out


def _joins(first: Json, second: Json) -> bool:
    most = {"rich_text": 100, "actions": 25}.get(first["type"])
    if most is None or first["type"] != second["type"]:
        return False
    return len(first["elements"]) + len(second["elements"]) <= most


def _fitting(written: list[Json], room: int) -> list[Json]:
    """Leave out what can't fit, from the end, texts before buttons, and say so."""
    written = list(written)
    gone = 0
    room -= 200  # the words that say so
    while len(written) > 1 and (len(written) >= limits.BLOCKS or size(written) > room):
        texts = [place for place, block in enumerate(written) if block["type"] != "actions"]
        del written[texts[-1] if len(texts) > 1 else -1]
        gone += 1
    words = f"… {gone} more part{'s' if gone != 1 else ''} of this message can't be shown on Slack."
    return [*written, {"type": "context", "elements": [inline.plain(words)]}]
