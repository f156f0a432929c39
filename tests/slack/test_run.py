"""Slack while the program runs: outages of Slack stop nothing and lose nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from adapters.slack import run
from adapters.slack.app import assemble, build
from adapters.slack.chat import web_client
from adapters.slack.home import Home
from adapters.slack.run import Running, Socket, serving
from bot.config import Config
from bot.errors import StoreUnavailable
from bot.model import Workspace
from bot.requests import Outcome, Request
from tests.doubles import slack_payloads as payloads
from tests.doubles.core import FakeCore
from tests.doubles.slack import BOT_TOKEN, COURSES, Fault, SlackDouble
from tests.doubles.slack_api import TEAM
from tests.drivers.slack import slack_config, slack_driver
from tests.slack.test_home import JoiningCore

PATIENCE = 5.0


@pytest.fixture
def joining(double: SlackDouble) -> JoiningCore:
    return JoiningCore(Config.model_validate({"slack": slack_config(double, "socket")}))


@pytest.fixture
async def running(joining: JoiningCore) -> AsyncIterator[Running]:
    async with serving(joining) as found:
        yield found


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await true():  # noqa: ASYNC110 - the SDK tells nobody when it is connected
            await asyncio.sleep(0.01)


def learner(joining: JoiningCore) -> Home:
    return Home(joining, web_client(joining.config, BOT_TOKEN))


async def test_the_workspace_is_learned_through_any_trouble(double: SlackDouble, joining: JoiningCore) -> None:
    for fault in (
        Fault(error="internal_error"),
        Fault(status=500),
        Fault(error="ratelimited", status=429),
        Fault(drop=True),
    ):
        double.fail("auth.test", fault)
    joining.troubles = [StoreUnavailable()]
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    home = learner(joining)
    await home.learn(sleep)
    assert joining.joined == [Workspace("slack", TEAM, "Offcourse")]
    assert (home.team, home.bot_user) == (TEAM, "U0BOT")
    assert pauses == [1, 2, 4, 8, 16]


async def test_a_token_that_is_refused_is_not_tried_again(double: SlackDouble, joining: JoiningCore) -> None:
    double.fail("auth.test", Fault(error="invalid_auth"))
    await learner(joining).learn()
    assert len(double.posts("auth.test")) == 1
    assert joining.joined == []


async def test_a_workspace_of_another_community_is_left_alone(double: SlackDouble, joining: JoiningCore) -> None:
    joining.troubles = [ValueError("it is part of another community")]
    await learner(joining).learn()
    assert len(double.posts("auth.test")) == 1


async def test_f2_a_failing_auth_test_loses_no_delivery(double: SlackDouble, joining: JoiningCore) -> None:
    double.fail("auth.test", Fault(error="internal_error"), times=1000)
    async with serving(joining) as running:
        await until(running.connected)
        answer = await double.envelope("slash_commands", payloads.command(double, "ana", "/course search x", COURSES))
        assert answer is not None
        assert "Courses for x" in answer["text"]
        assert len(joining.handled) == 1


async def test_no_call_to_slack_is_needed_to_answer(
    double: SlackDouble, joining: JoiningCore, running: Running
) -> None:
    await until(running.connected)
    before = len(double.calls)
    await double.envelope("slash_commands", payloads.command(double, "ana", "/course search x", COURSES))
    assert [call.method for call in double.calls[before:] if call.method != "auth.test"] == []


async def test_build_is_enough_to_serve(double: SlackDouble, core: FakeCore) -> None:
    app = build(core)
    assert [chat.platform for chat in core.chats] == ["slack"]
    assert app.name == "offcourse"


async def test_build_learns_the_workspace_by_itself(double: SlackDouble, joining: JoiningCore) -> None:
    build(joining)
    await until(_joined(joining))
    assert joining.joined == [Workspace("slack", TEAM, "Offcourse")]


def _joined(joining: JoiningCore) -> Callable[[], Awaitable[bool]]:
    async def joined() -> bool:
        return bool(joining.joined)

    return joined


def test_build_needs_no_running_loop() -> None:
    assert build(FakeCore()).name == "offcourse"


async def test_slack_asks_to_connect_anew(double: SlackDouble, running: Running) -> None:
    await until(running.connected)
    await double.disconnect()
    await asyncio.wait_for(double.connected.wait(), PATIENCE)
    answer = await double.envelope("slash_commands", payloads.command(double, "ana", "/course search x", COURSES))
    assert answer is not None
    assert len(double.sockets) == 2


async def test_slack_may_be_down_at_the_start(double: SlackDouble, joining: JoiningCore) -> None:
    double.fail("apps.connections.open", Fault(error="internal_error"), times=1)
    slack = assemble(joining)
    socket = Socket(joining, slack, deaf=0.4)
    keeping = asyncio.create_task(socket.keep())
    await until(socket.connected)
    assert len(double.posts("apps.connections.open")) == 2
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert not await socket.connected()


async def test_a_deaf_connection_is_made_anew(double: SlackDouble, joining: JoiningCore) -> None:
    socket = Socket(joining, assemble(joining), deaf=0.4)
    keeping = asyncio.create_task(socket.keep())
    await until(socket.connected)
    first = socket.handler
    assert first is not None
    first.client.auto_reconnect_enabled = first.client.default_auto_reconnect_enabled = False
    await double.sockets[0].close()
    await until(_other_than(socket, first))
    await until(socket.connected)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


def _other_than(socket: Socket, first: object) -> Callable[[], Awaitable[bool]]:
    async def other() -> bool:
        return socket.handler is not first

    return other


async def test_an_odd_envelope_is_acknowledged_and_the_next_one_served(double: SlackDouble, running: Running) -> None:
    await until(running.connected)
    odd: list[dict[str, Any]] = [{"team": 5}, {"type": "block_actions", "user": None}, {"authorizations": [5]}]
    for payload in odd:
        assert await double.envelope("interactive", payload) == {}
    answer = await double.envelope("slash_commands", payloads.command(double, "ana", "/course search x", COURSES))
    assert answer is not None
    assert "Courses for x" in answer["text"]


async def test_a_delivery_at_work_is_acknowledged_before_the_end(
    double: SlackDouble, joining: JoiningCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()
    handle = joining.handle

    async def slowly(request: Request) -> Outcome:
        begun.set()
        await asyncio.sleep(0.3)
        return await handle(request)

    monkeypatch.setattr(joining, "handle", slowly)
    async with serving(joining) as running:
        await until(running.connected)
        body = payloads.command(double, "ana", "/course search x", COURSES)
        delivering = asyncio.create_task(double.envelope("slash_commands", body))
        await begun.wait()
    answer = await delivering
    assert answer is not None
    assert "Courses for x" in answer["text"]
    assert run.DRAIN > 0.3


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_two_hundred_at_once(double: SlackDouble, mode: str) -> None:
    core = FakeCore()
    core.config = Config.model_validate({"slack": slack_config(double, "socket" if mode == "socket" else "http")})
    async with slack_driver(core, double, "socket" if mode == "socket" else "http") as driver:
        bodies = [payloads.command(double, "ana", f"/course search x{n}", COURSES) for n in range(200)]
        answers = await asyncio.gather(*(driver.deliver(body) for body in bodies for _ in range(2)))
    assert None not in answers
    assert len([answer for answer in answers if answer]) == len(core.handled) == 200
