"""Meetups: stored, found, changed and cancelled, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.meetups.acts import Say
from bot.meetups.meetup import Answer, Meetup, MeetupChangeKind, MeetupContent, MeetupQuery
from bot.meetups.rsvp import Edited
from bot.model import Level
from bot.ports import Store, Unit
from storage.tables import METADATA
from tests.storage.people_filled import run_on
from tests.storage.sample import NORTH, NOW, content, later, meet

WALL = datetime(2026, 6, 11, 19, 0)  # noqa: DTZ001 - a clock on a wall
PLAN = MeetupContent(
    "Learn Go together", WALL, "Europe/Lisbon", 90, "Rua do Sol 1", "https://meet.example/go", about="For all of us.",
    topics=("go", "Programming"), level=Level.BEGINNER, bring="A laptop", places=2,
)  # fmt: skip
MANY = 12


async def plan(unit: Unit, title: str = "Learn Go together", days: int = 0, host: int = 1, **more: object) -> Meetup:
    """Store a meetup of somebody's."""
    told = replace(PLAN, title=title, wall=WALL + timedelta(days=days), **more)  # type: ignore[arg-type] # a test's shorthand
    meetup, fresh = await unit.meetups.add(told, host, NOW, f"{title} {days} {host}")
    assert fresh
    return meetup


@pytest.fixture
async def three(unit: Unit) -> Unit:
    """Ana (1), Ben (2) and Zoe (3) are there."""
    for n, name in enumerate(("Ana", "Ben", "Zoe"), 1):
        await meet(unit, f"U{n}", name)
    return unit


async def titles(unit: Unit, now: datetime = NOW, **query: object) -> list[str]:
    """List what is to come."""
    page = await unit.meetups.upcoming(MeetupQuery(**query), now, 0, 9)  # type: ignore[arg-type] # a test's shorthand
    assert page.total == len(page.meetups)
    return [meetup.title for meetup in page.meetups]


async def test_a_meetup_comes_back_as_it_was_planned(three: Unit) -> None:
    course, _ = await three.courses.add(content("Learn Go"), 1, NOW)
    told = replace(PLAN, course=course.id)
    meetup, fresh = await three.meetups.add(told, 1, NOW, "draft 5")
    assert fresh
    assert (meetup.short_id, meetup.host.name, meetup.co_hosts, meetup.revision) == ("M1", "Ana", (), 1)
    assert {name: getattr(meetup, name) for name in PLAN.__dataclass_fields__} == {
        name: getattr(told, name) for name in PLAN.__dataclass_fields__
    }
    assert meetup.starts_at == datetime(2026, 6, 11, 18, 0, tzinfo=UTC)
    assert await three.meetups.get(1) == meetup
    assert await three.meetups.get(2) is None


async def test_the_same_plan_is_the_same_meetup(three: Unit) -> None:
    first, _ = await three.meetups.add(PLAN, 1, NOW, "draft 5")
    assert await three.meetups.add(replace(PLAN, title="Another"), 1, later(9), "draft 5") == (first, False)
    assert (await three.meetups.add(PLAN, 1, later(9), "draft 6"))[0].id == 2, "no number was lost"


async def test_what_is_to_come_is_listed_by_its_beginning(three: Unit) -> None:
    await plan(three, "Later", 2)
    await plan(three, "Sooner", 1, topics=("Sea",))
    gone = await plan(three, "Cancelled", 3)
    await three.meetups.cancel(gone.id, 1, NOW)
    assert await titles(three) == ["Sooner", "Later"]
    assert await titles(three, topic="SEA") == ["Sooner"]
    assert await titles(three, topic="go") == ["Later"]
    page = await three.meetups.upcoming(MeetupQuery(), NOW, 1, 1)
    assert ([meetup.title for meetup in page.meetups], page.total) == (["Later"], 2)
    assert await three.meetups.topics(NOW) == [("go", 1), ("Programming", 1), ("Sea", 1)]


