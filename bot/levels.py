"""How much one should know already, as people type it. Pure functions."""

from bot.model import ANY_LEVEL, Level
from bot.text import clamp


def parse_level(raw: str) -> Level | None:
    """Read a level; None for none; raise ValueError naming those there are."""
    if raw.strip().lower() in {"", ANY_LEVEL}:
        return None
    try:
        return Level(raw.strip().lower())
    except ValueError:
        raise ValueError(f"“{clamp(raw, 40)}” is not one of {', '.join(Level)}") from None
