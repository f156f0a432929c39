"""How an outcome gets back to the person who asked: in the acknowledgement, by response_url, or in a window.

Nothing is acknowledged before the core has committed, unless the core needs longer than Slack waits: then the person
is told so, and the one effect still has one answer.
"""

import asyncio
from typing import Any, assert_never
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack import modal, render
from adapters.slack.chat import TIMEOUT, SlackChat, quiet_logger
from adapters.slack.inbound import Delivery
from bot.dispatch import Core
from bot.errors import SendError
from bot.requests import Outcome, Rejected, Repeated, Reply, Submit
from bot.text import clamp
from bot.ui import Card, Form, Items, paragraph, post_links, text

log = structlog.get_logger(__name__)

PATIENCE = 2.5
"""Seconds within which the core's answer goes into the acknowledgement; Slack waits 3."""
HOOKS = "hooks.slack.com"
ERROR_LENGTH = 500
OK = 200

STILL_WORKING = Card("Still working…", (paragraph("Still working… your answer comes here in a moment."),))
TOO_LATE = Card(
    "That took too long.",
    (paragraph("Slack closed the door before I could open the form. Nothing is lost: please try once more."),),
)


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
            await ack(**self._private(delivery, STILL_WORKING))
        elif isinstance(outcome, Reply) and not post_links(outcome.card):
            await ack(**self._private(delivery, outcome.card))
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
            # Mostly an expired or used trigger; the cure is the same for all: do it again.
            log.warning("slack.form_not_opened", form=form.id, error=str(error))
            return Reply(TOO_LATE)
        return Repeated()

    async def _finish(self, work: "asyncio.Future[Outcome]", delivery: Delivery) -> None:
        await self._bring(delivery, await work)

    def _later(self, delivery: Delivery, outcome: Outcome) -> None:
        if not isinstance(outcome, Repeated):
            self._core.spawn(self._bring(delivery, outcome))

    async def _bring(self, delivery: Delivery, outcome: Outcome) -> None:
        """Bring an outcome after the acknowledgement."""
        outcome = await self._core.settle(outcome, delivery.request)
        match outcome:
            case Reply(card, replaces):
                await self._say(delivery, card, replace=replaces and delivery.request.on_private)
            case Rejected():
                await self._say(delivery, _kept(delivery, outcome), replace=False)
            case Form():
                await self._say(delivery, TOO_LATE, replace=False)
            case Repeated():
                return
            case _:
                assert_never(outcome)

    async def _say(self, delivery: Delivery, card: Card, *, replace: bool) -> None:
        """Say something in private: by response_url, else in the channel, else in a direct message."""
        road, account = delivery.road, delivery.request.account
        if road.response_url and await self._respond(road.response_url, self._private(delivery, card), replace=replace):
            return
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

    async def _respond(self, url: str, words: dict[str, Any], *, replace: bool) -> bool:
        """Answer by response_url; False where it surely did not arrive."""
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
        except ValueError:
            return False
        if asked.scheme == "https" and asked.netloc == HOOKS:
            return True
        return bool(ours.netloc) and (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)

    def _private(self, delivery: Delivery, card: Card) -> dict[str, Any]:
        words = render.message(card, delivery.request.workspace.id)
        return {"response_type": "ephemeral", "text": words["text"], "blocks": words["blocks"]}


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


def _kept(delivery: Delivery, rejected: Rejected) -> Card:
    """Say what a form that has closed already would have said, with what was typed, so that nothing is lost."""
    errors = Items(tuple(text(words) for words in rejected.errors.values()))
    typed = delivery.request.intent.values if isinstance(delivery.request.intent, Submit) else {}
    kept = Items(tuple(text(f"{name}: {value}") for name, value in typed.items() if value))
    return Card(
        "Your form needs a change.", (paragraph("Your form needs a change:"), errors, paragraph("You typed:"), kept)
    )
