"""Bolt wired to the core: every payload is read once, and takes the road of its kind."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from adapters.slack import calm, inbound
from adapters.slack.answer import Answers
from adapters.slack.chat import SlackChat, quiet_logger, web_client
from adapters.slack.home import Home
from adapters.slack.inbound import Delivery
from bot.dispatch import Core
from bot.requests import Event

log = structlog.get_logger(__name__)

ANY = re.compile(r"[\s\S]*")
DELIVERY = "offcourse.delivery"
"""Where the delivery that was read waits in Bolt's context."""


@dataclass(frozen=True, slots=True)
class Slack:
    """The parts of the adapter, put together."""

    bolt: AsyncApp
    chat: SlackChat
    home: Home
    answers: Answers
    signing_secret: str


def build(app: Core) -> AsyncApp:
    """Make the Bolt app that serves a core, and make Slack reachable for it.

    In a running loop it learns beside everything else which workspace this is.
    """
    slack = assemble(app)
    if _in_a_loop():
        slack.home.notice()
    return slack.bolt


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def assemble(app: Core) -> Slack:
    """Put the adapter together. Nothing is sent and nothing connects yet."""
    token = app.config.slack.bot_token.get_secret_value()
    client = web_client(app.config, token)
    home = Home(app, client)
    chat = SlackChat(app.config, client, home)
    app.attach(chat)
    # Without a secret (Socket Mode needs none) nothing can sign for us: a random one refuses every HTTP request.
    secret = app.config.slack.signing_secret.get_secret_value().strip() or secrets.token_hex(32)
    bolt = AsyncApp(
        name="offcourse",
        logger=quiet_logger(),
        client=web_client(app.config, None),  # the token comes from `authorize`, request by request
        signing_secret=secret,
        before_authorize=_Understand(app, home),
        authorize=_authorize(home, token),
        process_before_response=True,  # else Bolt acknowledges events before the listener ran
    )
    answers = Answers(app, chat)
    _listen(bolt, answers)
    return Slack(bolt, chat, home, answers, secret)


def _authorize(home: Home, token: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize(enterprise_id: str | None, team_id: str | None, context: AsyncBoltContext) -> AuthorizeResult:
        """Say which token to use, without asking Slack: a failing `auth.test` would make Bolt drop the delivery."""
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token, bot_user_id=home.bot_user or None
        )

    return authorize


class _Understand(AsyncMiddleware):
    """Reads each payload once, right after Bolt checked its signature.

    It stands before the rest of Bolt, which fails on payloads that lack what it expects.
    """

    def __init__(self, app: Core, home: Home) -> None:
        self._app = app
        self._home = home

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse | None:
        """Read the payload; acknowledge what is not for us, such as events nobody listens to."""
        if req.body.get("type") == "url_verification":
            return await next()
        event = inbound.event(req.body, self._home.team)
        if event is not None:
            return await self._hear(event)
        delivery = inbound.read(req.body, self._home.team)
        if delivery is None:
            log.debug("slack.ignored", type=str(req.body.get("type", ""))[:40])
            return BoltResponse(status=200)
        self._home.notice()
        req.context[DELIVERY] = delivery
        req.body = calm.skeleton(delivery.request.intent)
        return await next()

    async def _hear(self, event: Event) -> BoltResponse:
        """Take note of an event; where that fails, Slack tells it again."""
        try:
            await self._app.hear(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, only the next delivery can mend it
            log.warning("slack.event_not_heard", kind=event.kind, error=type(error).__name__)
            return BoltResponse(status=503)
        return BoltResponse(status=200)


def _listen(bolt: AsyncApp, answers: Answers) -> None:
    async def command(context: AsyncBoltContext, ack: AsyncAck) -> None:
        await answers.command(_delivery(context), ack)

    async def tap(context: AsyncBoltContext, ack: AsyncAck) -> None:
        await answers.tap(_delivery(context), ack)

    async def submit(context: AsyncBoltContext, ack: AsyncAck) -> None:
        await answers.submit(_delivery(context), ack)

    bolt.command(ANY)(command)  # those we don't declare too: the core says what there is
    bolt.action(ANY)(tap)
    bolt.shortcut(ANY)(tap)
    bolt.view(ANY)(submit)


def _delivery(context: AsyncBoltContext) -> Delivery:
    found = context[DELIVERY]
    assert isinstance(found, Delivery)  # noqa: S101 - `understand` put it there or stopped
    return found
