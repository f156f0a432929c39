"""Who lives in the playground and which channels it has: data only."""

from dataclasses import dataclass

from bot.model import Account, Level, Profile, Workspace

PLATFORM = "playground"
HOME = Workspace(PLATFORM, "home", "Playground")
BOT = "bot"
"""Stands where a member's id would, for what the bot writes."""
BOT_NAME = "Offcourse"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the sample people. `about` is shown beside the name, `hue` (0 to 360) colours the avatar."""

    id: str
    name: str
    level: Level
    locale: str
    timezone: str
    about: str
    hue: int

    @property
    def account(self) -> Account:
        """Their identity on this platform."""
        return Account(PLATFORM, HOME.id, self.id)

    @property
    def profile(self) -> Profile:
        """What the platform tells of them."""
        return Profile(self.name, self.timezone, self.locale)

    @property
    def direct(self) -> str:
        """The channel of their private conversation with the bot."""
        return f"@{self.id}"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that several people read; a private one names who."""

    id: str
    topic: str
    members: frozenset[str] | None = None


MEMBERS = (
    Member("ana", "Ana", Level.BEGINNER, "pt-PT", "Europe/Lisbon", "beginner", 12),
    Member("ben", "Ben", Level.EXPERIENCED, "nl-BE", "Europe/Brussels", "experienced", 212),
    Member("chloe", "Chloe", Level.MEDIUM, "fr-CA", "America/Montreal", "medium", 152),
    Member("dries", "Dries", Level.BEGINNER, "nl-NL", "Europe/Amsterdam", "beginner", 42),
    Member("elif", "Elif", Level.EXPERIENCED, "tr-TR", "Europe/Istanbul", "experienced, steward", 282),
)

STEWARDS = (str(MEMBERS[-1].account),)
"""The platform owners of the sample community, as the settings write them."""

CHANNELS = (
    Channel("courses", "New courses, announced by the bot"),
    Channel("meetups", "Who meets when and where"),
    Channel("support", "Ask anything, answer what you can"),
    Channel("general", "Everything else"),
    Channel("support-centre", "The stewards' room", frozenset({"elif"})),
)


def member(who: str) -> Member | None:
    """Find a member by id."""
    return next((found for found in MEMBERS if found.id == who), None)


def may_read(who: Member, channel: str) -> bool:
    """Tell whether a channel, or a private conversation, exists for a member."""
    if channel.startswith("@"):
        return channel == who.direct
    return any(found.id == channel and (found.members is None or who.id in found.members) for found in CHANNELS)


def is_channel(channel: str) -> bool:
    """Tell whether there is such a channel or private conversation at all."""
    return any(found.id == channel for found in CHANNELS) or any(found.direct == channel for found in MEMBERS)
