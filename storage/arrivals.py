"""Taking in what another database wrote out: rows that aren't here yet, with the numbers that they have here.

Who or what a number means is found first, by what stays the same everywhere: a person by an account, or by name and
the moment they were met; a course by its origin. What is new keeps its number where that is above all drawn so far,
so that an empty database comes back with the numbers that members know.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from bot.health import moment_of
from bot.model import Account, Interests, OutboxState, Page, Recipient, workspace_of
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
from bot.urls import resource_key
from storage import care_roads
from storage.columns import Number, StoredText, folded
from storage.content import written, written_topics
from storage.doors import opened
from storage.interests import interests, set_interests
from storage.moved import courses
from storage.resources import learn
from storage.sql import Values, draw, insert_new, mine, table

_PERSON, _ACCOUNT, _COURSE, _CHANGE, _LEARNING, _DONE, _SAVED, _RESOURCE, _POST, _LETTER = (
    table(name)
    for name in (
        "person", "account", "course", "course_change", "learning", "step_done", "saved", "resource", "post", "letter",
    )
)  # fmt: skip
_BEHIND = select(_ACCOUNT.c.person).where(
    mine(_ACCOUNT),
    _ACCOUNT.c.platform == bindparam("platform", type_=StoredText),
    _ACCOUNT.c.workspace == bindparam("workspace", type_=StoredText),
    _ACCOUNT.c.user_id == bindparam("user_id", type_=StoredText),
)
_NAMESAKES = (
    select(_PERSON.c.id)
    .where(
        mine(_PERSON),
        _PERSON.c.folded == bindparam("key", type_=StoredText),
        _PERSON.c.name == bindparam("name", type_=StoredText),
        _PERSON.c.created_at == bindparam("met", type_=_PERSON.c.created_at.type),
        ~exists().where(mine(_ACCOUNT), _ACCOUNT.c.person == _PERSON.c.id),
    )
    .order_by(_PERSON.c.id)
)
_ADD_PERSON = insert(_PERSON)
_SAY_ZONE = (
    update(_PERSON)
    .where(mine(_PERSON), _PERSON.c.id == bindparam("person", type_=Number), _PERSON.c.own_zone.is_(None))
    .values(own_zone=bindparam("zone", type_=StoredText))
)
_ADD_ACCOUNT, _ADD_CHANGE, _ADD_RESOURCE = insert_new(_ACCOUNT), insert_new(_CHANGE), insert_new(_RESOURCE)
_START, _DO, _SAVE, _PUT = insert_new(_LEARNING), insert_new(_DONE), insert_new(_SAVED), insert_new(_POST)
_SENT = insert_new(_LETTER)
_STATE = select(_COURSE.c.revision, _COURSE.c.steps_drawn).where(
    mine(_COURSE), _COURSE.c.id == bindparam("course", type_=Number)
)
_READ_AT = select(_RESOURCE.c.read_at).where(mine(_RESOURCE), _RESOURCE.c.key == bindparam("its_key", type_=StoredText))
_REDIRECT = (
    update(_RESOURCE)
    .where(mine(_RESOURCE), _RESOURCE.c.key == bindparam("its_key", type_=StoredText))
    .values(same_as=bindparam("target", type_=StoredText))
)
_MUTE = (
    update(_PERSON)
    .where(mine(_PERSON), _PERSON.c.id == bindparam("person", type_=Number), _PERSON.c.muted_at.is_(None))
    .values(muted_at=bindparam("at", type_=_PERSON.c.muted_at.type))
)
"""Whoever wants no private messages gets none, also where they were met already."""
_HERE, _NEW = Arrival(), Arrival(fresh=True)


def _people(
    db: Connection, community: str, people: Sequence[PersonRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    drawn = last = draw(db, community, "people", 0)  # holds the row: nobody else is met meanwhile
    taken = set(known.people.values())
    arrived: list[Arrival] = []
    for person in people:
        number = _met(db, community, person, taken)
        arrived.append(Arrival(fresh=number is None, number=number or max(person.id, last + 1)))
        if number is None:
            number = last = max(person.id, last + 1)
            _add_person(db, community, number, person)
        else:
            _fill_in(db, community, number, person)
        taken.add(number)
        _add_accounts(db, community, number, person)
    draw(db, community, "people", last - drawn)
    return arrived


def _met(db: Connection, community: str, person: PersonRecord, taken: Collection[int]) -> int | None:
    """Find a person by an account; one without any by name and the moment they were met."""
    for account in person.accounts:
        key = {"platform": account.platform, "workspace": account.workspace, "user_id": account.user}
        found: int | None = db.execute(_BEHIND, {"tenant": community, **key}).scalar()
        if found is not None:
            return found
    if person.accounts:
        return None
    wanted = {"key": folded(person.name), "name": person.name, "met": person.created_at}
    namesakes = db.execute(_NAMESAKES, {"tenant": community, **wanted}).scalars()
    return next((number for number in namesakes if number not in taken), None)


def _add_person(db: Connection, community: str, number: int, person: PersonRecord) -> None:
    row = {
        "community": community,
        "id": number,
        "name": person.name,
        "folded": folded(person.name),
        "timezone": person.timezone,
        "locale": person.locale,
        "profile_at": person.profile_at,
        "created_at": person.created_at,
        "own_zone": person.own_zone,
        "muted_at": person.muted_at,
    }
    db.execute(_ADD_PERSON, row)
    set_interests(db, community, number, _told(person))


def _fill_in(db: Connection, community: str, number: int, person: PersonRecord) -> None:
    """Add what somebody who is here said there of themselves, and not here."""
    if person.asked_at and interests(db, community, number).asked_at is None:
        set_interests(db, community, number, _told(person))
    if person.own_zone:
        db.execute(_SAY_ZONE, {"tenant": community, "person": number, "zone": person.own_zone})
    if person.muted_at:
        db.execute(_MUTE, {"tenant": community, "person": number, "at": person.muted_at})


def _told(person: PersonRecord) -> Interests:
    return Interests(person.level, person.learn, person.help, person.asked_at)


def _add_accounts(db: Connection, community: str, number: int, person: PersonRecord) -> None:
    left = {one.account: one.at for one in person.left}
    rows = [
        {
            "community": community,
            "person": number,
            "platform": account.platform,
            "workspace": account.workspace,
            "user_id": account.user,
            "left_at": left.get(account),
        }
        for account in person.accounts
    ]
    if rows:
        db.execute(_ADD_ACCOUNT, rows)


def _changes(
    db: Connection, community: str, changes: Sequence[ChangeRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    return [_change(db, community, change, known) for change in changes]


def _change(db: Connection, community: str, change: ChangeRecord, known: Numbers) -> Arrival:
    course = known.courses[change.course]
    revision, _ = _state(db, community, course)
    if change.number > revision:
        return Arrival(problem=f"the course stands at revision {revision} here: its history went another way")
    row = {
        "community": community,
        "course": course,
        "number": change.number,
        "at": change.at,
        "person": known.people.get(change.person or 0),
        "kind": change.kind.value,
        "before": None if change.before is None else written(change.before),
        "other": known.people.get(change.other or 0),
        "heir": known.people.get(change.heir or 0),
    }
    return _NEW if db.execute(_ADD_CHANGE, row).rowcount else _HERE


def _state(db: Connection, community: str, course: int) -> tuple[int, int]:
    revision, steps_drawn = db.execute(_STATE, {"tenant": community, "course": course}).one()
    return revision, steps_drawn


def _progress(
    db: Connection, community: str, progress: Sequence[ProgressRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    return [_far(db, community, one, known) for one in progress]


def _far(db: Connection, community: str, progress: ProgressRecord, known: Numbers) -> Arrival:
    course = known.courses[progress.course]
    whose = {"community": community, "person": known.people[progress.person], "course": course}
    _, steps_drawn = _state(db, community, course)
    if any(done.step > steps_drawn for done in progress.done):
        return Arrival(problem="it speaks of a step that the course never had here")
    started = db.execute(_START, whose | {"started_at": progress.started_at, "touched_at": progress.touched_at})
    if not started.rowcount:
        return _HERE
    if progress.done:
        db.execute(_DO, [whose | {"step": done.step, "done_at": done.at} for done in progress.done])
    return _NEW


def _shelf(
    db: Connection, community: str, shelf: Sequence[ShelfRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    rows = (
        {
            "community": community,
            "person": known.people[saved.person],
            "course": known.courses[saved.course],
            "saved_at": saved.saved_at,
        }
        for saved in shelf
    )
    return [_NEW if db.execute(_SAVE, row).rowcount else _HERE for row in rows]


def _resources(
    db: Connection, community: str, resources: Sequence[ResourceRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    return [_resource(db, community, resource, now) for resource in resources]


def _resource(db: Connection, community: str, resource: ResourceRecord, now: datetime) -> Arrival:
    key = resource_key(resource.url)
    row = {
        "community": community,
        "key": key,
        "topics": written_topics(resource.topics),
        "kind": resource.kind.value,
        **{name: getattr(resource, name) for name in _TOLD},
        "check_at": resource.check_at or moment_of(key, now),
    }
    if db.execute(_ADD_RESOURCE, row).rowcount:
        return _NEW
    this = {"tenant": community, "its_key": key}
    if resource.read_at is None or db.execute(_READ_AT, this).scalar_one() is not None:
        return _HERE
    page = Page(resource.url, resource.title, resource.language, resource.description, resource.kind, resource.topics)
    learn(db, community, resource.url, page, resource.read_at)
    db.execute(_REDIRECT, this | {"target": resource.same_as})
    return _NEW


_TOLD = (
    "url", "title", "description", "language", "same_as", "read_at", "due_at", "tries",
    "checked_at", "fails", "failing_since", "broken_since", "status", "moved_to", "tag", "changed",
)  # fmt: skip


def _posts(db: Connection, community: str, posts: Sequence[PostRecord], known: Numbers, now: datetime) -> list[Arrival]:
    return [_NEW if db.execute(_PUT, _post(community, post)).rowcount else _HERE for post in posts]


def _post(community: str, post: PostRecord) -> Values:
    workspace = workspace_of(post.ref)
    where = {"platform": workspace.platform, "workspace": workspace.id}
    what = {"ref": post.ref, "kind": post.kind, "subject": post.subject, "posted_at": post.posted_at}
    return {"community": community} | where | what


def _letters(
    db: Connection, community: str, letters: Sequence[LetterRecord], known: Numbers, now: datetime
) -> list[Arrival]:
    drawn = last = draw(db, community, "letters", 0)
    arrived: list[Arrival] = []
    for letter in letters:
        number = max(letter.id, last + 1)
        is_fresh = bool(db.execute(_SENT, _letter(community, letter) | {"id": number}).rowcount)
        to = Recipient(letter.recipient)
        if is_fresh and to.kind == "account":
            opened(db, community, Account.parse(to.address), letter.claimed_at or letter.created_at)
        last = number if is_fresh else last
        arrived.append(_NEW if is_fresh else _HERE)
    draw(db, community, "letters", last - drawn)
    return arrived


def _letter(community: str, letter: LetterRecord) -> Values:
    row = {name: getattr(letter, name) for name in _OF_LETTER}
    platform = Recipient(letter.recipient).workspace.platform
    return {"community": community, "platform": platform, "state": OutboxState.SENT.value, "error": ""} | row


_OF_LETTER = (
    "kind", "subject", "recipient", "occurrence", "ref", "key", "attempts", "due_at", "claimed_at", "created_at",
    "opens",
)  # fmt: skip

_ROADS: dict[type[Record], Callable[..., list[Arrival]]] = {
    PersonRecord: _people,
    ResourceRecord: _resources,
    CourseRecord: courses,
    ChangeRecord: _changes,
    ProgressRecord: _progress,
    ShelfRecord: _shelf,
    PostRecord: _posts,
    LetterRecord: _letters,
}


def arrive(
    db: Connection, community: str, records: Sequence[Record], known: Numbers, now: datetime
) -> Sequence[Arrival]:
    """Take records of one kind in; give what became of each, in their order."""
    if not records:
        return ()
    kind = type(records[0])
    return (care_roads.arrive if kind in care_roads.ROADS else _ROADS[kind])(db, community, records, known, now)
