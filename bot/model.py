"""What the core talks about: frozen values without I/O. Times are aware UTC."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self

Place = NewType("Place", str)
"""Somewhere a message can stand: `<platform>:<workspace>/<the adapter's own>`."""

Ref = NewType("Ref", str)
"""One message on one platform: `<platform>:<workspace>/<the adapter's own>`."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack team, a Discord guild or the playground, as part of a community."""

    platform: str
    id: str
    name: str = ""


def workspace_of(address: str) -> Workspace:
    """Tell where a place or a message is."""
    platform, _, rest = address.partition(":")
    return Workspace(platform, rest.partition("/")[0])


@dataclass(frozen=True, slots=True)
class Account:
    """One platform identity of a person; written `platform:workspace:user`, as in the `stewards` setting."""

    platform: str
    workspace: str
    user: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.user}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `platform:workspace:user`; raise ValueError for anything else."""
        parts = text.split(":")
        if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - the three parts of the written form
            raise ValueError(f"{text!r} is not platform:workspace:user")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform tells of an account; None where it doesn't."""

    name: str
    timezone: str | None = None  # IANA name
    locale: str | None = None  # BCP 47
    active: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A human in a community, with the accounts they use; those that are gone from their workspace left out."""

    id: int
    name: str
    timezone: str | None = None  # what a platform told; where they live is told by `bot.zones.zone_of`
    locale: str | None = None
    profile_at: datetime | None = None  # when a platform last told us the name and the zone
    accounts: tuple[Account, ...] = ()
    own_zone: str | None = None  # what they said themselves


class Level(StrEnum):
    """How much one should know already."""

    BEGINNER = "beginner"
    MEDIUM = "medium"
    EXPERIENCED = "experienced"


ANY_LEVEL = "all"
"""What stands for no level in a form: a choice that is made can't be taken back on every platform."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One step of a course: a task and the address of one resource."""

    task: str
    url: str


@dataclass(frozen=True, slots=True)
class CourseContent:
    """What a sharer writes of a course."""

    goal: str
    steps: tuple[Checkpoint, ...]
    level: Level | None = None
    topics: tuple[str, ...] = ()
    description: str = ""
    language: str | None = None  # BCP 47, such as "en" or "pt-br"


@dataclass(frozen=True, slots=True)
class Course(CourseContent):
    """A course as it stands in a community.

    Attributes:
        owner: who looks after it; None while it looks for somebody.
        reviewed_at: when somebody last looked whether it is still good; an edit counts, and so does the sharing.
        archived_at: since when it is put away; None while it can be found.
        revision: grows with every change; tells whether what somebody edits is still what stands here.
        step_numbers: one for each step; a step keeps its number through edits.
        steps_drawn: the highest number that a step ever had.
        root: the first course of its lineage: itself, or the one that the first fork was made of.
        parent: the course that this is a fork of.
        page: the token of its page for the world, once somebody asked for it.
        page_open: whether that page may be shown.
        review_days: days between its reviews, where somebody said so for this course; 0 for never.
        review_at: when its next review is due; None for never.
        taken_at: since when it has an owner who hasn't reviewed it yet.
        snoozed_until: until when its owner doesn't want to be asked about it.
        offered_at: since when it is looking for an owner.
        flags: how many readers' flags are open.
        broken_since: when the first of its links that are broken now broke.
    """

    id: int = dataclasses.field(kw_only=True)
    owner: Person | None = dataclasses.field(kw_only=True)
    co_owners: tuple[Person, ...] = dataclasses.field(kw_only=True, default=())
    created_at: datetime = dataclasses.field(kw_only=True)
    updated_at: datetime = dataclasses.field(kw_only=True)
    reviewed_at: datetime = dataclasses.field(kw_only=True)
    archived_at: datetime | None = dataclasses.field(kw_only=True, default=None)
    revision: int = dataclasses.field(kw_only=True)
    step_numbers: tuple[int, ...] = dataclasses.field(kw_only=True)
    steps_drawn: int = dataclasses.field(kw_only=True)
    root: int = dataclasses.field(kw_only=True)
    parent: int | None = dataclasses.field(kw_only=True, default=None)
    page: str | None = dataclasses.field(kw_only=True, default=None)
    page_open: bool = dataclasses.field(kw_only=True, default=True)
    review_days: int | None = dataclasses.field(kw_only=True, default=None)
    review_at: datetime | None = dataclasses.field(kw_only=True, default=None)
    taken_at: datetime | None = dataclasses.field(kw_only=True, default=None)
    snoozed_until: datetime | None = dataclasses.field(kw_only=True, default=None)
    offered_at: datetime | None = dataclasses.field(kw_only=True, default=None)
    flags: int = dataclasses.field(kw_only=True, default=0)
    broken_since: datetime | None = dataclasses.field(kw_only=True, default=None)

    @property
    def short_id(self) -> str:
        """What people type to name it: `C12`."""
        return f"C{self.id}"


