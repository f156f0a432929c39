"""The pages served on this machine, and a browser without JavaScript to look at them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from adapters import web
from adapters.pages.routes import routes
from bot.model import PublicCourse
from tests.pages.sample import COURSE, HARD, ODD
from tests.playground.conftest import ARGS, CHROMIUM, MISSING

SHOWN: dict[str, PublicCourse] = {"plain": COURSE, **ODD, **{f"hard{at}": course for at, course in enumerate(HARD)}}
"""All courses that are looked at, by the name of their page."""

Look = Callable[..., Awaitable[Page]]


async def _find(token: str) -> PublicCourse | None:
    return SHOWN.get(token.rstrip("_"))


async def _fine() -> Mapping[str, str]:
    return {}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[str]:
    """Serve the pages of all sample courses; give the address."""
    ports: asyncio.Queue[int] = asyncio.Queue()
    app = web.build(ready=_fine, pages=routes(_find))
    serving = asyncio.create_task(web.serve(app, "127.0.0.1", 0, ports.put_nowait))
    yield f"http://127.0.0.1:{await asyncio.wait_for(ports.get(), 5)}"
    serving.cancel()
    await asyncio.wait([serving])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start one browser for the tests of a file."""
    if not CHROMIUM.exists():
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def look(site: str, browser: Browser) -> AsyncIterator[Look]:
    """Give a function that opens a page by name; it must log nothing and ask for nothing but itself."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    async def opened(name: str, width: int, scheme: str = "light", *, scripts: bool = False) -> Page:
        options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "java_script_enabled": scripts}
        contexts.append(await browser.new_context(**options))  # type: ignore[arg-type]  # a dict of known options
        page = await contexts[-1].new_page()
        here = f"{site}/courses/{name:_<8}"
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text))
        page.on("request", lambda asked: problems.append(asked.url) if asked.url != here else None)
        await page.goto(here)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert [problem for problem in problems if not problem.startswith("data:image/svg+xml,")] == []
