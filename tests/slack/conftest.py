"""What the tests of the Slack adapter stand on."""

from collections.abc import AsyncIterator

import pytest

from adapters.slack.chat import SlackChat, web_client
from adapters.slack.home import Home
from bot.config import Config
from tests.doubles.core import FakeCore
from tests.doubles.slack import BOT_TOKEN, SlackDouble, slack_double
from tests.drivers.slack import Mode, SlackDriver, slack_config, slack_driver


@pytest.fixture
async def double() -> AsyncIterator[SlackDouble]:
    async with slack_double() as running:
        yield running


@pytest.fixture
def core(double: SlackDouble) -> FakeCore:
    core = FakeCore()
    core.config = Config.model_validate({"slack": slack_config(double)})
    return core


@pytest.fixture
async def chat(double: SlackDouble, core: FakeCore) -> SlackChat:
    """The port, with the workspace learned."""
    client = web_client(core.config, BOT_TOKEN)
    home = Home(core, client)
    await home.known()
    double.calls.clear()
    return SlackChat(core.config, client, home)


@pytest.fixture(params=["http", "socket"])
async def driver(request: pytest.FixtureRequest, double: SlackDouble, core: FakeCore) -> AsyncIterator[SlackDriver]:
    """The whole adapter, by both roads."""
    mode: Mode = request.param
    core.config = Config.model_validate({"slack": slack_config(double, mode)})
    async with slack_driver(core, double, mode) as running:
        yield running
