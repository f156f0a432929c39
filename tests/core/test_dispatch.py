"""Requests that are odd, forged, repeated or unlucky: what a person is told, and what is left behind."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.app import COMMUNITY, App, open_app
from bot.errors import StoreUnavailable
from bot.model import Account, Place, Profile, Ref, Workspace
from bot.requests import Ask, Click, Intent, Invoke, Outcome, Pick, Rejected, Repeated, Reply, Request, Submit
from bot.ui import Form, Heading, Items, Note, Paragraph, plain
from tests.doubles.chat import FakeChat
from tests.stage import PYTHON, FakeLinks, FixedClock, settings

HOME = Workspace("playground", "home")
ELSEWHERE = Workspace("playground", "elsewhere")


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with open_app(settings(tmp_path), clock=FixedClock(), links=FakeLinks()) as opened:
        await opened.join(HOME)
        yield opened


def request(intent: Intent, key: str = "k", who: str = "ana", workspace: Workspace = HOME, **more: Any) -> Request:
    account = Account(workspace.platform, workspace.id, who)
    return Request(key, workspace, account, Profile(who.capitalize()), intent, Place("playground:home/general"), **more)


def said(outcome: Outcome) -> str:
    """Read all words of a reply."""
    assert isinstance(outcome, Reply), outcome
    lines = [outcome.card.summary]
    for block in outcome.card.blocks:
        match block:
            case Paragraph(parts) | Note(parts):
                lines.append(plain(parts))
            case Items(items):
                lines += [plain(item) for item in items]
            case Heading(text):
                lines.append(text)
    return "\n".join(lines)


async def courses(app: App) -> int:
    async with app.store.read(COMMUNITY) as unit:
        return sum(1 for _ in await unit.courses.titled("", 100))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ":",
        "nothing.known",
        "course.show",
        "course.show:",
        "course.show:x",
        "course.show:-1",
        "course.show:99",
        "course.show:1e9",
        "course.show:99999999999999999999",
        "course.show:1:2:3",
        "course.show:../1",
        "course.post:99",
        "course.search:x",
        "course.search:-5",
        "course.search:999999",
        "course.search:0:z:zz:999:nope:\x00",
        "course.search:0:::999999999999999",
        "form.fix:1",
        "form.fix:x",
        "form.fix:999999999999999999",
        "course.show:\ud800",
        "a" * 2000,
    ],
)
async def test_a_forged_button_does_no_harm(app: App, token: str) -> None:
    outcome = await app.handle(request(Click(token), inline_errors=True))
    assert "my side" not in said(outcome)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    token=st.one_of(
        st.text(max_size=100),
        st.builds(
            "{}:{}".format,
            st.sampled_from(["course.show", "course.post", "course.search", "course.new", "course.topics", "form.fix"]),
            st.text(max_size=60),
        ),
    )
)
async def test_any_button_text_is_answered(app: App, token: str) -> None:
    outcome = await app.handle(request(Click(token)))
    if isinstance(outcome, Reply):
        assert "my side" not in said(outcome)


@pytest.mark.parametrize(
    "intent",
    [
        Invoke("course", text=""),
        Invoke("course", text="nonsense"),
        Invoke("nothing"),
        Invoke("course", "nonsense"),
        Invoke("offcourse", text="hlep"),
        Submit("nothing", {}),
        Pick("nothing", ""),
        Submit("course.share", {}),
        Submit("course.share", {"goal": "\ud800", "steps": "\x00", "unknown": "x"}, state="\x00" * 500),
    ],
)
async def test_what_nobody_declared_is_answered_kindly(app: App, intent: Intent) -> None:
    assert "my side" not in said(await app.handle(request(intent)))


async def test_another_communitys_course_is_not_found(app: App) -> None:
    await app.store.found("other", "Other")
    await app.store.join(ELSEWHERE, "other")
    shared = await app.handle(request(Submit("course.share", PYTHON), inline_errors=True))
    assert "(C1)" in said(shared)
    for intent in (Click("course.show:1"), Click("course.post:1"), Invoke("course", text="show C1")):
        answer = said(await app.handle(request(intent, workspace=ELSEWHERE)))
        assert PYTHON["goal"] not in answer
    for text in ("search python", "list", "topics", "list mine"):
        answer = said(await app.handle(request(Invoke("course", text=text), workspace=ELSEWHERE)))
        assert PYTHON["goal"] not in answer
        assert "python" not in answer.replace("“python”", "").replace("for python", "").lower()
    suggested = await app.suggest(
        Ask(ELSEWHERE, Account("playground", "elsewhere", "x"), Profile("X"), "course", "show", "course", "p")
    )
    assert list(suggested) == []


async def test_the_same_person_id_in_two_communities_is_two_people(app: App) -> None:
    await app.store.found("other", "Other")
    await app.store.join(ELSEWHERE, "other")
    await app.handle(request(Submit("course.share", PYTHON), inline_errors=True))
    await app.handle(request(Invoke("offcourse"), workspace=ELSEWHERE))
    mine = said(await app.handle(request(Invoke("course", text="list mine"), workspace=ELSEWHERE)))
    assert "Nothing found" in mine


async def test_a_draft_is_only_for_its_writer(app: App) -> None:
    rejected = await app.handle(request(Submit("course.share", PYTHON | {"goal": "Hi"})))
    assert "5 to 55" in said(rejected)
    theirs = await app.handle(request(Click("form.fix:1"), who="ben"))
    assert "This draft is gone" in said(theirs)
    own = await app.handle(request(Click("form.fix:1")))
    assert isinstance(own, Form)
    assert own.fields[1].value == PYTHON["steps"]


async def test_a_draft_that_made_it_is_forgotten(app: App) -> None:
    await app.handle(request(Submit("course.share", PYTHON | {"goal": "Hi"}), "k1"))
    await app.handle(request(Submit("course.share", PYTHON), "k2"))
    assert "This draft is gone" in said(await app.handle(request(Click("form.fix:1"))))


async def test_the_same_delivery_many_times_at_once_is_one_effect(app: App) -> None:
    sent = request(Submit("course.share", PYTHON), "same", inline_errors=True)
    outcomes = await asyncio.gather(*(app.handle(sent) for _ in range(40)))
    assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Repeated) for outcome in outcomes) == 39
    assert await courses(app) == 1


async def test_a_form_that_was_refused_may_be_sent_again_with_the_same_key(app: App) -> None:
    refused = await app.handle(request(Submit("course.share", PYTHON | {"goal": "Hi"}), "same", inline_errors=True))
    assert isinstance(refused, Rejected)
    assert "Shared" in said(await app.handle(request(Submit("course.share", PYTHON), "same", inline_errors=True)))


async def test_first_contact_at_once_is_one_person(app: App) -> None:
    await asyncio.gather(*(app.handle(request(Invoke("offcourse"), f"k{n}")) for n in range(20)))
    async with app.store.read(COMMUNITY) as unit:
        assert len(await unit.people.named("Ana")) == 1


class LostStore:
    """A store that can't be reached."""

    async def community_of(self, workspace: Workspace) -> str | None:
        raise StoreUnavailable


