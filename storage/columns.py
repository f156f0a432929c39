"""Column types of our own: what both databases must hold alike."""

import re
from typing import Any

from sqlalchemy import Integer, Text, types
from sqlalchemy.engine.interfaces import Dialect

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL refuses NUL, both refuse lone surrogates; `bot.text.clean` takes them away before they get here."""


def storable(text: str) -> str:
    """Put a replacement character where a text holds what one of the databases can't keep."""
    return _UNSTORABLE.sub("\ufffd", text)


def folded(text: str) -> str:
    """Write a name, a title or a topic as it is looked up."""
    return " ".join(storable(text).casefold().split())


_LARGEST = 2**31 - 1


class Number(types.TypeDecorator[int]):
    """A number drawn from a community's counters. One that no row can have (people type them) finds nothing."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Make a number that no integer column can hold into one that no row has."""
        return value if value is None or abs(value) <= _LARGEST else -1


class StoredText(types.TypeDecorator[str]):
    """Text that every database can keep, as a value and as something to compare with."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Make a value storable on its way in."""
        return None if value is None else storable(value)

    def coerce_compared_value(self, op: Any, value: Any) -> types.TypeEngine[Any]:
        """Treat what a text is compared with as such a text."""
        return self
