"""Courses as JSON lines: `{"goal": …, "steps": [{"task": …, "url": …, "title": …}], …}`, one a line.

Also read, all optional: `description`, `topics`, `language`, `level`, `owner` (a name), and the `origin` that an export
wrote. What else stands there is left alone, because lists from elsewhere say where they are from.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from bot.config import Limits
from bot.features.courses.imports.fitting import Fit, Fitted, Problems, RawCourse, RawStep, fit
from bot.features.courses.imports.form import topics_of, words

_TEXTS = ("goal", "description", "level", "language", "origin")


def read_row(line: str, limits: Limits, how: Fit) -> Fitted:
    """Read a course from a line of JSON; raise ValueError with everything that is wrong, parted by semicolons."""
    said = _mapping(line)
    problems = Problems()
    texts = {name: problems.take(name, partial(words, said, name), "") for name in _TEXTS}
    topics = problems.take("topics", lambda: topics_of(said.get("topics")), "")
    steps = problems.take("steps", lambda: _steps(said.get("steps", said.get("checkpoints"))), [])
    # In an export's own rows the owner is a number, which means nobody without the rest of it.
    owner = said.get("owner", said.get("curator"))
    raw = RawCourse(owner=owner if isinstance(owner, str) else "", topics=topics, steps=steps, **texts)
    return fit(raw, limits, how, problems)


def _mapping(line: str) -> Mapping[str, Any]:
    try:
        said = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        where = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"this is not JSON that I read{where}") from None
    if not isinstance(said, dict) or "goal" not in said:
        raise ValueError("this is no course: it needs goal and steps. An export is imported as its whole folder")
    return said


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _steps(value: object) -> Sequence[RawStep]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list is expected, each with task and url")
    return [_step(number, step) for number, step in enumerate(value, 1)]


def _step(number: int, step: object) -> RawStep:
    if not isinstance(step, dict):
        raise ValueError(f"step {number}: task and url are expected")
    try:
        url = words(step, "url") or words(step, "resource-url")
        return RawStep(words(step, "task"), url, words(step, "title"))
    except ValueError as error:
        raise ValueError(f"step {number}: {error}") from None
