"""From Discord's interactions to requests: pure. What comes in is somebody's claim; the core checks it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord

from adapters.discord.addresses import PRIVATE, Spot
from adapters.discord.forms import given
from adapters.discord.limits import PLATFORM
from bot.model import Account, Place, Profile, Workspace
from bot.registry import Registry
from bot.requests import Ask, Click, Intent, Invoke, Pick, Request, Submit

Payload = Mapping[str, Any]
"""Discord's JSON, which the library hands on untyped."""
_SUBCOMMAND = 1
_MESSAGE_COMMAND = 3
_TEXT_DISPLAY = 10


def request(
    interaction: discord.Interaction[discord.Client], workspace: Workspace, registry: Registry
) -> Request | None:
    """Understand an interaction as a request; None for a kind that we never offer."""
    intent = _intent(interaction, workspace, registry)
    if intent is None:
        return None
    message = interaction.message
    guild = PRIVATE if interaction.guild_id is None else workspace.id
    return Request(
        key=str(interaction.id),
        workspace=workspace,
        account=_account(interaction.user, workspace),
        profile=_profile(interaction),
        intent=intent,
        place=_place(interaction, guild),
        source=Spot(guild, message.channel.id, message.id).ref if message else None,
        on_private=message is not None and message.flags.ephemeral,
        inline_errors=False,
    )


def ask(interaction: discord.Interaction[discord.Client], workspace: Workspace) -> Ask | None:
    """Understand an autocomplete interaction; None where no option is being typed."""
    root, sub, options = _invoked(_data(interaction))
    for option in options:
        if option.get("focused"):
            account, profile = _account(interaction.user, workspace), _profile(interaction)
            return Ask(workspace, account, profile, root, sub, option["name"], str(option.get("value", "")))
    return None


def _intent(
    interaction: discord.Interaction[discord.Client], workspace: Workspace, registry: Registry
) -> Intent | None:
    data = _data(interaction)
    match interaction.type:
        case discord.InteractionType.application_command if data.get("type") == _MESSAGE_COMMAND:
            return _pick(data, workspace, registry)
        case discord.InteractionType.application_command:
            root, sub, options = _invoked(data)
            return Invoke(root, sub, values={option["name"]: str(option.get("value", "")) for option in options})
        case discord.InteractionType.component:
            return Click(token(str(data.get("custom_id", ""))))
        case discord.InteractionType.modal_submit:
            form, _, state = str(data.get("custom_id", "")).partition(":")
            return Submit(form, dict(_fields(data.get("components", ()))), state)
        case _:
            return None


def token(custom_id: str) -> str:
    """Read the token out of a custom_id, which has a number before it where a card has the token twice."""
    number, tilde, rest = custom_id.partition("~")
    return rest if tilde and number.isdecimal() else custom_id


def _data(interaction: discord.Interaction[discord.Client]) -> Payload:
    return dict(interaction.data or {})


def _account(user: discord.User | discord.Member, workspace: Workspace) -> Account:
    return Account(PLATFORM, workspace.id, str(user.id))


def _profile(interaction: discord.Interaction[discord.Client]) -> Profile:
    return Profile(interaction.user.display_name, None, interaction.locale.value)


def _place(interaction: discord.Interaction[discord.Client], guild: str) -> Place | None:
    if interaction.channel_id is None:
        return None
    may = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    can_post = may.view_channel and (may.send_messages_in_threads if in_thread else may.send_messages)
    return Spot(guild, interaction.channel_id).place if can_post or guild == PRIVATE else None


def _invoked(data: Payload) -> tuple[str, str, Sequence[Payload]]:
    """Read command, sub-command and options."""
    options: Sequence[Payload] = data.get("options", ())
    if options and options[0].get("type") == _SUBCOMMAND:
        return str(data.get("name", "")), str(options[0]["name"]), options[0].get("options", ())
    return str(data.get("name", "")), "", options


def _pick(data: Payload, workspace: Workspace, registry: Registry) -> Pick | None:
    message: Payload | None = data.get("resolved", {}).get("messages", {}).get(str(data.get("target_id")))
    if message is None:
        return None
    label = str(data.get("name", ""))
    name = next((action.name for action in registry.message_actions.values() if action.label == label), label)
    author = message.get("author", {}).get("id")
    return Pick(
        action=name,
        text="\n".join(part for part in _words(message) if part),
        author=Account(PLATFORM, workspace.id, str(author)) if author else None,
        link=Spot(workspace.id, int(message["channel_id"]), int(message["id"])).link,
    )


def _words(message: Payload) -> Iterator[str]:
    """Read all words of a message, wherever its writer put them."""
    yield message.get("content") or ""
    for embed in message.get("embeds", ()):
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for field in embed.get("fields", ()):
            yield f"{field.get('name', '')}\n{field.get('value', '')}"
    for component in _within(message.get("components", ())):
        if component.get("type") == _TEXT_DISPLAY:
            yield component.get("content") or ""


def _within(components: Sequence[Payload]) -> Iterator[Payload]:
    for component in components:
        yield component
        yield from _within(component.get("components", ()))
        yield from _within([component["component"]] if "component" in component else ())


def _fields(components: Sequence[Payload]) -> Iterator[tuple[str, str]]:
    """Read what stands in a modal's fields; of a choice, what was chosen first."""
    for component in _within(components):
        if "custom_id" in component and "values" in component:
            yield component["custom_id"], given(next(iter(component["values"]), ""))
        elif "custom_id" in component:
            yield component["custom_id"], str(component.get("value") or "")
