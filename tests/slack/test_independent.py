"""End to end against a Slack server that we did not write (npm: local-slack-linux-x64), by both roads.

It is looser than Slack and than our double; what it adds is that nobody here decided how it behaves.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.slack.run import serving
from bot.app import open_app
from bot.config import Config
from tests.doubles.program import free_port
from tests.doubles.slack_checks import message_problem
from tests.stage import PYTHON, FakeLinks

pytestmark = pytest.mark.independent

Json = dict[str, Any]

HOW = "npm i local-slack-linux-x64@0.1.8 here, or set OFFCOURSE_LOCAL_SLACK to its binary"
APP = {"botToken": "xoxb-independent", "appToken": "xapp-independent", "signingSecret": "independent-secret"}
CHANNEL = "C01COURSES"
ANA = "U01ANA"
PATIENCE = 10.0


def binary() -> Path | None:
    """Find the server."""
    given = os.environ.get("OFFCOURSE_LOCAL_SLACK", "")  # noqa: TID251 - a tool of this test, no setting of the bot
    places = [given, "node_modules/.bin/local-slack", "node_modules/local-slack-linux-x64/bin/local-slack"]
    return next((Path(place) for place in places if place and Path(place).is_file()), None)


@dataclass
class Server:
    """The server, driven by its control API."""

    url: str
    http: aiohttp.ClientSession

    async def act(self, what: str, **details: Any) -> None:
        """Act as a person."""
        async with self.http.post(f"{self.url}/_control/{what}", json=details) as answer:
            assert answer.status == 200, await answer.text()

    async def get(self, what: str) -> Any:
        """Read something of its state."""
        async with self.http.get(f"{self.url}/_control/{what}") as answer:
            return await answer.json()

    async def messages(self) -> list[Json]:
        """Read the messages of the channel; those for one person have `ephemeral_to`."""
        found: list[Json] = (await self.get(f"messages/{CHANNEL}"))["messages"]
        return found

    async def command(self, typed: str) -> None:
        """Type a slash command as Ana."""
        name, _, text = typed.partition(" ")
        await self.act("command", channel=CHANNEL, user=ANA, command=name, text=text)

    async def submit(self, values: Json) -> None:
        """Send the open form as Ana: only the page's own connection can."""
        async with self.http.ws_connect(f"{self.url}/ui") as page:
            await page.send_str(json.dumps({"t": "view_submit", "user": ANA, "values": values}))
            await asyncio.sleep(0.3)


