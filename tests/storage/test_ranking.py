"""Whatever a search skips in the database, it gives what adding up every posting gives."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.model import Checkpoint, CourseContent, Level
from bot.ports import Store
from bot.records import NewCourse
from storage.index import in_steps
from storage.query import Wanted
from storage.ranking import ENOUGH, Plan, ranked
from storage.sql import Values, mine, table
from storage.store import SqlStore
from tests.storage.conftest import opened
from tests.storage.sample import NORTH, NOW, SOUTH

COURSES = 2 * ENOUGH
TERMS = ("bread", "garden", "yoga", "piano", "chess", "opera", "tango", "zebra")
"""The n-th of them stands in about every (n + 1)-th course, the last in none."""
FILTERS: tuple[Values, ...] = ({}, {"level": "beginner"}, {"topic": "art"}, {"level": "medium", "topic": "art"})
_COURSE, _TOPIC, _POSTING = (table(name) for name in ("course", "course_topic", "search_posting"))

Postings = Mapping[str, Mapping[int, float]]
words = st.lists(
    st.builds(Wanted, st.sampled_from(TERMS), st.floats(0, 9, width=16).map(in_steps), st.just(0)),
    min_size=1,
    max_size=4,
    unique_by=lambda term: term.term,
).map(tuple)
plans = st.builds(Plan, st.lists(words, min_size=1, max_size=3).map(tuple), st.lists(words, max_size=2).map(tuple))


@dataclass(frozen=True)
class Library:
    """What stands in a database, read plainly."""

    postings: Postings
    levels: Mapping[int, str | None]
    topics: Mapping[int, set[str]]

    def passes(self, course: int, narrowed: Values) -> bool:
        """Tell whether filters let a course through."""
        level, topic = narrowed.get("level"), narrowed.get("topic")
        return level in {None, self.levels[course]} and (topic is None or topic in self.topics[course])

    def says(self, word: tuple[Wanted, ...], course: int) -> float | None:
        """Give what a word says of a course by the best of its terms, if the course holds one."""
        return max(
            (self.postings[one.term][course] * one.weight for one in word if course in self.postings[one.term]),
            default=None,
        )

    def ranked(self, plan: Plan, narrowed: Values) -> list[tuple[int, float]]:
        """Add up everything."""
        found: list[tuple[int, float]] = []
        for course in self.levels:
            said = [score for word in plan.choosing if (score := self.says(word, course)) is not None]
            if said and self.passes(course, narrowed):
                found.append((course, sum(said)))
        return sorted(found, key=lambda one: (-one[1], -one[0]))


def _made(chance: random.Random) -> Iterator[NewCourse]:
    for number in range(COURSES):
        held = [term for place, term in enumerate(TERMS[:-1], 1) if chance.random() < 1 / place]
        goal, rest = chance.choices(held, k=2) if held else ("nothing", "else")
        content = CourseContent(
            goal,
            (Checkpoint(rest, "https://a.example/"),),
            chance.choice([None, Level.BEGINNER, Level.MEDIUM]),
            tuple(chance.sample(["Art", "life"], k=chance.randint(0, 2))),
            " ".join(held),
            "en",
        )
        yield NewCourse(content, None, str(number))


def _read(db: Connection, community: str) -> Library:
    tenant = {"tenant": community}
    postings: dict[str, dict[int, float]] = {term: {} for term in TERMS}
    for term, course, weight in db.execute(
        select(_POSTING.c.term, _POSTING.c.course, _POSTING.c.weight).where(mine(_POSTING)), tenant
    ):
        postings.setdefault(term, {})[course] = weight
    topics: defaultdict[int, set[str]] = defaultdict(set)
    for course, topic in db.execute(select(_TOPIC.c.course, _TOPIC.c.folded).where(mine(_TOPIC)), tenant):
        topics[course].add(topic)
    levels = {
        row.id: row.level for row in db.execute(select(_COURSE.c.id, _COURSE.c.level).where(mine(_COURSE)), tenant)
    }
    return Library(postings, levels, topics)


Compare = Callable[[Plan, Values, int], None]


@pytest.fixture
def compare(url: str) -> Iterator[Compare]:
    """Compare on one filled store for all examples."""
    with asyncio.Runner() as runner:
        opening = opened(url)
        store = runner.run(opening.__aenter__())
        library = runner.run(_filled(store))
        yield lambda plan, narrowed, most: runner.run(_compare(store, library, plan, narrowed, most))
        runner.run(opening.__aexit__(None, None, None))


async def _filled(store: Store) -> Library:
    assert isinstance(store, SqlStore)
    for community, seed in ((SOUTH, 1), (NORTH, 2)):
        async with store.write(community) as unit:
            chance = random.Random(seed)  # noqa: S311 - chooses words, no secrets
            await unit.courses.add_many(list(_made(chance)), NOW)
    async with store._database.read(NORTH) as session:
        return await session.run(_read)


async def _compare(store: Store, library: Library, plan: Plan, narrowed: Values, most: int) -> None:
    assert isinstance(store, SqlStore)
    async with store._database.read(NORTH) as session:
        hits, total = await session.run(ranked, plan, narrowed, most)
    expected = library.ranked(plan, narrowed)
    if plan.ordering and len(expected) < ENOUGH and not narrowed:
        plan = plan.wider
        expected = library.ranked(plan, narrowed)
    if plan.ordering and len(expected) < ENOUGH:
        plan = plan.whole
        expected = library.ranked(plan, narrowed)
    assert total == len(expected)
    assert [(hit.course, hit.score) for hit in hits] == expected[:most]
    for hit in hits:
        best = [max(word, key=lambda one: one.weight) for word in plan.ordering]
        assert hit.extra == sum(library.postings[one.term].get(hit.course, 0.0) * one.weight for one in best)


def _word(*terms: str) -> tuple[Wanted, ...]:
    return tuple(Wanted(term, 1.0 + place, 0) for place, term in enumerate(terms))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans, narrowed=st.sampled_from(FILTERS), most=st.sampled_from([1, 7, 100, COURSES + 1]))
@example(plan=Plan((_word("bread"),)), narrowed={}, most=100)
@example(plan=Plan((_word("tango"), _word("garden", "bread"))), narrowed={}, most=7)
@example(plan=Plan((_word("bread"),), (_word("yoga", "chess"),)), narrowed={}, most=100)
@example(plan=Plan((_word("tango"),), (_word("garden"), _word("bread"))), narrowed={}, most=100)
@example(plan=Plan((_word("tango"), _word("bread"))), narrowed={"level": "beginner"}, most=1)
@example(plan=Plan((_word("bread"),), (_word("garden"),)), narrowed={"topic": "art"}, most=100)
@example(plan=Plan((_word("zebra"),)), narrowed={}, most=7)
def test_the_best_and_the_total_are_those_of_the_plain_sum(
    compare: Compare, plan: Plan, narrowed: Values, most: int
) -> None:
    compare(plan, narrowed, most)
