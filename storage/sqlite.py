"""SQLite: one writer connection, a few readers, each used by one thread at a time."""

import asyncio
import sqlite3
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Concatenate, cast

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine
from sqlalchemy.pool import QueuePool

from bot.errors import StoreUnavailable
from storage.faults import guarded
from storage.session import P, Session, T
from storage.threads import finished

NOTHING = object()
ANSWERS = 1000  # answers kept in mind between two commits
READERS = 4
BUSY_TIMEOUT = 5.0  # seconds a statement waits for another process's lock
TURN_TIMEOUT = 15.0  # seconds a unit waits for its connection; beyond that the bot is drowning and says so


class Memory:
    """What reads have given since the last commit.

    One process owns the file (see `storage.lock`), so nothing changes without a commit of ours: what a repository
    function gave for the same arguments is still true, and costs no hop to a thread. A commit forgets it all.
    """

    def __init__(self) -> None:
        self.commits = 0
        self._known: OrderedDict[Hashable, object] = OrderedDict()

    def forget(self) -> None:
        """Note a commit."""
        self.commits += 1
        self._known.clear()

    def recall(self, question: Hashable) -> object:
        """Give what was answered before; NOTHING where nothing was."""
        return self._known.get(question, NOTHING)

    def keep(self, question: Hashable, answer: object) -> None:
        """Keep an answer; the oldest of many goes."""
        self._known[question] = answer
        if len(self._known) > ANSWERS:
            self._known.popitem(last=False)


class SqliteSession:
    """A transaction on a connection that lives in a thread."""

    def __init__(
        self, engine: Engine, threads: ThreadPoolExecutor, community: str, *, writes: bool, memory: Memory
    ) -> None:
        self.community = community
        self.writes = writes
        self._memory = memory
        self._seen = memory.commits
        self._engine = engine
        self._threads = threads
        self._connection: Connection | None = None
        self._broken = False
        self._one_at_a_time = asyncio.Lock()

    async def run(self, work: Callable[Concatenate[Connection, str, P], T], *args: P.args, **more: P.kwargs) -> T:
        """Do work in the thread. After a fault nothing runs any more: SQLite may have rolled back by itself."""
        if self.writes:
            return await self._run(work, *args, **more)
        question = (work, self.community, args, *more.items())
        try:
            known = self._memory.recall(question)
        except TypeError:  # arguments that can't be looked up, such as lists
            return await self._run(work, *args, **more)
        if known is not NOTHING and self._seen == self._memory.commits and not self._broken:
            return cast("T", known)
        answer = await self._run(work, *args, **more)
        if self._seen == self._memory.commits:
            self._memory.keep(question, answer)
        return answer

    async def _run(self, work: Callable[Concatenate[Connection, str, P], T], *args: P.args, **more: P.kwargs) -> T:
        def call() -> T:
            with guarded():
                if self._connection is None:
                    self._connection = self._engine.connect()
                return work(self._connection, self.community, *args, **more)

        async with self._one_at_a_time:
            if self._broken:
                raise StoreUnavailable
            try:
                return await finished(self._threads, call)
            except BaseException:
                self._broken = True
                raise

    async def commit(self) -> None:
        """Make the changes last and give the connection back; raise StoreUnavailable if they can't."""
        if self._broken:
            await self.close()
            raise StoreUnavailable
        if self._connection is not None:
            try:
                await finished(self._threads, self._commit)
            finally:
                self._memory.forget()

    async def close(self) -> None:
        """Take the changes back and give the connection back."""
        if self._connection is not None:
            await finished(self._threads, self._close)

    def _commit(self) -> None:
        try:
            with guarded():
                self._held.commit()
        finally:
            self._close()

    def _close(self) -> None:
        held, self._connection = self._held, None
        held.close()

    def end_reading(self) -> None:
        """Give a reader's connection back at once: ending a read is not worth a hop to the thread."""
        if self._connection is not None:
            self._close()

    @property
    def _held(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("no connection is held")
        return self._connection


class SqliteDatabase:
    """A database file."""

    def __init__(self, path: Path) -> None:
        self.writer = _engine(path, size=1, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",))
        self.reader = _engine(path, size=READERS, begin="BEGIN", pragmas=("query_only=ON", "wal_autocheckpoint=0"))
        self._write_thread = ThreadPoolExecutor(1, "sqlite-writer")
        self._read_threads = ThreadPoolExecutor(READERS, "sqlite-reader")
        self._memory = Memory()
        self._write_turn = asyncio.Semaphore(1)
        self._read_turn = asyncio.Semaphore(READERS)

    @asynccontextmanager
    async def read(self, community: str) -> AsyncIterator[Session]:
        """Open a transaction that sees one committed state of the file."""
        async with _turn(self._read_turn):
            session = SqliteSession(self.reader, self._read_threads, community, writes=False, memory=self._memory)
            try:
                yield session
            finally:
                session.end_reading()

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Session]:
        """Open the one transaction that writes; others wait for it."""
        async with _turn(self._write_turn):
            session = SqliteSession(self.writer, self._write_thread, community, writes=True, memory=self._memory)
            try:
                yield session
            except BaseException:
                await session.close()
                raise
            await session.commit()

    async def close(self) -> None:
        """Close all connections, the writer last: closing the last one folds the log into the file."""
        self._read_threads.shutdown()
        self.reader.dispose()
        await finished(self._write_thread, self.writer.dispose)
        self._write_thread.shutdown()


@asynccontextmanager
async def _turn(free: asyncio.Semaphore) -> AsyncIterator[None]:
    if free.locked():
        try:
            async with asyncio.timeout(TURN_TIMEOUT):
                await free.acquire()
        except TimeoutError as error:
            raise StoreUnavailable from error
    else:
        await free.acquire()
    try:
        yield
    finally:
        free.release()


def connect(path: Path, *, mode: str = "rwc") -> sqlite3.Connection:
    """Open a database file plainly, with our waiting time; `mode` as in SQLite's URIs (ro, rw, rwc)."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,  # we say BEGIN ourselves: sqlite3's own begins late and loses updates
        check_same_thread=False,  # one thread at a time, but not always the same one
        cached_statements=256,
    )


def _engine(path: Path, *, size: int, begin: str, pragmas: tuple[str, ...]) -> Engine:
    def opened() -> sqlite3.Connection:
        connection = connect(path, mode="rw")
        for pragma in ("foreign_keys=ON", "trusted_schema=OFF", *pragmas):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        creator=opened,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=1,
        hide_parameters=True,  # they hold what members wrote, and errors are logged
    )

    def say_begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.cursor().execute(begin)

    # A listener for "begin" would have SQLAlchemy look for listeners at every statement.
    engine.dialect.do_begin = say_begin  # type: ignore[method-assign] # the engine's own dialect, nobody else has it
    return engine
