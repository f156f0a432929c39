"""Care of a database from the command line: bring it up to date, back it up, tell what it is."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bot.errors import ConfigError
from storage import sqlite
from storage.engine import address, opened
from storage.threads import in_thread

_PAGES = 2000  # pages a backup copies before it lets writers in


class Description(NamedTuple):
    """What a database is: the name of its kind, the version, and what to know about it (empty: nothing)."""

    name: str
    version: str
    note: str


async def migrate(url: str) -> None:
    """Bring a database to the newest revision; ConfigError if it can't be used."""
    async with opened(url):
        pass


async def backup(url: str, target: Path) -> None:
    """Copy a SQLite database while it is in use; ConfigError if it can't be, or for PostgreSQL.

    The copy is whole and of one moment. It appears under its name when it is complete, so that a copy that broke
    off is never taken for one; a file that is there already is left alone.
    """
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError("I back up SQLite files only. For PostgreSQL use pg_dump, and pg_restore to bring it back.")
    source = Path(parsed.database or "")
    await in_thread(lambda: _copy(source, target))


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise ConfigError(f"There is no database at {source} to back up.")
    if target.exists():
        raise ConfigError(f"{target} exists already. Give the backup a new name.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with closing(sqlite.connect(source, mode="ro")) as live, closing(sqlite.connect(partial)) as copy:
            live.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise ConfigError(f"The database {source} is damaged ({found}); I made no backup of it.")
        partial.rename(target)
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(f"I can't back {source} up to {target}: {error}") from error


async def describe(url: str) -> Description:
    """Tell what a database is and what to know about it; ConfigError if it can't be reached."""
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite":
        from storage.postgres import server_version  # only where it is one

        return Description("PostgreSQL", await server_version(parsed), "")
    note = _AFFECTED if sqlite_is_affected() else ""
    return Description("SQLite", sqlite3.sqlite_version, note)


_AFFECTED = (
    "this version has the WAL-reset bug. I write and checkpoint on one connection only, which avoids it: "
    "let no other program write to or checkpoint the file, or install SQLite 3.51.3 or newer."
)


def sqlite_is_affected(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Tell whether a version of SQLite can lose committed writes when two connections checkpoint at once."""
    if version[:2] == (3, 44):
        return version < (3, 44, 6)
    if version[:2] == (3, 50):
        return version < (3, 50, 7)
    return (3, 7, 0) <= version < (3, 51, 3)
