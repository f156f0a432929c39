"""Looking after courses: what owners were asked, what readers say, who takes over, and how all that goes."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as condition
from sqlmodel import Field

from storage.tables.base import Row, number_column, of_community, of_course, of_person, text_column

_OPEN = condition("settled_at IS NULL")


class IntervalRow(Row, table=True):
    """After how many days courses with a topic are to be reviewed; 0 for never. No topic: all others."""

    __tablename__ = "review_interval"
    __table_args__ = (of_community(),)

    community: str = text_column(primary_key=True)
    folded: str = text_column(primary_key=True)
    days: int


class CarerRow(Row, table=True):
    """How a person wants to be reminded, and how that goes.

    `look_at` is when to look next whether something of theirs is due; it may be too early, never too late.
    `rounds` counts the weeks in a row in which what they were asked stayed without an answer.
    """

    __tablename__ = "carer"
    __table_args__ = (of_person(), Index(None, "community", "look_at"))

    community: str = text_column(primary_key=True)
    person: int = number_column(primary_key=True)
    look_at: datetime | None = None
    weekday: int | None = None
    hour: int | None = None
    paused_until: datetime | None = None
    away_until: datetime | None = None
    stopped: bool = False
    without: str = text_column(default="[]")
    greeted_at: datetime | None = None
    digest_at: datetime | None = None
    rounds: int = 0
    unreachable_since: datetime | None = None
    told_at: datetime | None = None


class DigestRow(Row, table=True):
    """A message to an owner about several of their courses; `kind` is digest or silence."""

    __tablename__ = "digest"
    __table_args__ = (of_person(), Index(None, "community", "person", "made_at"))

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    person: int = number_column()
    kind: str = text_column()
    made_at: datetime
    sent_at: datetime | None = None
    answered_at: datetime | None = None


class AskedRow(Row, table=True):
    """One course that an owner was asked about, in a digest. Open until it is settled: at most one an owner and course.

    What is kept of the course as it was makes an Undo possible.
    """

    __tablename__ = "asked"
    __table_args__ = (
        of_person(),
        of_course(),
        Index(None, "community", "digest", "position"),
        Index(None, "community", "course"),
        Index(
            "uq_asked_open", "community", "person", "course", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    digest: int = number_column()
    position: int
    person: int = number_column()
    course: int = number_column()
    reason: str = text_column()
    asked_at: datetime
    tapped_at: datetime | None = None
    not_useful_at: datetime | None = None
    settled_at: datetime | None = None
    outcome: str = text_column(default="")
    settled_by: int | None = number_column(default=None)
    until: datetime | None = None
    before: str | None = text_column(default=None)


class FlagRow(Row, table=True):
    """What a reader found wrong with a course, in their words. One open flag a person and course."""

    __tablename__ = "flag"
    __table_args__ = (
        of_person(),
        of_course(),
        Index(None, "community", "course", "settled_at"),
        Index("uq_flag_open", "community", "person", "course", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    course: int = number_column()
    person: int = number_column()
    kind: str = text_column()
    said: str = text_column()
    flagged_at: datetime
    settled_at: datetime | None = None
    settled_by: int | None = number_column(default=None)
    outcome: str = text_column(default="")


class HandoverRow(Row, table=True):
    """A course that is offered to somebody; until they accept, all stays as it is. `giver` is None for the bot."""

    __tablename__ = "handover"
    __table_args__ = (of_person("giver"), of_person("taker"), of_course(), Index(None, "community", "taker"))

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    giver: int | None = number_column(default=None)
    taker: int = number_column()
    offered_at: datetime


class EscalationRow(Row, table=True):
    """A course whose owner is silent, out of reach or gone, on its way to another one; `due_at` is its next step."""

    __tablename__ = "escalation"
    __table_args__ = (of_course(), of_person("owner"), Index(None, "community", "due_at"))

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    owner: int | None = number_column(default=None)
    stage: str = text_column()
    why: str = text_column()
    since: datetime
    due_at: datetime | None = None


class EndedWayRow(Row, table=True):
    """What an act ended of a course's way to another owner, and its offer: an Undo of that act puts it back.

    The last one of a course is kept, with its moment; what there was not is None. `looking_since` is since when the
    course was up for adoption.
    """

    __tablename__ = "ended_way"
    __table_args__ = (of_course(), of_person("owner"), of_person("giver"), of_person("taker"))

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    ended_at: datetime
    owner: int | None = number_column(default=None)
    stage: str | None = text_column(default=None)
    why: str | None = text_column(default=None)
    since: datetime | None = None
    due_at: datetime | None = None
    looking_since: datetime | None = None
    giver: int | None = number_column(default=None)
    taker: int | None = number_column(default=None)
    offered_at: datetime | None = None


class ViewRow(Row, table=True):
    """How often a course was looked at on a day (its number in the calendar, as `date.toordinal` gives it)."""

    __tablename__ = "course_view"
    __table_args__ = (of_course(), Index(None, "community", "day"), {"sqlite_with_rowid": False})

    community: str = text_column(primary_key=True)
    course: int = number_column(primary_key=True)
    day: int = Field(primary_key=True)
    views: int


class FreshnessRow(Row, table=True):
    """How many courses were in use in a week, and how many of these were fresh. `week` is its Monday as a day."""

    __tablename__ = "freshness_week"
    __table_args__ = (of_community(),)

    community: str = text_column(primary_key=True)
    week: int = Field(primary_key=True)
    used: int
    fresh: int


class ReasonOffRow(Row, table=True):
    """A reason that owners are not reminded of, because the stewards switched it off."""

    __tablename__ = "reason_off"
    __table_args__ = (of_community(),)

    community: str = text_column(primary_key=True)
    reason: str = text_column(primary_key=True)
    off_at: datetime


class LinkCodeRow(Row, table=True):
    """A code by which a person joins another account to theirs; only its digest is kept."""

    __tablename__ = "link_code"
    __table_args__ = (of_person(), Index(None, "community", "person"))

    community: str = text_column(primary_key=True)
    digest: str = text_column(primary_key=True)
    person: int = number_column()
    expires_at: datetime


class MissRow(Row, table=True):
    """How often a person typed a code that nobody made, since a moment."""

    __tablename__ = "link_miss"
    __table_args__ = (of_person(),)

    community: str = text_column(primary_key=True)
    person: int = number_column(primary_key=True)
    since: datetime
    misses: int


class JoiningRow(Row, table=True):
    """Two persons who turned out to be one: `gone` became `kept`. `moved` is what came along, as JSON, to give back."""

    __tablename__ = "joining"
    __table_args__ = (of_person("kept"), of_person("gone"), Index(None, "community", "kept"))

    community: str = text_column(primary_key=True)
    id: int = number_column(primary_key=True)
    kept: int = number_column()
    gone: int = number_column()
    joined_at: datetime
    moved: str = text_column()
    undone_at: datetime | None = None
