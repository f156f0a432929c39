"""Backups, and what a database says of itself."""

# ruff: noqa: ASYNC240 - small local files, and nothing else runs in a test's loop

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.model import CourseQuery
from storage import backup, describe, sqlite_is_affected
from tests.storage.conftest import opened
from tests.storage.sample import NORTH, share


async def test_a_backup_made_while_writing_is_whole_and_restores(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    async with opened(sqlite_url) as store:

        async def write(first: int, last: int) -> None:
            for n in range(first, last):
                async with store.write(NORTH) as unit:
                    await share(unit, f"Course {n}", n)

        await write(0, 20)
        await asyncio.gather(backup(sqlite_url, target), write(20, 60))
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    async with opened(f"sqlite:///{target}") as restored, restored.read(NORTH) as unit:
        assert 20 <= (await unit.courses.search(CourseQuery("course"), 0, 1)).total <= 60


async def test_a_backup_overwrites_nothing_and_needs_a_database(sqlite_url: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(ConfigError, match="exists already"):
        await backup(sqlite_url, target)
    assert target.read_text() == "precious"
    with pytest.raises(ConfigError, match="no database"):
        await backup(f"sqlite:///{tmp_path}/none.db", tmp_path / "other.db")
    with pytest.raises(ConfigError, match="can't back"):
        await backup(sqlite_url, tmp_path / "no folder" / "copy.db")
    with pytest.raises(ConfigError, match="pg_dump"):
        await backup("postgresql+asyncpg://localhost/x", tmp_path / "other.db")


async def test_a_damaged_database_gives_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    path = Path(sqlite_url.partition("///")[2])
    path.write_bytes(b"this is no database" * 500)
    with pytest.raises(ConfigError):
        await backup(sqlite_url, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_describe(url: str) -> None:
    found = await describe(url)
    if url.startswith("sqlite"):
        assert (found.name, found.version) == ("SQLite", sqlite3.sqlite_version)
        assert bool(found.note) == sqlite_is_affected()
    else:
        assert found.name == "PostgreSQL"
        assert int(found.version.split(".")[0]) >= 15


async def test_a_server_that_is_not_there_is_a_matter_of_settings() -> None:
    url = "postgresql+asyncpg://somebody:secret@127.0.0.1:1/none"
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1") as caught:
        await describe(url)
    assert "secret" not in str(caught.value)
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1") as caught:
        async with opened(url):
            raise AssertionError("it was opened")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("3.6.23", False),
        ("3.7.0", True),
        ("3.40.1", True),
        ("3.44.5", True),
        ("3.44.6", False),
        ("3.45.0", True),
        ("3.50.6", True),
        ("3.50.7", False),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.52.0", False),
    ],
)
def test_versions_with_the_wal_reset_bug(version: str, *, affected: bool) -> None:
    assert sqlite_is_affected(tuple(map(int, version.split(".")))) is affected
