"""The picture that other sites show beside a link to a course: PNG, 1200 to 630, drawn when it is asked for.

Pillow is loaded with the first picture, so that a bot whose courses nobody links to doesn't carry it.
"""

import asyncio
import hashlib
import io
from collections import OrderedDict
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from adapters.pages.letters import BOLD, REGULAR, balanced, drawable, font, shortened, wrapped
from adapters.pages.words import counted, facts
from bot.model import PublicCourse
from bot.text import clamp, one_line

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SIZE = (1200, 630)
"""Pixels; what Slack, Discord and the social sites show uncut."""
KEPT = 16
"""Pictures that are remembered, about 30 kB each: those of links that were just posted somewhere."""
LONGEST = 160
"""UTF-16 units of a text that are looked at at all; more would not fit anyway."""
MARGIN = 80
"""Pixels that stay free at the sides."""
_WIDTH = SIZE[0] - 2 * MARGIN
_HEADLINE = range(88, 43, -4)
"""Sizes of the headline in pixels, the first that fits is taken; at the last one it is cut."""
_HEADLINE_TOP, _HEADLINE_HEIGHT = 158, 290
_LEADING = 1.16
_DOTS = 7
"""Most steps that are drawn as dots, the usual limit of a course."""
_SMOOTH = 2
"""Shapes are drawn this much larger and then reduced, which smooths their edges."""
_GROUND, _SHADE, _INK, _PALE = "#0c6b63", "#0a5f58", "#ffffff", "#cfe6e3"
"""The project's colours, as in the playground's theme; pale on the ground has a contrast of 4.9."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a picture shows, and so what it is remembered by."""

    goal: str
    facts: str
    community: str
    steps: int


def shown(course: PublicCourse) -> Shown:
    """Tell what the picture of a course shows."""
    goal, community = (clamp(one_line(text), LONGEST) for text in (course.goal, course.community))
    return Shown(goal, facts(course), community, len(course.steps))


def version_of(course: PublicCourse) -> str:
    """Name the state of a picture: its address changes with it, because other sites keep what they once fetched."""
    return hashlib.sha256(repr(astuple(shown(course))).encode()).hexdigest()[:10]


class Gallery:
    """Draws pictures one at a time, in a thread, and remembers the latest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Shown, bytes] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def png(self, course: PublicCourse) -> bytes:
        """Give the picture of a course."""
        wanted = shown(course)
        async with self._drawing:
            if wanted not in self._kept:
                self._kept[wanted] = await asyncio.to_thread(draw, wanted)
            self._kept.move_to_end(wanted)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[wanted]


def draw(what: Shown) -> bytes:
    """Draw a picture. Texts in letters that the font lacks are left out, never shown as boxes."""
    from PIL import Image, ImageDraw

    goal = drawable(what.goal)
    image = _ground(what.steps)
    brush = ImageDraw.Draw(image)
    _community(brush, drawable(what.community))
    _headline(brush, goal or f"A course in {counted(what.steps)}")
    _facts(brush, what.facts if goal else what.facts.partition(" · ")[2])
    out = io.BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ground(steps: int) -> "Image":
    """Draw the shapes: the large ring in the corner, the small one of our mark, and the way of the steps."""
    from PIL import Image, ImageDraw

    large = Image.new("RGB", (SIZE[0] * _SMOOTH, SIZE[1] * _SMOOTH), _GROUND)
    brush = ImageDraw.Draw(large)
    _ring(brush, (SIZE[0] - 60, SIZE[1] - 20), 300, 120, _SHADE)
    _ring(brush, (MARGIN + 24, 96), 24, 12, _INK)
    _way(brush, min(steps, _DOTS))
    return large.reduce(_SMOOTH)


def _ring(brush: "ImageDraw", centre: tuple[int, int], radius: int, width: int, colour: str) -> None:
    x, y = centre
    box = [(x - radius) * _SMOOTH, (y - radius) * _SMOOTH, (x + radius) * _SMOOTH, (y + radius) * _SMOOTH]
    brush.ellipse(box, outline=colour, width=width * _SMOOTH)


def _way(brush: "ImageDraw", dots: int) -> None:
    """Draw the steps as dots on a line, in the lower left."""
    left, gap, middle, thin = MARGIN + 14, 58, 496, 3
    right = left + gap * (dots - 1)
    line = [left * _SMOOTH, (middle - thin) * _SMOOTH, right * _SMOOTH, (middle + thin) * _SMOOTH]
    if dots > 1:
        brush.rectangle(line, fill=_PALE)
    for number in range(dots):
        _ring(brush, (left + gap * number, middle), 14, 14, _PALE)


def _community(brush: "ImageDraw", name: str) -> None:
    face = font(34, BOLD)
    brush.text((MARGIN + 68, 96), shortened(name, face, _WIDTH - 68), fill=_INK, font=face, anchor="lm")


def _headline(brush: "ImageDraw", text: str) -> None:
    size, lines = _laid_out(text)
    step = size * _LEADING
    top = _HEADLINE_TOP + (_HEADLINE_HEIGHT - step * len(lines)) / 2
    for number, line in enumerate(lines):
        place = (MARGIN, top + step * (number + 0.5))
        brush.text(place, line, fill=_INK, font=font(size, BOLD), anchor="lm")


def _laid_out(text: str) -> tuple[int, list[str]]:
    """Find the largest size at which a text fits; at the smallest one it is cut."""
    for size in _HEADLINE:
        face = font(size, BOLD)
        lines = wrapped(text, face, _WIDTH)
        if len(lines) * size * _LEADING <= _HEADLINE_HEIGHT:
            return size, balanced(text, face, _WIDTH)
    size = _HEADLINE[-1]
    most = int(_HEADLINE_HEIGHT / (size * _LEADING))
    rest = " ".join(lines[most - 1 :])
    return size, [*lines[: most - 1], shortened(rest, font(size, BOLD), _WIDTH)]


def _facts(brush: "ImageDraw", text: str) -> None:
    brush.text((MARGIN, 552), text, fill=_PALE, font=font(34, REGULAR), anchor="lm")
