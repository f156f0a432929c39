"""Bringing an export in: kind after kind, many records in one transaction, numbers mapped to those that are here."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bot.care_records import AskedRecord, DigestRecord, FlagRecord, JoiningRecord
from bot.features.courses.archive.kinds import KINDS, LATER, Manifest
from bot.features.courses.archive.reading import ReadRecord, read_records
from bot.features.courses.imports.rows import Imported
from bot.features.courses.imports.storing import BATCH, BATCH_SIZE, Opening
from bot.meetup_records import HostingRecord, MeetupChangeRecord, MeetupRecord
from bot.ports import Clock
from bot.records import (
    Arrival,
    ChangeRecord,
    CourseRecord,
    LetterRecord,
    Numbers,
    PersonRecord,
    PostRecord,
    ProgressRecord,
    Record,
    ResourceRecord,
    ShelfRecord,
)

_ABOUT_ALL: Mapping[str, type[Record]] = {"course.": CourseRecord, "meetup.": MeetupRecord}
"""How the kinds of messages begin whose subject begins with the number of a course, or of a meetup."""
NUMBERED = (DigestRecord, AskedRecord, FlagRecord, JoiningRecord, MeetupRecord)
"""Records with a number that others speak of."""
_ABOUT: Mapping[str, type[Record] | None] = {
    "care.digest": DigestRecord,
    "flag.settled": FlagRecord,
    "offcourse.joined": JoiningRecord,
    "course.adoption": None,
    "course.inherited": PersonRecord,
    "owner.back": PersonRecord,
    "handover.answer": CourseRecord,
}
"""Kinds of messages whose subject begins with the number of something else, or of nothing."""
_SUBJECT = re.compile(r"(\d{1,10})(.*)", re.DOTALL)


class _Row(NamedTuple):
    """A row that was read, as it is stored here, or why it can't be."""

    read: ReadRecord
    record: Record | None
    problem: str


@dataclass(slots=True)
class _Arrival:
    """An export on its way in: what its numbers mean here, as far as it has come."""

    write: Opening
    clock: Clock
    people: dict[int, int] = field(default_factory=dict)
    courses: dict[int, int] = field(default_factory=dict)
    others: dict[type[Record], dict[int, int]] = field(default_factory=dict)
    with_accounts: int = 0

    async def store(self, batch: Sequence[ReadRecord]) -> Sequence[Imported]:
        """Store a batch in one transaction; one record after another where the database refuses something."""
        rows = [_Row(read, *self._placed(read)) for read in batch]
        records = [row.record for row in rows if row.record is not None]
        try:
            arrived = iter(await self._transact(records))
        except ValueError as error:
            if len(batch) == 1:
                return [_imported(batch[0], str(error), ok=False)]
            return [one for read in batch for one in await self.store([read])]
        return [
            self._told(row.read, row.record, next(arrived))
            if row.record is not None
            else _imported(row.read, row.problem, ok=False)
            for row in rows
        ]

    async def _transact(self, records: Sequence[Record]) -> Sequence[Arrival]:
        if not records:
            return ()
        known = Numbers(self.people, self.courses, self.others)
        async with self.write() as unit:
            arrived = await unit.archive.add(records, known, self.clock.now())
        for record, arrival in zip(records, arrived, strict=True):
            if arrival.number is not None and isinstance(record, PersonRecord):
                self.people[record.id] = arrival.number
                self.with_accounts += bool(record.accounts)
            elif arrival.number is not None and isinstance(record, CourseRecord):
                self.courses[record.id] = arrival.number
            elif arrival.number is not None and isinstance(record, NUMBERED):
                self.others.setdefault(type(record), {})[record.id] = arrival.number
        return arrived

    def _placed(self, read: ReadRecord) -> tuple[Record | None, str]:
        """Give a record that can be stored here, or why it can't: it speaks of somebody or something that isn't."""
        match read.record:
            case PersonRecord() | CourseRecord() | ResourceRecord() | None:
                return read.record, read.problem
            case PostRecord() | LetterRecord() as said:
                return self._about(said)
        for person in _people_of(read.record):
            if person not in self.people:
                return None, f"person {person} isn't here"
        for kind, number in _needed(read.record):
            if number not in self._numbers(kind):
                return None, f"{_called(kind)} {number} isn't here"
        return read.record, read.problem

    def _numbers(self, kind: type[Record]) -> Mapping[int, int]:
        """Tell which number people, courses, or rows of another kind, have here."""
        known: dict[type[Record], dict[int, int]] = {CourseRecord: self.courses, PersonRecord: self.people}
        return (known | self.others).get(kind, {})

    def _about(self, said: PostRecord | LetterRecord) -> tuple[Record | None, str]:
        """Let a message speak of the course, or the other row, that its number means here."""
        begun = next((kind for begins, kind in _ABOUT_ALL.items() if said.kind.startswith(begins)), None)
        about = _ABOUT.get(said.kind, begun)
        if about is None:
            return said, ""
        subject = _SUBJECT.fullmatch(said.subject)
        number = self._numbers(about).get(int(subject[1])) if subject else None
        if subject is None or number is None:
            return None, f"{_called(about)} {said.subject} isn't here"
        return replace(said, subject=f"{number}{subject[2]}"), ""

    def _told(self, read: ReadRecord, record: Record, arrival: Arrival) -> Imported:
        if arrival.problem:
            return _imported(read, arrival.problem, ok=False)
        return _imported(read, f"{'imported' if arrival.fresh else 'here already'}: {self._name(record)}", ok=True)

    def _name(self, record: Record) -> str:
        """Call a record as it stands here."""
        match record:
            case PersonRecord(id=number, name=name):
                said = f"person {self.people[number]} {name}"
            case CourseRecord(id=number, goal=goal):
                said = f"C{self.courses[number]} {goal}"
            case ChangeRecord(course=course, number=number):
                said = f"change {number} of C{self.courses[course]}"
            case ProgressRecord(person=person, course=course):
                said = f"progress of person {self.people[person]} in C{self.courses[course]}"
            case ShelfRecord(person=person, course=course):
                said = f"C{self.courses[course]} on the shelf of person {self.people[person]}"
            case ResourceRecord(url=url):
                said = url
            case PostRecord(ref=ref):
                said = f"message {ref}"
            case MeetupRecord(id=number, title=title):
                said = f"M{self.others[MeetupRecord][number]} {title}"
            case LetterRecord(recipient=recipient, kind=kind):
                said = f"letter to {recipient} ({kind})"
            case _:
                said = self._care(record)
        return said

    def _care(self, record: Record) -> str:
        """Call a record of how courses are looked after, or of meetups, as it stands here."""
        what = _called(type(record))
        people = _people_of(record)
        letters = {CourseRecord: "C", MeetupRecord: "M"}
        parts = [f"of {letters[kind]}{self._numbers(kind)[number]}" for kind, number in _needed(record)]
        parts += [f"of person {self.people[people[0]]}"] if people else []
        return " ".join([what, *parts])


