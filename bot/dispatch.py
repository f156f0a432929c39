"""From a request to a reply: who asks, what they mean, one transaction, and words for every error."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, assert_never

import structlog

from bot import words
from bot.arguments import parse_token, parse_values, split_text
from bot.commands import Action, Answer, Aside, Background, Command, Context, FormHandler, Handler, MessageAction
from bot.config import Config
from bot.errors import Invalid, StoreUnavailable, UserError
from bot.model import Page, Person, Ref, Workspace
from bot.pictures import Pictures
from bot.ports import Chat, Clock, LinkReader, Store, Unit
from bot.registry import Registry
from bot.requests import (
    Ask,
    Click,
    Event,
    EventKind,
    Invoke,
    Outcome,
    Pick,
    Rejected,
    Repeated,
    Reply,
    Request,
    Submit,
    Suggestion,
)
from bot.ui import Card, Divider, Form, Note, Text

log = structlog.get_logger(__name__)

LINK_WAIT = 1.5
"""Seconds that a person waits for the pages they linked to: both platforms want an answer within 3."""
SUGGESTIONS = 25
"""Most suggestions at a time: Discord's limit for autocomplete choices."""


class Core(Protocol):
    """What an adapter asks of the core."""

    @property
    def config(self) -> Config: ...
    @property
    def registry(self) -> Registry: ...
    @property
    def clock(self) -> Clock: ...

    async def handle(self, request: Request) -> Outcome:
        """Do what a delivery asks. Never raises: errors come back as private words."""
        ...

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        """Wait a moment for posts that a reply links to, and give the reply with those links.

        To be called after the platform was answered, where it wants an answer first.
        """
        ...

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        """Suggest values while somebody types an option; at most 25. Never raises."""
        ...

    async def hear(self, event: Event) -> None:
        """Take note of what a platform tells, if it is so. Raises StoreUnavailable: then it should be told again."""
        ...

    def attach(self, chat: Chat) -> None:
        """Make a platform reachable for what must be sent."""
        ...

    async def join(self, workspace: Workspace) -> None:
        """Make a workspace part of the community that the settings name."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the request; it is finished before the program ends."""
        ...


@dataclass(frozen=True)
class Call:
    """What a request turned out to mean: a handler with its arguments."""

    handler: Handler
    args: Any
    changes: bool = False
    links: tuple[str, ...] = ()
    typed: tuple[Command, Mapping[str, str]] | None = None  # of a command: to give it back where it needs a change


def resolve(registry: Registry, request: Request) -> Call | Card:
    """Find what a request means; a card where it only needs words. Raises UserError for what nobody declared."""
    match request.intent:
        case Invoke() as invoke:
            return _resolve_command(registry, invoke)
        case Click(token):
            name, _, rest = token.partition(":")
            action = registry.actions.get(name)
            if action is None:
                raise UserError("This button is from an earlier version. Type /offcourse to start anew.")
            return _call(action, _forgery_proof(action, rest), changes=action.changes)
        case Submit(form=form) as submit:
            handler = registry.forms.get(form)
            if handler is None:
                raise UserError("This form is from an earlier version. Type /offcourse to start anew.")
            return _call(handler, submit, changes=True)
        case Pick(action=name) as pick:
            chosen = registry.message_actions.get(name)
            if chosen is None:
                raise UserError("This menu entry is from an earlier version. Type /offcourse to start anew.")
            return _call(chosen, pick)
        case _:
            assert_never(request.intent)


def _resolve_command(registry: Registry, invoke: Invoke) -> Call | Card:
    sub, typed = (invoke.sub, invoke.text) if invoke.sub else _first_word(invoke.text)
    command = registry.commands.get((invoke.root, sub.lower())) if sub else registry.default(invoke.root)
    if command is None:
        return words.group_card(registry, invoke.root, sub, invoke.text)
    values = invoke.values if invoke.values is not None else split_text(command.options, typed)
    try:
        args: Any = parse_values(command.args, values)
    except Invalid as error:
        raise words.BadArguments(command, values, error.fields) from None
    return replace(_call(command, args, changes=command.changes), typed=(command, values))


def _first_word(text: str) -> tuple[str, str]:
    first, *rest = text.split(None, 1) or [""]
    return first, rest[0] if rest else ""


def _forgery_proof(action: Action, rest: str) -> Any:
    try:
        return parse_token(action.args, rest)
    except Invalid:
        raise UserError("This button can't be read any more. Type /offcourse to start anew.") from None


def _call(declared: Command | Action | FormHandler | MessageAction, args: Any, *, changes: bool = False) -> Call:
    return Call(declared.handler, args, changes, tuple(declared.links(args)) if declared.links else ())


