"""What only PostgreSQL has: connections that break."""

import asyncio

import pytest
from sqlalchemy import text

from bot.errors import StoreUnavailable
from bot.model import Ref, Workspace
from bot.ports import Store
from storage.postgres import PostgresDatabase
from storage.store import SqlStore
from tests.storage.conftest import Databases, opened
from tests.storage.sample import NORTH, NOW, later, letter

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


async def test_an_edit_cannot_be_claimed_while_what_it_shows_is_changed(postgres_databases: Databases) -> None:
    """It would be made from the old state and count for the new one."""
    async with opened(postgres_databases()) as store:
        async with store.write(NORTH) as unit:
            await unit.outbox.queue([letter()], NOW)
            await unit.outbox.sent(1, Ref("slack:T1/1"), Workspace("slack", "T1"), NOW)
            await unit.outbox.refresh("course", "1", NOW)
        async with store.write(NORTH) as changing, store.write(NORTH) as working:
            await changing.outbox.refresh("course", "1", NOW)
            assert await working.outbox.claim(NOW, 30, 9, "worker", ["slack"]) == []
        async with store.write(NORTH) as unit:
            assert len(await unit.outbox.claim(NOW, 30, 9, "worker", ["slack"])) == 1


async def test_a_refresh_waits_for_a_claim_that_is_being_given_and_takes_it_away(
    postgres_databases: Databases,
) -> None:
    async with opened(postgres_databases()) as store:
        async with store.write(NORTH) as unit:
            await unit.outbox.queue([letter()], NOW)
            await unit.outbox.sent(1, Ref("slack:T1/1"), Workspace("slack", "T1"), NOW)
            await unit.outbox.refresh("course", "1", NOW)

        async def change() -> None:
            async with store.write(NORTH) as unit:
                await unit.outbox.refresh("course", "1", later(1))

        async with store.write(NORTH) as working:
            assert len(await working.outbox.claim(NOW, 30, 9, "worker", ["slack"])) == 1
            changing = asyncio.create_task(change())
            await asyncio.sleep(0.2)
            assert not changing.done()
        await changing
        async with store.write(NORTH) as unit:
            assert not await unit.outbox.edited(2, "worker", NOW, later(2))


async def test_a_letter_queued_beside_a_refresh_waits_for_it(postgres_databases: Databases) -> None:
    """So its card is made when the change is there, or the refresh sees it."""
    async with opened(postgres_databases()) as store:

        async def show() -> None:
            async with store.write(NORTH) as unit:
                await unit.outbox.queue([letter()], NOW)

        async with store.write(NORTH) as changing:
            await changing.outbox.refresh("course", "1", NOW)
            showing = asyncio.create_task(show())
            await asyncio.sleep(0.2)
            assert not showing.done()
        await showing
