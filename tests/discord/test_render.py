"""Cards as Components V2: within the limits, complete, and accepted by two judges that we did not write."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord.components import validate_message_state

from adapters.discord import inbound, limits, render
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
    paragraph,
)
from tests.doubles import discord_contract
from tests.drivers.discord import components, words

FLAGS = 1 << 15
ANA = Account("discord", "10", "77")


def payload(card: Card, guild: str = "10", key: str = "") -> list[dict[str, Any]]:
    """Render a card and let simcord and Discord's description judge it."""
    view: Any = render.layout(card, guild, key)  # the library leaves to_components untyped
    tree: list[dict[str, Any]] = view.to_components()
    validate_message_state(tree, flags=FLAGS, content=None, embeds=[], require_nonempty=True)
    if discord_contract.is_there():
        body = {"components": tree, "flags": FLAGS}
        assert list(discord_contract.problems_of("POST", "/channels/1/messages", body)) == []
    return tree


def test_pictures_come_along_as_files_and_stand_in_their_order() -> None:
    card = Card(
        "Line",
        (
            paragraph("Before"),
            Image(b"first", "80 % are fresh", "▁▅█", "https://bot.example/pictures/a.png"),
            Image(b"second", "x" * 2000, "▁"),
            paragraph("After"),
        ),
    )
    view: Any = render.layout(card)  # the library leaves to_components untyped
    (container,) = view.to_components()
    (before, first, second, after) = container["components"]
    assert (before["content"], after["content"]) == ("Before", "After")
    assert first["items"][0]["media"]["url"] == "attachment://picture-0.png"
    assert first["items"][0]["description"] == "80 % are fresh"
    assert len(second["items"][0]["description"]) == limits.ALT_TEXT
    assert [(file.filename, file.fp.read()) for file in render.files(card)] == [
        ("picture-0.png", b"first"),
        ("picture-1.png", b"second"),
    ]


def test_a_picture_outlives_the_folding_of_a_full_card() -> None:
    rows = [Buttons((Button(f"B{n}", f"do:{n}"),)) for n in range(24)]
    blocks = [block for row in rows for block in (paragraph("x"), row)]
    view: Any = render.layout(Card("Full", (*blocks[:3], Image(b"png", "A line", ""), *blocks[3:])))  # as above
    kinds = [component["type"] for component in components(view.to_components())]
    assert kinds.count(12) == 1
    assert kinds.count(2) == 24


def tokens(tree: Any) -> list[str]:
    return [inbound.token(c["custom_id"]) for c in components(tree) if "custom_id" in c]


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"B{n}", f"do:{n}") for n in range(count))


def total(tree: Any) -> int:
    return sum(units(c["content"]) for c in components(tree) if c["type"] == 10)


def test_a_button_stands_below_what_it_acts_on() -> None:
    card = Card("s", (paragraph("one"), Buttons(buttons(1)), Divider(), paragraph("two"), Buttons(buttons(2)[1:])))
    [container] = payload(card)
    assert [c["type"] for c in container["components"]] == [10, 1, 14, 10, 1]


def test_the_marker_is_the_containers_id() -> None:
    [container] = payload(Card("s", (paragraph("x"),)), key="k" * 22)
    assert container["id"] == render.mark("k" * 22)
    assert limits.COMPONENTS < container["id"] < 2**31


def test_a_view_is_not_remembered() -> None:
    assert render.layout(Card("s", (Buttons(buttons(1)),))).timeout is None


@pytest.mark.parametrize("length", [79, 80, 81])
def test_label_at_its_limit(length: int) -> None:
    [label] = [
        c["label"] for c in components(payload(Card("s", (Buttons((Button("x" * length, "a"),)),)))) if "label" in c
    ]
    assert len(label) == min(length, limits.BUTTON_LABEL)
    assert label.endswith("…") == (length > limits.BUTTON_LABEL)


@pytest.mark.parametrize("count", [4, 5, 6])
def test_row_at_its_limit(count: int) -> None:
    tree = payload(Card("s", (Buttons(buttons(count)),)))
    assert max(len(c["components"]) for c in components(tree) if c["type"] == 1) == min(count, limits.ROW_BUTTONS)
    assert len(tokens(tree)) == count


