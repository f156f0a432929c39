"""Payloads as requests: what Slack documents, what it doesn't, and what somebody forged."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import inbound
from bot.arguments import split_text
from bot.model import Account, Place, Ref, Workspace
from bot.requests import Click, Invoke, Pick, Submit
from tests.doubles.core import _declarations

COMMAND: dict[str, Any] = {
    "token": "gone",
    "team_id": "T1",
    "team_domain": "offcourse",
    "channel_id": "C1",
    "channel_name": "general",
    "user_id": "U1",
    "user_name": "ana",
    "command": "/course",
    "text": "search bread",
    "response_url": "https://hooks.slack.com/commands/1/2",
    "trigger_id": "1.2.3",
}
CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1", "username": "ana", "name": "ana", "team_id": "T1"},
    "team": {"id": "T1", "domain": "offcourse"},
    "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C1", "is_ephemeral": True},
    "channel": {"id": "C1", "name": "general"},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/1/2",
    "actions": [
        {
            "type": "button",
            "action_id": "course.show:1#2",
            "block_id": "b",
            "text": {"type": "plain_text", "text": "Show"},
            "value": "course.show:1",
            "action_ts": "1700000001.5",
        }
    ],
}
VIEW: dict[str, Any] = {
    "type": "view_submission",
    "user": {"id": "U1", "username": "ana", "name": "ana", "team_id": "T1"},
    "team": {"id": "T1", "domain": "offcourse"},
    "trigger_id": "9.9.9",
    "view": {
        "id": "V1",
        "hash": "1700000000.abc",
        "team_id": "T1",
        "app_installed_team_id": "T1",
        "callback_id": "course.share",
        "private_metadata": '{"state": "from:1", "response_url": "https://hooks.slack.com/x", "channel": "C1"}',
        "state": {
            "values": {
                "goal": {"goal": {"type": "plain_text_input", "value": "Bake & <eat>"}},
                "topics": {"topics": {"type": "plain_text_input", "value": None}},
                "level": {"level": {"type": "static_select", "selected_option": {"value": "beginner"}}},
                "other": {"other": {"type": "static_select", "selected_option": None}},
            }
        },
    },
}
MESSAGE: dict[str, Any] = {
    "type": "message_action",
    "callback_id": "course.from_message",
    "user": {"id": "U1", "name": "ana", "team_id": "T1"},
    "team": {"id": "T1", "domain": "offcourse"},
    "channel": {"id": "C1", "name": "general"},
    "message": {
        "type": "message",
        "user": "U2",
        "team": "T1",
        "ts": "1700000000.000100",
        "text": "&lt;b&gt; <https://x.example/?a=1&amp;b=2>",
    },
    "message_ts": "1700000000.000100",
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/app/1/2",
}


def read(body: dict[str, Any], home: str = "") -> inbound.Delivery:
    found = inbound.read(body, home)
    assert found is not None
    return found


def with_(body: dict[str, Any], *path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def test_a_command() -> None:
    found = read(COMMAND)
    request = found.request
    assert request.intent == Invoke("course", text="search bread")
    assert (request.workspace, request.account) == (Workspace("slack", "T1"), Account("slack", "T1", "U1"))
    assert (request.key, request.place, request.profile.name) == ("1.2.3", Place("slack:T1/C1"), "ana")
    assert request.inline_errors
    assert found.road == inbound.Road("1.2.3", "https://hooks.slack.com/commands/1/2", "C1")


def test_a_private_conversation_is_no_place_to_post() -> None:
    assert read({**COMMAND, "channel_name": "directmessage", "channel_id": "D1"}).request.place is None


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("owner:<@U123|ana>", "owner:slack:T1:U123"),
        ("owner:<@U123>", "owner:slack:T1:U123"),
        ("in <#C123|general>", "in #general"),
        ("<https://x.example/a_(b)?c=1&amp;d=2>", "https://x.example/a_(b)?c=1&d=2"),
        ("<https://x.example/|x.example>", "https://x.example/"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<!here> <!subteam^S1|@team>", "@here @team"),
        ("&lt;@U1&gt;", "<@U1>"),
        ("topic:“machine learning”", 'topic:"machine learning"'),
        ("topic:„deep sea” level:beginner", 'topic:"deep sea" level:beginner'),
        ("it’s “fine”", "it’s “fine”"),
        ("", ""),
    ],
)
def test_what_slack_does_to_text_is_undone(sent: str, typed: str) -> None:
    assert read({**COMMAND, "text": sent}).request.intent == Invoke("course", text=typed)


def test_smart_quotes_hold_two_words_together() -> None:
    intent = read({**COMMAND, "text": "search topic:“machine learning”"}).request.intent
    assert isinstance(intent, Invoke)
    options = vars(_declarations())["search"].options
    assert split_text(options, intent.text.partition(" ")[2]) == {"topic": "machine learning"}


def test_a_tap() -> None:
    request = read(CLICK).request
    assert request.intent == Click("course.show:1")
    assert request.source == Ref("slack:T1/C1/1700000000.000100")
    assert request.on_private
    assert request.key == "1.2.3:1700000001.5:course.show:1#2"


def test_a_link_button_tells_nothing() -> None:
    action = {"type": "button", "action_id": "link", "url": "https://x.example", "action_ts": "1.5"}
    assert inbound.read({**CLICK, "actions": [action]}) is None


def test_a_form() -> None:
    found = read(VIEW)
    assert found.request.intent == Submit(
        "course.share", {"goal": "Bake & <eat>", "topics": "", "level": "beginner", "other": ""}, "from:1"
    )
    assert found.road.response_url == "https://hooks.slack.com/x"
    assert found.road.channel == "C1"


def test_the_same_form_again_is_the_same_delivery_and_with_other_content_another() -> None:
    again = with_(VIEW, "trigger_id", value="other")
    changed = with_(VIEW, "view", "state", "values", "goal", "goal", value={"value": "Cook"})
    assert read(again).request.key == read(VIEW).request.key
    assert read(changed).request.key != read(VIEW).request.key


def test_two_people_may_send_the_same_window() -> None:
    other = with_(VIEW, "user", "id", value="U2")
    abroad = with_(VIEW, "user", "team_id", value="T2")
    assert len({read(body).request.key for body in (VIEW, other, abroad)}) == 3


def test_a_delivery_without_a_name_is_named_by_its_content() -> None:
    for body in (COMMAND, MESSAGE):
        nameless = with_(body, "trigger_id", value=None)
        again = read(copy.deepcopy(nameless)).request.key
        assert read(nameless).request.key == again != ""
        assert read(with_(nameless, "response_url", value="https://hooks.slack.com/other")).request.key != again
    other = with_(with_(CLICK, "trigger_id", value=None), "user", "id", value="U2")
    assert read(other).request.key != read(with_(CLICK, "trigger_id", value=None)).request.key


def test_a_message_action() -> None:
    request = read(MESSAGE).request
    link = "https://offcourse.slack.com/archives/C1/p1700000000000100"
    assert request.intent == Pick(
        "course.from_message", "<b> https://x.example/?a=1&b=2", Account("slack", "T1", "U2"), link
    )


def test_a_guest_of_a_shared_channel_keeps_their_own_team() -> None:
    guest = with_(CLICK, "user", "team_id", value="T2")
    assert read(guest).request.account == Account("slack", "T2", "U1")
    assert read(guest).request.workspace.id == "T1"
    abroad = with_(guest, "team", value={"id": "T2", "domain": "other"})
    assert read(abroad, home="T1").request.workspace.id == "T1"
    form = with_(with_(VIEW, "team", value={"id": "T2"}), "user", "team_id", value="T2")
    assert read(form).request.workspace.id == "T1"


def test_an_organisation_sends_no_team() -> None:
    assert read(with_(CLICK, "team", value=None)).request.workspace.id == "T1"


ODD = [
    {},
    {"type": "event_callback", "event": {"type": "message", "user": "U1"}, "team_id": "T1"},
    {"type": "block_suggestion", "user": {"id": "U1", "team_id": "T1"}},
    {"type": "view_closed", **{key: VIEW[key] for key in ("user", "team", "view")}},
    {**COMMAND, "user_id": None},
    {**COMMAND, "user_id": "USLACKBOT"},
    {**COMMAND, "command": ""},
    {**COMMAND, "team_id": "../../x"},
    {**COMMAND, "user_id": "U1:U2"},
    {**CLICK, "user": None},
    {**CLICK, "user": {}},
    {**CLICK, "user": 5},
    {**CLICK, "bot_id": "B1"},
    {**CLICK, "actions": []},
    {**CLICK, "actions": None},
    {**CLICK, "actions": ["x"]},
    {**CLICK, "actions": [{"type": "rich_text_thing", "value": "a"}]},
    {**CLICK, "actions": [{"type": "button", "value": {"a": 1}}]},
    {**VIEW, "view": None},
    {**VIEW, "view": {"id": "V1"}},
    {**MESSAGE, "callback_id": None},
]


@pytest.mark.parametrize("body", ODD)
def test_what_is_not_understood_is_nothing(body: dict[str, Any]) -> None:
    assert inbound.read(body) is None


@pytest.mark.parametrize(
    "forged",
    [
        {**CLICK, "actions": [{**CLICK["actions"][0], "value": "x" * 2000}]},
        {**CLICK, "actions": [{**CLICK["actions"][0], "value": "course.show:../../etc", "action_id": "\0\ud800"}]},
        {**CLICK, "container": {"channel_id": "C1/../C2", "message_ts": "1;drop"}},
        with_(VIEW, "view", "private_metadata", value='{"state": "' + "s" * 2000 + '", "channel": "../C9"}'),
        with_(VIEW, "view", "private_metadata", value="[[[["),
        with_(VIEW, "view", "state", value=None),
        with_(
            VIEW,
            "view",
            "state",
            "values",
            value={"goal": None, "x": {"x": "y"}, "steps": {"steps": {"value": "\0\ud800"}}},
        ),
        {**MESSAGE, "message": None, "channel": None, "team": {"id": "T1"}},
        {**COMMAND, "text": "\ud800\0 <@" + "U" * 5000 + ">"},
        {**COMMAND, "text": "<" * 100_000},
    ],
)
def test_forged_content_is_only_content(forged: dict[str, Any]) -> None:
    found = read(forged)
    assert len(found.request.key) <= 200
    assert found.road.channel in {"C1", ""}
    assert found.request.place in {Place("slack:T1/C1"), None}


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([COMMAND, CLICK, VIEW, MESSAGE]), st.data())
def test_no_payload_makes_it_fail(body: dict[str, Any], data: st.DataObject) -> None:
    changed = copy.deepcopy(body)
    for key in data.draw(st.lists(st.sampled_from(sorted(body)), max_size=3)):
        changed[key] = data.draw(json_like)
    inner = data.draw(st.sampled_from([key for key in body if isinstance(body[key], dict)] or [""]))
    if inner and isinstance(changed.get(inner), dict):
        changed[inner][data.draw(st.sampled_from(sorted(body[inner])))] = data.draw(json_like)
    found = inbound.read(changed)
    assert found is None or (found.request.key and found.request.account.user)
