"""The ways in and out, by signed HTTP and by Socket Mode."""

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
