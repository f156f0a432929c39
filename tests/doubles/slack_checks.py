"""What Slack refuses in blocks and views: `slack_sdk.models` where it knows, and what that misses."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_LENGTH = 13_200
logging.getLogger("slack_sdk.models").setLevel(logging.ERROR)  # unknown keys are found below, by comparing


def message_problem(arguments: Json) -> str:
    """Name the error Slack would answer to a message with; empty where it takes it."""
    blocks = arguments.get("blocks") or []
    if not blocks and not arguments.get("text"):
        return "no_text"
    if len(str(arguments.get("text", ""))) > 40_000:
        return "msg_too_long"
    if len(blocks) > MESSAGE_BLOCKS:
        return "invalid_blocks: more than 50"
    if _units(json.dumps(blocks, ensure_ascii=False)) > MESSAGE_LENGTH:
        return "msg_blocks_too_long"
    if any(block.get("type") == "input" for block in blocks):
        return "invalid_blocks: input in a message"
    found = next(_block_problems(blocks), "")
    return f"invalid_blocks: {found}" if found else ""


def view_problem(view: Json) -> str:
    """Name what Slack would refuse in a modal; empty where it takes it."""
    try:
        View(**view).validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        return str(error)
    blocks = view["blocks"]
    inputs = [block for block in blocks if block["type"] == "input"]
    if view.get("type") != "modal" or not view.get("title", {}).get("text"):
        return "a modal has a title"
    if inputs and "submit" not in view:
        return "a modal with inputs has a submit"
    if _units(view["title"]["text"]) > 24 or _units(view.get("private_metadata", "")) > 3000:
        return "title or metadata too long"
    return next(_block_problems(blocks), "") or next(_input_problems(inputs), "")


def _block_problems(blocks: list[Json]) -> Iterator[str]:
    yield from _twice("block_id", [block["block_id"] for block in blocks if block.get("block_id")])
    yield from _twice("action_id", [part["action_id"] for part in _parts(blocks) if "action_id" in part])
    for block in blocks:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"unknown block {block.get('type')}"
            continue
        try:
            written = parsed.to_dict()
        except SlackObjectFormationError as error:
            yield f"{block['type']}: {error}"
            continue
        if written != block:
            yield f"{block['type']}: Slack knows {written}, not {block}"
    for part in _parts(blocks):
        yield from _part_problems(part)


def _part_problems(part: Json) -> Iterator[str]:
    kind = part.get("type")
    if kind in {"plain_text", "mrkdwn", "text"} and not 1 <= _units(part["text"]) <= 3000:
        yield f"{kind} of {_units(part['text'])}"
    if kind == "mrkdwn" and "emoji" in part:
        yield "emoji in mrkdwn"
    if kind == "button":
        if part["text"]["type"] != "plain_text" or _units(part["text"]["text"]) > 75:
            yield "text of a button"
        if "url" in part and not part["url"].startswith(("http://", "https://", "mailto:")):
            yield "address of a button"
    if kind == "header" and _units(part["text"]["text"]) > 150:
        yield "header too long"
    if kind == "link" and not part["url"].startswith(("http://", "https://", "mailto:")):
        yield f"address of a link: {part['url']}"
    if kind == "date" and not isinstance(part["timestamp"], int):
        yield "timestamp of a date"
    if kind in {"rich_text_section", "rich_text_list", "rich_text", "actions", "context"} and not part["elements"]:
        yield f"empty {kind}"


def _input_problems(inputs: list[Json]) -> Iterator[str]:
    for block in inputs:
        element = block["element"]
        if element["type"] == "static_select":
            if any(_units(o["text"]["text"]) > 75 or _units(o["value"]) > 150 for o in element["options"]):
                yield "option too long"
            if "initial_option" in element and element["initial_option"] not in element["options"]:
                yield "initial_option is no option"
        elif not 0 <= _units(element.get("initial_value", "")) <= element.get("max_length", 3000) <= 3000:
            yield "initial_value longer than max_length"
        if _units(element.get("placeholder", {}).get("text", "")) > 150:
            yield "placeholder too long"


def _twice(what: str, names: list[str]) -> Iterator[str]:
    yield from (f"{what} {name} twice" for name, count in Counter(names).items() if count > 1)


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
