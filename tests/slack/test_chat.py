"""The Chat port against a Slack that errs: each error means one thing, and nothing is ever sent twice."""

from datetime import UTC, datetime

import pytest

from adapters.slack import chat as slack_chat
from adapters.slack import emoji
from adapters.slack.address import Address, read_link
from adapters.slack.chat import SlackChat, web_client
from adapters.slack.home import Home
from adapters.slack.lanes import Lanes
from bot.config import Config
from bot.errors import BotError, CannotTell, InDoubt, NoSuchAccount, RateLimited, Refused, Unauthorized, Unreachable
from bot.model import Account, Ref
from bot.ui import Card, paragraph
from tests.doubles.core import FakeCore
from tests.doubles.slack import BOT_TOKEN, CENTRE, COURSES, Fault, SlackDouble
from tests.doubles.slack_api import TEAM

PLACE = Address(TEAM, COURSES).place
ANA = Account("slack", TEAM, "U0ANA")
CARD = Card("Hello", (paragraph("Hello"),))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
KEY = "k" * 22


@pytest.mark.parametrize(
    ("error", "meaning", "words"),
    [
        ("not_in_channel", Unreachable, "/invite @Offcourse"),
        ("channel_not_found", Unreachable, "/invite @Offcourse"),
        ("is_archived", Unreachable, "archived"),
        ("restricted_action", Unreachable, "posting permissions"),
        ("cannot_dm_bot", Unreachable, "Bots"),
        ("user_disabled", NoSuchAccount, "deactivated"),
        ("messages_tab_disabled", Unauthorized, "messages tab"),
        ("thread_not_found", Unreachable, "gone"),
        ("invalid_auth", Unauthorized, "slack.bot_token"),
        ("token_revoked", Unauthorized, "slack.bot_token"),
        ("account_inactive", Unauthorized, "slack.bot_token"),
        ("missing_scope", Unauthorized, "scope"),
        ("ratelimited", RateLimited, "asked to wait"),
        ("rate_limited", RateLimited, "asked to wait"),
        ("invalid_blocks", Refused, "invalid_blocks"),
        ("msg_too_long", Refused, "msg_too_long"),
        ("msg_blocks_too_long", Refused, "msg_blocks_too_long"),
        ("no_text", Refused, "no_text"),
        ("something_new", Refused, "something_new"),
        ("internal_error", InDoubt, "internal_error"),
        ("fatal_error", InDoubt, "fatal_error"),
        ("service_unavailable", InDoubt, "service_unavailable"),
    ],
)
async def test_what_an_error_means(
    double: SlackDouble, chat: SlackChat, error: str, meaning: type[BotError], words: str
) -> None:
    double.fail("chat.postMessage", Fault(error=error))
    with pytest.raises(meaning, match=words) as caught:
        await chat.send(PLACE, CARD, KEY)
    assert type(caught.value) is meaning
    assert len(double.posts("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "error",
    ["edit_window_closed", "cant_update_message", "message_not_found", "channel_not_found", "is_archived"],
)
async def test_what_can_no_longer_be_edited_ends_the_edit(double: SlackDouble, chat: SlackChat, error: str) -> None:
    ref = await chat.send(PLACE, CARD, KEY)
    double.fail("chat.update", Fault(error=error))
    with pytest.raises((Unreachable, Refused)) as caught:
        await chat.edit(ref, CARD)
    assert type(caught.value) in {Unreachable, Refused}
    assert len(double.posts("chat.update")) == 1


@pytest.mark.parametrize("fault", [Fault(effect=True, drop=True), Fault(status=502), Fault(error="internal_error")])
async def test_an_edit_without_an_answer_is_in_doubt_and_may_be_made_again(
    double: SlackDouble, chat: SlackChat, fault: Fault
) -> None:
    ref = await chat.send(PLACE, CARD, KEY)
    double.fail("chat.update", fault)
    with pytest.raises(InDoubt):
        await chat.edit(ref, Card("Later", (paragraph("Later"),)))
    await chat.edit(ref, Card("Later", (paragraph("Later"),)))
    [message] = double.standing(COURSES)
    assert message["text"] == "Later"


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("cannot_dm_bot", Unreachable),
        ("user_not_visible", Unreachable),
        ("user_disabled", NoSuchAccount),
        ("user_not_found", NoSuchAccount),
    ],
)
async def test_a_person_who_takes_no_messages_is_unreachable(
    double: SlackDouble, chat: SlackChat, method: str, error: str, meaning: type[BotError]
) -> None:
    double.fail(method, Fault(error=error))
    with pytest.raises(Unreachable) as caught:
        await chat.dm(ANA, CARD, KEY)
    assert type(caught.value) is meaning


