"""Private conversations with accounts, and who wants none.

That a message stands in one is known by the letters that were sent.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 1000
_WRITTEN_TO = sa.text(
    "SELECT community, recipient, min(coalesce(claimed_at, created_at)) AS opened_at FROM letter"
    " WHERE state = 'sent' AND recipient LIKE 'account:%' GROUP BY community, recipient"
).columns(opened_at=sa.DateTime(timezone=True))


def upgrade() -> None:
    """Add the table, filled from what was sent, and the columns."""
    door = op.create_table(
        "door",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shut_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_door_community"),
        sa.PrimaryKeyConstraint("community", "platform", "workspace", "user_id", name="pk_door"),
    )
    op.create_index("ix_door_community_platform_place_at", "door", ["community", "platform", "place_at"])
    op.add_column("letter", sa.Column("opens", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True))
    rows = list(_doors())
    for begin in range(0, len(rows), _BATCH):
        op.bulk_insert(door, rows[begin : begin + _BATCH])


def downgrade() -> None:
    """Take away what this revision brought, with all that is in it."""
    op.drop_table("door")
    for table, column in (("letter", "opens"), ("person", "muted_at")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)


def _doors() -> Iterator[dict[str, Any]]:
    for community, recipient, opened_at in op.get_bind().execute(_WRITTEN_TO):
        _, platform, workspace, user = recipient.split(":", 3)
        yield {
            "community": community,
            "platform": platform,
            "workspace": workspace,
            "user_id": user,
            "opened_at": opened_at,
        }
