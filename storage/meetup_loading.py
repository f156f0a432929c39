"""Loading whole meetups, and what they say, as it stands in rows and as it is kept in their history."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select, literal, select, union_all

from bot.meetups.meetup import Meetup, MeetupContent
from bot.model import Level, Person
from storage.columns import StoredText, folded
from storage.people import people_by_id
from storage.sql import Values, among, mine, numbers, table

_MEETUP, _TOPIC, _CO_HOST = table("meetup"), table("meetup_topic"), table("meetup_co_host")
_ROW = (
    "title", "wall", "zone", "minutes", "address", "link", "link_for_all", "about", "course", "level", "bring",
    "places", "id", "host", "created_at", "updated_at", "cancelled_at", "revision", "series", "slot",
)  # fmt: skip
_NO_TEXT = literal(None, StoredText)


def wall_text(wall: datetime) -> str:
    """Write what clocks on a wall show, as it is stored: to the minute."""
    return wall.isoformat(timespec="minutes")


def moments_of(wall: str, zone: str, minutes: int) -> Values:
    """Give when a meetup begins and ends that is stored with these columns."""
    content = MeetupContent("", datetime.fromisoformat(wall), zone, minutes)
    return {"starts_at": content.starts_at, "ends_at": content.ends_at}


def columns_of(content: MeetupContent) -> Values:
    """Give what stands in the row of a meetup itself."""
    return {
        "title": content.title,
        "folded": folded(content.title),
        "wall": wall_text(content.wall),
        "zone": content.zone,
        "minutes": content.minutes,
        "starts_at": content.starts_at,
        "ends_at": content.ends_at,
        "address": content.address,
        "link": content.link,
        "link_for_all": content.link_for_all,
        "about": content.about,
        "course": content.course,
        "level": None if content.level is None else content.level.value,
        "bring": content.bring,
        "places": content.places,
    }


_WRITTEN = (
    "title", "zone", "minutes", "address", "link", "link_for_all", "about", "course", "level", "bring", "places",
)  # fmt: skip


def written(content: MeetupContent) -> str:
    """Write what a meetup says as JSON, to be kept in its history."""
    said = {name: getattr(content, name) for name in _WRITTEN}
    return json.dumps(said | {"wall": wall_text(content.wall), "topics": list(content.topics)}, ensure_ascii=False)


def read(text: str) -> MeetupContent:
    """Read back what `written` wrote."""
    said = json.loads(text)
    level = said["level"]
    own = {"wall": datetime.fromisoformat(said["wall"]), "topics": tuple(said["topics"])}
    return MeetupContent(**said | own | {"level": None if level is None else Level(level)})


@cache
def _meetups(count: int) -> Select[*tuple[Any, ...]]:
    return select(*(_MEETUP.c[name] for name in _ROW)).where(mine(_MEETUP), among(_MEETUP.c.id, count))


@cache
def _parts_of(count: int) -> CompoundSelect[*tuple[Any, ...]]:
    """Make the statement for topics and co-hosts (without a text) of meetups."""
    topics = select(_TOPIC.c.meetup, _TOPIC.c.position, _TOPIC.c.topic)
    co_hosts = select(_CO_HOST.c.meetup, _CO_HOST.c.person, _NO_TEXT)
    return union_all(
        topics.where(mine(_TOPIC), among(_TOPIC.c.meetup, count)),
        co_hosts.where(mine(_CO_HOST), among(_CO_HOST.c.meetup, count)),
    ).order_by("meetup", "position")


def one(db: Connection, community: str, meetup: int) -> Meetup | None:
    """Find a meetup by number."""
    return next(iter(meetups_by_id(db, community, [meetup])), None)


def meetups_by_id(db: Connection, community: str, ids: Sequence[int]) -> list[Meetup]:
    """Load meetups in the order of their numbers given; those that aren't there are left out."""
    if not ids:
        return []
    rows = db.execute(_meetups(len(ids)), {"tenant": community, **numbers(ids)}).all()
    topics: defaultdict[int, list[str]] = defaultdict(list)
    co_hosts: defaultdict[int, list[int]] = defaultdict(list)
    for meetup, number, topic in db.execute(_parts_of(len(ids)), {"tenant": community, **numbers(ids)}):
        if topic is None:
            co_hosts[meetup].append(number)
        else:
            topics[meetup].append(topic)
    everybody = {row.host for row in rows}.union(*co_hosts.values())
    people = people_by_id(db, community, everybody) if everybody else {}
    found = {row.id: _meetup(row, topics[row.id], co_hosts[row.id], people) for row in rows}
    return [found[number] for number in ids if number in found]


def _meetup(
    row: Row[*tuple[Any, ...]], topics: Sequence[str], co_hosts: Sequence[int], people: Mapping[int, Person]
) -> Meetup:
    said = row._asdict()
    return Meetup(
        **said
        | {
            "wall": datetime.fromisoformat(row.wall),
            "level": None if row.level is None else Level(row.level),
            "slot": None if row.slot is None else datetime.fromisoformat(row.slot),
            "topics": tuple(topics),
            "host": people[row.host],
            "co_hosts": tuple(people[person] for person in co_hosts),
        }
    )
