"""How the real page holds together: text is text, links lead there, a phone, light and dark, names for all."""

import pytest
from playwright.async_api import expect

from tests.playground.conftest import Open
from tests.playground.seen import field, lines, message, say, share_form

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

NASTY = (
    "<script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "{{ 7 * 6 }} ${7 * 6} `x` &amp; &lt;b&gt;",
    "**bold** [a](javascript:alert(1)) <!channel> @everyone",
)


@pytest.mark.parametrize("nasty", NASTY)
async def test_what_people_type_is_shown_as_they_typed_it(window: Open, nasty: str) -> None:
    page = await window("ana", "general")
    await say(page, nasty)
    await expect(message(page, nasty).locator(".message-text")).to_have_text(nasty)
    await page.reload()
    await expect(message(page, nasty).locator(".message-text")).to_have_text(nasty)
    await say(page, f"/course show {nasty}")
    await expect(message(page, "Only you can see this").get_by_role("heading")).to_have_text(nasty)
    assert await page.title() == "Ana – Offcourse playground"


async def test_the_clock_goes_forward_and_runs_due_work(window: Open) -> None:
    page, other = await window("chloe"), await window("elif")
    await expect(page.locator(".header-time")).to_contain_text("05:30")
    before = await page.locator(".header-time").inner_text()
    await page.get_by_role("button", name="+1 week").click()
    await expect(message(other, "Due work at 11 May.")).to_have_count(1)
    await expect(message(page, "Due work at 11 May.")).to_have_count(1)
    await expect(page.locator(".header-time")).not_to_have_text(before)


async def test_the_bot_can_be_removed_from_a_channel(window: Open) -> None:
    page = await window("elif", "support-centre")
    await page.get_by_role("button", name="Channel settings").click()
    await page.get_by_text("Remove the bot from this channel").click()
    await expect(page.get_by_text("The bot was removed from this channel")).to_be_visible()
    await page.get_by_role("button", name="Channel settings").click()
    await page.get_by_text("Let the bot in again").click()
    await expect(page.get_by_text("The stewards' room")).to_be_visible()


async def test_a_link_to_a_message_opens_its_channel_and_shows_it(window: Open) -> None:
    page = await window("ana", "meetups")
    await say(page, "Meet me at the fountain")
    number = await message(page, "fountain").get_attribute("data-n")
    for n in range(12):
        await say(page, f"words {n}\n\n\n")
        await expect(message(page, f"words {n}")).to_be_visible()
    other = await window("ben", at=f"&at=meetups/{number}")
    await expect(other.get_by_role("heading", level=1)).to_have_text("#meetups")
    await expect(message(other, "Meet me at the fountain")).to_be_in_viewport()


async def test_a_link_in_a_card_leads_to_the_message(window: Open) -> None:
    page = await window("dries", "general")
    dialog = await share_form(page)
    await dialog.get_by_label("Goal").fill("Build a kite")
    await dialog.get_by_label("Steps").fill("https://example.org/kite")
    await dialog.get_by_role("button", name="Share it").click()
    await message(page, "Shared: Build a kite").get_by_role("link", name="Build a kite").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#courses")
    await expect(message(page, "Build a kite")).to_be_in_viewport()


async def test_the_stewards_room_is_not_there_for_others(window: Open) -> None:
    page = await window("ana", "support-centre")
    await expect(page.get_by_role("heading", level=1)).to_have_text("#courses")
    await expect(page.get_by_role("link", name="support-centre")).to_have_count(0)


async def test_one_becomes_somebody_else(window: Open) -> None:
    page = await window("ana")
    await page.get_by_role("link", name="Chloe").click()
    await expect(page).to_have_title("Chloe – Offcourse playground")
    await expect(page.get_by_role("link", name="Chloe")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("width", [390, 320])
async def test_a_phone_shows_all_without_sideways_scrolling(window: Open, width: int) -> None:
    page = await window("ben", viewport={"width": width, "height": 844}, is_mobile=True, has_touch=True)
    await say(page, "wide" * 60)
    await say(page, "/course search " + "x" * 70)
    await expect(message(page, "Only you can see this")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.getElementById('scroll').scrollWidth <= innerWidth")
    dialog = await share_form(page)
    box = await dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("link", name="meetups")).to_be_hidden()
    await page.get_by_role("button", name="Open the menu").tap()
    await page.get_by_role("link", name="meetups").tap()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#meetups")
    await expect(page.get_by_role("link", name="meetups")).to_be_hidden()


CONTRAST = """() => {
  const light = (c) => {
    const [r, g, b] = c.match(/[0-9.]+/g).map(Number).map((v) => {
      v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c !== "rgba(0, 0, 0, 0)" && !c.startsWith("color(")) return c;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  const poor = [];
  for (const e of document.querySelectorAll(".playground *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${e.className}: ${e.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_words_have_contrast_in_light_and_dark(window: Open, scheme: str) -> None:
    page = await window("elif", color_scheme=scheme)
    await say(page, "hello")
    await say(page, "/course show contrast")
    await expect(message(page, "contrast")).to_be_visible()
    await field(page).press_sequentially("/")
    await expect(lines(page)).to_have_count(5)
    assert await page.evaluate(CONTRAST) == []
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(25, 27, 31)"}[scheme]


async def test_the_page_tells_its_language_and_names_its_buttons(window: Open) -> None:
    page = await window("ana")
    await say(page, "/course show labels")
    await expect(message(page, "labels")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "en-US"
    nameless = "els => els.filter(e => !e.textContent.trim() && !e.getAttribute('aria-label')).length"
    assert await page.locator("button, a").evaluate_all(nameless) == 0
