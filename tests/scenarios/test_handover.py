"""Handing over, co-owners and adopting, as members do it on every platform."""

import pytest

from tests.drivers.base import Seen
from tests.stage import PYTHON, Stage, share, show


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    """Ana has shared course 1; Ben and Chloe were here."""
    await share(stage, "ana", **PYTHON)
    for who in ("ben", "chloe"):
        await stage.on.command(who, "/offcourse")
    return stage


async def letter(stage: Stage, who: str, about: str) -> Seen:
    """Give the last private letter to somebody that speaks of something."""
    await stage.settled()
    found = [one for one in await stage.on.letters(who) if about in one.text]
    assert found, f"no letter about {about!r} to {who}: {[one.text for one in await stage.on.letters(who)]}"
    return found[-1]


async def owner_of(stage: Stage, course: int = 1) -> str:
    async with stage.app.store.read("main") as unit:
        found = await unit.courses.get(course)
    assert found is not None
    return found.owner.name if found.owner else ""


async def offered(stage: Stage, to: str = "Ben") -> Seen:
    answer = await stage.on.command("ana", f"/course handover C1 to:{to}")
    assert f"I ask {to} in private" in answer.text, answer.text
    return await letter(stage, to.lower(), "look after")


async def test_it_stays_where_it_is_until_they_accept(shared: Stage) -> None:
    asked = await offered(shared)
    assert "Ana asks whether you would look after Write small programs in Python (C1)?" in asked.text
    assert await owner_of(shared) == "Ana"
    done = await shared.tap("ben", asked, "Accept")
    assert "You look after Write small programs in Python (C1) now." in done.text
    assert await owner_of(shared) == "Ben"
    assert "Ben looks after Write small programs in Python" in (await letter(shared, "ana", "Thank you")).text
    (card,) = await shared.on.posts()
    assert "Ben" in card.text
    assert "taken over, not reviewed yet" in card.text
    assert "You look after" in (await letter(shared, "ben", "Write small")).text
    history = (await shared.on.command("ana", "/course history C1")).text
    assert "took it over from" in history
    assert "shared" in history


async def test_each_is_told_what_it_means_to_them_that_a_stewards_offer_was_accepted(shared: Stage) -> None:
    await shared.on.command("elif", "/offcourse")
    await shared.on.command("elif", "/course handover C1 to:Ben")
    await shared.tap("ben", await letter(shared, "ben", "asks whether"), "Accept")
    assert "Ben looks after" in (await letter(shared, "ana", "Thank you for all you did for it!")).text
    first = (await shared.on.letters("ana"))[0]
    assert "You get it because a steward offers a course of yours to somebody." in first.text
    steward = await letter(shared, "elif", "Ben looks after")
    assert "Thank you for finding somebody!" in steward.text
    assert "You get it because you offered a course to somebody." in steward.text


async def test_they_may_decline(shared: Stage) -> None:
    done = await shared.tap("ben", await offered(shared), "No thanks")
    assert "stays where it is" in done.text
    told = await letter(shared, "ana", "Ben can't look after")
    assert await owner_of(shared) == "Ana"
    again = await shared.tap("ana", told, "Offer it to somebody else")
    assert again.form is not None
    assert "I ask Chloe in private" in (await shared.on.submit("ana", again.form, to="chloe")).text
    await shared.settled()
    assert len([one for one in await shared.on.letters("ana") if "Ben can't" in one.text]) == 1


async def test_it_may_be_taken_back(shared: Stage) -> None:
    asked = await offered(shared)
    again = await shared.on.command("ana", "/course handover C1 to:Chloe")
    assert "is offered to Ben, who hasn't answered yet" in again.text
    taken = await shared.tap("ana", again.only, "Take it back")
    assert "I don't ask Ben" in taken.text
    assert "isn't offered to you any more" in (await shared.tap("ben", asked, "Accept")).text
    assert await owner_of(shared) == "Ana"
    assert "isn't offered to you any more" in (await letter(shared, "ben", "Write small")).text


async def test_two_taps_take_it_over_once(shared: Stage) -> None:
    asked = await offered(shared)
    await shared.tap("ben", asked, "Accept")
    assert (
        "You look after Write small programs in Python (C1) already." in (await shared.tap("ben", asked, "Accept")).text
    )
    await shared.on.repeat()
    await shared.settled()
    assert len([one for one in await shared.on.letters("ana") if "Ben looks after" in one.text]) == 1


async def test_an_archived_course_is_offered_to_nobody_any_more(shared: Stage) -> None:
    asked = await offered(shared)
    await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    assert "was put away meanwhile" in (await shared.tap("ben", asked, "Accept")).text
    assert "is archived" in (await shared.on.command("ana", "/course handover C1 to:Ben")).text


