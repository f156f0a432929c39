"""What Slack sends when people act: payloads with all the fields that its documentation shows, and their signatures."""

import json
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import Clock, SignatureVerifier

from tests.doubles.slack import SIGNING_SECRET, SlackDouble
from tests.doubles.slack_api import BOT_USER, DOMAIN, TEAM

Json = dict[str, Any]


def user_of(who: str) -> str:
    """Give the id of a person of the scenarios."""
    return f"U0{who.upper()}"


def command(double: SlackDouble, who: str, typed: str, channel: str) -> Json:
    """Type a slash command."""
    name, _, text = typed.partition(" ")
    return {
        "token": "old-verification-token",
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": channel,
        "channel_name": "courses",
        "user_id": user_of(who),
        "user_name": who,
        "command": name,
        "text": _escaped(text),
        "api_app_id": "A0OFFCOURSE",
        "is_enterprise_install": "false",
        "response_url": double.door(),
        "trigger_id": double.trigger(),
    }


def click(double: SlackDouble, who: str, message: Json, button: Json) -> Json:
    """Tap a button of a message as it stands: `message` has channel, ts and blocks, and says if it is ephemeral."""
    private = bool(message.get("ephemeral"))
    container = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": message["channel"],
        "is_ephemeral": private,
    }
    action = {key: button[key] for key in ("action_id", "text", "value", "style", "url") if key in button}
    return {
        "type": "block_actions",
        **_someone(double, who),
        "container": container,
        "channel": {"id": message["channel"], "name": "courses"},
        "message": None if private else {key: message[key] for key in ("ts", "text", "blocks") if key in message},
        "state": {"values": {}},
        "response_url": double.door(),
        "actions": [{"type": "button", "block_id": "x1", "action_ts": f"{double.number()}.5", **action}],
    }


def submission(double: SlackDouble, who: str, view: Json, values: dict[str, str]) -> Json:
    """Send an open form with these values."""
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            state[block["block_id"]] = {block["element"]["action_id"]: _typed(block, values.get(block["block_id"], ""))}
    shown = {key: view[key] for key in ("id", "hash", "callback_id", "private_metadata", "blocks", "title", "type")}
    view = {**shown, "team_id": TEAM, "app_installed_team_id": TEAM, "state": {"values": state}}
    return {"type": "view_submission", **_someone(double, who), "view": view, "response_urls": []}


def shortcut(double: SlackDouble, who: str, callback_id: str, message: Json, channel: str) -> Json:
    """Choose an entry of a message's menu."""
    return {
        "type": "message_action",
        **_someone(double, who),
        "callback_id": callback_id,
        "channel": {"id": channel, "name": "courses"},
        "message": {"type": "message", "team": TEAM, **message},
        "message_ts": message["ts"],
        "response_url": double.door(),
        "action_ts": f"{double.number()}.7",
    }


def signed(payload: Json, secret: str = SIGNING_SECRET) -> tuple[bytes, dict[str, str]]:
    """Write a payload as the body and headers of a delivery over HTTP."""
    if payload.get("type") == "event_callback":
        return sign(json.dumps(payload).encode(), "application/json", secret)
    form = payload if "command" in payload else {"payload": json.dumps(payload)}
    return sign(urlencode(form).encode(), "application/x-www-form-urlencoded", secret)


def sign(body: bytes, content_type: str, secret: str = SIGNING_SECRET) -> tuple[bytes, dict[str, str]]:
    """Sign any body, now: the real time, because Slack's own stamp is."""
    timestamp = str(int(Clock().now()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return body, {
        "content-type": content_type,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


def user_change(double: SlackDouble, who: str) -> Json:
    """Tell that something of a member changed, such as whether they are deactivated."""
    return {
        "token": "old-verification-token",
        "team_id": TEAM,
        "api_app_id": "A0OFFCOURSE",
        "event": {
            "type": "user_change",
            "user": {"team_id": TEAM, "is_bot": False, **double.users[user_of(who)]},
            "cache_ts": 1648596421,
            "event_ts": f"{double.number()}.0",
        },
        "type": "event_callback",
        "event_id": f"Ev{double.number():08d}",
        "event_time": 1648596712,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def _someone(double: SlackDouble, who: str) -> Json:
    return {
        "user": {"id": user_of(who), "username": who, "name": who, "team_id": TEAM},
        "api_app_id": "A0OFFCOURSE",
        "token": "old-verification-token",
        "trigger_id": double.trigger(),
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _typed(block: Json, value: str) -> Json:
    element = block["element"]
    if element["type"] == "static_select":
        chosen = next((option for option in element["options"] if option["value"] == value), None)
        return {"type": "static_select", "selected_option": chosen}
    return {"type": "plain_text_input", "value": value or None}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
