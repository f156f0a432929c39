"""Every scenario plays on every platform."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stage import PLATFORMS, Stage, stage_on


@pytest.fixture(params=PLATFORMS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """One app on one platform."""
    async with stage_on(request.param, tmp_path) as opened:
        yield opened
