"""What only SQLite has: a file, its lock, its disk."""

# ruff: noqa: ASYNC240 - small local files, and nothing else runs in a test's loop

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.sql.compiler import SQLCompiler

from bot.errors import ConfigError, StoreUnavailable
from bot.model import CourseQuery
from bot.ports import Store
from storage import lock, open_store, sqlite
from storage.handovers import _HOW_MANY, _LOOKING
from storage.people import _by_ids
from storage.store import SqlStore
from tests.storage.conftest import opened
from tests.storage.sample import NORTH, NOW, content, letter, share


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def pragma(store: Store, name: str) -> dict[str, object]:
    """Ask both connections for a setting."""
    assert isinstance(store, SqlStore)
    database = store._database
    assert isinstance(database, sqlite.SqliteDatabase)
    answers: dict[str, object] = {}
    for kind, engine in (("writer", database.writer), ("reader", database.reader)):
        with engine.connect() as connection:
            answers[kind] = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    return answers


@pytest.mark.parametrize(
    ("name", "writer", "reader"),
    [
        ("journal_mode", "wal", "wal"),
        ("synchronous", 2, 2),
        ("foreign_keys", 1, 1),
        ("busy_timeout", 5000, 5000),
        ("trusted_schema", 0, 0),
        ("query_only", 0, 1),
        ("wal_autocheckpoint", 1000, 0),
    ],
)
async def test_connections_are_set_up(sqlite_store: Store, name: str, writer: object, reader: object) -> None:
    assert pragma(sqlite_store, name) == {"writer": writer, "reader": reader}


async def test_the_folder_is_made(tmp_path: Path) -> None:
    async with opened(url_of(tmp_path / "a" / "b" / "store.db")):
        assert (tmp_path / "a" / "b" / "store.db").exists()


async def test_what_was_written_is_there_when_opened_again(sqlite_url: str) -> None:
    async with opened(sqlite_url) as store, store.write(NORTH) as unit:
        await share(unit, "Learn Go")
    async with opened(sqlite_url) as store, store.read(NORTH) as unit:
        assert (await unit.courses.search(CourseQuery("go"), 0, 5)).total == 1
    assert not Path(sqlite_url.partition("///")[2] + "-wal").exists()


async def refusal(url: str) -> str:
    with pytest.raises(ConfigError) as caught:
        async with open_store(url):
            raise AssertionError("it was opened")
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///:memory:",
        "mysql://x/y",
        "postgresql+psycopg://x/y",
        "sqlite:///",
    ],
)
async def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    assert "sqlite:///FILE" in await refusal(url)


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert str(tmp_path / "file") in await refusal(url_of(tmp_path / "file" / "store.db"))
    (tmp_path / "folder.db").mkdir()
    assert "folder.db" in await refusal(url_of(tmp_path / "folder.db"))


