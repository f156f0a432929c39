"""Forms as modals, and what comes back of them."""

from typing import Any

import pytest
from simcord.components import validate_modal

from adapters.discord import forms, limits
from bot.ui import Field, Form, Option
from tests.doubles import discord_contract

LEVELS = (Option("beginner", "For beginners"), Option("", "For anybody"))


def payload(form: Form) -> dict[str, Any]:
    """Render a form and let simcord and Discord's description judge it."""
    modal: dict[str, Any] = forms.modal(form).to_dict()
    validate_modal(modal)
    if discord_contract.is_there():
        body = {"type": 9, "data": modal}
        assert list(discord_contract.problems_of("POST", "/interactions/1/token/callback", body)) == []
    return modal


def fields(count: int) -> tuple[Field, ...]:
    return tuple(Field(f"f{n}", f"Field {n}") for n in range(count))


def only(field: Field) -> dict[str, Any]:
    [label] = payload(Form("course.share", "Share", (field,)))["components"]
    return {**label["component"], "label": label["label"], "description": label.get("description")}


def test_ids_are_the_forms_own() -> None:
    assert payload(Form("course.share", "Share", fields(1)))["custom_id"] == "course.share"
    assert payload(Form("course.edit", "Edit", fields(1), state="12:x"))["custom_id"] == "course.edit:12:x"


def test_a_text_field_has_all_its_traits() -> None:
    shown = only(
        Field("goal", "Goal", "Bake", "What for?", "Learn to …", required=False, multiline=True, max_length=55)
    )
    assert shown["custom_id"] == "goal"
    assert (shown["label"], shown["description"]) == ("Goal", "What for?")
    assert (shown["value"], shown["placeholder"], shown["required"]) == ("Bake", "Learn to …", False)
    assert (shown["style"], shown["max_length"]) == (2, 55)


def test_a_choice_shows_what_is_chosen_and_may_be_empty() -> None:
    shown = only(Field("level", "Level", "beginner", required=False, options=LEVELS))
    assert [(o["value"], o["label"], o.get("default", False)) for o in shown["options"]] == [
        ("beginner", "For beginners", True),
        (forms.NOTHING, "For anybody", False),
    ]
    assert (shown["required"], shown["min_values"]) == (False, 0)
    assert forms.given(forms.NOTHING) == ""


@pytest.mark.parametrize("length", [44, 45, 46])
def test_title_and_label_at_their_limit(length: int) -> None:
    modal = payload(Form("a", "t" * length, (Field("f", "l" * length),)))
    assert len(modal["title"]) == len(modal["components"][0]["label"]) == min(length, limits.MODAL_TITLE)


@pytest.mark.parametrize("length", [99, 100, 101])
def test_hint_and_placeholder_at_their_limit(length: int) -> None:
    shown = only(Field("f", "F", hint="h" * length, placeholder="p" * length))
    assert len(shown["description"]) == len(shown["placeholder"]) == min(length, limits.FIELD_HINT)


@pytest.mark.parametrize("length", [3999, 4000, 4001])
def test_value_at_its_limit(length: int) -> None:
    assert len(only(Field("f", "F", "v" * length))["value"]) == min(length, limits.FIELD_TEXT)


def test_what_was_typed_fits_although_it_is_too_long_for_the_handler() -> None:
    shown = only(Field("goal", "Goal", "g" * 80, max_length=55))
    assert (shown["value"], shown["max_length"]) == ("g" * 80, 80)


@pytest.mark.parametrize("count", [1, 5])
def test_as_many_fields_as_fit(count: int) -> None:
    assert len(payload(Form("a", "A", fields(count)))["components"]) == count


@pytest.mark.parametrize(
    "form",
    [
        Form("a", "A", fields(6)),
        Form("a", "A", ()),
        Form("a" * 50, "A", fields(1)),
        Form("a", "A", (Field("f", "F"), Field("f", "F"))),
        Form("a", "A", (Field("f" * 101, "F"),)),
        Form("a", "A", (Field("f", "F", options=tuple(Option(str(n), "x") for n in range(26))),)),
        Form("a", "A", (Field("f", "F", options=(Option("v" * 101, "x"),)),)),
        Form("a", "A", (Field("f", "F", options=(Option("v", "x"), Option("v", "y"))),)),
    ],
)
def test_what_discord_would_refuse_is_refused_at_start(form: Form) -> None:
    with pytest.raises(ValueError, match=r"form|field"):
        forms.check(form)


def test_the_most_options_that_fit() -> None:
    assert len(only(Field("f", "F", options=tuple(Option(str(n), "x" * 101) for n in range(25))))["options"]) == 25


@pytest.mark.parametrize("length", [50, 51])
def test_state_at_its_limit(length: int) -> None:
    form = Form("f" * 49, "F", fields(1), state="s" * length)
    if length <= forms.STATE_LENGTH:
        assert payload(form)["custom_id"].endswith(":" + "s" * length)
    else:
        with pytest.raises(ValueError, match="state"):
            forms.modal(form)
