"""Storage: the only room that knows SQL. `open_store` is its door."""

from storage.care import Description, backup, describe, migrate, sqlite_is_affected
from storage.store import open_store

__all__ = ["Description", "backup", "describe", "migrate", "open_store", "sqlite_is_affected"]
