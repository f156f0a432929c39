"""config.example.toml is complete, in the order of the model, and changes nothing where it is copied as it stands."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import Config, Section, load

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
LINES = TEXT.splitlines()


def keys(section: type[Section], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """List every setting with its path and description, in the order in which TOML can hold them."""
    nested = []
    for name, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            nested.append((field.annotation, (*path, name)))
        else:
            yield (*path, name), field.description or ""
    for inner, inner_path in nested:
        yield from keys(inner, inner_path)


SETTINGS = list(keys(Config))


def written() -> list[tuple[tuple[str, ...], str]]:
    """List the settings of the example with the comment above each, as they stand in it."""
    section: tuple[str, ...] = ()
    found = []
    for above, line in zip(["", *LINES], LINES, strict=False):
        if line.startswith("["):
            section = tuple(line.strip("[]").split("."))
        elif " = " in line and not line.startswith("#"):
            found.append(((*section, line.partition(" = ")[0]), above.removeprefix("# ")))
    return found


def test_it_changes_nothing() -> None:
    assert load(EXAMPLE, environ={}) == Config()


def test_every_value_in_it_is_the_default() -> None:
    given = tomllib.loads(TEXT)
    defaults = load(environ={})
    for path, _ in SETTINGS:
        value: object = given
        default: object = defaults
        for name in path:
            assert isinstance(value, dict)
            value, default = value[name], getattr(default, name)
        plain = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        assert value == (list(plain) if isinstance(plain, tuple) else plain), path


def test_it_names_every_setting_in_order_with_its_description() -> None:
    assert written() == SETTINGS


def test_every_setting_is_described() -> None:
    assert [path for path, description in SETTINGS if not description] == []


def test_every_section_says_what_it_is_for() -> None:
    for number, line in enumerate(LINES):
        if line.startswith("["):
            assert LINES[number - 1].startswith("# "), line


@pytest.mark.parametrize("path", [path for path, _ in SETTINGS], ids=".".join)
def test_every_setting_can_come_from_the_environment_as_it_is_told_there(path: tuple[str, ...]) -> None:
    name = "__".join(("OFFCOURSE", *path)).upper()
    given: object = tomllib.loads(TEXT)
    for part in path:
        assert isinstance(given, dict)
        given = given[part]
    value = ",".join(given) if isinstance(given, list) else str(given)
    assert load(EXAMPLE, environ={name: value}) == Config()
