"""Who hosts a meetup: co-hosts and handing over, as members do it on every platform."""

import pytest

from tests.drivers import trouble
from tests.drivers.base import Seen
from tests.scenarios.meeting import meetup
from tests.stage import Stage


@pytest.fixture
async def hosted(stage: Stage) -> Stage:
    """Ana hosts meetup 1; Ben and Chloe were here."""
    await meetup(stage)
    for who in ("ben", "chloe"):
        await stage.on.command(who, "/offcourse")
    return stage


async def letter(stage: Stage, who: str, about: str) -> Seen:
    """Give the last private letter to somebody that speaks of something."""
    await stage.settled()
    found = [one for one in await stage.letters(who) if about in one.text]
    assert found, f"no letter about {about!r} to {who}: {[one.text for one in await stage.letters(who)]}"
    return found[-1]


async def hosts_of(stage: Stage) -> list[str]:
    async with stage.app.store.read("main") as unit:
        found = await unit.meetups.get(1)
    assert found is not None
    return [host.name for host in found.hosts]


async def offered(stage: Stage, to: str = "Ben") -> Seen:
    answer = await stage.on.command("ana", f"/meetup handover M1 to:{to}")
    assert f"I ask {to} in private to host Bake bread together (M1)" in answer.text, answer.text
    return await letter(stage, to.lower(), "would host")


async def test_a_co_host_may_change_it_and_say_no_thanks(hosted: Stage) -> None:
    added = await hosted.on.command("ana", "/meetup hosts M1 add:Ben")
    assert "Ben, co-host" in added.text
    told = await letter(hosted, "ben", "co-host")
    assert "You are a co-host of Bake bread together (M1)" in told.text
    (card,) = await hosted.posts("meetups")
    assert "with " in card.text
    assert "Ben" in card.text
    assert (await hosted.on.command("ben", "/meetup edit M1")).form is not None
    assert (
        "Only Ana and the stewards say who hosts it."
        in (await hosted.on.command("ben", "/meetup hosts M1 add:Chloe")).text
    )
    assert "you don't help with it any more" in (await hosted.tap("ben", told, "No thanks")).text
    assert await hosts_of(hosted) == ["Ana"]
    await letter(hosted, "ben", "you don't help with it any more.")
    assert "that is so already" in (await trouble.tap(hosted.on, "ben", told, "meetup.co_remove:1:2")).text


async def test_the_host_removes_a_co_host(hosted: Stage) -> None:
    added = await hosted.on.command("ana", "/meetup hosts M1 add:Ben")
    assert "Ben, co-host" not in (await hosted.tap("ana", added.only, "Remove Ben")).text
    again = await hosted.on.command("ana", "/meetup hosts M1 remove:Ben")
    assert "Ana, host" in again.text
    await hosted.on.command("ana", "/meetup hosts M1 add:Chloe")
    await trouble.tap(hosted.on, "ben", (await hosted.posts("meetups"))[0], "meetup.co_remove:1:3")
    assert await hosts_of(hosted) == ["Ana", "Chloe"]


@pytest.mark.parametrize(
    ("who", "said"), [("Ana", "M1 is with Ana already"), ("Zebedee", "I know nobody called “Zebedee” here")]
)
async def test_who_can_t_help_is_said(hosted: Stage, who: str, said: str) -> None:
    assert said in (await hosted.on.command("ana", f"/meetup hosts M1 add:{who}")).text


async def test_it_is_handed_over_once_they_accept(hosted: Stage) -> None:
    asked = await offered(hosted)
    assert "Ana hosts it until you accept." in asked.text
    assert await hosts_of(hosted) == ["Ana"]
    done = await hosted.tap("ben", asked, "Accept")
    assert "Thank you! You host Bake bread together (M1) now." in done.text
    assert await hosts_of(hosted) == ["Ben"]
    assert "Ben hosts Bake bread together (M1) now." in (await letter(hosted, "ana", "Thank you")).text
    await letter(hosted, "ben", "You host Bake bread together (M1) now.")
    (card,) = await hosted.posts("meetups")
    assert "Ben" in card.text
    assert "Only Ben and who helps them" in (await hosted.on.command("ana", "/meetup edit M1")).text


async def test_two_taps_take_it_over_once(hosted: Stage) -> None:
    asked = await offered(hosted)
    await hosted.tap("ben", asked, "Accept")
    late = await trouble.tap(hosted.on, "ben", asked, "meetup.accept:1")
    assert "You host Bake bread together (M1) already." in late.text
    await hosted.settled()
    assert len([one for one in await hosted.letters("ana") if "Ben hosts" in one.text]) == 1


async def test_they_may_decline(hosted: Stage) -> None:
    done = await hosted.tap("ben", await offered(hosted), "No thanks")
    assert "stays where it is" in done.text
    told = await letter(hosted, "ana", "Ben can't host")
    again = await hosted.tap("ana", told, "Offer it to somebody else")
    assert again.form is not None
    assert "I ask Chloe in private" in (await hosted.on.submit("ana", again.form, to="chloe")).text
    assert await hosts_of(hosted) == ["Ana"]


async def test_it_may_be_taken_back(hosted: Stage) -> None:
    asked = await offered(hosted)
    again = await hosted.on.command("ana", "/meetup handover M1 to:Chloe")
    assert "is offered to Ben, who hasn't answered yet" in again.text
    assert "I don't ask Ben" in (await hosted.tap("ana", again.only, "Take it back")).text
    late = await trouble.tap(hosted.on, "ben", asked, "meetup.accept:1")
    assert "isn't offered to you any more" in late.text
    await letter(hosted, "ben", "isn't offered to you any more")
    assert await hosts_of(hosted) == ["Ana"]


async def test_somebody_elses_tap_takes_nothing(hosted: Stage) -> None:
    await offered(hosted)
    post = (await hosted.posts("meetups"))[0]
    for token in ("meetup.accept:1", "meetup.decline:1", "meetup.take_back:1", "meetup.handover:1", "meetup.accept:99"):
        answer = await trouble.tap(hosted.on, "chloe", post, token)
        assert answer.form is None, token
        assert "my side" not in answer.text
    async with hosted.app.store.read("main") as unit:
        assert await unit.hostings.of(1) is not None
    assert await hosts_of(hosted) == ["Ana"]


async def test_what_is_cancelled_is_handed_to_nobody(hosted: Stage) -> None:
    asked = await offered(hosted)
    await hosted.tap("ana", (await hosted.on.command("ana", "/meetup cancel M1")).only, "Cancel it")
    late = await trouble.tap(hosted.on, "ben", asked, "meetup.accept:1")
    assert "was cancelled meanwhile" in late.text
    assert "This meetup is cancelled." in (await hosted.on.command("ana", "/meetup handover M1 to:Ben")).text


@pytest.mark.parametrize(("to", "said"), [("me", "Ana hosts it already"), ("P999", "nobody"), ("Zebedee", "nobody")])
async def test_who_can_t_take_it_is_said(hosted: Stage, to: str, said: str) -> None:
    assert said in (await hosted.on.command("ana", f"/meetup handover M1 to:{to}")).text


async def test_a_steward_hands_over_and_both_hear_it(hosted: Stage) -> None:
    assert "I ask Ben in private" in (await hosted.on.command("elif", "/meetup handover M1 to:Ben")).text
    await hosted.tap("ben", await letter(hosted, "ben", "would host"), "Accept")
    for who in ("ana", "elif"):
        assert "Ben hosts" in (await letter(hosted, who, "Thank you")).text
