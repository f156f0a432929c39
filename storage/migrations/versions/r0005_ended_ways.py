"""What an act ended of a course's way to another owner, so that an Undo puts it back."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "ended_way",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("owner", "giver", "taker")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("stage", "why")),
        *(_moment(name) for name in ("since", "due_at", "looking_since", "offered_at")),
        *(_to_person(column) for column in ("owner", "giver", "taker")),
        sa.ForeignKeyConstraint(
            ["community", "course"],
            ["course.community", "course.id"],
            name="fk_ended_way_community_course",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", "course", name="pk_ended_way"),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("ended_way")


def _moment(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _to_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", column], ["person.community", "person.id"], name=f"fk_ended_way_community_{column}"
    )
