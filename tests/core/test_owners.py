"""Whatever people and time do to a course, in any order: it is never lost, and offered to one at most."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import COMMUNITY, App, open_app
from bot.care import Stage, Why
from bot.model import Account, Checkpoint, CourseContent, CourseQuery, Person, Profile, Workspace
from bot.requests import Click, Event, EventKind, Invoke, Reply, Request
from bot.ui import Button, Buttons
from tests import stage
from tests.doubles.chat import FakeChat

HOME = Workspace("playground", "home")
PEOPLE = ("ana", "ben", "chloe")
COURSE = CourseContent("Learn to whistle", (Checkpoint("Whistle it", "https://example.org/w"),))
OWNER, TAKER = "whose it is", "to whom it is offered"
"""Played by whoever that is at the moment, so that stories get somewhere."""
anybody = st.sampled_from((OWNER, TAKER, *PEOPLE))
owner = st.sampled_from((OWNER, OWNER, OWNER, *PEOPLE))
taker = st.sampled_from((TAKER, TAKER, TAKER, *PEOPLE))
other = st.sampled_from(PEOPLE)
acts = st.one_of(
    st.tuples(st.sampled_from(("course.accept:1", "course.accept:1", "course.decline:1")), taker),
    st.tuples(st.sampled_from(("course.adopt:1", "course.pass_on:1", "course.take_back:1")), anybody),
    st.tuples(st.sampled_from(("course.archive:1", "course.restore:1", "course.keep:1")), owner),
    st.tuples(other.map("handover C1 to:{}".format), owner),
    st.tuples(other.map("co-owners C1 add:{}".format), owner),
    st.tuples(other.map("co-owners C1 remove:{}".format), owner),
    st.tuples(st.sampled_from(("course.review:1", "undo", "undo")), owner),
    st.tuples(st.sampled_from(EventKind), anybody),
    st.tuples(st.sampled_from(("silent", "up", "day", "week", "month")), st.just("")),
)
DAYS = {"day": 1, "week": 7, "month": 31}


def account(name: str) -> Account:
    return Account(HOME.platform, HOME.id, name)


async def act(app: App, clock: stage.FixedClock, what: str, name: str, number: int, undos: list[str]) -> None:
    """Let somebody do something, or time pass; `undos` are the Undo buttons of what was done, the last one last."""
    match what:
        case "undo" if not undos:
            pass
        case EventKind():
            await app.hear(Event(f"e{number}", HOME, account(name), what))
        case "silent" | "up":
            async with app.store.write(COMMUNITY) as unit:
                if what == "up":
                    await unit.handovers.put_up(1, clock.now())
                else:
                    await unit.escalations.begin(1, Why.SILENT, clock.now())
        case "day" | "week" | "month":
            clock.move(timedelta(days=DAYS[what]))
            await app.tick(clock.now())
        case _:
            typed = undos.pop() if what == "undo" else what
            intent = Click(typed) if typed.startswith("course.") else Invoke("course", text=typed)
            request = Request(f"r{number}", HOME, account(name), Profile(name.capitalize()), intent)
            outcome = await app.handle(request)
            assert "on my side" not in str(outcome), outcome
            undos += [button.token for button in buttons(outcome) if button.label == "Undo"]


def buttons(outcome: object) -> list[Button]:
    """Give the buttons of an answer."""
    rows = [block for block in outcome.card.blocks if isinstance(block, Buttons)] if isinstance(outcome, Reply) else []
    return [button for row in rows for button in row.buttons if isinstance(button, Button)]


async def played(app: App, role: str) -> str:
    """Say who plays a role."""
    async with app.store.read(COMMUNITY) as unit:
        course, offer = await unit.courses.get(1), await unit.handovers.of(1)
    if role == OWNER and course and course.owner:
        return course.owner.name.lower()
    if role == TAKER and offer:
        return offer.taker.name.lower()
    return role if role in PEOPLE else PEOPLE[0]


async def check(app: App) -> None:
    """See that a course is somebody's or looks for somebody, and that its ways and offers fit."""
    async with app.store.read(COMMUNITY) as unit:
        course = await unit.courses.get(1)
        assert course is not None, "it is lost"
        way, offer = await unit.escalations.of(1), await unit.handovers.of(1)
        looking = (await unit.handovers.looking(0, 9)).total
        listed = (await unit.escalations.listed(0, 9))[1]
        found = (await unit.courses.search(CourseQuery(archived=course.archived_at is not None), 0, 9)).total
        changes = await unit.courses.changes(1, 0, 999)
    assert found == 1
    assert [change.number for change in changes] == list(range(course.revision, 1, -1)), "the history has gaps"
    owner: Person | None = course.owner
    assert owner is None or owner.id not in {person.id for person in course.co_owners}
    if course.archived_at is None and owner is None:
        assert looking or listed, "nobody looks after it, and nobody looks for somebody"
    if course.archived_at is not None:
        assert looking == 0
    if way is not None and owner is not None and way.stage is not Stage.PASSED:
        assert way.owner == owner.id, "it is on its way from somebody who doesn't have it any more"
    if offer is not None:
        assert owner is None or offer.taker.id != owner.id, "it is offered to its owner"
    if offer is not None and offer.giver is None:
        assert offer.taker.id in {person.id for person in course.co_owners}, "who is no co-owner is asked"
    if way is not None and way.stage is Stage.PASSED:
        assert owner is not None


async def play(folder: Path, story: Sequence[tuple[str, str]]) -> None:
    clock = stage.FixedClock()
    async with open_app(stage.settings(folder), clock=clock, links=stage.FakeLinks(), sending=False) as app:
        await app.join(HOME)
        app.attach(FakeChat())
        async with app.store.write(COMMUNITY) as unit:
            people = [await unit.people.meet(account(one), Profile(one.capitalize()), clock.now()) for one in PEOPLE]
            await unit.courses.add(COURSE, people[0].id, clock.now())
        undos: list[str] = []
        for number, (what, name) in enumerate(story):
            await act(app, clock, what, await played(app, name), number, undos)
            await app.close()
            await check(app)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(acts, min_size=8, max_size=20))
def test_any_order_keeps_every_course(story: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), story))
