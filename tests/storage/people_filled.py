"""Communities in which people did something of everything, drawn at random, straight into the tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from bot.ports import Unit
from storage.columns import folded
from storage.curation import fork_origin
from storage.tables import METADATA
from tests.storage.sample import later

PEOPLE, COURSES, STEPS, MEETUPS = (1, 2, 3, 4), (1, 2, 3, 4, 5, 6), (1, 2, 3), (1, 2)
Row = dict[str, Any]
Tables = dict[str, list[Row]]

_PERSON, _COURSE = st.sampled_from(PEOPLE), st.sampled_from(COURSES)
_MOMENT = st.integers(0, 9).map(later)
_MAYBE = st.none() | _MOMENT
_PAIRS = st.sets(st.tuples(_PERSON, _COURSE), max_size=10)
_TOPICS = st.dictionaries(st.tuples(st.sampled_from(["learn", "help"]), st.sampled_from("abcd")), st.none(), max_size=4)


@dataclass
class Filled:
    """What is put into a community; `community` stands in no row yet."""

    tables: Tables = field(default_factory=dict)

    def put(self, table: str, /, **row: Any) -> None:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)

    def write(self, db: Connection, community: str) -> None:
        """Write it all down, what is referred to first."""
        for table in METADATA.sorted_tables:
            for row in self.tables.get(table.name, ()):
                db.execute(insert(table), {"community": community} | row)


@st.composite
def communities(draw: st.DrawFn) -> Filled:
    """Draw a community of four people, six courses and two meetups."""
    filled = Filled()
    for person in PEOPLE:
        _somebody(draw, filled, person)
    owners = {course: draw(st.none() | _PERSON) for course in COURSES}
    _courses(draw, filled, owners)
    for person in PEOPLE:
        _settings(draw, filled, person, is_owner=person in owners.values())
    _for_oneself(draw, filled)
    _care(draw, filled, owners)
    _meetups(draw, filled)
    return filled


def _somebody(draw: st.DrawFn, filled: Filled, person: int) -> None:
    filled.put(
        "person", id=person, name=f"P{person}", folded=f"p{person}", created_at=draw(_MOMENT), welcomed_at=draw(_MAYBE),
        muted_at=draw(_MAYBE),
        timezone=draw(st.sampled_from([None, "Europe/Lisbon"])),
        own_zone=draw(st.sampled_from([None, "Asia/Kathmandu", "UTC"])), level=draw(st.sampled_from([None, "medium"])),
    )  # fmt: skip
    for n in range(draw(st.integers(1, 2))):
        filled.put("account", platform="slack", workspace=f"T{n}", user_id=f"U{person}", person=person)
    positions: dict[str, int] = {}
    for wish, topic in draw(_TOPICS):
        position = positions[wish] = positions.get(wish, -1) + 1
        filled.put("person_interest", person=person, wish=wish, folded=topic, topic=topic, position=position)
    if draw(st.booleans()):
        filled.put("draft", id=person, person=person, form="f", state="", answers="{}", kept_at=later(1))


def _courses(draw: st.DrawFn, filled: Filled, owners: Mapping[int, int | None]) -> None:
    forks: set[tuple[int, int]] = set()
    for course, owner in owners.items():
        forker, root = draw(st.none() | _PERSON), draw(st.sampled_from(COURSES[:2]))
        if course in COURSES[:2] or (root, forker) in forks:
            forker = None
        if forker:
            forks.add((root, forker))
        filled.put(
            "course", id=course, goal=f"Goal {course}", folded=folded(f"goal {course}"), description="", owner=owner,
            origin=fork_origin(root, forker) if forker else f"origin {course}", created_at=later(0),
            updated_at=later(0), reviewed_at=later(0), revision=3, steps_drawn=3, root=root if forker else course,
            parent=root if forker else None, forker=forker, page_open=True,
        )  # fmt: skip
        filled.put(
            "course_change", course=course, number=2, at=later(2), kind="edited", person=draw(st.none() | _PERSON),
            other=draw(st.none() | _PERSON), heir=draw(st.none() | _PERSON),
        )  # fmt: skip
        for person in draw(st.sets(_PERSON, max_size=3)) - {owner}:
            filled.put("course_co_owner", course=course, person=person)


def _settings(draw: st.DrawFn, filled: Filled, person: int, *, is_owner: bool) -> None:
    if not is_owner and draw(st.booleans()):
        return
    filled.put(
        "carer", person=person, look_at=draw(_MAYBE), weekday=draw(st.none() | st.integers(0, 6)),
        hour=draw(st.none() | st.integers(0, 23)), paused_until=draw(_MAYBE), away_until=draw(_MAYBE),
        stopped=draw(st.booleans()), greeted_at=draw(_MAYBE),
        without=draw(st.sampled_from(["[]", '["due"]', '["broken"]'])),
        digest_at=draw(_MAYBE), rounds=draw(st.integers(0, 3)), unreachable_since=draw(_MAYBE), told_at=draw(_MAYBE),
    )  # fmt: skip


def _for_oneself(draw: st.DrawFn, filled: Filled) -> None:
    for person, course in sorted(draw(_PAIRS)):
        filled.put("learning", person=person, course=course, started_at=draw(_MOMENT), touched_at=draw(_MOMENT))
        for step in draw(st.sets(st.sampled_from(STEPS))):
            filled.put("step_done", person=person, course=course, step=step, done_at=draw(_MOMENT))
    for person, course in sorted(draw(_PAIRS)):
        filled.put("saved", person=person, course=course, saved_at=draw(_MOMENT))


def _care(draw: st.DrawFn, filled: Filled, owners: Mapping[int, int | None]) -> None:
    numbers = iter(range(100, 999))
    for person, course in sorted(draw(_PAIRS)):
        settled = draw(_MAYBE)
        by = draw(st.none() | _PERSON) if settled else None
        shared = {"person": person, "course": course, "settled_at": settled, "settled_by": by, "outcome": ""}
        filled.put("flag", id=next(numbers), kind="other", said="?", flagged_at=later(1), **shared)
    for person, course in sorted(draw(_PAIRS)):
        digest = next(numbers)
        filled.put("digest", id=digest, person=person, kind="digest", made_at=later(1))
        settled = draw(_MAYBE)
        filled.put(
            "asked", id=next(numbers), digest=digest, position=0, person=person, course=course, reason="due",
            asked_at=later(1), settled_at=settled, settled_by=draw(_PERSON) if settled else None, outcome="",
        )  # fmt: skip
    for row in filled.tables["course"]:
        row["flags"] = sum(_is_open(flag, row["id"]) for flag in filled.tables.get("flag", ()))
        _on_its_way(draw, filled, row["id"], owners[row["id"]])


def _is_open(flag: Row, course: int) -> bool:
    return flag["course"] == course and flag["settled_at"] is None


def _on_its_way(draw: st.DrawFn, filled: Filled, course: int, owner: int | None) -> None:
    taker = draw(st.none() | _PERSON)
    if owner and taker and taker != owner:
        giver = draw(st.sampled_from([None, owner]))
        filled.put("handover", course=course, giver=giver, taker=taker, offered_at=later(3))
    if draw(st.booleans()):
        filled.put("escalation", course=course, owner=owner, stage="silent", why="silent", since=later(3))
    if draw(st.booleans()):
        filled.put(
            "ended_way", course=course, ended_at=later(4), owner=owner, stage="asked", why="silent", since=later(3),
            giver=draw(st.none() | _PERSON), taker=draw(st.none() | _PERSON), offered_at=later(3),
        )  # fmt: skip


def _meetups(draw: st.DrawFn, filled: Filled) -> None:
    for meetup in MEETUPS:
        host, places = draw(_PERSON), draw(st.sampled_from([None, 2]))
        filled.put(
            "meetup", id=meetup, title="M", folded="m", wall="2026-06-01T19:00", zone="UTC", minutes=60,
            starts_at=later(9), ends_at=later(99), address="", link="", link_for_all=False, about="", bring="",
            places=places, host=host, origin=f"origin {meetup}", created_at=later(0), updated_at=later(0), revision=1,
        )  # fmt: skip
        for person in draw(st.sets(_PERSON, max_size=3)) - {host}:
            filled.put("meetup_co_host", meetup=meetup, person=person)
        taker = draw(st.none() | _PERSON)
        if taker and taker != host:
            filled.put("hosting", meetup=meetup, giver=host, taker=taker, offered_at=later(3))
        taken = 0
        for person in sorted(draw(st.sets(_PERSON))):
            answer, at = draw(st.sampled_from(["going", "going", "maybe", "cant"])), draw(_MOMENT)
            taken += answer == "going"
            fits = places is None or taken <= places
            goes: Row = {"standing": "place" if fits else "waits", "since": at} if answer == "going" else {}
            filled.put("rsvp", meetup=meetup, person=person, answer=answer, answered_at=at, **goes)


_PASSING = {"joining", "link_code", "link_miss", "community"}


def rows_of(db: Connection, community: str) -> Tables:
    """Read all that a community holds, but for what speaks of the joinings themselves."""
    return {
        table.name: sorted(_read(db, table.name, community), key=repr)
        for table in METADATA.sorted_tables
        if table.name not in _PASSING
    }


def _read(db: Connection, name: str, community: str) -> Iterator[Row]:
    rows = METADATA.tables[name]
    for row in db.execute(select(rows).where(rows.c.community == community)).mappings():
        yield {column: value for column, value in row.items() if column != "community"}


def look_times(tables: Tables) -> dict[int, datetime | None]:
    """Take away when people's courses are looked at next; give it by person."""
    return {row["person"]: row.pop("look_at") for row in tables["carer"]}


async def run_on(unit: Unit, work: Callable[[Connection], Any]) -> Any:
    """Read or write rows as they are, in a unit's transaction."""
    people: Any = unit.people  # its private seat: no repository gives bare rows
    return await people._run(lambda db, _: work(db))
