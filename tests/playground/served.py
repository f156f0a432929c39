"""Serves the playground over the stand-in core, in a process of its own: `python -m tests.playground.served PATH`.

NiceGUI keeps one application per process, so the browser tests start this file once for each of their servers.
"""

import asyncio
import sys
from pathlib import Path

from adapters.pages.routes import routes
from adapters.playground.chat import PlaygroundChat
from adapters.playground.clock import ShiftedClock
from adapters.playground.page import serve
from adapters.playground.world import World
from bot.config import channels_of
from bot.model import PublicCourse
from tests.doubles.core import FakeCore, SteadyClock
from tests.pages.sample import COURSE, TOKEN


async def find(token: str) -> PublicCourse | None:
    return COURSE if token == TOKEN else None


async def main(path: Path, port: int) -> None:
    world = World(path)
    clock = ShiftedClock(SteadyClock(), world)
    core = FakeCore(clock)
    core.attach(PlaygroundChat(world, clock, channels_of(core.config, "playground")))
    await serve(core, world, clock, core.work, core.tick, "127.0.0.1", port, routes(find))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
