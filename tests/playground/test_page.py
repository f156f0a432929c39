"""What one does on the real page in a real browser, over the stand-in core."""

import pytest
from playwright.async_api import expect

from tests.doubles.core import TITLES
from tests.playground.conftest import Open
from tests.playground.seen import field, lines, message, say, share_form

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_the_palette_lists_commands_and_narrows(window: Open) -> None:
    page = await window("ana")
    await field(page).press_sequentially("/")
    await expect(lines(page)).to_have_count(5)
    await expect(lines(page).first).to_contain_text("Share a course with everybody")
    await field(page).press_sequentially("off")
    await expect(lines(page)).to_have_count(1)
    await field(page).press("Escape")
    await expect(page.get_by_role("listbox")).to_be_hidden()
    await expect(field(page)).to_have_value("/off")
    await expect(field(page)).to_have_attribute("aria-expanded", "false")


async def test_titles_are_suggested_while_typing(window: Open) -> None:
    page = await window("ana")
    await field(page).press_sequentially("/course show brea")
    await expect(lines(page)).to_have_text([f"{TITLES[1]}C2"])
    await field(page).press("Tab")
    await expect(field(page)).to_have_value("/course show C2 ")
    await field(page).press("Enter")
    await expect(message(page, "Only you can see this")).to_contain_text("Shared by @Ana")
    await expect(field(page)).to_have_value("")


async def test_the_palette_works_with_the_mouse(window: Open) -> None:
    page = await window("ana")
    await field(page).press_sequentially("/course")
    await lines(page).filter(has_text="/course search").click()
    await expect(field(page)).to_have_value("/course search ")
    await lines(page).filter(has_text="level:").click()
    await lines(page).filter(has_text="beginner").click()
    await expect(field(page)).to_have_value("/course search level:beginner ")
    await expect(field(page)).to_be_focused()


async def test_a_form_shows_errors_beside_the_fields_and_keeps_what_was_typed(window: Open) -> None:
    page = await window("ana")
    dialog = await share_form(page)
    await expect(dialog.get_by_label("Goal")).to_be_focused()
    await dialog.get_by_label("Goal").fill("abc")
    await expect(dialog.get_by_text("3 / 55")).to_be_visible()
    await dialog.get_by_label("Steps").fill("Read it | nowhere")
    await dialog.get_by_label("Level").select_option("medium")
    await dialog.get_by_role("button", name="Share it").click()

    await expect(dialog.get_by_text("A goal has 5 to 55 characters.")).to_be_visible()
    await expect(dialog.get_by_text("Each step needs an address")).to_be_visible()
    await expect(dialog.get_by_label("Goal")).to_be_focused()
    await expect(dialog.get_by_label("Goal")).to_have_attribute("aria-invalid", "true")
    await expect(dialog.get_by_label("Goal")).to_have_value("abc")
    await expect(dialog.get_by_label("Steps")).to_have_value("Read it | nowhere")
    await expect(dialog.get_by_label("Level")).to_have_value("medium")

    await dialog.get_by_label("Goal").fill("Read maps at sea")
    await dialog.get_by_label("Steps").fill("Read it | https://example.org")
    await dialog.get_by_role("button", name="Share it").click()
    await expect(dialog).to_be_hidden()
    await expect(message(page, "Only you can see this")).to_contain_text("Shared: Read maps at sea")


async def test_a_form_that_was_closed_remembers(window: Open) -> None:
    page = await window("ana")
    dialog = await share_form(page)
    await dialog.get_by_label("Goal").fill("Half a thought")
    await dialog.get_by_label("Steps").fill("first line\nsecond line")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    dialog = await share_form(page)
    await expect(dialog.get_by_label("Goal")).to_have_value("Half a thought")
    await expect(dialog.get_by_label("Steps")).to_have_value("first line\nsecond line")


async def test_a_second_window_sees_public_posts_at_once_and_no_private_ones(window: Open) -> None:
    ana, ben = await window("ana"), await window("ben")
    await say(ana, "Ben, can you see this?")
    await expect(message(ben, "Ben, can you see this?")).to_be_visible()
    await say(ana, "/course search quietly")
    await expect(message(ana, "quietly")).to_contain_text("Only you can see this")
    await say(ana, "and this?")
    await expect(message(ben, "and this?")).to_be_visible()
    await expect(message(ben, "quietly")).to_have_count(0)
    await message(ana, "quietly").get_by_role("button", name="Dismiss").click()
    await expect(message(ana, "quietly")).to_have_count(0)


