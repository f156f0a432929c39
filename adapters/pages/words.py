"""What the page and its picture say of a course, as plain text. Pure functions."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import Level, PublicCourse
from bot.text import clamp, one_line

PREVIEW_LENGTH = 200
"""UTF-16 units of a preview's text; Slack, Discord and the social sites cut between 200 and 350."""
LEVELS = {Level.BEGINNER: "For beginners", Level.MEDIUM: "Medium level", Level.EXPERIENCED: "For the experienced"}
_RIGHT_TO_LEFT = frozenset(
    (
        *("ar", "arc", "arz", "azb", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "mzn", "nqo", "pnb", "ps"),
        *("sd", "syr", "ug", "ur", "yi"),
    )
)
"""Languages that are written from right to left where no script is named."""
_RIGHT_TO_LEFT_SCRIPTS = frozenset(("adlm", "arab", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa"))
_SCRIPT_LENGTH = 4


def direction(language: str) -> str:
    """Tell which way a language (BCP 47) is written: `ltr` or `rtl`."""
    first, *rest = language.lower().replace("_", "-").split("-")
    script = next((part for part in rest[:2] if len(part) == _SCRIPT_LENGTH and part.isalpha()), "")
    turned = script in _RIGHT_TO_LEFT_SCRIPTS if script else first in _RIGHT_TO_LEFT
    return "rtl" if turned else "ltr"


def counted(steps: int) -> str:
    """Write a number of steps."""
    return "1 step" if steps == 1 else f"{steps} steps"


def facts(course: PublicCourse) -> str:
    """Say in one line how long a course is and for whom."""
    told = [counted(len(course.steps))]
    if course.level is not None:
        told.append(LEVELS[course.level])
    return " · ".join(told)


def preview(course: PublicCourse) -> str:
    """Describe a course in one line, for where somebody posts a link to it: its description, else its steps."""
    said = one_line(course.description) or f"{facts(course)}: {_listed([one_line(s.task) for s in course.steps])}"
    return clamp(said, PREVIEW_LENGTH)


def _listed(tasks: Sequence[str]) -> str:
    return "; ".join(task for task in tasks if task)


def day(moment: datetime) -> str:
    """Write a day (of UTC), such as `4 May 2026`."""
    return f"{moment.day} {moment:%B} {moment.year}"