@pytest.mark.parametrize(("workspace", "meaning"), [(TEAM, NoSuchAccount), ("T0OTHER", Unreachable)])
async def test_nobody_is_gone_because_we_ask_in_another_workspace(
    chat: SlackChat, workspace: str, meaning: type[BotError]
) -> None:
    nobody = Account("slack", workspace, "U0NOBODY")
    for asking in (chat.profile(nobody), chat.dm(nobody, CARD, KEY)):
        with pytest.raises(Unreachable) as caught:
            await asking
        assert type(caught.value) is meaning


async def test_nobody_is_gone_before_we_know_which_workspace_this_is(double: SlackDouble, core: FakeCore) -> None:
    client = web_client(core.config, BOT_TOKEN)
    chat = SlackChat(core.config, client, Home(core, client))
    double.fail("auth.test", Fault(error="internal_error"))
    for meaning in (Unreachable, NoSuchAccount):  # the second time Slack says who we are
        with pytest.raises(Unreachable) as caught:
            await chat.profile(Account("slack", TEAM, "U0NOBODY"))
        assert type(caught.value) is meaning


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_broken_server_leaves_doubt(double: SlackDouble, chat: SlackChat, status: int) -> None:
    double.fail("chat.postMessage", Fault(error="", status=status))
    with pytest.raises(InDoubt):
        await chat.send(PLACE, CARD, KEY)
    assert len(double.posts("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("given", "wait"), [("7", 7.0), ("3600", 3600.0), ("soon", 30.0), ("-5", 30.0), ("9" * 5000, 30.0)]
)
async def test_n04_n05_slack_says_how_long_to_wait(
    double: SlackDouble, chat: SlackChat, given: str, wait: float
) -> None:
    double.fail("chat.postMessage", Fault(error="ratelimited", status=429, headers={"Retry-After": given}))
    with pytest.raises(RateLimited) as caught:
        await chat.send(PLACE, CARD, KEY)
    assert caught.value.retry_after == wait
    assert double.standing(COURSES) == []


async def test_n04_only_the_lane_that_slack_closed_waits(double: SlackDouble, chat: SlackChat) -> None:
    double.fail("chat.postMessage", Fault(error="ratelimited", status=429, headers={"Retry-After": "30"}))
    for _ in range(10):
        with pytest.raises(RateLimited) as caught:
            await chat.send(PLACE, CARD, KEY)
        assert 25 < caught.value.retry_after <= 30
    assert len(double.posts("chat.postMessage")) == 1
    await chat.send(Address(TEAM, CENTRE).place, CARD, KEY)
    assert len(double.standing(CENTRE)) == 1


def test_a_lane_opens_again() -> None:
    time = [100.0]
    lanes = Lanes(lambda: time[0])
    lanes.close("a", 5)
    with pytest.raises(RateLimited):
        lanes.enter("a")
    lanes.enter("b")
    time[0] += 5
    lanes.enter("a")


async def test_n01_a_dropped_connection_is_one_post_and_the_marker_is_found(
    double: SlackDouble, chat: SlackChat
) -> None:
    double.fail("chat.postMessage", Fault(effect=True, drop=True))
    with pytest.raises(InDoubt):
        await chat.send(PLACE, CARD, KEY)
    assert len(double.posts("chat.postMessage")) == 1
    [message] = double.standing(COURSES)
    assert await chat.find(PLACE, KEY, LONG_AGO) == Address(TEAM, COURSES, message["ts"]).ref


async def test_n02_no_answer_in_time_is_one_post_and_the_marker_is_found(
    double: SlackDouble, chat: SlackChat, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_chat, "TIMEOUT", 0.5)
    client = web_client(core.config, BOT_TOKEN)
    hasty = SlackChat(core.config, client, Home(core, client))
    double.fail("chat.postMessage", Fault(effect=True, delay=1.0))
    with pytest.raises(InDoubt):
        await hasty.send(PLACE, CARD, KEY)
    assert len(double.posts("chat.postMessage")) == 1
    assert await chat.find(PLACE, KEY, LONG_AGO) is not None


async def test_n03_an_error_after_the_effect_leaves_a_marker(double: SlackDouble, chat: SlackChat) -> None:
    double.fail("chat.postMessage", Fault(error="internal_error", effect=True))
    with pytest.raises(InDoubt):
        await chat.dm(ANA, CARD, KEY)
    assert await chat.find_dm(ANA, KEY, LONG_AGO) is not None
    assert len(double.posts("chat.postMessage")) == 1


@pytest.mark.parametrize(("method", "meaning"), [("chat.postMessage", InDoubt), ("conversations.open", Unreachable)])
async def test_a_yes_that_tells_nothing(
    double: SlackDouble, chat: SlackChat, method: str, meaning: type[BotError]
) -> None:
    double.fail(method, Fault(answer={"ok": True}))
    with pytest.raises(meaning):
        await chat.dm(ANA, CARD, KEY)


async def test_no_connection_means_nothing_was_sent(core: FakeCore) -> None:
    nobody = Config.model_validate({"slack": {"api_url": "http://127.0.0.1:1/api/"}})
    client = web_client(nobody, BOT_TOKEN)
    with pytest.raises(RateLimited):
        await SlackChat(nobody, client, Home(core, client)).send(PLACE, CARD, KEY)


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found", "token_revoked"])
async def test_what_may_not_be_read_can_not_be_told(double: SlackDouble, chat: SlackChat, error: str) -> None:
    double.fail("conversations.history", Fault(error=error), times=2)
    with pytest.raises(CannotTell):
        await chat.find(PLACE, KEY, LONG_AGO)
    with pytest.raises(CannotTell):
        await chat.find_dm(ANA, KEY, LONG_AGO)


async def test_a_look_up_that_fails_for_now_is_tried_again_later(double: SlackDouble, chat: SlackChat) -> None:
    double.fail("conversations.history", Fault(error="internal_error"))
    with pytest.raises(RateLimited):
        await chat.find(PLACE, KEY, LONG_AGO)


async def test_a_marker_is_found_behind_many_messages(double: SlackDouble, chat: SlackChat) -> None:
    first = await chat.send(PLACE, CARD, KEY)
    copies = [{**double.messages[0], "ts": double.ts(), "blocks": []} for _ in range(450)]
    double.messages.extend(copies)
    assert await chat.find(PLACE, KEY, LONG_AGO) == first
    assert len(double.posts("conversations.history")) == 3


async def test_a_look_up_has_an_end(double: SlackDouble, chat: SlackChat) -> None:
    await chat.send(PLACE, CARD, "other")
    double.messages.extend([{**double.messages[0], "ts": double.ts()} for _ in range(2100)])
    with pytest.raises(CannotTell, match="too much"):
        await chat.find(PLACE, KEY, LONG_AGO)
    assert len(double.posts("conversations.history")) == slack_chat.PAGES


async def test_n23_a_message_that_is_gone_can_not_be_edited(chat: SlackChat) -> None:
    ref = await chat.send(PLACE, CARD, KEY)
    await chat.delete(ref)
    with pytest.raises(Unreachable, match="gone"):
        await chat.edit(ref, CARD)


async def test_nothing_is_linked_or_unfolded_by_itself(double: SlackDouble, chat: SlackChat) -> None:
    await chat.send(PLACE, Card("<!channel>", (paragraph("<!channel> <@U0ANA>"),)), KEY)
    [asked] = double.posts("chat.postMessage")
    assert (asked["parse"], asked["link_names"]) == ("none", False)
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)
    assert asked["text"] == "&lt;!channel&gt;"


