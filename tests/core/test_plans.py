"""What the tables that grow for ever cost: no statement of everyday work may walk through one of them on SQLite.

Without statistics SQLite prefers a table's key where a statement is to be sorted by it, and then reads all there is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench import year
from bot.meetups.acts import Say
from bot.meetups.meetup import Answer, MeetupQuery
from bot.ports import Store
from tests.storage.conftest import sqlite_store, sqlite_url
from tests.storage.sample import NORTH, NOW, meet
from tests.storage.test_meetups import PLAN, plan

__all__ = ["sqlite_store", "sqlite_url"]
"""Fixtures of the storage's room."""

GROWING = {
    "account", "asked", "course", "course_step", "course_view", "delivery", "digest", "letter", "meetup",
    "meetup_change", "meetup_co_host", "meetup_topic", "person", "post", "rsvp",
}  # fmt: skip
"""Tables that hold a row for each thing that ever happened, or for everybody."""
MAY_WALK = ("count(",)
"""Figures that somebody asks for."""
HOLD_FEW = ("ix_course_looking", "ix_course_needy")
"""Indexes that hold only courses that look for an owner, or have something the matter: stewards look through them."""


@contextmanager
def explained() -> Iterator[dict[str, list[str]]]:
    """Gather SQLite's plan of every statement that runs."""
    plans: dict[str, list[str]] = {}

    def explain(connection: Any, cursor: Any, statement: str, given: Any, context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's call
        if statement in plans or not given or not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        asked = connection.connection.driver_connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", given[0] if many else given
        )
        plans[statement] = [row[3] for row in asked]

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


def walks(step: str) -> bool:
    """Tell whether a step of a plan reads a growing table from end to end, or all of a community's rows."""
    kind, _, rest = step.partition(" ")
    reads_all = kind == "SCAN" or (kind == "SEARCH" and rest.endswith("(community=?)"))
    return reads_all and rest.split(" ")[0] in GROWING and not any(few in rest for few in HOLD_FEW)


async def test_no_statement_of_three_weeks_walks_through_a_table_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Owners are asked, answer, edit, flag, leave and adopt."""
    monkeypatch.setattr(year, "YEAR", timedelta(weeks=3))
    with explained() as plans:
        figures = dict(await year.measure(owners=24, courses=120))
    assert figures["digests sent"] > 20
    assert len(plans) > 100
    walking = {
        statement: [step for step in plan if walks(step)]
        for statement, plan in plans.items()
        if any(map(walks, plan)) and not any(part in statement for part in MAY_WALK)
    }
    assert walking == {}


async def test_no_question_about_meetups_walks_through_a_table_that_grows(sqlite_store: Store) -> None:
    with explained() as plans:
        async with sqlite_store.write(NORTH) as unit:
            for n in (1, 2, 3):
                await meet(unit, f"U{n}", f"P{n}")
            meetup = await plan(unit, places=1)
            await unit.meetups.add_co_host(meetup.id, 3)
            for person in (1, 2):
                await unit.rsvps.play(meetup.id, Say(person, Answer.GOING, NOW), NOW)
            edited = await unit.meetups.edit(meetup, replace(PLAN, title="Learn it", places=1), 1, NOW)
            assert edited is not None
            for query in (MeetupQuery(), MeetupQuery("go"), MeetupQuery(person=3), MeetupQuery("go", 3)):
                assert (await unit.meetups.upcoming(query, NOW, 0, 9)).total == 1
            assert await unit.meetups.titled("learn", NOW, 9)
            assert await unit.meetups.topics(NOW)
            assert await unit.rsvps.turning(meetup.ends_at, 9)
            assert await unit.rsvps.several([1], 1)
            assert await unit.rsvps.concerned(1)
            assert await unit.rsvps.goers(1, 9)
            await unit.meetups.follow_clocks(NOW)
    assert len(plans) > 20
    assert {statement: plan for statement, plan in plans.items() if any(map(walks, plan))} == {}


@pytest.mark.parametrize(
    ("step", "all_of_it"),
    [
        ("SCAN letter", True),
        ("SEARCH letter USING INDEX sqlite_autoindex_letter_1 (community=?)", True),
        ("SEARCH letter USING INDEX ix_letter_community_state_due_at (community=? AND state=? AND due_at<?)", False),
        ("SEARCH workspace USING INDEX ix_workspace_community (community=?)", False),
        ("SCAN community", False),
    ],
)
def test_what_counts_as_walking(step: str, all_of_it: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert walks(step) is all_of_it
