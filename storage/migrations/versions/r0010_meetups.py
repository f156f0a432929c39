"""Meetups, and who says what to them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counter and the new tables."""
    op.add_column("community", sa.Column("meetups_drawn", sa.Integer(), nullable=False, server_default="0"))
    _meetups()
    _what_belongs_to_them()
    _answers()


def downgrade() -> None:
    """Take away what this revision brought, with all that is in it."""
    for name in ("rsvp", "meetup_change", "hosting", "meetup_co_host", "meetup_topic", "meetup"):
        op.drop_table(name)
    with op.batch_alter_table("community") as batch:
        batch.drop_column("meetups_drawn")


def _meetups() -> None:
    op.create_table(
        "meetup",
        _needed("community", sa.Text()),
        _needed("id", sa.Integer()),
        _needed("title", sa.Text()),
        _needed("folded", sa.Text()),
        _needed("wall", sa.Text()),
        _needed("zone", sa.Text()),
        _needed("minutes", sa.Integer()),
        _needed("starts_at", _MOMENT),
        _needed("ends_at", _MOMENT),
        _needed("address", sa.Text()),
        _needed("link", sa.Text()),
        _needed("link_for_all", sa.Boolean()),
        _needed("about", sa.Text()),
        _maybe("course", sa.Integer()),
        _maybe("level", sa.Text()),
        _needed("bring", sa.Text()),
        _maybe("places", sa.Integer()),
        _needed("host", sa.Integer()),
        _needed("origin", sa.Text()),
        _needed("created_at", _MOMENT),
        _needed("updated_at", _MOMENT),
        _maybe("cancelled_at", _MOMENT),
        _needed("revision", sa.Integer()),
        _maybe("series", sa.Integer()),
        _maybe("slot", sa.Text()),
        _maybe("turn_at", _MOMENT),
        sa.ForeignKeyConstraint(["community"], ["community.id"], name="fk_meetup_community"),
        _to_person("meetup", "host"),
        sa.ForeignKeyConstraint(
            ["community", "course"], ["course.community", "course.id"], name="fk_meetup_community_course"
        ),
        sa.PrimaryKeyConstraint("community", "id", name="pk_meetup"),
        sa.UniqueConstraint("community", "origin", name="uq_meetup_community_origin"),
    )
    for column in ("ends_at", "host", "course", "turn_at"):
        op.create_index(f"ix_meetup_community_{column}", "meetup", ["community", column])


def _what_belongs_to_them() -> None:
    op.create_table(
        "meetup_topic",
        _needed("community", sa.Text()),
        _needed("meetup", sa.Integer()),
        _needed("position", sa.Integer()),
        _needed("topic", sa.Text()),
        _needed("folded", sa.Text()),
        _to_meetup("meetup_topic"),
        sa.PrimaryKeyConstraint("community", "meetup", "position", name="pk_meetup_topic"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_meetup_topic_community_folded", "meetup_topic", ["community", "folded"])
    op.create_table(
        "meetup_co_host",
        _needed("community", sa.Text()),
        _needed("meetup", sa.Integer()),
        _needed("person", sa.Integer()),
        _to_meetup("meetup_co_host"),
        _to_person("meetup_co_host"),
        sa.PrimaryKeyConstraint("community", "meetup", "person", name="pk_meetup_co_host"),
    )
    op.create_index("ix_meetup_co_host_community_person", "meetup_co_host", ["community", "person"])
    op.create_table(
        "hosting",
        _needed("community", sa.Text()),
        _needed("meetup", sa.Integer()),
        _needed("giver", sa.Integer()),
        _needed("taker", sa.Integer()),
        _needed("offered_at", _MOMENT),
        _to_meetup("hosting"),
        _to_person("hosting", "giver"),
        _to_person("hosting", "taker"),
        sa.PrimaryKeyConstraint("community", "meetup", name="pk_hosting"),
    )
    op.create_index("ix_hosting_community_taker", "hosting", ["community", "taker"])
    op.create_table(
        "meetup_change",
        _needed("community", sa.Text()),
        _needed("meetup", sa.Integer()),
        _needed("number", sa.Integer()),
        _needed("at", _MOMENT),
        _maybe("person", sa.Integer()),
        _needed("kind", sa.Text()),
        _needed("before", sa.Text()),
        _to_meetup("meetup_change"),
        _to_person("meetup_change"),
        sa.PrimaryKeyConstraint("community", "meetup", "number", name="pk_meetup_change"),
    )


def _answers() -> None:
    op.create_table(
        "rsvp",
        _needed("community", sa.Text()),
        _needed("meetup", sa.Integer()),
        _needed("person", sa.Integer()),
        _maybe("answer", sa.Text()),
        _needed("answered_at", _MOMENT),
        _maybe("standing", sa.Text()),
        _maybe("since", _MOMENT),
        _maybe("offered_until", _MOMENT),
        _to_meetup("rsvp"),
        _to_person("rsvp"),
        sa.PrimaryKeyConstraint("community", "meetup", "person", name="pk_rsvp"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rsvp_community_person", "rsvp", ["community", "person"])


_MOMENT = sa.DateTime(timezone=True)


def _needed(name: str, kind: "sa.types.TypeEngine[Any]") -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=False)


def _maybe(name: str, kind: "sa.types.TypeEngine[Any]") -> "sa.Column[Any]":
    return sa.Column(name, kind, nullable=True)


def _to_meetup(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", "meetup"],
        ["meetup.community", "meetup.id"],
        name=f"fk_{table}_community_meetup",
        ondelete="CASCADE",
    )


def _to_person(table: str, column: str = "person") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community", column], ["person.community", "person.id"], name=f"fk_{table}_community_{column}"
    )