async def test_a_database_out_of_reach_loses_nothing_that_was_typed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app._dispatcher, "_store", LostStore())  # the database of a running app can't be unplugged
    kept = await app.handle(request(Submit("course.share", PYTHON), inline_errors=True))
    assert isinstance(kept, Rejected)
    assert "nothing was saved" in kept.errors["goal"]
    assert {field.name: field.value for field in kept.form.fields} == PYTHON
    shown = said(await app.handle(request(Submit("course.share", PYTHON))))
    for value in PYTHON.values():
        assert value in shown
    assert "can't reach my memory" in said(await app.handle(request(Invoke("offcourse"))))


async def test_an_error_has_a_reference_that_is_in_the_log_and_no_text_of_the_member(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(app._dispatcher, "_committed", broken)  # any part may break; this one is at hand
    with structlog.testing.capture_logs() as logs:
        told = said(await app.handle(request(Invoke("course", text="search my secret wish"))))
    (entry,) = [log for log in logs if log["log_level"] == "error"]
    assert entry["reference"] in told
    assert "secret wish" not in str(entry)


async def test_share_here_from_one_button_posts_once_however_often_it_is_tapped(app: App) -> None:
    chat = FakeChat()
    app.attach(chat)
    await app.handle(request(Submit("course.share", PYTHON), "k0", inline_errors=True))
    taps = [
        app.handle(request(Click("course.post:1"), f"k{n}", source=Ref("playground:home/general/7")))
        for n in range(1, 6)
    ]
    for outcome in await asyncio.gather(*taps):
        settled = await app.settle(outcome, request(Click("course.post:1"), source=Ref("playground:home/general/7")))
        assert "See it here" in said(settled)
    await app.tick(app.clock.now())
    assert sorted(to for to, _, _ in chat.sent) == ["playground:home/courses", "playground:home/general"]


async def test_a_channel_that_is_closed_is_said_with_the_cure(app: App) -> None:
    chat = FakeChat(no_channel=True)
    app.attach(chat)
    sent = request(Submit("course.share", PYTHON), inline_errors=True)
    settled = await app.settle(await app.handle(sent), sent)
    assert "Shared:" in said(settled)
    assert "Set the channel first." in said(settled)
