"""Search against texts that nobody thought of."""

import asyncio
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import CourseQuery
from bot.text import one_line
from storage import analysis
from storage.index import weigh
from tests.storage.conftest import opened
from tests.storage.sample import NORTH, NOW, content, share

TEXTS = st.text(st.characters(codec=None), max_size=250)


@given(TEXTS)
def test_any_text_has_words_of_bounded_length(text: str) -> None:
    for word in analysis.words(text):
        assert 0 < len(word) <= 40
        assert analysis.plain(word) == word or len(word) == 40
        assert all(analysis.terms(word, "de"))


@given(TEXTS, TEXTS)
def test_any_content_has_weights_in_bounds(goal: str, description: str) -> None:
    weighed = weigh(content(goal, description=description, language="de"))
    assert all(0 <= weight <= 2.2 for weight in weighed.weights.values())
    assert {term for _, term in weighed.words} == weighed.weights.keys()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_can_be_shared_and_asked_for(sqlite_url: str, texts: list[str]) -> None:
    async def ask() -> None:
        async with opened(sqlite_url) as store:
            async with store.write(NORTH) as unit:
                for text in texts:
                    await unit.courses.add(content(text, description=text, topics=(text,)), None, NOW)
            async with store.read(NORTH) as unit:
                total = (await unit.courses.search(CourseQuery(), 0, 1)).total
                for text in texts:
                    found = await unit.courses.search(CourseQuery(text), 0, 5)
                    assert found.total <= total
                    if analysis.words(one_line(text)[:200]):
                        assert found.total
                    await unit.courses.titled(text, 5)

    asyncio.run(ask())


async def test_a_goal_is_found_by_any_of_its_words(tmp_path: Path) -> None:
    goal = "Grow tomatoes on a balcony"
    async with opened(f"sqlite:///{tmp_path}/words.db") as store:
        async with store.write(NORTH) as unit:
            await share(unit, goal)
        async with store.read(NORTH) as unit:
            for word in goal.split():
                assert (await unit.courses.search(CourseQuery(word), 0, 5)).total == 1, word
