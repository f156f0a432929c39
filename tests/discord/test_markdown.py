"""What people type is shown as they typed it; what we mean is marked up."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.markdown import ANYWHERE, code, escape, inline, link, runs
from bot.model import Account
from bot.ui import Bold, Code, Heading, Items, Link, Mention, Note, Paragraph, Time, text
from tests.drivers.discord import plain

ANA = Account("discord", "10", "77")

LIVE = re.compile(
    r"(?<!\\)(?:\\\\)*(?:<@[!&]?\d|<#\d|<t:|<a?:\w+:\d|<id:|</\w|\]\(|@everyone|@here|\|\||\*\*|~~|`)"
    r"|(?m:^\s*(?:#{1,3} |-# |[-*+] |>|\d+[.)] ))"
)
"""Markup that Discord would act on; written without a look at the code under test."""

HOSTILE = [
    "@everyone and @here",
    "<@1> <@!2> <@&3> <#4> <id:browse> </course share:5>",
    "[bank.example](http://evil.example)",
    "<t:1:R> <:smile:12> <a:party:34> :tada:",
    "||spoiler|| **bold** __under__ ~~gone~~ *it* _it_",
    "`code` ``more`` ```\nfence\n```",
    "# big\n## big\n### big\n-# small\n> quote\n>>> quote\n- item\n* item\n+ item\n1. item\n2) item",
    "  # indented\n\t- indented",
    "\\<@1> \\\\<@1> \\*a\\*",
    "https://[x](http://evil.example) http://<@1>",
    "¯\\_(ツ)_/¯",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_typed_markup_is_shown_and_does_nothing(typed: str) -> None:
    assert not LIVE.search(escape(typed))
    assert plain(escape(typed), {}) == typed


@given(st.text(st.sampled_from("\\`*_~|<>[]()#-+.:@!1 \nhereyont/&"), max_size=60))
def test_any_typed_markup_is_shown_and_does_nothing(typed: str) -> None:
    assert not LIVE.search(escape(typed))
    assert plain(escape(typed), {}) == typed


def test_plain_words_stay_as_they_are() -> None:
    said = "Learn C++, C# and F#: 50% off (really) at 12:30 - don't wait!"
    assert escape(said) == said


def test_a_typed_address_stays_an_address() -> None:
    assert escape("see https://example.org/a_b?c=d.") == "see <https://example.org/a_b?c=d>."


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "https://example.org/a)b",
        "https://example.org/a>b",
        "https://example.org/*_~|`",
        "https://example.org/a<b",
        "https://example.org/?q=[x]&y=\\",
        "https://example.org/%28?a=1&b=2#c",
    ],
)
def test_an_address_arrives_byte_for_byte(url: str) -> None:
    written = link("the [label]", url)
    assert url in written
    assert plain(written, {}).strip() in {f"the [label] {url}", url}


def test_a_link_is_masked_where_discord_can() -> None:
    assert link("Read me", "https://example.org/a_(b)") == "[Read me](<https://example.org/a_(b)>)"


@pytest.mark.parametrize("label", ["https://example.org/x", "go to https://bank.example"])
def test_a_label_that_looks_like_an_address_is_not_masked(label: str) -> None:
    assert "](" not in link(label, "https://example.org/x")


def test_what_discord_links_nowhere_becomes_code() -> None:
    assert link("Run", "javascript:alert(1)") == "Run `javascript:alert(1)`"


@pytest.mark.parametrize("copied", ["a*b_c", "a`b", "`", "a``b", "``` x", "line\nline"])
def test_code_can_be_copied_as_it_stands(copied: str) -> None:
    assert plain(code(copied), {}) == copied


def test_a_mention_is_a_link_in_its_own_guild_and_a_name_elsewhere() -> None:
    mention = Mention("Ana *", (ANA,))
    assert inline(mention, "10", 100) == "<@77>"
    assert inline(mention, ANYWHERE, 100) == "<@77>"
    assert inline(mention, "11", 100) == r"Ana \*"
    assert inline(Mention("Ana", (Account("slack", "10", "U1"),)), "10", 100) == "Ana"


def test_a_moment_is_seen_in_each_readers_zone() -> None:
    at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert [inline(Time(at, style), "", 9) for style in ("date", "datetime", "relative")] == [
        "<t:1777887000:D>",
        "<t:1777887000:F>",
        "<t:1777887000:R>",
    ]


def test_neighbours_stay_apart() -> None:
    assert "".join(runs(Paragraph(text(Bold("a"), Bold("b"), Code("c"), Code("d"))), "", 9)).count("\u200b") == 2


def test_blocks_have_their_marks() -> None:
    assert "".join(runs(Heading("Title\nmore", "https://example.org/"), "", 99)) == (
        "### [Title more](<https://example.org/>)"
    )
    assert "".join(runs(Note(text("small\nprint ", Code("a\nb"))), "", 99)) == "-# small\n-# print `a b`"
    items = (text("one"), text(Link("two", "https://example.org/"), "\nmore"))
    assert "".join(runs(Items(items), "", 99)) == "- one\n- [two](<https://example.org/>)\n  more"
    assert "".join(runs(Items(items, ordered=True), "", 99)).startswith("1. one\n2. [two]")
