"""The Chat port on Slack: one Web API call for each thing the core may ask, and never a second POST by itself."""

import asyncio
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
from adapters.slack.lanes import Lanes
from bot.config import Config, channels_of
from bot.errors import CannotTell, InDoubt, NoSuchAccount, RateLimited, Refused, Unreachable
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
_READING = frozenset(
    {"conversations.history", "conversations.replies", "reactions.get", "users.info", "chat.getPermalink"}
)


def quiet_logger() -> logging.Logger:
    """Give the logger of Bolt and the SDK: below INFO they write down whole payloads, with what people typed."""
    logger = logging.getLogger("offcourse.slack")
    logger.setLevel(logging.WARNING)
    return logger


def web_client(config: Config, token: str | None) -> AsyncWebClient:
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
        self._lanes = Lanes(lambda: asyncio.get_running_loop().time())

    async def channel(self, workspace: str, purpose: str) -> Place:
        """Find the configured channel for a purpose; an empty workspace is the one our token belongs to."""
        found = channels_of(self._config, PLATFORM).get(purpose)
        if not found:
            raise Unreachable(f"No Slack channel is set for {purpose}: set slack.channels.{purpose} to its id.")
        return Address(workspace or self._home.team, found).place

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card; the marker is the block_id of its first block."""
        to = Address.parse(place)
        thread = {"thread_ts": to.ts} if to.ts else {}
        return await self._post(self._team(to), to.channel, card, key, thread)

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Write to one person in private."""
        team = self._home.team or account.workspace
        return await self._post(team, await self._conversation(account), card, key, {})

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        """Look a marker up in a channel or thread."""
        where = Address.parse(place)
        return await self._find(self._team(where), where.channel, where.ts, key, since)

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        """Look a marker up in the private conversation with an account."""
        with failures.looking():
            channel = await self._conversation(account)
        return await self._find(self._home.team or account.workspace, channel, "", key, since)

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in place of a message of ours."""
        at = Address.parse(ref)
        words = render.message(card, self._team(at))
        await self._call("chat.update", {"channel": at.channel, "ts": at.ts, **words, **_LITERAL})

    async def delete(self, ref: Ref) -> None:
        """Take a message of ours away."""
        at = Address.parse(ref)
        await self._call("chat.delete", {"channel": at.channel, "ts": at.ts}, "message_not_found")

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        """Post a card in the thread below a message. Slack's threads bear no title: their root is one."""
        at = Address.parse(root)
        team = self._team(at)
        await self._post(team, at.channel, card, key, {"thread_ts": at.ts})
        return Address(team, at.channel, at.ts).place

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        """Set or take away our own reaction."""
        at, name = Address.parse(ref), names.name_of(emoji)
        if name is None:
            raise Refused(f"I don't know Slack's name of {emoji}.")
        method, done = ("reactions.add", "already_reacted") if on else ("reactions.remove", "no_reaction")
        await self._call(method, {"channel": at.channel, "timestamp": at.ts, "name": name}, done)

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        """Read who reacted with what."""
        at = Address.parse(ref)
        await self._home.known()  # to leave our own reactions out
        answer = await self._call("reactions.get", {"channel": at.channel, "timestamp": at.ts, "full": "true"})
        found: defaultdict[str, set[Account]] = defaultdict(set)
        message: Mapping[str, Any] = answer.get("message") or {}
        for reaction in message.get("reactions", []):
            people = {
                Account(PLATFORM, self._team(at), user)
                for user in reaction.get("users", [])
                if user != self._home.bot_user
            }
            if people:
                found[names.character_of(reaction["name"])] |= people
        return {shown: frozenset(people) for shown, people in found.items()}

    async def profile(self, account: Account) -> Profile:
        """Ask what Slack knows of an account."""
        answer = await self._about(account, "users.info", {"user": account.user, "include_locale": "true"})
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
        answer = await self._call("chat.getPermalink", {"channel": at.channel, "message_ts": at.ts})
        if not answer.get("permalink"):
            return None
        self._links[ref] = str(answer["permalink"])
        if len(self._links) > LINKS:
            self._links.popitem(last=False)
        return self._links[ref]

    def ref(self, link: str) -> Ref | None:
        """Read a link to a message of this workspace."""
        return address.read_link(link, self._home.team)

    async def whisper(self, account: Account, channel: str, card: Card) -> None:
        """Show a card to one person inside a channel. Slack gives no promise that it arrives."""
        words = render.message(card, self._home.team or account.workspace)
        await self._call("chat.postEphemeral", {"channel": channel, "user": account.user, **words, **_LITERAL})

    async def open(self, trigger: str, view: dict[str, Any]) -> None:
        """Open a modal."""
        await self._call("views.open", {"trigger_id": trigger, "view": view})

    async def _about(self, account: Account, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a method about an account. That there is none is believed only where it was one of our own workspace.

        With a token of another workspace nobody is found, and people of other teams may be hidden.
        """
        try:
            return await self._call(method, arguments)
        except NoSuchAccount as error:
            await self._home.known()
            if account.workspace != self._home.team:
                raise Unreachable("I can't see that Slack account: it is in another workspace than I am.") from error
            raise

    def _team(self, at: Address) -> str:
        """Name the team of an address: ours, once it is known."""
        return self._home.team or at.team

    async def _post(self, team: str, channel: str, card: Card, key: str, more: dict[str, str]) -> Ref:
        words = render.message(card, team, key)
        answer = await self._call("chat.postMessage", {"channel": channel, **words, **_CALM, **more})
        if not answer.get("ts"):
            raise InDoubt("Slack said yes, but not where the message stands.")
        return Address(team, str(answer.get("channel") or channel), str(answer["ts"])).ref

    async def _conversation(self, account: Account) -> str:
        answer = await self._about(account, "conversations.open", {"users": account.user})
        channel = (answer.get("channel") or {}).get("id")
        if not channel:
            raise Unreachable("Slack opened no private conversation.")
        return str(channel)

    async def _find(self, team: str, channel: str, thread: str, key: str, since: datetime) -> Ref | None:
        asked = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "limit": str(PAGE)}
        method = "conversations.replies" if thread else "conversations.history"
        asked |= {"ts": thread} if thread else {}
        for _ in range(PAGES):
            with failures.looking():
                answer = await self._call(method, asked)
            for message in answer.get("messages") or []:
                blocks = message.get("blocks") or [{}]
                if blocks[0].get("block_id") == key:
                    return Address(team, channel, message["ts"]).ref
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
            asked |= {"cursor": str(cursor)}
        raise CannotTell("There is too much in that channel since then to look through.")

    async def _call(self, method: str, arguments: Mapping[str, Any], done: str = "") -> Mapping[str, Any]:
        """Call a method once; its complaint `done` (that it is done already) is fine.

        Methods that only read don't take JSON on Slack.
        """
        lane = f"{method} {arguments.get('channel', '')}"
        self._lanes.enter(lane)
        road = {"http_verb": "GET", "params": arguments} if method in _READING else {"json": arguments}
        try:
            with failures.sending():
                answer = await self._answered(method, road, done)
        except RateLimited as limited:
            if isinstance(limited.__cause__, SlackApiError):
                self._lanes.close(lane, limited.retry_after)
            raise
        return answer

    async def _answered(self, method: str, road: dict[str, Any], done: str) -> Mapping[str, Any]:
        try:
            answer = await self._client.api_call(method, **road)
        except SlackApiError as error:
            code = failures.code_of(error)
            self._home.heard(code)
            if not done or code != done:
                raise
            return {}
        self._home.heard("")
        return answer.data if isinstance(answer.data, dict) else {}
