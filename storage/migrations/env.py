"""How Alembic runs the revisions: on the connection it is handed, in one transaction.

Batch mode rebuilds SQLite's tables by copy, drop and rename; with foreign keys on, the drop would delete what refers
to the table. So the connection comes with them off (the switch does nothing inside a transaction), and what refers
to nothing is looked for before the commit.
"""

from alembic import context
from sqlalchemy import Connection

from storage.tables import METADATA


def run(connection: Connection) -> None:
    """Bring the database to the revision asked for."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RuntimeError("foreign keys must be off before a migration begins")
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=is_sqlite, transactional_ddl=True
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite:
            _check_references(connection)


def _check_references(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        raise RuntimeError(f"the migration would leave {len(lost)} rows that refer to nothing: {lost[:3]}")


run(context.config.attributes["connection"])
