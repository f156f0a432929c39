"""Interactions as requests, through the real library's payloads."""

import discord
import pytest

from adapters.discord import inbound
from adapters.discord.addresses import Spot, linked, spot
from bot.model import Account, Place, Profile, Ref, Workspace
from bot.requests import Click, Invoke, Pick, Reply, Request, Submit, Suggestion
from bot.ui import Button, Buttons, Card, paragraph
from tests.doubles.core import share_form
from tests.doubles.discord import World, said


def last(here: World) -> Request:
    return here.core.requests[-1]


async def test_a_slash_command_is_an_invocation_with_values(here: World) -> None:
    await here.ana.slash(here.channel, "course search", words="it's <bread>", level="beginner")
    asked = last(here)
    guild = str(here.guild.id)
    assert asked.intent == Invoke("course", "search", values={"words": "it's <bread>", "level": "beginner"})
    assert asked.workspace == Workspace("discord", guild, "Offcourse")
    assert asked.account == Account("discord", guild, str(here.ana.id))
    assert asked.profile == Profile("Ana", None, "en-US")
    assert asked.place == here.place
    assert (asked.source, asked.on_private, asked.inline_errors) == (None, False, False)
    assert asked.key.isdecimal()


async def test_there_is_no_place_where_the_bot_cannot_post(here: World) -> None:
    await here.ana.slash(here.closed, "course topics")
    assert last(here).place is None


async def test_a_button_is_a_click_on_its_message(here: World) -> None:
    twice = Buttons((Button("Join", "join:1"), Button("Join too", "join:1")))
    ref = await here.chat.send(here.place, Card("s", (twice,)), "k" * 22)
    await here.ana.click(here.channel.history()[-1], label="Join too")
    assert last(here).intent == Click("join:1")
    assert last(here).source == ref
    assert not last(here).on_private


async def test_a_button_on_a_private_reply_says_so(here: World) -> None:
    here.core.says(Reply(Card("s", (Buttons((Button("Next", "page:2"),)),))))
    shown = await here.ana.slash(here.channel, "course topics")
    assert shown.response is not None
    await here.ana.click(shown.response, label="Next")
    assert last(here).on_private


async def test_a_form_gives_its_values_by_name(here: World) -> None:
    here.core.says(share_form().filled({}, state="C7:x"))
    shown = await here.ana.slash(here.channel, "course share")
    here.core.says(Reply(said("Done")))
    values = {"goal": "Bake *bread*", "steps": "a | b\nc | d", "level": ["medium"]}
    await here.ana.submit_modal(shown, values)
    assert last(here).intent == Submit(
        "course.share", {"goal": "Bake *bread*", "steps": "a | b\nc | d", "level": "medium", "topics": ""}, "C7:x"
    )


async def test_a_menu_entry_picks_the_message(here: World) -> None:
    message = await here.ben.send(here.channel, "Look: https://example.org/")
    await here.ana.context_menu(here.channel, "Share as a course", message)
    assert last(here).intent == Pick(
        "course.from_message", "Look: https://example.org/", here.account(here.ben), message.jump_url
    )
    assert here.chat.ref(message.jump_url) == Spot(str(here.guild.id), here.channel.id, message.id).ref


async def test_a_menu_entry_reads_cards_too(here: World) -> None:
    await here.chat.send(here.place, Card("s", (paragraph("Words in a card"),)), "k" * 22)
    await here.ana.context_menu(here.channel, "Share as a course", here.channel.history()[-1])
    picked = last(here).intent
    assert isinstance(picked, Pick)
    assert picked.text == "Words in a card"


async def test_a_menu_entry_reads_embeds_too(here: World) -> None:
    embed = discord.Embed(title="A course", description="https://example.org/").add_field(name="Level", value="any")
    message = await here.guild.create_webhook(here.channel).send(embed=embed)
    await here.ana.context_menu(here.channel, "Share as a course", message)
    picked = last(here).intent
    assert isinstance(picked, Pick)
    assert picked.text == "A course\nhttps://example.org/\nLevel\nany"


async def test_typing_asks_for_suggestions(here: World) -> None:
    here.core.suggestions = (
        Suggestion("C1", "x" * 101),
        Suggestion("v" * 101, "its value can't be told to Discord"),
        *(Suggestion(str(n), f"Course {n}") for n in range(30)),
    )
    offered = await here.ana.autocomplete(here.channel, "course search", "topic", "py", words="a")
    [asked] = here.core.asks
    assert (asked.root, asked.sub, asked.option, asked.typed) == ("course", "search", "topic", "py")
    assert offered[0] == {"name": "x" * 100, "value": "C1"}
    assert [one["value"] for one in offered[1:]] == [str(n) for n in range(24)]


@pytest.mark.parametrize(
    ("custom_id", "token"), [("a:b", "a:b"), ("2~a:b", "a:b"), ("a~b", "a~b"), ("~", "~"), ("", "")]
)
def test_a_token_is_read_from_any_custom_id(custom_id: str, token: str) -> None:
    assert inbound.token(custom_id) == token


@pytest.mark.parametrize("host", ["discord.com", "canary.discord.com", "ptb.discord.com", "discordapp.com"])
def test_links_of_all_clients_name_the_message(host: str) -> None:
    assert linked(f" https://{host}/channels/1/2/3 ") == Ref("discord:1/2/3")
    assert linked(f"<https://{host}/channels/@me/2/3?x=y>") == Ref("discord:@me/2/3")


@pytest.mark.parametrize(
    "text", ["https://discord.com/channels/1/2", "https://evil-discord.com/channels/1/2/3", "1/2/3"]
)
def test_other_links_name_nothing(text: str) -> None:
    assert linked(text) is None


@pytest.mark.parametrize("address", ["slack:T/C", "discord:1", "discord:1/x", "discord:1/2/3/4", ""])
def test_other_platforms_addresses_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not on Discord"):
        spot(Place(address))