@pytest.mark.parametrize("count", [30, 31])
def test_as_many_buttons_as_fit(count: int) -> None:
    card = Card("s", tuple(block for b in buttons(count) for block in (paragraph(b.label), Buttons((b,)))))
    tree = payload(card)
    assert len(list(components(tree))) <= limits.COMPONENTS
    assert tokens(tree) == [b.token for b in buttons(count)]


def test_one_button_more_is_refused_not_dropped() -> None:
    with pytest.raises(ValueError, match="31 buttons"):
        render.layout(Card("s", (paragraph("x"), Buttons(buttons(limits.MESSAGE_BUTTONS + 1)))))


@pytest.mark.parametrize("rows", [12, 13, 14])
def test_a_long_list_folds_from_its_end(rows: int) -> None:
    card = Card("s", tuple(block for b in buttons(rows) for block in (paragraph(b.label), Buttons((b,)))))
    [container] = payload(card)
    kinds = [c["type"] for c in container["components"]]
    assert kinds[:4] == [10, 1, 10, 1]
    assert (len(kinds) < 2 * rows) == (1 + 3 * rows > limits.COMPONENTS)
    assert "\n".join(words([container])).split("\n") == [b.label for b in buttons(rows)]


def test_dividers_fold_into_words_before_buttons_move() -> None:
    blocks = [block for b in buttons(11) for block in (Divider(), paragraph(b.label), Buttons((b,)))]
    [container] = payload(Card("s", tuple(blocks)))
    assert [c["type"] for c in container["components"]] == [10, 1] * 11


@pytest.mark.parametrize("length", [3999, 4000, 4001, 100_000])
def test_text_at_its_limit(length: int) -> None:
    tree = payload(Card("s", (paragraph("x" * length), Buttons(buttons(1)))))
    assert total(tree) <= limits.TEXT
    assert ("…" in "".join(words(tree))) == (length > limits.TEXT)
    assert tokens(tree) == ["do:0"]


def test_every_leaf_is_shortened_before_any_is_lost() -> None:
    tree = payload(Card("s", tuple(paragraph(f"{n} " + "x" * 900) for n in range(9))))
    shown = "\n".join(words(tree)).split("\n")
    assert [line[0] for line in shown] == [str(n) for n in range(9)]
    assert all(line.endswith("…") for line in shown)


def test_far_too_much_text_keeps_all_buttons() -> None:
    many = [block for b in buttons(13) for block in (Items(tuple((b.label * 9,) for _ in range(90))), Buttons((b,)))]
    tree = payload(Card("s", tuple(many)))
    assert tokens(tree) == [b.token for b in buttons(13)]
    assert total(tree) <= limits.TEXT


def test_the_same_button_twice_means_the_same() -> None:
    twice = Buttons((Button("Join", "join:1"), Button("Join", "join:1")))
    tree = payload(Card("s", (twice,)))
    assert tokens(tree) == ["join:1", "join:1"]


@pytest.mark.parametrize("length", [99, 100])
def test_token_at_its_limit(length: int) -> None:
    assert tokens(payload(Card("s", (Buttons((Button("x", "t" * length),)),)))) == ["t" * length]


@pytest.mark.parametrize("token", ["", "t" * 101])
def test_a_token_that_does_not_fit_is_refused_not_cut(token: str) -> None:
    with pytest.raises(ValueError, match="custom_id"):
        render.layout(Card("s", (Buttons((Button("x", token),)),)))


@pytest.mark.parametrize("url", ["https://example.org/" + "x" * 500, "mailto:ana@example.org"])
def test_an_address_no_button_takes_becomes_text(url: str) -> None:
    tree = payload(Card("s", (Buttons((LinkButton("Open", url), Button("B", "b"))),)))
    assert url in "".join(words(tree))
    assert tokens(tree) == ["b"]


@pytest.mark.parametrize("blocks", [(), (paragraph(""),), (paragraph(" \n "),), (Heading(""), Note(("",)))])
def test_an_empty_card_says_its_summary(blocks: tuple[Block, ...]) -> None:
    assert list(words(payload(Card("All is *well*", blocks)))) == ["All is *well*"]


def test_an_empty_card_without_a_summary_still_stands() -> None:
    assert list(words(payload(Card("", ())))) == ["…"]


