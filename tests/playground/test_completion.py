"""What the palette offers while a command is typed."""

import pytest

from adapters.playground.completion import NOTHING, choose, complete, with_suggestions
from bot.requests import Suggestion
from tests.doubles.core import FakeCore

REGISTRY = FakeCore().registry


def labels(text: str) -> list[str]:
    return [entry.label for entry in complete(REGISTRY, text).entries]


@pytest.mark.parametrize("text", ["", "hello", " /course", "/course\nshare"])
def test_ordinary_words_get_no_palette(text: str) -> None:
    assert complete(REGISTRY, text) is NOTHING
    assert NOTHING.empty


def test_a_slash_lists_all_commands_with_their_summaries() -> None:
    found = complete(REGISTRY, "/")
    assert [entry.label.split(" [")[0] for entry in found.entries] == [
        "/course share",
        "/course search",
        "/course show course",
        "/course topics",
        "/offcourse",
    ]
    assert found.entries[0].detail == "Share a course with everybody"
    assert not found.runs


@pytest.mark.parametrize("text", ["/cou", "/COURSE s", "/course  sh", "/sh"])
def test_a_beginning_narrows(text: str) -> None:
    assert "/course share [url]" in labels(text)
    assert "/offcourse" not in labels(text)


def test_nothing_fits_says_so() -> None:
    found = complete(REGISTRY, "/weather")
    assert (found.title, found.entries) == ("No such command", ())


def test_a_command_without_options_is_ready_to_go() -> None:
    (entry,) = complete(REGISTRY, "/course topi").entries
    assert entry.go
    assert entry.text == "/course topics"


@pytest.mark.parametrize("text", ["/offcourse", "/course topics", "/course share", "/Course Topics"])
def test_enter_runs_what_is_complete(text: str) -> None:
    assert complete(REGISTRY, text).runs


@pytest.mark.parametrize("text", ["/", "/course", "/course show", "/cour"])
def test_enter_takes_a_line_while_something_is_missing(text: str) -> None:
    assert not complete(REGISTRY, text).runs


def test_a_chosen_command_leads_to_its_options() -> None:
    found = complete(REGISTRY, "/course search ")
    assert found.title == "/course search [words] [level:] [topic:]"
    assert [entry.text for entry in found.entries] == ["/course search level:", "/course search topic:"]
    assert found.help == "words: any words"
    assert found.runs


def test_options_that_are_there_are_not_offered_again() -> None:
    assert labels("/course search bread level:beginner ") == ["topic:"]
    assert labels("/course search bread to") == ["topic:"]


def test_choices_of_an_option_narrow_as_one_types() -> None:
    found = complete(REGISTRY, "/course search bread level:e")
    assert [entry.text for entry in found.entries] == ["/course search bread level:experienced "]


def test_the_first_option_is_suggested_from_bare_words() -> None:
    wanted = complete(REGISTRY, "/course show machine lear").wanted
    assert wanted is not None
    assert (wanted.option, wanted.typed, wanted.before) == ("course", "machine lear", "/course show ")
    assert choose(wanted, Suggestion("C1", "Learn machines")).text == "/course show C1 "
    assert choose(wanted, Suggestion("C1", "Learn machines")).detail == "C1"


def test_a_named_option_is_suggested_and_quoted() -> None:
    wanted = complete(REGISTRY, '/course search bread topic:"machine l').wanted
    assert wanted is not None
    assert wanted.typed == "machine l"
    chosen = choose(wanted, Suggestion("machine learning", "machine learning"))
    assert chosen.text == '/course search bread topic:"machine learning" '
    assert chosen.detail == ""


def test_suggestions_stand_above_the_options() -> None:
    found = complete(REGISTRY, "/course show ")
    assert found.wanted is not None
    lines = with_suggestions(found, found.wanted, [Suggestion("C1", "Learn")])
    assert [line.label for line in lines] == ["Learn"]


@pytest.mark.parametrize("odd", ['/course search "', "/course search a:b", "/course search :", "/course show ''", "/ "])
def test_odd_text_is_no_accident(odd: str) -> None:
    assert not complete(REGISTRY, odd).empty
