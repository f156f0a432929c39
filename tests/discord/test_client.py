"""The client: answers in time, buttons that outlive restarts, the servers it serves, and what it registers."""

import asyncio
from typing import Any

import discord
import pytest

from adapters.discord.answers import Patience
from adapters.discord.client import Client, build, run
from adapters.discord.commands import Tree, install
from bot.config import Config, Discord
from bot.errors import ConfigError
from bot.model import Workspace
from bot.requests import Outcome, Rejected, Repeated, Reply
from bot.ui import Button, Buttons, Card, Field, Form, paragraph
from tests.doubles.core import FakeCore, share_form
from tests.doubles.discord import CHANNELS, ScriptedCore, World, said, world
from tests.drivers.discord import words

HURRIED = Patience(reply=0.02, form=0.04)
HOME = "1311111111111111111"


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
    here.core.answer = lambda request: Reply(card("First", Button("Next", "page:2")))
    first = await here.ana.slash(here.channel, "course topics")
    here.core.answer = lambda request: answer
    return await here.ana.click(first.response, label="Next")


async def test_a_reply_is_private_and_pings_nobody(here: World) -> None:
    result = await here.ana.slash(here.channel, "course topics")
    assert result.response.ephemeral
    [body] = here.requests("POST", "/callback")
    assert body["data"]["allowed_mentions"]["parse"] == []


async def test_a_reply_that_replaces_takes_the_place_of_a_private_message(here: World) -> None:
    result = await tapped(here, Reply(card("Second"), replaces=True))
    assert kinds(here) == [4, 7]
    assert shown(result) == "Second"
    assert len(here.channel.history()) == 1


async def test_a_reply_beside_a_private_message_leaves_it(here: World) -> None:
    assert shown(await tapped(here, Reply(card("Second")))) == "Second"
    assert len(here.channel.history()) == 2


async def test_a_public_message_is_never_replaced(here: World) -> None:
    await here.chat.send(here.place, card("Post", Button("Show", "show:1")), "k" * 22)
    here.core.answer = lambda request: Reply(card("Only for you"), replaces=True)
    result = await here.ana.click(here.channel.history()[-1], label="Show")
    assert result.response.ephemeral
    assert (
        "".join(words(here.env.backend.get_message(here.channel.id, here.channel.history()[0].id).components)) == "Post"
    )


async def test_a_form_opens(here: World) -> None:
    here.core.answer = lambda request: share_form()
    result = await here.ana.slash(here.channel, "course share")
    assert result.modal is not None
    assert result.modal["custom_id"] == "course.share"


async def test_a_repeated_delivery_is_acknowledged_without_a_word(here: World) -> None:
    result = await tapped(here, Repeated())
    assert result.acknowledged
    assert shown(result) == "First"
    here.core.answer = lambda request: Repeated()
    assert shown(await here.ana.slash(here.channel, "course topics")) == ""


async def test_a_rejected_form_is_put_into_words(here: World) -> None:
    here.core.answer = lambda request: Rejected(share_form(), {"goal": "Too short."})
    assert shown(await here.ana.slash(here.channel, "course topics")) == "Too short."


async def test_buttons_work_after_a_restart_and_no_view_is_remembered(here: World) -> None:
    await here.chat.send(here.place, card("Post", Button("Show", "show:1")), "k" * 22)
    state: Any = here.env.bot._connection  # where the library keeps views; no public seat tells
    assert not state._view_store._views
    await here.env.restart_bot(build(here.core))
    result = await here.ana.click(here.channel.history()[-1], label="Show")
    assert "show:1" in shown(result)


async def test_forms_are_not_remembered_either(here: World) -> None:
    here.core.answer = lambda request: share_form()
    await here.ana.slash(here.channel, "course share")
    state: Any = here.env.bot._connection  # as above
    assert not state._view_store._modals


async def late(answer: Outcome, command: str, core: ScriptedCore) -> tuple[World, Any]:
    core.answer = lambda request: answer
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
        here.core.answer = lambda request: Reply(card("First", Button("Next", "page:2")))
        first = await here.ana.slash(here.channel, "course topics")
        here.core.delay = 0.1
        here.core.answer = lambda request: Reply(card("Second"), replaces=replaces)
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
    here.core.answer = lambda request: Reply(card("x", *(Button("b", f"b:{n}") for n in range(40))))
    result = await here.ana.slash(here.channel, "course topics")
    assert "can't show" in shown(result)


def at_home() -> ScriptedCore:
    return ScriptedCore(config=Config(discord=Discord(guild_id=HOME, channels=CHANNELS)))


