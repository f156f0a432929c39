"""The Chat port on Discord: over HTTP, by ids, so that it needs no cache."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import discord

from adapters.discord import limits, render
from adapters.discord.addresses import PRIVATE, Spot, linked, spot
from adapters.discord.failures import NO_MEMBER, THREAD_EXISTS, TROUBLE, UNCONNECTED, send_error, translated
from bot.config import Config, channels_of
from bot.errors import CannotTell, InDoubt, RateLimited, Refused, Unreachable
from bot.model import Account, Place, Profile, Ref
from bot.text import clamp, one_line
from bot.ui import Card

SEARCHED = 500
"""How many messages after a moment are looked through for a marker, oldest first."""
CLOCK_SLACK = timedelta(minutes=2)
"""How far our clock and Discord's may be apart."""
RETRY_OPENING = 30.0
"""Seconds until a private conversation is tried again that couldn't be opened: surely nothing was sent."""

POST = "View Channel and Send Messages"
POST_THREAD = "Create Public Threads and Send Messages in Threads"
REACT = "Add Reactions and Read Message History"
READ = "View Channel and Read Message History"
_SKIN_TONES = dict.fromkeys(range(0x1F3FB, 0x1F400))


class DiscordChat:
    """What the core asks of Discord."""

    def __init__(self, client: discord.Client, config: Config) -> None:
        self._client = client
        self._config = config

    @property
    def platform(self) -> str:
        """Name the platform."""
        return limits.PLATFORM

    async def channel(self, workspace: str, purpose: str) -> Place:
        """Find the configured channel by id or name; raise Unreachable with the cure."""
        wanted = channels_of(self._config, self.platform).get(purpose, "").strip().strip("<#>")
        setting = f"[discord.channels] {purpose}"
        if not wanted:
            raise Unreachable(f"No channel is set for this: set {setting} to a channel's name or id.")
        self._signed_in()
        with translated("the server", "a seat in it (offcourse-bot invite discord)"):
            guild = self._client.get_guild(int(workspace)) or await self._client.fetch_guild(int(workspace))
            channels = guild.channels or await guild.fetch_channels()
        for found in channels:
            if wanted.casefold() in {str(found.id), found.name.casefold()}:
                if isinstance(found, discord.abc.Messageable):
                    return Spot(workspace, found.id).place
                raise Unreachable(f"I can't post in #{found.name}, which takes no messages: set {setting} to another.")
        raise Unreachable(f"I see no channel “{wanted}” in {guild.name}: set {setting}, or give me View Channel there.")

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card."""
        return await self._post(spot(place), card, key)

    async def dm(self, account: Account, card: Card, key: str) -> Ref:
        """Write to one person in private."""
        at = await self._conversation(account)
        return await self._post(at, card, key, account)

    async def find(self, place: Place, key: str, since: datetime) -> Ref | None:
        """Look a marker up in a channel's history."""
        at = spot(place)
        if not at.private and not await self._may_read(at):
            raise CannotTell(f"I can't read back in {self._name(at)}: give me {READ} there.")
        return await self._search(at, key, since)

    async def find_dm(self, account: Account, key: str, since: datetime) -> Ref | None:
        """Look a marker up in the conversation with an account."""
        return await self._search(await self._conversation(account), key, since)

    async def edit(self, ref: Ref, card: Card) -> None:
        """Show another card in place of a message of ours."""
        at = spot(ref)
        guild = "" if at.private else at.guild
        view, mentions = _rendered(card, guild, "")
        with translated(self._name(at), POST):
            await self._message(at).edit(view=view, allowed_mentions=mentions, attachments=render.files(card))

    async def delete(self, ref: Ref) -> None:
        """Take a message of ours away."""
        at = spot(ref)
        try:
            await self._message(at).delete()
        except discord.NotFound:
            return  # gone already, with its channel perhaps
        except TROUBLE as error:
            raise send_error(error, self._name(at), POST) from error

    async def thread(self, root: Ref, title: str, card: Card, key: str) -> Place:
        """Start the thread below a message and post a card in it; in a thread that was there, only once."""
        at = spot(root)
        below = Spot(at.guild, at.message)  # a thread has the id of the message that it hangs on
        fresh = await self._opened(at, title)
        if fresh or not await self._search(below, key, discord.utils.snowflake_time(at.message)):
            await self._post(below, card, key)
        return below.place

    async def react(self, ref: Ref, emoji: str, *, on: bool) -> None:
        """Set or take away our own reaction."""
        at = spot(ref)
        message = self._message(at)
        try:
            if on:
                await message.add_reaction(emoji)
            else:
                await message.remove_reaction(emoji, self._signed_in())
        except TROUBLE as error:
            if not on and isinstance(error, discord.NotFound):
                return  # it isn't there
            raise send_error(error, self._name(at), REACT) from error

    async def reactions(self, ref: Ref) -> Mapping[str, frozenset[Account]]:
        """Read who reacted with what; custom emoji, which other platforms lack, are left out."""
        at = spot(ref)
        found: dict[str, frozenset[Account]] = {}
        with translated(self._name(at), READ):
            message = await self._message(at).fetch()
            for reaction in message.reactions:
                if isinstance(reaction.emoji, str):
                    people = frozenset(await self._reacted(reaction, at.guild))
                    emoji = reaction.emoji.translate(_SKIN_TONES)
                    found[emoji] = found.get(emoji, frozenset()) | people
        return {emoji: people for emoji, people in found.items() if people}

    async def profile(self, account: Account) -> Profile:
        """Ask for a member's name; Discord tells no time zone, and a locale only while somebody asks."""
        user = int(account.user)
        with translated("that person", "a seat in their server"):
            try:
                guild = self._client.get_guild(int(account.workspace)) or discord.Object(int(account.workspace))
                member = await self._client.http.get_member(guild.id, user)
            except discord.NotFound as error:
                if error.code not in NO_MEMBER:  # where we are not in the server ourselves, nobody has left it
                    raise
                return Profile((await self._client.fetch_user(user)).display_name, active=False)
        known = member["user"]
        return Profile(member.get("nick") or known.get("global_name") or known["username"])

    async def link(self, ref: Ref) -> str | None:
        """Give the address that opens a message."""
        return spot(ref).link

    def ref(self, link: str) -> Ref | None:
        """Read a link to a message."""
        return linked(link)

    async def _post(self, at: Spot, card: Card, key: str, to: Account | None = None) -> Ref:
        if len(key) > limits.NONCE:
            raise Refused(f"A marker has at most {limits.NONCE} characters on Discord.")
        view, mentions = _rendered(card, to.workspace if to else "" if at.private else at.guild, key)
        with translated(self._name(at), POST):
            # A nonce is enforced: within some minutes Discord gives back the message it has instead of another one.
            sent = await self._channel(at).send(
                view=view, nonce=key, allowed_mentions=mentions, suppress_embeds=True, files=render.files(card)
            )
        return Spot(at.guild, at.channel, sent.id).ref

    async def _conversation(self, account: Account) -> Spot:
        self._signed_in()
        try:
            with translated("That person", "a shared server"):
                channel = await self._client.create_dm(discord.Object(int(account.user)))
        except InDoubt as error:
            raise RateLimited(RETRY_OPENING) from error
        return Spot(PRIVATE, channel.id)

    async def _opened(self, at: Spot, title: str) -> bool:
        """Start a thread; False if it is there already."""
        name = clamp(one_line(title), limits.THREAD_NAME) or "…"
        try:
            with translated(self._name(at), POST_THREAD):
                await self._client.http.start_thread_with_message(
                    at.channel, at.message, name=name, auto_archive_duration=10080
                )
        except (Unreachable, Refused) as error:
            if isinstance(error.__cause__, discord.HTTPException) and error.__cause__.code == THREAD_EXISTS:
                return False
            raise
        return True

    async def _search(self, at: Spot, key: str, since: datetime) -> Ref | None:
        me, mark, seen = self._signed_in().id, render.mark(key), 0
        with translated(self._name(at), READ):
            async for message in self._channel(at).history(
                limit=SEARCHED, after=since - CLOCK_SLACK, oldest_first=True
            ):
                seen += 1
                if message.author.id == me and (message.nonce == key or mark in _marks(message)):
                    return Spot(at.guild, at.channel, message.id).ref
        if seen >= SEARCHED:
            raise CannotTell(f"Too much was said in {self._name(at)} since then.")
        return None

    async def _reacted(self, reaction: discord.Reaction, guild: str) -> list[Account]:
        # Pages of 100, the library's way. A guild's reaction names its accounts; ours is left out.
        me = self._signed_in().id
        return [Account(self.platform, guild, str(user.id)) async for user in reaction.users() if user.id != me]

    def _signed_in(self) -> discord.ClientUser:
        """Give ourselves; before we have signed in and after we left nothing can be sent."""
        if self._client.user is None or self._client.is_closed():
            raise RateLimited(UNCONNECTED)
        return self._client.user

    def _channel(self, at: Spot) -> discord.PartialMessageable:
        self._signed_in()
        return self._client.get_partial_messageable(at.channel, guild_id=None if at.private else int(at.guild))

    def _message(self, at: Spot) -> discord.PartialMessage:
        return self._channel(at).get_partial_message(at.message)

    def _name(self, at: Spot) -> str:
        guild = None if at.private else self._client.get_guild(int(at.guild))
        known = guild.get_channel_or_thread(at.channel) if guild else None
        return "That person" if at.private else f"#{known.name}" if known else "that channel"

    async def _may_read(self, at: Spot) -> bool:
        """Tell whether history is shown to us: without the right Discord gives an empty one, not an error.

        Asks Discord for what is not cached: an archived thread, or everything where no gateway is connected.
        """
        with translated(self._name(at), READ):
            guild = self._client.get_guild(int(at.guild)) or await self._client.fetch_guild(int(at.guild))
            me = guild.me or await guild.fetch_member(self._signed_in().id)
            channel = guild.get_channel_or_thread(at.channel) or await guild.fetch_channel(at.channel)
            if isinstance(channel, discord.Thread):
                channel = channel.parent or await guild.fetch_channel(channel.parent_id)
        if isinstance(channel, discord.Thread):
            return False  # a thread's parent is none; Discord would have to change for this
        may = channel.permissions_for(me)
        return may.view_channel and may.read_message_history


def _rendered(card: Card, guild: str, key: str) -> tuple[render.Layout, discord.AllowedMentions]:
    try:
        return render.layout(card, guild, key), render.mentions(card, guild)
    except ValueError as error:
        raise Refused(str(error)) from error


def _marks(message: discord.Message) -> list[int | None]:
    return [component.id for component in message.components if isinstance(component, discord.Container)]
