"""Finding courses, alike on both databases."""

import pytest

from bot.model import CourseQuery, Level
from bot.ports import Store, Unit
from storage.index import add_to_index, remove_from_index
from storage.store import SqlStore
from tests.storage.sample import NORTH, NOW, content, later, meet, share

GOALS = (
    "Understand machine learning basics",
    "Learn the washing machine",
    "Program in C++",
    "Program in C#",
    "Desktop apps with .NET",
    "Bake bread with a sourdough",
    "機械学習を学ぶ",
    "Party 🎉 planning",
    "Straße und Café",
)
ODD = (
    "", " ", "\t\n", '"', "'", "c++", "C#", ".net", "@here", "x.y", "50%", "%", "_", "a:b", "-x", "NEAR(", "AND",
    "*", "(", ")", "\\", ";--", "' OR 1=1 --", "\x00", "a\x00b", "\ud800", "x\udfffy", "🎉", "👩‍👩‍👧", "é" * 300,
    "x" * 10_000, "machine " * 2_000, "\u202eabc", "ﷺ", "ß", "İ", "习", "ー", "!!!", "…", "\x01",
    "a b c d e f g h i j k l m n o p q r",
)  # fmt: skip


async def goals(unit: Unit, text: str = "", limit: int = 10, **filters: object) -> list[str]:
    page = await unit.courses.search(CourseQuery(text, **filters), 0, limit)  # type: ignore[arg-type] # a test's shorthand
    return [course.goal for course in page.courses]


@pytest.fixture
async def library(unit: Unit) -> Unit:
    for n, goal in enumerate(GOALS):
        await share(unit, goal, n)
    return unit


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("machine learning", GOALS[0]),
        ("machin lerning", GOALS[0]),
        ("MACHINE LEARNING?", GOALS[0]),
        ("basic machines", GOALS[0]),
        ("washing", GOALS[1]),
        ("c++", GOALS[2]),
        ("C#", GOALS[3]),
        (".net", GOALS[4]),
        ("soudrough", GOALS[5]),
        ("breads", GOALS[5]),
        ("sourd", GOALS[5]),
        ("学習", GOALS[6]),
        ("機", GOALS[6]),
        ("🎉", GOALS[7]),
        ("strasse", GOALS[8]),
        ("cafe", GOALS[8]),
    ],
)
async def test_finds_what_people_type(library: Unit, text: str, first: str) -> None:
    assert (await goals(library, text))[:1] == [first]


async def test_any_word_counts_and_the_total_is_exact(library: Unit) -> None:
    page = await library.courses.search(CourseQuery("machine bread zzzzzz"), 0, 1)
    assert (len(page.courses), page.total) == (1, 3)


@pytest.mark.parametrize("text", ["zzzzzzzz", "!!!", '"', "%", "_", "🍞"])
async def test_what_nobody_wrote_finds_nothing(library: Unit, text: str) -> None:
    assert await goals(library, text) == []


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\u200b"])
async def test_without_a_text_all_come_newest_first(library: Unit, text: str) -> None:
    assert await goals(library, text) == list(reversed(GOALS))


async def test_any_text_is_a_query(library: Unit) -> None:
    for text in ODD:
        page = await library.courses.search(CourseQuery(text, None, text, text, 2**70), 0, 5)
        assert page.courses == ()
        page = await library.courses.search(CourseQuery(text), 0, 5)
        assert page.total >= len(page.courses)
        await library.courses.titled(text, 5)
        await library.courses.owners(text, 5)
        await library.people.named(text)


async def test_where_a_word_stands_decides(unit: Unit) -> None:
    await share(unit, "One thing here", description="All of gardening")
    await share(unit, "Two things here", topics=("gardening",))
    await share(unit, "Gardening things")
    assert await goals(unit, "gardening") == ["Gardening things", "Two things here", "One thing here"]


async def test_the_newer_of_two_equals_comes_first(unit: Unit) -> None:
    owners = [await meet(unit, f"U{n}", f"P{n}") for n in range(4)]
    for seconds, owner in zip((5, 9, 1, 7), owners, strict=True):
        await unit.courses.add(content("Learn Go"), owner.id, later(seconds))
    page = await unit.courses.search(CourseQuery("go"), 0, 9)
    assert [course.id for course in page.courses] == [2, 4, 1, 3]


