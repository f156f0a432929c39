"""The Chat port on Discord: the promises of every platform, and what only Discord does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import discord
import pytest

from adapters.discord import chat
from adapters.discord.addresses import spot
from adapters.discord.failures import NO_SERVER, send_error
from bot.errors import CannotTell, InDoubt, NoSuchAccount, RateLimited, Refused, SendError, Unauthorized, Unreachable
from bot.model import Account, Place, Profile, Ref
from bot.ui import Button, Buttons, Card, Mention, paragraph
from tests.chat_contract import KEY, LONG_AGO, OTHER_KEY, ChatContract, Stage, card
from tests.doubles.discord import CHANNELS, ScriptedCore, World, world
from tests.drivers.discord import words


class Platform:
    """What simcord lets people see and do."""

    def __init__(self, made: World) -> None:
        self._world = made

    async def texts(self, place: Place) -> list[str]:
        return self._texts(spot(place).channel)

    async def private(self, account: Account) -> list[str]:
        return self._texts(self._world.env.backend.get_dm_channel(int(account.user)).id)

    def _texts(self, channel: int) -> list[str]:
        stored = self._world.env.backend.messages.get(channel, {})
        # simcord announces each new thread with a message in the bot's name, which has no components.
        ours = [m for _, m in sorted(stored.items()) if m.author_id == self._world.env.backend.bot_user.id]
        return ["\n".join(words(m.components)) for m in ours if m.components]

    async def react(self, account: Account, ref: Ref, emoji: str) -> None:
        at = spot(ref)
        message = next(m for m in self._world.channel.history() if m.id == at.message)
        await self._world.ana.react(message, emoji)


class TestDiscordChat(ChatContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        async with world() as made:
            dm = made.ben.user.dm_channel
            made.env.inject_error("POST", f"/channels/{dm.id}/messages", status=403, code=50007, times=None)
            yield Stage(
                chat=made.chat,
                platform=Platform(made),
                workspace=str(made.guild.id),
                place=made.place,
                closed=made.at(made.closed),
                account=made.account(made.ana),
                shut=made.account(made.ben),
            )


POSTS = "/channels/*/messages"

REFUSALS: list[tuple[int, int, type[SendError], str]] = [
    (403, 50001, Unreachable, "#courses: give me View Channel and Send Messages"),
    (403, 50013, Unreachable, "#courses: give me View Channel and Send Messages"),
    (403, 50278, NoSuchAccount, "privacy"),
    (404, 10003, Unreachable, "#courses is gone"),
    (404, 10008, Unreachable, "#courses is gone"),
    (400, 50083, Unreachable, "thread is closed"),
    (403, 160005, Unreachable, "thread is closed"),
    (401, 0, Unauthorized, r"\[discord\] token"),
    (400, 50035, Refused, "refuses this message"),
    (400, 40003, RateLimited, "asked to wait"),
    (429, 0, RateLimited, "asked to wait"),
    (500, 0, InDoubt, "500"),
    (503, 0, InDoubt, "503"),
]


@pytest.mark.parametrize(("status", "code", "error", "cure"), REFUSALS)
async def test_discords_errors_are_the_cores(
    here: World, status: int, code: int, error: type[SendError], cure: str
) -> None:
    here.env.inject_error("POST", POSTS, status=status, code=code)
    with pytest.raises(error, match=cure) as raised:
        await here.chat.send(here.place, card("Hello"), KEY)
    assert type(raised.value) is error


@pytest.mark.parametrize("failure", [TimeoutError(), ConnectionResetError("reset by peer")])
def test_silence_is_doubt(failure: Exception) -> None:
    assert isinstance(send_error(failure, "#x", ""), InDoubt)


def test_a_long_wait_goes_back_to_the_outbox() -> None:
    error = send_error(discord.RateLimited(1800.0), "#x", "")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 1800.0


@pytest.mark.parametrize("status", [400, 429])
async def test_edits_of_old_messages_wait_some_minutes(here: World, status: int) -> None:
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    here.env.inject_error("PATCH", "/channels/*", status=status, code=30046)
    with pytest.raises(RateLimited) as raised:
        await here.chat.edit(ref, card("x"))
    assert raised.value.retry_after == 300


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (404, 10008), (403, 50001), (400, 50083), (403, 50005)])
async def test_what_can_no_longer_be_edited_ends_the_edit(here: World, status: int, code: int) -> None:
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    here.env.inject_error("PATCH", "/channels/*", status=status, code=code)
    with pytest.raises(Unreachable) as raised:
        await here.chat.edit(ref, card("x"))
    assert type(raised.value) is Unreachable


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50278), (403, 20026), (400, 50033), (404, 10013)])
@pytest.mark.parametrize("call", ["/users/@me/channels", "/channels/*/messages"])
async def test_a_person_who_takes_no_messages_is_unreachable(here: World, call: str, status: int, code: int) -> None:
    here.env.inject_error("POST", call, status=status, code=code)
    with pytest.raises(Unreachable) as raised:
        await here.chat.dm(here.account(here.ana), card("Psst"), KEY)
    assert type(raised.value) is (NoSuchAccount if code == NO_SERVER else Unreachable)


async def test_a_conversation_that_cannot_be_opened_sent_nothing(here: World) -> None:
    here.env.inject_error("POST", "/users/@me/channels", status=502)
    with pytest.raises(RateLimited):
        await here.chat.dm(here.account(here.ana), card("Psst"), KEY)


@pytest.mark.parametrize("failing", ["POST", "PATCH", "DELETE", "PUT", "GET"])
async def test_every_call_speaks_the_cores_errors(here: World, failing: str) -> None:
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    calls = {
        "POST": here.chat.thread(ref, "Talk", card("x"), OTHER_KEY),
        "PATCH": here.chat.edit(ref, card("x")),
        "DELETE": here.chat.delete(ref),
        "PUT": here.chat.react(ref, "✅", on=True),
        "GET": here.chat.reactions(ref),
    }
    here.env.inject_error(failing, "/channels/*", status=403, code=50013)
    with pytest.raises(Unreachable, match="#courses: give me"):
        await calls.pop(failing)
    for unused in calls.values():
        unused.close()


async def test_a_message_carries_its_marker_twice_and_no_preview(here: World) -> None:
    await here.chat.send(here.place, card("Hello"), KEY)
    [body] = here.requests("POST", "/messages")
    assert (body["nonce"], body["enforce_nonce"]) == (KEY, True)
    assert discord.MessageFlags._from_value(body["flags"]).suppress_embeds
    assert body["allowed_mentions"] == {"parse": []}


async def test_only_a_ping_notifies(here: World) -> None:
    ana = Mention("Ana", (here.account(here.ana),), ping=True)
    await here.chat.send(here.place, Card("s", (paragraph(ana, " @everyone"),)), KEY)
    [body] = here.requests("POST", "/messages")
    assert body["allowed_mentions"] == {"parse": [], "users": [here.ana.id]}


async def test_a_marker_is_ours_only(here: World) -> None:
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    stored = here.env.backend.get_message(here.channel.id, spot(ref).message)
    stored.author_id = here.ben.id
    assert await here.chat.find(here.place, KEY, LONG_AGO) is None


async def test_a_marker_is_looked_for_around_its_time(here: World) -> None:
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    sent = discord.utils.snowflake_time(spot(ref).message)
    assert await here.chat.find(here.place, KEY, sent + timedelta(minutes=1)) == ref
    assert await here.chat.find(here.place, KEY, sent + timedelta(minutes=3)) is None


@pytest.mark.parametrize("searched", [2, 3, 4])
async def test_a_marker_beyond_what_is_searched_is_not_denied(
    here: World, searched: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "SEARCHED", searched)
    for words_ in "abc":
        await here.ben.send(here.channel, words_)
    if searched > 3:
        assert await here.chat.find(here.place, KEY, LONG_AGO) is None
    else:
        with pytest.raises(CannotTell, match="Too much"):
            await here.chat.find(here.place, KEY, LONG_AGO)


async def test_without_history_nobody_can_tell(here: World) -> None:
    unread = discord.PermissionOverwrite(read_message_history=False)
    channel = here.guild.create_text_channel("hidden", overwrites={here.guild.default_role: unread})
    await here.env.settle()
    await here.chat.send(here.at(channel), card("Hello"), KEY)
    with pytest.raises(CannotTell, match=r"#hidden: give me .*Read Message History"):
        await here.chat.find(here.at(channel), KEY, LONG_AGO)


async def test_a_marker_that_is_too_long_is_refused(here: World) -> None:
    with pytest.raises(Refused, match="25"):
        await here.chat.send(here.place, card("Hello"), "k" * 26)


async def test_a_card_that_cannot_fit_is_refused(here: World) -> None:
    many = Buttons(tuple(Button("b", f"b:{n}") for n in range(40)))
    with pytest.raises(Refused, match="31 buttons"):
        await here.chat.send(here.place, Card("s", (many,)), KEY)


@pytest.mark.parametrize("written", ["courses", "#courses", "COURSES", "{id}", "<#{id}>"])
async def test_a_channel_is_named_as_people_name_it(written: str) -> None:
    core = ScriptedCore()
    async with world(core) as here:
        here.chat._config = _set(core, written.format(id=here.channel.id))
        assert await here.chat.channel(str(here.guild.id), "courses") == here.place


async def test_a_channel_that_is_not_there_names_the_setting(here: World) -> None:
    here.chat._config = _set(here.core, "nowhere")
    with pytest.raises(Unreachable, match=r"“nowhere”.*\[discord.channels\] courses"):
        await here.chat.channel(str(here.guild.id), "courses")


async def test_a_channel_that_takes_no_messages_is_refused(here: World) -> None:
    here.guild.create_forum_channel("forum")
    await here.env.settle()
    here.chat._config = _set(here.core, "forum")
    with pytest.raises(Unreachable, match=r"#forum.*takes no messages"):
        await here.chat.channel(str(here.guild.id), "courses")


async def test_a_server_we_are_not_in_is_unreachable(here: World) -> None:
    with pytest.raises(Unreachable, match="server"):
        await here.chat.channel("1", "courses")


def _set(core: ScriptedCore, channel: str) -> Any:
    channels = CHANNELS.model_copy(update={"courses": channel})
    return core.config.model_copy(update={"discord": core.config.discord.model_copy(update={"channels": channels})})


async def test_a_thread_that_is_there_is_used_and_written_to_once(here: World) -> None:
    root = await here.chat.send(here.place, card("Root"), KEY)
    first = await here.chat.thread(root, "t" * 150, card("First"), OTHER_KEY)
    [body] = here.requests("POST", "/threads")
    assert len(body["name"]) == 100
    for key, messages in ((OTHER_KEY, 1), ("n" * 22, 2)):
        here.env.inject_error("POST", "*/threads", status=400, code=160004)
        assert await here.chat.thread(root, "Talk", card("First"), key) == first
        stored = here.env.backend.messages[spot(first).channel].values()
        assert len([m for m in stored if m.components]) == messages


async def test_who_left_is_not_active_but_has_a_name(here: World) -> None:
    stranger = here.env.create_user("eve", global_name="Eve")
    account = Account("discord", str(here.guild.id), str(stranger.id))
    assert await here.chat.profile(account) == Profile("Eve", active=False)


async def test_who_is_in_a_server_that_we_are_not_in_any_more_is_not_known(here: World) -> None:
    here.env.inject_error("GET", "*/members/*", status=404, code=10004)
    with pytest.raises(Unreachable):
        await here.chat.profile(here.account(here.ana))


async def test_a_nickname_is_the_name_here(here: World) -> None:
    nick = here.guild.add_member(here.env.create_user("finn", global_name="Finn"), nick="Finn the baker")
    assert await here.chat.profile(here.account(nick)) == Profile("Finn the baker")


async def test_custom_emoji_are_left_out(here: World) -> None:
    emoji = here.guild.create_emoji("party")
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    await here.ana.react(here.channel.history()[-1], f"party:{emoji.id}")
    assert await here.chat.reactions(ref) == {}


async def test_links_open_messages_in_public_and_private(here: World) -> None:
    ref = await here.chat.send(here.place, card("Hello"), KEY)
    assert await here.chat.link(ref) == here.channel.history()[-1].jump_url
    private = await here.chat.dm(here.account(here.ana), card("Psst"), OTHER_KEY)
    assert (await here.chat.link(private) or "").startswith("https://discord.com/channels/@me/")


async def test_a_private_message_is_edited_and_deleted(here: World) -> None:
    ref = await here.chat.dm(here.account(here.ana), card("Psst"), KEY)
    await here.chat.edit(ref, card("Done"))
    [message] = here.ana.user.dm_channel.history()
    assert "More of Done." in "\n".join(words(here.env.backend.get_message(message.channel.id, message.id).components))
    await here.chat.delete(ref)
    assert here.ana.user.dm_channel.history() == []
