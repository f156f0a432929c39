"""What only PostgreSQL has: connections that break."""

import asyncio

import pytest
from sqlalchemy import text

from bot.errors import StoreUnavailable
from bot.ports import Store
from storage.postgres import PostgresDatabase
from storage.store import SqlStore
from tests.storage.conftest import Databases, opened
from tests.storage.sample import NORTH, NOW, letter

pytestmark = pytest.mark.postgres
KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def break_connections(store: Store) -> None:
    assert isinstance(store, SqlStore)
    database = store._database
    assert isinstance(database, PostgresDatabase)
    async with database.engine.connect() as connection:
        await connection.execute(text(KILL))


async def test_a_broken_connection_is_told_and_the_next_unit_works(postgres_databases: Databases) -> None:
    async with opened(postgres_databases()) as store:
        with pytest.raises(StoreUnavailable):  # noqa: PT012 - the unit as a whole fails
            async with store.write(NORTH) as unit:
                await unit.deliveries.add("slack", "Ev1", NOW)
                await break_connections(store)
                await unit.deliveries.add("slack", "Ev2", NOW)
        async with store.write(NORTH) as unit:
            assert await unit.deliveries.add("slack", "Ev1", NOW)


async def test_a_connection_that_broke_while_idle_is_replaced_unseen(postgres_databases: Databases) -> None:
    async with opened(postgres_databases()) as store:
        await break_connections(store)
        async with store.read(NORTH) as unit:
            assert await unit.courses.topics() == []


async def test_a_swallowed_fault_does_not_pretend_to_commit(postgres_databases: Databases) -> None:
    async with opened(postgres_databases()) as store:
        with pytest.raises(StoreUnavailable):  # noqa: PT012 - the unit as a whole fails
            async with store.write(NORTH) as unit:
                await unit.outbox.queue([letter()], NOW)
                with pytest.raises(ValueError, match="refuse"):
                    await unit.drafts.keep(99, "f", {}, "", NOW)
        async with store.read(NORTH) as unit:
            assert (await unit.outbox.counts())["new"] == 0


async def test_claims_of_two_open_transactions_are_distinct(postgres_databases: Databases) -> None:
    async with opened(postgres_databases()) as store:
        async with store.write(NORTH) as unit:
            await unit.outbox.queue([letter(str(n)) for n in range(10)], NOW)
        async with store.write(NORTH) as one, store.write(NORTH) as two:
            first = await one.outbox.claim(NOW, 30, 6, "one", ["slack"])
            async with asyncio.timeout(5):  # the second doesn't wait for the first
                second = await two.outbox.claim(NOW, 30, 6, "two", ["slack"])
        assert sorted(letter.id for letter in [*first, *second]) == list(range(1, 11))
