"""Who says what to a meetup, and who has a place there, on both databases."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.meetups.acts import Pass, Say
from bot.meetups.meetup import Answer, Counts, Meetup
from bot.meetups.places import HELD, LAST_CALL
from bot.meetups.rsvp import Rsvp
from bot.meetups.sheet import News, Outcome, Standing
from bot.model import Account, Profile
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, later, meet
from tests.storage.test_joining import joined
from tests.storage.test_meetups import PLAN, plan

GOING, MAYBE, CANT = Answer.GOING, Answer.MAYBE, Answer.CANT


async def people(unit: Unit, count: int) -> None:
    """Meet people with the numbers from 1 on."""
    for n in range(1, count + 1):
        await meet(unit, f"U{n}", f"P{n}")


@pytest.fixture
async def small(unit: Unit) -> Meetup:
    """A meetup with two places, and five people."""
    await people(unit, 5)
    return await plan(unit, places=2)


async def play(unit: Unit, meetup: Meetup, person: int, answer: Answer, seconds: float = 0) -> Outcome:
    """Answer, and give what it led to."""
    found = await unit.rsvps.play(meetup.id, Say(person, answer, later(seconds)), later(seconds))
    assert found is not None
    return found


async def say(unit: Unit, meetup: Meetup, person: int, answer: Answer, seconds: float = 0) -> Rsvp:
    """Answer, and give what holds then."""
    await play(unit, meetup, person, answer, seconds)
    found = await unit.rsvps.of(meetup.id, person)
    assert found is not None
    return found


async def all_go(unit: Unit, meetup: Meetup, people: Sequence[int]) -> None:
    """Let people say one after the other that they go, each at the second of their turn."""
    for second, person in enumerate(people, 1):
        await say(unit, meetup, person, GOING, second)


async def counts(unit: Unit, meetup: Meetup) -> Counts:
    return (await unit.rsvps.counts([meetup.id]))[meetup.id]


async def test_an_answer_replaces_the_one_before(unit: Unit, small: Meetup) -> None:
    assert (await say(unit, small, 1, GOING)).has_place
    assert not (await say(unit, small, 1, MAYBE, 1)).has_place
    assert await counts(unit, small) == Counts(maybe=1)
    assert (await say(unit, small, 1, CANT, 2)).answer is CANT
    assert await counts(unit, small) == Counts(cant=1)
    found = await unit.rsvps.of(small.id, 1)
    assert found is not None
    assert (found.person.name, found.claim.answered_at) == ("P1", later(2))
    assert await unit.rsvps.of(small.id, 2) is None


async def test_who_comes_too_late_waits_in_line(unit: Unit, small: Meetup) -> None:
    said = [await say(unit, small, person, GOING, person) for person in (1, 2, 3, 4)]
    assert [one.position for one in said] == [None, None, 1, 2]
    assert await counts(unit, small) == Counts(going=2, waiting=2)
    assert [person.name for person in await unit.rsvps.goers(small.id, 9)] == ["P1", "P2"]
    assert [person.name for person in await unit.rsvps.goers(small.id, 1)] == ["P1"]
    again = await say(unit, small, 4, GOING, 9)
    assert (again.position, again.claim.since, again.claim.answered_at) == (2, later(4), later(9))


async def test_a_place_that_becomes_free_is_held_for_the_next_in_line(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 3, 4))
    left = await play(unit, small, 1, CANT, 5)
    assert [(told.person, told.news, told.until) for told in left.told] == [(3, News.OFFERED, later(5) + HELD)]
    assert (await say(unit, small, 5, GOING, 6)).position == 3, "nobody jumps the line"
    assert (await say(unit, small, 4, GOING, 7)).position == 2
    assert (await say(unit, small, 3, GOING, 8)).has_place
    assert await counts(unit, small) == Counts(going=2, waiting=2, cant=1)
    assert (await say(unit, small, 1, GOING, 9)).position == 3, "who left comes last"


async def test_time_alone_brings_the_offer_to_the_next(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 3, 4))
    last_call = small.starts_at - LAST_CALL
    assert await unit.rsvps.turning(last_call - timedelta(seconds=1), 9) == []
    assert await unit.rsvps.turning(last_call, 9) == [small.id]
    await play(unit, small, 1, CANT, 5)
    over = later(5) + HELD
    assert await unit.rsvps.turning(over - timedelta(seconds=1), 9) == []
    assert await unit.rsvps.turning(over, 9) == [small.id]
    outcome = await unit.rsvps.play(small.id, Pass(), over)
    assert outcome is not None
    assert {told.person: told.news for told in outcome.told} == {3: News.PASSED, 4: News.OFFERED}
    assert await unit.rsvps.turning(over, 9) == []
    found = await unit.rsvps.of(small.id, 4)
    assert found is not None
    assert (found.claim.standing, found.claim.offered_until, found.position) == (Standing.OFFERED, over + HELD, 1)


async def test_what_is_cancelled_has_no_turn(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 3))
    await unit.meetups.cancel(small.id, 1, NOW)
    assert await unit.rsvps.turning(small.ends_at, 9) == []
    assert await unit.rsvps.play(small.id, Pass(), small.ends_at) is None


async def test_who_has_a_place_keeps_it_by_saying_so_again(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 3))
    assert (await say(unit, small, 1, GOING, 9)).has_place
    assert await counts(unit, small) == Counts(going=2, waiting=1)


async def test_what_is_older_changes_nothing(unit: Unit, small: Meetup) -> None:
    await say(unit, small, 1, MAYBE, 5)
    late = await say(unit, small, 1, GOING, 4)
    assert (late.answer, late.claim.answered_at) == (MAYBE, later(5))
    assert (await say(unit, small, 1, CANT, 5)).answer is CANT, "of the same moment, the later word holds"


async def test_nobody_answers_what_is_cancelled_or_not_there(unit: Unit, small: Meetup) -> None:
    await say(unit, small, 1, GOING)
    await unit.meetups.cancel(small.id, 1, NOW)
    assert await unit.rsvps.play(small.id, Say(1, CANT, later(5)), later(5)) is None
    assert await unit.rsvps.play(99, Say(1, GOING, later(5)), later(5)) is None
    assert await counts(unit, small) == Counts(going=1)


async def test_answers_to_several_are_told_at_once(unit: Unit, small: Meetup) -> None:
    other = await plan(unit, "Other", places=None)
    await say(unit, small, 1, MAYBE)
    await all_go(unit, other, (1, 2))
    assert {number: one.answer for number, one in (await unit.rsvps.several([1, 2, 3], 1)).items()} == {
        small.id: MAYBE,
        other.id: GOING,
    }
    assert await unit.rsvps.several([], 1) == {}
    assert await unit.rsvps.counts([1, 2, 99]) == {1: Counts(maybe=1), 2: Counts(going=2), 99: Counts()}
    assert await unit.rsvps.counts([]) == {}


async def test_those_whom_a_change_concerns_go_wait_or_may_go(unit: Unit, small: Meetup) -> None:
    for person, answer in ((4, GOING), (3, GOING), (2, GOING), (1, MAYBE), (5, CANT)):
        await say(unit, small, person, answer, 9 - person)
    found = await unit.rsvps.concerned(small.id)
    assert [(one.person.id, one.answer, one.position) for one in found] == [
        (1, MAYBE, None),
        (2, GOING, 1),
        (3, GOING, None),
        (4, GOING, None),
    ]


async def test_more_places_let_in_those_who_wait_in_their_order(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 5, 4, 3))
    more = await unit.meetups.edit(small, replace(PLAN, places=4), 1, later(20))
    assert more is not None
    assert [(told.person, told.news) for told in more.told] == [(5, News.PROMOTED), (4, News.PROMOTED)]
    assert {person.name for person in await unit.rsvps.goers(small.id, 9)} == {"P1", "P2", "P5", "P4"}
    fewer = await unit.meetups.edit(more.meetup, replace(PLAN, places=1), 1, later(21))
    assert fewer is not None
    assert fewer.told == ()
    assert await counts(unit, small) == Counts(going=4, waiting=1), "nobody who has a place loses it"
    await unit.meetups.edit(fewer.meetup, replace(PLAN, places=None), 1, later(22))
    assert await counts(unit, small) == Counts(going=5)


async def test_another_start_moves_the_last_call(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 3))
    await play(unit, small, 1, CANT, 5)
    sooner = await unit.meetups.edit(small, replace(PLAN, wall=(NOW + timedelta(hours=6)).replace(tzinfo=None)), 1, NOW)
    assert sooner is not None
    found = await unit.rsvps.of(small.id, 3)
    assert found is not None
    assert found.claim.offered_until == sooner.meetup.starts_at - LAST_CALL


async def test_two_hundred_for_the_last_fifty_places_at_once(store: Store) -> None:
    async with store.write(NORTH) as unit:
        await people(unit, 200)
        meetup = await plan(unit, places=50)

    doors = asyncio.Semaphore(8)  # no more connections are lent at once than a pool has

    async def tap(person: int) -> Rsvp:
        async with doors, store.write(NORTH) as unit:
            return await say(unit, meetup, person, GOING, person)

    said = await asyncio.gather(*map(tap, range(1, 201)))
    assert Counter(one.has_place for one in said) == {True: 50, False: 150}
    async with store.read(NORTH) as unit:
        assert await counts(unit, meetup) == Counts(going=50, waiting=150)
        line = [one.position for one in await unit.rsvps.concerned(meetup.id) if one.position]
        assert sorted(line) == list(range(1, 151))


async def test_the_newer_of_two_answers_holds_for_one_person(unit: Unit, small: Meetup) -> None:
    await say(unit, small, 1, GOING, 5)
    await say(unit, small, 2, CANT, 6)
    await unit.meetups.add_co_host(small.id, 2)
    joining = await joined(unit, 1, 2)
    assert joining.meetups == (small.id,)
    assert await counts(unit, small) == Counts(cant=1)
    found = await unit.meetups.get(small.id)
    assert found is not None
    assert found.co_hosts == (), "who hosts doesn't help as well"
    parted = await unit.joinings.part(joining.id, 1, later(99))
    assert parted is not None
    assert parted.meetups == (small.id,)
    assert await counts(unit, small) == Counts(going=1, cant=1)


async def test_who_goes_by_two_accounts_keeps_the_better_place(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 3, 4, 2))
    joining = await joined(unit, 1, 2)
    assert await counts(unit, small) == Counts(going=2, waiting=1)
    found = await unit.rsvps.of(small.id, 1)
    assert found is not None
    assert (found.has_place, found.claim.answered_at) == (True, later(4))
    assert await unit.joinings.part(joining.id, 1, later(99))
    assert await counts(unit, small) == Counts(going=2, waiting=2)


async def test_a_place_that_a_joining_leaves_goes_to_the_line(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2, 3))
    await joined(unit, 1, 2)
    assert await unit.rsvps.turning(later(61), 9) == [small.id]
    outcome = await unit.rsvps.play(small.id, Pass(), later(61))
    assert outcome is not None
    assert [(told.person, told.news) for told in outcome.told] == [(3, News.OFFERED)]


async def test_who_parts_takes_no_place_that_another_has_by_now(unit: Unit, small: Meetup) -> None:
    await all_go(unit, small, (1, 2))
    joining = await joined(unit, 1, 2)
    assert (await say(unit, small, 3, GOING, 70)).has_place
    assert await unit.joinings.part(joining.id, 1, later(99))
    said = {one.person.id: one.position for one in await unit.rsvps.concerned(small.id)}
    assert said == {1: None, 2: 1, 3: None}


async def test_what_was_said_since_a_joining_stays(unit: Unit, small: Meetup) -> None:
    await say(unit, small, 1, MAYBE, 1)
    await say(unit, small, 2, GOING, 2)
    joining = await joined(unit, 1, 2)
    await say(unit, small, 1, GOING, 70)
    assert await unit.joinings.part(joining.id, 1, later(99))
    found = await unit.rsvps.of(small.id, 1)
    assert found is not None
    assert (found.answer, found.claim.answered_at) == (GOING, later(70))


async def test_one_person_has_one_answer_whatever_account_gives_it(unit: Unit, small: Meetup) -> None:
    there = await unit.people.meet(Account("discord", "G1", "9"), Profile("P1 there"), later(1))
    await joined(unit, 1, there.id)
    for account in (Account("slack", "T1", "U1"), Account("discord", "G1", "9")):
        person = await unit.people.of(account)
        assert person is not None
        await say(unit, small, person.id, GOING, 9)
    assert await counts(unit, small) == Counts(going=1)
