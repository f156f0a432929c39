"""The Discord driver: the real discord.py above simcord's simulated REST API and gateway."""

import copy
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import discord
import simcord
from simcord.backend.models import Message
from simcord.enums import InteractionType
from simcord.interactions import nest_options

from adapters.discord import inbound
from adapters.discord.client import build
from bot.arguments import split_text
from bot.dispatch import Core
from bot.registry import Registry
from tests.doubles.discord_contract import check_contract
from tests.drivers.base import MEMBERS, Answer, Seen, SeenButton, SeenField, SeenForm

IDLE = 0.0005
"""Seconds between simcord's looks at whether the bot is done; its own 0.05 makes every act that slow."""
BUTTON, SELECT, TEXT_INPUT, TEXT_DISPLAY, GALLERY = 2, 3, 4, 10, 12


@asynccontextmanager
async def discord_driver(app: Core) -> AsyncIterator["DiscordDriver"]:
    """Put an app on a simulated Discord with one server, its channels and five members."""
    async with attached(build(app)) as env:
        guild = env.create_guild("Offcourse", id=int(app.config.discord.guild_id or 0) or None)
        driver = DiscordDriver(env, guild, app.registry)
        await env.settle()
        yield driver


@asynccontextmanager
async def attached(client: discord.Client) -> AsyncIterator[simcord.Env]:
    """Run a client in a simulated Discord; at the end all that it sent is checked against the contract.

    By start and shutdown, because `simcord.run` does not survive the change of context between a fixture's halves.
    """
    _hasten()
    env = simcord.Env(client)
    await env.start()
    try:
        yield env
        await env.settle()
    finally:
        await env.shutdown()
    env.raise_errors()
    check_contract(env)


def _hasten() -> None:
    """Shorten simcord's waiting. A private seat: the version is pinned for it."""
    defaults = simcord.Env._settle_internal.__kwdefaults__
    assert defaults is not None, "simcord has changed inside"
    defaults["idle"] = IDLE


