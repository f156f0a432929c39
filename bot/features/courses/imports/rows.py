"""What is known of a row of an import: where it stands, what it says, what became of it."""

from dataclasses import dataclass
from pathlib import Path

from bot.features.courses.imports.fitting import Fitted


@dataclass(frozen=True, slots=True)
class Read:
    """A course as it was read from a file, or why it can't be used.

    Attributes:
        path: the file.
        line: where it begins, counted from 1; None where the file is one course.
        course: what it says; None where that can't be used.
        problem: why it can't be used.
        share: how much of all was read by then, 0 to 1.
        size: how long it is in the file, in bytes.
    """

    path: Path
    line: int | None
    course: Fitted | None = None
    problem: str = ""
    share: float = 0.0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one row or file of an import; `share` is how much of all was read by then, 0 to 1.

    A note tells something about all of them, and counts as neither good nor bad.
    """

    path: Path
    ok: bool
    message: str
    line: int | None = None
    share: float = 0.0
    is_note: bool = False

    @property
    def place(self) -> str:
        """Where it stands, as editors write it: `courses.csv:12`."""
        return str(self.path) if self.line is None else f"{self.path}:{self.line}"
