"""Courses in the Offcourse YAML form (`goal`, optional `curator`, `checkpoints: [{task, resource-url}]`).

Also read, all optional: `level`, `topics`, `language`, `description`, and the `origin` that an export wrote.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import yaml

from bot.config import Limits
from bot.features.courses.imports.fitting import Fit, Fitted, Problems, RawCourse, RawStep, fit

FILE_LENGTH = 262_144
"""Longest course file in characters; the largest real one has under 1,000."""
KEYS = ("goal", "curator", "description", "level", "topics", "language", "checkpoints", "origin")
"""What may stand in a course file, in the order in which an export writes it."""
_TEXTS = tuple(key for key in KEYS if key not in {"topics", "checkpoints"})
_STEP_KEYS = frozenset({"task", "resource-url"})


def read_course(text: str, limits: Limits, how: Fit | None = None) -> Fitted:
    """Read a course file; raise ValueError with everything that is wrong, parted by semicolons."""
    if len(text) > FILE_LENGTH:
        raise ValueError(f"the file is too long, at most {FILE_LENGTH:,} characters are read")
    said = _mapping(text)
    problems = Problems()
    unknown = sorted(str(key) for key in said if key not in KEYS)
    if unknown:
        problems.add("unknown", f"{', '.join(unknown)}; known are {', '.join(sorted(KEYS))}")
    texts = {name: problems.take(name, partial(words, said, name), "") for name in _TEXTS}
    topics = problems.take("topics", lambda: topics_of(said.get("topics")), "")
    steps = problems.take("steps", lambda: _steps(said.get("checkpoints")), [])
    raw = RawCourse(owner=texts.pop("curator"), topics=topics, steps=steps, **texts)
    return fit(raw, limits, how or Fit(), problems)


def words(said: Mapping[Any, Any], key: str) -> str:
    """Give the text that stands under a key, "" for none; raise ValueError for anything else."""
    value = said.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("one text is expected")
    return value


def topics_of(value: object) -> Sequence[str] | str:
    """Give topics as a list or as one text; raise ValueError for anything else."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and all(isinstance(topic, str) for topic in value):
        return value
    raise ValueError("a list of words is expected")


def _steps(value: object) -> Sequence[RawStep]:
    if not isinstance(value, list) or not value:
        raise ValueError("checkpoints: a list of steps is expected, each with task and resource-url")
    return [_step(number, step) for number, step in enumerate(value, 1)]


def _step(number: int, step: object) -> RawStep:
    if not isinstance(step, dict) or not set(step) <= _STEP_KEYS:
        raise ValueError(f"step {number}: task and resource-url are expected")
    try:
        return RawStep(words(step, "task"), words(step, "resource-url"))
    except ValueError as error:
        raise ValueError(f"step {number}: {error}") from None


class _Loader(yaml.BaseLoader):
    """Reads YAML as plain texts, lists and mappings: `no`, `0123` and dates stay the words that were written.

    Without references, because a course needs none and a few of them can stand for a billion words.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references (*name) are not read")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's own form
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = {name for name in names if names.count(name) > 1}
        if twice or len(names) < len(node.value):
            raise ValueError(f"{', '.join(sorted(twice)) or 'a name'} stands twice or is no text")
        return super().construct_mapping(node, deep)


def _mapping(raw: str) -> Mapping[str, Any]:
    try:
        said = _Loader(raw).get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        why = f": {error}" if "references" in str(error) else ""
        raise ValueError(f"this is not YAML that I read{where}{why}") from None
    if not isinstance(said, dict):
        raise ValueError("this is no course: it needs goal and checkpoints")
    return said
