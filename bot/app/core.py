"""The core with its store: `open_app` makes it, adapters are built on it."""

import asyncio
import os
import secrets
import socket
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import structlog

from adapters.links import SafeLinks
from bot.app.metrics import Metrics
from bot.care import Intervals
from bot.commands import Round
from bot.config import Config
from bot.delivery import Delivery
from bot.dispatch import Dispatcher
from bot.enrich import Enrichment
from bot.errors import BotError
from bot.features import community, joining, quiet
from bot.features.courses import changes, curate, find, forking, learn, moves, page, share, viewing
from bot.features.meetups import announcing, answering, changed, changing, hosts, listing, places, plan, showing
from bot.features.meetups import handover as hand_over
from bot.features.ownership import (
    adoption,
    co_owners,
    digests,
    doubts,
    flags,
    handover,
    health,
    insights,
    ladder,
    leaving,
    lists,
    own_zone,
    pending,
    proposing,
    putting_up,
    review,
    rounds,
    settings,
    settling,
    silence,
    taps,
    unreached,
)
from bot.joining import TRIES_LAST
from bot.meetups.meetup import CARD
from bot.model import Account, Person, PublicCourse, Ref, Workspace
from bot.pictures import Pictures
from bot.ports import Chat, Clock, LinkReader, Store, Unit
from bot.presence import Presence
from bot.profiles import Profiles
from bot.registry import Registry
from bot.requests import Ask, Event, EventKind, Outcome, Request, Suggestion
from bot.settle import Settler
from bot.usage import WINDOW, day_of
from bot.views import Views
from bot.watch import Watch
from storage import open_store

if TYPE_CHECKING:
    from bot.features.courses.archive import Exported
    from bot.features.courses.imports import Fit, Imported

log = structlog.get_logger(__name__)

FEATURES: tuple[ModuleType, ...] = (
    *(share, find, viewing, curate, moves, forking, changes, learn, page),
    *(plan, announcing, answering, listing, places, showing, changing, changed, hosts, hand_over),
    *(community, joining, quiet),
    *(lists, pending, settings, own_zone, taps, silence, rounds, digests, unreached),
    *(review, flags, settling, co_owners, handover, proposing, putting_up, adoption, leaving, ladder),
    *(health, doubts, insights),
)
"""Every room of the house; a new feature is named here."""
COMMUNITY = "main"
"""The id of the one community that a deployment serves; its name may change in the settings."""
DELIVERIES_KEPT = timedelta(days=7)
"""How long a delivery is remembered: far longer than any platform repeats one."""
DRAFTS_KEPT = timedelta(days=7)
"""How long a form that could not be taken is kept for its writer."""
VIEWS_KEPT = WINDOW + timedelta(days=7)
"""How long looks at courses are kept by day: a little longer than they count."""
FORGET_PACE = timedelta(hours=6)
"""How often what is too old is forgotten."""
SECRET_BYTES = 16
"""Bytes of chance in what nobody may guess: 128 bits."""
DRAIN = 6.0
"""Seconds that work beside requests gets to finish at the end."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """Tell the moment, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one seat of the time