class Dispatcher:
    """Handles requests: one clock read, one transaction, errors as private words with a reference."""

    def __init__(
        self,
        *,
        config: Config,
        registry: Registry,
        store: Store,
        clock: Clock,
        links: LinkReader,
        ref_of: Callable[[str], Ref | None],
        secret: Callable[[], str],
        pictures: Pictures,
        join: Callable[[Workspace], Coroutine[Any, Any, str]],
        committed: Callable[[Person, Request, bool], None],
        viewed: Callable[[str, Sequence[int], datetime], None],
    ) -> None:
        """Take the parts; `committed` is told of each request that was handled, and whether it wrote.

        `viewed` is told which courses somebody in a community looked at.
        """
        self._config = config
        self._registry = registry
        self._store = store
        self._clock = clock
        self._links = links
        self._ref_of = ref_of
        self._secret = secret
        self._pictures = pictures
        self._join = join
        self._committed = committed
        self._viewed = viewed

    async def handle(self, request: Request) -> Outcome:
        """Do what a delivery asks and say what came of it. Never raises."""
        try:
            try:
                call = resolve(self._registry, request)
                return Reply(call) if isinstance(call, Card) else await self._run(call, request)
            except words.BadArguments as error:
                return Reply(words.bad_arguments_card(error))
            except UserError as error:
                return await self._rejected(request, error)
        except StoreUnavailable as error:
            return self._failed(request, error, "I can't reach my memory just now, so nothing was saved.")
        except Exception as error:  # noqa: BLE001 - the one place where a request's unexpected errors end
            return self._failed(request, error, "Something went wrong on my side, and nothing was saved.")

    async def _run(self, call: Call, request: Request) -> Outcome:
        pages = await read_pages(self._links, call.links)
        now = self._clock.now()
        community = await self._community(request)
        try:
            answered = await (self._write if call.changes else self._read)(community, call, request, pages, now)
        except Invalid as error:
            if call.typed is None:
                raise
            raise words.BadArguments(*call.typed, error.fields) from None
        if answered is None:
            return Repeated()
        asked, answer = answered
        self._committed(asked.person, request, call.changes)
        self._viewed(community, asked.looked_at, now)
        return Reply(answer) if isinstance(answer, Card) else answer

    async def _community(self, request: Request) -> str:
        return await self._store.community_of(request.workspace) or await self._join(request.workspace)

    async def _write(
        self, community: str, call: Call, request: Request, pages: Mapping[str, Page], now: datetime
    ) -> tuple[Context, Answer] | None:
        """Answer and write, together with the key of the delivery; None for one that was handled before."""
        async with self._store.write(community) as unit:
            if not await unit.deliveries.add(request.workspace.platform, request.key, now):
                return None
            person = await unit.people.meet(request.account, request.profile, now)
            asked = self._context(unit, person, request, pages, now)
            answer = await call.handler(asked, call.args)
            asides = await self._asides(asked, answer)
            for aside in asides:
                await aside.told(asked)
            return asked, with_asides(answer, asides.values())

    async def _read(
        self, community: str, call: Call, request: Request, pages: Mapping[str, Page], now: datetime
    ) -> tuple[Context, Answer]:
        """Answer without writing, but for the first contact: then the account becomes a person."""
        while True:
            async with self._store.read(community) as unit:
                person = await unit.people.of(request.account)
                if person is not None:
                    asked = self._context(unit, person, request, pages, now)
                    answer = await call.handler(asked, call.args)
                    asides = await self._asides(asked, answer)
                    break
            async with self._store.write(community) as unit:
                await unit.people.meet(request.account, request.profile, now)
        if asides:
            async with self._store.write(community) as unit:
                for aside in asides:
                    await aside.told(self._context(unit, person, request, pages, now))
        return asked, with_asides(answer, asides.values())

    async def _asides(self, asked: Context, answer: Answer) -> dict[Aside, Text]:
        """Gather what the person should be told below a reply; a form has no place for it."""
        if not isinstance(answer, Card | Reply):
            return {}
        return {aside: said for aside in self._registry.asides.values() if (said := await aside.say(asked))}

    def _context(
        self, unit: Unit, person: Person, request: Request, pages: Mapping[str, Page], now: datetime
    ) -> Context:
        def hang(png: bytes) -> str:
            return self._pictures.hang(png, now)

        given = (self._config, self._registry, unit, person, request, pages, self._ref_of, self._secret, hang)
        return Context(now, *given)

    async def _rejected(self, request: Request, error: UserError) -> Outcome:
        """Say what was wrong; a form that was sent off comes back with all that was typed."""
        form = self._sent_form(request)
        if form is None or not isinstance(error, Invalid):
            return self._kept(request, words.problem_card(str(error)))
        if request.inline_errors:
            return Rejected(form, error.fields)
        return Reply(words.rejected_card(form, error.fields, await self._keep_draft(request, form)))

    async def _keep_draft(self, request: Request, form: Form) -> int:
        now = self._clock.now()
        async with self._store.write(await self._community(request)) as unit:
            person = await unit.people.meet(request.account, request.profile, now)
            values = {field.name: field.value for field in form.fields}
            return await unit.drafts.keep(person.id, form.id, values, form.state, now)

    def _sent_form(self, request: Request) -> Form | None:
        if not isinstance(request.intent, Submit) or request.intent.form not in self._registry.forms:
            return None
        blank = self._registry.forms[request.intent.form].blank(self._config)
        return blank.filled(request.intent.values, state=request.intent.state)

    def _failed(self, request: Request, error: Exception, text: str) -> Outcome:
        reference = secrets.token_hex(3)
        log.error(
            "request failed", reference=reference, key=request.key, intent=type(request.intent).__name__, exc_info=error
        )
        return self._kept(request, words.failure_card(text, reference))

    def _kept(self, request: Request, card: Card) -> Outcome:
        """Say it without losing what was typed: inside the open form, or with the typed text below."""
        form = self._sent_form(request)
        if form is None:
            return Reply(card)
        if request.inline_errors:
            return Rejected(form, {form.fields[0].name: card.summary})
        return Reply(words.with_typed(card, form))

    async def hear(self, event: Event) -> bool:
        """Tell all listeners of an event, in one transaction with its key; False where it was heard before.

        Raises StoreUnavailable.
        """
        community = await self.where_news(event)
        if community is None:
            return False
        listeners = self._registry.listeners[event.kind]
        now = self._clock.now()
        async with self._store.write(community) as unit:
            if not await unit.deliveries.add(event.workspace.platform, event.key, now):
                return False
            for listener in listeners:
                await listener.hear(Background(now, self._config, self._registry, unit), event)
        return True

    async def where_news(self, event: Event) -> str | None:
        """Name the community to which an event says anything new that somebody listens to; None: it is no news.

        Platforms tell of every change of a profile, most of them idle.
        """
        community = await self._store.community_of(event.workspace)
        listened = bool(self._registry.listeners.get(event.kind))
        return community if community and listened and await self._is_news(community, event) else None

    async def _is_news(self, community: str, event: Event) -> bool:
        """An account that nobody met is none of ours, one that is there can't come, one that is gone can't leave."""
        async with self._store.read(community) as unit:
            person = await unit.people.of(event.account)
        is_here = person is not None and event.account in person.accounts
        return person is not None and is_here is (event.kind is EventKind.LEFT)

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        """Suggest values for an option; nothing where anything goes wrong, because typing must go on."""
        command = self._registry.commands.get((ask.root, ask.sub))
        option = next((o for o in command.options if o.name == ask.option), None) if command else None
        if option is None or option.suggest is None:
            return ()
        request = Request("", ask.workspace, ask.account, ask.profile, Invoke(ask.root, ask.sub))
        try:
            found = await self._run_suggest(option.suggest, request, ask.typed)
        except Exception as error:  # noqa: BLE001 - a suggestion is never worth an error
            log.warning("no suggestions", error=type(error).__name__)
            return ()
        return tuple(found)[:SUGGESTIONS]

    async def _run_suggest(
        self, suggest: Callable[[Context, str], Any], request: Request, typed: str
    ) -> Iterable[Suggestion]:
        community = await self._store.community_of(request.workspace)
        if community is None:
            return ()
        now = self._clock.now()
        async with self._store.read(community) as unit:
            person = await unit.people.of(request.account) or Person(0, request.profile.name)
            found: Iterable[Suggestion] = await suggest(self._context(unit, person, request, {}, now), typed)
            return found


def with_asides(answer: Answer, asides: Iterable[Text]) -> Answer:
    """Put words below a reply."""
    notes = tuple(Note(said) for said in asides)
    match answer:
        case Card(summary, blocks) if notes:
            return Card(summary, (*blocks, Divider(), *notes))
        case Reply(card) if notes:
            return replace(answer, card=Card(card.summary, (*card.blocks, Divider(), *notes)))
        case _:
            return answer


async def read_pages(links: LinkReader, urls: Sequence[str]) -> dict[str, Page]:
    """Read pages side by side within the time a person waits; those that didn't answer are left out."""
    wanted = list(dict.fromkeys(urls))
    read = await asyncio.gather(*(_read_page(links, url) for url in wanted))
    return {url: page for url, page in zip(wanted, read, strict=True) if page is not None}


async def _read_page(links: LinkReader, url: str) -> Page | None:
    try:
        async with asyncio.timeout(LINK_WAIT):
            return await links.read(url, LINK_WAIT)
    except TimeoutError:
        return None
