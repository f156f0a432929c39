"""The first private message says why it comes and how to have none; and none comes then, on every platform."""

import pytest

from tests.drivers.base import Seen
from tests.stage import PYTHON, Stage, share

LINE = "This is my first private message to you"


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    """Ana has shared course 1; Ben and Chloe were here."""
    await share(stage, "ana", **PYTHON)
    for who in ("ben", "chloe"):
        await stage.on.command(who, "/offcourse")
    await stage.settled()
    return stage


async def letters(stage: Stage, who: str) -> list[Seen]:
    await stage.settled()
    return await stage.letters(who)


async def test_the_first_private_message_says_why_it_comes(shared: Stage) -> None:
    await shared.on.command("ana", "/course handover C1 to:Ben")
    (offer,) = await letters(shared, "ben")
    assert f"{LINE}. You get it because somebody hopes that you look after a course." in offer.text
    await shared.on.command("ana", "/course co-owners C1 add:Ben")
    _, named = await letters(shared, "ben")
    assert LINE not in named.text
    await shared.tap("ben", offer, "No thanks")
    offer, _ = await letters(shared, "ben")
    assert "isn't offered to you any more" in offer.text
    assert LINE in offer.text, "it stays while the message is brought up to date"
    (told,) = await letters(shared, "ana")
    assert f"{LINE}. You get it because you offered a course to somebody." in told.text


async def test_who_wants_no_private_messages_gets_none(shared: Stage) -> None:
    await shared.on.command("ana", "/course handover C1 to:Ben")
    (offer,) = await letters(shared, "ben")
    answer = await shared.tap("ben", offer, "No private messages")
    assert "I write you no private messages any more" in answer.text
    await shared.on.command("ana", "/course co-owners C1 add:Ben")
    assert len(await letters(shared, "ben")) == 1
    shown = (await shared.on.command("ben", "/offcourse nudges")).only
    assert "no private messages at all" in shown.text
    back = await shared.tap("ben", shown, "Write to me again")
    assert "I write to you again" in back.text
    await shared.on.command("ana", "/course co-owners C1 remove:Ben")
    await shared.on.command("ana", "/course co-owners C1 add:Ben")
    assert len(await letters(shared, "ben")) == 2
    shown = (await shared.on.command("ben", "/offcourse nudges")).only
    await shared.tap("ben", shown, "No private messages")
    await shared.on.command("ana", "/course co-owners C1 remove:Ben")
    await shared.on.command("ana", "/course co-owners C1 add:Ben")
    assert len(await letters(shared, "ben")) == 2


async def test_an_offer_to_who_wants_no_messages_is_told_to_who_made_it(shared: Stage) -> None:
    shown = (await shared.on.command("ben", "/offcourse nudges")).only
    await shared.tap("ben", shown, "No private messages")
    await shared.on.command("ana", "/course handover C1 to:Ben")
    assert await letters(shared, "ben") == []
    (told,) = await letters(shared, "ana")
    assert "Ben takes no messages of mine" in told.text.replace("ben", "Ben")


async def test_joined_accounts_are_told_of_all_the_same(shared: Stage) -> None:
    shown = (await shared.on.command("ben", "/offcourse nudges")).only
    await shared.tap("ben", shown, "No private messages")
    made = await shared.on.command("ben", "/offcourse link")
    code = made.text.split("/offcourse link ")[1].split()[0]
    preview = (await shared.on.command("chloe", f"/offcourse link {code}")).only
    await shared.tap("chloe", preview, "Join them")
    (told,) = await letters(shared, "ben")
    assert "Two of your accounts were joined" in told.text