@pytest.fixture(params=["socket", "http"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """The server, with the bot on it."""
    program = binary()
    if program is None:
        pytest.skip(f"the independent Slack server is not there: {HOW}")
    port, bot_port = free_port(), free_port()
    road = {"mode": "socket"} if request.param == "socket" else {"mode": "events"}
    road["requestUrl"] = f"http://127.0.0.1:{bot_port}/slack/events"
    workspace = tmp_path / "workspace.json"
    users = [{"id": ANA, "name": "ana", "real_name": "Ana", "tz": "Europe/Brussels"}]
    channels = [{"id": CHANNEL, "name": "courses", "members": [ANA, "U0BOT"]}]
    workspace.write_text(json.dumps({"apps": [{**APP, **road}], "users": users, "channels": channels}))
    asked = ("--config", str(workspace), "--port", str(port), "--base-host", "127.0.0.1")
    process = await asyncio.create_subprocess_exec(str(program), *asked, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with aiohttp.ClientSession() as http:
            found = Server(f"http://127.0.0.1:{port}", http)
            await until(lambda: answers(found))
            async with bot_on(found, request.param, bot_port, tmp_path):
                yield found
    finally:
        process.terminate()
        await process.wait()


async def answers(server: Server) -> bool:
    try:
        await server.get("state")
    except aiohttp.ClientError:
        return False
    return True


@asynccontextmanager
async def bot_on(server: Server, mode: str, port: int, folder: Path) -> AsyncIterator[None]:
    """Run the whole bot beside the server."""
    slack = {
        "mode": mode,
        "bot_token": APP["botToken"],
        "app_token": APP["appToken"],
        "signing_secret": APP["signingSecret"],
        "api_url": f"{server.url}/api/",
        "channels": {"courses": CHANNEL},
    }
    config = Config.model_validate({"storage": {"url": f"sqlite:///{folder / 'bot.db'}"}, "slack": slack})
    async with open_app(config, links=FakeLinks()) as app, serving(app) as running:
        site = Starlette(routes=[Route("/slack/events", running.endpoint.handle, methods=["POST"])])
        web = uvicorn.Server(uvicorn.Config(site, port=port, log_level="error", lifespan="off"))
        serving_web = asyncio.create_task(web.serve())
        await until(lambda: _ready(web))
        await until(running.connected)
        yield
        web.should_exit = True
        await serving_web


async def _ready(web: uvicorn.Server) -> bool:
    return web.started


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not await true():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.05)


async def seen(server: Server, words: str) -> Json:
    """Wait for a message with these words."""
    found: list[Json] = []

    async def there() -> bool:
        found[:] = [message for message in await server.messages() if words in json.dumps(message, ensure_ascii=False)]
        return bool(found)

    try:
        await until(there)
    except TimeoutError:
        raise AssertionError(f"no {words!r}; the server's log ends: {(await server.get('log'))['log'][-6:]}") from None
    return found[-1]


def typed(value: str) -> Json:
    return {"type": "plain_text_input", "value": value}


def course(**changes: str) -> Json:
    """Fill in the form for a course."""
    values = {**PYTHON, **changes}
    level = {"type": "static_select", "selected_option": {"value": values.pop("level")}}
    return {name: {name: typed(value)} for name, value in values.items()} | {"level": {"level": level}}


async def opened(server: Server) -> bool:
    return any("views.open" in str(entry) for entry in (await server.get("log"))["log"])


async def test_a_course_is_shared_announced_once_and_found(server: Server) -> None:
    await server.command("/course share")
    await until(lambda: opened(server))
    await server.submit(course(goal="x"))
    assert await server.messages() == []  # the errors stand in the form, which is still open
    await server.submit(course())
    post = await seen(server, PYTHON["description"])
    assert "ephemeral_to" not in post
    confirmation = await seen(server, "Shared: ")
    assert confirmation["ephemeral_to"] == ANA

    await server.command("/course search python programs")
    result = await seen(server, "1 course")
    assert result["ephemeral_to"] == ANA
    await server.command("/course frobnicate")
    await seen(server, "frobnicate")

    button = next(b for block in post["blocks"] if block["type"] == "actions" for b in block["elements"])
    before = len(await server.messages())
    await server.act("interact", channel=CHANNEL, messageTs=post["ts"], user=ANA, action=button)

    async def answered() -> bool:
        return len(await server.messages()) > before

    await until(answered)
    messages = await server.messages()
    assert len([m for m in messages if PYTHON["description"] in str(m) and "ephemeral_to" not in m]) == 1
    assert [message_problem(m) for m in messages if m.get("blocks")] == [""] * len(
        [m for m in messages if m.get("blocks")]
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/course search programs level:beginner", "1 course"),
        ('/course search topic:"python"', "1 course"),
        ("/course search owner:me", "Courses of "),
        ("/course search c++ zzzqqq", "Nothing found"),
        ("/course search level:guru", "is not one of beginner, medium, experienced"),
        ("/course show C1", "https://docs.python.org/3/tutorial/"),
        ("/course show small programs", "https://docs.python.org/3/tutorial/"),
        ("/course show", "Which course?"),
        ("/course list", "1 course"),
        ("/course list mine", "1 course"),
        ("/course list python", "1 course"),
        ("/course topics", "python"),
        ("/offcourse", "Welcome to Offcourse"),
        ("/offcourse help", "/course search"),
    ],
)
async def test_every_command_answers_its_asker_alone(server: Server, typed: str, said: str) -> None:
    await server.command("/course share")
    await until(lambda: opened(server))
    await server.submit(course())
    await seen(server, "Shared: ")
    before = len(await server.messages())
    await server.command(typed)

    async def answered() -> bool:
        return len(await server.messages()) > before

    await until(answered)
    answer = (await server.messages())[-1]
    assert answer["ephemeral_to"] == ANA
    assert said in json.dumps(answer, ensure_ascii=False)


async def test_a_course_is_shown_around_from_a_result(server: Server) -> None:
    await server.command("/course share")
    await until(lambda: opened(server))
    await server.submit(course())
    await seen(server, "Shared: ")
    await server.command("/course search python")
    result = await seen(server, "1 course")
    buttons = [b for block in result["blocks"] if block["type"] == "actions" for b in block["elements"]]
    share_here = next(button for button in buttons if button["action_id"] == "course.post:1")
    for _ in range(2):  # a double click
        await server.act("interact", channel=CHANNEL, messageTs=result["ts"], user=ANA, action=share_here)
    await seen(server, "for all to see")

    async def posted() -> bool:
        public = [m for m in await server.messages() if "ephemeral_to" not in m and PYTHON["description"] in str(m)]
        return len(public) == 2

    await until(posted)
    await asyncio.sleep(0.5)
    assert await posted()
