"""The server: starts once, answers on this machine only, ends quietly, keeps the world."""

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from adapters.pages.page import Writer
from adapters.playground.stream import SHOWN
from adapters.playground.world import World
from tests.doubles.core import NOW
from tests.pages.sample import COURSE, TOKEN
from tests.playground.conftest import ARGS, CHROMIUM, MISSING, Served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    found = Served(tmp_path / "world.json")
    yield found
    found.kill()


@pytest.mark.browser
async def test_a_long_history_is_drawn_in_parts(tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(MISSING)
    world = World(tmp_path / "world.json")
    for number in range(SHOWN + 5):
        world.post("courses", "ana", f"message {number}", NOW)
    long = Served(tmp_path / "world.json")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = await browser.new_page()
        await page.goto(long.url)
        await expect(page.get_by_role("article")).to_have_count(SHOWN)
        await expect(page.get_by_text(f"message {SHOWN + 4}", exact=True)).to_be_in_viewport()
        await page.get_by_role("button", name="Show earlier messages").click()
        await expect(page.get_by_role("article")).to_have_count(SHOWN + 5)
        await browser.close()
    long.kill()


def test_the_browser_is_told_to_ask_no_other_host(served: Served) -> None:
    with urllib.request.urlopen(served.url) as answer:  # noqa: S310 - our own server
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_beside_it_keep_their_own_policy(served: Served) -> None:
    with urllib.request.urlopen(f"{served.url}/courses/{TOKEN}") as answer:  # noqa: S310 - our own server
        assert answer.headers.get_all("Content-Security-Policy") == [Writer().policy]
        assert COURSE.goal in answer.read().decode()
    with urllib.request.urlopen(f"{served.url}/courses/{TOKEN}.png") as answer:  # noqa: S310 - our own server
        assert answer.headers["Content-Type"] == "image/png"
    assert get(f"{served.url}/courses/{TOKEN[::-1]}")[0] == 404


def get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_quietly(own: Served, number: signal.Signals) -> None:
    status, page = get(own.url)
    assert status == 200
    assert "Offcourse playground" in page
    assert own.end(number) == (0, "")


def test_a_page_of_another_site_can_not_pretend_to_be_this_one(own: Served) -> None:
    assert get(own.url, Host="evil.example")[0] == 400
    assert get(own.url, Host="localhost")[0] == 200


@pytest.mark.parametrize("query", ["as=nobody", "in=nowhere", "at=courses/99", "at=%00", "as=%3Cscript%3Ex&in=../x"])
def test_an_odd_address_opens_the_page_all_the_same(served: Served, query: str) -> None:
    status, page = get(f"{served.url}/?{query}")
    assert status == 200
    assert "Ana – Offcourse playground" in page
    assert "<script>x" not in page


@pytest.mark.browser
async def test_a_window_comes_back_after_a_restart(tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(MISSING)
    file = tmp_path / "world.json"
    first = Served(file)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = await browser.new_page()
        await page.goto(f"{first.url}/?as=ben")
        await page.get_by_role("combobox").fill("still here")
        await page.get_by_role("combobox").press("Enter")
        await expect(page.get_by_role("article")).to_contain_text("still here")
        assert first.end(signal.SIGTERM) == (0, "")
        await expect(page.get_by_text("Connection lost")).to_be_visible()

        second = Served(file, port=int(first.url.rpartition(":")[2]))
        await expect(page.get_by_text("Connection lost")).to_be_hidden(timeout=15000)
        await expect(page.get_by_role("article")).to_contain_text("still here")
        await browser.close()
        second.kill()
    assert [m["body"] for m in json.loads(file.read_text())["messages"]] == ["still here"]
