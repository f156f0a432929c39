"""From a form to a Discord modal: pure. Its fields' names come back as custom_ids."""

from typing import Any

import discord
from discord import ui

from adapters.discord import limits
from bot.text import clamp, units
from bot.ui import Field, Form

STATE_LENGTH = 50
"""Longest state of a form, as the tree promises."""
NOTHING = "-"
"""What an option with an empty value is called on Discord, which wants at least one character."""


def check(form: Form) -> None:
    """Raise ValueError for a form that Discord would refuse."""
    if not 1 <= len(form.fields) <= limits.MODAL_FIELDS:
        raise ValueError(f"form {form.id}: a modal has 1 to {limits.MODAL_FIELDS} fields, not {len(form.fields)}")
    if units(form.id) + 1 + STATE_LENGTH > limits.CUSTOM_ID:
        raise ValueError(f"form {form.id}: its id leaves no room for a state")
    names = [field.name for field in form.fields]
    if len(set(names)) < len(names) or not all(1 <= units(name) <= limits.CUSTOM_ID for name in names):
        raise ValueError(f"form {form.id}: fields need names of their own, of 1 to {limits.CUSTOM_ID} characters")
    for field in form.fields:
        values = [_value(option.value) for option in field.options]
        if len(values) > limits.OPTIONS or len(set(values)) < len(values):
            raise ValueError(f"field {field.name} of {form.id}: at most {limits.OPTIONS} options, each once")
        if any(units(value) > limits.OPTION_TEXT for value in values):
            raise ValueError(f"field {field.name} of {form.id}: a value is over {limits.OPTION_TEXT} characters")


def modal(form: Form) -> ui.Modal:
    """Render a form; raise ValueError for one that Discord would refuse."""
    check(form)
    custom_id = f"{form.id}:{form.state}" if form.state else form.id
    if units(custom_id) > limits.CUSTOM_ID:
        raise ValueError(f"form {form.id}: its state has more than {STATE_LENGTH} characters")
    shown = ui.Modal(title=clamp(form.title, limits.MODAL_TITLE) or "…", custom_id=custom_id, timeout=None)
    for field in form.fields:
        shown.add_item(
            ui.Label(
                text=clamp(field.label, limits.FIELD_LABEL) or field.name[: limits.FIELD_LABEL],
                description=clamp(field.hint, limits.FIELD_HINT) or None,
                component=_select(field) if field.options else _input(field),
            )
        )
    # Submissions are told by their custom_id alone, so the library need not remember the modal.
    shown.stop()
    return shown


def given(value: str) -> str:
    """Read back what was chosen."""
    return "" if value == NOTHING else value


def _value(value: str) -> str:
    return value or NOTHING


def _input(field: Field) -> ui.TextInput[Any]:
    value = clamp(field.value, limits.FIELD_TEXT)
    # A length is a hint: what somebody typed elsewhere, and is to mend here, must fit all the same.
    longest = None if field.max_length is None else max(1, min(limits.FIELD_TEXT, max(field.max_length, units(value))))
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.multiline else discord.TextStyle.short,
        default=value or None,
        placeholder=clamp(field.placeholder, limits.FIELD_PLACEHOLDER) or None,
        required=field.required,
        max_length=longest,
    )


def _select(field: Field) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=clamp(option.label, limits.OPTION_TEXT) or _value(option.value),
            value=_value(option.value),
            default=option.value == field.value and bool(field.value),
        )
        for option in field.options
    ]
    return ui.Select(
        custom_id=field.name,
        placeholder=clamp(field.placeholder, limits.FIELD_PLACEHOLDER) or None,
        options=options,
        required=field.required,
        min_values=1 if field.required else 0,
    )
