"""Looking after courses: reviews that are due, flags, handing over, digests, the watch on links, joined accounts.

When reviews are due is worked out at the next start, when the program brings its intervals along.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = sa.text("settled_at IS NULL")
_FOUND = sa.text("archived_at IS NULL")
_NEEDY = sa.text(
    "archived_at IS NULL"
    " AND (broken_since IS NOT NULL OR flags > 0 OR taken_at IS NOT NULL OR snoozed_until IS NOT NULL)"
)
_LOOKING = sa.text("archived_at IS NULL AND (owner IS NULL OR offered_at IS NOT NULL)")
_LOOK_SOON = sa.text(
    "UPDATE resource SET check_at = coalesce(read_at, due_at,"
    " (SELECT min(created_at) FROM course WHERE course.community = resource.community))"
)
"""Any moment that is over does: the first looks are made one after the other, and spread over the week from then on."""


def upgrade() -> None:
    """Add the columns, then the new tables."""
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.execute(_LOOK_SOON)
    op.create_index("ix_course_community_offered_at", "course", ["community", "offered_at"])
    op.create_index("ix_resource_community_check_at", "resource", ["community", "check_at"])
    op.create_index("ix_learning_community_touched_at", "learning", ["community", "touched_at"])
    op.create_index("ix_saved_community_saved_at", "saved", ["community", "saved_at"])
    _courses_of_an_owner()
    _how_owners_are_asked()
    _what_readers_say()
    _who_takes_over()
    _how_it_goes()
    _joined_accounts()


def downgrade() -> None:
    """Take away what this revision brought, with all that is in it."""
    for name in (
        "joining", "link_miss", "link_code", "reason_off", "freshness_week", "course_view", "escalation", "handover",
        "flag", "asked", "digest", "carer", "review_interval",
    ):  # fmt: skip
        op.drop_table(name)
    op.drop_index("ix_course_community_offered_at", "course")
    op.drop_index("ix_resource_community_check_at", "resource")
    op.drop_index("ix_learning_community_touched_at", "learning")
    op.drop_index("ix_saved_community_saved_at", "saved")
    op.drop_index("ix_course_looking", "course")
    op.drop_index("ix_course_needy", "course")
    op.drop_index("ix_course_due", "course")
    for table, columns in _columns().items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)


def _columns() -> dict[str, tuple[sa.Column[Any], ...]]:
    """Give the columns that tables gain."""
    return {
        "community": (_count("care_drawn"),),
        "person": (_maybe_number("joined_to"),),
        "account": (_moment("left_at"),),
        "course": (
            _maybe_number("review_days"),
            _moment("review_at"),
            _moment("taken_at"),
            _moment("snoozed_until"),
            _moment("offered_at"),
            _count("flags"),
            _moment("broken_since"),
        ),
        "course_change": (_maybe_number("other"), _maybe_number("heir")),
        "resource": (
            _moment("check_at"),
            _moment("checked_at"),
            _count("fails"),
            _moment("failing_since"),
            _moment("broken_since"),
            _maybe_words("status"),
            _maybe_words("moved_to"),
            _maybe_words("tag"),
            _maybe_words("changed"),
        ),
    }


def _courses_of_an_owner() -> None:
    of_owner = ["community", "owner"]
    op.create_index("ix_course_due", "course", [*of_owner, "review_at"], sqlite_where=_FOUND, postgresql_where=_FOUND)
    op.create_index("ix_course_needy", "course", of_owner, sqlite_where=_NEEDY, postgresql_where=_NEEDY)
    looking = ["community", "offered_at", "created_at", "id", "archived_at", "owner"]
    op.create_index("ix_course_looking", "course", looking, sqlite_where=_LOOKING, postgresql_where=_LOOKING)


def _how_owners_are_asked() -> None:
    op.create_table(
        "review_interval",
        _key("community", sa.Text()),
        _key("folded", sa.Text()),
        _key("days", sa.Integer()),
        _to_community("review_interval"),
        sa.PrimaryKeyConstraint("community", "folded", name="pk_review_interval"),
    )
    op.create_table(
        "carer",
        _key("community", sa.Text()),
        _key("person", sa.Integer()),
        _moment("look_at"),
        _maybe_number("weekday"),
        _maybe_number("hour"),
        _moment("paused_until"),
        _moment("away_until"),
        _key("stopped", sa.Boolean()),
        _key("without", sa.Text()),
        _moment("greeted_at"),
        _moment("digest_at"),
        _key("rounds", sa.Integer()),
        _moment("unreachable_since"),
        _moment("told_at"),
        _to_person("carer"),
        sa.PrimaryKeyConstraint("community", "person", name="pk_carer"),
    )
    op.create_index("ix_carer_community_look_at", "carer", ["community", "look_at"])
    op.create_table(
        "digest",
        _key("community", sa.Text()),
        _key("id", sa.Integer()),
        _key("person", sa.Integer()),
        _key("kind", sa.Text()),
        _moment("made_at", needed=True),
        _moment("sent_at"),
        _moment("answered_at"),
        _to_person("digest"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_digest"),
    )
    op.create_index("ix_digest_community_person_made_at", "digest", ["community", "person", "made_at"])
    _asked()


def _asked() -> None:
    op.create_table(
        "asked",
        _key("community", sa.Text()),
        _key("id", sa.Integer()),
        _key("digest", sa.Integer()),
        _key("position", sa.Integer()),
        _key("person", sa.Integer()),
        _key("course", sa.Integer()),
        _key("reason", sa.Text()),
        _moment("asked_at", needed=True),
        _moment("tapped_at"),
        _moment("not_useful_at"),
        _moment("settled_at"),
        _key("outcome", sa.Text()),
        _maybe_number("settled_by"),
        _moment("until"),
        _maybe_words("before"),
        _to_person("asked"),
        _to_course("asked"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_asked"),
    )
    op.create_index("ix_asked_community_digest_position", "asked", ["community", "digest", "position"])
    op.create_index("ix_asked_community_course", "asked", ["community", "course"])
    _unique_while_open("asked")


def _what_readers_say() -> None:
    op.create_table(
        "flag",
        _key("community", sa.Text()),
        _key("id", sa.Integer()),
        _key("course", sa.Integer()),
        _key("person", sa.Integer()),
        _key("kind", sa.Text()),
        _key("said", sa.Text()),
        _moment("flagged_at", needed=True),
        _moment("settled_at"),
        _maybe_number("settled_by"),
        _key("outcome", sa.Text()),
        _to_person("flag"),
        _to_course("flag"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_flag"),
    )
    op.create_index("ix_flag_community_course_settled_at", "flag", ["community", "course", "settled_at"])
    _unique_while_open("flag")


def _who_takes_over() -> None:
    op.create_table(
        "handover",
        _key("community", sa.Text()),
        _key("course", sa.Integer()),
        _maybe_number("giver"),
        _key("taker", sa.Integer()),
        _moment("offered_at", needed=True),
        _to_person("handover", "giver"),
        _to_person("handover", "taker"),
        _to_course("handover"),
        sa.PrimaryKeyConstraint("community", "course", name="pk_handover"),
    )
    op.create_index("ix_handover_community_taker", "handover", ["community", "taker"])
    op.create_table(
        "escalation",
        _key("community", sa.Text()),
        _key("course", sa.Integer()),
        _maybe_number("owner"),
        _key("stage", sa.Text()),
        _key("why", sa.Text()),
        _moment("since", needed=True),
        _moment("due_at"),
        _to_course("escalation"),
        _to_person("escalation", "owner"),
        sa.PrimaryKeyConstraint("community", "course", name="pk_escalation"),
    )
    op.create_index("ix_escalation_community_due_at", "escalation", ["community", "due_at"])


def _how_it_goes() -> None:
    op.create_table(
        "course_view",
        _key("community", sa.Text()),
        _key("course", sa.Integer()),
        _key("day", sa.Integer()),
        _key("views", sa.Integer()),
        _to_course("course_view"),
        sa.PrimaryKeyConstraint("community", "course", "day", name="pk_course_view"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_course_view_community_day", "course_view", ["community", "day"])
    op.create_table(
        "freshness_week",
        _key("community", sa.Text()),
        _key("week", sa.Integer()),
        _key("used", sa.Integer()),
        _key("fresh", sa.Integer()),
        _to_community("freshness_week"),
        sa.PrimaryKeyConstraint("community", "week", name="pk_freshness_week"),
    )
    op.create_table(
        "reason_off",
        _key("community", sa.Text()),
        _key("reason", sa.Text()),
        _moment("off_at", needed=True),
        _to_community("reason_off"),
        sa.PrimaryKeyConstraint("community", "reason", name="pk_reason_off"),
    )


def _joined_accounts() -> None:
    op.create_table(
        "link_code",
        _key("community", sa.Text()),
        _key("digest", sa.Text()),
        _key("person", sa.Integer()),
        _moment("expires_at", needed=True),
        _to_person("link_code"),
        sa.PrimaryKeyConstraint("community", "digest", name="pk_link_code"),
    )
    op.create_index("ix_link_code_community_person", "link_code", ["community", "person"])
    op.create_table(
        "link_miss",
        _key("community", sa.Text()),
        _key("person", sa.Integer()),
        _moment("since", needed=True),
        _key("misses", sa.Integer()),
        _to_person("link_miss"),
        sa.PrimaryKeyConstraint("community", "person", name="pk_link_miss"),
    )
    op.create_table(
        "joining",
        _key("community", sa.Text()),
        _key("id", sa.Integer()),
        _key("kept", sa.Integer()),
        _key("gone", sa.Integer()),
        _moment("joined_at", needed=True),
        _key("moved", sa.Text()),
        _moment("undone_at"),
        _to_person("joining", "kept"),
        _to_person("joining", "gone"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_joining"),
    )
    op.create_index("ix_joining_community_kept", "joining", ["community", "kept"])


def _unique_while_open(table: str) -> None:
    op.create_index(
        f"uq_{table}_open",
        table,
        ["community", "person", "course"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _key(name: str, kind: "sa.types.TypeEngine[Any]") -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False)


def _moment(name: str, *, needed: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _maybe_number(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=True)


def _count(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _maybe_words(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=True)


def _to_community(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["community"], ["community.id"], name=f"fk_{table}_community")


def _to_course(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", "course"],
        ["course.community", "course.id"],
        name=f"fk_{table}_community_course",
        ondelete="CASCADE",
    )


def _to_person(table: str, column: str = "person") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", column], ["person.community", "person.id"], name=f"fk_{table}_community_{column}"
    )
