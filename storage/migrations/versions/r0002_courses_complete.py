"""Courses that are curated, forked and learned, what is known of their addresses, and what people want to learn."""

import sqlalchemy as sa
from alembic import op

from bot.urls import resource_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BATCH = 1000


def upgrade() -> None:
    """Add the columns, filled from what is there, then the new tables."""
    _person()
    _course()
    _course_step()
    _resource()
    _course_co_owner()
    _course_change()
    _learning()
    _step_done()
    _saved()
    _fill_resources()


def downgrade() -> None:
    """Take away what this revision brought, with all that is in it."""
    for name in ("saved", "step_done", "learning", "course_change", "course_co_owner", "resource", "person_interest"):
        op.drop_table(name)
    with op.batch_alter_table("course_step", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_index("ix_course_step_community_resource")
        batch.drop_column("resource")
        batch.drop_column("number")
    with op.batch_alter_table("course") as batch:
        batch.drop_constraint("uq_course_community_root_forker", type_="unique")
        batch.drop_constraint("uq_course_community_page", type_="unique")
        for name in (
            "reviewed_at", "archived_at", "revision", "steps_drawn", "root", "parent", "forker", "page", "page_open",
        ):  # fmt: skip
            batch.drop_column(name)
    with op.batch_alter_table("person") as batch:
        batch.drop_column("welcomed_at")
        batch.drop_column("level")


def _person() -> None:
    op.add_column("person", sa.Column("level", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "person_interest",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "person"], ["person.community", "person.id"], name="fk_person_interest_community_person"
        ),
        sa.PrimaryKeyConstraint("community", "person", "wish", "folded", name="pk_person_interest"),
    )
    op.create_index("ix_person_interest_community_wish_folded", "person_interest", ["community", "wish", "folded"])


def _course() -> None:
    for column in (
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("steps_drawn", sa.Integer(), nullable=True),
        sa.Column("root", sa.Integer(), nullable=True),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("forker", sa.Integer(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("page_open", sa.Boolean(), nullable=True),
    ):
        op.add_column("course", column)
    op.execute(
        "UPDATE course SET reviewed_at = updated_at, revision = 1, root = id, page_open = true, steps_drawn = "
        "(SELECT count(*) FROM course_step WHERE course_step.community = course.community "
        "AND course_step.course = course.id)"
    )
    with op.batch_alter_table("course") as batch:
        batch.alter_column("reviewed_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name in ("revision", "steps_drawn", "root"):
            batch.alter_column(name, existing_type=sa.Integer(), nullable=False)
        batch.alter_column("page_open", existing_type=sa.Boolean(), nullable=False)
        batch.create_unique_constraint("uq_course_community_root_forker", ["community", "root", "forker"])
        batch.create_unique_constraint("uq_course_community_page", ["community", "page"])


def _course_step() -> None:
    op.add_column("course_step", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("course_step", sa.Column("resource", sa.Text(), nullable=True))
    op.execute("UPDATE course_step SET number = position + 1")
    _fill_keys()
    with op.batch_alter_table("course_step", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("resource", existing_type=sa.Text(), nullable=False)
    op.create_index("ix_course_step_community_resource", "course_step", ["community", "resource"])


def _fill_keys() -> None:
    """Work the keys of the addresses out, by the rule that the program looks them up by."""
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT community, course, position, url FROM course_step")).all()
    fill = sa.text("UPDATE course_step SET resource = :key WHERE community = :c AND course = :n AND position = :p")
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        bind.execute(fill, [{"c": c, "n": n, "p": p, "key": resource_key(url)} for c, n, p, url in part])


def _resource() -> None:
    op.create_table(
        "resource",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("same_as", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_resource_community"),
        sa.PrimaryKeyConstraint("community", "key", name="pk_resource"),
    )
    op.create_index("ix_resource_community_due_at", "resource", ["community", "due_at"])
    op.create_index("ix_resource_community_same_as", "resource", ["community", "same_as"])


def _fill_resources() -> None:
    """Know every address that a course leads to; it is due to be read since the course was shared."""
    op.execute(
        "INSERT INTO resource (community, key, url, title, kind, description, language, topics, due_at, tries) "
        "SELECT s.community, s.resource, min(s.url), '', 'unknown', '', '', '[]', min(c.created_at), 0 "
        "FROM course_step s JOIN course c ON c.community = s.community AND c.id = s.course "
        "GROUP BY s.community, s.resource"
    )


def _course_co_owner() -> None:
    op.create_table(
        "course_co_owner",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        _to_course("course_co_owner"),
        _to_person("course_co_owner"),
        sa.PrimaryKeyConstraint("community", "course", "person", name="pk_course_co_owner"),
    )
    op.create_index("ix_course_co_owner_community_person", "course_co_owner", ["community", "person"])


def _course_change() -> None:
    op.create_table(
        "course_change",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        _to_course("course_change"),
        _to_person("course_change"),
        sa.PrimaryKeyConstraint("community", "course", "number", name="pk_course_change"),
    )


def _learning() -> None:
    op.create_table(
        "learning",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        _to_person("learning"),
        _to_course("learning"),
        sa.PrimaryKeyConstraint("community", "person", "course", name="pk_learning"),
    )
    op.create_index("ix_learning_community_course", "learning", ["community", "course"])


def _step_done() -> None:
    op.create_table(
        "step_done",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "person", "course"],
            ["learning.community", "learning.person", "learning.course"],
            name="fk_step_done_community_person_course",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", "person", "course", "step", name="pk_step_done"),
    )


def _saved() -> None:
    op.create_table(
        "saved",
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        _to_person("saved"),
        _to_course("saved"),
        sa.PrimaryKeyConstraint("community", "person", "course", name="pk_saved"),
    )
    op.create_index("ix_saved_community_course", "saved", ["community", "course"])


def _to_course(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", "course"],
        ["course.community", "course.id"],
        name=f"fk_{table}_community_course",
        ondelete="CASCADE",
    )


def _to_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", "person"], ["person.community", "person.id"], name=f"fk_{table}_community_person"
    )
