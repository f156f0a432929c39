"""The picture for previews: always a picture of the right size, never a box for a letter."""

import asyncio
import io
import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image

from adapters.pages.letters import BOLD, drawable, font, shortened, wrapped
from adapters.pages.picture import KEPT, SIZE, Gallery, Shown, draw, shown
from bot.model import PublicCourse
from tests.pages import sample

MOST = 120_000
"""Bytes; some sites don't load larger pictures at once."""


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    "course", [sample.COURSE, *sample.ODD.values(), *sample.HARD, replace(sample.COURSE, goal="", community="")]
)
def test_every_course_has_a_picture(course: PublicCourse) -> None:
    data = draw(shown(course))
    image = opened(data)
    assert (image.format, image.size) == ("PNG", SIZE)
    assert len(data) < MOST


def pixels(what: Shown) -> bytes:
    return opened(draw(what)).convert("RGB").tobytes()


SHOWN = shown(sample.COURSE)


@pytest.mark.parametrize(
    "goal", ["أساسيات صناعة صفحة ويب", "用手写一个网页", "웹 페이지", "דף אינטרנט", "वेब पेज", "Python 入門"]
)
def test_a_goal_that_cannot_be_drawn_whole_is_left_out(goal: str) -> None:
    without = pixels(replace(SHOWN, goal=goal))
    assert without == pixels(replace(SHOWN, goal="🎉")), "a headline of our own takes its place"
    assert without != pixels(replace(SHOWN, goal="A course in 3 steps")), "which doesn't say the number twice"


def test_it_shows_what_it_is_told() -> None:
    seen = pixels(SHOWN)
    for other in (
        replace(SHOWN, goal="Make a web page"),
        replace(SHOWN, facts="3 steps"),
        replace(SHOWN, community="Offcourse"),
        replace(SHOWN, steps=4),
    ):
        assert pixels(other) != seen


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Make a web page by hand", "Make a web page by hand"),
        ("Ça va déjà, ß, ğ, ế, ő — “so” 50 % → ok?", "Ça va déjà, ß, ğ, ế, ő — “so” 50 % → ok?"),
        ("Пишем программу", "Пишем программу"),
        ("Γράψε ένα πρόγραμμα", "Γράψε ένα πρόγραμμα"),
        ("e\u0301te\u0301", "été"),
        ("Bake 🥖 bread 👩🏽‍🍳!", "Bake bread !"),
        ("🇧🇪 Ghent", "Ghent"),
        ("1\ufe0f\u20e3 step", "1 step"),
        ("🎉🎉", ""),
        ("?!", ""),
        ("", ""),
        ("Play in C\u266f", ""),
        ("Play \U0001d11e", "Play"),
        ("Python 入門", ""),
        ("a ع b", ""),
        ("\U0001d4d0 fancy", ""),
        ("\ue000", ""),
        ("\udfff x", ""),
    ],
)
def test_what_can_be_drawn(text: str, drawn: str) -> None:
    assert drawable(text) == drawn


def test_lines_keep_to_the_width() -> None:
    face = font(60, BOLD)
    for text in ("W" * 55, "one two three four five six seven", "i" * 500, "x " * 80):
        lines = wrapped(text, face, 600)
        assert all(face.getlength(line) <= 600 for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrapped("", face, 600) == []
    assert face.getlength(shortened("W" * 100, face, 600)) <= 600
    assert shortened("short", face, 600) == "short"


def test_endless_texts_are_cut_before_they_are_looked_at() -> None:
    endless = replace(sample.COURSE, goal="x" * 1_000_000, community="y " * 500_000)
    assert len(shown(endless).goal) <= 160
    assert opened(draw(shown(endless))).size == SIZE


async def test_a_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Shown] = []

    def counted(what: Shown) -> bytes:
        drawn.append(what)
        return draw(what)

    monkeypatch.setattr("adapters.pages.picture.draw", counted)
    gallery = Gallery()
    one, two, three = await asyncio.gather(*(gallery.png(sample.COURSE) for _ in range(3)))
    again = await gallery.png(replace(sample.COURSE, description="which it doesn't show"))
    assert one == two == three == again
    assert len(drawn) == 1


async def test_only_the_latest_pictures_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def noted(what: Shown) -> bytes:
        drawn.append(what.goal)
        return b""

    monkeypatch.setattr("adapters.pages.picture.draw", noted)
    gallery = Gallery()
    for number in range(KEPT + 1):
        await gallery.png(replace(sample.COURSE, goal=f"Goal {number}"))
        await gallery.png(replace(sample.COURSE, goal="Goal 0"))
    assert drawn.count("Goal 0") == 1, "what is asked for stays"
    await gallery.png(replace(sample.COURSE, goal="Goal 1"))
    assert drawn.count("Goal 1") == 2, "what isn't goes"


async def test_a_picture_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(what: Shown) -> bytes:
        raise MemoryError

    gallery = Gallery()
    with monkeypatch.context() as patch:
        patch.setattr("adapters.pages.picture.draw", broken)
        with pytest.raises(MemoryError):
            await gallery.png(sample.COURSE)
    assert opened(await gallery.png(sample.COURSE)).size == SIZE


def test_nothing_heavy_is_loaded_before_somebody_asks() -> None:
    loaded = "len({'PIL', 'jinja2'} & set(sys.modules))"
    said = f"import sys; from adapters.pages.routes import routes; routes(None); sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0  # noqa: S603 - our own words
