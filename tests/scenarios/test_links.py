"""Links that break and pages that move: what those see and do who look after a course."""

from datetime import timedelta

from bot.health import Checked, Presence
from bot.model import Page
from tests.drivers import trouble
from tests.stage import PYTHON, Stage, share, show

TUTORIAL, SHELL = "https://docs.python.org/3/tutorial/", "https://www.python.org/shell/"
NEW = "https://learn.python.example/tutorial/"
GONE = Checked(Presence.GONE, "404 Not Found")
MOVED = Checked(Presence.ALIVE, "200 OK", moved_to=NEW)
TICK = timedelta(hours=12)


async def pass_by(stage: Stage, days: int) -> None:
    """Let days go by, with a tick twice a day."""
    for _ in range(days * (timedelta(days=1) // TICK)):
        await stage.app.tick(stage.clock.now())
        stage.clock.move(TICK)


async def shared(stage: Stage) -> Stage:
    stage.links.pages[TUTORIAL] = Page(TUTORIAL, "The Python Tutorial")
    assert "Shared:" in (await share(stage, "ana", **PYTHON)).text
    return stage


async def test_a_link_breaks_over_days_and_is_whole_again(stage: Stage) -> None:
    await shared(stage)
    await pass_by(stage, 11)
    assert {TUTORIAL, SHELL} == set(stage.links.looked_at), "each page is looked at within a week and a half"

    stage.links.looks[TUTORIAL] = GONE
    await pass_by(stage, 2)
    assert "broken" not in (await show(stage, "ana", 1)).text, "three failures over three days, not fewer"
    await pass_by(stage, 9)
    shown = (await show(stage, "ana", 1)).text
    assert "The link of step 1 is broken since" in shown
    assert "(404 Not Found). Its page was called “The Python Tutorial”." in shown
    others = (await show(stage, "ben", 1)).text
    assert "link broken since" in others
    assert "step 1" not in others, "the evidence is for those who can mend it"
    (post,) = await stage.on.posts()
    assert "link broken since" in post.text

    del stage.links.looks[TUTORIAL]
    await pass_by(stage, 3)
    assert "broken" not in (await show(stage, "ana", 1)).text
    (post,) = await stage.on.posts()
    assert "broken" not in post.text


async def test_a_page_that_moved_is_followed_with_a_tap(stage: Stage) -> None:
    await shared(stage)
    stage.links.looks[TUTORIAL] = MOVED
    await pass_by(stage, 11)
    shown = await show(stage, "ana", 1)
    assert "The page of step 1 moved for good, to" in shown.text
    saved = await stage.tap("ana", shown, "Use the new address")
    assert "Saved: " in saved.text
    assert "1 step changed" in saved.text
    assert saved.only.private
    again = await stage.tap("ana", shown, "Use the new address")
    assert "Nothing to change" in again.text
    await stage.settled()
    (post,) = await stage.on.posts()
    assert NEW in post.text
    assert TUTORIAL not in post.text
    history = (await stage.on.command("ben", "/course history C1")).text
    assert history.count("1 step changed") == 1


async def test_only_who_looks_after_a_course_leads_it_elsewhere(stage: Stage) -> None:
    await shared(stage)
    stage.links.looks[TUTORIAL] = MOVED
    await pass_by(stage, 11)
    assert "moved" not in (await show(stage, "ben", 1)).text
    (post,) = await stage.on.posts()
    forged = await trouble.tap(stage.on, "ben", post, "course.relink:1:1")
    assert "Only its owner (Ana) can change C1" in forged.text
    for step in ("2", "99", "-1"):
        answer = await trouble.tap(stage.on, "ana", post, f"course.relink:1:{step}")
        assert answer.text
        assert "Saved" not in answer.text
    assert "shared" in (await stage.on.command("ben", "/course history C1")).text
    assert "edited" not in (await stage.on.command("ben", "/course history C1")).text
    assert "Saved: " in (await stage.tap("elif", await show(stage, "elif", 1), "Use the new address")).text


async def test_progress_goes_along_to_the_new_address(stage: Stage) -> None:
    await shared(stage)
    started = await stage.tap("ben", await show(stage, "ben", 1), "Start")
    await stage.on.click("ben", started.only, started.only.buttons[0])
    before = (await show(stage, "ben", 1)).text
    stage.links.looks[TUTORIAL] = MOVED
    await pass_by(stage, 11)
    await stage.tap("ana", await show(stage, "ana", 1), "Use the new address")
    assert "You have done 1 of 2 steps." in before
    assert "You have done 1 of 2 steps." in (await show(stage, "ben", 1)).text