def _called(kind: type) -> str:
    return kind.__name__.removesuffix("Record").lower()


def _people_of(record: Record) -> list[int]:
    """List the people without whom a record can't be."""
    if isinstance(record, ChangeRecord | MeetupChangeRecord):
        return []
    if isinstance(record, HostingRecord):
        return [record.taker, record.giver]
    return [person for name in ("person", "taker", "kept", "gone", "host") if (person := getattr(record, name, None))]


def _needed(record: Record) -> list[tuple[type[Record], int]]:
    """List the courses and meetups without which a record can't be. A meetup may miss its course."""
    if isinstance(record, MeetupRecord):
        return []
    kinds: tuple[tuple[str, type[Record]], ...] = (("course", CourseRecord), ("meetup", MeetupRecord))
    return [(kind, number) for name, kind in kinds if (number := getattr(record, name, None))]


def _imported(read: ReadRecord, message: str, *, ok: bool) -> Imported:
    return Imported(read.path, ok, message, read.line, read.share)


async def import_export(folder: Path, manifest: Manifest, write: Opening, clock: Clock) -> AsyncIterator[Imported]:
    """Bring an export in and give what became of each row; what is here already adds nothing.

    `write` opens a transaction. Where one fails, those before it stay: importing again adds the rest.
    """
    work = _Arrival(write, clock)
    whole = sum(_size(folder, kind) for kind in KINDS) or 1
    before = 0
    for kind, record in KINDS.items():
        if kind not in manifest.rows and kind in LATER:
            continue
        rows = read_records(folder, kind, before, whole)
        count = 0
        try:
            while batch := await asyncio.to_thread(_batch, rows):
                count += len(batch)
                for imported in await work.store(batch):
                    yield imported
        except OSError as error:
            yield Imported(folder / f"{kind}.jsonl", ok=False, message=f"it can't be read: {error.strerror}")
        expected = manifest.rows.get(kind, 0)
        if count != expected:
            said = f"there are {count} rows, but the export was made with {expected}: it isn't whole"
            yield Imported(folder / f"{kind}.jsonl", ok=False, message=said)
        before += _size(folder, kind)
        if record is PersonRecord and count:
            said = f"{work.with_accounts} of {count} people come with accounts: whoever has one of them is that person"
            yield Imported(folder / f"{kind}.jsonl", ok=True, message=said, is_note=True)


def _size(folder: Path, kind: str) -> int:
    try:
        return (folder / f"{kind}.jsonl").stat().st_size
    except OSError:
        return 0


def _batch(rows: Iterator[ReadRecord]) -> list[ReadRecord]:
    batch: list[ReadRecord] = []
    size = 0
    for read in islice(rows, BATCH):
        batch.append(read)
        size += read.size
        if size >= BATCH_SIZE:
            break
    return batch
