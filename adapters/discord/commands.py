"""From the registry to the application commands that Discord is told of.

Only their description matters here: every interaction is answered in one place, by its payload (`answers`).
"""

import inspect
from typing import Any

import discord
from discord import app_commands

from adapters.discord import forms
from adapters.discord.limits import OPTIONS
from bot.commands import Command, MessageAction, Option
from bot.config import Config
from bot.registry import Registry

GUILD_ONLY = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
INSTALLED = app_commands.AppInstallationType(guild=True, user=False)
MENU_ENTRIES = 5
"""Most message commands of an application (Application Commands, Registering)."""


class Tree(app_commands.CommandTree[discord.Client]):
    """Describes the commands to Discord and runs none of them: `on_interaction` answers them all."""

    async def interaction_check(self, interaction: discord.Interaction[discord.Client], /) -> bool:
        """Leave every command to the one road that all interactions take."""
        return False


def install(tree: Tree, registry: Registry, config: Config, guild: discord.Object | None) -> None:
    """Describe all commands in the tree; raise ValueError for what Discord would refuse."""
    for form in registry.forms.values():
        forms.check(form.blank(config))
    if len(registry.message_actions) > MENU_ENTRIES:
        raise ValueError(f"Discord shows at most {MENU_ENTRIES} message actions")
    for root in registry.roots():
        tree.add_command(_group(root, registry.group(root)), guild=guild)
    for action in registry.message_actions.values():
        tree.add_command(_menu(action), guild=guild)


def _group(root: str, commands: list[Command]) -> app_commands.Group:
    group = app_commands.Group(
        name=root,
        description=_summary(root, commands),
        allowed_contexts=GUILD_ONLY,
        allowed_installs=INSTALLED,
    )
    for command in commands:
        group.add_command(_command(command))
    return group


def _summary(root: str, commands: list[Command]) -> str:
    """Nobody sees a group's own description, but Discord wants one."""
    return next((command.summary for command in commands if command.default), f"{root}: see its sub-commands.")


def _command(declared: Command) -> app_commands.Command[Any, ..., None]:
    async def callback(interaction: discord.Interaction, **values: str) -> None:
        """Stand for the command; `Tree.interaction_check` lets nobody get here."""

    # The library reads options off a signature, which we make from the declaration instead of writing it twice.
    typed: Any = callback
    typed.__signature__ = inspect.Signature(
        [
            inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction),
            *(_parameter(option) for option in declared.options),
        ]
    )
    typed = app_commands.describe(**{option.name: option.help for option in declared.options})(typed)
    typed = app_commands.choices(**{option.name: _choices(option) for option in declared.options if option.choices})(
        typed
    )
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=declared.sub, description=declared.summary, callback=typed
    )
    for option in declared.options:
        if option.suggest and not option.choices:
            command.autocomplete(option.name)(_no_suggestions)
    return command


async def _no_suggestions(
    interaction: discord.Interaction[discord.Client], current: str
) -> list[app_commands.Choice[str]]:
    """Stand for an option's suggestions, which `answers` gives."""
    return []


def _parameter(option: Option) -> inspect.Parameter:
    default = inspect.Parameter.empty if option.required else ""
    return inspect.Parameter(option.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str, default=default)


def _choices(option: Option) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=choice, value=choice) for choice in option.choices[:OPTIONS]]


def _menu(action: MessageAction) -> app_commands.ContextMenu:
    async def callback(interaction: discord.Interaction, message: discord.Message) -> None:
        """Stand for the entry; `Tree.interaction_check` lets nobody get here."""

    return app_commands.ContextMenu(
        name=action.label, callback=callback, allowed_contexts=GUILD_ONLY, allowed_installs=INSTALLED
    )
