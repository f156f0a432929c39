"""Learning which workspace this is, whatever `auth.test` answers, and saying what is wrong."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import structlog

from adapters.slack.chat import SlackChat, web_client
from adapters.slack.home import Home
from adapters.slack.run import serving
from bot.config import Config
from bot.errors import SendError
from bot.model import Place, Workspace
from bot.ui import Card
from tests.doubles.core import FakeCore
from tests.doubles.slack import BOT_TOKEN, COURSES, Fault, SlackDouble
from tests.doubles.slack_api import TEAM
from tests.drivers.slack import slack_config

HTML = Fault(html="<h1>Sign in</h1>")


class JoiningCore(FakeCore):
    """A core that notes which workspaces it is told of."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.joined: list[Workspace] = []
        self.troubles: list[Exception] = []

    async def join(self, workspace: Workspace) -> None:
        if self.troubles:
            raise self.troubles.pop()
        self.joined.append(workspace)


@pytest.fixture
def joining(double: SlackDouble) -> JoiningCore:
    return JoiningCore(Config.model_validate({"slack": slack_config(double)}))


@pytest.fixture
def home(joining: JoiningCore) -> Home:
    return Home(joining, web_client(joining.config, BOT_TOKEN))


async def at_once(seconds: float) -> None:
    await asyncio.sleep(0)


ODD: list[Fault] = [
    HTML,
    Fault(html="<h1>Away</h1>", status=503),
    Fault(answer={"ok": True}),
    Fault(answer={"ok": True, "team_id": None}),
    Fault(answer={"ok": True, "team_id": ""}),
    Fault(answer={"ok": True, "team_id": 5}),
    Fault(answer={"ok": True, "team_id": "../x"}),
    Fault(answer={"ok": False}),
    Fault(answer={"ok": False, "error": None}),
    Fault(drop=True),
]


@pytest.mark.parametrize("fault", ODD)
async def test_no_odd_answer_is_a_workspace(
    double: SlackDouble, joining: JoiningCore, home: Home, fault: Fault
) -> None:
    double.fail("auth.test", fault, times=3)
    with structlog.testing.capture_logs() as logs:
        await home.known()
        assert (home.team, joining.joined) == ("", [])
        assert home.trouble.startswith("auth.test fails: ")
        await home.learn(at_once)
    assert joining.joined == [Workspace("slack", TEAM, "Offcourse")]
    assert home.trouble == ""
    assert [entry["event"] for entry in logs] == ["slack.auth_test_failed"]


async def test_odd_facts_beside_the_team_are_left_out(double: SlackDouble, joining: JoiningCore, home: Home) -> None:
    double.fail("auth.test", Fault(answer={"ok": True, "team_id": TEAM, "team": None, "user_id": 5, "url": None}))
    await home.known()
    assert joining.joined == [Workspace("slack", TEAM, "")]
    assert home.bot_user == ""


async def test_a_join_that_fails_somehow_is_tried_again(joining: JoiningCore, home: Home) -> None:
    joining.troubles = [RuntimeError("something new")]
    await home.learn(at_once)
    assert joining.joined == [Workspace("slack", TEAM, "Offcourse")]


async def test_a_noticed_delivery_asks_again_after_a_failure(
    double: SlackDouble, joining: JoiningCore, home: Home
) -> None:
    double.fail("auth.test", HTML)
    for expected in ("", TEAM):
        home.notice()
        await asyncio.gather(*joining._works)
        assert home.team == expected


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_refused_token_is_trouble(double: SlackDouble, joining: JoiningCore, code: str) -> None:
    double.fail("auth.test", Fault(error=code))
    async with serving(joining) as running:
        await _until(lambda: _is(running.trouble, "token refused"))
        assert await running.connected()


async def test_a_token_that_is_refused_later_is_trouble_until_it_works_again(
    double: SlackDouble, joining: JoiningCore
) -> None:
    async with serving(joining) as running:
        await _until(lambda: _is(lambda: _team(running.slack.home), TEAM))
        chat: SlackChat = running.slack.chat
        double.fail("chat.postMessage", Fault(error="token_revoked"))
        with pytest.raises(SendError):
            await chat.send(Place(f"slack:{TEAM}/{COURSES}"), Card("Hello", ()), "k")
        assert await running.trouble() == "token refused"
        await chat.send(Place(f"slack:{TEAM}/{COURSES}"), Card("Hello", ()), "k")
        assert await running.trouble() == ""


async def test_the_code_of_a_failing_auth_test_is_told(double: SlackDouble, joining: JoiningCore) -> None:
    double.fail("auth.test", Fault(error="internal_error"), times=100)
    async with serving(joining) as running:
        await _until(lambda: _is(running.trouble, "auth.test fails: internal_error"))


async def test_no_connection_is_trouble(double: SlackDouble) -> None:
    double.fail("apps.connections.open", Fault(error="internal_error"), times=100)
    core = JoiningCore(Config.model_validate({"slack": slack_config(double, "socket")}))
    async with serving(core) as running:
        assert await running.trouble() == "not connected"


async def _team(home: Home) -> str:
    return home.team


async def _is(ask: Callable[[], Awaitable[str]], wanted: str) -> bool:
    return await ask() == wanted


async def _until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
