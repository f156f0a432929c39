"""Which program is at which host of the web."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "host_visit",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("claimant", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_host_visit_community"),
        sa.PrimaryKeyConstraint("community", "host", name="pk_host_visit"),
    )


def downgrade() -> None:
    """Take away what this revision brought, with all that is in it."""
    op.drop_table("host_visit")
