"""The database."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.model import Workspace
from bot.ports.archive import Archive
from bot.ports.care import Escalations, Flags, Handovers, Reviews
from bot.ports.courses import Courses, Learning, Resources, Shelf
from bot.ports.insights import Insights, Usage
from bot.ports.joining import Joinings
from bot.ports.meetups import Hostings, Meetups, Rsvps
from bot.ports.nudges import Carers, Digests
from bot.ports.outbox import Deliveries, Doors, Drafts, Outbox, Posts, Workspaces
from bot.ports.people import Looks, People


class Unit(Protocol):
    """One transaction in one community."""

    @property
    def community(self) -> str:
        """The community's id."""
        ...

    @property
    def people(self) -> People: ...
    @property
    def looks(self) -> Looks: ...
    @property
    def joinings(self) -> Joinings: ...
    @property
    def courses(self) -> Courses: ...
    @property
    def learning(self) -> Learning: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def resources(self) -> Resources: ...
    @property
    def posts(self) -> Posts: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def carers(self) -> Carers: ...
    @property
    def digests(self) -> Digests: ...
    @property
    def handovers(self) -> Handovers: ...
    @property
    def escalations(self) -> Escalations: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def insights(self) -> Insights: ...
    @property
    def flags(self) -> Flags: ...
    @property
    def meetups(self) -> Meetups: ...
    @property
    def rsvps(self) -> Rsvps: ...
    @property
    def hostings(self) -> Hostings: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def doors(self) -> Doors: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def archive(self) -> Archive: ...


class Store(Protocol):
    """The database. Opening a unit may raise StoreUnavailable; leaving it by an error rolls back."""

    async def community_of(self, workspace: Workspace) -> str | None:
        """Find the community a workspace belongs to."""
        ...

    async def found(self, community: str, name: str) -> None:
        """Make a community, or update its name."""
        ...

    async def join(self, workspace: Workspace, community: str) -> None:
        """Make a workspace part of a community, or update its name (an empty one leaves what is known).

        A workspace that is part of another community already stays there, and ValueError is raised.
        """
        ...

    async def communities(self) -> Sequence[str]:
        """List the communities."""
        ...

    def read(self, community: str) -> AbstractAsyncContextManager[Unit]:
        """Open a unit that only reads."""
        ...

    def write(self, community: str) -> AbstractAsyncContextManager[Unit]:
        """Open a unit that writes; it commits when left in peace."""
        ...
