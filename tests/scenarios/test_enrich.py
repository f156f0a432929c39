"""What the bot learns of linked pages after a course was shared."""

from bot.model import Page
from tests.stage import PYTHON, Stage, share

SHORT, TUTORIAL = "https://sho.rt/py", "https://docs.python.org/3/tutorial/"


async def test_a_redirect_that_was_slow_at_sharing_is_followed_later(stage: Stage) -> None:
    await share(stage, "ana", goal="Program with snakes", steps=f"Follow the link | {SHORT}")
    stage.links.pages[SHORT] = Page(SHORT, "Python", address=TUTORIAL)
    await stage.tick()

    answer = await stage.on.command("ben", f"/course share {TUTORIAL}")

    assert "Program with snakes" in answer.text
    assert answer.form is None


async def test_a_page_that_is_gone_changes_nothing(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    before = [shown.text for shown in await stage.posts()]
    asked = len(stage.links.asked)
    await stage.tick()
    assert len(stage.links.asked) > asked
    assert [shown.text for shown in await stage.posts()] == before
    answer = await stage.on.command("ben", "/course show C1")
    assert PYTHON["goal"] in answer.text