async def test_a_title_that_reads_like_the_query_wins(unit: Unit) -> None:
    await share(unit, "Python")
    await share(unit, "Python for people who know much of python", 1)
    assert (await goals(unit, "python"))[0] == "Python"


async def test_filters_narrow_with_and_without_words(unit: Unit) -> None:
    ana = await meet(unit)
    await unit.courses.add(
        content("Go one", level=Level.BEGINNER, topics=("Code", "go"), language="pt-br"), ana.id, NOW
    )
    await share(unit, "Go two", 1, level=Level.MEDIUM, topics=("art",), language="pt")
    await share(unit, "Rust three", 2, level=Level.BEGINNER, topics=("code",), language="en")
    for text in ("", "go"):
        assert await goals(unit, text, level=Level.MEDIUM) == ["Go two"]
        assert await goals(unit, text, owner=ana.id) == ["Go one"]
        assert sorted(await goals(unit, text, language="PT")) == ["Go one", "Go two"]
        assert await goals(unit, text, language="pt-BR") == ["Go one"]
        assert await goals(unit, text, topic="CODE", level=Level.BEGINNER, language="pt") == ["Go one"]
        assert await goals(unit, text, topic="nothing") == []
    page = await unit.courses.search(CourseQuery("", Level.BEGINNER), 1, 1)
    assert ([course.goal for course in page.courses], page.total) == (["Go one"], 2)


async def test_pages_join_without_gap_or_double(unit: Unit) -> None:
    for n in range(70):
        await share(unit, f"Course number {n}", n)
    for text in ("course", ""):
        whole = await unit.courses.search(CourseQuery(text), 0, 100)
        parts = [await unit.courses.search(CourseQuery(text), at, 20) for at in range(0, 100, 20)]
        assert [course for part in parts for course in part.courses] == list(whole.courses)
        assert {part.total for part in parts[:4]} == {whole.total} == {70}
        assert (await unit.courses.search(CourseQuery(text), 500, 5)).total == 70


async def test_new_words_are_known_at_once_and_only_when_they_last(store: Store) -> None:
    async with store.read(NORTH) as unit:
        assert await goals(unit, "quantum") == []
    with pytest.raises(RuntimeError, match="never mind"):  # noqa: PT012 - the unit as a whole fails
        async with store.write(NORTH) as unit:
            await share(unit, "Quantum gardening")
            assert await goals(unit, "quantm") == ["Quantum gardening"]
            raise RuntimeError("never mind")
    async with store.write(NORTH) as unit:
        await share(unit, "Knitting quicker")
    async with store.read(NORTH) as unit:
        assert await goals(unit, "quantum") == []
        assert await goals(unit, "knittin") == ["Knitting quicker"]


async def test_words_that_another_process_wrote_are_known(url: str, store: Store) -> None:
    assert isinstance(store, SqlStore)
    async with store.read(NORTH) as unit:
        assert await goals(unit, "ceramic") == []
    other = SqlStore(store._database)  # a second store on the database: its vocabulary is its own
    async with other.write(NORTH) as unit:
        await share(unit, "Ceramics at home")
    async with store.read(NORTH) as unit:
        assert await goals(unit, "cermics") == ["Ceramics at home"]


async def test_a_course_can_be_indexed_again(store: Store) -> None:
    assert isinstance(store, SqlStore)
    async with store.write(NORTH) as unit:
        await share(unit, "Ceramics at home")
        await share(unit, "Knitting at home")
    async with store._database.write(NORTH) as session:
        await session.run(remove_from_index, 1)
        await session.run(remove_from_index, 99)
    async with store.read(NORTH) as unit:
        assert await goals(unit, "ceramics") == []
        assert await goals(unit, "home") == ["Knitting at home"]
    async with store._database.write(NORTH) as session:
        await session.run(add_to_index, 1, content("Pottery at home"))
    async with store.read(NORTH) as unit:
        assert await goals(unit, "pottery") == ["Ceramics at home"]
        assert await goals(unit, "ceramics") == []
        assert len(await goals(unit, "home")) == 2
