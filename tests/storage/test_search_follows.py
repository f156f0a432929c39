"""Whatever was done to courses, a search finds what it would find in a store that only ever held what stands now."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.model import Checkpoint, CourseContent, CourseQuery, Level
from bot.ports import Store, Unit
from storage import open_store
from tests.storage.sample import later, said, stands

WORDS = ("bread", "breads", "baking", "bakes", "go", "golang", "c++", "🎉", "garden", "gardens", "fietsen", "fiets")
QUERIES = ("", *WORDS, "bread garden go", "zzzz", "🎉 c++", "!")
SLIPS = ("bred", "gardem", "fietz", "gard", "bak")
"""Misspelt words and beginnings: a word that once stood somewhere goes on helping to understand them."""
PEOPLE = 3
NUMBERS = count(1)
"""Each example has communities of its own in one database."""

texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
contents = st.builds(
    CourseContent,
    texts.map(lambda text: text or "…"),
    st.lists(
        st.builds(Checkpoint, texts, st.sampled_from(["https://a.example/", "https://b.example/"])), max_size=2
    ).map(tuple),
    st.sampled_from([None, Level.BEGINNER]),
    st.lists(st.sampled_from(["Bread", "fiets", "art"]), max_size=2, unique=True).map(tuple),
    texts,
    st.just("en"),
)


@dataclass(frozen=True)
class Step:
    """One thing somebody does to the n-th course there is; `new` is what they write."""

    does: str
    which: int
    person: int
    new: CourseContent


steps = st.builds(
    Step,
    st.sampled_from(["add", "add", "edit", "edit", "archive", "restore", "fork", "look", "fail"]),
    st.integers(0, 5),
    st.integers(1, PEOPLE),
    contents,
)


def _course(goal: str) -> CourseContent:
    return CourseContent(goal, (Checkpoint("Look", "https://a.example/"),), language="en")


BREAD, GO = _course("bread"), _course("go")


class Tried(Exception):
    """What a unit is left by to take everything back."""


@pytest.fixture
def ask(url: str) -> Iterator[Callable[[list[Step]], None]]:
    """Compare on one store for all examples: opening one takes longer than an example."""
    with asyncio.Runner() as runner:
        opening = open_store(url)
        store = runner.run(opening.__aenter__())
        yield lambda done: runner.run(_compare(store, done))
        runner.run(opening.__aexit__(None, None, None))


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes, and the steps are readable as is
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=st.lists(steps, max_size=14))
@example(done=[Step("add", 0, 1, BREAD), Step("edit", 0, 1, GO), Step("look", 0, 1, GO)])
@example(done=[Step("add", 0, 1, BREAD), Step("archive", 0, 1, GO), Step("edit", 0, 1, GO), Step("restore", 0, 1, GO)])
@example(done=[Step("add", 0, 1, BREAD), Step("fork", 0, 2, GO), Step("archive", 0, 1, GO), Step("fail", 1, 1, GO)])
def test_searches_find_what_a_fresh_store_would_find(ask: Callable[[list[Step]], None], done: list[Step]) -> None:
    ask(done)


async def _compare(store: Store, done: list[Step]) -> None:
    number = next(NUMBERS)
    lived, fresh = f"lived{number}", f"fresh{number}"
    for community in (lived, fresh):
        await store.found(community, community)
        async with store.write(community) as unit:
            for n in range(PEOPLE):
                await unit.people.add(f"P{n}", later(0))
    for at, step in enumerate(done):
        await _do(store, lived, step, at)
    await _copy(store, lived, fresh)
    async with store.read(lived) as one, store.read(fresh) as other:
        assert await _picture(one) == await _picture(other)
        for query in QUERIES:
            assert await _found(one, query) == await _found(other, query), query
        for slip in SLIPS:
            for lives, stood in zip(await _found(one, slip), await _found(other, slip), strict=True):
                assert set(lives[1]) >= set(stood[1]), slip


async def _do(store: Store, community: str, step: Step, at: int) -> None:
    try:
        async with store.write(community) as unit:
            known = (await unit.courses.search(CourseQuery(), 0, 99)).total
            known += (await unit.courses.search(CourseQuery(archived=True), 0, 99)).total
            if step.does == "add" or not known:
                await unit.courses.add(step.new, step.person, later(at), source=str(at))
                return
            await _change(unit, step, step.which % known + 1, at)
    except Tried:
        pass


async def _change(unit: Unit, step: Step, which: int, at: int) -> None:
    seen = await stands(unit, which)
    match step.does:
        case "edit" | "fail":
            await unit.courses.edit(seen, step.new, range(1, len(step.new.steps) + 1), step.person, later(at))
        case "archive" | "restore":
            await unit.courses.set_archived(which, step.person, later(at), on=step.does == "archive")
        case "fork":
            await unit.courses.fork(seen, step.person, later(at))
    if step.does in {"look", "fail"}:
        for query in (*QUERIES[:6], *SLIPS):
            await unit.courses.search(CourseQuery(query), 0, 9)
    if step.does == "fail":
        raise Tried


async def _copy(store: Store, lived: str, fresh: str) -> None:
    """Share what can be found there anew, in the order in which it was shared."""
    async with store.read(lived) as unit:
        page = await unit.courses.search(CourseQuery(), 0, 99)
    async with store.write(fresh) as unit:
        for one in reversed(page.courses):
            owner = one.owner.id if one.owner else None
            await unit.courses.add(said(one), owner, one.created_at, source=str(one.id))


async def _found(unit: Unit, text: str) -> list[tuple[int, list[datetime]]]:
    """Tell what a text finds, with all filters; a course is known by the moment it was shared."""
    pages = [
        await unit.courses.search(query, 0, 99)
        for query in (
            CourseQuery(text),
            CourseQuery(text, Level.BEGINNER),
            CourseQuery(text, topic="bread"),
            CourseQuery(text, language="en"),
            CourseQuery(text, owner=1),
        )
    ]
    return [(page.total, [one.created_at for one in page.courses]) for page in pages]


async def _picture(unit: Unit) -> list[object]:
    listed = [await unit.courses.titled(text, 99) for text in QUERIES]
    using = await unit.courses.using(["https://a.example"], 99)
    return [
        [one.created_at for found in (*listed, using) for one in found],
        [(counted.topic.casefold(), counted.courses) for counted in await unit.courses.topics()],
        [person.id for person in await unit.courses.owners("", 9)],
        [list(await unit.courses.telling(text)) for text in QUERIES],
    ]