async def test_a_second_process_is_refused_with_the_cure(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.2)
    program = (
        "import asyncio, sys, storage\n"
        "async def hold():\n"
        "    async with storage.open_store(sys.argv[1]):\n"
        "        print('open', flush=True)\n"
        "        sys.stdin.readline()\n"
        "asyncio.run(hold())\n"
    )
    command = [sys.executable, "-c", program, sqlite_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603, ASYNC220 - our own program, and nothing else runs here
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == "open\n"
        assert "Stop it first" in await refusal(sqlite_url)
        other.kill()
    async with opened(sqlite_url):
        pass  # the lock died with its holder


async def test_a_predecessor_that_is_leaving_is_waited_for(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        waiting = asyncio.create_task(_open_and_close(sqlite_url))
        await asyncio.sleep(0.1)
        assert not waiting.done()
    await waiting


async def _open_and_close(url: str) -> None:
    async with opened(url):
        pass


@pytest.mark.parametrize("damage", ["no database", "overwritten", "gone", "emptied", "foreign", "newer"])
async def test_a_damaged_or_foreign_file_is_left_alone(sqlite_url: str, damage: str) -> None:
    path = Path(sqlite_url.partition("///")[2])
    async with opened(sqlite_url) as store, store.write(NORTH) as unit:
        for n in range(30):
            await share(unit, f"Course {n} about many things", n)
    whole = path.read_bytes()
    match damage:
        case "no database":
            path.write_bytes(b"this is no database" * 500)
        case "overwritten":
            path.write_bytes(whole[:8192] + b"\xff" * 65536 + whole[8192 + 65536 :])
        case "gone" | "emptied":
            path.with_name(path.name + "-wal").write_bytes(b"a log")
            path.unlink() if damage == "gone" else path.write_bytes(b"")
        case "foreign" | "newer":
            with closing(sqlite3.connect(path)) as connection, connection:
                if damage == "foreign":
                    connection.execute("DROP TABLE alembic_version")
                else:
                    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes() if path.exists() else None
    assert await refusal(sqlite_url)
    assert (path.read_bytes() if path.exists() else None) == before


async def test_a_full_disk_keeps_nothing_half_and_heals(sqlite_store: Store) -> None:
    database = sqlite_store._database  # type: ignore[attr-defined] # the seat of the engines
    with database.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
    done = 0
    with pytest.raises(StoreUnavailable) as caught:  # noqa: PT012 - the unit as a whole fails
        for n in range(1000):
            async with sqlite_store.write(NORTH) as unit:
                await unit.deliveries.add("slack", f"Ev{n}", NOW)
                await unit.courses.add(content(f"Course {n}"), None, NOW)
                await unit.outbox.queue([letter(str(n))], NOW)
            done = n + 1
    assert "full" in str(caught.value.__cause__)
    async with sqlite_store.read(NORTH) as unit:
        assert (await unit.courses.search(CourseQuery(), 0, 1)).total == done
        assert (await unit.outbox.counts())["new"] == done
    with database.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=100000")
    async with sqlite_store.write(NORTH) as unit:
        assert await unit.deliveries.add("slack", f"Ev{done}", NOW)
        assert (await share(unit, "There is room again")).id == done + 1


async def test_a_unit_whose_fault_was_swallowed_does_not_pretend_to_commit(sqlite_store: Store) -> None:
    database = sqlite_store._database  # type: ignore[attr-defined] # the seat of the engines
    with database.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreUnavailable):  # noqa: PT012 - the unit as a whole fails
        async with sqlite_store.write(NORTH) as unit:
            with pytest.raises(StoreUnavailable):
                await unit.outbox.queue([letter(str(n)) for n in range(999)], NOW)
            with pytest.raises(StoreUnavailable):
                await unit.deliveries.add("slack", "Ev1", NOW)


async def test_a_lock_of_another_program_is_waited_for_and_then_told(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", 0.3)
    path = sqlite_url.partition("///")[2]
    async with opened(sqlite_url) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable) as caught:
                async with store.write(NORTH) as unit:
                    await unit.deliveries.add("slack", "Ev1", NOW)
            assert "locked" in str(caught.value.__cause__)
            async with store.read(NORTH) as unit:
                assert await unit.courses.topics() == []
            other.execute("ROLLBACK")
        async with store.write(NORTH) as unit:
            assert await unit.deliveries.add("slack", "Ev1", NOW)


async def test_a_unit_that_waits_too_long_for_its_turn_says_so(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "TURN_TIMEOUT", 0.05)
    async with sqlite_store.write(NORTH):
        with pytest.raises(StoreUnavailable):
            async with sqlite_store.write(NORTH):
                raise AssertionError("two writers at once")


def plan_of(store: Store, statement: Select[*tuple[Any, ...]]) -> list[str]:
    """Ask SQLite how it would find what a statement asks for."""
    assert isinstance(store, SqlStore)
    database = store._database
    assert isinstance(database, sqlite.SqliteDatabase)
    compiled = statement.compile(database.reader)
    assert isinstance(compiled, SQLCompiler)
    with database.reader.connect() as connection:
        nothing = tuple(None for _ in compiled.positiontup or ())
        return [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", nothing)]


def test_a_person_is_loaded_without_a_look_at_everybodys_accounts(sqlite_store: Store) -> None:
    """Sorted by their accounts, SQLite went through those of the whole community for each person."""
    (accounts,) = [step for step in plan_of(sqlite_store, _by_ids(1)) if "theirs" in step]
    assert "ix_account_community_person (community=? AND person=?)" in accounts


@pytest.mark.parametrize("statement", [_LOOKING, _HOW_MANY])
def test_what_looks_for_an_owner_is_found_without_a_look_at_every_course(
    sqlite_store: Store, statement: Select[*tuple[Any, ...]]
) -> None:
    """The weekly post asks at every tick of its day."""
    (courses,) = [step for step in plan_of(sqlite_store, statement) if "course " in step]
    assert "ix_course_looking (community=?)" in courses
