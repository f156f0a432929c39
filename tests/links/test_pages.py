"""What is read out of a page, and that no page can hold the bot up."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.links.pages import MOST_BYTES, TITLE_LENGTH, page
from bot.text import units

URL = "https://site.example/"


def title(text: str | bytes, charset: str | None = None) -> str:
    return page(URL, text.encode() if isinstance(text, str) else text, charset, "").title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<title>Plain</title>", "Plain"),
        ("<TITLE>Loud</TITLE>", "Loud"),
        ("<title>\n  Two\n lines </title>", "Two lines"),
        ("<title>\n\n  Far \n\n apart </title>", "Far apart"),
        ("<title>A &amp; B &lt;b&gt;</title>", "A & B <b>"),
        ("<title>First</title><title>Second</title>", "First"),
        ("<title></title><title>Second</title>", "Second"),
        ("<title>Plain</title><meta property='og:title' content='Graph &quot;1&quot;'>", 'Graph "1"'),
        ('<meta content="a > b" property="og:title"><title>Plain</title>', "a > b"),
        ("<meta property=og:title content=it's><title>Plain</title>", "it's"),
        ("<meta property='og:title' content=' '><title>Plain</title>", "Plain"),
        ("<meta name=description content='og:title'><title>Plain</title>", "Plain"),
        ("<!-- <title>no</title> --><title>Yes</title>", "Yes"),
        ("<script>'<title>no</title>'</script><title>Yes</title>", "Yes"),
        ("<style><title>no</title></style><noscript><title>no</title></noscript><title>Yes</title>", "Yes"),
        ("<html><head></head><body><svg><title>no</title></svg>", ""),
        ("<title>never closed", "never closed"),
        ("<title>a\u202eb\u200bc\x07d</title>", "abcd"),
        ("<title>\u200b . </title>", ""),
        ("<header-title>no</header-title><titles>no</titles>", ""),
        ("<meta content='never closed><title>Yes</title>", "Yes"),
        ("", ""),
        ("no tags at all", ""),
    ],
)
def test_title(text: str, expected: str) -> None:
    assert title(text) == expected


def test_a_long_title_is_clamped() -> None:
    assert title(f"<title>{'x' * TITLE_LENGTH}</title>") == "x" * TITLE_LENGTH
    assert title(f"<title>{'x' * (TITLE_LENGTH + 1)}</title>") == "x" * (TITLE_LENGTH - 1) + "…"


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        ("<title>café</title>".encode(), None, "café"),
        ("<title>café</title>".encode("cp1252"), "ISO-8859-1", "café"),
        ("<meta charset='windows-1251'><title>Привет</title>".encode("cp1251"), None, "Привет"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'><title>日本</title>".encode(
                "shift_jis"
            ),
            None,
            "日本",
        ),
        ("<meta charset=koi8-r><title>café</title>".encode(), "utf-8", "café"),
        ("<title>café</title>".encode("utf-16"), None, "café"),
        ("<title>café</title>".encode("utf-16-be"), "utf-16be", "café"),
        ("<title>café</title>".encode("utf-8-sig"), "koi8-r", "café"),
        (b"<title>caf\xe9</title>", "utf-8", "caf\ufffd"),
        (b"<title>caf\xe9</title>", "no-such-charset", "caf\ufffd"),
        (b"<title>plain</title>", "hex", "plain"),
        (b"<title>plain</title>", "punycode", "plain"),
        (b"<title>plain</title>", "\x00", "plain"),
    ],
)
def test_charset(body: bytes, charset: str | None, expected: str) -> None:
    assert title(body, charset) == expected


@pytest.mark.parametrize(
    ("tag", "header", "expected"),
    [
        ("<html lang=nl>", "", "nl"),
        ("<html class=x lang='pt-BR'>", "en", "pt-br"),
        ("<html>", "fr, en", "fr"),
        ("<html lang=''>", "tr", "tr"),
        ("<html lang='en_GB'>", "", "en-gb"),
        ("<html lang='<script>'>", "", ""),
        ("<html lang='english language'>", "", ""),
        (f"<html lang='en{'-abcd' * 20}'>", "", ""),
        ("", "", ""),
    ],
)
def test_language(tag: str, header: str, expected: str) -> None:
    assert page(URL, f"<!doctype html>{tag}<title>x</title>".encode(), None, header).language == expected


@pytest.mark.parametrize(
    "piece",
    [
        *("<div>", "<", "<meta ", "<!--", "<script>", "<script></script>", "<title></title>", "<svg><title>", "= "),
        *(
            "<meta a=\"><meta b='>",
            '<meta property=og:title content=x a=" ><title>',
            "&amp;",
            "</head",
            "a\u0301\u0301",
        ),
    ],
)
@pytest.mark.parametrize("before", ["", "<html ", "<meta ", "<title>"])
def test_no_page_takes_long(before: str, piece: str) -> None:
    body = (before + piece * (MOST_BYTES // len(piece)))[:MOST_BYTES].encode()[:MOST_BYTES]
    started = time.process_time()
    page(URL, body, None, "")
    assert time.process_time() - started < 2, "a tree of such a page takes a minute"


def test_many_attributes_take_no_time() -> None:
    tag = "<html " + " ".join(f"a{n}=1" for n in range(100_000)) + "><title>x</title>"
    started = time.process_time()
    page(URL, tag.encode(), None, "")
    assert time.process_time() - started < 2


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-16", "shift_jis", "gb18030", "x"]))
def test_any_bytes_give_a_clean_short_title(body: bytes, charset: str | None) -> None:
    found = page(URL, b"<title>" + body, charset, body.decode("latin-1")).title
    assert found == " ".join(found.split())
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in found)
    assert units(found) <= TITLE_LENGTH
