"""The store: `bot.ports.Store` over a database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.model import Workspace
from bot.ports import Store, Unit
from storage import communities
from storage.archive import SqlArchive
from storage.carers import SqlCarers
from storage.communities import SqlWorkspaces
from storage.courses import SqlCourses
from storage.deliveries import SqlDeliveries
from storage.digests import SqlDigests
from storage.doors import SqlDoors
from storage.drafts import SqlDrafts
from storage.engine import Database, opened
from storage.escalations import SqlEscalations
from storage.flags import SqlFlags
from storage.handovers import SqlHandovers
from storage.hostings import SqlHostings
from storage.insights import SqlInsights
from storage.joining import SqlJoinings
from storage.learning import SqlLearning
from storage.looks import SqlLooks
from storage.meetups import SqlMeetups
from storage.outbox import SqlOutbox
from storage.people import SqlPeople
from storage.posts import SqlPosts
from storage.resources import SqlResources
from storage.reviews import SqlReviews
from storage.rsvps import SqlRsvps
from storage.session import Session
from storage.shelf import SqlShelf
from storage.usage import SqlUsage
from storage.vocabulary import Vocabularies


class SqlUnit:
    """One transaction in one community."""

    def __init__(self, session: Session, vocabularies: Vocabularies) -> None:
        self.community = session.community
        self.people = SqlPeople(session)
        self.looks = SqlLooks(session)
        self.joinings = SqlJoinings(session)
        self.courses = SqlCourses(session, vocabularies)
        self.learning = SqlLearning(session)
        self.shelf = SqlShelf(session)
        self.resources = SqlResources(session)
        self.reviews = SqlReviews(session)
        self.carers = SqlCarers(session)
        self.digests = SqlDigests(session)
        self.handovers = SqlHandovers(session)
        self.escalations = SqlEscalations(session)
        self.usage = SqlUsage(session)
        self.insights = SqlInsights(session)
        self.flags = SqlFlags(session)
        self.meetups = SqlMeetups(session)
        self.rsvps = SqlRsvps(session)
        self.hostings = SqlHostings(session)
        self.posts = SqlPosts(session)
        self.outbox = SqlOutbox(session)
        self.doors = SqlDoors(session)
        self.deliveries = SqlDeliveries(session)
        self.drafts = SqlDrafts(session)
        self.workspaces = SqlWorkspaces(session)
        self.archive = SqlArchive(session)


class SqlStore:
    """All communities of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vocabularies = Vocabularies()
        self._homes: dict[tuple[str, str], str] = {}  # a workspace that joined a community never leaves it

    async def community_of(self, workspace: Workspace) -> str | None:
        key = (workspace.platform, workspace.id)
        if key not in self._homes:
            async with self._database.read("") as session:
                found = await session.run(communities.community_of, workspace)
            if found is None:
                return None
            self._homes[key] = found
        return self._homes[key]

    async def found(self, community: str, name: str) -> None:
        async with self._database.write(community) as session:
            await session.run(communities.found, name)

    async def join(self, workspace: Workspace, community: str) -> None:
        async with self._database.write(community) as session:
            await session.run(communities.join, workspace)

    async def communities(self) -> Sequence[str]:
        async with self._database.read("") as session:
            return await session.run(communities.communities)

    @asynccontextmanager
    async def read(self, community: str) -> AsyncIterator[Unit]:
        async with self._database.read(community) as session:
            yield SqlUnit(session, self._vocabularies)

    @asynccontextmanager
    async def write(self, community: str) -> AsyncIterator[Unit]:
        async with self._database.write(community) as session:
            yield SqlUnit(session, self._vocabularies)


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the store at a database URL, brought to the newest revision; ConfigError if it can't be used."""
    async with opened(url) as database:
        yield SqlStore(database)