class DiscordDriver:
    """Acts as five members of one server and reads what each would see."""

    platform = "discord"
    inline_errors = False
    suggests = True

    def __init__(self, env: simcord.Env, guild: simcord.GuildHandle, registry: Registry) -> None:
        self.env = env
        self.guild = guild
        self.registry = registry
        self.channels = {"courses": guild.create_text_channel("courses")}
        self.users = {name: env.create_user(name, global_name=name.capitalize()) for name in MEMBERS}
        self.members = {name: guild.add_member(user) for name, user in self.users.items()}
        self.channels["meetups"] = guild.create_text_channel("meetups")  # after the people, whose numbers count on
        self._names = {str(member.id): name.capitalize() for name, member in self.members.items()}
        self._last: Mapping[str, Any] | None = None
        env.backend.subscribers.append(self._remember)

    @property
    def channel(self) -> simcord.ChannelHandle:
        """Where everybody types."""
        return self.channels["courses"]

    async def command(self, who: str, typed: str) -> Answer:
        """Choose a command and fill in its options, as Discord's own client would split them."""
        root, _, rest = typed.strip().removeprefix("/").partition(" ")
        sub, _, words = rest.strip().partition(" ")
        command = self.registry.commands.get((root, sub))
        if command is None:
            command, words = self.registry.default(root), rest
        assert command is not None, f"Discord's client offers no {typed!r}"
        values = split_text(command.options, words)
        try:
            result = await self.members[who].slash(self.channel, f"{root} {command.sub}", **values)
        except simcord.OptionError:
            result = await self._stale_slash(who, root, command.sub, values)
        return self._answer(result)

    async def _stale_slash(self, who: str, root: str, sub: str, values: Mapping[str, str]) -> simcord.InteractionResult:
        """Send what the client would stop: one that has an older list of the commands doesn't know better."""
        registered = self.env.backend.find_command(root, self.guild.id)
        assert registered is not None, f"/{root} is not registered"
        options = [{"name": name, "type": SELECT, "value": value} for name, value in values.items()]
        data = {"id": registered["id"], "name": root, "type": 1, "options": nest_options(registered, [sub], options)}
        return await self.members[who]._dispatch_interaction(InteractionType.APPLICATION_COMMAND, self.channel, data)

    async def click(self, who: str, on: Seen, button: SeenButton) -> Answer:
        """Tap a button of a message."""
        before = copy.deepcopy(self._stored(on.handle).components)
        custom_id = next(
            component["custom_id"]
            for component in components(before)
            if component["type"] == BUTTON and _token(component) == button.token and component["label"] == button.label
        )
        return self._answer(await self._actor(who, on.handle.id).click(on.handle, custom_id=custom_id), before)

    def _actor(self, who: str, message: int | None) -> Any:
        """Give somebody as they act where a message stands: in their conversation with the bot they are no member."""
        stored = self._all().get(message or 0)
        channel = self.env.backend.channels[stored.channel_id] if stored is not None else None
        return self.users[who] if channel is not None and channel.guild_id is None else self.members[who]

    async def submit(self, who: str, form: SeenForm, **values: str) -> Answer:
        """Fill in and send a form. What its widgets would stop is sent all the same: widgets are no protection."""
        filled = {name: values.get(name, field.value) for name, field in form.fields.items()}
        unknown = values.keys() - form.fields.keys()
        assert not unknown, f"{form.id} has no fields {unknown}"
        given = {
            name: [value] if form.fields[name].options else value
            for name, value in filled.items()
            if value or not form.fields[name].options
        }
        try:
            source = form.handle._interaction.source_message_id
            result = await self._actor(who, source).submit_modal(form.handle, given)
        except simcord.SetupError:
            result = await self._raw_submit(who, form.handle, given)
        return self._answer(result)

    async def _raw_submit(self, who: str, shown: simcord.InteractionResult, given: Mapping[str, Any]) -> Any:
        assert shown.modal is not None
        fields = [component for component in components(shown.modal["components"]) if "custom_id" in component]
        sent = [{"type": 18, "component": _sent(field, given.get(field["custom_id"], ""))} for field in fields]
        data = {"custom_id": shown.modal["custom_id"], "components": sent}
        return await self.members[who]._dispatch_interaction(InteractionType.MODAL_SUBMIT, self.channel, data)

    async def pick(self, who: str, label: str, text: str) -> Answer:
        """Choose a menu entry on a message that another member wrote."""
        other = next(name for name in MEMBERS if name != who)
        message = await self.members[other].send(self.channel, text)
        return self._answer(await self.members[who].context_menu(self.channel, label, message))

    async def suggest(self, who: str, command: str, option: str, typed: str) -> list[str]:
        """Type into an option and read what is suggested."""
        choices = await self.members[who].autocomplete(self.channel, command.removeprefix("/"), option, typed)
        return [choice["name"] for choice in choices]

    async def leave(self, who: str) -> None:
        """Leave the server."""
        self.guild.remove_member(self.members[who])
        await self.env.settle()

    async def come(self, who: str) -> None:
        """Come back to the server."""
        self.members[who] = self.guild.add_member(self.users[who])
        await self.env.settle()

    async def repeat(self) -> Answer:
        """Deliver the last act once more, with the same id."""
        assert self._last is not None, "nothing was done yet"
        known = set(self._all())
        self.env.backend.emit("INTERACTION_CREATE", copy.deepcopy(self._last))
        await self.env.settle()
        return Answer([self._seen(message) for key, message in self._all().items() if key not in known])

    async def letters(self, who: str) -> list[Seen]:
        """Read the bot's messages in somebody's private conversation with it."""
        await self.env.settle()
        theirs = [c.id for c in self.env.backend.channels.values() if c.recipient_ids == [self.members[who].id]]
        stored = {key: m for one in theirs for key, m in self.env.backend.messages.get(one, {}).items()}
        written = [message for _, message in sorted(stored.items()) if not message.is_ephemeral]
        return [self._seen(message) for message in written if message.components]

    async def posts(self, channel: str = "courses") -> list[Seen]:
        """Read the bot's messages in a channel that all can see."""
        await self.env.settle()
        stored = self.env.backend.messages.get(self.channels[channel].id, {})
        ours = [message for _, message in sorted(stored.items()) if message.author_id == self.env.backend.bot_user.id]
        # simcord announces each new thread with a message in the bot's name, which has no components.
        return [self._seen(message) for message in ours if message.components and not message.is_ephemeral]

    def _remember(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE" and payload["type"] != InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE:
            self._last = copy.deepcopy(dict(payload))

    def _all(self) -> dict[int, Message]:
        return {key: message for stored in self.env.backend.messages.values() for key, message in stored.items()}

    def _stored(self, handle: Any) -> Message:
        return self._all()[handle.id]

    def _answer(self, result: simcord.InteractionResult, before: Any = None) -> Answer:
        record = result._interaction
        shown = [one for one in (result.response,) if one is not None]
        replaced = record.source_message_id is not None and record.message_id == record.source_message_id
        if replaced and shown[0].components == before:
            replaced, shown = False, []  # acknowledged without a change
        messages = [
            self._seen(self._all()[one.id]) for one in (*shown, *result.followups) if components(one.components)
        ]
        return Answer([m for m in messages if m.raw], self._form(result) if result.modal else None, replaced)

    def _seen(self, message: Message) -> Seen:
        all_components = list(components(message.components))
        return Seen(
            text="\n".join(words(message.components, self._names)),
            buttons=[SeenButton(c["label"], _token(c), c.get("url")) for c in all_components if c["type"] == BUTTON],
            private=message.is_ephemeral,
            handle=simcord.ResponseMessage(self.env, message),
            raw=copy.deepcopy(message.components),
        )

    def _form(self, result: simcord.InteractionResult) -> SeenForm:
        assert result.modal is not None
        modal = result.modal
        fields = [_field(component) for component in modal["components"]]
        return SeenForm(
            id=modal["custom_id"].partition(":")[0],
            title=modal["title"],
            fields={field.name: field for field in fields},
            handle=result,
        )


_MARKDOWN = re.compile(
    r"```\n(?P<fence>.*?)\n```"
    r"|`` (?P<ticks>.*?) ``"
    r"|`(?P<code>[^`]+)`"
    r"|\\(?P<escaped>[^\w\s]|_)"
    r"|\[(?P<label>(?:\\.|[^\]\\])*)\]\(<(?P<url>[^>]*)>\)"
    r"|<(?P<bare>https?://[^>\s]+)>"
    r"|<@(?P<user>\d+)>"
    r"|<t:(?P<time>-?\d+):[DFR]>"
    r"|(?P<mark>\*\*|\u200b|^(?:#{1,3}|-\#) )",
    re.DOTALL | re.MULTILINE,
)


def plain(markdown: str, names: Mapping[str, str]) -> str:
    """Read markdown as a person does."""

    def read(found: re.Match[str]) -> str:
        part = found.groupdict()
        if part["label"] is not None:
            return f"{plain(part['label'], names)} {part['url']}"
        if part["user"]:
            return f"@{names.get(part['user'], 'unknown-user')}"
        if part["time"]:
            return datetime.fromtimestamp(int(part["time"]), UTC).strftime("%Y-%m-%d %H:%M UTC")
        verbatim = (part[name] for name in ("fence", "ticks", "code", "escaped", "bare"))
        return next((value for value in verbatim if value is not None), "")

    return _MARKDOWN.sub(read, markdown)


def words(tree: Any, names: Mapping[str, str] | None = None) -> Iterator[str]:
    """Read all words of a payload, those for who doesn't see a picture too."""
    for component in components(tree):
        if component["type"] == TEXT_DISPLAY:
            yield plain(component["content"], names or {})
        if component["type"] == GALLERY:
            yield from (item["description"] for item in component["items"])


def components(tree: Any) -> Iterator[dict[str, Any]]:
    """Walk all components of a payload in order."""
    for component in tree or ():
        yield component
        yield from components(component.get("components"))
        yield from components([component["component"]] if component.get("component") else ())


def _token(component: Mapping[str, Any]) -> str | None:
    custom_id = component.get("custom_id")
    return None if custom_id is None else inbound.token(custom_id)


def _field(label: Mapping[str, Any]) -> SeenField:
    widget = label["component"]
    options = widget.get("options") or ()
    chosen = next((option["value"] for option in options if option.get("default")), "")
    return SeenField(
        name=widget["custom_id"],
        label=label["label"],
        value=chosen if widget["type"] == SELECT else widget.get("value") or "",
        options=tuple(option["value"] for option in options),
        hint=label.get("description") or "",
    )


def _sent(field: Mapping[str, Any], value: Any) -> dict[str, Any]:
    key = "values" if field["type"] == SELECT else "value"
    return {"type": field["type"], "custom_id": field["custom_id"], key: value or ([] if key == "values" else "")}
