"""Turns links that wait for their message into links, or into words that say what became of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.delivery import Delivery
from bot.errors import BotError
from bot.model import Letter, OutboxState, Workspace
from bot.ports import Chat, Store
from bot.requests import Outcome, Reply, Request
from bot.ui import Link, PostLink, Text, post_links, text, with_posts

log = structlog.get_logger(__name__)

PATIENCE = 1.2
"""Seconds to wait for a post to go out: with what came before, a reply still leaves within 3."""


class Settler:
    """Waits a moment for posts and resolves the links to them."""

    def __init__(self, store: Store, delivery: Delivery, chats: Mapping[str, Chat]) -> None:
        """Take the parts; `chats` may grow later."""
        self._store = store
        self._delivery = delivery
        self._chats = chats

    async def settle(self, outcome: Outcome, request: Request) -> Outcome:
        """Give the outcome with its waiting links resolved."""
        if not isinstance(outcome, Reply) or not (waiting := post_links(outcome.card)):
            return outcome
        letters = await self._wait(waiting, request)
        resolved = {link: await self._resolve(link, letters[link]) for link in waiting}
        return replace(outcome, card=with_posts(outcome.card, resolved))

    async def _wait(self, links: Sequence[PostLink], request: Request) -> dict[PostLink, list[Letter]]:
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while True:
            seen = self._delivery.moves
            letters = await self._letters(links, request)
            left = end - loop.time()
            if left <= 0 or not any(_is_pending(letter) for found in letters.values() for letter in found):
                return letters
            await self._delivery.moved(seen, left)

    async def _letters(self, links: Sequence[PostLink], request: Request) -> dict[PostLink, list[Letter]]:
        """Find the letters behind links: those in the reader's own workspace, else all."""
        community = await self._store.community_of(request.workspace)
        if community is None:
            return {link: [] for link in links}
        letters: dict[PostLink, list[Letter]] = {}
        async with self._store.read(community) as unit:
            for link in links:
                found = await unit.outbox.find(link.kind, link.subject, link.occurrence, link.recipient)
                near = [letter for letter in found if is_near(letter, request.workspace)]
                letters[link] = near or list(found)
        return letters

    async def _resolve(self, link: PostLink, letters: list[Letter]) -> Text:
        if not letters:
            return text(link.missing)
        letter = next((one for one in letters if one.ref), letters[0])
        if letter.ref is None:
            return text(letter.error or "It is on its way to the channel.")
        chat = self._chats.get(letter.recipient.workspace.platform)
        try:
            url = await chat.link(letter.ref) if chat else None
        except BotError as error:  # the post stands; only the way there is not known
            log.info("no link to a post", error=type(error).__name__)
            url = None
        return text(Link(link.label, url)) if url else text("It is posted.")


def is_near(letter: Letter, reader: Workspace) -> bool:
    """Tell whether a letter is for the reader's workspace: an empty id means the one that a platform's token has."""
    home = letter.recipient.workspace
    return home.platform == reader.platform and home.id in {"", reader.id}


def _is_pending(letter: Letter) -> bool:
    """Tell whether waiting makes sense: on its way for the first time, and nothing went wrong yet."""
    return letter.ref is None and letter.state in {OutboxState.NEW, OutboxState.SENDING} and not letter.error
