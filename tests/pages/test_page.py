"""What the page says, and that every text in it is text."""

import base64
import hashlib
import re
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from adapters.pages.page import TITLE_LENGTH, Writer
from adapters.pages.words import PREVIEW_LENGTH, direction, preview
from bot.model import Level, PublicCourse, PublicStep, ResourceKind
from bot.text import units
from tests.pages.sample import ARABIC, BARE, COURSE, HARD, NASTY, ODD, TOKEN

WRITER = Writer()


def read(course: PublicCourse) -> LexborHTMLParser:
    return LexborHTMLParser(WRITER.course(course))


def one(page: LexborHTMLParser, selector: str) -> LexborNode:
    found = page.css(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def words(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


def meta(page: LexborHTMLParser) -> dict[str, str]:
    """Give what link previews read, by name."""
    found = {str(m.attributes.get("property") or m.attributes.get("name")): m for m in page.css("meta[content]")}
    return {name: str(node.attributes["content"]) for name, node in found.items()}


def test_it_shows_the_course() -> None:
    page = read(COURSE)
    assert words(page, "h1") == ["Make a web page by hand"]
    assert words(page, "h2") == ["Steps"]
    assert words(page, ".facts li") == ["3 steps", "For beginners", "html", "css", "first steps"]
    assert one(page, ".description").text() == COURSE.description
    assert words(page, "ol > li .task") == ["Meet the tags", "See somebody build one", "Give it some colour"]
    assert words(page, ".title") == ["Learn web development | MDN", "HTML Full Course – Build a Website"]
    assert words(page, ".where") == ["Page · developer.mozilla.org", "Video · www.youtube.com", "web.dev"]
    assert words(page, ".dates") == ["Updated 9 March 2026 Reviewed 4 May 2026"]
    assert [node.attributes["datetime"] for node in page.css("time")] == ["2026-03-09", "2026-05-04"]
    assert words(page, "title") == ["Make a web page by hand – Offcourse Ghent"]


def test_it_has_landmarks_and_one_heading_of_each() -> None:
    page = read(COURSE)
    assert [node.tag for node in page.css("body > *")] == ["header", "main", "footer"]
    assert [node.tag for node in page.css("h1, h2, h3")] == ["h1", "h2"]
    assert all(node.attributes.get("role") == "list" for node in page.css("ul, ol"))
    assert all(node.attributes.get("aria-hidden") == "true" for node in page.css("svg"))


def test_links_say_nothing_of_where_they_were() -> None:
    links = read(COURSE).css("a")
    assert [link.attributes["href"] for link in links] == [step.url for step in COURSE.steps]
    assert {link.attributes["rel"] for link in links} == {"noopener noreferrer nofollow ugc"}
    assert all("target" not in link.attributes for link in links)


def test_previews_find_what_they_look_for() -> None:
    told = meta(read(COURSE))
    picture = told["og:image"]
    assert re.fullmatch(rf"https://bot\.example/courses/{TOKEN}\.png\?v=[0-9a-f]{{10}}", picture)
    assert told["og:title"] == "Make a web page by hand"
    assert told["og:description"] == told["description"] == COURSE.description.replace("\n", " ")
    assert told["og:site_name"] == "Offcourse Ghent"
    assert told["og:url"] == COURSE.address
    assert told["og:type"] == "article"
    assert (told["og:image:width"], told["og:image:height"], told["og:image:type"]) == ("1200", "630", "image/png")
    assert told["og:image:alt"] == "Make a web page by hand – a course in 3 steps"
    assert told["twitter:card"] == "summary_large_image"
    assert told["robots"] == "noindex"
    assert one(read(COURSE), "link[rel=canonical]").attributes["href"] == COURSE.address


def test_the_picture_has_a_new_address_when_it_shows_something_else() -> None:
    before = meta(read(COURSE))["og:image"]
    assert meta(read(replace(COURSE, description="Something else")))["og:image"] == before
    for changed in (
        replace(COURSE, goal="Make a web page"),
        replace(COURSE, level=Level.EXPERIENCED),
        replace(COURSE, steps=COURSE.steps[1:]),
        replace(COURSE, community="Offcourse"),
    ):
        assert meta(read(changed))["og:image"] != before


def test_without_a_description_previews_tell_the_steps() -> None:
    page = read(replace(COURSE, description=""))
    assert page.css(".description") == []
    said = "3 steps · For beginners: Meet the tags; See somebody build one; Give it some colour"
    assert meta(page)["og:description"] == said
    assert preview(BARE) == "1 step: Give it some colour"


@pytest.mark.parametrize(("length", "cut"), [(199, False), (200, False), (201, True)])
def test_previews_are_short(length: int, *, cut: bool) -> None:
    said = preview(replace(COURSE, description="x" * length))
    assert units(said) == min(length, PREVIEW_LENGTH)
    assert said.endswith("…") == cut


def test_what_is_not_known_leaves_no_gap() -> None:
    page = read(BARE)
    assert words(page, ".facts li") == ["1 step"]
    assert words(page, ".dates") == ["Updated 9 March 2026"]
    assert page.css(".title") == []


@pytest.mark.parametrize(("day", "told"), [(8, False), (9, False), (10, True)])
def test_a_review_is_told_when_it_is_newer_than_the_last_change(day: int, *, told: bool) -> None:
    page = read(replace(COURSE, reviewed_at=datetime(2026, 3, day, 23, tzinfo=UTC)))
    assert ("Reviewed" in words(page, ".dates")[0]) == told


def test_a_title_that_says_what_the_task_says_is_not_repeated() -> None:
    step = PublicStep("Learn CSS", "https://web.dev/learn/css", "learn css", ResourceKind.HTML)
    assert read(replace(COURSE, steps=(step,))).css(".title") == []


def test_a_long_title_is_cut() -> None:
    step = PublicStep("Learn CSS", "https://web.dev/learn/css", "y" * 1000)
    assert units(words(read(replace(COURSE, steps=(step,))), ".title")[0]) == TITLE_LENGTH


def worded(text: str) -> PublicCourse:
    """Make a course that says the same everywhere."""
    step = PublicStep(text, "https://example.org/", f"{text} – a page", ResourceKind.VIDEO)
    return replace(COURSE, community=text, goal=text, description=text, topics=(text,) * 3, steps=(step,) * 3)


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_was_typed_becomes_part_of_the_page(text: str) -> None:
    page = read(worded(text))
    assert one(page, "h1").text() == one(page, ".description").text() == one(page, ".community").text() == text
    assert words(page, ".topic") == words(page, ".task") == [text] * 3
    assert words(page, ".title") == [f"{text} – a page"] * 3
    assert meta(page)["og:title"] == meta(page)["og:description"] == meta(page)["og:site_name"] == text
    assert elements(page) == elements(read(worded("harmless words")))


def elements(page: LexborHTMLParser) -> list[tuple[str | None, list[str]]]:
    """List all elements with their attributes, of which text must not make any."""
    return [(node.tag, sorted(node.attributes)) for node in page.css("*")]


def test_what_is_no_web_address_is_shown_as_text_only() -> None:
    for course in HARD:
        assert read(course).css("a") == []
    bad = PublicStep("Do this", "javascript:alert(1)", "", ResourceKind.VIDEO)
    page = read(replace(COURSE, steps=(bad,)))
    assert page.css("a") == []
    assert words(page, ".task") == ["Do this"]
    assert words(page, ".where") == ["Video"]
    assert "javascript" not in page.html.lower()  # type: ignore[union-attr]  # a parsed page always has html


@pytest.mark.parametrize("course", [COURSE, *HARD, *ODD.values()])
def test_there_is_no_script_and_one_style_that_the_policy_names(course: PublicCourse) -> None:
    page = read(course)
    assert page.css("script, iframe, object, embed, img, form, base, [style], [onclick], [onerror]") == []
    digest = base64.b64encode(hashlib.sha256(one(page, "style").text().encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in WRITER.policy
    assert "unsafe" not in WRITER.policy


def test_hidden_direction_marks_do_not_get_through() -> None:
    turned = replace(
        COURSE, goal="Make \u202egnp.exe", steps=(PublicStep("a\u2066b", "https://a.example", "x\u202ey"),)
    )
    assert not set("\u202e\u2066") & set(WRITER.course(turned))


def test_a_right_to_left_course_is_a_right_to_left_page() -> None:
    html = one(read(ARABIC), "html").attributes
    assert (html["lang"], html["dir"]) == ("ar", "rtl")
    html = one(read(replace(COURSE, language="pt-br")), "html").attributes
    assert (html["lang"], html["dir"]) == ("pt-br", "ltr")


def test_texts_of_people_find_their_own_direction() -> None:
    page = read(COURSE)
    for selector in ("h1", ".description", ".task", ".title"):
        assert all(node.attributes.get("dir") == "auto" for node in page.css(selector)), selector


def test_our_own_words_are_marked_as_english() -> None:
    page = read(ARABIC)
    own = [node.text() for node in page.css("[lang=en]")]
    assert {"Course", "Steps", "2 steps", "For beginners", "Page", "Video"} <= {text.strip() for text in own}
    assert not any("\u0600" <= char <= "\u06ff" for text in own for char in text)


@pytest.mark.parametrize(
    ("language", "way"),
    [
        *(("ar", "rtl"), ("he", "rtl"), ("fa-IR", "rtl"), ("ur_PK", "rtl"), ("AR-eg", "rtl"), ("ckb", "rtl")),
        *(("az-Arab", "rtl"), ("uz-arab-af", "rtl"), ("ar-Latn", "ltr"), ("ku-Arab", "rtl"), ("yi", "rtl")),
        *(("en", "ltr"), ("nl-be", "ltr"), ("zh-Hans", "ltr"), ("tr", "ltr"), ("", "ltr"), ("-", "ltr")),
    ],
)
def test_the_way_a_language_is_written(language: str, way: str) -> None:
    assert direction(language) == way


def test_nobody_is_named() -> None:
    assert {field.name for field in fields(PublicCourse)} == {
        *("address", "community", "goal", "steps", "language", "updated_at"),
        *("level", "topics", "description", "reviewed_at", "number"),
    }
