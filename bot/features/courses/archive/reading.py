"""Reading the rows of an export: one record a line, checked as everything that comes from outside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.addresses import check_url
from bot.features.courses import rules
from bot.features.courses.archive.kinds import adapters
from bot.features.courses.imports.lines import Line, lines_of
from bot.model import Checkpoint, CourseContent, workspace_of
from bot.records import ChangeRecord, CourseRecord, LetterRecord, PostRecord, Record, ResourceRecord
from bot.text import clamp, clean, is_said, one_line
from bot.topics import normal_topics

_RECIPIENT = re.compile(r"channel:[^:]+:[^:]+:.+|account:[^:]+:[^:]+:[^:]+|place:[^:]+:[^/]+/.+", re.DOTALL)
PROBLEMS = 3
"""How many things that are wrong with a row are told at most."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A row of an export, or why it can't be used; `share` is how much of all was read by then, 0 to 1."""

    path: Path
    line: int
    record: Record | None
    problem: str
    share: float
    size: int


def read_records(folder: Path, kind: str, before: int, whole: int) -> Iterator[ReadRecord]:
    """Read the rows of a kind; of `whole` bytes, `before` were read when it begins. OSError where it can't be read."""
    last = 0
    adapter = adapters()[kind]
    path = folder / f"{kind}.jsonl"
    with path.open("rb") as file:
        for line in lines_of(file):
            record, problem = _tried(line, adapter)
            yield ReadRecord(path, line.number, record, problem, min((before + line.end) / whole, 1), line.end - last)
            last = line.end


def _tried(line: Line, adapter: TypeAdapter[Any]) -> tuple[Record | None, str]:
    if line.problem:
        return None, line.problem
    try:
        return checked(adapter.validate_json(line.text, strict=True)), ""
    except ValidationError as error:
        return None, _said(error)
    except ValueError as error:
        return None, str(error)


def _said(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = [": ".join(filter(None, (".".join(map(str, one["loc"])), one["msg"]))) for one in found[:PROBLEMS]]
    more = f" and {len(found) - PROBLEMS} more" if len(found) > PROBLEMS else ""
    return clamp("; ".join(told), 300) + more


def checked(record: Record) -> Record:
    """Give a record as it may be stored; raise ValueError for one that breaks a rule which holds for all time.

    What the settings rule, such as how long a goal may be, is left alone: it may have been another when it was shared.
    """
    match record:
        case CourseRecord():
            return _course(record)
        case ChangeRecord(before=CourseContent() as before):
            return replace(record, before=replace(before, steps=tuple(_step(step) for step in before.steps)))
        case ResourceRecord(url=url):
            _check_address(url)
        case PostRecord(ref=ref):
            place = workspace_of(ref)
            if not place.platform or not place.id:
                raise ValueError("ref names no message")
        case LetterRecord(recipient=recipient):
            if not _RECIPIENT.fullmatch(recipient):
                raise ValueError("recipient names nobody")
    return record


def _course(course: CourseRecord) -> CourseRecord:
    numbers = [step.number for step in course.steps]
    if len(set(numbers)) < len(numbers) or max(numbers) > course.steps_drawn:
        raise ValueError("the numbers of its steps can't be")
    language = rules.parse_language(course.language or "")
    goal = one_line(course.goal)
    if not is_said(goal):
        raise ValueError("its goal says nothing")
    steps = tuple(replace(step, task=_step(Checkpoint(step.task, step.url)).task) for step in course.steps)
    return replace(
        course,
        goal=goal,
        description=clean(course.description),
        topics=normal_topics(course.topics),
        language=language,
        steps=steps,
    )


def _step(step: Checkpoint) -> Checkpoint:
    _check_address(step.url)
    return replace(step, task=one_line(step.task))


def _check_address(url: str) -> None:
    if check_url(url) != url:
        raise ValueError(f"“{clamp(url, 60)}” is no whole web address")
