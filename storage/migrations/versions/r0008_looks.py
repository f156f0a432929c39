"""Looks whether accounts are still there: when one is to be looked at again, and how far those of a week have come."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PLANNED = sa.text("look_at IS NOT NULL")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("account", sa.Column("look_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_account_community_look_at",
        "account",
        ["community", "look_at"],
        sqlite_where=_PLANNED,
        postgresql_where=_PLANNED,
    )
    op.add_column("community", sa.Column("presence_turn", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take away what this revision brought, with all that is in it."""
    op.drop_index("ix_account_community_look_at", "account")
    for table, column in (("account", "look_at"), ("account", "doubted_at"), ("community", "presence_turn")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