async def test_it_is_listed_until_it_ends(three: Unit) -> None:
    meetup = await plan(three, minutes=90)
    ends = meetup.starts_at + timedelta(minutes=90)
    assert await titles(three, ends - timedelta(seconds=1)) == [meetup.title]
    assert await titles(three, ends) == []
    assert await three.meetups.titled("learn", ends, 9) == []
    assert await three.meetups.topics(ends) == []
    assert not meetup.is_over(ends - timedelta(seconds=1))
    assert meetup.is_over(ends)


async def test_ones_own_are_those_one_hosts_helps_with_or_comes_to(three: Unit) -> None:
    hosted = await plan(three, "Hosted", 1, host=2)
    helped = await plan(three, "Helped", 2)
    for number, (title, answer) in enumerate(
        {"Going": Answer.GOING, "Maybe": Answer.MAYBE, "Not": Answer.CANT}.items(), 3
    ):
        meetup = await plan(three, title, number)
        await three.rsvps.play(meetup.id, Say(2, answer, NOW), NOW)
    await three.meetups.add_co_host(helped.id, 2)
    assert await titles(three, person=2) == ["Hosted", "Helped", "Going", "Maybe"]
    assert await titles(three, person=3) == []
    assert await titles(three, person=2, topic="go") == ["Hosted", "Helped", "Going", "Maybe"]
    assert (await three.meetups.get(hosted.id)) == hosted


async def test_titles_are_found_best_first(three: Unit) -> None:
    for days, title in enumerate(("We all Sing", "Sing along", "sing", "Dance", "Sing 100%_!"), 1):
        await plan(three, title, days)
    found = [meetup.title for meetup in await three.meetups.titled("SING", NOW, 9)]
    assert found == ["sing", "Sing along", "Sing 100%_!", "We all Sing"]
    assert [meetup.title for meetup in await three.meetups.titled("%_!", NOW, 9)] == ["Sing 100%_!"]
    assert [meetup.title for meetup in await three.meetups.titled("", NOW, 2)] == ["We all Sing", "Sing along"]


async def test_an_edit_keeps_what_was_said_before(three: Unit) -> None:
    meetup = await plan(three)
    new = replace(PLAN, title="Learn Rust", topics=("rust",), level=None, places=None)
    done = await three.meetups.edit(meetup, new, 2, later(5))
    assert done is not None
    edited = done.meetup
    assert (edited.title, edited.topics, edited.level, edited.revision) == ("Learn Rust", ("rust",), None, 2)
    assert (edited.created_at, edited.updated_at) == (NOW, later(5))
    change = await three.meetups.change(meetup.id, 2)
    assert change is not None
    assert (change.number, change.at, change.kind) == (2, later(5), MeetupChangeKind.EDITED)
    assert change.person is not None
    assert change.person.name == "Ben"
    assert change.before == PLAN
    assert await three.meetups.change(meetup.id, 3) is None
    assert await three.meetups.edit(meetup, PLAN, 1, later(6)) is None, "it was changed since"
    assert await three.meetups.get(meetup.id) == edited


async def test_it_is_cancelled_once(three: Unit) -> None:
    meetup = await plan(three)
    gone = await three.meetups.cancel(meetup.id, 3, later(5))
    assert gone is not None
    assert (gone.cancelled_at, gone.revision) == (later(5), 2)
    change = await three.meetups.change(meetup.id, 2)
    assert change is not None
    assert change.kind is MeetupChangeKind.CANCELLED
    assert await three.meetups.cancel(meetup.id, 1, later(6)) is None
    assert await three.meetups.edit(gone, PLAN, 1, later(7)) is None
    assert await three.meetups.cancel(99, 1, NOW) is None


async def test_co_hosts_come_and_go(three: Unit) -> None:
    meetup = await plan(three)
    assert await three.meetups.add_co_host(meetup.id, 3)
    assert not await three.meetups.add_co_host(meetup.id, 3)
    assert await three.meetups.add_co_host(meetup.id, 2)
    found = await three.meetups.get(meetup.id)
    assert found is not None
    assert [person.name for person in found.hosts] == ["Ana", "Ben", "Zoe"]
    assert await three.meetups.remove_co_host(meetup.id, 3)
    assert not await three.meetups.remove_co_host(meetup.id, 3)