async def test_a_link_is_asked_for_once(double: SlackDouble, chat: SlackChat) -> None:
    ref = await chat.send(PLACE, CARD, KEY)
    assert await chat.link(ref) == await chat.link(ref)
    assert len(double.posts("chat.getPermalink")) == 1


async def test_a_link_into_a_thread_names_the_reply(chat: SlackChat) -> None:
    root = await chat.send(PLACE, CARD, KEY)
    reply = await chat.send(await chat.thread(root, "Title", CARD, "t" * 22), CARD, "s" * 22)
    link = await chat.link(reply)
    assert link is not None
    assert "thread_ts=" in link
    assert chat.ref(link) == reply


@pytest.mark.parametrize(
    "link",
    [
        "https://offcourse.slack.com/archives/C0COURSES/p1700000000000100",
        "https://offcourse.enterprise.slack.com/archives/c0courses/p1700000000000100/",
        "http://127.0.0.1:4000/archives/C0COURSES/p1700000000000100?thread_ts=1690000000.000100&cid=C0COURSES",
        " https://slack.example/archives/C0COURSES/p1700000000000100 ",
    ],
)
def test_a_permanent_link_names_a_message_on_any_host(link: str) -> None:
    assert read_link(link, TEAM) == Address(TEAM, COURSES, "1700000000.000100").ref
    unknown = read_link(link, "")
    assert unknown == "slack:/C0COURSES/1700000000.000100"
    assert Address.parse(unknown) == Address("", COURSES, "1700000000.000100")


