"""What an export consists of: a file of JSON lines for each kind of record, and one that says how many there are.

Left out is what the program only keeps for its own work: letters that wait (two programs that own the same one would
both send it), deliveries and drafts (forgotten after a week), the search index (made from the courses). Workspaces join
by themselves. Where our messages stand and the letters that brought them there go along, so that edits still reach them
after a move, and nothing is announced twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.care_records import (
    AskedRecord,
    CarerRecord,
    DigestRecord,
    EscalationRecord,
    FlagRecord,
    HandoverRecord,
    JoiningRecord,
    ViewRecord,
    WeekRecord,
)
from bot.errors import ConfigError
from bot.features.courses.imports.files import MARK
from bot.meetup_records import (
    CoHostRecord,
    HostingRecord,
    MeetupChangeRecord,
    MeetupRecord,
    MeetupTopicRecord,
    RsvpRecord,
)
from bot.records import (
    ChangeRecord,
    CourseRecord,
    LetterRecord,
    PersonRecord,
    PostRecord,
    ProgressRecord,
    Record,
    ResourceRecord,
    ShelfRecord,
)

FORMAT = 1
"""Grows when an older program could not read an export any more."""
KINDS: Mapping[str, type[Record]] = {
    "people": PersonRecord,
    "resources": ResourceRecord,
    "courses": CourseRecord,
    "changes": ChangeRecord,
    "progress": ProgressRecord,
    "shelf": ShelfRecord,
    "carers": CarerRecord,
    "digests": DigestRecord,
    "asked": AskedRecord,
    "flags": FlagRecord,
    "handovers": HandoverRecord,
    "escalations": EscalationRecord,
    "views": ViewRecord,
    "weeks": WeekRecord,
    "meetups": MeetupRecord,
    "meetup_topics": MeetupTopicRecord,
    "co_hosts": CoHostRecord,
    "hostings": HostingRecord,
    "meetup_changes": MeetupChangeRecord,
    "rsvps": RsvpRecord,
    "joinings": JoiningRecord,
    "posts": PostRecord,
    "letters": LetterRecord,
}
"""Every kind by the name of its file, in the order in which they are brought in: none speaks of a later one."""
LATER = frozenset(
    {"carers", "digests", "asked", "flags", "handovers", "escalations", "views", "weeks", "joinings"}
    | {"meetups", "meetup_topics", "co_hosts", "hostings", "meetup_changes", "rsvps"}
)
"""Kinds that older exports don't have."""
MANIFEST_LENGTH = 65_536
"""How much of a manifest is read, in bytes."""


@cache
def adapters() -> Mapping[str, TypeAdapter[Any]]:
    """Give what writes and checks records of each kind; made when first needed, because that takes a while."""
    return {kind: TypeAdapter(record) for kind, record in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export says of itself: how many rows each kind has."""

    rows: Mapping[str, int]

    def written(self) -> str:
        """Write it as it stands in the folder."""
        return json.dumps({"format": FORMAT, "rows": dict(self.rows)}, indent=2) + "\n"


def manifest_of(folder: Path) -> Manifest | None:
    """Read what a folder says of itself; None where it is no export, ConfigError where it can't be used."""
    try:
        with (folder / MARK).open("rb") as file:
            said = json.loads(file.read(MANIFEST_LENGTH))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError):
        raise ConfigError(f"{folder / MARK} can't be read: make the export anew.") from None
    rows = said.get("rows") if isinstance(said, dict) else None
    if not isinstance(rows, dict) or not all(type(count) is int for count in rows.values()):
        raise ConfigError(f"{folder / MARK} isn't what an export says of itself: make the export anew.")
    if said.get("format") != FORMAT or not rows.keys() <= KINDS.keys():
        raise ConfigError(f"{folder} was made by another version of this program: install that one, or a newer one.")
    return Manifest(rows)
