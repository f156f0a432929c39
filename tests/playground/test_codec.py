"""Cards survive being written as JSON."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.codec import decode, encode
from bot.model import Account
from bot.ui import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Heading,
    Image,
    Items,
    Link,
    LinkButton,
    Mention,
    Note,
    Paragraph,
    PostLink,
    Time,
)

texts = st.text(max_size=20)
names = st.text("abc0_", min_size=1, max_size=5)
accounts = st.builds(Account, names, names, names)
moments = st.datetimes(timezones=st.just(UTC))
inlines = st.one_of(
    texts,
    st.builds(Bold, texts),
    st.builds(Code, texts),
    st.builds(Link, texts, texts),
    st.builds(Mention, texts, st.lists(accounts, max_size=2).map(tuple), st.booleans()),
    st.builds(Time, moments, st.sampled_from(["date", "datetime", "relative"])),
    st.builds(PostLink, texts, texts, texts, texts, st.none() | texts),
)
runs = st.lists(inlines, max_size=4).map(tuple)
styles = st.sampled_from(["plain", "primary", "danger"])
buttons = st.one_of(st.builds(Button, texts, texts, styles), st.builds(LinkButton, texts, texts))
blocks = st.one_of(
    st.builds(Heading, texts, st.none() | texts),
    st.builds(Paragraph, runs),
    st.builds(Items, st.lists(runs, max_size=3).map(tuple), st.booleans()),
    st.builds(Note, runs),
    st.just(Divider()),
    st.builds(Image, st.binary(max_size=20), texts, texts, texts),
    st.builds(Buttons, st.lists(buttons, max_size=3).map(tuple)),
)
cards = st.builds(Card, texts, st.lists(blocks, max_size=4).map(tuple))


@given(cards)
def test_a_card_comes_back_as_it_was(card: Card) -> None:
    assert decode(json.loads(json.dumps(encode(card)))) == card


@pytest.mark.parametrize(
    "block",
    [
        {"is": "video"},
        {"is": "buttons", "buttons": [{"is": "lever"}]},
        {"is": "paragraph", "text": [{"is": "blink", "text": "x"}]},
        {"is": "paragraph"},
    ],
)
def test_what_was_never_written_is_refused(block: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is no"):
        decode({"summary": "", "blocks": [block]})


def test_times_keep_their_zone() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    written = encode(Card("", (Paragraph((Time(at),)),)))
    assert written["blocks"][0]["text"][0]["at"].endswith("+00:00")
