"""Meetups and the answers to them, on their way out and in."""

import json

from bot.meetup_records import (
    CoHostRecord,
    HostingRecord,
    MeetupChangeRecord,
    MeetupRecord,
    MeetupTopicRecord,
    RsvpRecord,
)
from bot.records import Numbers
from storage.columns import folded
from storage.meetup_loading import moments_of
from storage.roads import Road
from storage.sql import Values


def _meetup(row: Values, known: Numbers) -> Values:
    """Work out what isn't exported. A course that didn't come along is none; the list is looked at anew."""
    course = known.courses.get(row["course"] or 0)
    turn = None if row["places"] is None or row["cancelled_at"] else row["created_at"]
    moments = moments_of(row["wall"], row["zone"], row["minutes"])
    return moments | {"course": course, "folded": folded(row["title"]), "turn_at": turn}


def _topic(row: Values, known: Numbers) -> Values:
    return {"folded": folded(row["topic"])}


def _change(row: Values, known: Numbers) -> Values:
    """Let what a meetup said before speak of the course that its number means here."""
    before = json.loads(row["before"])
    before["course"] = known.courses.get(before.get("course") or 0)
    return {"before": json.dumps(before, ensure_ascii=False)}


_OF_MEETUP = {"meetup": MeetupRecord}
MEETUP_ROADS = (
    Road(MeetupRecord, "meetup", ("host",), known_by=("origin",), counter="meetups", placed=_meetup),
    Road(MeetupTopicRecord, "meetup_topic", about=_OF_MEETUP, placed=_topic),
    Road(CoHostRecord, "meetup_co_host", ("person",), about=_OF_MEETUP),
    Road(HostingRecord, "hosting", ("giver", "taker"), about=_OF_MEETUP),
    Road(MeetupChangeRecord, "meetup_change", (), ("person",), about=_OF_MEETUP, placed=_change),
    Road(RsvpRecord, "rsvp", ("person",), about=_OF_MEETUP),
)
