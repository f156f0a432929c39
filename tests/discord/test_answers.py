"""Answers in time and in place, and buttons that outlive restarts."""

from typing import Any

import pytest

from adapters.discord.answers import Patience, opens_form
from adapters.discord.client import build
from bot.commands import Action
from bot.requests import Click, Intent, Invoke, Outcome, Pick, Rejected, Repeated, Reply, Request, Submit
from bot.ui import Button, Buttons, Card, Image, paragraph
from tests.doubles.core import FakeCore, share_form
from tests.doubles.discord import ScriptedCore, World, said, world
from tests.drivers.discord import words

HURRIED = Patience(reply=0.02, form=0.04)


def card(words: str, *buttons: Button) -> Card:
    return Card(words, (paragraph(words), Buttons(buttons))) if buttons else said(words)


def shown(result: Any) -> str:
    """All words that one act brought back."""
    messages = [result.response, *result.followups]
    return "\n".join("\n".join(words(message.components)) for message in messages if message is not None)


def kinds(here: World) -> list[int]:
    """The types of the answers as Discord got them."""
    return [body["type"] for body in here.requests("POST", "/callback")]


async def tapped(here: World, answer: Outcome) -> Any:
    """Get a private reply with a button, then tap it and be answered with `answer`."""
    here.core.says(Reply(card("First", Button("Next", "page:2"))))
    first: Any = await here.ana.slash(here.channel, "course topics")
    here.core.says(answer)
    return await here.ana.click(first.response, label="Next")


async def test_a_reply_is_private_and_pings_nobody(here: World) -> None:
    result: Any = await here.ana.slash(here.channel, "course topics")
    assert result.response.ephemeral
    [body] = here.requests("POST", "/callback")
    assert body["data"]["allowed_mentions"]["parse"] == []


async def test_a_reply_that_replaces_takes_the_place_of_a_private_message(here: World) -> None:
    result = await tapped(here, Reply(card("Second"), replaces=True))
    assert kinds(here) == [4, 7]
    assert shown(result) == "Second"
    assert len(here.channel.history(viewer=here.ana)) == 1


async def test_a_reply_beside_a_private_message_leaves_it(here: World) -> None:
    assert shown(await tapped(here, Reply(card("Second")))) == "Second"
    assert len(here.channel.history(viewer=here.ana)) == 2


async def test_a_public_message_is_never_replaced(here: World) -> None:
    await here.chat.send(here.place, card("Post", Button("Show", "show:1")), "k" * 22)
    here.core.says(Reply(card("Only for you"), replaces=True))
    result: Any = await here.ana.click(here.channel.history()[-1], label="Show")
    assert result.response.ephemeral
    assert (
        "".join(words(here.env.backend.get_message(here.channel.id, here.channel.history()[0].id).components)) == "Post"
    )


LINE = Card("Line", (Image(b"png", "80 % are fresh", "▁▅█"), Buttons((Button("Next", "page:2"),))))


def attached(here: World) -> list[list[str]]:
    """The files of each message that stands."""
    messages = here.env.backend.messages[here.channel.id].values()
    return [[file["filename"] for file in message.attachments] for message in messages]


async def test_a_picture_comes_along_with_a_private_reply_and_goes_with_it(here: World) -> None:
    here.core.says(Reply(LINE))
    first: Any = await here.ana.slash(here.channel, "course topics")
    assert first.response.ephemeral
    assert shown(first) == "80 % are fresh"
    assert attached(here) == [["picture-0.png"]]
    here.core.says(Reply(card("Words", Button("Back", "page:1")), replaces=True))
    second: Any = await here.ana.click(first.response, label="Next")
    assert attached(here) == [[]]
    here.core.says(Reply(LINE, replaces=True))
    await here.ana.click(second.response, label="Back")
    assert attached(here) == [["picture-0.png"]]
    here.core.says(Reply(LINE))
    await here.ana.click(first.response, label="Next")
    assert attached(here) == [["picture-0.png"], ["picture-0.png"]]


async def test_a_late_picture_comes_along_too() -> None:
    core = ScriptedCore(delay=0.1)
    core.says(Reply(LINE))
    async with world(core, HURRIED) as here:
        await here.ana.slash(here.channel, "course topics")
        assert attached(here) == [["picture-0.png"]]


async def test_a_form_opens(here: World) -> None:
    here.core.says(share_form())
    result = await here.ana.slash(here.channel, "course share")
    assert result.modal is not None
    assert result.modal["custom_id"] == "course.share"


async def test_a_repeated_delivery_leaves_the_first_answer_alone(here: World) -> None:
    result = await here.ana.slash(here.channel, "course topics")
    answered = shown(result)
    here.core.says(Repeated())
    payload = next(body for kind, name, body in here.env.backend.transcript if name == "INTERACTION_CREATE")
    here.env.backend.emit("INTERACTION_CREATE", payload)
    await here.env.settle()
    assert shown(result) == answered != ""
    assert [request.key for request in here.core.requests] == [payload["id"]] * 2


async def test_a_repeated_delivery_that_took_long_stops_thinking() -> None:
    _, (sent, said_, response) = await late(Repeated(), "course topics", ScriptedCore(delay=0.1))
    assert (sent, said_, response) == ([5], "", None)


