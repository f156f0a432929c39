"""The border between the databases' errors and ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFreeError

from bot.errors import StoreUnavailable


@contextmanager
def guarded() -> Iterator[None]:
    """Turn what a database can't do right now into StoreUnavailable, keeping the cause.

    A row that the database's rules refuse, such as one for a person who isn't there, is a ValueError. Broken SQL
    (ProgrammingError) is a mistake of ours and passes as it is.
    """
    try:
        yield
    except IntegrityError as error:
        raise ValueError(f"the database's rules refuse this: {error.orig}") from error
    except ProgrammingError:
        raise
    except (DBAPIError, NoConnectionFreeError, sqlite3.Error, OSError) as error:
        raise StoreUnavailable from error
    except SQLAlchemyError:
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "asyncpg":  # asyncpg is there only with its extra
            raise
        raise StoreUnavailable from error