async def test_somebody_elses_tap_takes_nothing(shared: Stage) -> None:
    asked = await offered(shared)
    if shared.on.platform == "discord":
        return  # nobody else can be in a private conversation there
    assert "isn't offered to you any more" in (await shared.tap("chloe", asked, "Accept")).text
    assert await owner_of(shared) == "Ana"


async def test_only_the_owner_and_stewards_hand_over(shared: Stage) -> None:
    refused = await shared.on.command("ben", "/course handover C1 to:Ben")
    assert "only Ana and the stewards can hand it over" in refused.text
    assert "I ask Ben in private" in (await shared.on.command("elif", "/course handover C1 to:Ben")).text
    done = await shared.tap("ben", await letter(shared, "ben", "lif asks"), "Accept")
    assert "You look after" in done.text
    for who in ("ana", "elif"):
        assert "Ben looks after" in (await letter(shared, who, "Thank you")).text


@pytest.mark.parametrize(
    ("to", "said"),
    [("Zebedee", "I know nobody called “Zebedee” here"), ("me", "Ana looks after it already"), ("P999", "nobody")],
)
async def test_who_can_t_take_it_is_said(shared: Stage, to: str, said: str) -> None:
    assert said in (await shared.on.command("ana", f"/course handover C1 to:{to}")).text


async def test_people_are_suggested_while_typing(shared: Stage) -> None:
    if shared.on.suggests:
        assert await shared.on.suggest("ana", "/course handover", "to", "be") == ["Ben"]


async def test_a_form_asks_who_and_nobody_means_all(shared: Stage) -> None:
    opened = await shared.tap("ana", await show(shared, "ana", 1), "Hand over")
    assert opened.form is not None
    done = await shared.on.submit("ana", opened.form, to="")
    assert "is up for adoption" in done.text
    await shared.settled()
    (card,) = await shared.on.posts()
    assert "looking for an owner" in card.text
    assert await owner_of(shared) == "Ana"
    took = await shared.tap("ben", card, "Adopt")
    assert "You look after" in took.text
    late = await shared.on.command("chloe", "/course adopt C1")
    assert "Ben looks after Write small programs in Python (C1), so it needs nobody" in late.text
    assert "You look after" in (await shared.on.command("ben", "/course adopt C1")).text
    assert "Ben looks after" in (await letter(shared, "ana", "Thank you")).text
    (card,) = await shared.on.posts()
    assert [button.label for button in card.buttons] == ["Show"]


async def test_what_is_up_for_adoption_may_be_kept(shared: Stage) -> None:
    opened = await shared.on.command("ana", "/course handover C1")
    assert opened.form is not None
    done = await shared.on.submit("ana", opened.form, to="")
    assert "C1" in (await shared.on.command("ben", "/course adopt")).text
    assert "stays with Ana" in (await shared.tap("ana", done.only, "Keep it")).text
    assert "Every course has somebody" in (await shared.on.command("ben", "/course adopt")).text
    assert "needs nobody just now" in (await shared.on.command("ben", "/course adopt C1")).text


async def put_up(stage: Stage, who: str) -> None:
    opened = (await stage.on.command(who, "/course handover C1")).form
    assert opened is not None
    assert "is up for adoption" in (await stage.on.submit(who, opened, to="")).text


@pytest.fixture
async def put_up_by_elif(shared: Stage) -> Seen:
    """Give the letter to Ana after Elif, a steward, put her course up for adoption."""
    await shared.on.command("elif", "/offcourse")
    await put_up(shared, "elif")
    return await letter(shared, "ana", "yours until somebody")


async def test_an_owner_hears_at_once_what_a_steward_puts_up_and_keeps_it(shared: Stage, put_up_by_elif: Seen) -> None:
    assert "Write small programs in Python (C1)" in put_up_by_elif.text
    assert "lif asks all members" in put_up_by_elif.text
    assert "stays with Ana" in (await shared.tap("ana", put_up_by_elif, "Keep it")).text
    now = await letter(shared, "ana", "stays with you")
    assert "Keep it" not in [button.label for button in now.buttons]
    assert "needs nobody just now" in (await shared.on.command("ben", "/course adopt C1")).text
    await put_up(shared, "elif")
    assert (await letter(shared, "ana", "yours until somebody")).button("Keep it")


