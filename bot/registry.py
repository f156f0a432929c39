"""All that the features declare, checked at the start."""

import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any, assert_never

from bot.commands import Action, Aside, Command, Declaration, DueWork, FormHandler, Listening, MessageAction, PostMaker
from bot.requests import EventKind

NAME = re.compile(r"[a-z0-9_-]{1,32}")
"""A command or option name that Discord takes (application commands) and Slack can type."""
SUMMARY_LENGTH = 100
"""Longest summary or option help: Discord's command description."""
OPTIONS = 25
"""Most options of a command, and most choices of an option, on Discord."""
SUBCOMMANDS = 25
"""Most sub-commands in a group on Discord."""
MENU_LABEL_LENGTH = 24
"""Longest name of a Slack message shortcut (Discord's context menu allows 32)."""


class Registry:
    """All that the features declare, checked: it refuses at start what a platform would refuse later."""

    def __init__(self, features: Iterable[ModuleType]) -> None:
        """Collect the declarations of feature modules; raise ValueError for what a platform would refuse."""
        self.commands: dict[tuple[str, str], Command] = {}
        self.actions: dict[str, Action] = {}
        self.forms: dict[str, FormHandler] = {}
        self.message_actions: dict[str, MessageAction] = {}
        self.posts: dict[str, PostMaker] = {}
        self.listeners: dict[EventKind, list[Listening]] = {}
        self.work: dict[str, DueWork] = {}
        self.asides: dict[str, Aside] = {}
        for feature in features:
            for declared in vars(feature).values():
                if isinstance(declared, Declaration):
                    self._add(declared)
        for root in self.roots():
            if len(self.group(root)) > SUBCOMMANDS:
                raise ValueError(f"/{root} has more than {SUBCOMMANDS} sub-commands")

    def roots(self) -> list[str]:
        """Name the slash commands, in the order of declaration."""
        return list(dict.fromkeys(root for root, _ in self.commands))

    def group(self, root: str) -> list[Command]:
        """List the sub-commands of a slash command, in the order of declaration."""
        return [found for found in self.commands.values() if found.root == root]

    def default(self, root: str) -> Command | None:
        """Give what a slash command does without a sub-command."""
        return next((found for found in self.group(root) if found.default), None)

    def _add(self, declared: Declaration) -> None:
        match declared:
            case Command():
                check_command(declared)
                self._keep(self.commands, (declared.root, declared.sub), declared)
            case Action():
                self._keep(self.actions, declared.name, declared)
            case FormHandler():
                self._keep(self.forms, declared.id, declared)
            case MessageAction():
                if len(declared.label) > MENU_LABEL_LENGTH:
                    raise ValueError(f"{declared.label!r} is longer than {MENU_LABEL_LENGTH} characters")
                self._keep(self.message_actions, declared.name, declared)
            case PostMaker():
                self._keep(self.posts, declared.kind, declared)
            case Listening():
                listeners = self.listeners.setdefault(declared.kind, [])
                if declared not in listeners:
                    listeners.append(declared)
            case DueWork() | Aside():
                shelf: dict[str, Any] = self.work if isinstance(declared, DueWork) else self.asides
                self._keep(shelf, declared.name, declared)
            case _:
                assert_never(declared)

    def _keep(self, shelf: dict[Any, Any], name: object, declared: Declaration) -> None:
        if shelf.get(name, declared) is not declared:
            raise ValueError(f"{name} is declared twice")
        shelf[name] = declared


def check_command(declared: Command) -> None:
    """Raise ValueError for a command that Discord or Slack would refuse."""
    for name in (declared.root, declared.sub, *(opt.name for opt in declared.options)):
        if not NAME.fullmatch(name):
            raise ValueError(f"{declared.written}: {name!r} must be 1 to 32 of a-z, 0-9, _ and -")
    for words in (declared.summary, *(opt.help for opt in declared.options)):
        if not 1 <= len(words) <= SUMMARY_LENGTH:
            raise ValueError(f"{declared.written}: {words!r} must be 1 to {SUMMARY_LENGTH} characters")
    if len(declared.options) > OPTIONS or any(len(opt.choices) > OPTIONS for opt in declared.options):
        raise ValueError(f"{declared.written}: at most {OPTIONS} options, and choices in each")
    needed = [opt.required for opt in declared.options]
    if needed != sorted(needed, reverse=True):
        raise ValueError(f"{declared.written}: required options come before optional ones")
