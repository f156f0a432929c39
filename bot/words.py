"""What the bot says when something is missing or wrong, the same on every platform: pure cards."""

import difflib
from collections.abc import Iterable, Mapping

from bot.commands import Command
from bot.errors import UserError
from bot.registry import Registry
from bot.text import clamp
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Form,
    Heading,
    Inline,
    Items,
    Text,
    note,
    paragraph,
    text,
    token,
)

FIX = "form.fix"
"""The action that brings a rejected form back, where a platform can't show errors inside it."""
MUTE, UNMUTE = "private.mute", "private.unmute"
"""The actions that stop all private messages to somebody, and begin again."""
TYPED_LENGTH = 1000
"""How much of a typed command is shown back at most, in UTF-16 units."""
FORM_LENGTH = 3700
"""How much of what was typed into a form is shown back: what fits into a message on Discord beside the reason."""


class BadArguments(UserError):
    """Something in that command can't be used."""

    def __init__(self, command: Command, values: Mapping[str, str], errors: Mapping[str, str]) -> None:
        """Take the command, what was typed for it, and what is wrong by option name."""
        super().__init__()
        self.command = command
        self.values = dict(values)
        self.errors = dict(errors)


def problem_card(problem: str) -> Card:
    """Say what went wrong, in the words of the error."""
    return Card(problem, (paragraph(problem),))


def failure_card(problem: str, reference: str) -> Card:
    """Say that it was our fault, with the reference under which the log tells more."""
    said = f"{problem} Please try again in a moment; if it stays, tell a steward this reference: {reference}."
    return Card(
        said,
        (
            paragraph(f"{problem} Please try again in a moment."),
            note("If it stays, tell a steward this reference: ", Code(reference)),
        ),
    )


def bad_arguments_card(error: BadArguments) -> Card:
    """Name each bad argument, say what is allowed, and give back what was typed."""
    typed = typed_command(error.command, error.values)
    return Card(
        "That command needs a change.",
        (
            Items(tuple(text(problem) for problem in error.errors.values())),
            paragraph("You typed: ", Code(clamp(typed, TYPED_LENGTH))),
            note("It goes like this: ", Code(error.command.usage)),
        ),
    )


def typed_command(command: Command, values: Mapping[str, str]) -> str:
    """Write a command as it would be typed, to be copied and mended."""
    parts = [command.written]
    for position, option in enumerate(command.options):
        value = values.get(option.name, "")
        if value and position == 0:
            parts.append(value)
        elif value:
            parts.append(f'{option.name}:"{value}"' if " " in value else f"{option.name}:{value}")
    return " ".join(parts)


def rejected_card(form: Form, errors: Mapping[str, str], draft: int) -> Card:
    """Name what a form still needs, with a button that brings it back filled in."""
    labels = {field.name: field.label for field in form.fields}
    return Card(
        "Almost there: the form needs a change.",
        (
            Heading("Almost there"),
            Items(tuple(text(Bold(labels.get(name, name)), ": ", problem) for name, problem in errors.items())),
            Buttons((Button("Fix", token(FIX, draft), "primary"),)),
            note("I kept what you typed. Fix opens the form with all of it."),
        ),
    )


def with_typed(card: Card, form: Form) -> Card:
    """Give back what was typed into a form below some words, to be copied."""
    typed = "\n".join(f"{field.label}: {field.value}" for field in form.fields if field.value)
    kept = (paragraph("This is what you typed:"), paragraph(Code(clamp(typed, FORM_LENGTH)))) if typed else ()
    return Card(card.summary, (*card.blocks, *kept))


def group_card(registry: Registry, root: str, sub: str, typed: str) -> Card:
    """List what a slash command can do; with a guess where a sub-command was misspelt."""
    group = registry.group(root)
    head: list[Block] = []
    if sub:
        close = difflib.get_close_matches(sub.lower(), [found.sub for found in group], 1)
        guess: tuple[Inline, ...] = (" Did you mean ", Code(f"/{root} {close[0]}"), "?") if close else ()
        head.append(paragraph("I don't know ", Code(clamp(f"/{root} {typed}".strip(), TYPED_LENGTH)), ".", *guess))
    return Card(f"What /{root} can do", (*head, Heading(f"What /{root} can do"), command_lines(group)))


def command_lines(commands: Iterable[Command]) -> Items:
    """List commands with what they do, one a line."""
    return Items(tuple(_command_line(command) for command in commands))


def _command_line(command: Command) -> Text:
    return text(Code(f"/{command.root}" if command.default else command.usage), " — ", command.summary)


def first_letter(card: Card, why: str) -> Card:
    """Say below somebody's first private message why it comes, and let them have none; `why` is a clause."""
    said = note(f"This is my first private message to you. You get it because {why}.")
    return Card(card.summary, (*card.blocks, said, Buttons((_mute(),))))


def about_private(*, muted: bool) -> list[Block]:
    """Tell how it is with private messages to somebody, with the button that changes it."""
    if not muted:
        return [note("I write in private only where something concerns you."), Buttons((_mute(),))]
    hint = note("You get no private messages at all, because you stopped them: look at ", Code("/offcourse mine"),
                " now and then.")  # fmt: skip
    return [hint, Buttons((Button("Write to me again", UNMUTE),))]


def _mute() -> Button:
    return Button("No private messages", MUTE)
