"""Finding meetups: listed, shown, one's own, and suggested while typing."""

from datetime import timedelta

from tests.scenarios.meeting import LINK, meetup
from tests.stage import Stage


async def several(stage: Stage, count: int) -> None:
    """Plan meetups on days one after the other, the last one first."""
    for day in range(count, 0, -1):
        await meetup(stage, title=f"Meetup of day {day}", when=f"in {day} days at 19:00", places="")


async def test_nothing_yet_offers_to_plan(stage: Stage) -> None:
    answer = await stage.on.command("ben", "/meetup list")
    assert "Nothing is planned yet." in answer.text
    opened = await stage.tap("ben", answer.only, "Plan one")
    assert opened.form is not None
    assert opened.form.id == "meetup.plan"
    for command in ("/meetup show", "/meetup mine"):
        assert "Plan one" in [button.label for button in (await stage.on.command("ben", command)).only.buttons]


async def test_what_is_to_come_is_listed_page_by_page(stage: Stage) -> None:
    await several(stage, 6)
    first = await stage.on.command("ben", "/meetup list")
    assert first.only.private
    places = [first.text.index(f"Meetup of day {day}") for day in range(1, 5)]
    assert places == sorted(places)
    assert "6 meetups, page 1 of 2" in first.text
    second = await stage.tap("ben", first.only, "More")
    assert second.replaced
    assert "Meetup of day 6" in second.text
    assert "Meetup of day 4" not in second.text
    assert "page 1 of 2" in (await stage.tap("ben", second.only, "Back")).text
    stage.clock.move(timedelta(days=3))
    later = await stage.on.command("ben", "/meetup list")
    assert "4 meetups" in later.text
    assert "Meetup of day 2" not in later.text


async def test_a_list_is_narrowed_by_topic(stage: Stage) -> None:
    await meetup(stage, about="#python")
    await meetup(stage, title="Bake cake", about="Topics: slow food")
    answer = await stage.on.command("ben", "/meetup list Slow-Food")
    assert "Bake cake" in answer.text
    assert "Bake bread" not in answer.text
    assert "Meetups about music: nothing is to come" in (await stage.on.command("ben", "/meetup list music")).text
    if stage.on.suggests:
        assert await stage.on.suggest("ben", "/meetup list", "topic", "so") == []
        assert await stage.on.suggest("ben", "/meetup list", "topic", "slo") == ["slow food (1)"]


async def test_one_answers_in_the_list_and_sees_it_there(stage: Stage) -> None:
    await meetup(stage, places="1")
    listed = await stage.on.command("ben", "/meetup list")
    assert "0 going · 1 of 1 place left" in listed.text
    assert "You are going" in (await stage.tap("ben", listed.only, "✅ Going")).text
    again = (await stage.on.command("ben", "/meetup list")).text
    assert "1 going · the one place is taken · you are going" in again
    assert "you host it" in (await stage.on.command("ana", "/meetup list")).text


async def test_one_is_shown_whole(stage: Stage) -> None:
    await meetup(stage)
    for typed in ("M1", "1", "Bake bread together", "bread"):
        shown = await stage.on.command("ben", f"/meetup show {typed}")
        assert "We knead and talk. #bread" in shown.text, typed
        assert "You haven't answered yet." in shown.text
        assert LINK not in shown.text
    assert LINK in (await stage.on.command("ana", "/meetup show M1")).text
    await stage.tap("ben", shown.only, "✅ Going")
    seen = await stage.on.command("ben", "/meetup show M1")
    assert "You are going." in seen.text
    assert LINK in seen.text
    assert (
        "Nothing found: no meetup to come is called “xyz”" in (await stage.on.command("ben", "/meetup show xyz")).text
    )


async def test_a_link_to_the_card_names_it(stage: Stage) -> None:
    await meetup(stage)
    async with stage.app.store.read("main") as unit:
        (letter,) = await unit.outbox.find("meetup.card", "1", "announced", None)
    assert letter.ref is not None
    link = await stage.app.chats[stage.on.platform].link(letter.ref)
    assert "We knead" in (await stage.on.command("ben", f"/meetup show {link}")).text


async def test_several_of_a_name_are_offered(stage: Stage) -> None:
    await meetup(stage, title="Bake bread")
    await meetup(stage, title="Bake cake")
    answer = await stage.on.command("ben", "/meetup show bake")
    assert "Which of these do you mean?" in answer.text
    assert [button.label for button in answer.only.buttons] == ["M1 Bake bread", "M2 Bake cake"]
    assert "Bake cake" in (await stage.tap("ben", answer.only, "M2 Bake cake")).text


async def test_meetups_are_suggested_while_typing(stage: Stage) -> None:
    await meetup(stage)
    if stage.on.suggests:
        assert await stage.on.suggest("ben", "/meetup show", "meetup", "BREAD") == [
            "Bake bread together (M1) · Thu 5 Mar 2026 19:00–20:30"
        ]


async def test_ones_own_are_those_one_goes_to_or_hosts(stage: Stage) -> None:
    await several(stage, 3)
    listed = await stage.on.command("ben", "/meetup list")
    assert "Your meetups: nothing is to come" in (await stage.on.command("ben", "/meetup mine")).text
    going = [button for button in listed.only.buttons if button.label == "🤔 Maybe"][1]
    await stage.on.click("ben", listed.only, going)
    mine = (await stage.on.command("ben", "/meetup mine")).text
    assert "Meetup of day 2" in mine
    assert "you may come" in mine
    assert "1 meetup" in mine
    assert "3 meetups" in (await stage.on.command("ana", "/meetup mine")).text
