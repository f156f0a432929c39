"""The tree as Block Kit: every limit at n-1, n and n+1, and nothing that people typed comes alive."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits, render
from bot.model import Account
from bot.text import units
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Heading,
    Image,
    Inline,
    Items,
    Link,
    LinkButton,
    Mention,
    Note,
    Paragraph,
    PostLink,
    Time,
    note,
    paragraph,
)
from tests.doubles.slack_checks import message_problem

TEAM = "T0OFFCOURSE"
AT = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
ANA = Account("slack", TEAM, "U0ANA")
FAMILY = "👨‍👩‍👧‍👦"


def written(*blocks: Block) -> list[dict[str, Any]]:
    made = render.message(Card("Summary", blocks), TEAM, "k" * 25)
    assert message_problem(made) == ""
    return list(made["blocks"])


def runs(*blocks: Block) -> list[dict[str, Any]]:
    [block] = written(*blocks)
    elements: list[dict[str, Any]] = block["elements"][0]["elements"]
    return elements


def test_a_picture_is_shown_by_its_address() -> None:
    url = "https://bot.example/pictures/a_b-c.png"
    [block] = written(Image(b"png", "80 % are\nfresh", "▁▅█", url))
    assert block == {"block_id": "k" * 25, "type": "image", "image_url": url, "alt_text": "80 % are fresh"}
    [long] = written(Image(b"png", "x" * (limits.ALT_TEXT + 1), "▁▅█", url))
    assert len(long["alt_text"]) == limits.ALT_TEXT


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://bot.example/" + "x" * limits.IMAGE_URL])
def test_words_stand_in_place_of_a_picture_that_slack_can_not_fetch(url: str) -> None:
    [block] = written(Image(b"png", "80 % are fresh", "▁▅█ 80 %", url))
    assert block["type"] == "rich_text"
    assert runs(Image(b"png", "80 % are fresh", "▁▅█ 80 %", url)) == [{"type": "text", "text": "▁▅█ 80 %"}]
    assert runs(Image(b"png", "80 % are fresh", "", url)) == [{"type": "text", "text": "80 % are fresh"}]


def test_the_marker_is_the_first_block_id() -> None:
    made = render.message(Card("Hello", (paragraph("a"), paragraph("b"))), TEAM, "marker")
    assert [block.get("block_id") for block in made["blocks"]] == ["marker", None]


def test_a_card_without_anything_still_says_its_summary() -> None:
    assert runs() == [{"type": "text", "text": "Summary"}]


@pytest.mark.parametrize(
    "typed",
    [
        "<!channel> <!here> <!everyone>",
        "<!subteam^S1|@all>",
        "<@U0ANA>",
        "<http://evil.example|bank.example>",
        "& &amp; &lt;b&gt;",
        "*bold* _it_ ~no~ `code` > quote",
        ":tada: :x:",
        "@channel @here #general",
        "http://evil.example",
    ],
)
def test_what_people_type_is_shown_as_typed(typed: str) -> None:
    assert runs(paragraph(typed, Bold(typed), Code(typed))) == [
        {"type": "text", "text": typed},
        {"type": "text", "text": typed, "style": {"bold": True}},
        {"type": "text", "text": typed, "style": {"code": True}},
    ]
    assert written(Heading(typed))[0]["text"] == {"type": "plain_text", "text": typed, "emoji": False}
    assert written(note(typed))[0]["elements"] == [{"type": "plain_text", "text": typed, "emoji": False}]
    [row] = written(Buttons((Button(typed, "a:1"),)))
    assert row["elements"][0]["text"] == {"type": "plain_text", "text": typed, "emoji": False}


def test_the_summary_is_escaped() -> None:
    assert render.fallback(Card("<!channel> & <@U1>", ())) == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize("label", ["a|b", "*x*", ":tada:", "`a` > ~b~"])
@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a_b_c",
        "https://example.org/*x*",
        "https://example.org/wiki/Perceptron_(disambiguation)",
        "https://example.org/?a=1&b=2&amp;c=3",
        "https://example.org/a|b",
        "https://example.org/?q=~x~`y`",
        "https://example.org/ü?ö=%C3%A4#frag",
    ],
)
def test_addresses_arrive_byte_for_byte(label: str, url: str) -> None:
    assert runs(paragraph(Link(label, url))) == [{"type": "link", "url": url, "text": label}]
    assert runs(Heading(label, url)) == [{"type": "link", "url": url, "text": label, "style": {"bold": True}}]
    [row] = written(Buttons((LinkButton("Open", url),)))
    assert row["elements"][0]["url"] == url
    [small] = written(note(Link(label, url)))
    # mrkdwn would read the label's signs, so running text stands in for small print.
    assert small["type"] == "rich_text"


def test_a_plain_link_in_small_print_is_mrkdwn() -> None:
    [block] = written(note("See ", Link("<the> primer", "https://example.org/?a=1&b=2"), "."))
    assert block["elements"] == [
        {"type": "plain_text", "text": "See ", "emoji": False},
        {"type": "mrkdwn", "text": "<https://example.org/?a=1&amp;b=2|&lt;the&gt; primer>", "verbatim": True},
        {"type": "plain_text", "text": ".", "emoji": False},
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "not an address", "https://a b", "https://x/" + "a" * 3000])
def test_what_slack_would_refuse_as_an_address_is_written_out(url: str) -> None:
    words = "".join(run["text"] for run in runs(paragraph(Link("label", url))))
    assert words.startswith("label")
    shown = written(Buttons((LinkButton("Open", url), Button("Go", "go:1"))))
    assert [block["type"] for block in shown] == ["actions", "rich_text"]


def test_a_mention_pings_only_if_told_and_only_at_home() -> None:
    assert runs(paragraph(Mention("Ana", (ANA,)))) == [{"type": "text", "text": "Ana"}]
    assert runs(paragraph(Mention("Ana", (ANA,), ping=True))) == [{"type": "user", "user_id": "U0ANA"}]
    away = Mention("Ana", (Account("discord", "1", "2"), Account("slack", "T0OTHER", "U0X")), ping=True)
    assert runs(paragraph(away)) == [{"type": "text", "text": "Ana"}]
    assert written(note(Mention("Ana", (ANA,), ping=True)))[0]["elements"][0]["text"] == "<@U0ANA>"


def test_times_are_for_each_reader() -> None:
    [date] = runs(paragraph(Time(AT)))
    assert date["timestamp"] == int(AT.timestamp())
    assert date["fallback"] == "Mon 01 Jun 2026 12:30 UTC"
    [small] = written(note(Time(AT, "date")))
    assert small["elements"][0]["text"] == f"<!date^{int(AT.timestamp())}^{{date_long}}|Mon 01 Jun 2026>"


def test_a_moment_is_told_with_its_day_of_the_week() -> None:
    [moment] = runs(paragraph(Time(AT)))
    assert moment["format"] == "{date_long_pretty} at {time}"


def test_lists_and_lines() -> None:
    [block] = written(Items((("one",), ("two ", Bold("2"))), ordered=True))
    assert block["elements"][0]["style"] == "ordered"
    assert len(block["elements"][0]["elements"]) == 2
    assert written(paragraph("a"), Divider(), paragraph("b"))[1] == {"type": "divider"}
    assert runs(paragraph(PostLink("course", "1", "the announcement"))) == [
        {"type": "text", "text": "the announcement"}
    ]


@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_text_limits(more: int, letter: str) -> None:
    def shown(limit: int) -> str:
        return letter * ((limit // units(letter)) + more)

    [header] = written(Heading(shown(limits.HEADER)))
    assert (header["text"]["text"] == shown(limits.HEADER)) is (more < 1)
    assert units(header["text"]["text"]) <= limits.HEADER
    [row] = written(Buttons((Button(shown(limits.BUTTON_TEXT), "a"),)))
    assert (row["elements"][0]["text"]["text"] == shown(limits.BUTTON_TEXT)) is (more < 1)
    [run] = runs(paragraph(shown(limits.TEXT)))
    assert (run["text"] == shown(limits.TEXT)) is (more < 1)
    if more == 1:
        assert run["text"].endswith("…")


def test_a_family_is_not_torn_apart() -> None:
    [header] = written(Heading("x" * 145 + FAMILY))
    assert header["text"]["text"] == "x" * 145 + "…"


@pytest.mark.parametrize(("count", "rows"), [(4, [4]), (5, [5]), (6, [5, 1]), (12, [5, 5, 2])])
def test_rows_of_buttons(count: int, rows: list[int]) -> None:
    blocks = written(Buttons(tuple(Button(f"B{n}", f"a:{n}") for n in range(count))))
    assert [len(block["elements"]) for block in blocks] == rows


def test_the_same_token_twice_still_has_two_names() -> None:
    [row] = written(
        Buttons((Button("A", "x:1"), Button("B", "x:1"), LinkButton("C", "https://c"), LinkButton("D", "https://d")))
    )
    assert [b["action_id"] for b in row["elements"]] == ["x:1", "x:1#2", "link", "link#2"]
    assert [b.get("value") for b in row["elements"]] == ["x:1", "x:1", None, None]


@pytest.mark.parametrize("count", [49, 50, 51, 120])
def test_too_many_texts_move_together(count: int) -> None:
    blocks = written(*(paragraph(f"p{n}") for n in range(count)))
    shown = [run["text"] for block in blocks for part in block["elements"] for run in part["elements"]]
    assert shown == [f"p{n}" for n in range(count)]


def test_what_can_not_fit_is_said() -> None:
    blocks = written(*(block for n in range(60) for block in (Heading(f"h{n}"), Divider())))
    assert len(blocks) == limits.BLOCKS
    assert blocks[-1]["elements"][0]["text"] == "… 71 more parts of this message can't be shown on Slack."


@pytest.mark.parametrize("length", [100, 1000, 5000, 100_000])
def test_long_cards_get_shorter_texts_and_keep_their_buttons(length: int) -> None:
    rows = (Buttons((Button("Yes", "yes:1"), Button("No", "no:1"))),)
    blocks = written(*(paragraph("word " * (length // 5)) for _ in range(20)), *rows)
    assert render.size(blocks) <= limits.MESSAGE
    assert [b["value"] for block in blocks if block["type"] == "actions" for b in block["elements"]] == [
        "yes:1",
        "no:1",
    ]


def test_headings_that_follow_each_other_stay_apart_when_a_card_is_too_long() -> None:
    blocks = written(*(Heading(f"Part {n}") for n in range(60)), Buttons((Button("Yes", "yes:1"),)))
    assert [block for block in blocks if block["type"] == "header"]
    assert any(block["type"] == "actions" for block in blocks)


def test_an_ordinary_card_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []

    def size(blocks: Sequence[render.Json]) -> int:
        measured.append(len(blocks))
        return 0

    monkeypatch.setattr(render, "size", size)
    written(Heading("Bread"), paragraph("word " * 400), Buttons((Button("Yes", "yes:1"),)))
    assert measured == []


def test_a_private_answer_is_the_message_as_json_and_is_kept() -> None:
    card = Card("Brød & smør", (paragraph("Ω😀", Bold("x")), note("y")))
    answer = render.private(card, TEAM)
    assert json.loads(answer) == {"response_type": "ephemeral", **render.message(card, TEAM)}
    assert render.private(Card(card.summary, tuple(card.blocks)), TEAM) is answer
    assert render.private(card, "T2") is not answer


@pytest.mark.parametrize("letter", ["x", "é", "😀", '"'])
def test_a_private_answer_that_is_long_fits_too(letter: str) -> None:
    answer = json.loads(render.private(Card("Long", tuple(paragraph(letter * 2000) for _ in range(20))), TEAM))
    assert message_problem(answer) == ""


words = st.text(max_size=60) | st.text(alphabet="x😀\ud800\0\n*_<>&|:é", max_size=4000)
addresses = st.sampled_from(
    ["https://example.org/a_(b)?c=d&e=f|g", "mailto:a@example.org", "nonsense", "https://a\ud800"]
)
tokens = st.text(alphabet="abc:1.", min_size=1, max_size=90)
inlines: st.SearchStrategy[Inline] = st.one_of(
    words,
    st.builds(Bold, words),
    st.builds(Code, words),
    st.builds(Link, words, addresses),
    st.builds(Mention, words, st.just((ANA,)), st.booleans()),
    st.builds(Time, st.datetimes(timezones=st.just(UTC)), st.sampled_from(["date", "datetime", "relative"])),
    st.builds(PostLink, st.just("course"), st.just("1"), words),
)
texts = st.lists(inlines, max_size=12).map(tuple)
buttons = st.builds(Button, words, tokens, st.sampled_from(["plain", "primary", "danger"])) | st.builds(
    LinkButton, words, addresses
)
parts: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, words, st.none() | addresses),
    st.builds(Paragraph, texts),
    st.builds(Items, st.lists(texts, max_size=8).map(tuple), st.booleans()),
    st.builds(Note, texts),
    st.just(Divider()),
    st.builds(Buttons, st.lists(buttons, max_size=30).map(tuple)),
)


@settings(max_examples=150, deadline=None)
@given(words, st.lists(parts, max_size=60).map(tuple), st.sampled_from(["", "k" * 25]))
def test_any_card_is_taken_by_slack(summary: str, blocks: tuple[Block, ...], key: str) -> None:
    made = render.message(Card(summary, blocks), TEAM, key)
    assert message_problem(made) == ""
    assert made["blocks"][0].get("block_id", "") == key
    assert render.size(made["blocks"]) <= limits.MESSAGE
    assert json.dumps(made, ensure_ascii=False).encode()


@pytest.mark.parametrize("length", [240, 400, 1900])
def test_a_list_of_long_addresses_keeps_its_words(length: int) -> None:
    steps = tuple((Link(f"Step {n}", f"https://example.org/{'x' * length}"),) for n in range(20))
    taps = Buttons(tuple(Button(f"Done {n}", f"course.done:1:{n}") for n in range(20)))
    written = render.blocks(Card("x", (Heading("x"), Items(steps, ordered=True), taps)), "T1")
    assert render.size(written) <= limits.MESSAGE
    shown = json.dumps(written)
    assert all(re.search(rf'"Step {n}[" ]', shown) for n in range(20))
    assert "can't be shown" not in shown
    assert ("address too long" in shown) is (length > 250)
