"""A served playground and a browser for the tests that drive the real page."""

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
MISSING = "needs Debian's chromium: apt install chromium fonts-noto-color-emoji"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Open = Callable[..., Awaitable[Page]]


class Served:
    """A playground in a process of its own."""

    def __init__(self, path: Path, port: int = 0) -> None:
        command = [sys.executable, "-W", "error", "-m", "tests.playground.served", str(path), str(port)]
        # stderr goes into stdout, so that a test sees every word the server says
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "The playground is ready: http://" in said, said + self.process.stdout.read()
        self.url = said.strip().rpartition(" ")[2]

    def end(self, signal: int) -> tuple[int, str]:
        """Send a signal; give the exit code and all that was said after the address."""
        self.process.send_signal(signal)
        said, _ = self.process.communicate(timeout=10)
        return self.process.returncode, said

    def kill(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve one playground for the tests of a file: they write different words into it."""
    found = Served(tmp_path_factory.mktemp("playground") / "world.json")
    yield found
    found.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start one browser for the tests of a file; each window has a profile of its own."""
    if not CHROMIUM.exists():  # noqa: ASYNC240 - one look at a local disk
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def window(served: Served, browser: Browser) -> AsyncIterator[Open]:
    """Give a function that opens a window as a member; the page must log no error and ask no other host."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("request", lambda asked: problems.append(asked.url) if not local(asked.url) else None)

    async def opened(who: str, channel: str = "courses", *, at: str = "", **options: Any) -> Page:
        contexts.append(await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options}))
        page = await contexts[-1].new_page()
        watch(page)
        await page.goto(f"{served.url}/?as={who}&in={channel}{at}")
        await page.get_by_role("combobox").wait_for()
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert problems == []


def local(url: str) -> bool:
    """Tell whether an address stays on this machine."""
    return url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
