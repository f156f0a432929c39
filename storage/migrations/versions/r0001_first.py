"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _community()
    _search_posting()
    _search_term()
    _search_word()
    _delivery()
    _letter()
    _person()
    _post()
    _workspace()
    _account()
    _course()
    _draft()
    _course_step()
    _course_topic()


def downgrade() -> None:
    """Take all tables away, with all that is in them."""
    for name in (
        "course_topic",
        "course_step",
        "draft",
        "course",
        "account",
        "workspace",
        "post",
        "person",
        "letter",
        "delivery",
        "search_word",
        "search_term",
        "search_posting",
        "community",
    ):
        op.drop_table(name)


def _community() -> None:
    op.create_table(
        "community",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("courses_drawn", sa.Integer(), nullable=False),
        sa.Column("people_drawn", sa.Integer(), nullable=False),
        sa.Column("letters_drawn", sa.Integer(), nullable=False),
        sa.Column("drafts_drawn", sa.Integer(), nullable=False),
        sa.Column("courses_indexed", sa.Integer(), nullable=False),
        sa.Column("index_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community"),
    )


def _search_posting() -> None:
    op.create_table(
        "search_posting",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("community", "term", "course", name="pk_search_posting"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_posting_community_course", "search_posting", ["community", "course"])


def _search_term() -> None:
    op.create_table(
        "search_term",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("courses", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community", "term", name="pk_search_term"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_term_community_revision", "search_term", ["community", "revision"])


def _search_word() -> None:
    op.create_table(
        "search_word",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community", "word", "term", name="pk_search_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_word_community_revision", "search_word", ["community", "revision"])


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_delivery_community"),
        sa.PrimaryKeyConstraint("community", "platform", "key", name="pk_delivery"),
    )
    op.create_index("ix_delivery_community_received_at", "delivery", ["community", "received_at"])


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimant", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_letter_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_letter"),
        sa.UniqueConstraint(
            "community",
            "kind",
            "subject",
            "recipient",
            "occurrence",
            name="uq_letter_community_kind_subject_recipient_occurrence",
        ),
    )
    op.create_index("ix_letter_community_state_due_at", "letter", ["community", "state", "due_at"])


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("profile_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_person_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_person"),
    )
    op.create_index("ix_person_community_folded", "person", ["community", "folded"])


def _post() -> None:
    op.create_table(
        "post",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_post_community"),
        sa.PrimaryKeyConstraint("community", "ref", name="pk_post"),
    )
    op.create_index("ix_post_community_kind_subject", "post", ["community", "kind", "subject"])


def _workspace() -> None:
    op.create_table(
        "workspace",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_workspace_community"),
        sa.PrimaryKeyConstraint("platform", "id", name="pk_workspace"),
    )
    op.create_index("ix_workspace_community", "workspace", ["community"])


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name="fk_account_community_person"
        ),
        sa.PrimaryKeyConstraint("community", "platform", "workspace", "user_id", name="pk_account"),
    )
    op.create_index("ix_account_community_person", "account", ["community", "person"])


def _course() -> None:
    op.create_table(
        "course",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "owner"], ["person.community", "person.id"], name="fk_course_community_owner"
        ),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_course_community"),
        sa.PrimaryKeyConstraint("community", "id", name="pk_course"),
        sa.UniqueConstraint("community", "origin", name="uq_course_community_origin"),
    )
    op.create_index("ix_course_community_created_at_id", "course", ["community", "created_at", "id"])
    op.create_index("ix_course_community_owner", "course", ["community", "owner"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name="fk_draft_community_person"
        ),
        sa.PrimaryKeyConstraint("community", "id", name="pk_draft"),
    )
    op.create_index("ix_draft_community_kept_at", "draft", ["community", "kept_at"])


def _course_step() -> None:
    op.create_table(
        "course_step",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "course"],
            ["course.community", "course.id"],
            name="fk_course_step_community_course",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", "course", "position", name="pk_course_step"),
        sqlite_with_rowid=False,
    )


def _course_topic() -> None:
    op.create_table(
        "course_topic",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "course"],
            ["course.community", "course.id"],
            name="fk_course_topic_community_course",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", "course", "folded", name="pk_course_topic"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_course_topic_community_folded_topic", "course_topic", ["community", "folded", "topic"])
