"""Where scenarios play: one app on one platform, with the time and the pages of the web in the test's hands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import App, open_app
from bot.config import Config
from bot.health import FOUND, Checked
from bot.model import Page
from storage import migrate
from tests.doubles.slack import slack_double
from tests.drivers.base import Answer, Driver, Seen
from tests.drivers.discord import discord_driver
from tests.drivers.playground import playground_driver
from tests.drivers.slack import slack_config, slack_driver

GUILD = 424242
"""The Discord server of scenarios."""
PAGES = "https://learn.example"
"""Where the world finds the courses' pages in scenarios."""
STEWARDS = ("slack:T0OFFCOURSE:U0ELIF", f"discord:{GUILD}:1456074443980800013", "playground:home:elif")
"""Elif on each platform; simcord gives its people the same numbers every time, and the driver minds that."""
PATIENCE = 30.0
"""Seconds that Slack waits in scenarios: a busy machine is no fault of the bot. Being in time has tests of its own."""
PLATFORMS = ("slack-http", "slack-socket", "discord", "playground")

PYTHON = {
    "goal": "Write small programs in Python",
    "steps": "Read the tutorial | https://docs.python.org/3/tutorial/\nTry it out | https://www.python.org/shell/",
    "level": "beginner",
    "topics": "python, programming",
    "description": "For everybody who never wrote a program before.",
}
"""A course that everything about is allowed."""


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        """Tell the moment."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Put the clock forward."""
        self.at += by


@dataclass
class FakeLinks:
    """Pages of the web by address; what is not here can't be read. Looks find every page but those in `looks`."""

    titles: dict[str, str] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    looks: dict[str, Checked] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)

    async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - the port's own form
        """Read a page."""
        self.asked.append(url)
        return self.pages.get(url) or (Page(url, self.titles[url]) if url in self.titles else None)

    async def check(
        self,
        url: str,
        timeout: float,  # noqa: ASYNC109 - the port's own form
        tag: str | None = None,
        changed: str | None = None,
    ) -> Checked | None:
        """Look at a page."""
        self.looked_at.append(url)
        return self.looks.get(url, FOUND)


@dataclass
class Stage:
    """One app on one platform."""

    on: Driver
    app: App
    clock: FixedClock
    links: FakeLinks

    async def tick(self) -> None:
        """Do what is due now, and wait for what the app took up by itself before: a tick doesn't get that."""
        await self.app.tick(self.clock.now())
        await self.app.delivery.idle()

    async def settled(self) -> None:
        """Do what is due now and a moment later, such as edits of cards that stand."""
        for _ in range(3):
            await self.tick()
            self.clock.move(timedelta(seconds=2))

    async def posts(self, channel: str = "courses") -> list[Seen]:
        """Read what the bot has posted in a channel for all to see, once all that it took up is done."""
        await self.app.delivery.idle()
        return await self.on.posts(channel)

    async def letters(self, who: str) -> list[Seen]:
        """Read what the bot has written to somebody in private, once all that it took up is done."""
        await self.app.delivery.idle()
        return await self.on.letters(who)

    async def tap(self, who: str, on: Seen, label: str) -> Answer:
        """Tap a button by its label."""
        return await self.on.click(who, on, on.button(label))

    async def link_of(self, course: int, occurrence: str = "announced") -> str:
        """Give the address of a course's card where it was posted, as the platform writes it."""
        await self.app.delivery.idle()
        async with self.app.store.read("main") as unit:
            (letter,) = await unit.outbox.find("course.card", str(course), occurrence, None)
        assert letter.ref is not None, f"not posted: {letter.state} {letter.error}"
        link = await self.app.chats[self.on.platform].link(letter.ref)
        assert link is not None
        return link


async def show(stage: Stage, who: str, course: int) -> Seen:
    """Show a course to somebody, by its number."""
    return (await stage.on.command(who, f"/course show C{course}")).only


async def share(stage: Stage, who: str, **values: str) -> Answer:
    """Share a course as a member would: the command, then the form."""
    opened = await stage.on.command(who, "/course share")
    assert opened.form is not None
    return await stage.on.submit(who, opened.form, **values)


@cache
def new_database() -> bytes:
    """Give the file of a migrated and empty SQLite database: to copy it takes a hundredth of migrating anew."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as beside:  # a loop may be running here
        path = Path(folder) / "new.db"
        beside.submit(asyncio.run, migrate(f"sqlite:///{path}")).result()
        return path.read_bytes()


def settings(folder: Path, **sections: Any) -> Config:
    """Give the settings of a scenario, with a new database in a folder, or the one that is there."""
    path = folder / "offcourse.db"
    if not path.exists():
        path.write_bytes(new_database())
    return Config.model_validate({"storage": {"url": f"sqlite:///{path}"}, **sections})


@asynccontextmanager
async def stage_on(platform: str, folder: Path) -> AsyncIterator[Stage]:
    """Open an app and put it on a platform."""
    async with stages_on((platform,), folder) as (stage,):
        yield stage


@asynccontextmanager
async def stages_on(platforms: Sequence[str], folder: Path) -> AsyncIterator[tuple[Stage, ...]]:
    """Open one app and put it on several platforms at once."""
    clock, links = FixedClock(), FakeLinks()
    async with AsyncExitStack() as stack:
        sections: dict[str, Any] = {"web": {"public_url": PAGES}, "community": {"stewards": STEWARDS}}
        slack = next((platform for platform in platforms if platform.startswith("slack")), None)
        if slack:
            mode: Any = slack.removeprefix("slack-")
            double = await stack.enter_async_context(slack_double())
            double.patience = PATIENCE
            sections |= {"slack": slack_config(double, mode)}
        if "discord" in platforms:
            channels = {"courses": "courses", "meetups": "meetups"}
            sections |= {"discord": {"token": "t", "guild_id": str(GUILD), "channels": channels}}
        app = await stack.enter_async_context(open_app(settings(folder, **sections), clock=clock, links=links))
        drivers: list[Driver] = []
        for platform in platforms:
            if platform == slack:
                drivers.append(await stack.enter_async_context(slack_driver(app, double, mode)))
            elif platform == "discord":
                drivers.append(await stack.enter_async_context(discord_driver(app)))
            else:
                drivers.append(await stack.enter_async_context(playground_driver(app)))
        yield tuple(Stage(on, app, clock, links) for on in drivers)
