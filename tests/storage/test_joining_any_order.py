"""Any people, joined and parted in any order: nothing is lost, nothing is there twice, and all goes back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from copy import deepcopy
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.ports import Unit
from storage.joining.rows import NAMING
from storage.tables import METADATA
from tests.storage.conftest import opened
from tests.storage.people_filled import (
    COURSES,
    PEOPLE,
    Filled,
    Row,
    Tables,
    communities,
    look_times,
    rows_of,
    run_on,
)
from tests.storage.sample import later
from tests.storage.test_joining import join, joined

WITHOUT_HASTE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each try opens a store: making a failure small takes hours
)
OPS = st.lists(
    st.tuples(st.sampled_from(["join", "join", "part"]), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=7
)


def drawn(url: str, numbers: Any, work: Callable[[Unit, str], Awaitable[None]], filled: Filled) -> None:
    """Fill a new community and do something in it."""

    async def run() -> None:
        community = f"c{next(numbers)}"
        async with opened(url) as store:
            await store.found(community, community)
            async with store.write(community) as unit:
                await run_on(unit, lambda db: filled.write(db, community))
                await work(unit, community)

    asyncio.run(run())


_KEEPINGS = (
    ("course", "owner", "course_co_owner", "course", "handover"),
    ("meetup", "host", "meetup_co_host", "meetup", "hosting"),
)


class Model:
    """Who is whom, and what each person is to have, worked out from what each had alone."""

    def __init__(self, base: Tables) -> None:
        """Take the rows as they were before anything was joined."""
        self.base = base
        self.met = {row["id"]: (row["created_at"], row["id"]) for row in base["person"]}
        self.root = {person: person for person in PEOPLE}
        self.stack: list[tuple[int, int, int, frozenset[int]]] = []  # number, kept, gone, who went along

    def two(self, a: int, b: int) -> tuple[int, int]:
        """Tell who is kept and who is gone."""
        kept, gone = sorted((self.root[a], self.root[b]), key=self.met.__getitem__)
        return kept, gone

    def join(self, number: int, kept: int, gone: int) -> None:
        """Note a joining."""
        along = frozenset(person for person in PEOPLE if self.root[person] == gone)
        self.stack.append((number, kept, gone, along))
        self.root |= dict.fromkeys(along, kept)

    def latest(self, person: int) -> tuple[int, int, int, frozenset[int]] | None:
        """Give the latest joining of a person."""
        return next((one for one in reversed(self.stack) if one[1] == self.root[person]), None)

    def part(self, one: tuple[int, int, int, frozenset[int]]) -> None:
        """Note a parting."""
        self.stack.remove(one)
        self.root |= dict.fromkeys(one[3], one[2])

    def check(self, now: Tables) -> None:
        """Compare what there is with what there is to be."""
        for table, naming in NAMING.items():
            for column in naming:
                if (table, column) != ("course", "forker"):
                    assert {row[column] for row in now[table]} <= {*self.root.values(), None}, (table, column)
        for table, column in (("course", "owner"), ("account", "person"), ("meetup", "host")):
            assert self._sets(now[table], column) == self._sets(self.base[table], column)
        for table in ("learning", "step_done", "saved", "person_interest", "rsvp"):
            assert self._keys(now, table) == self._keys(self.base, table), table
        for rows, keeper, helpers, which, _ in _KEEPINGS:
            kept = {(row[keeper], row["id"]) for row in now[rows]}
            wanted = {(self.root[row["person"]], row[which]) for row in self.base[helpers]}
            assert {(row["person"], row[which]) for row in now[helpers]} == wanted - kept
        self._check_answers(now)
        for table in ("flag", "asked"):
            assert len(now[table]) == len(self.base[table])
            assert self._open(now, table) == self._open(self.base, table)
        check_offers(now)
        for course in now["course"]:
            flags = [row for row in now["flag"] if row["course"] == course["id"] and row["settled_at"] is None]
            assert course["flags"] == len(flags)

    def _check_answers(self, now: Tables) -> None:
        """Whoever gave several answers holds to the newest; there are never more places taken than there are."""
        newest: dict[tuple[int, int], Any] = {}
        for row in self.base["rsvp"]:
            key = (row["meetup"], self.root[row["person"]])
            newest[key] = max(newest.get(key, row["answered_at"]), row["answered_at"])
        assert {(row["meetup"], row["person"]): row["answered_at"] for row in now["rsvp"]} == newest
        for meetup in now["meetup"]:
            its = [row for row in now["rsvp"] if row["meetup"] == meetup["id"] and row["answer"] == "going"]
            assert meetup["places"] is None or sum(row["standing"] == "place" for row in its) <= meetup["places"]

    def _sets(self, rows: Iterable[Row], column: str) -> set[Any]:
        return {
            (
                self.root.get(row[column]),
                *(str(row[name]) for name in ("id", "platform", "workspace", "user_id") if name in row),
            )
            for row in rows
        }

    def _keys(self, tables: Tables, table: str) -> list[Any]:
        names = [column.name for column in METADATA.tables[table].primary_key.columns if column.name != "community"]
        found = {
            tuple(self.root[row[name]] if name == "person" else row[name] for name in names) for row in tables[table]
        }
        return sorted(found)

    def _open(self, tables: Tables, table: str) -> set[Any]:
        return {(self.root[row["person"]], row["course"]) for row in tables[table] if row["settled_at"] is None}


def check_offers(now: Tables) -> None:
    """Something is offered by its keeper, or by the bot, to somebody else."""
    for rows, keeper, _, which, offers in _KEEPINGS:
        keepers = {row["id"]: row[keeper] for row in now[rows]}
        for row in now[offers]:
            assert row["taker"] not in {row["giver"], keepers[row[which]]}
            assert row["giver"] in {None, keepers[row[which]]}


def same_again(before: Tables, after: Tables) -> None:
    """Compare two pictures; when to look at somebody's courses may be earlier, never later."""
    before, after = deepcopy(before), deepcopy(after)
    for row in (*before["meetup"], *after["meetup"]):
        del row["turn_at"]  # a look that is planned too early costs a look
    planned, found = look_times(before), look_times(after)
    assert before == after
    for person, at in planned.items():
        looked = found[person]
        assert at is None or (looked is not None and looked <= at), "courses would be looked at too late"


