"""Finding the files of an import and reading them, one course after another."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.config import Limits
from bot.features.courses.imports.fitting import Fit, Fitted
from bot.features.courses.imports.form import FILE_LENGTH, read_course
from bot.features.courses.imports.jsonlines import read_row
from bot.features.courses.imports.lines import lines_of
from bot.features.courses.imports.rows import Read
from bot.features.courses.imports.tables import read_table

MARK = "export.json"
"""The file that makes a folder an export."""
_YAML, _TABLES, _ROWS = frozenset({".yaml", ".yml"}), frozenset({".csv", ".tsv"}), frozenset({".jsonl", ".ndjson"})
_FORMS = _YAML | _TABLES | _ROWS


def read_path(path: Path, limits: Limits, how: Fit) -> Iterator[Read]:
    """Read the courses at a path: of one file, or of all course files below a folder, by name."""
    whole = sum(_size(file) for file in _files(path)) or 1
    before = 0
    for file in _files(path):
        if file.name == MARK:
            why = "this folder is an export with more than courses: import it by itself"
            yield Read(file.parent, None, problem=why, share=before / whole)
            continue
        last = 0
        for read, end in _read(file, limits, how):
            yield replace(read, share=min((before + end) / whole, 1.0), size=end - last)
            last = end
        before += _size(file)


def _files(path: Path) -> Iterator[Path]:
    """List course files by name, deep ones among the others; links to folders are not followed."""
    if not path.is_dir():
        yield path
        return
    try:
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError:
        yield path  # reading it tells why
        return
    for entry in entries:
        found = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if (found / MARK).is_file():
                yield found / MARK
            else:
                yield from _files(found)
        elif found.suffix.lower() in _FORMS and found.is_file():
            yield found


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read(file: Path, limits: Limits, how: Fit) -> Iterator[tuple[Read, int]]:
    """Read a file in its form; each course comes with where it ends, in bytes."""
    form = file.suffix.lower()
    if form not in _TABLES | _ROWS:
        yield _course_file(file, limits, how), _size(file)
        return
    try:
        with file.open("rb") as opened:
            if form in _TABLES:
                for row in read_table(lines_of(opened), limits, how):
                    yield Read(file, row.line, row.course, row.problem), row.end
            else:
                for line in lines_of(opened):
                    if line.problem:
                        yield Read(file, line.number, problem=line.problem), line.end
                    elif line.text.strip():
                        yield _tried(file, line.number, partial(read_row, line.text, limits, how)), line.end
    except OSError as error:
        yield Read(file, None, problem=f"it can't be read: {error.strerror}"), _size(file)


def _course_file(file: Path, limits: Limits, how: Fit) -> Read:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            text = opened.read(FILE_LENGTH + 1)
    except UnicodeDecodeError:
        return Read(file, None, problem="this is not UTF-8 text")
    except OSError as error:
        return Read(file, None, problem=f"it can't be read: {error.strerror}")
    return _tried(file, None, partial(read_course, text, limits, how))


def _tried(file: Path, line: int | None, read: Callable[[], Fitted]) -> Read:
    try:
        return Read(file, line, read())
    except ValueError as error:
        return Read(file, line, problem=str(error))
