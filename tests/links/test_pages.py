"""What is read out of a page, and that no page can hold the bot up."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.links.pages import DESCRIPTION_LENGTH, MOST_BYTES, TITLE_LENGTH, page
from bot.model import Page, ResourceKind
from bot.text import units
from bot.topics import TOPIC_LENGTH, TOPICS

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


def meta(name: str, content: str, key: str = "property") -> str:
    return f'<meta {key}="{name}" content="{content}">'


def read(head: str) -> Page:
    return page(URL, head.encode(), None, "")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (meta("description", "Plain &amp; short", "name"), "Plain & short"),
        (meta("description", "Plain", "name") + meta("og:description", "Graph"), "Graph"),
        (meta("og:description", " \u200b ") + meta("DESCRIPTION", "Plain", "name"), "Plain"),
        (meta("twitter:description", "Bird", "name"), "Bird"),
        ("<meta name=description property='og:description' content='Both'>", "Both"),
        (meta("og:description", "Two\n\n  lines\x07"), "Two lines"),
        (meta("og:title", "description"), ""),
        (f"<!-- {meta('description', 'no', 'name')} -->", ""),
        (f"<body>{meta('description', 'no', 'name')}", ""),
        ("<meta name=description>", ""),
        ("", ""),
    ],
)
def test_description(head: str, expected: str) -> None:
    assert read(head).description == expected


def test_a_long_description_is_clamped() -> None:
    assert read(meta("description", "x" * DESCRIPTION_LENGTH, "name")).description == "x" * DESCRIPTION_LENGTH
    longer = read(meta("description", "😀" * DESCRIPTION_LENGTH, "name")).description
    assert units(longer) <= DESCRIPTION_LENGTH
    assert longer.endswith("😀…")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (meta("keywords", "Python, Machine-Learning,, python ,#web", "name"), ("python", "machine learning", "web")),
        (meta("article:tag", "Git") + meta("article:tag", "Bash"), ("git", "bash")),
        (meta("keywords", "a; b", "name") + meta("og:video:tag", "c") + meta("video:tag", "d"), ("c", "d", "a", "b")),
        (meta("keywords", "تعلم، برمجة", "name"), ("تعلم", "برمجة")),
        (meta("keywords", "学习、编程，网", "name"), ("学习", "编程", "网")),
        (meta("keywords", "video, sharing, camera phone, video phone, free, upload", "name"), ()),
        (meta("keywords", f"{'x' * (TOPIC_LENGTH + 1)}, {'y' * TOPIC_LENGTH}", "name"), ("y" * TOPIC_LENGTH,)),
        (meta("keywords", "..., -, 🎈", "name"), ("🎈",)),
        (meta("keywords", ",".join(f"t{n}" for n in range(TOPICS + 1)), "name"), tuple(f"t{n}" for n in range(TOPICS))),
        (meta("keywords", ",".join("abc"), "name") + "<meta name=keywords content=d>", ("a", "b", "c", "d")),
        ("", ()),
    ],
)
def test_topics(head: str, expected: tuple[str, ...]) -> None:
    assert read(head).topics == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (meta("og:type", "video.other"), ResourceKind.VIDEO),
        (meta("og:type", " Video "), ResourceKind.VIDEO),
        (meta("og:type", "article"), ResourceKind.HTML),
        (meta("og:type", "videos"), ResourceKind.HTML),
        (meta("og:type", "article") + meta("og:type", "video"), ResourceKind.HTML),
        (meta("description", "og:type video", "name"), ResourceKind.HTML),
        ("", ResourceKind.HTML),
    ],
)
def test_kind(head: str, expected: ResourceKind) -> None:
    assert read(head).kind is expected


def test_what_matters_is_found_among_many_tags() -> None:
    crowd = "".join(meta(f"og:image:{n}", "x") + meta("article:tag", f"t{n}") for n in range(500))
    found = read(crowd + meta("og:title", "Still") + meta("og:description", "here") + meta("og:type", "video.movie"))
    assert (found.title, found.description, found.kind) == ("Still", "here", ResourceKind.VIDEO)
    assert found.topics == tuple(f"t{n}" for n in range(TOPICS))


def test_a_broken_tag_spoils_only_itself() -> None:
    found = read("<meta name=description content=\"a\"b'c><meta property=og:title content='Fine'><title>x</title>")
    assert found.title == "Fine"


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
            "<meta name=keywords content='" + "a," * 1900 + "'>",
            "<meta name=description content='" + "&#769;" * 600 + "'>",
            "<meta property=article:tag " + "a=1 " * 900 + ">",
            "<meta name=og:type name=keywords content=a>",
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
def test_any_bytes_give_clean_short_facts(body: bytes, charset: str | None) -> None:
    tags = b"".join(b"<meta name=%b content='%b'>" % (name, body) for name in (b"description", b"keywords"))
    found = page(URL, tags + b"<title>" + body, charset, body.decode("latin-1"))
    for text in (found.title, found.description, *found.topics):
        assert text == " ".join(text.split())
        assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text)
    assert units(found.title) <= TITLE_LENGTH
    assert units(found.description) <= DESCRIPTION_LENGTH
    assert len(found.topics) <= TOPICS
