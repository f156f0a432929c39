"""The ways in and out, by signed HTTP and by Socket Mode."""

import pytest

from bot.errors import StoreUnavailable
from bot.requests import Event, EventKind
from tests.doubles import slack_payloads as payloads
from tests.doubles.core import FakeCore
from tests.doubles.slack_api import TEAM
from tests.drivers.slack import SlackDriver


async def test_a_command_is_answered_in_its_acknowledgement(driver: SlackDriver) -> None:
    answer = await driver.command("ana", "/course search bread & <butter>")
    assert answer.only.private
    assert "Courses for “bread & <butter>”" in answer.text
    assert driver.double.said == []


async def test_a_command_opens_a_form_and_the_form_is_sent(driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    assert (form.id, form.title) == ("course.share", "Share a course")
    done = await driver.submit("ana", form, goal="Learn to bake", steps="Read | https://example.org/a", level="medium")
    assert "Shared: Learn to bake" in done.text
    assert len(await driver.posts()) == 1
    [said] = driver.double.said
    assert said.words["replace_original"] is False


async def test_errors_stand_at_their_fields_and_the_form_can_be_sent_again(driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    rejected = (await driver.submit("ana", form, goal="a", steps="none", level="medium")).form
    assert rejected is not None
    assert rejected.errors.keys() == {"goal", "steps"}
    assert rejected.fields["level"].value == "medium"
    done = await driver.submit("ana", rejected, goal="Learn to bake", steps="Read | https://example.org/a")
    assert "Shared: Learn to bake" in done.text


async def test_a_tap_on_a_private_message_replaces_it(driver: SlackDriver) -> None:
    page = (await driver.command("ana", "/course search bread")).only
    answer = await driver.click("ana", page, page.button("Next"))
    assert answer.replaced
    assert "Page 2" in answer.text


async def test_a_tap_on_a_public_message_answers_beside_it(driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    await driver.submit("ana", form, goal="Learn to bake", steps="Read | https://example.org/a")
    [post] = await driver.posts()
    answer = await driver.click("ben", post, post.button("Start"))
    assert "You tapped course.start:1" in answer.only.text
    assert not answer.replaced
    opened = await driver.click("ben", post, post.button("Open"))
    assert opened.messages == []


async def test_a_message_action_opens_a_form(driver: SlackDriver) -> None:
    form = (await driver.pick("ana", "Share as a course", "Try <https://example.org/a|this>")).form
    assert form is not None
    assert form.fields["goal"].value == "Try https://example.org/a"


async def test_a_repeated_delivery_is_acknowledged_in_silence(driver: SlackDriver) -> None:
    await driver.command("ana", "/course search bread")
    assert (await driver.repeat()).messages == []


async def test_who_leaves_and_comes_back_is_told_of(driver: SlackDriver, core: FakeCore) -> None:
    await driver.leave("ana")
    await driver.come("ana")
    told = [(event.kind, str(event.account), event.workspace.id) for event in core.heard]
    account = f"slack:{TEAM}:U0ANA"
    assert told == [(kind, account, TEAM) for kind in (EventKind.LEFT, EventKind.LEFT, EventKind.CAME, EventKind.CAME)]
    assert len({event.key for event in core.heard}) == 2, "a repeated delivery has the same key"
    assert core.handled == {}, "nobody acted"


async def test_an_event_that_is_not_written_down_is_told_again(driver: SlackDriver, core: FakeCore) -> None:
    async def refuse(event: Event) -> None:
        raise StoreUnavailable

    core.hear = refuse  # type: ignore[method-assign] # for this test
    driver.double.patience = 0.2
    assert await driver.deliver(payloads.user_change(driver.double, "ana")) is None


@pytest.mark.parametrize("more", [{"is_bot": True}, {"id": "../odd"}, {"id": None}])
async def test_what_is_no_member_is_acknowledged(driver: SlackDriver, core: FakeCore, more: dict[str, object]) -> None:
    event = payloads.user_change(driver.double, "ana")
    event["event"]["user"] |= more
    assert await driver.deliver(event) is not None
    assert core.heard == []
