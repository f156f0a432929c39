"""The Slack driver: the real Bolt app against the strict double, over signed HTTP or Socket Mode."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.slack.run import Running, serving
from bot.config import Config
from bot.dispatch import Core
from bot.model import Workspace
from bot.ports import Chat, Clock
from bot.registry import Registry
from bot.requests import Ask, Event, Outcome, Request, Suggestion
from tests.doubles import slack_payloads as payloads
from tests.doubles.slack import APP_TOKEN, BOT_TOKEN, CENTRE, COURSES, MEETUPS, SIGNING_SECRET, SlackDouble
from tests.doubles.slack_checks import message_problem, view_problem
from tests.drivers.base import Answer, Seen, SeenButton, SeenField, SeenForm

Json = dict[str, Any]
Mode = Literal["http", "socket"]

CHANNELS = {"courses": COURSES, "meetups": MEETUPS, "support_centre": CENTRE}
PATIENCE = 10.0


def slack_config(double: SlackDouble, mode: Mode = "http") -> dict[str, Any]:
    """Give the `slack` section of the settings that brings an app to a double."""
    return {
        "mode": mode,
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "signing_secret": SIGNING_SECRET if mode == "http" else "",
        "api_url": double.api_url,
        "channels": CHANNELS,
    }


@asynccontextmanager
async def slack_driver(app: Core, double: SlackDouble, mode: Mode = "http") -> AsyncIterator["SlackDriver"]:
    """Put an app on a double of Slack. Messages are stamped with the app's time."""
    double.now = app.clock.now
    watched = Watched(app)
    async with serving(watched) as running:
        driver = SlackDriver(double, watched, running, mode)
        async with asyncio.timeout(PATIENCE):
            while not (running.slack.home.team and await running.connected()):  # noqa: ASYNC110 - the SDK tells nobody
                await asyncio.sleep(0.005)
        yield driver
        await watched.idle()


