"""Where a meetup is, as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meetups.where import ADDRESS_LENGTH, Where, is_map, read_where, typed_where

LINK = "https://meet.example.org/room-7?pwd=a_b(c)"


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("Library, room 2", Where("Library, room 2")),
        (LINK, Where(link=LINK)),
        (f"  {LINK} ", Where(link=LINK)),
        (f"Online: {LINK}", Where(link=LINK)),
        (f"online at {LINK}.", Where(link=LINK)),
        (f"Library, room 2\n{LINK}", Where("Library, room 2", LINK)),
        (f"Library, room 2 or online: {LINK}", Where("Library, room 2 or online", LINK)),
        (f"Library, room 2, and online\n{LINK}", Where("Library, room 2, and online", LINK)),
        (f"{LINK} – Library, room 2", Where("Library, room 2", LINK)),
        (f"Library\nand online: {LINK}", Where("Library", LINK)),
        (f"Library ({LINK})", Where("Library", LINK)),
        (f"{LINK} for all", Where("", LINK, link_for_all=True)),
        (f"Library\n{LINK} (for everybody)", Where("Library", LINK, link_for_all=True)),
        (f"Library for all\n{LINK}", Where("Library for all", LINK)),
        ("meet.jit.si/OurRoom", Where(link="https://meet.jit.si/OurRoom")),
        ("Café Central, Herrengasse 14", Where("Café Central, Herrengasse 14")),
        ("Rua do Sol 1/2.esq", Where("Rua do Sol 1/2.esq")),
        ("Rua do Sol 1\r\n2º esq.", Where("Rua do Sol 1, 2º esq.")),
        (
            "Café Central https://www.google.com/maps/place/x",
            Where("Café Central https://www.google.com/maps/place/x"),
        ),
        (f"Café https://maps.app.goo.gl/x\n{LINK}", Where("Café https://maps.app.goo.gl/x", LINK)),
        ("Zoom", Where("Zoom")),
    ],
)
def test_an_address_a_link_or_both_are_understood(typed: str, where: Where) -> None:
    assert read_where(typed) == where


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "say where"),
        (" \u200b ", "say where"),
        ("-,;:", "say where"),
        ("https://a.example/x and https://b.example/y", "several links"),
        ("https://user:secret@evil.example/", "no web address"),
        (f"https://a.example/{'x' * 2000}", "characters"),
    ],
)
def test_what_says_nothing_is_named(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_where(typed)


@pytest.mark.parametrize("count", [ADDRESS_LENGTH - 1, ADDRESS_LENGTH, ADDRESS_LENGTH + 1])
def test_the_length_of_an_address_is_limited(count: int) -> None:
    if count <= ADDRESS_LENGTH:
        assert len(read_where("x" * count).address) == count
    else:
        with pytest.raises(ValueError, match="at most 200"):
            read_where("x" * count)


@pytest.mark.parametrize(
    ("link", "leads_to_a_map"),
    [
        ("https://www.openstreetmap.org/node/1", True),
        ("https://maps.google.com/?q=x", True),
        ("https://goo.gl/maps/x", True),
        ("https://maps.apple.com/?ll=1,2", True),
        ("https://meet.google.com/abc", False),
        ("https://openstreetmap.org.evil.example/", False),
        ("https://example.org/maps", False),
    ],
)
def test_maps_are_known(link: str, leads_to_a_map: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert is_map(link) is leads_to_a_map


@given(st.text(st.sampled_from("aB1 .,:;()/#-–\n") | st.characters(), max_size=60), st.booleans(), st.booleans())
def test_whatever_is_typed_is_read_back_as_it_was_understood(text: str, has_link: bool, for_all: bool) -> None:  # noqa: FBT001 - drawn
    typed = f"{text}\n{LINK}{' for all' if for_all else ''}" if has_link else text
    try:
        where = read_where(typed)
    except ValueError:
        return
    assert read_where(typed_where(where)) == where
