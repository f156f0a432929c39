"""The door for Slack's deliveries over HTTP: what is not Slack's, too big or broken stays outside, quietly."""

import json
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.slack.app import assemble
from adapters.slack.http import LARGEST_BODY, Endpoint
from bot.config import Config
from tests.doubles import slack_payloads as payloads
from tests.doubles.core import FakeCore
from tests.doubles.slack import COURSES, SlackDouble
from tests.drivers.slack import slack_config

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def client(core: FakeCore) -> httpx.AsyncClient:
    slack = assemble(core)
    endpoint = Endpoint(slack.bolt, slack.signing_secret)
    site = Starlette(routes=[Route("/slack/events", endpoint.handle, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://bot.test")


async def post(client: httpx.AsyncClient, body: bytes, headers: dict[str, Any]) -> tuple[int, list[Any]]:
    with structlog.testing.capture_logs() as logs:
        answer = await client.post("/slack/events", content=body, headers=headers)
    return answer.status_code, [entry for entry in logs if entry["log_level"] in {"warning", "error"}]


BROKEN = [
    (b"[1,2]", JSON),
    (b"{bad", JSON),
    (b"[" * 100_000, JSON),
    (b'{"a":' * 20_000, JSON),
    (b"null", JSON),
    (b"5", JSON),
    (b"payload=[1,2]", FORM),
    (b"payload={bad", FORM),
    (b"payload=" + b"[" * 100_000, FORM),
    (b"\xff\xfe\x00", JSON),
    (b"{bad", "text/plain; charset=nonsense"),
]


@pytest.mark.parametrize(("body", "kind"), BROKEN)
async def test_i22_broken_and_unsigned_is_refused_with_one_line(
    client: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    status, logs = await post(client, body, {"content-type": kind})
    assert status == 401
    assert len(logs) == 1


@pytest.mark.parametrize(("body", "kind"), [each for each in BROKEN if b"\xff" not in each[0]])
async def test_broken_but_signed_is_refused_with_one_line(client: httpx.AsyncClient, body: bytes, kind: str) -> None:
    status, logs = await post(client, *payloads.sign(body, kind))
    assert status == 400
    assert len(logs) == 1
    assert "exc_info" not in logs[0]


@pytest.mark.parametrize("more", [0, 1, 9 * LARGEST_BODY])
async def test_too_large_is_refused_before_it_is_read(client: httpx.AsyncClient, more: int) -> None:
    status, _ = await post(client, b"x" * (LARGEST_BODY + more), {"content-type": FORM})
    assert status == (413 if more else 401)


async def test_a_body_that_hides_its_length_is_counted(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 65_536

    answer = await client.post("/slack/events", content=endless(), headers={"content-type": FORM})
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["abc", "-1", "9" * 5000])
async def test_an_odd_length_is_refused(client: httpx.AsyncClient, length: str) -> None:
    status, _ = await post(client, b"x", {"content-length": length})
    assert status == 413


@pytest.mark.parametrize(
    "changed",
    [
        {"x-slack-request-timestamp": "abc"},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": "1700000000.5"},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "-1"},
        {"x-slack-request-timestamp": "1"},
        {"x-slack-request-timestamp": "٣٤"},
        {"x-slack-signature": "vö=ü".encode()},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": "v0=" + "0" * 100_000},
    ],
)
async def test_i23_an_odd_signature_is_refused(
    client: httpx.AsyncClient, double: SlackDouble, core: FakeCore, changed: dict[str, Any]
) -> None:
    body, headers = payloads.signed(payloads.command(double, "ana", "/course share", COURSES))
    encoded = {key: value.encode() if isinstance(value, str) else value for key, value in changed.items()}
    status, logs = await post(client, body, {**headers, **encoded})
    assert status == 401
    assert len(logs) == 1
    assert core.handled == {}


async def test_a_body_that_is_no_text_is_refused(client: httpx.AsyncClient) -> None:
    headers = {**payloads.sign(b"x", JSON)[1], "content-type": JSON}
    assert (await post(client, b"\xff\xfe", headers))[0] == 401


async def test_without_headers_it_is_refused(client: httpx.AsyncClient) -> None:
    assert (await post(client, b"command=/course", {}))[0] == 401


async def test_another_secret_is_refused(client: httpx.AsyncClient, double: SlackDouble) -> None:
    body, headers = payloads.signed(payloads.command(double, "ana", "/course", COURSES), secret="another")
    assert (await post(client, body, headers))[0] == 401


async def test_without_a_secret_everything_is_refused(double: SlackDouble, core: FakeCore) -> None:
    core.config = Config.model_validate({"slack": slack_config(double, "socket")})
    slack = assemble(core)
    site = Starlette(
        routes=[Route("/slack/events", Endpoint(slack.bolt, slack.signing_secret).handle, methods=["POST"])]
    )
    body, headers = payloads.signed(payloads.command(double, "ana", "/course", COURSES), secret="a guess")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://bot.test") as client:
        assert (await client.post("/slack/events", content=body, headers=headers)).status_code == 401


async def test_slack_proves_the_address(client: httpx.AsyncClient) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c", "token": "t"}).encode()
    answer = await client.post("/slack/events", content=body, headers=payloads.sign(body, JSON)[1])
    assert (answer.status_code, answer.json()) == (200, {"challenge": "c"})


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "team_id": "T1", "event": {"type": "member_joined_channel", "user": "U1"}},
        {"type": "event_callback", "team_id": "T1", "event": {"type": "message", "bot_id": "B1", "text": "hi"}},
        {"type": "event_callback", "team_id": "T1", "event": {}},
        {"type": "block_actions", "user": None, "actions": []},
        {"type": "workflow_step_edit", "user": {"id": "U1"}, "callback_id": "x"},
        {"type": "event_callback", "team_id": "T1", "event": None},
        {"type": "event_callback", "authorizations": [{}], "event": {"type": None, "user": {"id": 5}}},
        {"type": "view_submission", "user": {"id": "U1", "team_id": "T1"}, "view": None},
        {"type": "something_new"},
        {},
    ],
)
async def test_f4_i24_what_is_not_for_us_is_acknowledged(client: httpx.AsyncClient, payload: dict[str, Any]) -> None:
    assert await post(client, *payloads.signed(payload)) == (200, [])


async def test_a_replay_is_handled_once(client: httpx.AsyncClient, double: SlackDouble, core: FakeCore) -> None:
    body, headers = payloads.signed(payloads.command(double, "ana", "/course search bread", COURSES))
    first = await client.post("/slack/events", content=body, headers=headers)
    second = await client.post("/slack/events", content=body, headers=headers)
    assert b"Courses for" in first.content
    assert (second.status_code, second.content) == (200, b"")
    assert len(core.handled) == 1
