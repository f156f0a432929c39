"""Messages that stand are brought up to date, through the real library of each platform."""

import asyncio
from datetime import timedelta

from bot.app import COMMUNITY
from bot.commands import Background, PostMaker
from bot.courses.phrases import CARD
from bot.model import Letter
from bot.ui import Button, Buttons, Card, Heading, paragraph
from tests.stage import PYTHON, Stage, share


async def _another(background: Background, letter: Letter) -> Card:
    words = "It was changed."
    return Card(words, (Heading("Another goal"), paragraph(words), Buttons((Button("Show", "course.show:1"),))))


async def refresh(stage: Stage) -> None:
    """Have the course's cards shown anew, as a handler does in its transaction."""
    async with stage.app.store.write(COMMUNITY) as unit:
        await unit.outbox.refresh(CARD, "1", stage.clock.now())
    await stage.tick()


async def test_every_card_of_a_course_shows_its_new_state_where_it_stands(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    link = await stage.link_of(1)
    stage.app.registry.posts[CARD] = PostMaker(CARD, _another)
    await refresh(stage)
    (post,) = await stage.posts()
    assert "Another goal" in post.text
    assert "Write small programs" not in post.text
    assert [button.label for button in post.buttons] == ["Show"]
    assert await stage.link_of(1) == link

    stage.clock.move(timedelta(minutes=1))
    await refresh(stage)
    assert len(await stage.posts()) == 1


async def test_an_edited_card_still_answers(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    stage.app.registry.posts[CARD] = PostMaker(CARD, _another)
    await refresh(stage)
    (post,) = await stage.posts()
    answer = await stage.on.click("ben", post, post.button("Show"))
    assert "Write small programs in Python" in answer.text


async def test_an_edit_that_the_app_took_up_by_itself_is_there_when_all_is_settled(stage: Stage) -> None:
    await share(stage, "ana", **PYTHON)
    begun = asyncio.Event()

    async def slow(background: Background, letter: Letter) -> Card:
        begun.set()
        await asyncio.sleep(0.2)
        return await _another(background, letter)

    stage.app.registry.posts[CARD] = PostMaker(CARD, slow)
    async with stage.app.store.write(COMMUNITY) as unit:
        await unit.outbox.refresh(CARD, "1", stage.clock.now())
    stage.app.delivery.wake()
    await begun.wait()
    await stage.settled()
    (post,) = await stage.posts()
    assert "Another goal" in post.text
