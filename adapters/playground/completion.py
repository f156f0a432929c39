"""What to offer while a command is typed: pure, from the registry and the text so far."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.commands import Command, Option
from bot.registry import Registry
from bot.requests import Suggestion

_LAST = re.compile(r'[^\s"]*:"[^"]*"?$|\S*$')
"""The word that is being typed, blanks inside an open quotation included."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette. Choosing it makes `text` what stands in the composer."""

    text: str
    label: str
    detail: str = ""
    go: bool = False  # nothing is left to type: choosing it may send it


@dataclass(frozen=True, slots=True)
class Wanted:
    """Values that only the core can suggest. `before` and `after` stand around the value in the composer."""

    root: str
    sub: str
    option: str
    typed: str
    before: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """All that the palette shows: what is being typed, the lines, and what to ask the core for."""

    title: str = ""
    help: str = ""
    entries: tuple[Entry, ...] = ()
    wanted: Wanted | None = None
    runs: bool = False  # Enter sends the text as it stands, unless a line was chosen by arrow key

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not (self.title or self.entries)


NOTHING = Completion()


def complete(registry: Registry, text: str) -> Completion:
    """Tell what to offer for a text; NOTHING where it is no command."""
    if not text.startswith("/") or "\n" in text:
        return NOTHING
    found = _command(registry, text)
    if found is None:
        return _commands(registry, text)
    command, head = found
    return _options(command, head, text[len(head) :])


def choose(wanted: Wanted, suggestion: Suggestion) -> Entry:
    """Make a line of a suggestion of the core."""
    value = suggestion.value
    written = f'"{value}"' if wanted.quoted and (" " in value or not value) else value
    detail = "" if value in suggestion.label else value
    return Entry(f"{wanted.before}{written} ", suggestion.label, detail)


def _command(registry: Registry, text: str) -> tuple[Command, str] | None:
    """Find the command whose name is typed to the end, and that name with the blank behind it."""
    root, blank, rest = text[1:].partition(" ")
    sub, behind, _ = rest.partition(" ")
    command = registry.commands.get((root.lower(), sub.lower()))
    if blank and behind and command:
        return command, f"/{root} {sub} "
    return None


def _commands(registry: Registry, text: str) -> Completion:
    typed = " ".join(text[1:].lower().split())
    entries = [_entry(command) for command in registry.commands.values() if _fits(command, typed)]
    entries.sort(key=lambda entry: not entry.text[1:].startswith(typed))
    whole = [c for c in registry.commands.values() if f"{c.root} {c.sub}" == typed]
    default = registry.default(typed) is not None
    return Completion(
        title="Commands" if entries else "No such command",
        help="" if entries else "Take away letters until something fits.",
        entries=tuple(entries),
        runs=default or any(not _needs(command) or command.opens_form for command in whole),
    )


def _fits(command: Command, typed: str) -> bool:
    name = f"{command.root} {command.sub}"
    return name.startswith(typed) or (" " not in typed and typed in command.sub)


def _entry(command: Command) -> Entry:
    if command.default and not _needs(command):
        return Entry(f"/{command.root}", f"/{command.root}", command.summary, go=True)
    text = f"{command.written} " if command.options else command.written
    return Entry(text, command.usage, command.summary, go=not command.options)


def _needs(command: Command) -> bool:
    return any(option.required for option in command.options)


def _options(command: Command, head: str, typed: str) -> Completion:
    last = _LAST.search(typed)
    word = last[0] if last else ""
    name, colon, value = word.partition(":")
    option = _named(command.options, name.lower()) if colon else None
    before = head + typed[: len(typed) - len(word)]
    if option is not None:
        return _values(command, option, value.strip('"'), f"{before}{name}:", quoted=True)
    return _words(command, head, typed, word, before)


def _values(command: Command, option: Option, typed: str, before: str, *, quoted: bool) -> Completion:
    chosen = [c for c in option.choices if c.startswith(typed.lower())]
    wanted = (
        Wanted(command.root, command.sub, option.name, typed, before, quoted) if option.suggest is not None else None
    )
    return Completion(
        title=command.usage,
        help=f"{option.name}: {option.help}",
        entries=tuple(Entry(f"{before}{choice} ", choice) for choice in chosen),
        wanted=wanted,
        runs=True,
    )


def _words(command: Command, head: str, typed: str, word: str, before: str) -> Completion:
    """Offer values for the first option, which takes all bare words, and the names of the others."""
    used = {found.lower() for found in re.findall(r"(\S+?):", typed)}
    rest = command.options[1:]
    names = [o for o in rest if o.name not in used and o.name.startswith(word.lower())]
    entries = tuple(Entry(f"{before}{o.name}:", f"{o.name}:", o.help) for o in names)
    if not command.options:
        return Completion(command.usage, command.summary, runs=True)
    first = command.options[0]
    bare = not used
    if bare and (first.suggest is not None or first.choices):
        values = _values(command, first, typed.strip(), head, quoted=False)
        entries, wanted = (*values.entries, *entries), values.wanted
    else:
        wanted = None
    help_ = f"{first.name}: {first.help}" if bare else command.summary
    return Completion(command.usage, help_, entries, wanted, runs=True)


def _named(options: Sequence[Option], name: str) -> Option | None:
    return next((option for option in options if option.name == name), None)


def with_suggestions(found: Completion, wanted: Wanted, suggested: Iterable[Suggestion]) -> tuple[Entry, ...]:
    """Put the core's suggestions above what the registry already offered."""
    return (*(choose(wanted, suggestion) for suggestion in suggested), *found.entries)