@dataclass(frozen=True, slots=True)
class CourseQuery:
    """What to look for; an empty field doesn't narrow. `text` may be anything a person can type."""

    text: str = ""
    level: Level | None = None
    topic: str | None = None
    language: str | None = None
    owner: int | None = None  # a person's id
    carer: int | None = None  # the same, of those that they own or co-own
    archived: bool = False  # those that were put away, instead of those that can be found; text is not looked at


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A stretch of a ranked or dated listing, and how many there are in all."""

    courses: tuple[Course, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TopicCount:
    """A topic and how many courses carry it."""

    topic: str
    courses: int


class ChangeKind(StrEnum):
    """What was done to a course."""

    EDITED = "edited"
    ARCHIVED = "archived"
    RESTORED = "restored"
    HANDED_OVER = "handed over"
    ADOPTED = "adopted"
    LEFT = "left"  # its owner did
    RETURNED = "returned"  # its owner did
    CO_OWNER_ADDED = "co-owner added"
    CO_OWNER_REMOVED = "co-owner removed"  # also by themselves


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a course's history; `before` is the content as it was, where that changed.

    `other` is the owner that it came from and `heir` the one that it went to, where that changed; of co-owners the one
    who is none any more, and the one who became one.
    """

    number: int
    at: datetime
    person: Person | None
    kind: ChangeKind
    before: CourseContent | None = None
    other: Person | None = None
    heir: Person | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a course that they started; `done` are numbers of steps, also of steps that are gone."""

    course: Course
    started_at: datetime
    done: frozenset[int] = frozenset()

    @property
    def steps_done(self) -> int:
        """Count the steps of the course as it stands that are done."""
        return sum(number in self.done for number in self.course.step_numbers)

    @property
    def is_finished(self) -> bool:
        """Tell whether all steps are done."""
        return self.steps_done == len(self.course.steps)


@dataclass(frozen=True, slots=True)
class Interests:
    """What a person told of themselves; `asked_at` is when they answered, or said that they would rather not."""

    level: Level | None = None
    learn: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A web address that courses use, due to be read; `tries` is how often that failed in a row."""

    key: str
    url: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """Where a message of ours stands: one logical message may stand in many places."""

    kind: str
    subject: str
    workspace: Workspace
    ref: Ref


class OutboxState(StrEnum):
    """Where an outgoing message is on its way."""

    NEW = "new"  # waits for its due time
    SENDING = "sending"  # claimed; after its lease nobody knows whether it went out
    SENT = "sent"
    UNKNOWN = "unknown"  # can't be looked up; never repeated, shown to the operator
    DEAD = "dead"  # will not be sent; `error` says why


UNREACHED = "unreached"
"""What private letters that are DEAD are counted as: no setting opens a person's door."""


