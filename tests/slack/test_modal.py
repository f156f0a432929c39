"""Forms as modals: every limit, and what travels in them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import limits, modal
from adapters.slack.modal import Luggage
from bot.ui import Field, Form, Option
from tests.doubles.slack_checks import view_problem


def view(*fields: Field, **more: Any) -> dict[str, Any]:
    made = modal.view(Form("course.share", more.pop("title", "Share"), fields, **more), Luggage("s"))
    assert view_problem(made) == ""
    return made


def test_a_text_field() -> None:
    field = Field("goal", "Goal", "Bake", "What for?", "Learn to …", required=False, multiline=True, max_length=55)
    [block] = view(field)["blocks"]
    assert block == {
        "type": "input",
        "block_id": "goal",
        "label": {"type": "plain_text", "text": "Goal", "emoji": False},
        "hint": {"type": "plain_text", "text": "What for?", "emoji": False},
        "optional": True,
        "element": {
            "type": "plain_text_input",
            "action_id": "goal",
            "multiline": True,
            "max_length": 55,
            "initial_value": "Bake",
            "placeholder": {"type": "plain_text", "text": "Learn to …", "emoji": False},
        },
    }


def test_a_choice() -> None:
    options = (Option("a", "Alpha"), Option("b", "Beta"))
    [chosen, open_one] = view(Field("x", "X", "b", options=options), Field("y", "Y", "?", options=options))["blocks"]
    assert chosen["element"]["initial_option"]["value"] == "b"
    assert "initial_option" not in open_one["element"]
    assert chosen["optional"] is False


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_limits(more: int) -> None:
    assert len(view(Field("a", "A"), title="t" * (limits.TITLE + more))["title"]["text"]) == min(24 + more, 24)
    assert len(view(Field("a", "A"), submit="s" * (limits.TITLE + more))["submit"]["text"]) == min(24 + more, 24)
    field = Field("a", "l" * (limits.LABEL + more), "v" * (limits.INPUT + more), placeholder="p" * (150 + more))
    [block] = view(field)["blocks"]
    assert len(block["label"]["text"]) == min(2000 + more, 2000)
    assert len(block["element"]["initial_value"]) == min(3000 + more, 3000)
    assert len(block["element"]["placeholder"]["text"]) == min(150 + more, 150)
    [choice] = view(Field("a", "A", options=(Option("v", "l" * (limits.OPTION_LABEL + more)),)))["blocks"]
    assert len(choice["element"]["options"][0]["text"]["text"]) == min(75 + more, 75)


def test_what_stands_in_a_field_may_be_longer_than_it_takes() -> None:
    [block] = view(Field("a", "A", "😀" * 60, max_length=55))["blocks"]
    assert block["element"]["max_length"] == 120
    assert view(Field("a", "A", max_length=9000))["blocks"][0]["element"]["max_length"] == 3000


@pytest.mark.parametrize("value", ["", "v" * 151])
def test_a_value_that_can_not_travel_is_a_mistake_of_ours(value: str) -> None:
    with pytest.raises(ValueError, match="value of an option"):
        view(Field("a", "A", options=(Option(value, "Label"),)))


def test_too_many_options_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="100 options"):
        view(Field("a", "A", options=tuple(Option(str(n), "Label") for n in range(101))))


def test_problems_stand_above_the_fields() -> None:
    made = modal.view(Form("f", "F", (Field("a", "A"),)), Luggage(), {"a": "Too short."})
    assert view_problem(made) == ""
    assert made["blocks"][0]["text"]["text"] == "Too short."


def test_a_form_without_fields_opens_too() -> None:
    assert view()["blocks"][0]["text"]["text"] == "Share"


@given(st.builds(Luggage, st.text(max_size=50), st.text(max_size=100), st.text(max_size=20)))
def test_luggage_comes_back(luggage: Luggage) -> None:
    assert modal.unpack(modal.pack(luggage)) == luggage


def test_the_state_travels_even_where_the_way_back_does_not_fit() -> None:
    packed = modal.pack(Luggage("state", "https://hooks.slack.com/" + "x" * 3000, "C1"))
    assert len(packed) <= limits.METADATA
    assert modal.unpack(packed) == Luggage("state")


@pytest.mark.parametrize("forged", ["", "null", "[1]", '{"state": 5}', "{", "[" * 100_000, '"x"', "../../etc"])
def test_any_other_luggage_is_empty_or_text(forged: str) -> None:
    found = modal.unpack(forged)
    assert json.dumps([found.state, found.response_url, found.channel])
    assert isinstance(found.state, str)
