"""Leaving and coming back, silence, the stewards' list and the weekly posts, on every platform."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import care
from bot.care import Outcome, Why
from bot.config import Config
from bot.features.ownership import ladder
from bot.model import Course, Workspace
from bot.ports import Unit
from bot.requests import Event, EventKind
from tests.doubles import slack_payloads
from tests.drivers.base import Seen
from tests.drivers.slack import SlackDriver
from tests.stage import PYTHON, Stage, share, show

TUESDAY = datetime(2026, 3, 10, 10, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
async def shared(stage: Stage) -> Stage:
    """Ana has shared course 1; Ben and Chloe were here, and Elif, who is a steward."""
    await share(stage, "ana", **PYTHON)
    for who in ("ben", "chloe", "elif"):
        await stage.on.command(who, "/offcourse")
    return stage


@pytest.fixture
async def cared(shared: Stage) -> Stage:
    """Ben is a co-owner of Ana's course."""
    await shared.on.command("ana", "/course co-owners C1 add:Ben")
    await shared.settled()
    return shared


async def course(stage: Stage, number: int = 1) -> Course:
    async with stage.app.store.read("main") as unit:
        found = await unit.courses.get(number)
    assert found is not None
    return found


async def owner(stage: Stage, number: int = 1) -> str:
    found = (await course(stage, number)).owner
    return found.name.capitalize() if found else ""


async def stage_of(stage: Stage) -> care.Stage | None:
    async with stage.app.store.read("main") as unit:
        way = await unit.escalations.of(1)
    return way.stage if way else None


async def letters(stage: Stage, who: str, about: str) -> list[Seen]:
    await stage.settled()
    return [one for one in await stage.on.letters(who) if about in one.text]


async def go(stage: Stage, by: timedelta) -> None:
    stage.clock.move(by)
    await stage.settled()


async def posts(stage: Stage, about: str) -> list[Seen]:
    return [post for post in await stage.on.posts() if about in post.text]


async def test_a_leavers_course_goes_to_the_co_owner(cared: Stage) -> None:
    await cared.on.leave("ana")
    assert await owner(cared) == "Ben"
    (told,) = await letters(cared, "ben", "has left")
    assert "Write small programs in Python (C1)" in told.text
    assert "left; now with" in (await cared.on.command("chloe", "/course history C1")).text
    assert "Ana" in (await cared.on.command("chloe", "/course history C1")).text
    assert not await letters(cared, "ana", "left")


async def test_the_co_owner_may_say_no(cared: Stage) -> None:
    await cared.on.leave("ana")
    (told,) = await letters(cared, "ben", "has left")
    assert "I look for somebody else" in (await cared.tap("ben", told, "No thanks")).text
    assert (await owner(cared), await stage_of(cared)) == ("", care.Stage.STEWARDS)
    (settled,) = await letters(cared, "ben", "settled")
    assert not [button for button in settled.buttons if button.label == "No thanks"]


async def test_who_comes_back_gets_it_again(cared: Stage) -> None:
    await cared.on.leave("ana")
    await go(cared, timedelta(days=29))
    await cared.on.come("ana")
    found = await course(cared)
    assert await owner(cared) == "Ana"
    assert [person.name.capitalize() for person in found.co_owners] == ["Ben"]
    (told,) = await letters(cared, "ana", "Welcome back")
    assert "You look after these again" in told.text
    assert "came back to it" in (await cared.on.command("chloe", "/course history C1")).text


async def test_a_co_owner_who_reviewed_it_keeps_it(cared: Stage) -> None:
    await cared.on.leave("ana")
    opened = await cared.on.command("ben", "/course edit C1")
    assert opened.form is not None
    await cared.on.submit("ben", opened.form, goal="Write better programs")
    await cared.on.come("ana")
    assert await owner(cared) == "Ben"


async def test_after_a_month_it_is_the_co_owners(cared: Stage) -> None:
    await cared.on.leave("ana")
    await go(cared, timedelta(days=31))
    await cared.on.come("ana")
    assert await owner(cared) == "Ben"
    assert not await letters(cared, "ana", "Welcome back")


