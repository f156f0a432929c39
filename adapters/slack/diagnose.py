"""Looks whether Slack is set up well: one finding for each thing, with the cure, whatever Slack answers."""

import re
from collections.abc import Awaitable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack import failures
from adapters.slack.chat import web_client
from adapters.slack.manifest import SCOPES
from bot.config import Config, channels_of
from bot.model import Finding

SKEW = 60.0
"""Seconds that our clock may be off; Slack's signatures are good for 300."""
TOKEN_CURE = "copy [slack] bot_token (xoxb-…) from OAuth & Permissions, and reinstall the app if needed"  # noqa: S105 - words
SOCKET_CURE = (
    "make [slack] app_token (xapp-…) with connections:write under Basic Information, and switch Socket Mode on"
)
_NAME = re.compile(r"#.*|.*[a-z].*")
"""A channel's name; ids are written in capitals."""


async def diagnose(config: Config, now: datetime) -> list[Finding]:
    """Ask Slack about the tokens, scopes, clock and channels of the settings; `now` is aware UTC.

    What the settings tell by themselves is told even where Slack can't be reached.
    """
    token = config.slack.bot_token.get_secret_value()
    client = web_client(config, token)
    found = [] if token.startswith("xoxb-") else [Finding.amiss("Slack token", f"is no bot token: {TOKEN_CURE}")]
    answer, why = await _asked(client.auth_test())
    reached = answer is not None and bool(answer.get("team_id"))
    found += _known(answer, now) if answer is not None and reached else [_unknown(why)]
    found.append(await _socket(config, reached=reached) if config.slack.mode == "socket" else _http(config))
    channels = channels_of(config, "slack")
    if "courses" not in channels:
        cure = "nothing is announced on Slack: set [slack.channels] courses"
        found.append(Finding.amiss("Slack channel for courses", cure))
    for purpose, channel in channels.items():
        found += await _channel(client, purpose, channel, reached=reached)
    return found


async def _asked(call: Awaitable[AsyncSlackResponse]) -> tuple[AsyncSlackResponse | None, str]:
    """Give Slack's answer, or why there is none: Slack's code, else what went wrong on the way."""
    try:
        return await call, ""
    except SlackApiError as error:
        return None, failures.code_of(error) or "no answer of Slack's"
    except Exception as error:  # noqa: BLE001 - the border: a diagnosis ends in words
        return None, type(error).__name__


def _known(answer: AsyncSlackResponse, now: datetime) -> list[Finding]:
    headers = {name.lower(): str(value) for name, value in answer.headers.items()}
    said = f"{answer.get('team') or 'workspace'} ({answer['team_id']}) as {answer.get('user') or 'bot'}"
    return [Finding.well("Slack token", said), _scopes(headers), _clock(headers, now)]


def _unknown(why: str) -> Finding:
    if re.fullmatch(r"[a-z_]+", why):
        return Finding.amiss("Slack token", f"{why}: {TOKEN_CURE}")
    said = why or "an answer without a team"
    return Finding.amiss("Slack", f"can't be reached ({said}): look at the network and [slack] api_url")


def _scopes(headers: Mapping[str, str]) -> Finding:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        cure = "add them under OAuth & Permissions (or use `manifest slack`) and reinstall the app"
        return Finding.amiss("Slack scopes", f"missing {', '.join(missing)}: {cure}")
    return Finding.well("Slack scopes", f"all {len(SCOPES)} granted")


def _clock(headers: Mapping[str, str], now: datetime) -> Finding:
    try:
        off = abs((now - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (TypeError, ValueError):
        return Finding.well("Clock", "Slack didn't tell its time")
    said = f"{off:.0f} s from Slack's"
    if off >= SKEW:
        return Finding.amiss("Clock", f"{said}: set this machine's clock (NTP)")
    return Finding.well("Clock", said)


async def _socket(config: Config, *, reached: bool) -> Finding:
    what, token = "Slack Socket Mode", config.slack.app_token.get_secret_value()
    if not token.startswith("xapp-"):
        return Finding.amiss(what, f"app_token is {'no app token' if token else 'missing'}: {SOCKET_CURE}")
    answer, why = await _asked(web_client(config, token).apps_connections_open(app_token=token))
    if answer is not None and answer.get("url"):
        return Finding.well(what, "connects")
    return Finding.amiss(what, f"{why or 'no address to connect to'}: {SOCKET_CURE if reached else 'see above'}")


def _http(config: Config) -> Finding:
    if not config.slack.signing_secret.get_secret_value():
        return Finding.amiss("Slack over HTTP", "set [slack] signing_secret, from Basic Information")
    if not config.web.public_url.startswith("https://"):
        return Finding.amiss("Slack over HTTP", "set [web] public_url to the https address that Slack can reach")
    return Finding.well("Slack over HTTP", f"Slack must send to {config.web.public_url.rstrip('/')}/slack/events")


async def _channel(client: AsyncWebClient, purpose: str, channel: str, *, reached: bool) -> list[Finding]:
    """Look at a channel by reading one message: that works exactly where a marker can be looked up."""
    what = f"Slack channel for {purpose}"
    if _NAME.fullmatch(channel):
        return [Finding.amiss(what, f"{channel} is no id: set its id (C…), from its details")]
    if not reached:
        return []
    answer, why = await _asked(client.conversations_history(channel=channel, limit=1))
    if answer is not None:
        return [Finding.well(what, channel)]
    cure = (
        "invite the bot there (/invite @Offcourse)" if why == "not_in_channel" else "set its id (C…), from its details"
    )
    return [Finding.amiss(what, f"{channel}: {why}: {cure}")]
