"""What Slack's errors mean to the core: nothing was sent, wait, never, or nobody knows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import CannotTell, InDoubt, NoSuchAccount, RateLimited, Refused, SendError, Unauthorized, Unreachable

WAIT = 30.0
"""Seconds to wait where nothing was sent and Slack did not say how long."""
SERVER_ERROR = 500
TOO_MANY = 429

_INVITE = "I'm not in that Slack channel, or it doesn't exist. Invite me with /invite @Offcourse there."
_TOKEN = "Slack doesn't accept my token any more: install the app again and set slack.bot_token."  # noqa: S105 - words
_UNREACHABLE = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "That Slack channel is archived. Unarchive it, or name another one in the settings.",
    "restricted_action": "That Slack channel doesn't let me post. Allow it in the channel's posting permissions.",
    "restricted_action_read_only_channel": "That Slack channel is read-only for me. Allow me to post there.",
    "restricted_action_thread_only_channel": "That Slack channel only takes replies in threads.",
    "restricted_action_non_threadable_channel": "That Slack channel takes no threads.",
    "cannot_dm_bot": "Bots take no private messages.",
    "user_disabled": "That Slack account is deactivated.",
    "user_not_found": "That Slack account doesn't exist here any more.",
    "users_not_found": "That Slack account doesn't exist here any more.",
    "user_not_visible": "I can't see that Slack account.",
    "user_not_in_channel": "That person isn't in the channel.",
    "message_not_found": "That Slack message is gone.",
    "thread_not_found": "That Slack thread is gone.",
    "no_permission": "The Slack app may not do that there. Look at its permissions.",
    "ekm_access_denied": "An administrator suspended posting in that Slack channel.",
}
_NO_ACCOUNT = frozenset({"user_disabled", "user_not_found", "users_not_found"})
"""Slack's words for an id that it doesn't know: a deactivated account is usually found, and marked as deleted.
`account_inactive` is none of them: it speaks of the token's own account."""
_UNAUTHORIZED = {
    "messages_tab_disabled": "Private messages to me are off: turn on the messages tab of the app.",
    "team_access_not_granted": "The app is not allowed in that Slack workspace.",
    "not_allowed_token_type": _TOKEN,
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "account_inactive": _TOKEN,
    "org_login_required": "Slack is moving this workspace to an organisation; it will work again afterwards.",
}
_WAITING = frozenset({"ratelimited", "rate_limited", "team_added_to_org", "request_timeout"})
_DOUBT = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""Slack's own words: some aspect of the operation may have succeeded."""


@contextmanager
def sending() -> Iterator[None]:
    """Raise what a call that changes something ran into as an error of the core."""
    try:
        yield
    except SlackApiError as error:
        raise of_answer(error) from error
    except aiohttp.ClientConnectorError as error:
        # No connection was made, so nothing can have been sent; the cure is time, not a person.
        raise RateLimited(WAIT) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise InDoubt(f"Slack did not answer ({type(error).__name__}).") from error


@contextmanager
def looking() -> Iterator[None]:
    """Raise what a call that only reads ran into: it may be asked again later, or it can never be told."""
    try:
        with sending():
            yield
    except InDoubt as error:
        raise RateLimited(WAIT) from error
    except (Unreachable, Refused) as error:
        raise CannotTell(str(error)) from error


def code_of(error: SlackApiError) -> str:
    """Read the name of the error; empty where Slack gave none."""
    found = _data(error).get("error")
    return found if isinstance(found, str) else ""


def cause_of(error: SendError) -> str:
    """Read Slack's own name of what went wrong; empty where Slack did not answer."""
    return code_of(error.__cause__) if isinstance(error.__cause__, SlackApiError) else ""


def of_answer(error: SlackApiError) -> SendError:
    """Read an answer that is not ok."""
    code, status = code_of(error), _status(error)
    if code in _WAITING or status == TOO_MANY:
        return RateLimited(_retry_after(error))
    if code in _DOUBT or status >= SERVER_ERROR or not code:
        return InDoubt(f"Slack answered {code or status}.")
    if code == "missing_scope":
        needed = _data(error).get("needed", "a permission")
        return Unauthorized(f"The Slack app lacks the scope {needed}: add it and install the app again.")
    if code in _UNAUTHORIZED:
        return Unauthorized(_UNAUTHORIZED[code])
    if code in _UNREACHABLE:
        return (NoSuchAccount if code in _NO_ACCOUNT else Unreachable)(_UNREACHABLE[code])
    return Refused(f"Slack refused it: {code}.")


def _data(error: SlackApiError) -> Mapping[str, Any]:
    found = getattr(error.response, "data", None)
    return found if isinstance(found, dict) else {}


def _status(error: SlackApiError) -> int:
    # An answer that is no JSON comes as aiohttp's own response, which has another name for it.
    found = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return found if isinstance(found, int) else SERVER_ERROR


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {})
    for name, value in headers.items():
        if name.lower() == "retry-after" and str(value).isdecimal() and len(str(value)) < len("1000000"):
            return float(value)
    return WAIT
