"""One transaction in one community, as the repositories see it.

Repositories are written as plain functions over a SQLAlchemy connection. A session runs them where its database
wants them: on SQLite in the connection's thread (one hop for as many statements as a function makes), on PostgreSQL
in a greenlet of the event loop.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

P = ParamSpec("P")
T = TypeVar("T")


class Session(Protocol):
    """One transaction in one community."""

    @property
    def community(self) -> str:
        """The community's id: the first argument of all that runs here."""
        ...

    @property
    def writes(self) -> bool:
        """Whether the transaction may change things: what it sees may not be there for others yet."""
        ...

    async def run(self, work: Callable[Concatenate[Connection, str, P], T], *args: P.args, **more: P.kwargs) -> T:
        """Do work on the connection, for the community; raise StoreUnavailable where the database can't."""
        ...
