"""When courses are due for a review: the intervals, whose word counts, and what settles what was asked."""

from datetime import timedelta

import pytest

from bot.care import NEVER, USUAL, Intervals, Outcome, Settled, interval, review_at
from bot.ports import Store, Unit
from tests.storage.sample import NORTH, NOW, SOUTH, content, edited, later, meet

DAYS = Intervals(180, {"python": 90, "history": NEVER, "go": 30})


@pytest.mark.parametrize(
    ("own", "topics", "days"),
    [
        (None, (), 180),
        (None, ("cooking",), 180),
        (None, ("python",), 90),
        (None, ("python", "go"), 30),
        (None, ("history",), NEVER),
        (None, ("history", "python"), 90),
        (7, ("go",), 7),
        (NEVER, ("go",), NEVER),
    ],
)
def test_the_course_s_own_word_counts_then_its_topics_then_the_community_s(
    own: int | None, topics: tuple[str, ...], days: int
) -> None:
    assert interval(own, topics, DAYS) == days
    assert review_at(NOW, own, topics, DAYS) == (NOW + timedelta(days=days) if days else None)


async def test_new_intervals_are_worked_out_for_every_course(unit: Unit) -> None:
    ana = await meet(unit)
    plain = (await unit.courses.add(content("Plain"), ana.id, NOW))[0]
    topical, _ = await unit.courses.add(content("Topical", topics=("Python",)), ana.id, NOW)
    own, _ = await unit.courses.add(content("Own", topics=("Go",)), ana.id, NOW)
    await unit.reviews.set_interval(own.id, 7)
    assert await unit.reviews.intervals() == USUAL
    await unit.reviews.set_intervals(DAYS)
    assert await unit.reviews.intervals() == DAYS
    due = {number: course.review_at for number in (1, 2, 3) if (course := await unit.courses.get(number))}
    assert due == {
        plain.id: NOW + timedelta(days=180),
        topical.id: NOW + timedelta(days=90),
        own.id: NOW + timedelta(days=7),
    }
    await unit.reviews.set_interval(own.id, None)
    assert (await unit.courses.get(own.id)).review_at == NOW + timedelta(days=30)  # type: ignore[union-attr] # it is there


async def test_later_courses_follow_the_intervals_that_hold(unit: Unit) -> None:
    ana, ben = await meet(unit), await meet(unit, "U2", "Ben")
    await unit.reviews.set_intervals(DAYS)
    course, _ = await unit.courses.add(content("Topical", topics=("PYTHON",)), ana.id, NOW)
    copy, _ = await unit.courses.fork(course, ben.id, later(5))
    changed = await edited(unit, course, content("Timeless", topics=("history",)), ana.id)
    assert course.review_at == NOW + timedelta(days=90)
    assert copy.review_at == later(5) + timedelta(days=90)
    assert changed.review_at is None


async def test_still_good_makes_a_course_fresh(unit: Unit) -> None:
    ana = await meet(unit)
    course = (await unit.courses.add(content("Plain"), ana.id, NOW))[0]
    assert await unit.reviews.attend(course.id, ana.id, later(60), Outcome.REVIEWED) == Settled()
    found = await unit.courses.get(course.id)
    assert found is not None
    assert (found.reviewed_at, found.review_at) == (later(60), later(60) + timedelta(days=180))
    assert (found.updated_at, found.revision) == (NOW, 1)


@pytest.mark.parametrize("outcome", [Outcome.SNOOZED, Outcome.ARCHIVED, Outcome.MOVED])
async def test_what_is_no_review_leaves_the_review_alone(unit: Unit, outcome: Outcome) -> None:
    ana = await meet(unit)
    course = (await unit.courses.add(content("Plain"), ana.id, NOW))[0]
    await unit.reviews.attend(course.id, ana.id, later(60), outcome)
    found = await unit.courses.get(course.id)
    assert found is not None
    assert found.reviewed_at == NOW


async def test_each_community_has_its_own_intervals(store: Store) -> None:
    async with store.write(NORTH) as north:
        await north.reviews.set_intervals(DAYS)
    async with store.write(SOUTH) as south:
        assert await south.reviews.intervals() == USUAL
