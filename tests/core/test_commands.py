"""Declarations: typed text to arguments, tokens, and what the registry refuses."""

import ast
import dataclasses
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import FEATURES
from bot.arguments import parse_token, parse_values, split_text
from bot.commands import Context, command, option, options_of
from bot.courses import phrases
from bot.errors import Invalid
from bot.features.courses.find import SearchArgs, SearchToken, room_for_words, shortened
from bot.model import CourseQuery, Level
from bot.registry import Registry
from bot.ui import TOKEN_LENGTH, Card, token

OPTIONS = options_of(SearchArgs)


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("", {}),
        ("machine learning", {"words": "machine learning"}),
        ("it's Ana's", {"words": "it's Ana's"}),
        ("'", {"words": "'"}),
        ("a:b c", {"words": "a:b c"}),
        ("https://example.org:80/x", {"words": "https://example.org:80/x"}),
        ("c++ level:beginner", {"words": "c++", "level": "beginner"}),
        ('topic:"machine learning" deep', {"topic": "machine learning", "words": "deep"}),
        ('words:"a b" c', {"words": "a b c"}),
        ("LEVEL:Medium", {"level": "Medium"}),
        ("level:", {"level": ""}),
        ('say "two words" please', {"words": 'say "two words" please'}),
        ('topic:"unclosed words', {"topic": '"unclosed', "words": "words"}),
    ],
)
def test_typed_text_becomes_values(typed: str, values: dict[str, str]) -> None:
    assert split_text(OPTIONS, typed) == values


@given(st.text())
def test_any_typed_text_is_read(typed: str) -> None:
    split_text(OPTIONS, typed)


def test_values_are_typed() -> None:
    assert parse_values(SearchArgs, {"words": " x ", "level": "BEGINNER", "topic": ""}) == SearchArgs(
        words="x", level=Level.BEGINNER
    )


def test_a_bad_choice_names_what_is_allowed() -> None:
    with pytest.raises(Invalid) as caught:
        parse_values(SearchArgs, {"level": "guru"})
    assert caught.value.fields == {"level": "level: “guru” is not one of beginner, medium, experienced."}


@given(
    st.text(max_size=300).map(lambda text: " ".join(text.split())),
    st.sampled_from([None, *Level]),
    st.sampled_from([None, "x" * 30, "c++"]),
    st.sampled_from([None, "en", "pt-br"]),
    st.sampled_from([None, 1, 99_999]),
)
def test_every_search_fits_its_buttons_and_comes_back(
    text: str, level: Level | None, topic: str | None, language: str | None, owner: int | None
) -> None:
    query = CourseQuery(text, level, topic, language, owner)
    if len(text) > room_for_words(query):
        query = shortened(query, text.split())
    written = phrases.search_token(query, 999)
    assert len(written) <= TOKEN_LENGTH
    back = parse_token(SearchToken, written.partition(":")[2])
    assert (back.words or "", back.topic, back.language, back.owner) == (query.text.strip(), topic, language, owner)


def test_a_token_refuses_what_would_not_fit() -> None:
    with pytest.raises(ValueError, match="characters"):
        token("course.search", "x" * TOKEN_LENGTH)
    with pytest.raises(ValueError, match="colon"):
        token("course.search", "a:b", "c")


def room(**declared: Any) -> ModuleType:
    module = ModuleType("room")
    vars(module).update(declared)
    return module


async def nothing(ctx: Context, args: object) -> Card:
    return Card("", ())


def test_the_registry_refuses_what_a_platform_would() -> None:
    @dataclasses.dataclass(frozen=True)
    class LongHelp:
        word: str = option("h" * 101)

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class OptionalFirst:
        first: str | None = option("may be missing", default=None)
        second: str = option("must be there")

    for declared in (
        command("Course show", "capital letter")(nothing),
        command("course show", "s" * 101)(nothing),
        command("course show", "")(nothing),
        command("course show", "fine", args=LongHelp)(nothing),
        command("course show", "fine", args=OptionalFirst)(nothing),
    ):
        with pytest.raises(ValueError, match=r"/.ourse show"):
            Registry([room(declared=declared)])
    with pytest.raises(ValueError, match="declared twice"):
        Registry([room(a=command("a b", "x")(nothing), b=command("a b", "y")(nothing))])
    with pytest.raises(ValueError, match="more than 25"):
        Registry([room(**{f"c{n}": command(f"a b{n}", "x")(nothing) for n in range(26)})])


def test_the_features_are_accepted() -> None:
    registry = Registry(FEATURES)
    assert registry.roots() == ["course", "meetup", "offcourse"]
    assert registry.default("offcourse") is not None
    assert registry.commands["course", "search"].usage == (
        "/course search [words] [level:] [topic:] [language:] [owner:]"
    )


def test_every_button_leads_to_an_action() -> None:
    """Features name each other's actions by text; a slip would be a dead button."""
    written: set[str] = set()
    for file in (Path(__file__).parents[2] / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "token" and node.args:
                name = node.args[0]
                written |= {str(name.value)} if isinstance(name, ast.Constant) else set()
    assert len(written) > 4
    assert written <= set(Registry(FEATURES).actions)
