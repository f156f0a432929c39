"""Opening a database by its URL: SQLite by default, PostgreSQL by changing one line of the settings."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import ConfigError
from storage import schema, sqlite
from storage.lock import locked
from storage.session import Session
from storage.sqlite import SqliteDatabase


class Database(Protocol):
    """Where transactions are opened."""

    def read(self, community: str) -> AbstractAsyncContextManager[Session]:
        """Open a transaction that sees one committed state."""
        ...

    def write(self, community: str) -> AbstractAsyncContextManager[Session]:
        """Open a transaction that commits when left in peace."""
        ...


def address(url: str) -> URL:
    """Read a database URL; ConfigError for what isn't one of the two kinds."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(f"[storage] url is no database address: {_EXPECTED}.") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and ":memory:" not in parsed.database:
        return parsed
    if parsed.drivername == "postgresql+asyncpg":
        return parsed
    raise ConfigError(f"[storage] url names no database that I know: {_EXPECTED}.")


_EXPECTED = "give sqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open a database at the newest revision. ConfigError: it can't be used; the text has the cure."""
    parsed = address(url)
    if parsed.get_backend_name() == "sqlite":
        async with _sqlite(Path(parsed.database or "")) as file:
            yield file
    else:
        async with _postgres(parsed) as server:
            yield server


@asynccontextmanager
async def _sqlite(path: Path) -> AsyncIterator[SqliteDatabase]:
    async with locked(path):
        _check(path)
        _migrate(path)
        database = SqliteDatabase(path)
        try:
            yield database
        finally:
            await database.close()


def _check(path: Path) -> None:
    """Refuse a file that is damaged or was emptied; it stays as it is."""
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size and not (path.exists() and path.stat().st_size):
        raise ConfigError(
            f"{path} is gone, but its log {log.name} is there: restore the file from a backup, "
            "or move the log away to start with an empty database."
        )
    try:
        with closing(sqlite.connect(path)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise ConfigError(f"I can't open the database {path} ({error}): make it a file that I may write to.") from error
    except sqlite3.DatabaseError as error:
        found = str(error)
    found = " ".join(found.split())
    if found != "ok":
        raise ConfigError(f"The database {path} is damaged ({found}). I left it alone: put a backup in its place.")


def _migrate(path: Path) -> None:
    engine = create_engine(
        "sqlite+pysqlite://", creator=lambda: sqlite.connect(path, mode="rw"), poolclass=NullPool, hide_parameters=True
    )  # without foreign keys, as migrations need it
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with closing(sqlite.connect(path, mode="rw")) as plain:
            plain.execute("PRAGMA journal_mode=WAL")
        with engine.begin() as connection:
            schema.upgrade(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        said = getattr(error, "orig", None) or error
        raise ConfigError(f"I can't bring the database {path} up to date: {said}") from error
    finally:
        engine.dispose()


@asynccontextmanager
async def _postgres(url: URL) -> AsyncIterator[Database]:
    from storage.postgres import PostgresDatabase  # SQLAlchemy's other half takes its time, and SQLite needs none of it

    database = PostgresDatabase(url)
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()