def test_only_a_ping_pings() -> None:
    ana, ben = Mention("Ana", (ANA,), ping=True), Mention("Ben", (Account("discord", "10", "78"),))

    def allowed(guild: str, *blocks: Block) -> Any:
        return render.mentions(Card("s", blocks), guild).to_dict()

    asked = allowed("10", paragraph(ana, ben, "@everyone <@79>"), Items(((ben,),)))
    assert asked == {"parse": [], "users": [77]}
    assert "users" not in allowed("10", paragraph(ben))
    assert "users" not in allowed("11", paragraph(ana))


TEXTS = st.text(max_size=200) | st.sampled_from(["@everyone", "x" * 5000, "[a](http://b.c)", "", "👨‍👩‍👧‍👦" * 50])
INLINES: st.SearchStrategy[Inline] = st.one_of(
    TEXTS,
    TEXTS.map(Bold),
    TEXTS.map(Code),
    st.builds(Link, TEXTS, TEXTS | st.just("https://example.org/a_(b)")),
    st.builds(Mention, TEXTS, st.sampled_from([(), (ANA,)]), st.booleans()),
)
RUNS = st.lists(INLINES, max_size=6).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, TEXTS, st.none() | st.just("https://example.org/")),
    RUNS.map(Paragraph),
    RUNS.map(Note),
    st.builds(Items, st.lists(RUNS, max_size=8).map(tuple), st.booleans()),
    st.just(Divider()),
    st.lists(st.builds(Button, TEXTS, st.sampled_from(["a:1", "b:2", "c"])), max_size=6).map(tuple).map(Buttons),
    st.just(Buttons((LinkButton("Open", "https://example.org/"), Button("x", "y")))),
)


@settings(max_examples=150, deadline=None)
@given(st.builds(Card, TEXTS, st.lists(BLOCKS, max_size=25).map(tuple)))
def test_any_card_is_accepted_with_all_its_buttons(card: Card) -> None:
    wanted = [
        b.token for block in card.blocks if isinstance(block, Buttons) for b in block.buttons if isinstance(b, Button)
    ]
    everything = sum(len(block.buttons) for block in card.blocks if isinstance(block, Buttons))
    if everything == limits.MESSAGE_BUTTONS + 1:
        return  # fits without words only
    if everything > limits.MESSAGE_BUTTONS:
        with pytest.raises(ValueError, match="buttons"):
            render.layout(card, "10")
        return
    tree = payload(card)
    assert tokens(tree) == wanted
    assert total(tree) <= limits.TEXT


LONG = "https://example.org/" + "a" * 1980


def course(*addresses: str, task: str = "Learn the part that is number {}") -> Card:
    items = tuple((Link(task.format(n), url),) for n, url in enumerate(addresses, 1))
    return Card("A course", (Heading("A course"), Items(items, ordered=True), Paragraph(("The end.",))))


def said_of(made: Card) -> str:
    return "".join(words(payload(made)))


def test_seven_addresses_that_do_not_fit_leave_every_step_its_task() -> None:
    shown = said_of(course(*[f"{LONG[:-1]}{n}" for n in range(7)]))
    assert [f"{n}. Learn the part that is number {n}" in shown for n in range(1, 8)] == [True] * 7
    assert shown.count("(address too long to show here)") == 6, "one of them has room"
    assert f"{LONG[:-1]}0" in shown
    assert "The end." in shown
    assert "…" not in shown


def test_only_the_longest_addresses_are_left_out() -> None:
    short = "https://example.org/short"
    shown = said_of(course(short, LONG, short + "2", LONG + "b", task="Step {}"))
    assert shown.count("too long to show") == 1
    assert f"Step 1 {short}\n" in shown
    assert f"Step 2 {LONG}\n" in shown
    assert "4. Step 4 (address too long to show here)" in shown


def test_an_address_that_is_its_own_task_is_shown_as_far_as_it_goes() -> None:
    shown = said_of(course(*[f"{n}{LONG}" for n in range(7)], task=LONG))
    assert all(f"{n}. " in shown for n in range(1, 8))


def test_the_address_of_a_title_is_left_out_too() -> None:
    made = Card("A", (Heading("Title", LONG), Heading("Other", LONG + "b"), Paragraph(("The end.",))))
    shown = said_of(made)
    assert "Other (address too long to show here)" in shown
    assert "The end." in shown


def test_a_full_course_of_odd_addresses_is_rendered_quickly() -> None:
    begun = time.perf_counter()
    said_of(course(*[f"https://example.org/{n}/" + "*_" * 150 for n in range(40)]))
    assert time.perf_counter() - begun < 0.5