async def test_without_a_co_owner_it_goes_to_the_stewards_and_then_to_everybody(shared: Stage) -> None:
    await shared.on.leave("ana")
    assert (await owner(shared), await stage_of(shared)) == ("", care.Stage.STEWARDS)
    assert "looking for an owner" in (await show(shared, "ben", 1)).text
    asked = (await shared.on.command("ben", "/course adopt")).text
    assert "For 1 course the stewards look for somebody first" in asked
    assert "Every course has somebody" not in asked
    shared.clock.at = TUESDAY
    await shared.settled()
    told = await posts_to_stewards(shared)
    assert len(told) == 1
    assert "1 course needs somebody to look after" in told[0].text
    assert "who looked after it has left" in told[0].text
    assert not await posts(shared, "Who would look after")
    await go(shared, timedelta(days=2))
    assert await stage_of(shared) is care.Stage.ADOPTION
    await go(shared, timedelta(days=5))
    (post,) = await posts(shared, "Who would look after")
    assert "1 course looks for an owner" in post.text
    assert len(await posts_to_stewards(shared)) == 1
    assert "You look after" in (await shared.tap("ben", post, "Adopt")).text
    assert await owner(shared) == "Ben"
    await shared.settled()
    (post,) = await posts(shared, "All of these found somebody")
    assert not post.buttons
    await shared.on.come("ana")
    assert await owner(shared) == "Ben"


async def posts_to_stewards(stage: Stage, about: str = "need") -> list[Seen]:
    """Read what the stewards are told: in their channel where there is one, else in private."""
    found = await letters(stage, "elif", about)
    room = {"playground": "support-centre", "slack": "support_centre"}.get(stage.on.platform)
    found += [post for post in await stage.on.posts(room) if about in post.text] if room else []
    return found


async def flagged(stage: Stage) -> Stage:
    """Ana has left course 1, and Chloe finds something wrong with it."""
    await stage.on.leave("ana")
    opened = (await stage.on.command("chloe", "/course flag C1")).form
    assert opened is not None
    assert "The stewards read this, with your name." in opened.fields["said"].hint
    done = await stage.on.submit("chloe", opened, kind="outdated", said="Step 1 is about Python 2")
    assert "It has no owner yet. The stewards read it with your name" in done.text
    return stage


async def test_a_flag_that_no_owner_reads_is_for_the_stewards_who_settle_it(shared: Stage) -> None:
    stage = await flagged(shared)
    seen = (await stage.on.command("elif", "/offcourse health")).only
    assert seen.private
    assert "Flags that no owner reads" in seen.text
    assert "outdated: “Step 1 is about Python 2”" in seen.text
    assert "Chloe" in seen.text
    listed = (await stage.tap("elif", seen, "Flags of C1")).only
    asked = (await stage.tap("elif", listed, "Settle")).only
    await stage.tap("elif", asked, "It is good as it is")
    assert not await letters(stage, "chloe", "Your flag") + await letters(stage, "chloe", "because you flagged it")
    await go(stage, timedelta(minutes=6))
    (told,) = await letters(stage, "chloe", "because you flagged it")
    assert "was looked at, and found still good as it is" in told.text
    assert "no owner reads" not in (await stage.on.command("elif", "/offcourse health")).text


async def test_the_stewards_weekly_letter_tells_of_such_flags(shared: Stage) -> None:
    stage = await flagged(shared)
    stage.clock.at = TUESDAY
    await stage.settled()
    (told,) = await posts_to_stewards(stage)
    assert "1 course needs somebody to look after" in told.text
    assert "Flags that no owner reads" in told.text
    assert "Step 1 is about Python 2" in told.text
    await go(stage, timedelta(days=2))
    assert await stage_of(stage) is care.Stage.ADOPTION, "which is on nobody's list any more"
    await go(stage, timedelta(days=5))
    *_, told = await posts_to_stewards(stage, "no owner reads")
    assert "needs somebody" not in told.text
    listed = (await stage.tap("elif", told, "Flags of C1")).only
    assert "Step 1 is about Python 2" in listed.text
    await go(stage, timedelta(days=7))
    assert len(await posts_to_stewards(stage, "no owner reads")) == 3, "until somebody settles it"


async def test_whoever_adopts_reads_the_flags_and_the_reader_hears_what_came_of_them(shared: Stage) -> None:
    stage = await flagged(shared)
    assert "You look after" in (await stage.on.command("ben", "/course adopt C1")).text
    assert "no owner reads" not in (await stage.on.command("elif", "/offcourse health")).text
    mine = (await stage.on.command("ben", "/offcourse mine")).only
    assert "flagged by 1 reader; the newest: outdated, “Step 1 is about Python 2”" in mine.text
    await stage.tap("ben", mine, "Still good")
    await go(stage, timedelta(minutes=6))
    (told,) = await letters(stage, "chloe", "because you flagged it")
    assert "was looked at, and found still good as it is" in told.text


