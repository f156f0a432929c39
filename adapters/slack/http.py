"""Slack's deliveries over HTTP: what is too big, unsigned or broken is refused here, before Bolt reads it.

Bolt parses a body before it looks at the signature, and fails on odd ones.
"""

import re

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.request.internals import extract_content_type, parse_body
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from adapters.slack import calm

log = structlog.get_logger(__name__)

LARGEST_BODY = 1024 * 1024
"""Bytes. Slack's largest payloads, forms full of text, are far below."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class _Refusal(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Endpoint:
    """The handler of POST /slack/events."""

    def __init__(self, bolt: AsyncApp, signing_secret: str, clock: Clock | None = None) -> None:
        """Take the app to hand deliveries to. Slack stamps with the real time, so the clock is the SDK's own."""
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret, clock or Clock())

    async def handle(self, request: Request) -> Response:
        """Handle one delivery."""
        try:
            understood = self._parsed(request, await self._body(request))
        except _Refusal as refusal:
            log.warning("slack.refused", status=refusal.status, why=str(refusal))
            return PlainTextResponse(str(refusal), refusal.status)
        return to_starlette_response(await self._bolt.async_dispatch(understood))

    async def _body(self, request: Request) -> bytes:
        """Read no more than is allowed, and only what Slack signed."""
        length = request.headers.get("content-length", "")
        if length and not (
            length.isdecimal() and len(length) <= len(str(LARGEST_BODY)) and int(length) <= LARGEST_BODY
        ):
            raise _Refusal(413, "too large")
        body = bytearray()
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST_BODY:
                    raise _Refusal(413, "too large")
        except ClientDisconnect:
            raise _Refusal(400, "cut off") from None
        if not self._is_signed(request, bytes(body)):
            raise _Refusal(401, "not signed by Slack")
        return bytes(body)

    def _is_signed(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False

    def _parsed(self, request: Request, body: bytes) -> AsyncBoltRequest:
        text = body.decode()  # the signature was checked over it
        try:
            payload = parse_body(
                text, extract_content_type({"content-type": [request.headers.get("content-type", "")]})
            )
        except (ValueError, RecursionError) as error:
            raise _Refusal(400, "not understood") from error
        if not isinstance(payload, dict):
            raise _Refusal(400, "not understood")
        return calm.http_request(payload, text, request.headers)
