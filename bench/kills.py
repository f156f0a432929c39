"""Writing to many owners while the program is killed again and again: `python -m bench.kills [OWNERS] [KILLS]`."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.model import OutboxState
from tests.scenarios.test_crash import write_and_kill

OWNERS, KILLS = 400, 24


async def measure(owners: int = OWNERS, kills: int = KILLS) -> list[tuple[str, Any]]:
    """Write to owners, kill the program at moments of chance, and count what arrived."""
    begun = time.perf_counter()
    with TemporaryDirectory() as folder:
        times, states = await write_and_kill(Path(folder), owners, kills)
    return [
        ("owners written to, with kills", f"{owners}, {kills}"),
        ("doubled (0)", sum(count - 1 for count in times.values())),
        ("lost (0)", owners - len(times)),
        ("unknown", states.get(OutboxState.UNKNOWN.value, 0)),
        ("seconds", round(time.perf_counter() - begun)),
    ]


async def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    for name, value in await measure(*map(int, arguments)):
        print(f"{name}: {value}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
