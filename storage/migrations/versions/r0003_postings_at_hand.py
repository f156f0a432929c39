"""PostgreSQL finds a posting's weight in the index, without a look at the table; SQLite keeps both in one place."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the key bring the weight along."""
    _replace_key("INCLUDE (weight)")


def downgrade() -> None:
    """Leave the key alone again."""
    _replace_key("")


def _replace_key(more: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "ALTER TABLE search_posting DROP CONSTRAINT pk_search_posting, "
        f"ADD CONSTRAINT pk_search_posting PRIMARY KEY (community, term, course) {more}"
    )