@pytest.mark.parametrize(
    "link",
    [
        "ftp://offcourse.slack.com/archives/C0COURSES/p1700000000000100",
        "https://offcourse.slack.com/archives/C0COURSES",
        "https://offcourse.slack.com/archives/../p1700000000000100",
        "https://offcourse.slack.com/archives/X0COURSES/p1700000000000100",
        "https:///archives/C0COURSES/p1700000000000100",
        "see https://offcourse.slack.com/archives/C0COURSES/p1700000000000100",
    ],
)
def test_any_other_text_is_no_message(link: str) -> None:
    assert read_link(link, TEAM) is None


async def test_an_empty_workspace_is_that_of_the_token(core: FakeCore, double: SlackDouble, chat: SlackChat) -> None:
    assert await chat.channel("", "courses") == PLACE
    client = web_client(core.config, BOT_TOKEN)
    home = Home(core, client)
    early = SlackChat(core.config, client, home)
    place = await early.channel("", "courses")
    assert place == "slack:/C0COURSES"
    ref = await early.send(place, CARD, KEY)
    assert Address.parse(ref).team == ""
    await home.known()
    assert await early.find(place, KEY, LONG_AGO) == Address(TEAM, COURSES, Address.parse(ref).ts).ref
    assert Address.parse(await early.send(place, CARD, "other")).team == TEAM
    await early.edit(ref, CARD)


@pytest.mark.parametrize("odd", ["discord:1/2", "slack:", "slack:T1/C1/../x", "slack:T1/C 1", ""])
async def test_an_address_of_somewhere_else_is_refused(chat: SlackChat, odd: str) -> None:
    with pytest.raises(Refused):
        await chat.delete(Ref(odd))


async def test_an_emoji_without_a_name_is_refused(chat: SlackChat) -> None:
    ref = await chat.send(PLACE, CARD, KEY)
    with pytest.raises(Refused):
        await chat.react(ref, "🦤", on=True)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("white_check_mark", "✅"),
        ("thinking_face", "🤔"),
        ("x", "❌"),
        ("eyes", "👀"),
        ("rotating_light", "🚨"),
        ("thumbsup", "👍"),
        ("+1::skin-tone-5", "👍"),
        ("partyparrot", ":partyparrot:"),
    ],
)
def test_reactions_have_one_name(name: str, shown: str) -> None:
    assert emoji.character_of(name) == shown


async def test_a_profile_that_left_is_not_active(double: SlackDouble, chat: SlackChat) -> None:
    double.add_user("U0GONE", "Gone", deleted=True, profile={}, real_name="", tz=None)
    profile = await chat.profile(Account("slack", TEAM, "U0GONE"))
    assert (profile.name, profile.timezone, profile.locale, profile.active) == ("gone", None, "en-GB", False)
