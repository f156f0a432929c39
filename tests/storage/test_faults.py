"""The border between the databases' errors and ours, and work in threads."""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from bot.errors import StoreUnavailable
from storage.faults import guarded
from storage.threads import finished

CAUSE = sqlite3.OperationalError("database is locked")


class FromAsyncpgError(Exception):
    """Stands for the errors of a driver that may not be installed."""


FromAsyncpgError.__module__ = "asyncpg.exceptions"


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (OperationalError("SELECT 1", {}, CAUSE), StoreUnavailable),
        (NoConnectionFreeError("no connection"), StoreUnavailable),
        (CAUSE, StoreUnavailable),
        (ConnectionRefusedError("no server"), StoreUnavailable),
        (FromAsyncpgError("shutting down"), StoreUnavailable),
        (IntegrityError("INSERT", {}, sqlite3.IntegrityError("FOREIGN KEY")), ValueError),
        (ProgrammingError("SELEC 1", {}, CAUSE), ProgrammingError),
        (InvalidRequestError("a mistake of ours"), InvalidRequestError),
        (KeyError("ours too"), KeyError),
        (asyncio.CancelledError(), asyncio.CancelledError),
    ],
)
def test_what_becomes_of_an_error(raised: BaseException, seen: type[BaseException]) -> None:
    with pytest.raises(seen) as caught, guarded():
        raise raised
    assert caught.value is raised or caught.value.__cause__ is raised


async def test_cancelled_work_is_waited_for_however_often_it_is_cancelled() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(5)
        ended.set()

    with ThreadPoolExecutor(1) as threads:
        task = asyncio.create_task(finished(threads, work))
        for _ in range(3):
            await asyncio.sleep(0.01)
            task.cancel()
        await asyncio.sleep(0.01)
        assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert ended.is_set()


async def test_what_cancelled_work_raises_is_not_lost_noisily() -> None:
    may_end = threading.Event()

    def work() -> None:
        may_end.wait(5)
        raise OSError

    with ThreadPoolExecutor(1) as threads:
        task = asyncio.create_task(finished(threads, work))
        await asyncio.sleep(0.01)
        task.cancel()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