class Recipient(str):
    """Whom a letter is for, as it is stored: `channel:…`, `place:…`, `account:…`; made by its class methods.

    An `edit:…` is not for anybody new: it brings the message of another letter up to date (`Outbox.refresh`).
    """

    __slots__ = ()

    @classmethod
    def channel(cls, workspace: Workspace, purpose: str) -> Self:
        """Mean the channel that a workspace has for a purpose, wherever that is when the letter is sent."""
        return cls(f"channel:{workspace.platform}:{workspace.id}:{purpose}")

    @classmethod
    def place(cls, place: Place) -> Self:
        """Mean one place."""
        return cls(f"place:{place}")

    @classmethod
    def account(cls, account: Account) -> Self:
        """Mean one person, in private."""
        return cls(f"account:{account}")

    @classmethod
    def edit(cls, workspace: Workspace, letter: int) -> Self:
        """Mean the message that a letter to this workspace stands at, or will stand at."""
        return cls(f"edit:{workspace.platform}:{workspace.id}:{letter}")

    @property
    def kind(self) -> str:
        """The word in front: channel, place, account or edit."""
        return self.partition(":")[0]

    @property
    def address(self) -> str:
        """All behind the kind: a place, an account, or platform, workspace and purpose (or number of a letter)."""
        return self.partition(":")[2]

    @property
    def workspace(self) -> Workspace:
        """Where the recipient is."""
        if self.kind == "place":
            return workspace_of(self.address)
        platform, workspace, _ = self.address.split(":", 2)
        return Workspace(platform, workspace)

    @property
    def purpose(self) -> str:
        """What the channel of a `channel:` recipient is for."""
        return self.address.split(":", 2)[2]

    @property
    def letter(self) -> int:
        """The number of the letter whose message an `edit:` recipient brings up to date."""
        return int(self.address.split(":", 2)[2])


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox: what must be said once to one recipient.

    (kind, subject, recipient, occurrence) is unique: queueing it again changes nothing. Who queues one gives these
    four; the store sets the rest.
    """

    kind: str
    subject: str
    recipient: Recipient
    occurrence: str = ""
    id: int = 0
    state: OutboxState = OutboxState.NEW
    attempts: int = 0
    due_at: datetime | None = None
    claimed_at: datetime | None = None
    ref: Ref | None = None
    error: str = ""
    key: str = ""  # the marker that the message carries on its platform, 22 characters; an edit has none
    opens: bool = False  # the first in the private conversation with an account


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person typed into a form that could not be taken yet."""

    id: int
    person: int
    form: str
    values: dict[str, str]
    state: str = ""


class ResourceKind(StrEnum):
    """What one finds behind an address."""

    HTML = "html"
    VIDEO = "video"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of an address; empty where the page didn't tell. `address` is where redirects led, if elsewhere."""

    url: str
    title: str = ""
    language: str = ""
    description: str = ""
    kind: ResourceKind = ResourceKind.UNKNOWN
    topics: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class PublicStep:
    """A step as the world sees it: the task, its address, and what is known of the page there."""

    task: str
    url: str
    title: str = ""  # the page's own
    kind: ResourceKind = ResourceKind.UNKNOWN


@dataclass(frozen=True, slots=True)
class PublicCourse:
    """A course as it stands on its page for the world. No member's name is in it: nobody asked to stand on the web."""

    address: str  # the page's whole address
    community: str  # the name of the community
    goal: str
    steps: tuple[PublicStep, ...]
    language: str  # BCP 47; the community's where the course doesn't tell
    updated_at: datetime
    level: Level | None = None
    topics: tuple[str, ...] = ()
    description: str = ""
    reviewed_at: datetime | None = None
    number: int = 0  # the course's own, which isn't shown


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a diagnosis: what was looked at, whether it is well, and the cure where it isn't."""

    what: str
    said: str
    ok: bool

    @classmethod
    def well(cls, what: str, said: str) -> Self:
        """Say that something is as it should be."""
        return cls(what, said, ok=True)

    @classmethod
    def amiss(cls, what: str, cure: str) -> Self:
        """Say that something is not, and what to do."""
        return cls(what, cure, ok=False)