async def test_a_rejected_form_is_put_into_words(here: World) -> None:
    here.core.says(Rejected(share_form(), {"goal": "Too short."}))
    assert shown(await here.ana.slash(here.channel, "course topics")) == "Too short."


async def test_buttons_work_after_a_restart_and_no_view_is_remembered(here: World) -> None:
    await here.chat.send(here.place, card("Post", Button("Show", "show:1")), "k" * 22)
    state: Any = here.env.bot._connection  # where the library keeps views; no public seat tells
    assert not state._view_store._views
    await here.env.restart_bot(build(here.core))
    result = await here.ana.click(here.channel.history()[-1], label="Show")
    assert "show:1" in shown(result)


async def test_forms_are_not_remembered_either(here: World) -> None:
    here.core.says(share_form())
    await here.ana.slash(here.channel, "course share")
    state: Any = here.env.bot._connection  # as above
    assert not state._view_store._modals


async def late(answer: Outcome, command: str, core: ScriptedCore) -> tuple[World, Any]:
    core.says(answer)
    async with world(core, HURRIED) as here:
        result = await here.ana.slash(here.channel, command)
        return here, (kinds(here), shown(result), result.response)


async def test_a_late_reply_is_announced_in_time_and_follows() -> None:
    _, (sent, said_, response) = await late(Reply(card("At last")), "course topics", ScriptedCore(delay=0.1))
    assert (sent, said_) == ([5], "At last")
    assert response.ephemeral


async def test_a_late_post_does_not_hold_up_the_reply() -> None:
    _, (sent, said_, _) = await late(Reply(card("Posted")), "course topics", ScriptedCore(settle_delay=0.1))
    assert (sent, said_) == ([5], "Posted")


async def test_a_late_form_is_put_into_words() -> None:
    _, (sent, said_, _) = await late(share_form(), "course share", ScriptedCore(delay=0.1))
    assert sent == [5]
    assert "try again" in said_


async def test_what_may_open_a_form_is_waited_for_longer() -> None:
    _, (sent, _, _) = await late(share_form(), "course share", ScriptedCore(delay=0.03))
    assert sent == [9]


@pytest.mark.parametrize(("replaces", "left"), [(True, 1), (False, 2)])
async def test_a_late_answer_to_a_button(replaces: bool, left: int) -> None:  # noqa: FBT001 - pytest names it
    async with world(ScriptedCore(), HURRIED) as here:
        here.core.says(Reply(card("First", Button("Next", "page:2"))))
        first: Any = await here.ana.slash(here.channel, "course topics")
        here.core.delay = 0.1
        here.core.says(Reply(card("Second"), replaces=replaces))
        await here.ana.click(first.response, label="Next")
        messages = here.env.backend.messages[here.channel.id].values()
        assert kinds(here) == [4, 6]
        assert len(messages) == left
        assert list(words(list(messages)[-1].components)) == ["Second"]
        assert all(message.is_ephemeral for message in messages)


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060), (500, 0)])
async def test_an_interaction_that_is_over_is_let_go(here: World, status: int, code: int) -> None:
    here.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    result = await here.ana.slash(here.channel, "course topics")
    assert not result.acknowledged
    assert shown(await here.ana.slash(here.channel, "course topics")) != ""


async def test_a_card_that_cannot_be_shown_does_not_stop_the_client(here: World) -> None:
    here.core.says(Reply(card("x", *(Button("b", f"b:{n}") for n in range(40)))))
    result = await here.ana.slash(here.channel, "course topics")
    assert "doesn't fit on Discord" in shown(result)


async def test_a_core_that_fails_does_not_stop_the_client(here: World) -> None:
    def fail(request: Request) -> Outcome:
        raise RuntimeError("a core should not do this")

    here.core.answer = fail
    assert not (await here.ana.slash(here.channel, "course topics")).acknowledged
    here.core.says(Reply(card("Fine again")))
    assert shown(await here.ana.slash(here.channel, "course topics")) == "Fine again"


async def test_a_promise_that_is_lost_is_made_good_by_the_answer() -> None:
    core = ScriptedCore(delay=0.1)
    core.says(Reply(card("At last")))
    async with world(core, HURRIED) as here:
        here.env.inject_error("POST", "/interactions/*/callback", status=500)
        assert shown(await here.ana.slash(here.channel, "course topics")) == "At last"
        assert kinds(here) == [5, 4]


@pytest.mark.parametrize(
    ("intent", "may"),
    [
        (Invoke("course", "share"), True),
        (Invoke("course", "search"), False),
        (Invoke("no", "such"), False),
        (Click("edit:1"), True),
        (Click("page:1"), False),
        (Click(""), False),
        (Pick("course.from_message", ""), True),
        (Submit("course.share", {}), False),
    ],
)
def test_what_may_open_a_form(intent: Intent, may: bool) -> None:  # noqa: FBT001 - pytest names it
    registry = FakeCore().registry
    page = registry.actions["page"]
    registry.actions["edit"] = Action("edit", page.handler, page.args, opens_form=True)
    assert opens_form(intent, registry) == may


async def test_a_form_that_cannot_be_shown_is_put_into_words(here: World) -> None:
    here.core.says(share_form().filled({}, state="s" * 100))
    assert "doesn't fit on Discord" in shown(await here.ana.slash(here.channel, "course share"))
