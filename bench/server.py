"""The bot with Slack over HTTP in a process of its own, as `run` starts it, plus a command that does nothing.

Prints its port when it serves; ends when its input is closed.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp

from adapters import web
from adapters.slack.run import serving
from bot import logs
from bot.app import App, open_app
from bot.app.core import COMMUNITY
from bot.config import Config
from bot.model import Checkpoint, CourseContent

WORDS = ("sea", "map", "bread", "garden", "music", "number", "letter", "light", "water", "paper", "code", "story")


def content(number: int) -> CourseContent:
    """Make up a course."""
    first, second = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
    steps = tuple(
        Checkpoint(f"Step {step} about {first}", f"https://example.org/{number}/{step}") for step in range(1, 5)
    )
    return CourseContent(f"Learn {first} and {second} {number}", steps, None, (first, second), f"All about {first}.")


def add_nothing(bolt: AsyncApp) -> None:
    """Let `/nothing` do nothing, before any other listener is asked."""
    listeners = bolt._async_listeners  # noqa: SLF001 - Bolt has no public way to put a listener in front
    before = len(listeners)

    @bolt.command("/nothing")
    async def nothing(ack: Any) -> None:
        await ack()

    listeners.insert(0, listeners.pop(before))


async def fill(app: App, courses: int) -> None:
    """Store some courses."""
    async with app.store.write(COMMUNITY) as unit:
        for number in range(courses):
            await unit.courses.add(content(number), None, app.clock.now())


async def serve(settings: dict[str, Any], courses: int) -> None:
    """Serve until the input is closed."""
    async with open_app(Config.model_validate(settings)) as app, serving(app) as slack:
        await fill(app, courses)
        add_nothing(slack.slack.bolt)

        async def ready() -> dict[str, str]:
            return {}

        site = web.build(ready=ready, slack=slack.endpoint.handle, metrics=app.metrics.registry)

        def listening(port: int) -> None:
            print(port, flush=True)

        running = asyncio.create_task(web.serve(site, "127.0.0.1", 0, listening))
        await asyncio.to_thread(sys.stdin.read)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    logs.set_up(quiet=True)
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), int(sys.argv[2])))
