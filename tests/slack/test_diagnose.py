"""The doctor's look at Slack: a finding with a cure for whatever is wrong, and never a traceback."""

from email.utils import format_datetime
from typing import Any

import pytest

from adapters.slack.diagnose import diagnose
from bot.config import Config
from bot.model import Finding
from tests.doubles.core import NOW
from tests.doubles.slack import CLOSED, COURSES, Fault, SlackDouble
from tests.drivers.slack import slack_config


async def look(double: SlackDouble, mode: str = "socket", **slack: Any) -> dict[str, Finding]:
    """Diagnose; Slack tells our own time unless a fault is due already."""
    double.fail("auth.test", Fault(effect=True, headers={"Date": format_datetime(NOW)}))
    section = slack_config(double, "http" if mode == "http" else "socket") | slack
    found = await diagnose(Config.model_validate({"slack": section}), NOW)
    return {finding.what: finding for finding in found}


def amiss(found: dict[str, Finding]) -> dict[str, str]:
    return {what: finding.said for what, finding in found.items() if not finding.ok}


async def test_all_is_well(double: SlackDouble) -> None:
    found = await look(double)
    assert amiss(found) == {}
    assert found["Slack token"].said == "Offcourse (T0OFFCOURSE) as offcourse"
    assert found.keys() >= {"Slack scopes", "Clock", "Slack Socket Mode", "Slack channel for courses"}


@pytest.mark.parametrize("mode", ["socket", "http"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(html="<h1>Away</h1>", status=500),
        Fault(html="<h1>Sign in</h1>"),
        Fault(answer={"ok": False}),
        Fault(answer={"ok": True}),
        Fault(answer={"ok": True, "team_id": None}),
        Fault(drop=True),
    ],
)
async def test_an_odd_answer_is_a_finding(double: SlackDouble, fault: Fault, mode: str) -> None:
    double.fail("auth.test", fault)
    double.fail("apps.connections.open", fault)
    found = amiss(await look(double, mode, channels={"courses": "#courses"}))
    assert "look at the network and [slack] api_url" in found["Slack"]
    assert "set its id (C…)" in found["Slack channel for courses"]
    assert ("Slack over HTTP" if mode == "http" else "Slack Socket Mode") in found


async def test_what_the_settings_tell_is_told_without_slack(double: SlackDouble) -> None:
    nowhere = "http://127.0.0.1:1/api/"
    found = amiss(await look(double, "http", api_url=nowhere))
    assert "[web] public_url" in found["Slack over HTTP"]
    assert "app_token is missing" in amiss(await look(double, api_url=nowhere, app_token=""))["Slack Socket Mode"]


async def test_the_two_tokens_are_not_mixed_up(double: SlackDouble) -> None:
    found = amiss(await look(double, bot_token="xapp-made-up", app_token="xoxb-made-up"))
    assert "xoxb-…" in found["Slack token"]
    assert "xapp-…" in found["Slack Socket Mode"]


async def test_a_refused_token_names_the_cure(double: SlackDouble) -> None:
    double.fail("auth.test", Fault(error="token_revoked"))
    assert amiss(await look(double))["Slack token"].startswith("token_revoked: copy [slack] bot_token")


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ({}, "nothing is announced on Slack: set [slack.channels] courses"),
        ({"courses": "#courses"}, "#courses is no id: set its id (C…)"),
        ({"courses": "courses"}, "courses is no id: set its id (C…)"),
        ({"courses": "C0NOWHERE"}, "channel_not_found"),
        ({"courses": CLOSED}, "/invite @Offcourse"),
    ],
)
async def test_each_channel_has_its_cure(double: SlackDouble, channels: dict[str, str], said: str) -> None:
    assert said in amiss(await look(double, channels=channels))["Slack channel for courses"]


async def test_a_channel_that_answers_oddly_is_a_finding(double: SlackDouble) -> None:
    double.fail("conversations.history", Fault(html="<h1>Away</h1>", status=502))
    assert COURSES in amiss(await look(double, channels={"courses": COURSES}))["Slack channel for courses"]


async def test_missing_scopes_are_named(double: SlackDouble) -> None:
    double.scopes.discard("im:write")
    assert "missing im:write" in amiss(await look(double))["Slack scopes"]
