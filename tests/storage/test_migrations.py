"""Moving a database that has content to a newer revision, on both databases."""

import asyncio
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, create_engine, inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.doors import Door
from bot.errors import ConfigError
from bot.model import Account, Interests, Level, Page, Person
from bot.ports import Store, Unit
from storage import migrate, open_store, schema
from storage.tables import METADATA
from tests.storage.conftest import opened
from tests.storage.sample import NORTH, NOW, SOUTH, content, letter, meet

REVISIONS = [found.revision for found in reversed(list(ScriptDirectory(str(schema._SCRIPTS)).walk_revisions()))]
Pictures = dict[str, tuple[int, str]]
Columns = dict[str, list[str]]


async def on(url: str, work: Callable[[Connection], Any]) -> Any:
    """Do something on a plain connection, in one transaction, without our pragmas."""
    if url.startswith("sqlite"):
        engine = create_engine(f"sqlite:///{make_url(url).database}")
        try:
            with engine.begin() as connection:
                return work(connection)
        finally:
            engine.dispose()
    server = create_async_engine(url)
    try:
        async with server.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await server.dispose()


async def fill(store: Store) -> None:
    """Put something into every table."""
    for community in (NORTH, SOUTH):
        async with store.write(community) as unit:
            ana = await meet(unit)
            for n in range(5):
                topics = ("Ärzte", f"t{n}")
                await unit.courses.add(content(f"Goal {n} 🎉", topics=topics, description="é"), ana.id, NOW)
            await unit.outbox.queue([letter(str(n)) for n in range(5)], NOW)
            (first,) = await unit.outbox.claim(NOW, 30, 1, "worker", ["slack"])
            await unit.outbox.sent(first.id, "slack:T1/1", (await unit.workspaces.all())[0], NOW)  # type: ignore[arg-type] # a Ref is a str
            await unit.outbox.queue([letter("private", "account:slack:T1:U1")], NOW)
            (private,) = await unit.outbox.find("course", "private", "", None)
            await unit.outbox.sent(private.id, "slack:T1/2", (await unit.workspaces.all())[0], NOW)  # type: ignore[arg-type] # a Ref is a str
            await unit.doors.opened(Account("slack", "T1", "U1"), NOW)
            await unit.deliveries.add("slack", "Ev1", NOW)
            await unit.drafts.keep(ana.id, "course.share", {"goal": "x"}, "", NOW)
            await care(unit, ana, await meet(unit, "U2", "Ben"))


async def care(unit: Unit, ana: Person, ben: Person) -> None:
    """Fork, edit, archive and learn, so that every table holds something."""
    first = await unit.courses.get(1)
    assert first is not None
    await unit.courses.fork(first, ben.id, NOW)
    await unit.courses.edit(first, content("Goal 0 anew"), (1, 3), ana.id, NOW)
    await unit.courses.add_co_owner(2, ben.id, None, NOW)
    await unit.learning.set_done(ben.id, 1, 3, NOW, on=True)
    await unit.shelf.set(ben.id, 1, NOW, on=True)
    await unit.resources.learn("https://example.org/a", Page("https://example.org/a", "A primer"), NOW)
    await unit.people.set_interests(ben.id, Interests(Level.MEDIUM, ("go",), ("baking",), NOW))


def look_after(connection: Connection) -> None:
    """Put a row into every table about looking after courses."""
    for name in ("review_interval", "digest", "asked", "flag", "handover", "escalation", "ended_way",
                 "course_view", "freshness_week", "reason_off", "link_code", "link_miss", "joining",
                 "door", "host_visit", "meetup", "meetup_topic", "meetup_co_host", "meetup_change",
                 "hosting", "rsvp"):  # fmt: skip
        rows = METADATA.tables[name]
        made = {column.name: _anything(column) for column in rows.columns if not column.nullable}
        connection.execute(rows.insert(), [made | {"community": community} for community in (NORTH, SOUTH)])


def _anything(column: Column[Any]) -> object:
    return {"UTCDateTime": NOW, "Boolean": True, "Text": "1", "StoredText": "1"}.get(type(column.type).__name__, 1)


def columns(connection: Connection) -> Columns:
    """Name the tables that are there, each with its columns."""
    there = inspect(connection)
    names = set(there.get_table_names()) - {"alembic_version"}
    return {name: sorted(column["name"] for column in there.get_columns(name)) for name in names}


