"""The Chat port on Slack: one Web API call for each thing the core may ask, and never a second POST by itself."""

import logging
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import address, failures, render
from adapters.slack import emoji as names
from adapters.slack.address import PLATFORM, Address
from adapters.slack.home import Home
from bot.config import Config, channels_of
from bot.errors import CannotTell, Refused, Unreachable
from bot.model import Account, Place, Profile, Ref
from bot.ui import Card

TIMEOUT = 10
"""Seconds for a whole call. After it nobody knows, and the outbox looks the marker up."""
PAGE = 200
"""Messages asked for at once when a marker is looked up."""
PAGES = 10
"""Most pages of a look-up; a marker is at most a few minutes old."""
LINKS = 500
"""Links kept in memory."""
_LITERAL = {"parse": "none", "link_names": False}
"""Slack makes no links or mentions out of words by itself."""
_CALM = {**_LITERAL, "unfurl_links": False, "unfurl_media": False}
"""Nor does it show previews of every link in a card."""


def quiet_logger() -> logging.Logger:
    """Give the logger of Bolt and the SDK: below INFO they write down whole payloads, with what people typed."""
    logger = logging.getLogger("offcourse.slack")
    logger.setLevel(logging.WARNING)
    return logger


def web_client(config: Config, token: str) -> AsyncWebClient:
    """Make a client that sends every request once: the SDK's own retries double messages.

    It opens a connection for each call, so that none can have gone stale under a message.
    """
    return AsyncWebClient(
        token=token, base_url=config.slack.api_url, timeout=TIMEOUT, retry_handlers=[], logger=quiet_logger()
    )


