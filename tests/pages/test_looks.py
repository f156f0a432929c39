"""How the pages hold together in a browser, at a desk and on a phone, without JavaScript."""

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import SHOWN, Look

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

WIDE = """
() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 || one.getBoundingClientRect().left < -0.5)
  .map(one => one.tagName + '.' + one.className)
"""
CONTRAST = """
() => {
  const rgba = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
    .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = one => {
    for (let up = one; up; up = up.parentElement) {
      const found = rgba(getComputedStyle(up).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
  };
  const texts = [...document.querySelectorAll('body *')].filter(one =>
    [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
  return texts.map(one => {
    const [a, b] = [light(rgba(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
    return [one.className || one.tagName, (a + 0.05) / (b + 0.05)];
  }).filter(([, ratio]) => ratio < 4.5);
}
"""


@pytest.mark.parametrize("name", [*SHOWN])
async def test_nothing_is_wider_than_the_window(look: Look, name: str) -> None:
    page = await look(name, 1280, scripts=True)  # a test's own question needs them
    for width in (1280, 390, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(WIDE) == []


@pytest.mark.parametrize("width", [1280, 390])
async def test_all_is_there_without_javascript(look: Look, width: int) -> None:
    page = await look("plain", width)
    for words in (
        "Make a web page by hand",
        "3 steps",
        "For beginners",
        "Video · www.youtube.com",
        "Reviewed 4 May 2026",
    ):
        await expect(page.get_by_text(words).first).to_be_visible()
    await expect(page.get_by_role("list").last.get_by_role("listitem")).to_have_count(3)
    await expect(page.get_by_role("link")).to_have_count(3)
    for landmark in ("banner", "main", "contentinfo"):
        await expect(page.get_by_role(landmark)).to_have_count(1)


@pytest.mark.parametrize("name", [name for name in SHOWN if name.startswith("hard")])
async def test_text_that_wants_to_run_does_not(look: Look, name: str) -> None:
    page = await look(name, 390, scripts=True)
    goal = SHOWN[name].goal
    await expect(page.get_by_role("heading", level=1)).to_have_text(goal)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.mouse.move(100, 150)
    assert await page.title() == f"{goal} – {goal}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(look: Look, scheme: str) -> None:
    page = await look("plain", 1280, scheme, scripts=True)
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(19, 21, 24)") == (scheme == "dark")
    assert await page.evaluate(CONTRAST) == []


async def test_the_keyboard_finds_every_link_and_shows_where_it_is(look: Look) -> None:
    page = await look("plain", 390, scripts=True)
    for task in ("Meet the tags", "See somebody build one", "Give it some colour"):
        await page.keyboard.press("Tab")
        link = page.get_by_role("link", name=task)
        await expect(link).to_be_focused()
        assert await _outline(page) == "solid 3px"


async def _outline(page: Page) -> str:
    style = "getComputedStyle(document.activeElement)"
    return str(await page.evaluate(f"{style}.outlineStyle + ' ' + {style}.outlineWidth"))


async def test_a_right_to_left_page_begins_at_the_right(look: Look) -> None:
    page = await look("arabic", 1280, scripts=True)
    number = await page.evaluate("getComputedStyle(document.querySelector('.steps li'), '::before').right")
    assert number == "0px"
    task = await page.get_by_role("link").first.bounding_box()
    assert task is not None
    assert task["x"] > 640


async def test_nothing_moves(look: Look) -> None:
    page = await look("plain", 1280, scripts=True)
    assert await page.evaluate("document.getAnimations().length") == 0
    moving = (
        "[...document.querySelectorAll('*')].filter(one => getComputedStyle(one).transitionDuration !== '0s').length"
    )
    assert await page.evaluate(moving) == 0
