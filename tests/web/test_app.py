"""The web app in the same process: what it answers, and what it never lets out."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from adapters import web
from adapters.slack.http import Endpoint
from bot.errors import StoreUnavailable

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FINE = {"database": "", "slack": ""}


async def fine() -> Mapping[str, str]:
    return FINE


class Slack:
    """Stands where the Slack endpoint stands."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def handle(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        return PlainTextResponse("taken")


def client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.example")


def full(**parts: Any) -> Starlette:
    return web.build(**{"ready": fine, "slack": Slack().handle, "metrics": CollectorRegistry(), **parts})


async def test_healthz_answers() -> None:
    async with client(full()) as http:
        answer = await http.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_readyz_names_the_parts() -> None:
    async with client(full()) as http:
        answer = await http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"database": "ok", "slack": "ok"}}


async def test_readyz_names_the_part_that_fails() -> None:
    async def ready() -> Mapping[str, str]:
        return {"database": "", "slack": "no frame for 120 s"}

    async with client(full(ready=ready)) as http:
        answer = await http.get("/readyz")
        health = await http.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {"database": "ok", "slack": "no frame for 120 s"}}
    assert health.status_code == 200, "a restart cures nothing here"


async def test_readyz_that_breaks_is_not_ready_and_keeps_the_reason_in_the_log() -> None:
    async def ready() -> Mapping[str, str]:
        raise RuntimeError("password=hunter2")

    async with client(full(ready=ready)) as http:
        with capture_logs() as lines:
            answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert "hunter2" not in answer.text
    assert [line["event"] for line in lines] == ["readiness can't be told"]


async def test_readyz_that_hangs_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ready() -> Mapping[str, str]:
        await asyncio.sleep(30)
        return FINE

    monkeypatch.setattr(web, "READY_WAIT", 0.05)
    async with client(full(ready=ready)) as http:
        answer = await asyncio.wait_for(http.get("/readyz"), 5)
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "parts": {"bot": "did not tell within 0.05 s"}}


async def test_slack_gets_the_body_as_it_came() -> None:
    slack = Slack()
    async with client(full(slack=slack.handle)) as http:
        answer = await http.post("/slack/events", content=b"payload=%7B%7D")
    assert (answer.status_code, answer.text) == (200, "taken")
    assert slack.bodies == [b"payload=%7B%7D"]


@pytest.mark.parametrize("length", [web.LARGEST_BODY + 1, 10_000_000])
async def test_too_large_a_body_is_refused(length: int) -> None:
    slack = Slack()
    async with client(full(slack=slack.handle)) as http:
        answer = await http.post("/slack/events", content=b"x" * length)
    assert answer.status_code == 413
    assert slack.bodies == []


