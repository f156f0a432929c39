"""How outcomes come back when things are slow, late or odd. Nothing is acknowledged before it is done."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog

from bot.config import Config
from bot.requests import Invoke, Outcome, Rejected, Reply, Request
from bot.ui import Card, Image, Link, PostLink, paragraph, post_links
from tests.doubles import slack_payloads as payloads
from tests.doubles.core import FakeCore, share_form
from tests.doubles.slack import COURSES, Fault, SlackDouble
from tests.drivers.base import Seen
from tests.drivers.slack import SlackDriver, slack_config, slack_driver


class SlowCore(FakeCore):
    """A core that takes its time, and notes what it did."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.gate = asyncio.Event()
        self.slow = False
        self.committed = 0
        self.answer: Outcome | None = None

    async def handle(self, request: Request) -> Outcome:
        if self.slow:
            await self.gate.wait()
        outcome = await super().handle(request)
        self.committed += 1
        return self.answer or outcome

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        if isinstance(outcome, Reply) and post_links(outcome.card):
            return Reply(Card("Done", (paragraph("See ", Link("it", "https://example.org/there")),)))
        return outcome


@pytest.fixture
def slow(double: SlackDouble) -> SlowCore:
    return SlowCore(Config.model_validate({"slack": slack_config(double)}))


@pytest.fixture
async def driver(slow: SlowCore, double: SlackDouble) -> AsyncIterator[SlackDriver]:
    async with slack_driver(slow, double) as running:
        yield running


def hurry(slow: SlowCore, driver: SlackDriver) -> None:
    """Let the core be slower than the adapter's patience."""
    slow.slow = True
    driver.running.slack.answers.patience = 0.05


async def act_slowly(slow: SlowCore, driver: SlackDriver, typed: str) -> tuple[dict[str, object], list[str]]:
    """Deliver a command to a core that needs too long; give the acknowledgement, and what came afterwards."""
    hurry(slow, driver)
    acknowledged = await driver.deliver(payloads.command(driver.double, "ana", typed, COURSES))
    assert acknowledged is not None
    assert slow.committed == 0
    slow.gate.set()
    await driver._core.idle()
    assert slow.committed == 1
    return acknowledged, [said.words["text"] for said in driver.double.said]


async def test_a_slow_command_says_so_and_is_answered_once(slow: SlowCore, driver: SlackDriver) -> None:
    acknowledged, said = await act_slowly(slow, driver, "/course search bread")
    assert "Still working" in str(acknowledged["text"])
    assert said == ["Courses for bread"]


async def test_a_slow_form_still_opens(slow: SlowCore, driver: SlackDriver) -> None:
    _, said = await act_slowly(slow, driver, "/course share")
    assert said == []
    assert len(driver.double.views) == 1


async def test_a_link_that_waits_comes_by_response_url(slow: SlowCore, driver: SlackDriver) -> None:
    slow.answer = Reply(Card("Done", (paragraph("See ", PostLink("course", "1", "it")),)))
    acknowledged = await driver.deliver(payloads.command(driver.double, "ana", "/course", COURSES))
    await driver._core.idle()
    assert acknowledged == {}
    [said] = driver.double.said
    assert "https://example.org/there" in str(said.words["blocks"])


PICTURE = Card("Line", (Image(b"png", "A line", "▁▅█", "https://bot.example/pictures/a.png"), paragraph("Words.")))


@pytest.mark.parametrize("fetches", [True, False])
async def test_a_picture_that_slack_can_not_fetch_leaves_the_words(
    slow: SlowCore,
    driver: SlackDriver,
    fetches: bool,  # noqa: FBT001 - pytest names it
) -> None:
    slow.answer = Reply(PICTURE)
    driver.double.fetches = fetches
    acknowledged = await driver.deliver(payloads.command(driver.double, "ana", "/course", COURSES))
    await driver._core.idle()
    assert acknowledged == {}, "an acknowledgement would not tell that the picture was refused"
    [said] = driver.double.said
    kinds = [block["type"] for block in said.words["blocks"]]
    assert kinds == (["image", "rich_text"] if fetches else ["rich_text", "rich_text"])
    assert ("▁▅█" in str(said.words["blocks"])) is not fetches