class Watched:
    """A core whose work beside requests can be waited for."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._open: set[asyncio.Future[None]] = set()

    @property
    def config(self) -> Config:
        return self._core.config

    @property
    def registry(self) -> Registry:
        return self._core.registry

    @property
    def clock(self) -> Clock:
        return self._core.clock

    async def handle(self, request: Request) -> Outcome:
        return await self._core.handle(request)

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        return await self._core.settle(outcome, request)

    async def suggest(self, ask: Ask) -> Sequence[Suggestion]:
        return await self._core.suggest(ask)

    async def hear(self, event: Event) -> None:
        await self._core.hear(event)

    def attach(self, chat: Chat) -> None:
        self._core.attach(chat)

    async def join(self, workspace: Workspace) -> None:
        await self._core.join(workspace)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open.add(done)
        self._core.spawn(self._until_done(work, done))

    async def _until_done(self, work: Coroutine[Any, Any, None], done: "asyncio.Future[None]") -> None:
        try:
            await work
        finally:
            self._open.discard(done)
            done.set_result(None)

    async def idle(self) -> None:
        """Wait until nothing runs beside requests."""
        while self._open:
            await asyncio.wait(set(self._open), timeout=PATIENCE)


class SlackDriver:
    """Acts as members of one workspace and reads what each would see."""

    platform = "slack"
    inline_errors = True
    suggests = False

    def __init__(self, double: SlackDouble, core: Watched, running: Running, mode: Mode) -> None:
        self.double = double
        self.running = running
        self.mode = mode
        self._core = core
        self._last: tuple[str, Json, Json | None] | None = None
        routes = [Route("/slack/events", running.endpoint.handle, methods=["POST"])]
        self.http = httpx.ASGITransport(Starlette(routes=routes))

    async def command(self, who: str, typed: str) -> Answer:
        """Type a slash command in #courses."""
        return await self._act(who, payloads.command(self.double, who, typed, COURSES))

    async def click(self, who: str, on: Seen, button: SeenButton) -> Answer:
        """Tap a button; a link button opens its address in the browser, and tells the bot so."""
        found = [b for b in _buttons(on.handle) if b["text"]["text"] == button.label and b.get("value") == button.token]
        return await self._act(who, payloads.click(self.double, who, on.handle, found[0]))

    async def submit(self, who: str, form: SeenForm, **values: str) -> Answer:
        """Fill in and send an open form."""
        unknown = values.keys() - form.fields.keys()
        assert not unknown, f"no field {unknown} among {list(form.fields)}"
        filled = {name: values.get(name, field.value) for name, field in form.fields.items()}
        return await self._act(who, payloads.submission(self.double, who, form.handle, filled), form.handle)

    async def pick(self, who: str, label: str, text: str) -> Answer:
        """Choose an entry of the menu of a message that Elif wrote."""
        [name] = [n for n, found in self._core.registry.message_actions.items() if found.label == label]
        message = {"user": payloads.user_of("elif"), "text": text, "ts": self.double.ts()}
        return await self._act(who, payloads.shortcut(self.double, who, name, message, COURSES))

    async def suggest(self, who: str, command: str, option: str, typed: str) -> list[str]:
        """Slack suggests nothing while somebody types a command."""
        return []

    async def leave(self, who: str) -> None:
        """Be deactivated in the workspace."""
        await self._told(who, deleted=True)

    async def come(self, who: str) -> None:
        """Be activated again."""
        await self._told(who, deleted=False)

    async def _told(self, who: str, *, deleted: bool) -> None:
        self.double.users[payloads.user_of(who)]["deleted"] = deleted
        event = payloads.user_change(self.double, who)
        for _ in range(2):  # Slack tells again what was answered late
            assert await self.deliver(event) is not None, "the event was not acknowledged"
        await self._core.idle()

    async def repeat(self) -> Answer:
        """Deliver the last act once more."""
        assert self._last is not None, "nothing was delivered yet"
        return await self._act(*self._last)

    async def letters(self, who: str) -> list[Seen]:
        """Read what the bot has written to somebody in their private conversation."""
        channel = "D" + payloads.user_of(who)[1:]
        return [seen(message, private=True) for message in self.double.standing(channel)]

    async def posts(self, channel: str = "courses") -> list[Seen]:
        """Read what the bot has posted in a channel."""
        return [seen(message, private=False) for message in self.double.standing(CHANNELS[channel])]

    async def deliver(self, payload: Json) -> Json | None:
        """Deliver a payload and give the acknowledgement; None where it was not taken."""
        if self.mode == "socket":
            kind = "slash_commands" if "command" in payload else "interactive"
            return await self.double.envelope("events_api" if "event" in payload else kind, payload)
        body, headers = payloads.signed(payload)
        async with httpx.AsyncClient(transport=self.http, base_url="http://bot.test") as client:
            answer = await client.post("/slack/events", content=body, headers=headers)
        if answer.status_code != httpx.codes.OK:
            return None
        found = json.loads(answer.content) if answer.content else {}
        assert isinstance(found, dict)
        return found

    async def _act(self, who: str, payload: Json, view: Json | None = None) -> Answer:
        self._last = (who, payload, view)
        private = "D" + payloads.user_of(who)[1:]
        said, views, whispers = len(self.double.said), len(self.double.views), len(self.double.whispers)
        direct = len(self.double.standing(private))
        acknowledged = await self.deliver(payload)
        assert acknowledged is not None, "the delivery was not acknowledged"
        await self._core.idle()
        shown = [message for message in [acknowledged] if message.get("blocks")]
        shown += [found.words for found in self.double.said[said:]] + self.double.whispers[whispers:]
        answer = Answer([self._private(words, payload) for words in shown])
        answer.messages += [seen(message, private=True) for message in self.double.standing(private)[direct:]]
        answer.replaced = any(words.get("replace_original") for words in shown)
        if acknowledged.get("response_action") == "update":
            self._update(view or {}, acknowledged["view"])
        answer.form = next((read_form(opened) for opened in self.double.views[views:]), None)
        if acknowledged.get("response_action") == "errors":
            assert view is not None
            answer.form = _with_errors(payload, acknowledged["errors"])
        return answer

    def _update(self, before: Json, view: Json) -> None:
        assert view_problem(view) == "", view_problem(view)
        self.double.views.append({**view, "id": before.get("id"), "hash": f"{self.double.number()}.abc"})

    def _private(self, words: Json, payload: Json) -> Seen:
        """Show a message to one person; Slack gives its time stamp only to their client."""
        assert message_problem({"text": words["text"], "blocks": words["blocks"]}) == ""
        assert words.get("response_type", "ephemeral") == "ephemeral"
        stands = {"channel": payload.get("channel_id", COURSES), "ts": self.double.ts(), "ephemeral": True}
        return seen({**words, **stands}, private=True)