def pictures(connection: Connection, looked_at: Columns | None = None) -> Pictures:
    """Give the count and a checksum of the rows of every table, by its columns; those that were `looked_at` before."""
    found: Pictures = {}
    for name, held in (looked_at or columns(connection)).items():
        listed = ", ".join(held)
        rows = sorted(repr(tuple(row)) for row in connection.execute(text(f"SELECT {listed} FROM {name}")))  # noqa: S608 - our names
        found[name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_filled_database_of_every_revision_keeps_its_rows(url: str, revision: str) -> None:
    async with opened(url) as store:
        await fill(store)
    await on(url, look_after)
    await on(url, lambda connection: _rest_at(connection, revision))
    held: Columns = await on(url, columns)
    before: Pictures = await on(url, lambda connection: pictures(connection, held))
    assert all(count for count, _ in before.values()), f"the filling leaves a table empty: {before}"
    await migrate(url)
    assert await on(url, lambda connection: pictures(connection, held)) == before
    async with open_store(url) as store, store.write(NORTH) as unit:
        assert len(await unit.courses.titled("goal", 9)) == 6
        [course] = await unit.courses.using(["http://example.org/b/?utm_source=x"], 1)
        assert (course.root, course.page_open, course.step_numbers) == (6 if revision == "0001" else 1, True, (1, 2))
        assert course.reviewed_at == NOW
        assert await unit.doors.of(Account("slack", "T1", "U1")) == Door(opened_at=NOW), "what was sent tells it"
        assert len(await unit.resources.claim(NOW, 30, 9)) == (2 if revision == "0001" else 1)


def _rest_at(connection: Connection, revision: str) -> None:
    if schema.revision(connection) != revision:
        command.downgrade(schema._config(connection), revision)


async def test_the_tables_and_the_revisions_say_the_same(url: str) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, METADATA))

    assert await on(url, differences) == []


async def test_migrating_again_does_nothing(url: str) -> None:
    await migrate(url)
    assert await on(url, schema.revision) == schema.HEAD
    assert not await on(url, schema.upgrade)


async def test_all_can_be_taken_back_and_made_again(url: str) -> None:
    def down(connection: Connection) -> None:
        command.downgrade(schema._config(connection), "base")

    await on(url, down)
    async with opened(url) as store:
        await fill(store)


async def test_a_database_newer_than_the_program_is_refused(url: str) -> None:
    await on(url, lambda db: db.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(ConfigError, match="newer"):
        await migrate(url)


async def test_a_database_of_another_program_is_refused(url: str) -> None:
    await on(url, lambda db: db.execute(text("DROP TABLE alembic_version")))
    with pytest.raises(ConfigError, match="another program"):
        await migrate(url)


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "HEAD", None, None

def upgrade():
    with op.batch_alter_table("course") as batch:
        batch.add_column(sa.Column("kept_by", sa.Text(), nullable=True))
        batch.alter_column("description", existing_type=sa.Text(), nullable=True)
    BREAK
"""


@pytest.fixture
def next_revision(tmp_path: Path) -> Callable[[str], Path]:
    """Make scripts with a made-up next revision; on SQLite it rebuilds a table that others refer to."""

    def make(ending: str) -> Path:
        scripts = tmp_path / "migrations"
        shutil.copytree(schema._SCRIPTS, scripts)
        text = NEXT.replace("HEAD", schema.HEAD).replace("BREAK", ending)
        (scripts / "versions" / "r9999_next.py").write_text(text)
        return scripts

    return make


async def test_rebuilding_a_table_loses_no_row(
    url: str, next_revision: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(url) as store:
        await fill(store)
    before: Pictures = await on(url, pictures)
    monkeypatch.setattr(schema, "_SCRIPTS", next_revision("pass"))
    monkeypatch.setattr(schema, "HEAD", "9999")
    await migrate(url)
    after: Pictures = await on(url, pictures)
    assert await on(url, schema.revision) == "9999"
    assert after.pop("course")[0] == before.pop("course")[0]
    assert after == before


@pytest.mark.parametrize("ending", ["op.execute('SELECT * FROM nowhere')", "op.execute('DELETE FROM person')"])
async def test_a_revision_that_breaks_is_taken_back_whole(
    url: str, ending: str, next_revision: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(url) as store:
        await fill(store)
    before: Pictures = await on(url, pictures)
    monkeypatch.setattr(schema, "_SCRIPTS", next_revision(ending))
    monkeypatch.setattr(schema, "HEAD", "9999")
    with pytest.raises(Exception, match=r"nowhere|refer|foreign key"):
        await migrate(url)
    assert await on(url, pictures) == before
    assert await on(url, schema.revision) == REVISIONS[-1]


@pytest.mark.postgres
async def test_two_that_migrate_at_once_are_both_well(postgres_empty: str) -> None:
    await asyncio.gather(*(migrate(postgres_empty) for _ in range(4)))
    assert await on(postgres_empty, schema.revision) == schema.HEAD


def test_the_revision_that_is_written_down_is_the_newest() -> None:
    assert ScriptDirectory(str(schema._SCRIPTS)).get_current_head() == schema.HEAD