@pytest.fixture(scope="module")
def numbers() -> Any:
    return count(1)


@WITHOUT_HASTE
@given(filled=communities(), ops=OPS)
def test_nothing_is_lost_or_doubled_in_any_order(url: str, numbers: Any, filled: Filled, ops: list[Any]) -> None:
    async def work(unit: Unit, community: str) -> None:
        async def picture() -> Tables:
            found: Tables = await run_on(unit, lambda db: rows_of(db, community))
            return found

        async def part(one: tuple[int, int, int, frozenset[int]]) -> None:
            assert await unit.joinings.part(one[0], one[1], later(200))
            model.part(one)
            model.check(await picture())

        base = await picture()
        model = Model(base)
        for n, (what, a, b) in enumerate(ops):
            if what == "part" and (latest := model.latest(a)):
                await part(latest)
            elif what == "join":
                kept, gone = model.two(a, b)
                found = await join(unit, a, b, 100 + n)
                assert (found is None) == (kept == gone)
                if found is not None:
                    assert (found.kept.id, found.gone.id) == (kept, gone)
                    model.join(found.id, kept, gone)
                model.check(await picture())
        while model.stack:
            await part(model.stack[-1])
        same_again(base, await picture())

    drawn(url, numbers, work, filled)


@WITHOUT_HASTE
@given(
    filled=communities(),
    steps=st.sets(st.tuples(st.sampled_from(COURSES), st.sampled_from((1, 2, 3, 4)), st.booleans()), max_size=5),
    saved=st.sets(st.tuples(st.sampled_from(COURSES), st.booleans()), max_size=4),
    moved=st.dictionaries(st.sampled_from(COURSES), st.sampled_from((None, *PEOPLE)), max_size=3),
    settled=st.sampled_from([(), ("asked",), ("flag",), ("asked", "flag")]),
)
def test_what_is_done_in_between_stays_and_the_rest_goes_back(
    url: str, numbers: Any, filled: Filled, steps: set[Any], saved: set[Any], moved: dict[int, Any], settled: Any
) -> None:
    async def work(unit: Unit, community: str) -> None:
        def change(db: Any) -> None:
            course = METADATA.tables["course"]
            co_owner = METADATA.tables["course_co_owner"]
            offer = METADATA.tables["handover"]
            for number, owner in moved.items():
                db.execute(offer.delete().where((offer.c.community == community) & (offer.c.course == number)))
                who = kept if owner in (kept, gone) else owner
                mine = (course.c.community == community) & (course.c.id == number)
                db.execute(course.update().where(mine).values(owner=who))
                its = (co_owner.c.community == community) & (co_owner.c.course == number) & (co_owner.c.person == who)
                db.execute(co_owner.delete().where(its))
            for name in settled:
                rows = METADATA.tables[name]
                open_now = (rows.c.community == community) & rows.c.settled_at.is_(None)
                db.execute(rows.update().where(open_now).values(settled_at=later(150), outcome="reviewed"))
                if name == "flag":
                    db.execute(course.update().where(course.c.community == community).values(flags=0))

        base = await run_on(unit, lambda db: rows_of(db, community))
        found = await joined(unit, 1, 2)
        kept, gone = found.kept.id, found.gone.id
        for number, step, on in sorted(steps):
            await unit.learning.set_done(kept, number, step, later(150), on=on)
        for number, on in sorted(saved):
            await unit.shelf.set(kept, number, later(150), on=on)
        await run_on(unit, change)
        assert await unit.joinings.part(found.id, kept, later(200))
        now = await run_on(unit, lambda db: rows_of(db, community))
        for table in ("learning", "step_done", "saved", "person_interest", "account"):
            assert _of(now, table, gone) == _of(base, table, gone), "what came goes back as it came"
        done = {(row["course"], row["step"]) for row in _of(now, "step_done", kept)}
        before = {(row["course"], row["step"]) for person in (kept, gone) for row in _of(base, "step_done", person)}
        new = {(number, step) for number, step, on in steps if on} - {(n, step) for n, step, on in steps if not on}
        assert done >= new - before
        _check_owners(base, now, moved, kept, gone)
        open_now = [row for name in settled for row in now[name] if row["settled_at"] is None]
        assert open_now == [], "what was settled since stays settled"

    drawn(url, numbers, work, filled)


def _of(tables: Tables, name: str, person: int) -> list[Row]:
    return [row for row in tables[name] if row["person"] == person]


def _check_owners(base: Tables, now: Tables, moved: dict[int, Any], kept: int, gone: int) -> None:
    was = {row["id"]: row["owner"] for row in base["course"]}
    for row in now["course"]:
        number, owner = row["id"], row["owner"]
        wanted = moved.get(number, was[number])
        is_theirs = number in moved and wanted in (kept, gone)
        assert owner in ({kept, gone} if is_theirs else {wanted})
        if is_theirs and was[number] != gone:
            assert owner == kept, "what the kept person got since is theirs"
        assert (number, owner) not in {(one["course"], one["person"]) for one in now["course_co_owner"]}
    rights = {(row["course"], row["person"]) for row in base["course_co_owner"]} | {(n, o) for n, o in was.items() if o}
    for row in now["course_co_owner"]:
        assert (row["course"], row["person"]) in rights or row["person"] == kept
    check_offers(now)