async def test_hosting_is_offered_and_stays_until_it_is_accepted(three: Unit) -> None:
    meetup = await plan(three)
    await three.meetups.add_co_host(meetup.id, 2)
    assert await three.hostings.offer(meetup.id, 1, 2, later(5))
    assert not await three.hostings.offer(meetup.id, 1, 3, later(6)), "one offer a meetup"
    offer = await three.hostings.of(meetup.id)
    assert offer is not None
    assert (offer.about, offer.giver and offer.giver.name, offer.taker.name) == (meetup.id, "Ana", "Ben")
    assert await three.hostings.accept(meetup.id, 3) is None
    moved = await three.hostings.accept(meetup.id, 2)
    assert moved is not None
    assert ([host.name for host in moved.hosts], moved.revision) == (["Ben"], 1)
    assert await three.hostings.of(meetup.id) is None
    assert await three.hostings.accept(meetup.id, 2) is None


async def test_what_is_cancelled_is_taken_over_by_nobody(three: Unit) -> None:
    meetup = await plan(three)
    await three.hostings.offer(meetup.id, 1, 2, NOW)
    await three.meetups.cancel(meetup.id, 1, NOW)
    assert await three.hostings.of(meetup.id) is None
    await three.hostings.offer(meetup.id, 1, 2, NOW)
    assert await three.hostings.accept(meetup.id, 2) is None
    assert await three.hostings.end(meetup.id) is not None
    assert await three.hostings.end(meetup.id) is None


async def test_of_many_edits_of_one_revision_exactly_one_wins(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)
        meetup = await plan(unit)

    async def edit(n: int) -> Edited | None:
        async with store.write(NORTH) as unit:
            return await unit.meetups.edit(meetup, replace(PLAN, title=f"Version {n}"), 1, later(n))

    won = [found for found in await asyncio.gather(*map(edit, range(MANY))) if found]
    assert len(won) == 1
    async with store.read(NORTH) as unit:
        assert await unit.meetups.get(meetup.id) == won[0].meetup


async def test_many_posts_of_one_plan_are_one_meetup(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await meet(unit)

    async def add(n: int) -> tuple[int, bool]:
        async with store.write(NORTH) as unit:
            meetup, fresh = await unit.meetups.add(PLAN, 1, later(n), "draft 5")
        return meetup.id, fresh

    made = await asyncio.gather(*map(add, range(MANY)))
    assert sorted(made) == [(1, False)] * (MANY - 1) + [(1, True)]


async def test_clocks_that_are_changed_by_law_move_what_is_to_come(three: Unit) -> None:
    moved, same, over = [await plan(three, title, days) for title, days in (("Moved", 9), ("Same", 8), ("Over", 1))]
    rows = METADATA.tables["meetup"]
    wrong = {"starts_at": moved.starts_at + timedelta(hours=1), "ends_at": moved.ends_at + timedelta(hours=1)}
    for number in (moved.id, over.id):
        its = (rows.c.community == NORTH) & (rows.c.id == number)
        change = (
            rows.update().where(its).values(wrong if number == moved.id else {"starts_at": NOW, "ends_at": later(9)})
        )
        await run_on(three, lambda db, change=change: db.execute(change))  # type: ignore[misc] # a statement of both
    assert await three.meetups.follow_clocks(later(5)) == [moved.id]
    assert await three.meetups.follow_clocks(later(5)) == []
    kept = rows.select().where(rows.c.community == NORTH).order_by(rows.c.id)
    stored = {row.id: row.starts_at for row in await run_on(three, lambda db: db.execute(kept).all())}
    assert stored == {moved.id: moved.starts_at, same.id: same.starts_at, over.id: NOW}
