"""PostgreSQL through asyncpg: a pool, and SKIP LOCKED where several processes share the work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Concatenate

from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import ConfigError, StoreUnavailable
from storage import schema
from storage.faults import guarded
from storage.session import P, Session, T

POOL = 10
WAIT = 5.0  # seconds to wait for a connection of the pool
STATEMENT = 10.0  # seconds for one statement


class PostgresSession:
    """A transaction on a connection of the pool."""

    def __init__(self, connection: AsyncConnection, community: str, *, writes: bool) -> None:
        self.community = community
        self.writes = writes
        self.broken = False
        self._connection = connection
        self._one_at_a_time = asyncio.Lock()

    async def run(self, work: Callable[Concatenate[Connection, str, P], T], *args: P.args, **more: P.kwargs) -> T:
        """Do work in a greenlet of this loop. After a fault nothing runs any more: PostgreSQL has rolled back."""
        async with self._one_at_a_time:
            if self.broken:
                raise StoreUnavailable
            try:
                with guarded():
                    return await self._connection.run_sync(work, self.community, *args, **more)
            except BaseException:
                self.broken = True
                raise


class PostgresDatabase:
    """A PostgreSQL database by its URL."""

    def __init__(self, url: URL) -> None:
        self.engine = _engine(url)

    @asynccontextmanager
    async def read(self, community: str) -> AsyncIterator[Session]:
        """Open a transaction that sees one committed state of the database."""
        async with self._connection() as connection:
            with guarded():
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield PostgresSession(connection, community, writes=False)

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Session]:
        """Open a transaction that writes beside others; what must not cross is locked by row."""
        async with self._connection() as connection:
            session = PostgresSession(connection, community, writes=True)
            yield session
            if session.broken:
                raise StoreUnavailable
            with guarded():
                await connection.commit()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            with guarded():
                connection = await stack.enter_async_context(self.engine.connect())
            yield connection

    async def migrate(self) -> None:
        """Bring the schema up to date; ConfigError if the server can't be used."""
        try:
            with guarded():
                async with self.engine.begin() as connection:
                    await connection.run_sync(schema.upgrade)
        except StoreUnavailable as error:
            raise ConfigError(
                f"I can't use the database {self.engine.url.render_as_string()}: {error.__cause__}"
            ) from error

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _engine(url: URL) -> AsyncEngine:
    try:
        return create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=WAIT,
            pool_pre_ping=True,
            hide_parameters=True,  # they hold what members wrote, and errors are logged
            connect_args={"command_timeout": STATEMENT, "timeout": WAIT},
        )
    except ImportError as error:
        raise ConfigError(
            "[storage] url names PostgreSQL, but its driver is missing: pip install 'offcourse-bot[postgres]'."
        ) from error


async def server_version(url: URL) -> str:
    """Ask a server for its version; ConfigError if it can't be reached."""
    database = PostgresDatabase(url)
    try:
        async with database.read("") as session:
            return await session.run(_version)
    except StoreUnavailable as error:
        raise ConfigError(f"I can't reach the database {url.render_as_string()}: {error.__cause__}") from error
    finally:
        await database.close()


def _version(db: Connection, _: str) -> str:
    version: str = db.exec_driver_sql("SHOW server_version").scalar_one()
    return version
