"""The tables. `community` is part of every primary and unique key: no row exists outside a community.

Numbers (`id`) are drawn per community from the counters in its row, which also makes writers of one community
wait for each other in one place instead of in several.
"""

from storage.tables import care, communities, courses, doors, learning, meetups, outbox, people, search
from storage.tables.base import METADATA

__all__ = ["METADATA", "care", "communities", "courses", "doors", "learning", "meetups", "outbox", "people", "search"]
