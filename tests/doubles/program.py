"""The real program in a process of its own, with doubles for the platforms.

discord.py has no setting for its addresses, and the program's clock is this machine's. So
`python -m tests.doubles.program ORIGIN SHIFT run` puts other ones in place first: Discord's double (none where ORIGIN
is empty), and a time that is SHIFT seconds later.
"""

import asyncio
import json
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

PORTS = range(20000, 32000)
"""Below all that Linux and macOS give to those who ask for any port."""


class Program:
    """`python -m bot run` with its settings and its database in a folder. Ends with `stop` or `kill`."""

    def __init__(
        self, folder: Path, *, discord_at: str = "", shift: timedelta = timedelta(), **sections: Mapping[str, Any]
    ) -> None:
        """Take the sections of the settings, where Discord's double is, and how far ahead its time is."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = folder / "offcourse.db"
        own: dict[str, Mapping[str, Any]] = {
            "storage": {"url": f"sqlite:///{self.database}"},
            "web": {"port": self.port},
            "links": {"enabled": False},
        }
        self._settings = folder / "config.toml"
        self._settings.write_text("\n".join(_toml({**own, **sections})), encoding="utf-8")
        altered = ["tests.doubles.program", discord_at, str(shift.total_seconds())]
        self._module = altered if discord_at or shift else ["bot"]
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    async def start(self, path: str = "/healthz") -> float:
        """Start it and wait until this path answers well; give the seconds."""
        begun = time.perf_counter()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *self._module,
            "run",
            "--config",
            str(self._settings),
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(30):
            while (await self.get(path))[0] != 200:
                assert self._process.returncode is None, "it ended"
                await asyncio.sleep(0.02)
        return time.perf_counter() - begun

    async def get(self, path: str) -> tuple[int, Any]:
        """Ask it something; 0 while it doesn't listen."""
        try:
            async with aiohttp.ClientSession() as session, session.get(self.url + path) as answer:
                text = await answer.text()
                return answer.status, json.loads(text) if answer.content_type == "application/json" else text
        except aiohttp.ClientError:
            return 0, None

    async def kill(self) -> None:
        """End it without a word, if it runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def stop(self) -> tuple[int, float]:
        """Ask it to end; give its exit code and the seconds it took."""
        assert self._process is not None
        begun = time.perf_counter()
        self._process.terminate()
        code = await self._process.wait()
        return code, time.perf_counter() - begun


def free_port() -> int:
    """Find a port that nobody listens on, and that no system gives out by itself: it is free after a kill, too."""
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def _toml(sections: Mapping[str, Any], before: str = "") -> list[str]:
    plain = [f"{key} = {json.dumps(value)}" for key, value in sections.items() if not isinstance(value, Mapping)]
    inner = [(key, value) for key, value in sections.items() if isinstance(value, Mapping)]
    return plain + [line for key, value in inner for line in (f"[{before}{key}]", *_toml(value, f"{before}{key}."))]


if __name__ == "__main__":
    from bot.__main__ import main
    from bot.app.core import SystemClock
    from tests.doubles.discord_http import point

    origin, ahead = sys.argv.pop(1), timedelta(seconds=float(sys.argv.pop(1)))
    if origin:
        point(origin)
    of_this_machine = SystemClock.now
    SystemClock.now = lambda clock: of_this_machine(clock) + ahead  # type: ignore[assignment,method-assign] # what this is for
    main()
