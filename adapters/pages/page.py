"""A course as a page: HTML that needs no script, loads nothing from anywhere, and takes every text as text."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from adapters.pages.links import Link, link_to
from adapters.pages.picture import SIZE, version_of
from adapters.pages.words import LEVELS, counted, day, direction, preview
from bot.model import PublicCourse, PublicStep, ResourceKind
from bot.text import clamp, clean, one_line

if TYPE_CHECKING:
    from jinja2 import Environment

KINDS = {ResourceKind.VIDEO: "Video", ResourceKind.HTML: "Page", ResourceKind.UNKNOWN: ""}
"""What a linked page is called."""
TITLE_LENGTH = 120
"""UTF-16 units of a linked page's title; longer ones are advertisements."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the template wants it."""

    task: str
    title: str
    kind: str
    link: Link | None


class Writer:
    """Writes the pages. Jinja is loaded with the first one, so that it doesn't delay the start."""

    def __init__(self) -> None:
        """Read the style."""
        self._style = _read("page.css")
        self.policy = _policy(self._style)
        """What the browser may do on these pages: use their one style sheet, and nothing else."""

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FunctionLoader, StrictUndefined

        made = Environment(
            loader=FunctionLoader(_read),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals["style"] = self._style
        return made

    def course(self, course: PublicCourse) -> str:
        """Write the page of a course."""
        return self._templates.get_template("course.html").render(
            address=course.address,
            picture=f"{course.address}.png?v={version_of(course)}",
            picture_size=SIZE,
            preview=preview(course),
            language=course.language,
            direction=direction(course.language),
            community=one_line(course.community),
            goal=one_line(course.goal),
            description=clean(course.description),
            length=counted(len(course.steps)),
            level=LEVELS[course.level] if course.level else "",
            topics=[one_line(topic) for topic in course.topics],
            steps=[_step(step) for step in course.steps],
            updated=_day(course.updated_at),
            reviewed=_day(course.reviewed_at) if _is_news(course) else None,
        )

    def sorry(self, title: str, said: str) -> str:
        """Write a page that has nothing to show."""
        return self._templates.get_template("sorry.html").render(title=title, said=said)


def _read(name: str) -> str:
    return (files("adapters.pages") / "look" / name).read_text(encoding="utf-8")


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",  # the icon in the browser's tab; the picture is for other sites' previews
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return "; ".join(rules)


def _step(step: PublicStep) -> Step:
    task, title = one_line(step.task), clamp(one_line(step.title), TITLE_LENGTH)
    return Step(task, "" if title.casefold() == task.casefold() else title, KINDS[step.kind], link_to(step.url))


def _is_news(course: PublicCourse) -> bool:
    """Tell whether a review says more than the last change does."""
    return course.reviewed_at is not None and course.reviewed_at.date() > course.updated_at.date()


def _day(moment: datetime | None) -> dict[str, str]:
    return {"date": moment.date().isoformat(), "words": day(moment)} if moment else {}
