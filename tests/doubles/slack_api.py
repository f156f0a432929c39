"""The Web API methods of the Slack double: what each needs, refuses and does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.doubles.slack_checks import message_problem, view_problem

if TYPE_CHECKING:
    from tests.doubles.slack import SlackDouble

Json = dict[str, Any]

TEAM = "T0OFFCOURSE"
DOMAIN = "offcourse"
BOT_USER = "U0BOT"
SHUT = "U0SHUT"
"""A person whose account takes no messages."""


class Refusal(Exception):
    """The error that Slack answers with."""


@dataclass(frozen=True)
class Method:
    """A method and the arguments it knows."""

    do: "Callable[[SlackDouble, Json], Json]"
    required: frozenset[str]
    optional: frozenset[str] = frozenset()

    def check(self, arguments: Json) -> "Callable[[SlackDouble, Json], Json]":
        """Give what the method does, if the arguments are those it knows."""
        missing, unknown = self.required - arguments.keys(), arguments.keys() - self.required - self.optional
        if missing or unknown:
            raise Refusal(f"invalid_arguments: missing {sorted(missing)}, unknown {sorted(unknown)}")
        return self.do


def _channel(double: "SlackDouble", arguments: Json) -> str:
    channel = arguments["channel"]
    if channel in double.closed:
        raise Refusal(double.closed[channel])
    if channel not in double.known_channels:
        raise Refusal("channel_not_found")
    return str(channel)


def _message(double: "SlackDouble", channel: str, ts: str) -> Json:
    for message in double.messages:
        if (message["channel"], message["ts"]) == (channel, ts):
            return message
    raise Refusal("message_not_found")


def _fit(arguments: Json) -> None:
    problem = message_problem(arguments)
    if problem:
        raise Refusal(problem)


def auth_test(double: "SlackDouble", arguments: Json) -> Json:
    url = f"https://{DOMAIN}.slack.com/"
    return {"url": url, "team": "Offcourse", "user": "offcourse", "team_id": TEAM, "user_id": BOT_USER, "bot_id": "B0"}


def connections_open(double: "SlackDouble", arguments: Json) -> Json:
    return {"url": double.origin.replace("http", "ws", 1) + f"/socket?ticket={double.number()}"}


def post_message(double: "SlackDouble", arguments: Json) -> Json:
    channel = _channel(double, arguments)
    _fit(arguments)
    if "thread_ts" in arguments:
        _message(double, channel, arguments["thread_ts"])
    kept: Json = {key: arguments[key] for key in ("text", "blocks", "thread_ts") if key in arguments}
    message: Json = {"channel": channel, "ts": double.ts(), "user": BOT_USER, "reactions": [], "blocks": [], **kept}
    double.messages.append(message)
    return {"channel": channel, "ts": message["ts"], "message": message}


def update(double: "SlackDouble", arguments: Json) -> Json:
    channel = _channel(double, arguments)
    message = _message(double, channel, arguments["ts"])
    _fit(arguments)
    message |= {"text": arguments["text"], "blocks": arguments["blocks"]}
    return {"channel": channel, "ts": message["ts"]}


def delete(double: "SlackDouble", arguments: Json) -> Json:
    double.messages.remove(_message(double, _channel(double, arguments), arguments["ts"]))
    return {}


def post_ephemeral(double: "SlackDouble", arguments: Json) -> Json:
    _channel(double, arguments)
    if arguments["user"] not in double.users:
        raise Refusal("user_not_in_channel")
    _fit(arguments)
    double.whispers.append(arguments)
    return {"message_ts": double.ts()}


def permalink(double: "SlackDouble", arguments: Json) -> Json:
    message = _message(double, _channel(double, arguments), arguments["message_ts"])
    link = f"https://{DOMAIN}.slack.com/archives/{message['channel']}/p{message['ts'].replace('.', '')}"
    thread = message.get("thread_ts")
    return {"permalink": link + (f"?thread_ts={thread}&cid={message['channel']}" if thread else "")}


def conversations_open(double: "SlackDouble", arguments: Json) -> Json:
    user = arguments["users"]
    if user not in double.users:
        raise Refusal("user_not_found")
    if user == SHUT:
        raise Refusal("user_disabled")
    channel = "D" + user[1:]
    double.known_channels.add(channel)
    return {"channel": {"id": channel}}


def history(double: "SlackDouble", arguments: Json) -> Json:
    return _page(double.standing(_channel(double, arguments))[::-1], arguments)


def replies(double: "SlackDouble", arguments: Json) -> Json:
    channel = _channel(double, arguments)
    root = _message(double, channel, arguments["ts"])
    return _page([root, *double.standing(channel, root["ts"])], arguments)


def _page(found: list[Json], arguments: Json) -> Json:
    since, start, limit = (float(arguments.get(key) or 0) for key in ("oldest", "cursor", "limit"))
    found = [message for message in found if float(message["ts"]) > since]
    end = int(start) + int(limit or 100)
    more = {"next_cursor": str(end) if end < len(found) else ""}
    return {"messages": found[int(start) : end], "has_more": end < len(found), "response_metadata": more}


def react(double: "SlackDouble", arguments: Json) -> Json:
    message = _message(double, _channel(double, arguments), arguments["timestamp"])
    add_reaction(message, arguments["name"], BOT_USER)
    return {}


def add_reaction(message: Json, name: str, user: str) -> None:
    """Let someone react."""
    found = next((r for r in message["reactions"] if r["name"] == name), None)
    if found is None:
        found = {"name": name, "users": [], "count": 0}
        message["reactions"].append(found)
    if user in found["users"]:
        raise Refusal("already_reacted")
    found["users"].append(user)
    found["count"] += 1


def unreact(double: "SlackDouble", arguments: Json) -> Json:
    message = _message(double, _channel(double, arguments), arguments["timestamp"])
    for found in message["reactions"]:
        if found["name"] == arguments["name"] and BOT_USER in found["users"]:
            found["users"].remove(BOT_USER)
            message["reactions"] = [r for r in message["reactions"] if r["users"]]
            return {}
    raise Refusal("no_reaction")


def reactions_get(double: "SlackDouble", arguments: Json) -> Json:
    return {"type": "message", "message": _message(double, _channel(double, arguments), arguments["timestamp"])}


def users_info(double: "SlackDouble", arguments: Json) -> Json:
    if arguments["user"] not in double.users:
        raise Refusal("user_not_found")
    return {"user": double.users[arguments["user"]]}


def views_open(double: "SlackDouble", arguments: Json) -> Json:
    problem = view_problem(arguments["view"])
    if problem:
        raise Refusal(f"invalid_arguments: {problem}")
    double.use(arguments["trigger_id"])
    view = {**arguments["view"], "id": f"V{double.number()}", "hash": f"{double.number()}.abc"}
    double.views.append(view)
    return {"view": view}


def _method(do: "Callable[[SlackDouble, Json], Json]", required: str = "", optional: str = "") -> Method:
    return Method(do, frozenset(required.split()), frozenset(optional.split()))


_WORDS = "text blocks unfurl_links unfurl_media parse link_names thread_ts"
METHODS = {
    "auth.test": _method(auth_test),
    "apps.connections.open": _method(connections_open),
    "chat.postMessage": _method(post_message, "channel", _WORDS),
    "chat.update": _method(update, "channel ts text blocks", "parse link_names"),
    "chat.delete": _method(delete, "channel ts"),
    "chat.postEphemeral": _method(post_ephemeral, "channel user text", "blocks parse link_names"),
    "chat.getPermalink": _method(permalink, "channel message_ts"),
    "conversations.open": _method(conversations_open, "users"),
    "conversations.history": _method(history, "channel", "oldest limit cursor"),
    "conversations.replies": _method(replies, "channel ts", "oldest limit cursor"),
    "reactions.add": _method(react, "channel timestamp name"),
    "reactions.remove": _method(unreact, "channel timestamp name"),
    "reactions.get": _method(reactions_get, "channel timestamp", "full"),
    "users.info": _method(users_info, "user", "include_locale"),
    "views.open": _method(views_open, "trigger_id view"),
}
_SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.open": "im:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "reactions.get": "reactions:read",
    "users.info": "users:read",
}
_HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history"}


def scope_of(method: str, arguments: Json) -> str:
    """Name the scope a call needs; empty for none."""
    if method in {"conversations.history", "conversations.replies"}:
        return _HISTORY.get(str(arguments.get("channel", ""))[:1], "")
    return _SCOPES.get(method, "")


NO_JSON = {"conversations.history", "conversations.replies", "reactions.get", "users.info", "chat.getPermalink"}
"""Methods that take form values only, as their documentation says."""
