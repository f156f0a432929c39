"""What the core needs from the world: chat platforms, the store, the clock, links.

Names follow use. Every method of a repository sees one community only: the one its unit of work was opened for.
"""

from bot.ports.archive import Archive
from bot.ports.care import Escalations, Flags, Handovers, Reviews
from bot.ports.courses import Courses, Learning, Resources, Shelf
from bot.ports.insights import Insights, Usage
from bot.ports.joining import Joinings
from bot.ports.meetups import Hostings, Meetups, Rsvps
from bot.ports.nudges import Carers, Digests
from bot.ports.outbox import Deliveries, Doors, Drafts, Outbox, Posts, Workspaces
from bot.ports.people import Looks, People
from bot.ports.store import Store, Unit
from bot.ports.world import Chat, Clock, LinkReader

__all__ = [
    "Archive",
    "Carers",
    "Chat",
    "Clock",
    "Courses",
    "Deliveries",
    "Digests",
    "Doors",
    "Drafts",
    "Escalations",
    "Flags",
    "Handovers",
    "Hostings",
    "Insights",
    "Joinings",
    "Learning",
    "LinkReader",
    "Looks",
    "Meetups",
    "Outbox",
    "People",
    "Posts",
    "Resources",
    "Reviews",
    "Rsvps",
    "Shelf",
    "Store",
    "Unit",
    "Usage",
    "Workspaces",
]