async def test_back_within_a_month_it_is_theirs_again_unless_adopted(shared: Stage) -> None:
    await shared.on.leave("ana")
    await go(shared, timedelta(days=20))
    assert await stage_of(shared) is care.Stage.ADOPTION
    await shared.on.come("ana")
    found = await course(shared)
    assert (await owner(shared), found.offered_at, found.taken_at) == ("Ana", None, None)


async def test_back_later_they_are_asked_whether_they_want_it(shared: Stage) -> None:
    await shared.on.leave("ana")
    await go(shared, timedelta(days=20))
    await go(shared, timedelta(days=20))
    await shared.on.come("ana")
    assert await owner(shared) == ""
    (told,) = await letters(shared, "ana", "Welcome back")
    assert "These were yours" in told.text
    assert "You look after" in (await shared.tap("ana", told, "Take it back")).text
    assert await owner(shared) == "Ana"


async def test_who_does_something_is_back(shared: Stage) -> None:
    if shared.on.platform == "discord":
        return  # nobody can do anything in a server that they left
    await shared.on.leave("ana")
    await shared.on.command("ana", "/offcourse")
    await shared.settled()
    assert await owner(shared) == "Ana"


async def test_an_offer_to_somebody_who_leaves_is_over(shared: Stage) -> None:
    await shared.on.command("ana", "/course handover C1 to:Ben")
    await shared.on.leave("ben")
    assert await letters(shared, "ana", "couldn't offer")
    assert "stays with" in (await shared.on.command("ana", "/course handover C1 to:Chloe")).text


async def test_what_a_leaver_offered_stays_offered(shared: Stage) -> None:
    await shared.on.command("ana", "/course handover C1 to:Ben")
    (asked,) = await letters(shared, "ben", "look after")
    await shared.on.leave("ana")
    assert "You look after" in (await shared.tap("ben", asked, "Accept")).text
    assert await owner(shared) == "Ben"
    await shared.on.come("ana")
    assert await owner(shared) == "Ben"


async def begin(stage: Stage, why: Why = Why.SILENT) -> None:
    async with stage.app.store.write("main") as unit:
        await unit.escalations.begin(1, why, stage.clock.now())
    await stage.settled()


async def test_after_silence_the_co_owner_is_asked_first(cared: Stage) -> None:
    await begin(cared)
    (asked,) = await letters(cared, "ben", "May I ask")
    assert await stage_of(cared) is care.Stage.ASKED
    assert await owner(cared) == "Ana"
    assert "You look after" in (await cared.tap("ben", asked, "Accept")).text
    assert (await owner(cared), await stage_of(cared)) == ("Ben", None)
    assert len(await letters(cared, "ana", "Ben looks after")) == 1


async def test_a_co_owner_who_says_no_ends_the_asking(cared: Stage) -> None:
    await begin(cared)
    (asked,) = await letters(cared, "ben", "May I ask")
    await cared.tap("ben", asked, "No thanks")
    assert (await owner(cared), await stage_of(cared)) == ("Ana", care.Stage.STEWARDS)


async def test_silence_goes_on_to_the_stewards_and_to_everybody(cared: Stage) -> None:
    await begin(cared)
    for expected in (care.Stage.ASKED, care.Stage.STEWARDS, care.Stage.ADOPTION):
        assert await stage_of(cared) is expected
        await go(cared, WEEK)
    assert await owner(cared) == "Ana"
    assert not [post for post in await cared.on.posts() if "silent" in post.text or "answer" in post.text]
    assert "You look after" in (await cared.on.command("chloe", "/course adopt C1")).text
    assert await letters(cared, "ana", "looks after Write small programs in Python (C1) now")


async def test_an_answer_ends_the_way(cared: Stage) -> None:
    await begin(cared)
    assert await letters(cared, "ben", "May I ask")
    opened = await cared.on.command("ana", "/course edit C1")
    assert opened.form is not None
    await cared.on.submit("ana", opened.form, goal="Write better programs")
    assert await stage_of(cared) is None
    assert await letters(cared, "ben", "isn't offered to you any more")
    await go(cared, 3 * WEEK)
    assert (await course(cared)).offered_at is None


