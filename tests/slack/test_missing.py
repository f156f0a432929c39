"""Payloads that lack a field, by both roads: each is acknowledged, and handled where anything can be made of it."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from bot.config import Config
from bot.requests import Click, Intent, Invoke, Outcome, Pick, Rejected, Request, Submit
from tests.doubles import slack_payloads as payloads
from tests.doubles.core import FakeCore, share_form
from tests.doubles.slack import COURSES, SlackDouble
from tests.drivers.slack import SlackDriver, slack_config, slack_driver

Json = dict[str, Any]
ODD: tuple[object, ...] = (None, 5, [], {}, "")


class CalmCore(FakeCore):
    """A core that keeps its promise never to raise, whatever a form lacks."""

    async def handle(self, request: Request) -> Outcome:
        if isinstance(request.intent, Submit) and request.intent.values.keys() < {"goal", "steps"}:
            self.handled[request.key] = request
            return Rejected(share_form(), {"goal": "Too short."})
        return await super().handle(request)


@pytest.fixture
def core(double: SlackDouble) -> FakeCore:
    return CalmCore()


def delivered(double: SlackDouble) -> dict[str, Json]:
    """Give one payload of each kind."""
    button = {"type": "button", "action_id": "course.start:1", "value": "course.start:1"}
    message = {"channel": COURSES, "ts": "1700000000.000100", "ephemeral": True}
    form = {"id": "V1", "hash": "1.abc", "callback_id": "course.share", "private_metadata": "", "type": "modal"}
    field = {"type": "input", "block_id": "goal", "element": {"type": "plain_text_input", "action_id": "goal"}}
    steps = {"type": "input", "block_id": "steps", "element": {"type": "plain_text_input", "action_id": "steps"}}
    window = {**form, "title": {}, "blocks": [field, steps]}
    values = {"goal": "Learn to bake", "steps": "Read | https://example.org/a"}
    picked = {"user": "U0ELIF", "text": "Try it", "ts": "1700000000.000100"}
    return {
        "command": payloads.command(double, "ana", "/course search bread", COURSES),
        "click": payloads.click(double, "ana", message, button),
        "submission": payloads.submission(double, "ana", window, values),
        "shortcut": payloads.shortcut(double, "ana", "course.from_message", picked, COURSES),
    }


def paths(payload: Json, *before: str) -> Iterator[tuple[str, ...]]:
    for key, value in payload.items():
        yield (*before, key)
        if isinstance(value, dict):
            yield from paths(value, *before, key)


def changed(payload: Json, path: tuple[str, ...], *value: object) -> Json:
    """Put a value at a path; without one, leave the key out."""
    copied = copy.deepcopy(payload)
    place = copied
    for step in path[:-1]:
        place = place[step]
    place.pop(path[-1])
    if value:
        place[path[-1]] = value[0]
    return copied


@pytest.mark.parametrize("kind", ["command", "click", "submission", "shortcut"])
async def test_no_field_is_needed_for_an_acknowledgement(driver: SlackDriver, kind: str) -> None:
    whole = delivered(driver.double)[kind]
    lost: list[object] = []
    for path in paths(whole):
        for value in ((), *((odd,) for odd in ODD)):
            body = changed(whole, path, *value)
            if body and await driver.deliver(body) is None:
                lost.append((path, value))
    await driver._core.idle()
    assert lost == []


@pytest.mark.parametrize(
    ("kind", "path", "intent"),
    [
        ("command", ("trigger_id",), Invoke),
        ("command", ("response_url",), Invoke),
        ("click", ("actions",), Click),
        ("click", ("trigger_id",), Click),
        ("submission", ("view", "type"), Submit),
        ("submission", ("view", "state"), Submit),
        ("submission", ("view", "hash"), Submit),
        ("submission", ("view", "id"), Submit),
        ("submission", ("response_urls",), Submit),
        ("shortcut", ("trigger_id",), Pick),
    ],
)
async def test_what_lacks_a_field_is_still_handled_once(
    driver: SlackDriver, core: FakeCore, kind: str, path: tuple[str, ...], intent: type[Intent]
) -> None:
    whole = delivered(driver.double)[kind]
    bodies = [changed(whole, path), changed(whole, path, None), changed(whole, path, 5)]
    if path == ("actions",):
        [action] = whole["actions"]
        bodies = [changed(whole, path, [changed(action, ("action_id",), *value)]) for value in [(), (None,), (5,)]]
    for body in bodies:
        core.handled.clear()
        for _ in range(2):
            assert await driver.deliver(body) is not None
        [request] = core.handled.values()
        assert isinstance(request.intent, intent)
    await driver._core.idle()


async def test_an_answer_of_bolt_that_is_no_success_is_an_acknowledgement_too(
    double: SlackDouble, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    core.config = Config.model_validate({"slack": slack_config(double, "socket")})
    async with slack_driver(core, double, "socket") as running:
        monkeypatch.setattr(core, "handle", None)  # whatever is wrong inside
        assert await running.deliver(delivered(double)["command"]) == {}
