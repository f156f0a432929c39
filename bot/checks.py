"""What is wrong with the fields of a form: gathered, so that all of it is told at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.text import sentence

Parsed = TypeVar("Parsed")


class Checks:
    """Goes through the fields of a form and gathers what is wrong with each."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.errors: dict[str, str] = {}

    def take(self, field: str, parse: Callable[[str], Parsed]) -> Parsed | None:
        """Give what a field holds; None, and its error kept, where it holds nothing of use."""
        try:
            return parse(self._values.get(field, ""))
        except ValueError as error:
            self.errors[field] = sentence(str(error))
            return None
