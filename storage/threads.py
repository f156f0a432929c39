"""Running blocking work of a connection in a thread, safe against cancellation."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


async def finished(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Do work in a thread and wait for its end even when cancelled: until then the thread holds its connection."""
    future = asyncio.get_running_loop().run_in_executor(threads, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError:  # cancelled again; the first one is raised below
                continue
        future.exception()  # looked at, so that asyncio doesn't complain that nobody did
        raise


async def in_thread(work: Callable[[], T]) -> T:
    """Do one piece of work in a thread of its own."""
    with ThreadPoolExecutor(1, "storage") as threads:
        return await finished(threads, work)
