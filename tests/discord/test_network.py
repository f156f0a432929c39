"""What the wire does to us: the real library against a small Discord over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.chat import DiscordChat
from adapters.discord.client import build, run
from adapters.discord.failures import MEMBERS_CURE
from bot.config import Config, Discord
from bot.errors import ConfigError, InDoubt, RateLimited
from bot.model import Account, Place, Workspace
from tests.doubles.discord import ScriptedCore, said
from tests.doubles.discord_http import GATEWAY, ME, Rest, rest

PLACE = Place("discord:10/20")
MESSAGES = "/channels/20/messages"
KEY = "k" * 22


@pytest.fixture
async def wire() -> AsyncIterator[Rest]:
    async with rest() as double:
        yield double


@pytest.fixture
async def chat(wire: Rest) -> AsyncIterator[DiscordChat]:
    core = ScriptedCore()
    async with build(core) as client:
        await client.login("t")
        made = core.chats[-1]
        assert isinstance(made, DiscordChat)
        yield made


async def test_a_connection_that_drops_after_a_send_is_doubt_and_one_post(wire: Rest, chat: DiscordChat) -> None:
    wire.script("POST", MESSAGES, ("drop", None))
    with pytest.raises(InDoubt):
        await chat.send(PLACE, said("Hello"), KEY)
    assert wire.count("POST", MESSAGES) == 1


async def test_a_server_error_is_doubt(wire: Rest, chat: DiscordChat) -> None:
    wire.script("POST", MESSAGES, (503, {"code": 0, "message": "upstream connect error"}))
    with pytest.raises(InDoubt, match="503"):
        await chat.send(PLACE, said("Hello"), KEY)


async def test_a_long_limit_is_not_slept_through(wire: Rest, chat: DiscordChat) -> None:
    wire.script("POST", MESSAGES, (429, {"message": "slow down", "retry_after": 3600.0, "global": False}))
    with pytest.raises(RateLimited) as raised:
        await chat.send(PLACE, said("Hello"), KEY)
    assert raised.value.retry_after == 3600.0
    assert wire.count("POST", MESSAGES) == 1


async def test_a_short_limit_is_waited_for(wire: Rest, chat: DiscordChat) -> None:
    limit = (429, {"message": "slow down", "retry_after": 0.01, "global": False})
    wire.script("POST", MESSAGES, limit, (404, {"code": 10003, "message": "Unknown Channel"}))
    with pytest.raises(Exception, match="gone"):
        await chat.send(PLACE, said("Hello"), KEY)
    assert wire.count("POST", MESSAGES) == 2


@pytest.mark.parametrize("left", [False, True])
async def test_nothing_is_sent_before_signing_in_or_after_leaving(wire: Rest, *, left: bool) -> None:
    core = ScriptedCore()
    client = build(core)
    if left:
        await client.login("t")
        await client.close()
    ana = Account("discord", "10", "1")
    for call in (
        core.chats[-1].send(PLACE, said("Hello"), KEY),
        core.chats[-1].dm(ana, said("Hello"), KEY),
        core.chats[-1].find_dm(ana, KEY, core.clock.now()),
        core.chats[-1].channel("10", "courses"),
    ):
        with pytest.raises(RateLimited):
            await call
    assert wire.count("POST", MESSAGES) == 0


async def test_without_a_network_nothing_was_sent(chat: DiscordChat) -> None:
    discord.http.Route.BASE = "http://127.0.0.1:1"
    with pytest.raises(RateLimited):
        await chat.send(PLACE, said("Hello"), KEY)


async def test_history_is_read_without_a_gateway(wire: Rest, chat: DiscordChat) -> None:
    readable = discord.Permissions(view_channel=True, read_message_history=True).value
    role = {"id": "10", "name": "@everyone", "permissions": str(readable), "position": 0, "color": 0, "colors": COLOURS}
    wire.script("GET", "/guilds/10", (200, {"id": "10", "name": "Offcourse", "roles": [role], "owner_id": "9"}))
    member = {"user": {"id": "1", "username": "offcourse", "discriminator": "0", "avatar": None}, "roles": []}
    wire.script("GET", "/guilds/10/members/1", (200, {**member, "joined_at": None, "flags": 0}))
    channel = {"id": "20", "type": 0, "guild_id": "10", "name": "courses", "position": 0, "permission_overwrites": []}
    wire.script("GET", "/channels/20", (200, channel))
    wire.script("GET", MESSAGES, (200, []))
    assert await chat.find(PLACE, KEY, ScriptedCore().clock.now()) is None
    assert wire.count("GET", MESSAGES) == 1


COLOURS = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}


async def test_a_wrong_token_names_the_setting(wire: Rest) -> None:
    wire.script("GET", "/users/@me", (401, {"code": 0, "message": "401: Unauthorized"}))
    with pytest.raises(ConfigError, match=r"\[discord\] token"):
        await run(ScriptedCore())
    assert wire.count("GET", "/users/@me") == 1


async def test_a_token_that_is_taken_back_names_the_setting(wire: Rest) -> None:
    wire.script("GET", GATEWAY, ("close", 4004))
    with pytest.raises(ConfigError, match=r"\[discord\] token"):
        await run(ScriptedCore())


async def test_another_end_of_the_gateway_is_not_hidden(wire: Rest) -> None:
    wire.script("GET", GATEWAY, ("close", 4013))
    with pytest.raises(discord.ConnectionClosed):
        await run(ScriptedCore())


async def test_without_the_members_intent_it_connects_all_the_same(wire: Rest) -> None:
    wire.script("GET", GATEWAY, ("close", 4014), ("close", 4004))
    client = build(ScriptedCore())
    with capture_logs() as logs, pytest.raises(ConfigError, match=r"\[discord\] token"):
        await run(ScriptedCore(), client, pauses=(0.001,))
    assert not client.intents.members
    assert [line["cure"] for line in logs if line["event"] == "discord.members_unseen"] == [MEMBERS_CURE]


async def test_an_intent_that_we_did_not_ask_for_is_not_hidden(wire: Rest) -> None:
    wire.script("GET", GATEWAY, ("close", 4014), ("close", 4014))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await run(ScriptedCore(), pauses=(0.001,))


async def stopped(running: "asyncio.Task[None]") -> None:
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_discord_that_is_down_at_the_start_is_waited_for(wire: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.backoff.ExponentialBackoff, "delay", lambda _: 0.001)  # its chance is no argument
    wire.script("GET", "/users/@me", (503, {"code": 0, "message": "down"}), ("drop", None), (200, ME))
    wire.script("GET", GATEWAY, ("drop", None))
    client = build(ScriptedCore())
    running = asyncio.create_task(run(ScriptedCore(), client, pauses=(0.001,)))
    await wire.until("GET", GATEWAY, times=3)
    assert wire.count("PUT", "/applications/1/commands") == 1
    assert not client.is_ready()
    await stopped(running)


async def test_a_stop_closes_the_client(wire: Rest) -> None:
    client = build(ScriptedCore())
    running = asyncio.create_task(run(ScriptedCore(), client))
    await wire.until("GET", GATEWAY)
    await stopped(running)
    assert client.is_closed()


SYNC = "/applications/1/commands"
SLOW_DOWN = {"message": "slow down", "retry_after": 300.0, "global": False}
FORBIDDEN = {"code": 0, "message": "403: Forbidden"}


@pytest.mark.parametrize(
    ("answer", "pause", "trouble"),
    [
        (("ban", None), 600.0, "waiting: Discord asked to slow down"),
        ((429, SLOW_DOWN), 300.0, "waiting: Discord asked to slow down"),
        ((403, FORBIDDEN), 7.0, "not connected"),
        ((400, {"code": 0, "message": "400: Bad Request"}), 7.0, "not connected"),
        ((200, "<html>Welcome to our hotel</html>"), 7.0, "not connected"),
    ],
)
async def test_signing_in_is_tried_again_as_late_as_discord_asks(
    wire: Rest, answer: tuple[object, object], pause: float, trouble: str
) -> None:
    wire.script("GET", "/users/@me", answer)
    client = build(ScriptedCore())
    with capture_logs() as lines:
        running = asyncio.create_task(run(ScriptedCore(), client, pauses=(7.0,)))
        await until(lambda: any(line["event"] == "discord.sign_in_failed" for line in lines))
    assert [line["again_in"] for line in lines] == [pause]
    assert client.trouble() == trouble
    await stopped(running)
    assert wire.count("GET", "/users/@me") == 1


@pytest.mark.parametrize(
    ("answer", "cure"),
    [
        ((429, SLOW_DOWN), "stay as they were"),
        ((400, {"code": 30034, "message": "Max number of daily application command creates"}), "stay as they were"),
        ((404, {"code": 10004, "message": "Unknown Guild"}), r"[discord] guild_id"),
        ((403, {"code": 50001, "message": "Missing Access"}), "invite"),
        ((400, {"code": 50035, "message": "Invalid Form Body", "errors": {}}), "report"),
        (("ban", None), "stay as they were"),
    ],
)
async def test_commands_that_are_not_taken_end_nothing(wire: Rest, answer: tuple[object, object], cure: str) -> None:
    core = ScriptedCore(config=Config(discord=Discord(guild_id="10")))
    wire.script("PUT", "/applications/1/guilds/10/commands", answer)
    with capture_logs() as lines:
        running = asyncio.create_task(run(core, build(core), pauses=(7.0,)))
        await wire.until("GET", GATEWAY)
    assert [cure in line["cure"] for line in lines if line["event"] == "discord.commands_refused"] == [True]
    await stopped(running)


async def test_commands_are_told_again_once_discord_is_back(wire: Rest) -> None:
    wire.script("PUT", SYNC, (503, {"code": 0, "message": "down"}), (200, []))
    client = build(ScriptedCore())
    running = asyncio.create_task(run(ScriptedCore(), client))
    await wire.until("GET", GATEWAY)
    assert wire.count("PUT", SYNC) == 1
    client.dispatch("ready")  # the library itself waits two seconds for further servers
    await wire.until("PUT", SYNC, times=2)
    await stopped(running)


@pytest.mark.parametrize("at", ["/users/@me", "/oauth2/applications/@me"])
async def test_a_refused_token_is_told_by_the_client_too(wire: Rest, at: str) -> None:
    wire.script("GET", at, (401, {"code": 0, "message": "401: Unauthorized"}))
    client = build(ScriptedCore())
    with pytest.raises(ConfigError):
        await run(ScriptedCore(), client)
    assert client.trouble() == "token refused"


async def test_a_token_taken_back_while_running_is_told_by_the_client_too(wire: Rest) -> None:
    wire.script("GET", GATEWAY, ("close", 4004))
    client = build(ScriptedCore())
    with pytest.raises(ConfigError):
        await run(ScriptedCore(), client)
    await asyncio.sleep(0)
    assert client.trouble() == "token refused"


async def until(true: Callable[[], bool]) -> None:
    for _ in range(5000):
        if true():
            return
        await asyncio.sleep(0.001)
    pytest.fail("it did not happen")


async def test_it_is_ready_soon_and_serves_its_server(wire: Rest) -> None:
    core = ScriptedCore()
    client = build(core)
    running = asyncio.create_task(run(core, client))
    began = time.monotonic()
    await until(lambda: client.trouble() == "" and bool(core.joined))
    assert time.monotonic() - began < 1.8  # the library's own waiting for servers takes two seconds
    assert set(core.joined) == {Workspace("discord", "10", "Offcourse")}
    await stopped(running)
    assert client.trouble() == "not connected"
