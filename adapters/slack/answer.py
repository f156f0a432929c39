"""How an outcome gets back to the person who asked: in the acknowledgement, by response_url, or in a window.

Nothing is acknowledged before the core has committed, unless the core needs longer than Slack waits: then the person
is told so, and the one effect still has one answer.
"""

import asyncio
from typing import assert_never
from urllib.parse import SplitResult, urlsplit

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack import failures, modal, render, wording
from adapters.slack.chat import TIMEOUT, SlackChat, quiet_logger
from adapters.slack.inbound import Delivery
from bot.dispatch import Core
from bot.errors import SendError
from bot.requests import Noted, Outcome, Rejected, Repeated, Reply, Submit
from bot.text import clamp
from bot.ui import Card, Form, Image, post_links, without_addresses

log = structlog.get_logger(__name__)

PATIENCE = 2.5
"""Seconds within which the core's answer goes into the acknowledgement; Slack waits 3."""
HOOKS = "hooks.slack.com"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"http": 80, "https": 443}
ERROR_LENGTH = 500
OK = 200


class Answers:
    """Does what deliveries ask and brings the outcome back."""

    def __init__(self, core: Core, chat: SlackChat) -> None:
        """Take the core to ask and the chat to answer by."""
        self._core = core
        self._chat = chat
        self.patience = PATIENCE

    async def command(self, delivery: Delivery, ack: AsyncAck) -> None:
        """Answer a slash command."""
        outcome = await self._in_time(delivery)
        if outcome is None:
            _show(ack, delivery, wording.STILL_WORKING)
        elif isinstance(outcome, Reply) and not (post_links(outcome.card) or _has_picture(outcome.card)):
            _show(ack, delivery, outcome.card)
        else:
            await ack()
            self._later(delivery, outcome)

    async def tap(self, delivery: Delivery, ack: AsyncAck) -> None:
        """Answer a tap on a button, or a message action: Slack takes no words in their acknowledgement."""
        outcome = await self._in_time(delivery)
        await ack()
        if outcome is not None:
            self._later(delivery, outcome)

    async def submit(self, delivery: Delivery, ack: AsyncAck) -> None:
        """Answer a form: with errors inside it, with the next form, or by closing it."""
        outcome = await self._in_time(delivery)
        match outcome:
            case Rejected() if outcome.form.fields:
                await ack(response_action="errors", errors=_errors(outcome))
            case Form():
                await ack(response_action="update", view=modal.view(outcome, _luggage(delivery, outcome)))
            case _:
                await ack()
                if outcome is not None:
                    self._later(delivery, outcome)

    async def _in_time(self, delivery: Delivery) -> Outcome | None:
        """Give the outcome; None where it takes too long, and then it is answered afterwards."""
        work = asyncio.ensure_future(self._do(delivery))
        done, _ = await asyncio.wait({work}, timeout=self.patience)
        if not done:
            log.warning("slack.slow", intent=type(delivery.request.intent).__name__)
            self._core.spawn(self._finish(work, delivery))
            return None
        return work.result()

    async def _do(self, delivery: Delivery) -> Outcome:
        outcome = await self._core.handle(delivery.request)
        if isinstance(delivery.request.intent, Submit):
            return outcome  # the form is open already
        if isinstance(outcome, Form):
            return await self._open(delivery, outcome, {})
        if isinstance(outcome, Rejected):
            return await self._open(delivery, outcome.form, dict(outcome.errors))
        return outcome

    async def _open(self, delivery: Delivery, form: Form, problems: dict[str, str]) -> Outcome:
        """Open a form; Repeated (nothing to say) when it stands open."""
        try:
            await self._chat.open(delivery.road.trigger, modal.view(form, _luggage(delivery, form), problems))
        except SendError as error:
            log.warning("slack.form_not_opened", form=form.id, error=failures.cause_of(error) or str(error))
            return Reply(wording.not_opened(error))
        return Repeated()

    async def _finish(self, work: "asyncio.Future[Outcome]", delivery: Delivery) -> None:
        await self._bring(delivery, await work)

    def _later(self, delivery: Delivery, outcome: Outcome) -> None:
        if not isinstance(outcome, Repeated | Noted):
            self._core.spawn(self._bring(delivery, outcome))

    async def _bring(self, delivery: Delivery, outcome: Outcome) -> None:
        """Bring an outcome after the acknowledgement."""
        outcome = await self._core.settle(outcome, delivery.request)
        match outcome:
            case Reply(card, replaces):
                await self._say(delivery, card, replace=replaces and delivery.request.on_private)
            case Rejected():
                await self._say(delivery, wording.not_taken(outcome, delivery.request.intent), replace=False)
            case Form():
                await self._say(delivery, wording.TOO_LATE, replace=False)
            case Repeated() | Noted():
                return
            case _:
                assert_never(outcome)

    async def _say(self, delivery: Delivery, card: Card, *, replace: bool) -> None:
        """Say something in private: by response_url, else in the channel, else in a direct message."""
        road, account = delivery.road, delivery.request.account
        for shown in dict.fromkeys((card, without_addresses(card))):  # Slack refuses all for a picture it can't fetch
            if road.response_url and await self._respond(delivery, shown, replace=replace):
                return
        card = without_addresses(card)
        try:
            if road.channel:
                await self._chat.whisper(account, road.channel, card)
                return
        except SendError as error:
            log.info("slack.whisper_failed", error=str(error))
        try:
            await self._chat.dm(account, card, "")
        except SendError as error:
            log.warning("slack.answer_lost", error=str(error))

    async def _respond(self, delivery: Delivery, card: Card, *, replace: bool) -> bool:
        """Answer by response_url; False where it surely did not arrive."""
        url = delivery.road.response_url
        words = {"response_type": "ephemeral", **render.message(card, delivery.request.workspace.id)}
        if not self._is_slacks(url):
            log.warning("slack.foreign_response_url")
            return False
        client = AsyncWebhookClient(url, timeout=TIMEOUT, retry_handlers=[], logger=quiet_logger())
        try:
            answer = await client.send_dict({**words, "replace_original": replace})
        except aiohttp.ClientConnectorError:
            return False
        except (aiohttp.ClientError, OSError) as error:
            log.warning("slack.answer_in_doubt", error=type(error).__name__)
            return True
        if answer.status_code != OK:
            log.info("slack.response_url_refused", status=answer.status_code)
        return answer.status_code == OK

    def _is_slacks(self, url: str) -> bool:
        """Tell whether an address is Slack's own: it came out of a window that a member's browser has held."""
        try:
            asked, ours = urlsplit(url), urlsplit(self._core.config.slack.api_url)
            if asked.scheme == "https" and asked.netloc == HOOKS:
                return True
            return bool(ours.hostname) and "@" not in asked.netloc and _origin(asked) == _origin(ours)
        except ValueError:
            return False