async def test_an_owner_hears_at_once_to_whom_a_steward_offers_it_and_keeps_it(shared: Stage) -> None:
    await shared.on.command("elif", "/offcourse")
    said = await shared.on.command("elif", "/course handover C1 to:Ben")
    assert "They hear of it now, and may keep it." in said.text
    heard = await letter(shared, "ana", "asks whether Ben would look after")
    assert "Write small programs in Python (C1)" in heard.text
    assert "yours until they accept" in heard.text
    await shared.tap("ana", heard, "Keep it")
    now = await letter(shared, "ana", "stays with you")
    assert "Keep it" not in [button.label for button in now.buttons]
    assert "isn't offered to you any more" in (await letter(shared, "ben", "Write small")).text
    assert "Ben isn't asked any more" in (await letter(shared, "elif", "stays where it is")).text
    await shared.on.command("elif", "/course handover C1 to:Ben")
    assert (await letter(shared, "ana", "asks whether Ben would look after")).button("Keep it")
    await shared.tap("ben", await letter(shared, "ben", "asks whether you would"), "Accept")
    await shared.settled()
    over = [one for one in await shared.on.letters("ana") if "Ben looks after" in one.text]
    assert not [button for one in over for button in one.buttons if button.label == "Keep it"]
    assert not [one for one in await shared.on.letters("ana") if "asks whether Ben" in one.text]


async def test_who_puts_up_their_own_course_knows_it(shared: Stage) -> None:
    await put_up(shared, "ana")
    await shared.settled()
    assert not [one for one in await shared.on.letters("ana") if "C1" in one.text]


@pytest.mark.parametrize("end", ["adopted", "reviewed", "archived"])
async def test_the_letter_follows_what_becomes_of_it(shared: Stage, put_up_by_elif: Seen, end: str) -> None:
    said = {"adopted": "Ben looks after", "reviewed": "stays with you", "archived": "was put away"}[end]
    match end:
        case "adopted":
            await shared.on.command("ben", "/course adopt C1")
        case "reviewed":
            opened = (await shared.on.command("ana", "/course edit C1")).form
            assert opened is not None
            await shared.on.submit("ana", opened, goal="Write better programs")
        case _:
            await shared.tap("ana", (await shared.on.command("ana", "/course archive C1")).only, "Archive it")
    await shared.settled()
    told = [one for one in await shared.on.letters("ana") if said in one.text]
    assert told
    assert not [one for one in await shared.on.letters("ana") if "yours until somebody" in one.text]


async def test_a_letter_that_comes_too_late_is_not_sent(shared: Stage) -> None:
    chats = dict(shared.app.chats)
    shared.app.chats.clear()
    await shared.on.command("elif", "/offcourse")
    await put_up(shared, "elif")
    async with shared.app.store.write("main") as unit:
        await unit.handovers.put_up(1, None)
    shared.app.chats.update(chats)
    await shared.settled()
    assert not [one for one in await shared.on.letters("ana") if "C1" in one.text]


async def test_a_co_owner_may_change_it_and_say_no_thanks(shared: Stage) -> None:
    added = await shared.on.command("ana", "/course co-owners C1 add:Ben")
    assert "Ben, co-owner" in added.text
    told = await letter(shared, "ben", "co-owner")
    assert "You are a co-owner of Write small programs in Python (C1)" in told.text
    assert "with" in (await shared.on.posts())[0].text
    opened = await shared.on.command("ben", "/course edit")
    tapped = await shared.tap("ben", opened.only, "C1 Write small programs in Python")
    assert tapped.form is not None
    assert "Its owner (Ana) says" in (await shared.on.command("ben", "/course co-owners C1 add:Chloe")).text
    assert "you don't look after" in (await shared.tap("ben", told, "No thanks")).text
    assert "Ben" not in (await shared.on.command("ana", "/course co-owners C1")).text
    assert "You are no co-owner" in (await letter(shared, "ben", "co-owner")).text
    history = (await shared.on.command("chloe", "/course history C1")).text.replace("@", "")
    assert "Ana · made Ben a co-owner" in history
    assert "Ben · is no co-owner any more" in history
    assert "by Ana · shared" in history


async def test_the_owner_removes_a_co_owner(shared: Stage) -> None:
    added = await shared.on.command("ana", "/course co-owners C1 add:Ben")
    removed = await shared.tap("ana", added.only, "Remove Ben")
    assert "co-owner" not in removed.text.replace("co-owners", "")
    again = await shared.on.command("ana", "/course co-owners C1 remove:Ben")
    assert "Ana, owner" in again.text
    assert (await shared.on.command("ben", "/course history C1")).text.count("off the co-owners") == 1


async def test_who_helps_stands_in_the_way_of_no_edit(shared: Stage) -> None:
    opened = await shared.on.command("elif", "/course edit C1")
    assert opened.form is not None
    await shared.on.command("ana", "/course co-owners C1 add:Ben")
    assert "Saved: Write Python" in (await shared.on.submit("elif", opened.form, goal="Write Python")).text
