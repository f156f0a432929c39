"""The sample community's meetups are planned as members plan theirs, and there is always something to come."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.playground.chat import PlaygroundChat
from adapters.playground.members import BOT, member
from adapters.playground.sample_meetups import MEETUPS, SampleMeetup
from adapters.playground.words import words_of
from adapters.playground.world import World
from bot.app import open_app
from bot.app.sample import settle_in
from bot.meetups.meetup import Counts, MeetupQuery
from bot.meetups.plan import FIELDS
from tests.stage import FakeLinks, FixedClock, settings


@pytest.mark.parametrize("sample", MEETUPS, ids=lambda sample: sample.host)
def test_members_of_the_playground_plan_and_answer(sample: SampleMeetup) -> None:
    assert member(sample.host) is not None
    assert set(sample.values) <= set(FIELDS)
    assert sample.answers
    assert all(member(who) for who in sample.answers)
    assert "ana" not in sample.answers, "who tries the playground begins as Ana, and answers herself"


async def test_they_are_announced_once_and_planned_anew_when_they_are_over(tmp_path: Path) -> None:
    clock, world = FixedClock(), World()
    async with open_app(settings(tmp_path), clock=clock, links=FakeLinks()) as app:
        app.attach(PlaygroundChat(world, clock))
        for _ in range(2):
            await settle_in(app)
            async with app.store.read("main") as unit:
                page = await unit.meetups.upcoming(MeetupQuery(), clock.now(), 0, 9)
                counts = await unit.rsvps.counts([meetup.id for meetup in page.meetups])
            assert [meetup.title for meetup in page.meetups] == [sample.values["title"] for sample in MEETUPS]
            assert list(counts.values()) == [Counts(going=1, maybe=1), Counts(going=2, waiting=1)]
            assert page.meetups[0].course is not None
            assert page.meetups[0].zone == "Europe/Brussels"
        await app.tick(clock.now())
        await app.delivery.idle()
        posts = [words_of(message.body) for message in world.by(BOT, "meetups")]
        assert len(posts) == len(MEETUPS)
        clock.move(timedelta(days=9))
        await settle_in(app)
        async with app.store.read("main") as unit:
            assert (await unit.meetups.upcoming(MeetupQuery(), clock.now(), 0, 9)).total == len(MEETUPS)
