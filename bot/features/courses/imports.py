"""Importing: courses in the Offcourse YAML form (`goal`, optional `curator`, `checkpoints: [{task, resource-url}]`).

Also read, all optional: `level`, `topics`, `language`, `description`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.config import Config, Limits
from bot.features.courses import rules
from bot.model import Account, Checkpoint, CourseContent, Profile
from bot.ports import Unit
from bot.text import clean, one_line
from bot.topics import normal_topics, parse_topics

FILE_LENGTH = 262_144
"""Longest course file in characters; the largest real one has under 1,000."""
_KEYS = frozenset({"goal", "curator", "checkpoints", "level", "topics", "language", "description"})
_STEP_KEYS = frozenset({"task", "resource-url"})


@dataclass(frozen=True, slots=True)
class CourseFile:
    """What a course file says: the content, and the name of who looks after it, if any."""

    content: CourseContent
    curator: str | None


def read_course(raw: str, limits: Limits) -> CourseFile:
    """Read a course file; raise ValueError with everything that is wrong, parted by semicolons."""
    if len(raw) > FILE_LENGTH:
        raise ValueError(f"the file is too long, at most {FILE_LENGTH:,} characters are read")
    said = _mapping(raw)
    problems: list[str] = []
    unknown = sorted(str(key) for key in said if key not in _KEYS)
    if unknown:
        problems.append(f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")

    def take(name: str, parse: Any, *args: Any) -> Any:
        try:
            return parse(*args)
        except ValueError as error:
            problems.append(str(error) if str(error).startswith(name) else f"{name}: {error}")
            return None

    goal = take("goal", _goal, said, limits)
    steps = take("checkpoints", _steps, said.get("checkpoints"), limits)
    level = take("level", lambda: rules.parse_level(_words(said, "level")))
    topics = take("topics", _topics, said.get("topics"))
    language = take("language", lambda: rules.parse_language(_words(said, "language")))
    description = take("description", lambda: rules.check_description(_words(said, "description"), limits))
    curator = take("curator", lambda: one_line(_words(said, "curator")))
    if problems:
        raise ValueError("; ".join(problems))
    return CourseFile(CourseContent(goal, steps, level, topics, description, language), curator or None)


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


def _words(said: Mapping[Any, Any], key: str) -> str:
    value = said.get(key)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise ValueError("one text is expected")
    return str(value)


def _goal(said: Mapping[Any, Any], limits: Limits) -> str:
    return rules.check_length(one_line(_words(said, "goal")), "goal", limits.goal_min, limits.goal_max)


def _topics(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(topic, str) for topic in value):
        return normal_topics(value)
    if value is None or isinstance(value, str):
        return parse_topics(value or "")
    raise ValueError("a list of words is expected")


def _steps(value: object, limits: Limits) -> tuple[Checkpoint, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of steps is expected, each with task and resource-url")
    if len(value) > limits.steps_max:
        raise ValueError(f"there are {len(value)} steps, at most {limits.steps_max} are possible")
    return tuple(_step(number, step, limits) for number, step in enumerate(value, 1))


def _step(number: int, step: object, limits: Limits) -> Checkpoint:
    if not isinstance(step, dict) or not set(step) <= _STEP_KEYS:
        raise ValueError(f"step {number}: task and resource-url are expected")
    try:
        url = rules.check_url(clean(_words(step, "resource-url")))
        task = one_line(_words(step, "task")) or rules.task_for(url, None, limits)
        return Checkpoint(rules.check_length(task, "the task", limits.task_min, limits.task_max), url)
    except ValueError as error:
        raise ValueError(f"step {number}: {error}") from None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file of an import."""

    path: Path
    ok: bool
    message: str


def course_files(path: Path) -> Iterator[Path]:
    """List the course files at a path: itself, or all YAML files below it, by name."""
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.suffix.lower() in {".yaml", ".yml"} and file.is_file())
        yield from sorted(found)
    else:
        yield path


def read_file(path: Path, limits: Limits) -> CourseFile | Imported:
    """Read one course file; where it can't be used, say why."""
    try:
        with path.open(encoding="utf-8-sig") as opened:
            return read_course(opened.read(FILE_LENGTH + 1), limits)
    except UnicodeDecodeError:
        return Imported(path, ok=False, message="this is not UTF-8 text")
    except OSError as error:
        return Imported(path, ok=False, message=f"it can't be read: {error.strerror}")
    except ValueError as error:
        return Imported(path, ok=False, message=str(error))


async def store(unit: Unit, file: CourseFile, config: Config, owners: Mapping[str, Account], now: datetime) -> str:
    """Store a course that was read, and say what came of it; one that is there already adds nothing."""
    owner = await curator(unit, file.curator, owners, now)
    content = replace(file.content, language=file.content.language or config.community.language)
    course, fresh = await unit.courses.add(content, owner, now, f"a file of {file.curator or 'nobody'}")
    return f"{'imported' if fresh else 'here already'}: {course.short_id} {course.goal}"


async def curator(unit: Unit, name: str | None, owners: Mapping[str, Account], now: datetime) -> int | None:
    """Find the person whom a file names as curator, or make one; None where it names nobody.

    Whose account a name means is said by `owners` alone: names are chosen freely, and courses would go to whoever
    calls themselves like that.
    """
    if name is None:
        return None
    if name in owners:
        return (await unit.people.meet(owners[name], Profile(name), now)).id
    exact = [one for one in await unit.people.named(name) if one.name == name and not one.accounts]
    return (exact[0] if exact else await unit.people.add(name, now)).id