async def test_closed_doors_are_no_reason_to_lose_a_course(cared: Stage) -> None:
    await begin(cared, Why.UNREACHABLE)
    assert await stage_of(cared) is care.Stage.STEWARDS
    await go(cared, WEEK)
    await go(cared, WEEK)
    assert await stage_of(cared) is care.Stage.LISTED
    assert (await course(cared)).offered_at is None


async def test_an_archived_course_waits(cared: Stage) -> None:
    await begin(cared)
    async with cared.app.store.write("main") as unit:
        await unit.courses.set_archived(1, 1, cared.clock.now(), on=True)
        await unit.reviews.attend(1, 1, cared.clock.now(), Outcome.ARCHIVED)
    await go(cared, 3 * WEEK)
    assert await stage_of(cared) is None


async def test_the_weekly_post_comes_once_and_only_if_there_is_anything(shared: Stage) -> None:
    shared.clock.at = TUESDAY
    await shared.settled()
    assert not await posts(shared, "Who would look after")
    shared.clock.at = TUESDAY + timedelta(days=1)
    for n in range(7):
        await share(shared, "ben", **PYTHON | {"goal": f"Course {n}", "steps": f"Read it | https://example.org/{n}"})
        async with shared.app.store.write("main") as unit:
            await unit.handovers.put_up(n + 2, shared.clock.now())
    for _ in range(5):
        await go(shared, timedelta(days=1))
    assert not await posts(shared, "Who would look after")
    shared.clock.at = TUESDAY + WEEK
    for _ in range(3):
        await go(shared, timedelta(minutes=30))
    (post,) = await posts(shared, "Who would look after")
    assert "7 courses look for an owner. 2 more" in post.text
    assert len([button for button in post.buttons if button.label == "Adopt"]) == 5


async def test_what_nobody_told_is_noticed_within_a_week(shared: Stage) -> None:
    await vanish(shared, "ana")
    for _ in range(7 * 24 * 6 + 1):
        shared.clock.move(timedelta(minutes=10))
        await shared.app.presence.run_due(shared.clock.now())
    assert await owner(shared) == ""


async def test_what_is_told_late_takes_nothing_from_who_is_back(shared: Stage) -> None:
    """Nobody heard that Ana left, nor that she came back; then the first is told after all."""
    if isinstance(shared.on, SlackDriver):
        event = slack_payloads.user_change(shared.on.double, "ana")
        event["event"]["user"] |= {"deleted": True}
        assert await shared.on.deliver(event) is not None
    else:
        (account,) = (await course(shared)).owner.accounts  # type: ignore[union-attr] # it has one
        workspace = Workspace(account.platform, account.workspace)
        await shared.app.hear(Event("late", workspace, account, EventKind.LEFT))
    await shared.settled()
    await go(shared, timedelta(minutes=2))
    assert await owner(shared) == "Ana"


async def vanish(stage: Stage, who: str) -> None:
    """Leave while the bot is down."""
    on = stage.on
    match on.platform:
        case "slack":
            on.double.users[f"U0{who.upper()}"]["deleted"] = True  # type: ignore[attr-defined] # Slack's driver
        case "discord":
            on.env.backend.guilds[on.guild.id].members.pop(on.members[who].id)  # type: ignore[attr-defined] # Discord's
        case _:
            on.world.leave(who, on=True)  # type: ignore[attr-defined] # the playground's


async def test_a_course_whose_step_fails_stops_no_other(shared: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await share(shared, "ben", **PYTHON | {"goal": "Bake bread at home", "steps": "Mix it | https://bread.example/"})
    await shared.on.leave("ana")
    await shared.on.leave("ben")
    await shared.settled()
    to_everybody = ladder._to_everybody

    async def fail_at_first(unit: Unit, course: Course, now: datetime, config: Config) -> None:
        if course.id == 1:
            raise RuntimeError("broken")
        await to_everybody(unit, course, now, config)

    monkeypatch.setattr(ladder, "_to_everybody", fail_at_first)
    await go(shared, WEEK)
    assert (await course(shared, 2)).offered_at is not None
    monkeypatch.undo()
    await go(shared, 2 * ladder.LATER)
    assert (await course(shared)).offered_at is not None, "it comes again"
