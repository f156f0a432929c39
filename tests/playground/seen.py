"""What a person finds on the page, by what it is called there."""

from playwright.async_api import Locator, Page


def field(page: Page) -> Locator:
    return page.get_by_role("combobox")


def lines(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def message(page: Page, words: str) -> Locator:
    return page.get_by_role("article").filter(has_text=words).last


async def say(page: Page, words: str) -> None:
    await field(page).fill(words)
    await field(page).press("Enter")


async def share_form(page: Page) -> Locator:
    await say(page, "/course share")
    dialog = page.get_by_role("dialog", name="Share a course")
    await dialog.wait_for()
    return dialog
