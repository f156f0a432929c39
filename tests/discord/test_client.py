"""The client: the servers it serves, what it registers and what it asks for."""

import discord
import pytest

from adapters.discord.client import Client, build
from adapters.discord.commands import Tree, install
from bot.config import Config, Discord
from bot.errors import ConfigError, StoreUnavailable
from bot.model import Workspace
from bot.requests import Event, EventKind
from bot.ui import Button, Field, Form
from tests.discord.test_answers import card, shown
from tests.doubles.core import FakeCore
from tests.doubles.discord import CHANNELS, ScriptedCore, World, world

HOME = "1311111111111111111"


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
    guild = discord.Object(int(HOME))
    assert {c.name for c in client.tree.get_commands(guild=guild)} == {"course", "offcourse", "Share as a course"}
    assert client.tree.get_commands() == []


def test_a_form_with_too_many_fields_is_refused_at_start() -> None:
    registry = FakeCore().registry
    declared = registry.forms["course.share"]
    six = Form("course.share", "Share", tuple(Field(f"f{n}", "F") for n in range(6)))
    registry.forms["course.share"] = type(declared)(declared.id, declared.handler, lambda _: six)
    with pytest.raises(ValueError, match="5 fields"):
        install(Tree(discord.Client(intents=discord.Intents.none())), registry, Config(), None)


def test_it_asks_for_one_privileged_intent_and_can_do_without() -> None:
    client = build(ScriptedCore())
    assert client.intents.value == discord.Intents(guilds=True, members=True).value
    assert client.do_without_members()
    assert client.intents.value == discord.Intents(guilds=True).value
    assert not client.do_without_members()
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict()["parse"] == []


async def test_who_leaves_and_comes_back_is_told_of(here: World) -> None:
    here.core.heard.clear()  # simcord tells of those who were there first
    here.guild.remove_member(here.ana)
    await here.env.settle()
    here.guild.add_member(here.ana.user)
    await here.env.settle()
    told = [(event.kind, event.account, event.workspace.id) for event in here.core.heard]
    guild = str(here.guild.id)
    assert told == [(kind, here.account(here.ana), guild) for kind in (EventKind.LEFT, EventKind.CAME)]
    assert len({event.key for event in here.core.heard}) == 2
    assert here.core.requests == []


async def test_a_leaver_elsewhere_is_none_of_ours(here: World) -> None:
    other = here.env.create_guild("Elsewhere")
    eve = other.add_member(here.env.create_user("eve"))
    await here.env.settle()
    here.core.config = Config(discord=Discord(guild_id=str(here.guild.id)))
    await here.env.restart_bot(build(here.core))
    here.core.heard.clear()
    other.remove_member(eve)
    await here.env.settle()
    assert here.core.heard == []


async def test_an_event_that_cannot_be_written_down_ends_nothing(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(core: ScriptedCore, event: Event) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(ScriptedCore, "hear", refuse)
    here.guild.remove_member(here.ana)
    await here.env.settle()
    assert here.env.bot.is_ready()


async def test_commands_that_discord_refuses_do_not_stop_the_client(here: World) -> None:
    here.env.inject_error("PUT", "/applications/*/commands", status=403, code=50001)
    await here.env.restart_bot(build(here.core))
    assert here.env.bot.is_ready()


async def test_a_private_button_finds_the_server_that_they_are_in(here: World) -> None:
    other = here.env.create_guild("Another server of ours")
    eve = other.add_member(here.env.create_user("eve", global_name="Eve"))
    await here.env.settle()
    await here.chat.dm(here.account(eve), card("Psst", Button("Show", "show:1")), "k" * 22)
    await eve.user.click(eve.user.dm_channel.history()[-1], label="Show")
    assert here.core.requests[-1].workspace.id == str(other.id)


async def test_a_private_button_of_a_stranger_is_answered_kindly(here: World) -> None:
    here.env.create_guild("Another server of ours")
    await here.env.settle()
    await here.chat.dm(here.account(here.ana), card("Psst", Button("Show", "show:1")), "k" * 22)
    here.guild.remove_member(here.ana)
    result = await here.ana.user.click(here.ana.user.dm_channel.history()[-1], label="Show")
    assert "I only serve" in shown(result)
    assert here.core.requests == []


async def test_a_server_that_cannot_join_is_served_with_words(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(core: ScriptedCore, workspace: Workspace) -> None:
        raise ValueError("it is part of another community")

    monkeypatch.setattr(ScriptedCore, "join", refuse)
    here.env.create_guild("Another")
    await here.env.settle()
    assert here.env.bot.is_ready()


def test_a_guild_id_that_is_none_names_the_setting() -> None:
    with pytest.raises(ConfigError, match=r"\[discord\] guild_id"):
        build(ScriptedCore(config=Config(discord=Discord(guild_id="Offcourse"))))


async def test_it_tells_whether_it_is_connected(here: World) -> None:
    client = here.env.bot
    assert isinstance(client, Client)
    said = [client.trouble()]
    for event in ("disconnect", "resumed"):
        client.dispatch(event)
        await here.env.settle()
        said.append(client.trouble())
    assert said == ["", "not connected", ""]
    assert build(here.core).trouble() == "not connected"
