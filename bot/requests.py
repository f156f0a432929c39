"""What comes in from a platform and what goes back to the person who asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model import Account, Place, Profile, Ref, Workspace
from bot.ui import Card, Form


@dataclass(frozen=True, slots=True)
class Invoke:
    """A slash command: words as typed (`text`), or values by option name where the platform types them."""

    root: str
    sub: str = ""  # empty: the first word of `text` names it
    text: str = ""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Click:
    """A tap on a button."""

    token: str


@dataclass(frozen=True, slots=True)
class Submit:
    """A form sent off."""

    form: str
    values: Mapping[str, str]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """A message action: somebody chose it on a message with this text, written by `author`."""

    action: str
    text: str
    author: Account | None = None
    link: str = ""


Intent = Invoke | Click | Submit | Pick


@dataclass(frozen=True, slots=True)
class Request:
    """One delivery of a platform, understood but not yet trusted.

    Attributes:
        key: names the delivery; a repeated delivery has the same key.
        workspace: where the app is installed, the road to the community.
        account: who asks, on their own workspace (another one than `workspace` in a shared Slack channel).
        profile: what the payload itself tells of them.
        place: where they are, to post there; None where the bot can't.
        source: the message they tapped on.
        on_private: whether that message is one that only they see, so that a reply may replace it.
        inline_errors: the platform shows errors inside an open form.
    """

    key: str
    workspace: Workspace
    account: Account
    profile: Profile
    intent: Intent
    place: Place | None = None
    source: Ref | None = None
    on_private: bool = False
    inline_errors: bool = False


class EventKind(StrEnum):
    """What a platform tells without anybody asking the bot."""

    LEFT = "left"  # an account is gone from its workspace
    CAME = "came"  # it is there (again)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an account on a platform; a repeated delivery has the same `key`."""

    key: str
    workspace: Workspace
    account: Account
    kind: EventKind


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for suggestions while somebody types an option."""

    workspace: Workspace
    account: Account
    profile: Profile
    root: str
    sub: str
    option: str
    typed: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to choose while typing."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A card for the asker alone. All that is public goes through the outbox."""

    card: Card
    replaces: bool = False  # takes the place of the private message that was tapped on


@dataclass(frozen=True, slots=True)
class Rejected:
    """A form that needs changes: what is wrong by field, to be shown inside the open form."""

    form: Form
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A delivery that was handled before: acknowledge it, say nothing."""


@dataclass(frozen=True, slots=True)
class Noted:
    """It is done, and shows where the message that was tapped on is brought up to date: acknowledge it, say nothing."""


Outcome = Reply | Form | Rejected | Repeated | Noted
