"""Reading the lines of a file that anybody may have written: never more than one line in memory."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LINE_LENGTH = 1_048_576
"""Longest line in bytes; a course with 200 steps has 60,000."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end, or why it can't be read; `end` is where it ends in the file, in bytes."""

    number: int
    text: str
    end: int
    problem: str = ""


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """Read the lines of a UTF-8 text, with or without a byte order mark; a bad one doesn't stop the others."""
    number = end = 0
    while raw := file.readline(LINE_LENGTH + 1):
        number += 1
        end += len(raw)
        if len(raw) > LINE_LENGTH and not raw.endswith(b"\n"):
            end += _skip_line(file)
            yield Line(number, "", end, f"the line is too long, at most {LINE_LENGTH:,} bytes are read")
            continue
        if number == 1 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield Line(number, "", end, "this is UTF-16: save it as UTF-8")
            return
        yield _line(number, raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw, end)


def _skip_line(file: BinaryIO) -> int:
    skipped = 0
    while part := file.readline(LINE_LENGTH):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def _line(number: int, raw: bytes, end: int) -> Line:
    if b"\x00" in raw:
        return Line(number, "", end, "there are zero bytes in it: this is no text")
    try:
        return Line(number, raw.decode("utf-8").rstrip("\r\n"), end)
    except UnicodeDecodeError:
        return Line(number, "", end, "this is not UTF-8 text: save it as UTF-8")