async def test_a_picture_without_an_address_needs_no_second_road(slow: SlowCore, driver: SlackDriver) -> None:
    slow.answer = Reply(Card("Line", (Image(b"png", "A line", "▁▅█"),)))
    acknowledged = await driver.deliver(payloads.command(driver.double, "ana", "/course", COURSES))
    assert acknowledged is not None
    assert "▁▅█" in str(acknowledged["blocks"])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("expired_trigger_id", ["took too long", "type it again"]),
        ("exchanged_trigger_id", ["took too long", "type it again"]),
        ("trigger_exchanged", ["took too long", "type it again"]),
        ("internal_error", ["(internal_error)", "try once more"]),
        ("ratelimited", ["(ratelimited)", "try once more"]),
        ("token_revoked", ["wouldn't let me open the form (token_revoked)", "slack.bot_token"]),
        ("missing_scope", ["wouldn't let me open the form (missing_scope)", "scope"]),
        ("view_too_large", ["wouldn't let me open the form (view_too_large)", "those who run this bot"]),
    ],
)
async def test_a_form_that_can_not_open_says_why(driver: SlackDriver, error: str, said: list[str]) -> None:
    driver.double.fail("views.open", Fault(error=error))
    answer = await driver.command("ana", "/course share")
    assert answer.form is None
    assert all(words in answer.only.text for words in said)
    assert ("took too long" in answer.only.text) is ("trigger" in error)


async def test_an_expired_trigger_asks_to_try_again(driver: SlackDriver) -> None:
    late = payloads.command(driver.double, "ana", "/course share", COURSES)
    driver.double.expire(late["trigger_id"])
    acknowledged = await driver.deliver(late)
    assert acknowledged is not None
    assert "took too long" in acknowledged["text"]