class SlackChat:
    """Slack, as the core speaks to it."""

    platform = PLATFORM

    def __init__(self, config: Config, client: AsyncWebClient, home: Home) -> None:
        """Take the settings, a client with the bot's token, and what is known of the workspace."""
        self._config = config
        self._client = client
        self._home = home
        self._links: OrderedDict[Ref, str] = OrderedDict()

    async def channel(self, workspace: str, purpose: str) -> Place:
        """Find the configured channel for a purpose."""
        found = channels_of(self._config, PLATFORM).get(purpose)
        if not found:
            raise Unreachable(f"No Slack channel is set for {purpose}: set slack.channels.{purpose} to its id.")
        return Address(workspace, found).place

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card; the marker is the block_id of its first block."""
        to = Address.parse(place)
        thread = {"thread_ts": to.ts} if to.ts else {}
        return await self._post(to.team, to.channel, card, key, thread)

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Write to one person in private."""
        team = self._home.team or account.workspace
        return await self._post(team, await self._conversation(account), card, key, {})

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        """Look a marker up in a channel or thread."""
        where = Address.parse(place)
        return await self._find(where.team, where.channel, where.ts, key, since)

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        """Look a marker up in the private conversation with an account."""
        with failures.looking():
            channel = await self._conversation(account)
        return await self._find(self._home.team or account.workspace, channel, "", key, since)

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in place of a message of ours."""
        at = Address.parse(ref)
        words = render.message(card, at.team)
        with failures.sending():
            await self._client.api_call("chat.update", json={"channel": at.channel, "ts": at.ts, **words, **_LITERAL})

    async def delete(self, ref: Ref) -> None:
        """Take a message of ours away."""
        at = Address.parse(ref)
        await self._unless_done({"message_not_found"}, "chat.delete", {"channel": at.channel, "ts": at.ts})

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        """Post a card in the thread below a message. Slack's threads bear no title: their root is one."""
        at = Address.parse(root)
        await self._post(at.team, at.channel, card, key, {"thread_ts": at.ts})
        return at.place

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        """Set or take away our own reaction."""
        at, name = Address.parse(ref), names.name_of(emoji)
        if name is None:
            raise Refused(f"I don't know Slack's name of {emoji}.")
        method, done = ("reactions.add", "already_reacted") if on else ("reactions.remove", "no_reaction")
        await self._unless_done({done}, method, {"channel": at.channel, "timestamp": at.ts, "name": name})

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        """Read who reacted with what."""
        at = Address.parse(ref)
        await self._home.known()  # to leave our own reactions out
        with failures.sending():
            answer = await self._client.reactions_get(channel=at.channel, timestamp=at.ts, full=True)
        found: defaultdict[str, set[Account]] = defaultdict(set)
        message: Mapping[str, Any] = answer.get("message") or {}
        for reaction in message.get("reactions", []):
            people = {Account(PLATFORM, at.team, user) for user in reaction["users"] if user != self._home.bot_user}
            if people:
                found[names.character_of(reaction["name"])] |= people
        return {shown: frozenset(people) for shown, people in found.items()}

    async def profile(self, account: Account) -> Profile:
        """Ask what Slack knows of an account."""
        with failures.sending():
            answer = await self._client.users_info(user=account.user, include_locale=True)
        user: Mapping[str, Any] = answer.get("user", {})
        given = user.get("profile", {})
        name = given.get("display_name") or given.get("real_name") or user.get("real_name") or user.get("name") or ""
        return Profile(name, user.get("tz") or None, user.get("locale") or None, not user.get("deleted", False))

    async def link(self, ref: Ref) -> str | None:
        """Ask for the permanent link of a message."""
        if ref in self._links:
            self._links.move_to_end(ref)
            return self._links[ref]
        at = Address.parse(ref)
        with failures.sending():
            answer = await self._client.chat_getPermalink(channel=at.channel, message_ts=at.ts)
        self._links[ref] = str(answer["permalink"])
        if len(self._links) > LINKS:
            self._links.popitem(last=False)
        return self._links[ref]

    def ref(self, link: str) -> Ref | None:
        """Read a link to a message of this workspace."""
        return address.read_link(link, self._home.team, self._home.domain)

    async def whisper(self, account: Account, channel: str, card: Card) -> None:
        """Show a card to one person inside a channel. Slack gives no promise that it arrives."""
        words = render.message(card, self._home.team or account.workspace)
        with failures.sending():
            asked = {"channel": channel, "user": account.user, **words, **_LITERAL}
            await self._client.api_call("chat.postEphemeral", json=asked)

    async def open(self, trigger: str, view: dict[str, Any]) -> None:
        """Open a modal."""
        with failures.sending():
            await self._client.views_open(trigger_id=trigger, view=view)

    async def _post(self, team: str, channel: str, card: Card, key: str, more: dict[str, str]) -> Ref:
        words = render.message(card, team, key)
        with failures.sending():
            answer = await self._client.api_call(
                "chat.postMessage", json={"channel": channel, **words, **_CALM, **more}
            )
            return Address(team, str(answer["channel"]), str(answer["ts"])).ref

    async def _conversation(self, account: Account) -> str:
        with failures.sending():
            answer = await self._client.conversations_open(users=account.user)
            return str(answer["channel"]["id"])

    async def _find(self, team: str, channel: str, thread: str, key: str, since: datetime) -> Ref | None:
        asked: dict[str, Any] = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "limit": PAGE}
        method = "conversations.replies" if thread else "conversations.history"
        asked |= {"ts": thread} if thread else {}
        for _ in range(PAGES):
            with failures.looking():
                answer = await self._client.api_call(method, params=asked)
            messages: list[dict[str, Any]] = answer.get("messages") or []
            for message in messages:
                blocks = message.get("blocks") or [{}]
                if blocks[0].get("block_id") == key:
                    return Address(team, channel, message["ts"]).ref
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            asked |= {"cursor": cursor}
        raise CannotTell("There is too much in that channel since then to look through.")

    async def _unless_done(self, done: set[str], method: str, arguments: dict[str, Any]) -> None:
        """Call a method whose complaint that it is done already is fine."""
        with failures.sending():
            try:
                await self._client.api_call(method, json=arguments)
            except SlackApiError as error:
                if failures.code_of(error) not in done:
                    raise