def seen(message: Json, *, private: bool) -> Seen:
    """Read a message as its reader does: block by block, each address on a line of its own."""
    lines = [line for block in message["blocks"] for line in _lines(block)]
    buttons = [SeenButton(b["text"]["text"], b.get("value"), b.get("url")) for b in _buttons(message)]
    return Seen("\n".join(lines), buttons, private, handle=message, raw=message)


def read_form(view: Json) -> SeenForm:
    """Read an open form."""
    fields = {b["block_id"]: _field(b) for b in view["blocks"] if b["type"] == "input"}
    return SeenForm(view["callback_id"], view["title"]["text"], fields, view)


def _with_errors(payload: Json, errors: dict[str, str]) -> SeenForm:
    """Show what Slack shows: the form stays open as it was filled in, with the errors beside its fields."""
    form = read_form(payload["view"])
    assert errors, "Slack refuses to show no errors"
    assert errors.keys() <= form.fields.keys(), f"Slack knows no fields {errors.keys() - form.fields.keys()}"
    for name, elements in payload["view"]["state"]["values"].items():
        typed = next(iter(elements.values()))
        chosen = typed.get("selected_option")
        form.fields[name].value = (chosen["value"] if chosen else typed.get("value")) or ""
    form.errors = errors
    return form


def _field(block: Json) -> SeenField:
    element = block["element"]
    chosen = element.get("initial_option") or {}
    options = tuple(option["value"] for option in element.get("options", []))
    value = chosen.get("value", "") if options else element.get("initial_value", "")
    hint = block.get("hint", {}).get("text", "")
    return SeenField(block["block_id"], block["label"]["text"], value, options, hint)


def _buttons(message: Json) -> list[Json]:
    return [part for block in message["blocks"] if block["type"] == "actions" for part in block["elements"]]


def _lines(block: Json) -> Iterator[str]:
    match block["type"]:
        case "header" | "section":
            yield block["text"]["text"]
        case "rich_text":
            for part in block["elements"]:
                for section in part["elements"] if part["type"] == "rich_text_list" else [part]:
                    yield from _runs(section["elements"])
        case "context":
            yield from _runs(block["elements"])
        case "image":
            yield block["alt_text"]
        case "divider" | "actions":
            return
        case other:
            raise AssertionError(f"a reader for {other} is missing")


def _runs(elements: list[Json]) -> Iterator[str]:
    yield "".join(_shown(part) for part in elements)
    for part in elements:
        if part["type"] == "link" and "text" in part:
            yield part["url"]
        if part["type"] == "mrkdwn":
            yield from (html.unescape(url) for url in re.findall(r"<(http[^|>]*)\|", part["text"]))


def _shown(part: Json) -> str:
    match part["type"]:
        case "text" | "plain_text":
            return str(part["text"])
        case "link":
            return str(part.get("text", part["url"]))
        case "date":
            return str(part["fallback"])
        case "user":
            return f"@{part['user_id']}"
        case "mrkdwn":
            return html.unescape(re.sub(r"<[^|>]*\|([^>]*)>", r"\1", part["text"]))
        case other:
            raise AssertionError(f"a reader for {other} is missing")
