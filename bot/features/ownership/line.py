"""The weekly line of the share of used courses that are fresh: as a picture, as a row of signs, and in words.

matplotlib draws it, where it is installed (the extra `insights`); it is loaded with the first picture.
"""

import asyncio
import io
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from bot.usage import Week

SHOWN = 26
"""Weeks on the line: half a year."""
WANTED = 0.8
"""The share from which on all is well; drawn as a dashed line."""
_SIGNS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
_DAYS = 7
_SIZE, _DOTS = (8.0, 3.2), 125
"""Inches, and dots for each: 1000 to 400 pixels."""
_MARGIN = 0.14
"""Inches that stay free around it."""
_GROUND, _INK, _SOFT, _GRID, _LINE = "#fbfdfc", "#1d2b29", "#55635f", "#dfe7e4", "#0c6b63"
"""The ground is drawn too, so that the picture reads the same on light and on dark; ink on it has a contrast of 14."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LABELS = 6
"""Most weeks that are named below the line."""
_LETTERS = {"family": "DejaVu Sans", "size": 11}
"""matplotlib brings this font along, so that every machine draws the same."""
_ONE_AT_A_TIME = threading.Lock()
"""matplotlib is not made for several threads."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line shows: a share for each week up to `last` (a Monday), None where it isn't known."""

    last: int
    shares: tuple[float | None, ...]

    @property
    def mondays(self) -> tuple[int, ...]:
        """The weeks, in order."""
        return tuple(self.last - _DAYS * back for back in reversed(range(len(self.shares))))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known yet."""
        return all(share is None for share in self.shares)


def line_of(weeks: Sequence[Week], last: int) -> Line:
    """Lay out the kept weeks up to a Monday, from the first one that is known; weeks without figures stay empty."""
    known: Mapping[int, float | None] = {one.week: one.share for one in weeks}
    first = min((week for week in known if known[week] is not None), default=last)
    first = max(first, last - _DAYS * (SHOWN - 1))
    return Line(last, tuple(known.get(week) for week in range(first, last + 1, _DAYS)))


def signs(line: Line) -> str:
    """Write a line as a row of signs, a week each; a dot where nothing is known."""
    return "".join(_NOTHING if share is None else _SIGNS[round(share * (len(_SIGNS) - 1))] for share in line.shares)


def told(line: Line) -> str:
    """Tell a line in words, with all its figures."""
    known = [(week, share) for week, share in zip(line.mondays, line.shares, strict=True) if share is not None]
    figures = ", ".join(f"{day_name(week)} {percent(share)}" for week, share in known)
    return f"Used courses that are fresh, week by week: {figures}." if known else "Nothing is known yet."


def percent(share: float) -> str:
    """Write a share; never 100 % or 0 % for what only comes close."""
    return f"{min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)} %"


def day_name(day: int) -> str:
    """Write a day: `4 May`."""
    shown = date.fromordinal(day)
    return f"{shown.day} {_MONTHS[shown.month - 1]}"


async def picture(line: Line) -> bytes | None:
    """Draw a line (PNG), in a thread; None where nothing is known, or matplotlib isn't there."""
    if line.is_empty or find_spec("matplotlib") is None:
        return None
    return await asyncio.to_thread(draw, line)


@lru_cache(maxsize=8)
def draw(line: Line) -> bytes:
    """Draw a line. The same line gives the same picture."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with _ONE_AT_A_TIME:
        layout = ConstrainedLayoutEngine(w_pad=_MARGIN, h_pad=_MARGIN)
        figure = Figure(figsize=_SIZE, dpi=_DOTS, facecolor=_GROUND, layout=layout)
        axes = figure.add_subplot(facecolor=_GROUND)
        _frame(axes, line)
        _curve(axes, line)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=_DOTS, facecolor=_GROUND, metadata={"Software": None})
        return out.getvalue()


def _frame(axes: Any, line: Line) -> None:
    """Draw what stands around the curve: shares on the left, weeks below, and the share that is wanted."""
    axes.set_title("Used courses that are fresh", loc="left", color=_INK, fontweight="bold", **_LETTERS)
    axes.set_xlim(-0.5, len(line.shares) - 0.5)
    axes.set_ylim(0, 1.04)
    levels = (0, 0.2, 0.4, 0.6, 0.8, 1)
    axes.set_yticks(levels, [percent(level) for level in levels], color=_SOFT, **_LETTERS)
    shown = list(range(len(line.shares) - 1, -1, -math.ceil(len(line.shares) / _LABELS)))
    axes.set_xticks(shown, [day_name(line.mondays[place]) for place in shown], color=_SOFT, **_LETTERS)
    axes.tick_params(length=0, pad=8)
    axes.grid(axis="y", color=_GRID, linewidth=1)
    axes.set_axisbelow(True)
    axes.axhline(WANTED, color=_SOFT, linewidth=1.2, linestyle=(0, (4, 3)))
    for side in axes.spines.values():
        side.set_visible(False)


def _curve(axes: Any, line: Line) -> None:
    """Draw the shares, broken where nothing is known, and write the last one beside its dot."""
    shares = [float("nan") if share is None else share for share in line.shares]
    axes.plot(range(len(shares)), shares, color=_LINE, linewidth=2.4, marker="o", markersize=5, clip_on=False)
    place, share = max((n, share) for n, share in enumerate(line.shares) if share is not None)
    below = share > WANTED
    axes.annotate(
        percent(share), (place, share), (0, -9 if below else 9), textcoords="offset points", ha="center",
        va="top" if below else "bottom", color=_LINE, fontweight="bold", **_LETTERS,
    )  # fmt: skip
