"""What a community keeps, as it is written out and read back: one record for each line of an export.

Records speak of people and courses by number, as the tables do. Checked where they are read from a file, because a
file may hold anything; their limits are those of the databases, not of the settings, so that a community whose
settings changed can still be brought back whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from bot.care_records import CareRecord
from bot.meetup_records import AnyMeetupRecord
from bot.model import ChangeKind, CourseContent, Level, ResourceKind
from bot.record_fields import (
    KEY_LENGTH,
    STEPS,
    STRICT,
    CheckedAccount,
    Count,
    Description,
    Digest,
    Goal,
    Key,
    Moment,
    Name,
    Number,
    Task,
    Words,
)


@dataclass(frozen=True, slots=True)
class LeftRecord:
    """An account of a person that is gone from its workspace, and since when."""

    __pydantic_config__: ClassVar = STRICT

    account: CheckedAccount
    at: Moment


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person, with what they told of themselves; `left` are those of the accounts that are gone."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    name: Name
    accounts: tuple[CheckedAccount, ...]
    timezone: Name | None
    locale: Name | None
    level: Level | None
    learn: tuple[Key, ...]
    help: tuple[Key, ...]
    asked_at: Moment | None
    profile_at: Moment | None
    created_at: Moment
    left: tuple[LeftRecord, ...] = ()
    own_zone: Name | None = None
    muted_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step of a course; it keeps its number through edits."""

    __pydantic_config__: ClassVar = STRICT

    task: Task
    url: Words
    number: Number


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """A course; `origin` is what the same sharing is known by, `forker` who made it of its parent."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    goal: Goal
    description: Description
    level: Level | None
    topics: tuple[Key, ...]
    language: Key | None
    steps: Annotated[tuple[StepRecord, ...], Field(min_length=1, max_length=STEPS)]
    steps_drawn: Count
    owner: Number | None
    co_owners: tuple[Number, ...]
    origin: Key
    root: Number
    parent: Number | None
    forker: Number | None
    created_at: Moment
    updated_at: Moment
    reviewed_at: Moment
    archived_at: Moment | None
    revision: Number
    page: Key | None
    page_open: bool
    review_days: Count | None = None
    taken_at: Moment | None = None
    snoozed_until: Moment | None = None
    offered_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """An entry of a course's history: the content before, and the owner (or co-owner) before and after."""

    __pydantic_config__: ClassVar = STRICT

    course: Number
    number: Number
    at: Moment
    person: Number | None
    kind: ChangeKind
    before: CourseContent | None
    other: Number | None = None
    heir: Number | None = None


@dataclass(frozen=True, slots=True)
class DoneRecord:
    """A step that is done, by its number, and since when."""

    __pydantic_config__: ClassVar = STRICT

    step: Number
    at: Moment


@dataclass(frozen=True, slots=True)
class ProgressRecord:
    """How far a person is in a course."""

    __pydantic_config__: ClassVar = STRICT

    person: Number
    course: Number
    started_at: Moment
    touched_at: Moment
    done: tuple[DoneRecord, ...]


@dataclass(frozen=True, slots=True)
class ShelfRecord:
    """A course on a person's shelf."""

    __pydantic_config__: ClassVar = STRICT

    person: Number
    course: Number
    saved_at: Moment


@dataclass(frozen=True, slots=True)
class ResourceRecord:
    """What is known of an address; `same_as` is the key of the one that it redirects to."""

    __pydantic_config__: ClassVar = STRICT

    url: Words
    title: Words
    kind: ResourceKind
    description: Words
    language: Name
    topics: tuple[Words, ...]
    same_as: Digest | None
    read_at: Moment | None
    due_at: Moment | None
    tries: Count
    check_at: Moment | None = None
    checked_at: Moment | None = None
    fails: Count = 0
    failing_since: Moment | None = None
    broken_since: Moment | None = None
    status: Words | None = None
    moved_to: Words | None = None
    tag: Words | None = None
    changed: Words | None = None


@dataclass(frozen=True, slots=True)
class PostRecord:
    """Where a message of ours stands."""

    __pydantic_config__: ClassVar = STRICT

    ref: Key
    kind: Key
    subject: Key
    posted_at: Moment


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter that was sent, so that it isn't sent again, and its message is found when it is to be edited."""

    __pydantic_config__: ClassVar = STRICT

    id: Number
    kind: Key
    subject: Key
    recipient: Key
    occurrence: Annotated[str, StringConstraints(max_length=KEY_LENGTH)]
    ref: Key
    key: Annotated[str, StringConstraints(max_length=KEY_LENGTH)]
    attempts: Count
    due_at: Moment
    claimed_at: Moment | None
    created_at: Moment
    opens: bool = False


Record = (
    PersonRecord
    | ResourceRecord
    | CourseRecord
    | ChangeRecord
    | ProgressRecord
    | ShelfRecord
    | PostRecord
    | LetterRecord
    | CareRecord
    | AnyMeetupRecord
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which number a person or a course of an export has here, and a row of other kinds, by the kind's record."""

    people: Mapping[int, int] = field(default_factory=dict)
    courses: Mapping[int, int] = field(default_factory=dict)
    others: Mapping[type[Record], Mapping[int, int]] = field(default_factory=dict)

    def of(self, kind: type[Record], number: int) -> int | None:
        """Tell which number a row of a kind has here."""
        return self.others.get(kind, {}).get(number)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of a record that was brought here; `problem` says why it could not be taken."""

    fresh: bool = False
    number: int | None = None  # that it has here, where it has one
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NewCourse:
    """A course to be stored beside many others.

    Attributes:
        content: what it says.
        owner: who looks after it.
        source: where it is from; the same goal with the same addresses from there is the same course.
        origin: what it is known by instead, where it comes from an export.
        titles: what is known of its pages, by address.
    """

    content: CourseContent
    owner: int | None
    source: str
    origin: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
