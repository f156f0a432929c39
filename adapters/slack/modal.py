"""A form as a Slack modal, and what travels in it to the moment it is sent. Pure."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from adapters.slack import inline, limits
from bot.text import clamp, one_line, units
from bot.ui import Field, Form

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Luggage:
    """What an open modal carries: the form's state, and the way back to where it was opened."""

    state: str = ""
    response_url: str = ""
    channel: str = ""


def pack(luggage: Luggage) -> str:
    """Write the luggage into the modal; the way back stays behind where it would not fit."""
    written = json.dumps(asdict(luggage), ensure_ascii=False)
    return written if units(written) <= limits.METADATA else json.dumps({"state": luggage.state})


def unpack(written: str) -> Luggage:
    """Read the luggage back; anything else than what `pack` writes is no luggage."""
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return Luggage()
    if not isinstance(found, dict):
        return Luggage()
    return Luggage(**{key: str(found.get(key, "")) for key in ("state", "response_url", "channel")})


def view(form: Form, luggage: Luggage, problems: dict[str, str] | None = None) -> Json:
    """Write a form as a modal; `problems` stand above the fields, for a form that opens with them."""
    shown = [_problem(problem) for problem in (problems or {}).values()]
    fields = [_field(found) for found in form.fields[: limits.VIEW_BLOCKS - len(shown)]]
    written: Json = {
        "type": "modal",
        "callback_id": form.id,
        "title": inline.plain(clamp(one_line(form.title), limits.TITLE)),
        "close": inline.plain("Cancel"),
        "blocks": [*shown, *fields] or [_problem(form.title)],
        "private_metadata": pack(luggage),
    }
    if fields:
        written["submit"] = inline.plain(clamp(one_line(form.submit), limits.TITLE))
    return written


def _problem(words: str) -> Json:
    return {"type": "section", "text": inline.plain(clamp(words, limits.TEXT))}


def _field(field: Field) -> Json:
    written: Json = {
        "type": "input",
        "block_id": field.name,
        "label": inline.plain(clamp(one_line(field.label), limits.LABEL)),
        "element": _select(field) if field.options else _input(field),
        "optional": not field.required,
    }
    if field.hint:
        written["hint"] = inline.plain(clamp(field.hint, limits.LABEL))
    return written


def _input(field: Field) -> Json:
    written: Json = {"type": "plain_text_input", "action_id": field.name, "multiline": field.multiline}
    if inline.literal(field.value):
        written["initial_value"] = clamp(inline.literal(field.value), limits.INPUT)
    if field.max_length is not None:
        # What stands in the field already must fit, or Slack refuses to open it.
        most = max(field.max_length, units(written.get("initial_value", "")), 1)
        written["max_length"] = min(most, limits.INPUT)
    return written | _placeholder(field)


def _select(field: Field) -> Json:
    options = [_option(option.value, option.label) for option in field.options]
    if len(options) > limits.OPTIONS:
        raise ValueError(f"{field.name}: Slack shows {limits.OPTIONS} options, {len(options)} are given")
    written: Json = {"type": "static_select", "action_id": field.name, "options": options}
    chosen = [option for option in options if option["value"] == field.value]
    return written | ({"initial_option": chosen[0]} if chosen else {}) | _placeholder(field)


def _option(value: str, label: str) -> Json:
    if not 1 <= units(value) <= limits.OPTION_VALUE:
        raise ValueError(f"{value[:40]!r}: the value of an option has 1 to {limits.OPTION_VALUE} characters on Slack")
    return {"text": inline.plain(clamp(one_line(label), limits.OPTION_LABEL)), "value": value}


def _placeholder(field: Field) -> Json:
    if not field.placeholder:
        return {}
    return {"placeholder": inline.plain(clamp(one_line(field.placeholder), limits.PLACEHOLDER))}
