"""The tables of the README, made from the code: `python -m tests.readme` writes them anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from pydantic import SecretStr

from bot.__main__ import cli
from bot.app import FEATURES
from bot.config import Config, Section
from bot.registry import Registry

README = Path(__file__).parents[1] / "README.md"


def commands() -> str:
    """List what members can type and choose."""
    registry = Registry(FEATURES)
    rows = [(f"/{c.root}" if c.default else c.usage, c.summary) for c in registry.commands.values()]
    lines = [f"| `{usage}` | {summary} |" for usage, summary in rows]
    lines += [
        f"| menu of a message: **{found.label}** | {found.summary} |" for found in registry.message_actions.values()
    ]
    return "\n".join(["| command | what it does |", "|---|---|", *lines])


def tools() -> str:
    """List the commands of the command line."""
    lines = [f"| `{name}` | {what} |" for name, what in _tools(typer.main.get_command(cli), "")]
    return "\n".join(["| command | what it does |", "|---|---|", *lines])


def _tools(command: Any, before: str) -> Iterator[tuple[str, str]]:
    for name, found in command.commands.items():
        if hasattr(found, "commands"):
            yield from _tools(found, f"{before}{name} ")
        else:
            needs = " ".join(str(p.name).upper() for p in found.params if p.param_type_name == "argument")
            yield f"{before}{name} {needs}".strip(), found.help


def settings() -> str:
    """List all settings with their defaults."""
    lines = [f"| `{name}` | {shown(field.default)} | {field.description} |" for name, field in _settings(Config, "")]
    return "\n".join(["| setting | default | what it is |", "|---|---|---|", *lines])


def _settings(section: type[Section], before: str) -> Iterator[tuple[str, Any]]:
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield from _settings(field.annotation, f"{before}{name}.")
        else:
            yield before + name, field


def shown(default: object) -> str:
    """Write a default as it stands in the settings file; nothing for an empty one."""
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    if plain in {"", ()}:
        return ""
    return f"`{str(plain).lower() if isinstance(plain, bool) else plain}`"


TABLES = {"commands": commands, "tools": tools, "settings": settings}


def with_tables(text: str) -> str:
    """Give the README with its tables made anew."""
    for name, table in TABLES.items():
        before, opening, rest = text.partition(f"<!-- {name} -->\n")
        _, closing, after = rest.partition("<!-- end -->")
        text = f"{before}{opening}{table()}\n{closing}{after}"
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