def _origin(url: SplitResult) -> tuple[str, str, int | None]:
    """Tell what an address reaches; this machine has several names for itself."""
    host = url.hostname or ""
    return url.scheme, "localhost" if host in LOOPBACK else host, url.port or PORTS.get(url.scheme)


def _show(ack: AsyncAck, delivery: Delivery, card: Card) -> None:
    """Acknowledge with a card that only the asker sees, written as JSON once and for all."""
    ack.response = BoltResponse(status=OK, body=render.private(card, delivery.request.workspace.id))


def _has_picture(card: Card) -> bool:
    """Tell whether Slack would fetch a picture: it refuses where it can't, which an acknowledgement isn't told."""
    return any(isinstance(block, Image) and block.url for block in card.blocks)


def _luggage(delivery: Delivery, form: Form) -> modal.Luggage:
    return modal.Luggage(form.state, delivery.road.response_url, delivery.road.channel)


def _errors(rejected: Rejected) -> dict[str, str]:
    """Put each error at its field; what belongs to no field stands at the first one."""
    names = [field.name for field in rejected.form.fields]
    found: dict[str, list[str]] = {}
    for name, words in rejected.errors.items():
        found.setdefault(name if name in names else names[0], []).append(words)
    found = found or {names[0]: ["This can't be used yet."]}
    return {name: clamp(" ".join(words), ERROR_LENGTH) for name, words in found.items()}