class App:
    """The core with its store: what adapters are built on. Made by `open_app`."""

    def __init__(self, config: Config, store: Store, clock: Clock, links: LinkReader, claimant: str) -> None:
        """Put the parts together; nothing runs yet."""
        self.config = config
        self.registry = Registry(FEATURES)
        self.clock = clock
        self.store = store
        self.chats: dict[str, Chat] = {}
        self.last_tick: datetime | None = None
        self.metrics = Metrics()
        self._forgot_at: datetime | None = None
        self.delivery = Delivery(
            store=store, registry=self.registry, config=config, clock=clock, chats=self.chats, claimant=claimant
        )
        enabled = config.links.enabled
        self.enrichment = Enrichment(store=store, links=links, enabled=enabled, claimant=claimant)
        self.watch = Watch(store=store, links=links, enabled=enabled, claimant=claimant)
        self.presence = Presence(store, self.chats, self._heard)
        self._profiles = Profiles(store, clock, self.chats)
        self._settler = Settler(store, self.delivery, self.chats)
        self._pictures = Pictures(config.web.public_url, _secret)
        self._views = Views(store, config.community.timezone)
        self._dispatcher = Dispatcher(
            config=config,
            registry=self.registry,
            store=store,
            clock=clock,
            links=links,
            ref_of=self._ref_of,
            secret=_secret,
            pictures=self._pictures,
            join=self._joined,
            committed=self._committed,
            viewed=self._views.add,
        )
        self._beside: set[asyncio.Task[None]] = set()

    async def handle(self, request: Request) -> Outcome:
        """Do what a delivery asks; see `bot.dispatch.Core`."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        outcome = await self._dispatcher.handle(request)
        self.metrics.handled(request, outcome, loop.time() - begun)
        return outcome

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        """Resolve links to posts that are just going out; see `bot.dispatch.Core`."""
        try:
            return await self._settler.settle(outcome, request)
        except Exception:
            # What was asked is done; an answer without its links is better than none.
            log.exception("reply not settled", key=request.key)
            return outcome

    async def hear(self, event: Event) -> None:
        """Take note of what a platform tells; see `bot.dispatch.Core`."""
        community = await self._dispatcher.where_news(event)
        if community is not None:
            await self.presence.told(community, event, self.clock.now())

    async def _heard(self, event: Event) -> None:
        """Take note of what is so."""
        if await self._dispatcher.hear(event):
            self.delivery.wake()

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        """Suggest values while somebody types; see `bot.dispatch.Core`."""
        return await self._dispatcher.suggest(ask)

    async def public_course(self, token: str) -> PublicCourse | None:
        """Find what the world may see at a token; None where there is nothing, or nothing any more.

        Raises StoreUnavailable.
        """
        async with self.store.read(COMMUNITY) as unit:
            course = await unit.courses.by_page(token)
            if course is None:
                return None
            pages = await unit.resources.known([step.url for step in course.steps])
        return page.public_course(course, pages, self.config)

    def picture(self, name: str) -> bytes | None:
        """Find the picture that hangs under a name for the world; None where there is none, or none any more."""
        return self._pictures.at(name, self.clock.now())

    def page_opened(self, course: PublicCourse) -> None:
        """Note that somebody opened the page of a course."""
        self._views.add(COMMUNITY, [course.number], self.clock.now())

    def attach(self, chat: Chat) -> None:
        """Make a platform reachable, and send what waited for it."""
        self.chats[chat.platform] = chat
        self.delivery.wake()

    async def join(self, workspace: Workspace) -> None:
        """Make a workspace part of the community."""
        await self._joined(workspace)

    async def _joined(self, workspace: Workspace) -> str:
        await self.store.join(workspace, COMMUNITY)
        return COMMUNITY

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the request; errors are logged, and the end waits for it."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._beside.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work beside a request failed", exc_info=error)

    def _ref_of(self, link: str) -> Ref | None:
        return next((ref for chat in self.chats.values() if (ref := chat.ref(link))), None)

    def _committed(self, person: Person, request: Request, wrote: bool) -> None:  # noqa: FBT001 - the dispatcher's call
        """Send what was queued, and look the person up; the request is done, whatever comes of this."""
        if wrote:
            self.delivery.wake()
        if request.account not in person.accounts:  # nobody told us that they are back
            came = Event(f"seen:{request.key}", request.workspace, request.account, EventKind.CAME)
            self.spawn(self._heard(came))
        if self._profiles.is_due(request.account, person):
            self.spawn(self._profiles.refresh(request.workspace, request.account, person))

    async def tick(self, now: datetime) -> None:
        """Do all work that is due at a moment (aware UTC), once. Pages are read and checked beside the letters."""
        looks = (self.enrichment.run_due(now), self.watch.run_due(now), self.presence.run_due(now))
        async with AsyncExitStack() as stack:
            for look in looks:
                await stack.enter_async_context(_beside(look))
            await self.work(now)

    async def work(self, now: datetime) -> None:
        """Do all work that is due at a moment (aware UTC), but for looks at the web and for people, which take long."""
        await self._work(now)
        await self._send_and_forget(now)

    async def _work(self, now: datetime) -> None:
        """Do what features say is due. One that fails stops no other, and comes again at the next tick."""
        for name in await self.store.communities():
            for work in self.registry.work.values():
                try:
                    await work.run(Round(now, self.config, self.registry, self.store, name))
                except Exception:
                    log.exception("due work failed", work=work.name)

    async def _send_and_forget(self, now: datetime) -> None:
        await self.delivery.run_due(now)
        await self._views.write_due(now)
        if self._forgot_at is None or now - self._forgot_at >= FORGET_PACE:
            await self._forget(now)
        self.last_tick = self.clock.now()
        self.metrics.ticked(self.last_tick.timestamp())

    async def count_letters(self) -> None:
        """Bring the figures of the outbox up to date: for who asks for them, as counting looks at all letters."""
        letters: Counter[str] = Counter()
        for name in await self.store.communities():
            async with self.store.read(name) as unit:
                letters.update(await unit.outbox.counts())
        self.metrics.counted(letters)

    async def _forget(self, now: datetime) -> None:
        for name in await self.store.communities():
            async with self.store.write(name) as unit:
                await unit.deliveries.forget(now - DELIVERIES_KEPT)
                await unit.drafts.forget(now - DRAFTS_KEPT)
                await unit.joinings.forget(now, now - TRIES_LAST)
                await unit.usage.forget(day_of(now - VIEWS_KEPT, self.config.community.timezone))
        self._forgot_at = now

    async def tick_now(self) -> None:
        """Do all work that is due; errors are logged, because the next tick must come."""
        try:
            await self.tick(self.clock.now())
        except BotError as error:
            log.warning("tick failed", error=type(error.__cause__ or error).__name__)

    async def import_path(
        self, path: Path, owners: Mapping[str, Account] | None = None, fit: "Fit | None" = None
    ) -> "AsyncIterator[Imported]":
        """Import courses from a file or a folder, or a whole export; give what became of each row.

        All that is good comes in, whatever is wrong with the others; what is there already adds nothing. `owners`
        tells whose account a curator's name means, `fit` what may be done to courses that are too long. ConfigError:
        the path is an export that can't be used.
        """
        from bot.features.courses import archive, imports  # the program that serves never needs them

        manifest = archive.manifest_of(path)
        if manifest:
            rows = archive.import_export(path, manifest, self._writing, self.clock)
        else:
            read = imports.read_path(path, self.config.courses, fit or imports.Fit())
            rows = imports.import_rows(read, self._writing, self.config, self.clock, owners or {})
        async for row in rows:
            yield row

    async def export_path(self, path: Path) -> "AsyncGenerator[Exported, None]":
        """Write all that the community keeps into a new folder, as of one moment; give how far it is.

        ConfigError: there is something at the path already, or nothing can be written there.
        """
        from bot.features.courses import archive

        with archive.beside(path) as folder:
            async with self.store.read(COMMUNITY) as unit, aclosing(archive.export(unit, folder)) as pages:
                async for done in pages:
                    yield done

    def _writing(self) -> AbstractAsyncContextManager[Unit]:
        return self.store.write(COMMUNITY)

    async def close(self) -> None:
        """Finish what runs beside requests, within DRAIN seconds."""
        if self._beside:
            _, late = await asyncio.wait(set(self._beside), timeout=DRAIN)
            for task in late:
                task.cancel()
        try:
            await self._views.write()
        except BotError as error:
            log.warning("views not written", error=type(error.__cause__ or error).__name__)


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


async def _logged(work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except Exception:
        log.exception("look failed")


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Run work beside the block, which ends when both have; where the block fails the work is dropped.

    Work that fails is logged: it stops neither what runs beside it nor the tick.
    """
    task = asyncio.create_task(_logged(work))
    try:
        yield
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def open_app(
    config: Config, *, clock: Clock | None = None, links: LinkReader | None = None, sending: bool = True
) -> AsyncIterator[App]:
    """Open the store (migrated) and the features; no adapter runs yet. Letters go out as platforms are attached.

    Without `sending` they go out in `tick` alone.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(config.storage.url))
        if links is None:
            links = await stack.enter_async_context(
                SafeLinks(enabled=config.links.enabled, contact=config.web.public_url)
            )
        claimant = f"{socket.gethostname()}:{os.getpid()}:{id(stack):x}"
        app = App(config, store, clock or SystemClock(), links, claimant)
        await store.found(COMMUNITY, config.community.name)
        async with store.write(COMMUNITY) as unit:
            await unit.reviews.set_intervals(Intervals(config.ownership.review_days, config.ownership.days_by_topic))
            for meetup in await unit.meetups.follow_clocks(app.clock.now()):
                await unit.outbox.refresh(CARD, str(meetup), app.clock.now())
        if config.discord.token.get_secret_value() and config.discord.guild_id:
            await app.join(Workspace("discord", config.discord.guild_id))
        work = [asyncio.create_task(app.delivery.run())] if sending else []
        try:
            yield app
        finally:
            await app.close()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
