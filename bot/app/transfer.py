"""Import and export on the command line: what became of each row, and how far it is."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.app.core import open_app
from bot.config import Config, Storage
from bot.errors import InUse, StoreUnavailable
from bot.features.courses.imports import Fit
from bot.model import Account

Say = Callable[[str], None]
"""Prints one line."""
Move = Callable[[float | None, str], None]
"""Shows how far it is: a share from 0 to 1 (None: nobody knows), and a few words."""


@contextmanager
def _showing(what: str) -> Iterator[tuple[Say, Move]]:
    """Show a bar on a terminal, with the lines above it; elsewhere there are only the lines."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    if not console.is_terminal:
        yield _print, _stay
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    bar = Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    )
    with bar:
        task = bar.add_task(what, total=None)
        # On one terminal the bar must make way for a line; into a file the lines go straight.
        yield (
            console.print if sys.stdout.isatty() else _print,
            lambda share, words: bar.update(task, description=words, total=share and 1.0, completed=share or 0.0),
        )


def _stay(share: float | None, words: str) -> None:
    """Show nothing: there is nobody who looks."""


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


async def import_(
    config: Config, path: Path, owners: Mapping[str, Account], *, split: bool = False, shorten: bool = False
) -> int:
    """Import what is at a path, say what became of each row, and give the exit code: 1 if anything was bad."""
    good = bad = 0
    async with open_app(config, sending=False) as app:
        with _showing("Importing") as (say, move):
            try:
                async for one in app.import_path(path, owners, Fit(split=split, shorten=shorten)):
                    if not one.is_note:
                        good, bad = good + one.ok, bad + (not one.ok)
                    said = "   " if one.is_note else "ok " if one.ok else "BAD"
                    say(f"{said} {_printable(one.place)}: {_printable(one.message)}")
                    move(one.share, f"{good:,} good, {bad:,} bad")
            except StoreUnavailable as error:
                raise StoreUnavailable(
                    f"The database broke off after {good} rows; they stay. Import again for the rest."
                ) from error
    _print(f"{good} good, {bad} bad" if good or bad else f"There is no course file (.yaml, .csv, .jsonl) in {path}.")
    return 1 if bad or not good else 0


def _printable(text: str) -> str:
    """Keep what a file is called or says from moving the terminal's cursor."""
    return "".join(char if char.isprintable() else "?" for char in text)


async def export(config: Config, path: Path) -> int:
    """Write an export, say what it holds, and give the exit code.

    While the bot uses its SQLite file, a copy of it is written out instead, which is as consistent.
    """
    try:
        await _export(config, path)
    except InUse:
        from storage import backup

        with tempfile.TemporaryDirectory(prefix=".export.", dir=_near(path)) as folder:
            copy = Path(folder) / "copy.db"
            await backup(config.storage.url, copy)
            await _export(config.model_copy(update={"storage": Storage(url=f"sqlite:///{copy}")}), path)
    _print(f"They hold what members wrote and who they are: keep {path} to yourself.")
    return 0


def _near(path: Path) -> Path:
    """Find the folder that is there already, where the export will lie: there should be room for a copy."""
    return next(folder for folder in path.absolute().parents if folder.is_dir())


async def _export(config: Config, path: Path) -> None:
    rows: dict[str, int] = {}
    async with open_app(config, sending=False) as app:
        with _showing("Exporting") as (_, move):
            async with aclosing(app.export_path(path)) as pages:
                async for done in pages:
                    rows[done.kind] = done.rows
                    move(None, f"{done.kind}: {done.rows:,}")
    _print(f"exported to {path}: " + (", ".join(f"{count} {kind}" for kind, count in rows.items()) or "nothing yet"))
