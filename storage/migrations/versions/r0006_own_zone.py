"""People say themselves in which time zone they live."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep what they say beside what platforms tell; nobody has said anything yet."""
    op.add_column("person", sa.Column("own_zone", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget what they said."""
    op.drop_column("person", "own_zone")
