"""Requests that Bolt can't stumble over: its own reading of a payload fails where a field is missing or odd."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncBoltRequest

from bot.requests import Click, Intent, Invoke, Pick, Submit

Json = dict[str, Any]
Headers = Mapping[str, str | Sequence[str]]


def http_request(payload: Json, raw: str, headers: Headers) -> AsyncBoltRequest:
    """Make a request of a delivery over HTTP; Bolt checks the signature of `raw` once more."""
    made = AsyncBoltRequest(body="", headers=dict(headers))
    made.raw_body = raw
    made.body = payload
    return made


def socket_request(payload: Json, headers: Headers) -> AsyncBoltRequest:
    """Make a request of a delivery over Socket Mode."""
    made = AsyncBoltRequest(body={}, headers=dict(headers), mode="socket_mode")
    made.body = payload
    return made


def skeleton(intent: Intent) -> Json:
    """Write as much of a payload as Bolt needs to choose its listener, once we have read the rest."""
    match intent:
        case Invoke(root):
            return {"command": f"/{root}"}
        case Click(token):
            return {"type": "block_actions", "actions": [{"type": "button", "action_id": token, "value": token}]}
        case Submit(form):
            return {"type": "view_submission", "view": {"type": "modal", "callback_id": form}}
        case Pick(action):
            return {"type": "message_action", "callback_id": action}
