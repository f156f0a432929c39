"""Slack's payloads as requests: pure, and calm about whatever comes. What is not understood is None.

Slack signs what it sends, but everything inside can be typed or forged by a member: nothing here is trusted, it is
only read.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack import address, modal
from adapters.slack.address import PLATFORM, Address
from adapters.slack.reading import message_text, unescape
from bot.model import Account, Profile, Workspace
from bot.requests import Click, Event, EventKind, Intent, Invoke, Pick, Request, Submit

_QUOTED = re.compile(r"([\w-]+:)[“”„‟«»\"]([^“”„‟«»\"]*)[“”„‟«»\"]")
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_KINDS = {
    ("user_change", True): EventKind.LEFT,
    ("user_change", False): EventKind.CAME,
    ("team_join", False): EventKind.CAME,
}
"""What events mean, by their type and whether the user is marked as deleted."""
_KEY_LENGTH = 200  # longest delivery key; Slack's own are below 100


@dataclass(frozen=True, slots=True)
class Road:
    """The ways back to the person who asked."""

    trigger: str = ""
    response_url: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A payload that was understood."""

    request: Request
    road: Road


def read(body: Mapping[str, Any], home: str = "") -> Delivery | None:
    """Read a payload. `home` is the team the app is installed in, once known: a shared channel brings other teams."""
    user = _user(body)
    team = home or _install_team(body)
    if not team or not user or user == "USLACKBOT" or body.get("bot_id"):
        return None
    base = _Base(body, team, Account(PLATFORM, _user_team(body) or team, user))
    if "command" in body:
        return _command(base)
    readers = {"block_actions": _click, "view_submission": _submit, "message_action": _pick}
    reader = readers.get(_text(body.get("type")))
    return reader(base) if reader else None


def event(body: Mapping[str, Any], home: str = "") -> Event | None:
    """Read what Slack tells of a member who came or left; None for all else. Nobody acts by it."""
    told = _map(body, "event")
    user = _map(told, "user")
    team, who, key = home or _install_team(body), _id(user.get("id")), _id(body.get("event_id"))
    if body.get("type") != "event_callback" or not team or not who or not key or user.get("is_bot") is True:
        return None
    kind = _KINDS.get((_text(told.get("type")), user.get("deleted") is True))
    if kind is None:
        return None
    return Event(key, Workspace(PLATFORM, team), Account(PLATFORM, _id(user.get("team_id")) or team, who), kind)


@dataclass(frozen=True, slots=True)
class _Base:
    body: Mapping[str, Any]
    team: str
    account: Account

    def delivery(self, key: str, intent: Intent, road: Road, **known: Any) -> Delivery:
        request = Request(
            key=key[:_KEY_LENGTH],
            workspace=Workspace(PLATFORM, self.team),
            account=self.account,
            profile=Profile(_name(self.body)),
            intent=intent,
            inline_errors=True,
            **known,
        )
        return Delivery(request, road)

    def road(self, channel: str) -> Road:
        response_url = _text(self.body.get("response_url"))
        return Road(_text(self.body.get("trigger_id")), response_url, channel)

    def key(self, *named: str, content: object) -> str:
        """Name the delivery by what Slack calls it; where it gave no name, by who sends what."""
        if all(named):
            return ":".join(named)
        said = [str(self.account), _text(self.body.get("response_url")), named, content]
        return f"made:{_digest(said)}"

    def place(self, channel: str) -> Address | None:
        """Where the bot may post: not in a private conversation, of which Slack doesn't tell who is in it."""
        return Address(self.team, channel) if channel and not channel.startswith("D") else None


def _command(base: _Base) -> Delivery | None:
    root = _text(base.body.get("command")).removeprefix("/").strip().lower()
    channel = _id(base.body.get("channel_id"))
    road = base.road(channel)
    if not root:
        return None
    place = base.place("" if base.body.get("channel_name") == "directmessage" else channel)
    typed = _QUOTED.sub(r'\1"\2"', unescape(_text(base.body.get("text")), base.team))
    intent = Invoke(root, text=typed)
    key = base.key(road.trigger, content=[root, typed, channel])
    return base.delivery(key, intent, road, place=place.place if place else None)


