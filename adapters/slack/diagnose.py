"""Looks whether Slack is set up well: one finding for each thing, with the cure."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.chat import web_client
from adapters.slack.manifest import SCOPES
from bot.config import Config, channels_of
from bot.model import Finding

SKEW = 60.0
"""Seconds that our clock may be off; Slack's signatures are good for 300."""


async def diagnose(config: Config, now: datetime) -> list[Finding]:
    """Ask Slack about the tokens, scopes, clock and channels of the settings; `now` is aware UTC."""
    client = web_client(config, config.slack.bot_token.get_secret_value())
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        cure = "copy [slack] bot_token (xoxb-…) from OAuth & Permissions, and reinstall the app if needed"
        return [Finding.amiss("Slack token", f"{error.response['error']}: {cure}")]
    except (aiohttp.ClientError, TimeoutError) as error:
        return [Finding.amiss("Slack", f"can't be reached ({type(error).__name__}): look at the network and api_url")]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    found = [Finding.well("Slack token", f"{answer['team']} ({answer['team_id']}) as {answer.get('user', 'bot')}")]
    found += [_scopes(headers), _clock(headers, now)]
    found.append(await _socket(config) if config.slack.mode == "socket" else _http(config))
    return found + [await _channel(client, purpose, id_) for purpose, id_ in channels_of(config, "slack").items()]


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


async def _socket(config: Config) -> Finding:
    try:
        await web_client(config, config.slack.app_token.get_secret_value()).apps_connections_open(
            app_token=config.slack.app_token.get_secret_value()
        )
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        why = error.response["error"] if isinstance(error, SlackApiError) else type(error).__name__
        cure = (
            "make [slack] app_token (xapp-…) with connections:write under Basic Information, and switch Socket Mode on"
        )
        return Finding.amiss("Slack Socket Mode", f"{why}: {cure}")
    return Finding.well("Slack Socket Mode", "connects")


def _http(config: Config) -> Finding:
    if not config.slack.signing_secret.get_secret_value():
        return Finding.amiss("Slack over HTTP", "set [slack] signing_secret, from Basic Information")
    if not config.web.public_url.startswith("https://"):
        return Finding.amiss("Slack over HTTP", "set [web] public_url to the https address that Slack can reach")
    return Finding.well("Slack over HTTP", f"Slack must send to {config.web.public_url.rstrip('/')}/slack/events")


async def _channel(client: AsyncWebClient, purpose: str, channel: str) -> Finding:
    """Look at a channel by reading one message: that works exactly where a marker can be looked up."""
    what = f"Slack channel for {purpose}"
    try:
        await client.conversations_history(channel=channel, limit=1)
    except SlackApiError as error:
        why = error.response["error"]
        cure = (
            "invite the bot there (/invite @Offcourse)"
            if why == "not_in_channel"
            else "set its id (C…), from its details"
        )
        return Finding.amiss(what, f"{channel}: {why}: {cure}")
    except (aiohttp.ClientError, TimeoutError) as error:
        return Finding.amiss(what, f"{channel}: {type(error).__name__}")
    return Finding.well(what, channel)
