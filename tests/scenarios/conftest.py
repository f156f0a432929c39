"""Every scenario plays on every platform.

On Slack it takes one of the two roads: they differ in nothing but the transport, and each plays half of the scenarios.
"""

import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import settle
from tests.stage import PLATFORMS, PYTHON, Stage, share, stage_on

ROADS = ("slack-http", "slack-socket")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the platforms of a scenario; the road by its name, so that it is always the same one."""
    if "stage" in metafunc.fixturenames:
        scenario = f"{metafunc.module.__name__}.{metafunc.function.__name__}"
        other = ROADS[zlib.crc32(scenario.encode()) % len(ROADS)]
        metafunc.parametrize("stage", [one for one in PLATFORMS if one != other], indirect=True)


@pytest.fixture
async def stage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """One app on one platform. Replies wait for their posts however busy the machine is."""
    monkeypatch.setattr(settle, "PATIENCE", 10.0)
    async with stage_on(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
async def two_courses(stage: Stage) -> Stage:
    """Ana has shared course 1, Ben course 2."""
    await share(stage, "ana", **PYTHON)
    bread = {"goal": "Bake bread at home", "steps": "Knead it | https://example.org/bread"}
    assert "(C2)" in (await share(stage, "ben", **PYTHON | bread)).text
    return stage


async def picture(stage: Stage) -> list[Any]:
    """Take all of the two courses and their people that an attacker could want to change."""
    async with stage.app.store.read("main") as unit:
        people = [(await unit.people.named(name))[0].id for name in ("Ana", "Ben")]
        return [
            [await unit.courses.get(number) for number in (1, 2, 3)],
            [await unit.courses.changes(number, 0, 9) for number in (1, 2)],
            [await unit.learning.started(person, 0, 9) for person in people],
            [await unit.shelf.of(person, 0, 9) for person in people],
            [await unit.people.interests(person) for person in people],
        ]
