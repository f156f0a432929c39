"""Several accounts, one person: what names a person, how two become one, and how they part again."""

from storage.joining.repository import SqlJoinings

__all__ = ["SqlJoinings"]
