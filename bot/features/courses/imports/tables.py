"""Courses from a table (CSV), as spreadsheets write it: commas, semicolons or tabs, the first row names the columns.

A course is one row with all `steps` in a cell (`task | url`, one a line), or several rows below each other with the
same `goal` (or none from the second on), each with the `task` and `url` of one step.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.config import Limits
from bot.features.courses import rules
from bot.features.courses.imports.fitting import Fit, Fitted, RawCourse, RawStep, fit
from bot.features.courses.imports.lines import Line
from bot.text import clamp, one_line

STEPS = 1000
"""Most steps that are read for one course: a table with nothing but one goal must not fill the memory."""
_NAMES = {
    "goal": "goal", "task": "task", "url": "url", "resource url": "url", "link": "url", "title": "title",
    "steps": "steps", "level": "level", "topics": "topics", "topic": "topics", "language": "language",
    "description": "description", "owner": "owner", "curator": "owner", "origin": "origin",
}  # fmt: skip
"""Columns that are read, by what they may be called."""
_OF_COURSE = ("level", "topics", "language", "description", "owner", "origin")
_TOLD_APART = re.compile(r"sep=(.)")  # what Excel writes in front for itself


@dataclass(frozen=True, slots=True)
class Row:
    """A course of a table: the line it begins on, where it ends in the file, and what it says or why it can't."""

    line: int
    end: int
    course: Fitted | None = None
    problem: str = ""


@dataclass(slots=True)
class _Open:
    """A course whose rows are being read."""

    line: int
    goal: str
    said: dict[str, str]
    steps: list[RawStep] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_whole: bool = False


class _Lines:
    """Hands lines to the csv module, which asks for more in the middle of a cell; remembers where it is."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.at = Line(0, "", 0)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.at = next(self._lines)
        if self.at.problem:
            raise ValueError(self.at.problem)
        return self.at.text + "\n"


def read_table(lines: Iterator[Line], limits: Limits, how: Fit) -> Iterator[Row]:
    """Read the courses of a table, one by one; what can't be read says why and doesn't stop the others."""
    source = _Lines(lines)
    try:
        columns, delimiter = _columns(source)
    except ValueError as error:
        yield Row(max(source.at.number, 1), source.at.end, problem=str(error))
        return
    opened: _Open | None = None
    before = source.at.end
    for line, cells in _records(source, columns, delimiter):
        said = cells if isinstance(cells, dict) else {}
        if isinstance(cells, dict) and not any(cells.values()):
            continue
        if opened and (isinstance(cells, str) or _continues(opened, said)):
            _add(opened, line, cells)
        elif isinstance(cells, str):
            yield Row(line, source.at.end, problem=cells)
        else:
            if opened:
                yield _closed(opened, before, limits, how)
            opened = _Open(line, said["goal"], {}, is_whole=bool(said["steps"]))
            _add(opened, line, cells)
        before = source.at.end
    if opened:
        yield _closed(opened, source.at.end, limits, how)


def _columns(source: _Lines) -> tuple[list[str], str]:
    """Read the names of the columns, and tell what stands between them: that by which most names are known."""
    first = next(source, "").rstrip("\n")
    told = _TOLD_APART.fullmatch(first)
    if told:
        first = next(source, "").rstrip("\n")
    try:
        read = {mark: _named(first, mark) for mark in (told[1] if told else ",;\t")}
    except csv.Error as error:
        raise ValueError(f"the first row can't be read: {error}") from None
    mark = max(read, key=lambda mark: sum(bool(name) for name in read[mark]))
    known = [name for name in read[mark] if name]
    if "goal" not in known or not {"url", "steps"} & set(known):
        raise ValueError("the first row must name the columns: goal, and task and url, or steps")
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise ValueError(f"there are two columns for {', '.join(twice)}")
    return read[mark], mark


def _named(header: str, mark: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=mark), [])
    return [_NAMES.get(re.sub(r"[\W_]+", " ", one_line(cell).lower()).strip(), "") for cell in cells]


def _records(source: _Lines, columns: list[str], delimiter: str) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Give each record with the line it begins on: its cells by column, or why it can't be read."""
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        begun = source.at.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begun, f"the row can't be read ({error}): is a quotation mark missing?"
        except ValueError as error:
            yield begun, str(error)
        else:
            yield begun, _by_column(cells, columns)


def _by_column(cells: list[str], columns: list[str]) -> dict[str, str] | str:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return f"there are {len(cells)} cells for {len(columns)} columns: does a text with commas lack its quotes?"
    said = dict.fromkeys(_NAMES.values(), "")
    said.update((name, cell.strip()) for name, cell in zip(columns, cells, strict=False) if name)
    return said


def _continues(opened: _Open, said: Mapping[str, str]) -> bool:
    if opened.is_whole or said["steps"]:
        return not said["goal"] and not said["steps"]
    return not said["goal"] or one_line(said["goal"]).casefold() == one_line(opened.goal).casefold()


def _add(opened: _Open, line: int, cells: dict[str, str] | str) -> None:
    if isinstance(cells, str):
        opened.problems.append(f"line {line}: {cells}")
        return
    if len(opened.steps) >= STEPS:
        opened.problems = [f"it has more than {STEPS} steps"]
        return
    for name in _OF_COURSE:
        said = opened.said.setdefault(name, cells[name])
        if cells[name] and said and said != cells[name]:
            opened.problems.append(f"line {line}: {name} is “{clamp(cells[name], 40)}” here and another before")
        opened.said[name] = said or cells[name]
    if cells["steps"]:
        opened.steps += [RawStep(task, url) for task, url in rules.split_steps(cells["steps"])]
    if cells["task"] or cells["url"]:
        if opened.is_whole:
            opened.problems.append(f"line {line}: its steps stand in one cell already")
        opened.steps.append(RawStep(cells["task"], cells["url"], cells["title"]))


def _closed(opened: _Open, end: int, limits: Limits, how: Fit) -> Row:
    try:
        return Row(opened.line, end, _course(opened, limits, how))
    except ValueError as error:
        return Row(opened.line, end, problem=str(error))


def _course(opened: _Open, limits: Limits, how: Fit) -> Fitted:
    if opened.problems:
        raise ValueError("; ".join(_few(opened.problems)))
    return fit(RawCourse(opened.goal, opened.steps, **opened.said), limits, how)


def _few(problems: Iterable[str], most: int = 5) -> list[str]:
    told = list(problems)
    return told[:most] + ([f"and {len(told) - most} more"] if len(told) > most else [])