async def test_too_large_a_body_without_a_length_is_refused_too() -> None:
    slack = Slack()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (web.LARGEST_BODY // 2)

    async with client(full(slack=slack.handle)) as http:
        answer = await http.post("/slack/events", content=pieces())
    assert answer.status_code == 413
    assert slack.bodies == []


def signed(body: bytes) -> dict[str, str]:
    """Make the headers of a body that Slack signed."""
    verifier = SignatureVerifier(SECRET)
    timestamp = str(int(verifier.clock.now()))
    signature = verifier.generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


@pytest.mark.parametrize("in_pieces", [False, True])
@pytest.mark.parametrize("by_slack", [False, True])
async def test_too_large_a_body_is_one_line_in_the_log_at_most(*, in_pieces: bool, by_slack: bool) -> None:
    body = b"x" * (web.LARGEST_BODY + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    bolt: Any = None  # it is never asked
    app = full(slack=Endpoint(bolt, SECRET).handle)
    async with client(app) as http:
        with capture_logs() as lines:
            headers = signed(body) if by_slack else {}
            answer = await http.post("/slack/events", content=pieces() if in_pieces else body, headers=headers)
    assert answer.status_code == 413
    assert len(lines) <= 1
    assert not any("exc_info" in line for line in lines)


async def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_WAIT", 0.05)
    registry = CollectorRegistry()

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    slack = Slack()
    async with client(full(slack=slack.handle, metrics=registry)) as http:
        with capture_logs() as lines:
            answer = await asyncio.wait_for(http.post("/slack/events", content=drops()), 5)
    assert answer.status_code == 408
    assert answer.headers["connection"] == "close"
    assert (slack.bodies, lines) == ([], [])
    assert counted(registry, "/slack/events", "4xx") == 1


async def test_an_answer_may_take_longer_than_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_WAIT", 0.02)

    async def slow(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(0.06)
        return PlainTextResponse("taken")

    async with client(full(slack=slow)) as http:
        assert (await http.post("/slack/events", content=b"x")).status_code == 200


async def test_the_largest_body_is_taken() -> None:
    slack = Slack()
    async with client(full(slack=slack.handle)) as http:
        answer = await http.post("/slack/events", content=b"x" * web.LARGEST_BODY)
    assert answer.status_code == 200
    assert len(slack.bodies[0]) == web.LARGEST_BODY


@pytest.mark.parametrize("path", ["/slack/events", "/metrics"])
async def test_what_is_not_there_is_not_found(path: str) -> None:
    async with client(web.build(ready=fine)) as http:
        answer = await http.post(path)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/healthz/", 404),
        ("GET", "/docs", 404),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/%00", 404),
        ("GET", "//healthz", 404),
        ("POST", "/healthz", 405),
        ("DELETE", "/metrics", 405),
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("TRACE", "/readyz", 405),
        ("HEAD", "/healthz", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("POST", "/slack/events", 200),
    ],
)
async def test_every_answer_is_plain_and_carries_the_headers(method: str, path: str, status: int) -> None:
    async with client(full()) as http:
        answer = await http.request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in web.HEADERS} == web.HEADERS
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_an_error_is_told_to_the_log_only() -> None:
    async def broken(request: Request) -> Response:
        raise RuntimeError("password=hunter2")

    registry = CollectorRegistry()
    async with client(full(slack=broken, metrics=registry)) as http:
        with capture_logs() as lines:
            answer = await http.post("/slack/events", content=b"x")
    assert (answer.status_code, answer.text) == (500, "Something went wrong.")
    assert {name: answer.headers.get(name) for name in web.HEADERS} == web.HEADERS
    assert [(line["event"], line["path"], line["exc_info"]) for line in lines] == [
        ("request failed", "/slack/events", True)
    ]
    assert counted(registry, "/slack/events", "5xx") == 1


async def test_an_error_in_the_middle_breaks_the_connection() -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("the other half")

    async def broken(request: Request) -> Response:
        return StreamingResponse(half())

    async with client(full(slack=broken)) as http:
        with pytest.raises(RuntimeError, match="the other half"):
            await http.post("/slack/events")


async def test_an_answer_of_the_endpoint_that_is_an_http_error_stays_one() -> None:
    async def refuses(request: Request) -> Response:
        raise HTTPException(401, "not signed")

    async with client(full(slack=refuses)) as http:
        answer = await http.post("/slack/events")
    assert (answer.status_code, answer.text) == (401, "not signed")


def counted(registry: CollectorRegistry, path: str, status: str) -> float | None:
    return registry.get_sample_value("offcourse_http_seconds_count", {"path": path, "status": status})


async def test_metrics_count_answers() -> None:
    registry = CollectorRegistry()
    ticks = iter(range(100))
    async with client(full(metrics=registry, timer=lambda: next(ticks) * 0.2)) as http:
        await http.get("/healthz?token=secret")
        shown = await http.get("/metrics")
    assert counted(registry, "/healthz", "2xx") == 1
    assert registry.get_sample_value("offcourse_http_seconds_sum", {"path": "/healthz", "status": "2xx"}) == 0.2
    assert 'offcourse_http_seconds_count{path="/healthz",status="2xx"} 1.0' in shown.text
    assert shown.headers["content-type"].startswith("text/plain")
    assert "secret" not in shown.text


async def test_figures_that_are_counted_when_asked_for_are_counted_then() -> None:
    registry = CollectorRegistry()
    waiting = Gauge("offcourse_waiting", "Waiting.", registry=registry)
    stand = iter([3.0, 4.0])

    async def count() -> None:
        waiting.set(next(stand))

    async with client(full(metrics=registry, count=count)) as http:
        for wanted in ("offcourse_waiting 3.0", "offcourse_waiting 4.0"):
            assert wanted in (await http.get("/metrics")).text


async def test_figures_that_cannot_be_counted_leave_the_others() -> None:
    async def count() -> None:
        raise StoreUnavailable

    async with client(full(count=count)) as http:
        shown = await http.get("/metrics")
    assert (shown.status_code, "offcourse_http_seconds" in shown.text) == (200, True)


async def test_strangers_cannot_make_metrics_grow() -> None:
    registry = CollectorRegistry()
    async with client(full(metrics=registry)) as http:
        for number in range(50):
            await http.get(f"/guess-{number}")
    assert counted(registry, "other", "4xx") == 50
    labels = {
        (sample.labels["path"], sample.labels["status"])
        for family in registry.collect()
        for sample in family.samples
        if "path" in sample.labels
    }
    assert labels == {("other", "4xx")}


async def test_pages_are_counted_and_logged_by_their_template_and_keep_their_own_policy() -> None:
    async def page(request: Request) -> Response:
        if request.path_params["key"] == "broken":
            raise RuntimeError("a mistake of ours")
        return PlainTextResponse("a page", headers={"content-security-policy": "style-src 'self'"})

    registry = CollectorRegistry()
    async with client(full(pages=[Route("/pages/{key}", page)], metrics=registry)) as http:
        with capture_logs() as lines:
            shown, broken = await http.get("/pages/secret"), await http.get("/pages/broken")
        figures = (await http.get("/metrics")).text
    assert shown.headers.get_list("content-security-policy") == ["style-src 'self'"]
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert broken.status_code == 500
    assert [line["path"] for line in lines] == ["/pages/{key}"]
    assert counted(registry, "/pages/{key}", "2xx") == counted(registry, "/pages/{key}", "5xx") == 1
    assert "secret" not in figures
