"""Text made safe to store and show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clamp, clean, is_said, one_line, units

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  a \t b  ", "a b"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("a\x00b\x07", "ab"),
        ("\ud800x", "x"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        (FAMILY, FAMILY),
        ("e\u0301", "é"),
        ("می‌خواهم", "می‌خواهم"),
        ("z" + "\u0301" * 1000, "ź" + "\u0301" * 4),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text(alphabet=st.characters(), max_size=300))
def test_clean_text_is_storable_and_stays_clean(raw: str) -> None:
    text = clean(raw)
    text.encode()
    assert "\x00" not in text
    assert clean(text) == text
    assert "\n" not in one_line(raw)


@given(st.text(max_size=80), st.integers(min_value=1, max_value=60))
def test_clamped_text_fits(raw: str, limit: int) -> None:
    assert units(clamp(raw, limit)) <= limit


def test_a_person_is_never_cut_in_half() -> None:
    assert clamp(FAMILY * 3, units(FAMILY) + 3) == FAMILY + "…"
    assert clamp(FAMILY * 3, 4) == "…"
    assert clamp("short", 5) == "short"
    assert clamp("longer", 5) == "long…"


@pytest.mark.parametrize(
    ("text", "said"), [("a", True), ("🦆", True), ("+", True), ("  ", False), ("...", False), ("\u200d", False)]
)
def test_is_said(text: str, said: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert is_said(text) is said
