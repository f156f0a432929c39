"""The schema's revision: what a database has, what this program needs, and the road between."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from bot.errors import ConfigError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0010"
"""The revision this program needs. Written here so that a start with nothing to migrate needs no Alembic, which takes
a fifth of the time to be ready; a test holds it to the newest revision in the package."""
_SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x0FFC0  # PostgreSQL's advisory lock for migrating: the first process does it, the others wait


def revision(connection: Connection) -> str | None:
    """Name the revision a database has; None for an empty one, ConfigError for one that isn't ours."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        return found
    if tables:
        raise ConfigError(
            f"The database holds tables of another program ({', '.join(sorted(tables)[:3])}). "
            "Give [storage] url a database of its own."
        )
    return None


def upgrade(connection: Connection, to: str = "head") -> bool:
    """Bring a database to a revision and tell whether there was anything to do. Commits nothing half.

    ConfigError: the database is newer than this program, or isn't ours.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
    before = revision(connection)
    if before == HEAD:
        return False
    from alembic import command
    from alembic.util import CommandError

    config = _config(connection)
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise ConfigError(
            f"The database has revision {before}, which this program doesn't know: it is newer. "
            "Install the newer program again, or restore the backup from before the change."
        ) from error
    return True


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
