"""One process per database file: a lock beside it, which the operating system frees when its holder dies."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from bot.errors import ConfigError, InUse

PATIENCE = 3.0  # seconds to wait for a predecessor that is shutting down
_PAUSE = 0.05


@asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """Hold the lock of a database file; InUse if another process keeps it, ConfigError if it can't write there."""
    with _file(database) as file:
        await _take(file, database)
        yield


def _file(database: Path) -> IO[str]:
    folder = database.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / f"{database.name}.lock").open("a", encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"I can't write to {folder} ({error.strerror}): make it a folder that I may write to."
        ) from error


async def _take(file: IO[str], database: Path) -> None:
    for _ in range(int(PATIENCE / _PAUSE)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(_PAUSE)
        else:
            return
    raise InUse(
        f"Another process is using {database}. Stop it first (one process per SQLite file), "
        "or set [storage] url to a PostgreSQL database to run several."
    )