async def test_news_elsewhere_is_marked(window: Open) -> None:
    ana, ben = await window("ana", "general"), await window("ben", "meetups")
    await say(ana, "Anybody at the library?")
    place = ben.get_by_role("link", name="general")
    await expect(place).to_contain_text("new")
    await place.click()
    await expect(message(ben, "Anybody at the library?")).to_be_visible()
    await expect(place).to_have_attribute("aria-current", "page")
    await expect(ben.get_by_role("heading", level=1)).to_have_text("#general")
    assert "in=general" in ben.url


async def test_everything_works_from_the_keyboard(window: Open) -> None:
    page = await window("ana")
    await field(page).focus()
    await page.keyboard.type("/")
    await expect(lines(page)).to_have_count(5)
    await page.keyboard.press("ArrowDown")
    await expect(lines(page).nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_have_value("/course search ")
    await page.keyboard.type("keys")
    await page.keyboard.press("Enter")
    button = message(page, "Courses for “keys”").get_by_role("button", name="Next")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(message(page, "Courses for “keys”")).to_contain_text("Page 2")
    await expect(message(page, "Courses for “keys”").get_by_role("button", name="Next")).to_be_focused()


async def test_the_ring_around_the_focus_is_visible(window: Open) -> None:
    page = await window("ana")
    await page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert await focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert await focused.evaluate("e => e.tagName") == "A"


async def test_reactions_and_threads(window: Open) -> None:
    ana, ben = await window("ana", "support"), await window("ben", "support")
    await say(ana, "How do I start with maps?")
    asked = message(ben, "How do I start with maps?")
    await asked.hover()
    await asked.get_by_role("button", name="React").click()
    await ben.get_by_role("menuitem", name="🎉").click()
    await expect(message(ana, "maps").get_by_role("button", name="Ben reacted with 🎉")).to_be_visible()
    await asked.hover()
    await asked.get_by_role("button", name="Reply in thread").click()
    await expect(ben.get_by_text("Answering in the thread of Ana")).to_be_visible()
    await say(ben, "With a pencil.")
    thread = ana.get_by_role("group", name="1 in this thread")
    await expect(thread).to_contain_text("With a pencil.")
    await field(ben).press("Escape")
    await expect(ben.get_by_text("Answering in the thread of Ana")).to_be_hidden()


async def test_a_reaction_needs_no_mouse(window: Open) -> None:
    page = await window("ana", "general")
    await say(page, "Look, no mouse")
    await message(page, "no mouse").get_by_role("button", name="React").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="👍")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(message(page, "no mouse").get_by_role("button", name="Ana reacted with ❤️")).to_be_visible()


async def test_an_empty_place_says_how_to_begin(window: Open) -> None:
    page = await window("dries", "@dries")
    await page.get_by_role("button", name="/offcourse").click()
    await expect(message(page, "Only you can see this")).to_contain_text("You can type /course share.")
    await expect(page.get_by_text("start here:")).to_have_count(0)


async def test_the_keyboard_can_skip_the_side_bar(window: Open) -> None:
    page = await window("ana")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to writing")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(field(page)).to_be_focused()


async def test_the_menu_of_a_message_offers_what_the_registry_declares(window: Open) -> None:
    page = await window("ana", "general")
    await say(page, "Learn to fold paper")
    folded = message(page, "Learn to fold paper")
    await folded.hover()
    await folded.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Share as a course").click()
    await expect(page.get_by_role("dialog").get_by_label("Goal")).to_have_value("Learn to fold paper")


async def test_one_leaves_by_the_menu_of_ones_own_conversation(window: Open) -> None:
    page = await window("dries", "@dries")
    await page.get_by_role("button", name="Channel settings").click()
    await page.get_by_role("menuitem", name="Leave the playground").click()
    await page.get_by_role("button", name="Channel settings").click()
    await expect(page.get_by_role("menuitem", name="Come back to the playground")).to_be_visible()
    await page.get_by_role("menuitem", name="Come back to the playground").click()
