"""How typed text becomes the arguments of what a feature declares. Pure functions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from bot.commands import Option, options_of
from bot.errors import Invalid

_WORD = re.compile(r'[^\s"]*:"[^"]*"|\S+')


def split_text(options: Sequence[Option], typed: str) -> dict[str, str]:
    """Read what was typed behind a command: `words key:value key:"two words"`.

    Only names of options are keys, so that `a:b`, an address or `it's` stay words. The first option takes all
    words; without options, words are dropped. shlex is no help here: it eats apostrophes.
    """
    names = {option.name for option in options}
    values: dict[str, str] = {}
    words: list[str] = []
    for word in _WORD.findall(typed):
        key, colon, value = word.partition(":")
        if colon and key.lower() in names:
            values[key.lower()] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
        else:
            words.append(word)
    if words and options:
        first = options[0].name
        values[first] = " ".join(filter(None, (values.get(first), *words)))
    return values


Args = TypeVar("Args")


def parse_values(args: type[Args], values: Mapping[str, str]) -> Args:
    """Make the arguments from text by option name; raise Invalid naming each bad field and what is allowed.

    Empty values count as missing. Discord's typed options and Slack's typed words both end here, so that what
    is said of a bad value is the same everywhere.
    """
    parsed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for opt in options_of(args):
        raw = values.get(opt.name, "").strip()
        if not raw:
            if opt.required:
                errors[opt.name] = f"{opt.name} is missing: {opt.help}."
            continue
        try:
            parsed[opt.name] = _convert(opt, raw)
        except ValueError as error:
            errors[opt.name] = f"{opt.name}: {error}"
    if errors:
        raise Invalid(errors)
    return args(**parsed)


def _convert(opt: Option, raw: str) -> Any:
    if opt.choices:
        if raw.lower() not in opt.choices:
            raise ValueError(f"“{raw[:40]}” is not one of {', '.join(opt.choices)}.")
        return opt.kind(raw.lower())
    if opt.kind is int:
        if not re.fullmatch(r"[0-9]{1,9}", raw):  # as many digits as a number of the database surely holds
            raise ValueError(f"“{raw[:40]}” is not a whole number.")
        return int(raw)
    return raw


def parse_token(args: type[Args], parts: str) -> Args:
    """Make an action's arguments from the rest of a button token, by position; raise Invalid for any other text."""
    options = options_of(args)
    given = parts.split(":", len(options) - 1) if options and parts else []
    return parse_values(args, {opt.name: value for opt, value in zip(options, given, strict=False)})
