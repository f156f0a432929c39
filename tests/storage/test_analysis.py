"""Words and terms."""

import pytest

from storage.analysis import parts, plain, terms, without_stop_words, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C++ and C#, F#", ["c++", "and", "c#", "f#"]),
        (".NET or ASP.NET", [".net", "or", "asp", "net"]),
        ("C++11 c#7", ["c++", "11", "c#", "7"]),
        ("foo#bar 1.5 a+b", ["foo", "bar", "1", "5", "a", "b"]),
        ("it's Ana’s", ["it's", "ana’s"]),
        ("Straße CAFÉ ﬁne", ["strasse", "cafe", "fine"]),
        ("機械学習 a 日", ["機械", "械学", "学習", "a", "日"]),
        ("プログラミング", ["プロ", "ログ", "グラ", "ラミ", "ミン", "ング"]),
        ("한국어 हिन्दी", ["한국어", "हिन्दी"]),
        ("x" * 99, ["x" * 40]),
        ("🎉 !!! \x00 \ud800", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("word", "language", "found"),
    [
        ("learning", None, ("learn",)),
        ("häusern", "de", ("häusern", "haus")),
        ("häusern", "de-AT", ("häusern", "haus")),
        ("learning", "xx", ("learn", "learning")),
        ("programas", "pt_BR", ("programa", "program")),
        ("c++", "en", ("c++",)),
    ],
)
def test_terms(word: str, language: str | None, found: tuple[str, ...]) -> None:
    assert terms(word, language) == found


def test_compounds_hold_their_parts() -> None:
    assert list(parts("FastAPI css3 JavaScript s3 plain")) == ["fast", "api", "css", "3", "java", "script"]


def test_stop_words_go_unless_nothing_else_is_there() -> None:
    assert without_stop_words(["the", "art", "of"]) == ["art"]
    assert without_stop_words(["to", "be"]) == ["to", "be"]


def test_plain_keeps_marks_that_are_letters_elsewhere() -> None:
    assert plain("Й ё é が") == "й ё e が"