async def test_every_server_joins_where_none_is_named(here: World) -> None:
    assert here.core.joined == [Workspace("discord", str(here.guild.id), "Offcourse")]


async def test_only_the_named_server_joins_and_is_served() -> None:
    core = ScriptedCore()
    async with world(core) as here:
        stranger = here.env.create_guild("Elsewhere")
        channel = stranger.create_text_channel("general")
        eve = stranger.add_member(here.env.create_user("eve"))
        core.config = Config(discord=Discord(guild_id=str(here.guild.id)))
        await here.env.restart_bot(build(core))
        core.joined.clear()
        core.requests.clear()
        # The commands are the named server's alone, so only something older can be tapped on elsewhere.
        data = {"custom_id": "show:1", "component_type": 2}
        result = await eve._dispatch_interaction(discord.InteractionType.component.value, channel, data)
        assert "I only serve" in shown(result)
        assert core.requests == []
        assert shown(await here.ana.slash(here.channel, "course topics")) != ""


async def test_a_button_in_a_private_message_belongs_to_the_one_server(here: World) -> None:
    ref = await here.chat.dm(here.account(here.ana), card("Psst", Button("Show", "show:1")), "k" * 22)
    await here.ana.user.click(here.ana.user.dm_channel.history()[-1], label="Show")
    asked = here.core.requests[-1]
    assert asked.workspace.id == str(here.guild.id)
    assert asked.account == here.account(here.ana)
    assert asked.source == ref


async def test_commands_are_registered_as_declared(here: World) -> None:
    [course, offcourse, menu] = here.requests("PUT", "/commands")[-1]
    assert [(c["name"], c["type"], c["contexts"]) for c in (course, offcourse, menu)] == [
        ("course", 1, [0]),
        ("offcourse", 1, [0]),
        ("Share as a course", 3, [0]),
    ]
    subs = {sub["name"]: sub for sub in course["options"]}
    assert list(subs) == ["share", "search", "show", "topics"]
    assert subs["share"]["description"] == "Share a course with everybody"
    traits = [
        (o["name"], o["type"], o["description"], o["required"], bool(o.get("autocomplete")))
        for o in subs["search"]["options"]
    ]
    assert traits == [
        ("words", 3, "any words", False, False),
        ("level", 3, "how much one should know", False, False),
        ("topic", 3, "a topic", False, True),
    ]
    assert [c["value"] for c in subs["search"]["options"][1]["choices"]] == ["beginner", "medium", "experienced"]
    assert subs["show"]["options"][0]["required"]
    assert offcourse["options"][0]["name"] == "help"


async def test_one_servers_commands_are_its_own() -> None:
    core = at_home()
    client = build(core)
    assert isinstance(client, Client)
    guild = discord.Object(int(HOME))
    assert {c.name for c in client.tree.get_commands(guild=guild)} == {"course", "offcourse", "Share as a course"}
    assert client.tree.get_commands() == []


def test_a_form_with_too_many_fields_is_refused_at_start() -> None:
    registry = FakeCore().registry
    declared = registry.forms["course.share"]
    six = Form("course.share", "Share", tuple(Field(f"f{n}", "F") for n in range(6)))
    registry.forms["course.share"] = type(declared)(declared.id, declared.handler, lambda config: six)
    with pytest.raises(ValueError, match="5 fields"):
        install(Tree(discord.Client(intents=discord.Intents.none())), registry, Config(), None)


def test_it_asks_for_nothing_privileged() -> None:
    client = build(ScriptedCore())
    assert client.intents.value == discord.Intents(guilds=True).value
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == {"parse": [], "replied_user": False}


async def test_commands_that_discord_refuses_do_not_stop_the_client(here: World) -> None:
    here.env.inject_error("PUT", "/applications/*/commands", status=403, code=50001)
    await here.env.restart_bot(build(here.core))
    assert here.env.bot.is_ready()


async def test_a_wrong_token_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(client: discord.Client, token: str, *, reconnect: bool = True) -> None:
        raise discord.LoginFailure("Improper token has been passed.")

    monkeypatch.setattr(discord.Client, "start", refuse)
    with pytest.raises(ConfigError, match=r"\[discord\] token"):
        await run(ScriptedCore())


async def test_a_stop_closes_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[discord.Client] = []

    async def serve(client: discord.Client, token: str, *, reconnect: bool = True) -> None:
        await asyncio.Event().wait()

    async def close(client: discord.Client) -> None:
        closed.append(client)

    monkeypatch.setattr(discord.Client, "start", serve)
    monkeypatch.setattr(discord.Client, "close", close)
    running = asyncio.create_task(run(ScriptedCore()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(closed) == 1
