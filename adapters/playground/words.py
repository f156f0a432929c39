"""All words of a message, in reading order and without markup: for message menus, search and screen readers."""

from typing import assert_never

from bot.ui import Block, Buttons, Card, Divider, Heading, Image, Items, Note, Paragraph, plain


def words_of(body: Card | str) -> str:
    """Write a message as plain text, one block a line, addresses included, buttons left out."""
    if isinstance(body, str):
        return body
    return "\n".join(filter(None, map(_block, body.blocks))) or body.summary


def _block(block: Block) -> str:
    match block:
        case Heading(text, url):
            return f"{text} ({url})" if url else text
        case Paragraph(parts) | Note(parts):
            return plain(parts)
        case Items(items, ordered):
            marks = (f"{n}." if ordered else "•" for n in range(1, len(items) + 1))
            return "\n".join(f"{mark} {plain(item)}" for mark, item in zip(marks, items, strict=True))
        case Image(alt=alt):
            return alt
        case Divider() | Buttons():
            return ""
        case _:
            assert_never(block)