async def test_a_form_after_a_form_takes_its_place(slow: SlowCore, driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    slow.answer = share_form().filled({"goal": "Once more"})
    second = (await driver.submit("ana", form, goal="Learn to bake", steps="https://example.org")).form
    assert second is not None
    assert second.fields["goal"].value == "Once more"


async def test_errors_of_no_field_stand_at_the_first(slow: SlowCore, driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    slow.answer = Rejected(share_form(), {"moon": "Full.", "steps": "Too few.", "tide": "High."})
    shown = (await driver.submit("ana", form, goal="Learn to bake", steps="x")).form
    assert shown is not None
    assert shown.errors == {"goal": "Full. High.", "steps": "Too few."}
    slow.answer = Rejected(share_form())
    shown = (await driver.submit("ana", form, goal="Learn to bake!", steps="x")).form
    assert shown is not None
    assert shown.errors.keys() == {"goal"}


async def test_a_late_rejection_gives_back_what_was_typed(slow: SlowCore, driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    hurry(slow, driver)
    sent = payloads.submission(driver.double, "ana", form.handle, {"goal": "a", "steps": "my long list", "level": ""})
    assert await driver.deliver(sent) == {}
    slow.gate.set()
    await driver._core.idle()
    [said] = driver.double.said
    assert "my long list" in str(said.words["blocks"])
    assert "A goal has 5 to 55 characters." in str(said.words["blocks"])
    assert "Steps: my long list" in str(said.words["blocks"])
    assert "needs a change" not in str(said.words)  # it may be the database that was away


async def test_a_rejection_that_is_no_form_opens_one(slow: SlowCore, driver: SlackDriver) -> None:
    slow.answer = Rejected(share_form(), {"goal": "Too short."})
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    assert "Too short." in str(form.handle["blocks"][0])


async def test_a_closed_door_leads_to_the_channel_and_then_to_a_message(slow: SlowCore, driver: SlackDriver) -> None:
    slow.answer = Reply(Card("Done", (paragraph(PostLink("course", "1", "it")),)))
    for expected in ("whisper", "message"):
        body = payloads.command(driver.double, "ana", "/course", COURSES)
        driver.double.close_door(body["response_url"])
        assert await driver.deliver(body) == {}
        await driver._core.idle()
        assert len(driver.double.whispers) == 1
        assert len(driver.double.standing("D0ANA")) == (expected == "message")
        driver.double.closed[COURSES] = "not_in_channel"


async def test_a_slow_tap_is_answered_afterwards(slow: SlowCore, driver: SlackDriver) -> None:
    page = (await driver.command("ana", "/course search bread")).only
    hurry(slow, driver)
    assert await driver.deliver(payloads.click(driver.double, "ana", page.handle, driver_button(page))) == {}
    assert driver.double.said == []
    slow.gate.set()
    await driver._core.idle()
    [said] = driver.double.said
    assert "Page 2" in str(said.words["blocks"])


def driver_button(page: Seen) -> dict[str, object]:
    found: dict[str, object] = page.handle["blocks"][-1]["elements"][1]
    return found


async def test_a_form_that_comes_too_late_asks_to_try_again(slow: SlowCore, driver: SlackDriver) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    slow.answer = share_form()
    hurry(slow, driver)
    sent = payloads.submission(driver.double, "ana", form.handle, {"goal": "Learn to bake", "steps": "https://e.org"})
    assert await driver.deliver(sent) == {}
    slow.gate.set()
    await driver._core.idle()
    assert "try once more" in str(driver.double.said[0].words["blocks"])


async def test_an_answer_in_doubt_is_not_given_twice(slow: SlowCore, driver: SlackDriver) -> None:
    page = (await driver.command("ana", "/course search bread")).only
    driver.double.break_doors = True
    answer = await driver.click("ana", page, page.button("Next"))
    assert "Page 2" in answer.only.text
    assert driver.double.whispers == driver.double.standing("D0ANA") == []


async def test_an_answer_that_finds_no_way_is_in_the_log(slow: SlowCore, driver: SlackDriver) -> None:
    page = (await driver.command("ana", "/course search bread")).only
    tap = payloads.click(driver.double, "ana", page.handle, driver_button(page))
    driver.double.close_door(tap["response_url"])
    driver.double.closed[COURSES] = "not_in_channel"
    driver.double.fail("conversations.open", Fault(error="user_disabled"))
    with structlog.testing.capture_logs() as logs:
        assert await driver.deliver(tap) == {}
        await driver._core.idle()
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["slack.answer_lost"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/hook",
        "http://hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/",
        "https://hooks.slack.com@evil.example/",
        "http://127.0.0.1:1/api/",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_only_slack_gets_answers(slow: SlowCore, driver: SlackDriver, url: str) -> None:
    form = (await driver.command("ana", "/course share")).form
    assert form is not None
    sent = payloads.submission(
        driver.double, "ana", form.handle, {"goal": "Learn to bake", "steps": "Read | https://example.org/a"}
    )
    sent["view"]["private_metadata"] = f'{{"response_url": "{url}", "channel": "{COURSES}"}}'
    with structlog.testing.capture_logs() as logs:
        assert await driver.deliver(sent) == {}
        await driver._core.idle()
    assert len(driver.double.whispers) == 1
    assert [entry["event"] for entry in logs if "foreign" in entry["event"]] == ["slack.foreign_response_url"] * bool(
        url
    )


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
async def test_this_machine_has_many_names(slow: SlowCore, driver: SlackDriver, name: str) -> None:
    ours = driver.running.slack.answers._is_slacks
    assert ours(driver.double.door().replace("127.0.0.1", name))
    assert not ours("http://localhost:1/response/1")
    assert not ours(driver.double.door().replace("http://", "http://a@"))


async def test_what_people_typed_is_in_no_log(driver: SlackDriver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with structlog.testing.capture_logs() as logs:
        await driver.command("ana", "/course search my-secret-words")
        driver.double.fail("views.open", Fault(error="internal_error"))
        await driver.command("ana", "/course share my-secret-words")
    written = str(logs) + caplog.text
    assert "my-secret-words" not in written
    assert "xoxb" not in written


async def test_the_core_hears_the_words_and_the_person(slow: SlowCore, driver: SlackDriver) -> None:
    await driver.command("ana", "/course search it's <b> & co")
    [request] = slow.handled.values()
    assert request.intent == Invoke("course", text="search it's <b> & co")
    assert str(request.account) == "slack:T0OFFCOURSE:U0ANA"
