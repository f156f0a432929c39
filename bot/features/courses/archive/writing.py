"""Writing an export: JSON lines for each kind, and the courses once more as files that people read and edit."""

import asyncio
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import yaml

from bot.errors import ConfigError
from bot.features.courses.archive.kinds import KINDS, Manifest, adapters
from bot.features.courses.imports.files import MARK
from bot.ports import Unit
from bot.records import CourseRecord, Record

PAGE = 500
"""Records read and written at once."""
NAME_LENGTH = 60
"""How much of a goal becomes a file's name."""
COURSES = "courses"
"""The folder of course files."""
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the one in C writes ten times as fast


@dataclass(frozen=True, slots=True)
class Exported:
    """How far an export is: rows of a kind that are written by then."""

    kind: str
    rows: int


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a new folder that becomes `path` when all is written; one that broke off never gets the name.

    Nobody but the owner may read it. ConfigError where there is something at the path, or nothing can be written.
    """
    try:
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ConfigError(f"There is something at {path} already. Give the export a new name, or an empty folder.")
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))  # for the owner only
    except OSError as error:
        raise ConfigError(f"I can't write to {path}: {error.strerror}. Give a folder that I may write to.") from None
    try:
        yield partial
        _sync(partial)
        partial.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise ConfigError(f"I can't write the export to {path}: {error.strerror}.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)  # gone already where it got its name


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


async def export(unit: Unit, folder: Path) -> AsyncGenerator[Exported, None]:
    """Write all that a unit sees into a folder, page by page; the same state gives the same bytes."""
    (folder / COURSES).mkdir(mode=0o700)
    rows: dict[str, int] = {}
    for kind, record in KINDS.items():
        rows[kind] = 0
        yield Exported(kind, 0)
        with _created(folder / f"{kind}.jsonl") as file:
            last: Record | None = None
            while page := await unit.archive.page(record, last, PAGE):
                await asyncio.to_thread(file.write, _lines(kind, page))
                if record is CourseRecord:
                    await _write_course_files(unit, folder / COURSES, page)
                last = page[-1]
                rows[kind] += len(page)
                yield Exported(kind, rows[kind])
    with _created(folder / MARK) as file:
        file.write(Manifest(rows).written().encode())


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _lines(kind: str, page: Sequence[Record]) -> bytes:
    write = adapters()[kind].dump_json
    return b"".join(write(record) + b"\n" for record in page)


async def _write_course_files(unit: Unit, folder: Path, page: Sequence[Record]) -> None:
    courses = [course for course in page if isinstance(course, CourseRecord) and course.archived_at is None]
    names: dict[int, str] = {}
    for owner in {course.owner for course in courses if course.owner is not None}:
        person = await unit.people.get(owner)
        names[owner] = person.name if person else ""
    await asyncio.to_thread(_write_files, folder, courses, names)


def _write_files(folder: Path, courses: Sequence[CourseRecord], names: Mapping[int, str]) -> None:
    for course in courses:
        handle = os.open(folder / file_name(course), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(course_file(course, names.get(course.owner or 0, "")))


def file_name(course: CourseRecord) -> str:
    """Name a course's file after its goal, in letters that every file system takes, and its number."""
    plain = unicodedata.normalize("NFKD", course.goal).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:NAME_LENGTH].strip("-")
    return f"{words or 'course'}-c{course.id}.yaml"


def course_file(course: CourseRecord, curator: str) -> str:
    """Write a course in the Offcourse YAML form; what is empty is left out.

    Without the origin of a fork, which speaks of numbers: read elsewhere, they would mean other courses.
    """
    said = {
        "goal": course.goal,
        "curator": curator,
        "description": course.description,
        "level": course.level and course.level.value,
        "topics": list(course.topics),
        "language": course.language,
        "checkpoints": [{"task": step.task, "resource-url": step.url} for step in course.steps],
        "origin": course.origin if course.forker is None else "",
    }
    kept = {name: value for name, value in said.items() if value}
    written: str = yaml.dump(kept, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=10_000)
    return written