def _click(base: _Base) -> Delivery | None:
    actions = base.body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, Mapping) or action.get("type") != "button" or not _text(action.get("value")):
        return None  # a link button tells only that it was opened
    container = _map(base.body, "container")
    channel = _id(container.get("channel_id")) or _id(_map(base.body, "channel").get("id"))
    ts = _ts(container.get("message_ts"))
    place = base.place(channel)
    road = base.road(channel)
    value = _text(action.get("value"))
    name = _text(action.get("action_id")) or value
    key = base.key(road.trigger, _text(action.get("action_ts")), name, content=[value, channel, ts])
    return base.delivery(
        key,
        Click(value),
        road,
        place=place.place if place else None,
        source=Address(base.team, channel, ts).ref if channel and ts else None,
        on_private=container.get("is_ephemeral") is True,
    )


def _submit(base: _Base) -> Delivery | None:
    view = _map(base.body, "view")
    form = _text(view.get("callback_id"))
    if not form:
        return None
    values = _values(view)
    luggage = modal.unpack(_text(view.get("private_metadata")))
    channel = _id(luggage.channel)
    place = base.place(channel)
    road = Road(_text(base.body.get("trigger_id")), luggage.response_url, channel)
    # The same window may be sent again with other content after errors were shown: that is another delivery.
    content = _digest([form, luggage.state, luggage.response_url, sorted(values.items())])
    window = f"{_text(view.get('id'))}:{_text(view.get('hash'))}"
    key = f"{window[:80]}:{base.account.workspace}:{base.account.user}:{content}"
    intent = Submit(form, values, luggage.state)
    return base.delivery(key, intent, road, place=place.place if place else None)


def _pick(base: _Base) -> Delivery | None:
    message = _map(base.body, "message")
    channel = _id(_map(base.body, "channel").get("id"))
    action, ts = _text(base.body.get("callback_id")), _ts(message.get("ts"))
    road = base.road(channel)
    if not action:
        return None
    author = _id(message.get("user"))
    domain = _text(_map(base.body, "team").get("domain"))
    text = message_text(message, base.team)
    intent = Pick(
        action,
        text,
        Account(PLATFORM, _id(message.get("team")) or base.team, author) if author else None,
        address.link(domain, channel, ts) if domain and channel and ts else "",
    )
    place = base.place(channel)
    return base.delivery(
        base.key(road.trigger, content=[action, channel, ts, text]),
        intent,
        road,
        place=place.place if place else None,
        source=Address(base.team, channel, ts).ref if channel and ts else None,
    )


def _values(view: Mapping[str, Any]) -> dict[str, str]:
    """Read what stands in the fields; a field that is of no kind we make stays out."""
    fields = _map(_map(view, "state"), "values")
    found: dict[str, str] = {}
    for name, elements in fields.items():
        for element in elements.values() if isinstance(elements, Mapping) else ():
            if isinstance(element, Mapping):
                chosen = element.get("selected_option")
                value = chosen.get("value") if isinstance(chosen, Mapping) else element.get("value")
                found[str(name)] = _text(value)
    return found


def _user(body: Mapping[str, Any]) -> str:
    user = body.get("user")
    return _id(user.get("id")) if isinstance(user, Mapping) else _id(body.get("user_id") or user)


def _user_team(body: Mapping[str, Any]) -> str:
    return _id(_map(body, "user").get("team_id")) or _id(body.get("team_id"))


def _name(body: Mapping[str, Any]) -> str:
    user = _map(body, "user")
    return _text(user.get("name")) or _text(user.get("username")) or _text(body.get("user_name"))


def _install_team(body: Mapping[str, Any]) -> str:
    """Find the team the app is installed in. In a shared channel it is not the team of the person who acts."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    return (
        _id(_map(body, "view").get("app_installed_team_id"))
        or (_id(first.get("team_id")) if isinstance(first, Mapping) else "")
        or _id(_map(body, "team").get("id"))
        or _id(body.get("team_id"))
        or _id(_map(body, "user").get("team_id"))
    )


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]


def _map(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = body.get(key)
    return found if isinstance(found, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _ts(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}\.[0-9]{1,9}", value) else ""
