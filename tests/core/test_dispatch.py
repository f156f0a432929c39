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
from bot.model import Account, Page, Place, Profile, Ref, Workspace
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


async def test_each_rejected_form_keeps_its_own_text(app: App) -> None:
    await app.handle(request(Submit("course.share", PYTHON | {"goal": "A"}), "k1"))
    await app.handle(request(Submit("course.share", PYTHON | {"goal": "B"}), "k2"))
    await app.handle(request(Submit("course.share", PYTHON), "k3"))
    for draft, goal in (("1", "A"), ("2", "B")):
        form = await app.handle(request(Click(f"form.fix:{draft}")))
        assert isinstance(form, Form)
        assert form.fields[0].value == goal


async def test_white_space_behind_a_sub_command_may_be_any(app: App) -> None:
    for text in ("search\tpython", "search\npython", "  search   python  "):
        assert "python" in said(await app.handle(request(Invoke("course", text=text))))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("web language:klingonese! topic:html", "is no language code"),
        ("web owner:zzz topic:html", "I know nobody called"),
    ],
)
async def test_a_bad_filter_brings_back_what_was_typed(app: App, typed: str, problem: str) -> None:
    answer = said(await app.handle(request(Invoke("course", text=f"search {typed}"))))
    assert problem in answer
    assert "You typed: /course search web" in answer
    assert "topic:html" in answer


async def test_an_owner_is_named_in_many_ways(app: App) -> None:
    await app.handle(request(Submit("course.share", PYTHON), "k1", inline_errors=True))
    for owner in ("me", "Ana", "an", "P1", "playground:home:ana", "@Ana"):
        answer = said(await app.handle(request(Invoke("course", text=f"search owner:{owner}"))))
        assert "Courses of Ana" in answer, owner
    await app.handle(request(Submit("course.share", PYTHON), "k2", who="anabel", inline_errors=True))
    assert "could be" in said(await app.handle(request(Invoke("course", text="search owner:an"))))


async def test_a_mended_version_is_a_course_of_its_own(app: App) -> None:
    await app.handle(request(Submit("course.share", PYTHON), "k1", inline_errors=True))
    mended = PYTHON | {"description": "Now with a description that says more."}
    assert "Shared:" in said(await app.handle(request(Submit("course.share", mended), "k2", inline_errors=True)))
    again = await app.handle(request(Submit("course.share", mended), "k3", inline_errors=True))
    assert "You had shared this already: Write small programs in Python (C2)" in said(again)


async def test_a_long_search_keeps_the_words_that_tell_most(app: App) -> None:
    tomatoes = PYTHON | {"goal": "Grow tomatoes at home", "topics": "food", "description": ""}
    await app.handle(request(Submit("course.share", PYTHON), "k1", inline_errors=True))
    await app.handle(request(Submit("course.share", tomatoes), "k2", inline_errors=True))
    for asked in (
        "how can somebody without any experience whatsoever begin learning something completely new about tomatoes",
        "i would like to know everything there is to know of the wonderful ways of growing plants like tomatos",
    ):
        answer = said(await app.handle(request(Invoke("course", text=f"search {asked}"))))
        assert "Grow tomatoes at home" in answer


async def test_a_very_long_name_is_answered_kindly(app: App) -> None:
    for text in ("show " + "x" * 60_000, "search owner:" + "y" * 60_000, "list " + "z" * 60_000):
        assert "my memory" not in said(await app.handle(request(Invoke("course", text=text))))


async def test_a_page_far_away_shows_the_last_one(app: App) -> None:
    await app.handle(request(Submit("course.share", PYTHON), "k1", inline_errors=True))
    assert "1 course" in said(await app.handle(request(Click("course.search:999999999"))))


async def test_pages_that_do_not_answer_are_not_waited_for(tmp_path: Path) -> None:
    class SlowLinks(FakeLinks):
        async def read(self, url: str, timeout: float) -> Page | None:  # noqa: ASYNC109 - the port's own form
            await asyncio.sleep(60)
            return None

    async with open_app(settings(tmp_path), clock=FixedClock(), links=SlowLinks()) as app:
        async with asyncio.timeout(5):
            form = await app.handle(request(Invoke("course", text="share https://example.org/slow-page")))
    assert isinstance(form, Form)
    assert form.fields[1].value.startswith("slow page")


async def test_both_platforms_hear_of_a_course_whatever_was_met_before(tmp_path: Path) -> None:
    sections = {
        "slack": {"bot_token": "xoxb-1", "channels": {"courses": "C1"}},
        "discord": {"token": "t", "guild_id": "7", "channels": {"courses": "courses"}},
    }
    async with open_app(settings(tmp_path, **sections), clock=FixedClock(), links=FakeLinks()) as app:
        slack, discord = FakeChat("slack"), FakeChat("discord")
        app.attach(slack)
        app.attach(discord)
        shared = request(Submit("course.share", PYTHON), "k1", workspace=Workspace("discord", "7"))
        settled = await app.settle(await app.handle(shared), shared)
        await app.tick(app.clock.now())
        await app.delivery.idle()  # what was taken up beside the tick
        assert [to for to, _, _ in slack.sent] == ["slack:/courses"]
        assert [to for to, _, _ in discord.sent] == ["discord:7/courses"]
        assert "discord:7" in said(settled), "the link leads to the reader's own side"
        for team in ("T1", "T2"):  # the app moved: still one announcement there
            await app.handle(request(Invoke("offcourse"), team, workspace=Workspace("slack", team)))
        await app.handle(request(Submit("course.share", PYTHON | {"goal": "Another goal"}, "anyway"), "k2", who="ben"))
        await app.tick(app.clock.now())
        await app.delivery.idle()  # what was taken up beside the tick
        assert len(slack.sent) == 2


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
    long = PYTHON | {"steps": "\n".join(f"Step {n} | https://example.org/{'x' * 400}" for n in range(7))}
    shown = said(await app.handle(request(Submit("course.share", long))))
    for value in long.values():
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


@pytest.mark.parametrize("length", [24, 25, 401])
async def test_a_search_with_every_filter_as_long_as_can_be_is_answered(app: App, length: int) -> None:
    language = ("en" + "-abcdefgh" * 60)[:length].rstrip("-")
    typed = f"search sea level:beginner topic:{'t' * 40} language:{language} owner:P999999999"
    answer = said(await app.handle(request(Invoke("course", text=typed))))
    assert ("Nothing found" if length == 24 else "is no language code") in answer
