"""What `check` says of Discord: one line each, with the cure, whatever Discord answers."""

import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.diagnose import diagnose
from adapters.discord.failures import MEMBERS_CURE
from bot.config import Channels, Config, Discord
from bot.model import Finding
from tests.discord.test_invite import TOKEN
from tests.doubles.discord_http import APPLICATION, COURSES, EVERYBODY, SERVER, Rest, rest

MEMBER = {"user": {"id": "1", "username": "offcourse", "discriminator": "0", "avatar": None}, "roles": []}
ALLOWED = 1 << 10 | 1 << 11 | 1 << 16


@pytest.fixture
async def wire() -> AsyncIterator[Rest]:
    async with rest() as double:
        furnish(double, ALLOWED)
        yield double


def furnish(double: Rest, permissions: int) -> None:
    """Give it a server with a channel, where everybody has these permissions."""
    guild = SERVER | {"roles": [EVERYBODY | {"permissions": str(permissions)}]}
    del guild["channels"]  # they come over the gateway only
    double.script("GET", "/guilds/10", (200, guild))
    double.script("GET", "/guilds/10/channels", (200, [COURSES]))
    double.script("GET", "/guilds/10/members/1", (200, MEMBER | {"joined_at": None, "flags": 0}))
    double.script("GET", "/channels/20", (200, COURSES))


async def found(token: str = TOKEN, guild: str = "10", courses: str = "courses") -> list[Finding]:
    settings = {"token": token, "guild_id": guild, "channels": Channels(courses=courses)}
    return await diagnose(Config(discord=Discord.model_validate(settings)))


async def test_all_is_well(wire: Rest) -> None:
    assert [(f.ok, f.what, f.said) for f in await found()] == [
        (True, "Discord token", "signed in as offcourse"),
        (True, "Discord members", MEMBERS_CURE),
        (True, "Discord server", "Offcourse"),
        (True, "Discord channel for courses", "#courses"),
    ]


@pytest.mark.parametrize("flag", [1 << 14, 1 << 15])
async def test_who_is_told_of_leavers_reads_so(wire: Rest, flag: int) -> None:
    wire.script("GET", "/oauth2/applications/@me", (200, APPLICATION | {"flags": flag}))
    assert [f.said for f in await found() if f.what == "Discord members"] == ["I am told at once who leaves"]


async def test_it_says_nothing_of_the_librarys_own(wire: Rest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await found()
    assert caplog.messages == []


def test_the_library_does_not_tell_that_there_is_no_voice() -> None:
    code = "import discord, adapters.discord.client; discord.Client(intents=discord.Intents(guilds=True))"
    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""


@pytest.mark.parametrize(("permissions", "missing"), [(1 << 10, "Send Messages"), (1 << 11, "View Channel")])
async def test_missing_permissions_are_named(wire: Rest, permissions: int, missing: str) -> None:
    furnish(wire, permissions)
    last = (await found())[-1]
    assert not last.ok
    assert missing in last.said


@pytest.mark.parametrize("guild", ["10", ""])
async def test_without_a_channel_nothing_is_announced(wire: Rest, guild: str) -> None:
    last = (await found(guild=guild, courses=""))[-1]
    assert (last.ok, last.said) == (False, "nothing is announced on Discord: set [discord.channels] courses")


async def test_a_channel_that_is_not_there_is_named(wire: Rest) -> None:
    last = (await found(courses="lessons"))[-1]
    assert not last.ok
    assert "lessons" in last.said


@pytest.mark.parametrize("token", ["nonsense", "with\nbreak", "💥.x"])
async def test_a_token_that_is_none_is_not_even_tried(wire: Rest, token: str) -> None:
    [only] = await found(token)
    assert (only.ok, only.what) == (False, "Discord token")
    assert "[discord] token" in only.said
    assert wire.asked == []


UNKNOWN = (404, {"code": 0, "message": "404: Not Found"})
SLOW = (429, {"message": "slow down", "retry_after": 300.0, "global": False})


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/applications/@me"])
async def test_a_refused_token_is_named(wire: Rest, path: str) -> None:
    wire.script("GET", path, (401, {"code": 0, "message": "401: Unauthorized"}))
    [only] = await found()
    assert (only.ok, only.what) == (False, "Discord token")


@pytest.mark.parametrize(
    "path",
    [
        "/users/@me",
        "/oauth2/applications/@me",
        "/guilds/10",
        "/guilds/10/channels",
        "/guilds/10/members/1",
        "/channels/20",
    ],
)
@pytest.mark.parametrize(
    "answer",
    [
        (200, "<html>Welcome</html>"),
        (200, {}),
        (200, []),
        (200, None),
        (503, {}),
        UNKNOWN,
        SLOW,
        ("ban", None),
        ("drop", None),
        (403, {"code": 50001, "message": "Missing Access"}),
    ],
)
async def test_any_odd_answer_is_a_finding(wire: Rest, path: str, answer: tuple[Any, Any]) -> None:
    wire.script("GET", path, answer)
    assert [f for f in await found() if not f.ok]


async def test_a_ban_is_told_from_a_network_that_is_down(wire: Rest) -> None:
    wire.script("GET", "/users/@me", ("ban", None))
    assert "slow down" in (await found())[-1].said


async def test_a_guild_id_that_is_none_is_named(wire: Rest) -> None:
    last = (await found(guild="Offcourse"))[-1]
    assert not last.ok
    assert "[discord] guild_id" in last.said
