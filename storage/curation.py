"""What becomes of a course once it is shared: forks, edits with their history, the archive, its page for the world."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from bot.model import Change, ChangeKind, Course, CourseContent
from storage.columns import Number, StoredText
from storage.content import add_parts, columns_of, read, replace_parts, written
from storage.health import show_links
from storage.index import add_to_index, remove_from_index
from storage.loading import courses_by_id
from storage.people import people_by_id
from storage.reviews import earliest, first_review, look, renew
from storage.sql import Values, draw, hold, insert_new, mine, table

_COURSE, _CHANGE, _CO_OWNER = table("course"), table("course_change"), table("course_co_owner")
_THIS = _COURSE.c.id == bindparam("this", type_=Number)
_PERSON = bindparam("person", type_=Number)
_ADD = insert_new(_COURSE)
_ADD_CHANGE = insert(_CHANGE)
_OF_LINEAGE = (
    select(_COURSE.c.id)
    .where(
        mine(_COURSE),
        _COURSE.c.root == bindparam("root", type_=Number),
        or_(_COURSE.c.owner == _PERSON, _COURSE.c.forker == _PERSON),
    )
    .order_by((_COURSE.c.owner == _PERSON).desc(), _COURSE.c.id)
    .limit(1)
)
_EDIT = (
    update(_COURSE)
    .where(mine(_COURSE), _THIS, _COURSE.c.revision == bindparam("seen"))
    .values(revision=_COURSE.c.revision + 1)
)
_ARCHIVE = (
    update(_COURSE)
    .where(mine(_COURSE), _THIS, _COURSE.c.archived_at.is_(None))
    .values(archived_at=bindparam("at", type_=_COURSE.c.archived_at.type), revision=_COURSE.c.revision + 1)
)
_RESTORE = (
    update(_COURSE)
    .where(mine(_COURSE), _THIS, _COURSE.c.archived_at.is_not(None))
    .values(archived_at=None, revision=_COURSE.c.revision + 1)
)
_CHANGES = (
    select(*(_CHANGE.c[name] for name in ("number", "at", "person", "kind", "before", "other", "heir")))
    .where(mine(_CHANGE), _CHANGE.c.course == bindparam("this", type_=Number))
    .order_by(_CHANGE.c.number.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_ADD_CO_OWNER = insert_new(_CO_OWNER)
_REMOVE_CO_OWNER = delete(_CO_OWNER).where(
    mine(_CO_OWNER), _CO_OWNER.c.course == bindparam("this", type_=Number), _CO_OWNER.c.person == _PERSON
)
_CARERS_CHANGE = (
    update(_COURSE).where(mine(_COURSE), _THIS).values(revision=_COURSE.c.revision + 1).returning(_COURSE.c.revision)
)
_OPEN_PAGE = (
    update(_COURSE)
    .where(mine(_COURSE), _THIS)
    .values(page=func.coalesce(_COURSE.c.page, bindparam("token", type_=StoredText)))
)
_SHOW_PAGE = update(_COURSE).where(mine(_COURSE), _THIS).values(page_open=bindparam("shown"))
_BY_PAGE = select(_COURSE.c.id).where(
    mine(_COURSE),
    _COURSE.c.page == bindparam("token", type_=StoredText),
    _COURSE.c.page_open,
    _COURSE.c.archived_at.is_(None),
)


def one(db: Connection, community: str, course: int) -> Course | None:
    """Find a course by number."""
    return next(iter(courses_by_id(db, community, [course])), None)


def fork_origin(root: int, person: int) -> str:
    """Give what a fork is known by: everybody forks a lineage once."""
    return f"fork of {root} by {person}"


def fork(db: Connection, community: str, parent: Course, person: int, now: datetime) -> tuple[Course, bool]:
    """Make a person's copy of a course, or give the one of this lineage that they made before."""
    known = of_lineage(db, community, parent.root, person)
    if known is not None:
        return known, False
    number = draw(db, community, "courses")
    due = first_review(db, community, parent.topics, now)
    row = columns_of(parent) | beginnings(community, number, person, len(parent.steps), now, due)
    lineage = {"origin": fork_origin(parent.root, person), "root": parent.root, "parent": parent.id}
    if db.execute(_ADD, row | lineage | {"forker": person}).rowcount == 0:
        draw(db, community, "courses", -1)  # they forked it elsewhere while we waited for the number
        known = of_lineage(db, community, parent.root, person)
        if known is None:
            raise LookupError(f"the fork of course {parent.root} is nowhere")
        return known, False
    add_parts(db, community, number, parent, range(1, len(parent.steps) + 1), now)
    add_to_index(db, community, number, parent)
    look(db, community, earliest([(person, due)]))
    return courses_by_id(db, community, [number])[0], True


def beginnings(
    community: str, number: int, owner: int | None, steps: int, now: datetime, due: datetime | None
) -> Values:
    """Give what every new course begins with; `due` is its first review."""
    return {
        "community": community,
        "id": number,
        "owner": owner,
        "created_at": now,
        "updated_at": now,
        "reviewed_at": now,
        "review_at": due,
        "revision": 1,
        "steps_drawn": steps,
        "page_open": True,
    }


def of_lineage(db: Connection, community: str, root: int, person: int) -> Course | None:
    """Find the course of a lineage that a person owns or forked."""
    wanted = {"tenant": community, "root": root, "person": person}
    found = db.execute(_OF_LINEAGE, wanted).scalar()
    return None if found is None else one(db, community, found)


def edit(
    db: Connection,
    community: str,
    course: Course,
    content: CourseContent,
    numbers: Sequence[int],
    by: int,
    now: datetime,
) -> Course | None:
    """Replace the content of a course that still is as the editor saw it."""
    hold(db, community)
    drawn = max([course.steps_drawn, *numbers])
    news = columns_of(content) | {"updated_at": now, "steps_drawn": drawn}
    edited = db.execute(_EDIT.values(news), {"tenant": community, "this": course.id, "seen": course.revision})
    if edited.rowcount == 0:
        return None
    note_change(db, community, course.id, course.revision + 1, by, now, ChangeKind.EDITED, written(course))
    replace_parts(db, community, course.id, content, numbers, now)
    renew(db, community, course.id, now)
    if course.archived_at is None:
        remove_from_index(db, community, course.id)
        add_to_index(db, community, course.id, content)
    return one(db, community, course.id)


def note_change(
    db: Connection,
    community: str,
    course: int,
    number: int,
    by: int | None,
    now: datetime,
    kind: ChangeKind,
    before: str | None = None,
    *,
    other: int | None = None,
    heir: int | None = None,
) -> None:
    """Write an entry into a course's history; `number` is the revision that came of it."""
    row = {"community": community, "course": course, "number": number, "at": now, "person": by}
    db.execute(_ADD_CHANGE, row | {"kind": kind.value, "before": before, "other": other, "heir": heir})


def set_archived(db: Connection, community: str, course: int, by: int, now: datetime, *, on: bool) -> Course | None:
    """Put a course away, or bring it back."""
    hold(db, community)
    this = {"tenant": community, "this": course}
    put = db.execute(_ARCHIVE, this | {"at": now}) if on else db.execute(_RESTORE, this)
    if put.rowcount == 0:
        return None
    show_links(db, community, course, now)
    found = courses_by_id(db, community, [course])[0]
    note_change(db, community, course, found.revision, by, now, ChangeKind.ARCHIVED if on else ChangeKind.RESTORED)
    if on:
        remove_from_index(db, community, course)
    else:
        add_to_index(db, community, course, found)
        look(db, community, earliest([(found.owner.id if found.owner else None, found.review_at)]))
    return found


def changes(db: Connection, community: str, course: int, offset: int, limit: int) -> list[Change]:
    """List what was done to a course, the newest first."""
    rows = db.execute(_CHANGES, {"tenant": community, "this": course, "most": limit, "skip": offset}).all()
    named = {person for row in rows for person in (row.person, row.other, row.heir) if person is not None}
    people = people_by_id(db, community, named) if named else {}
    return [
        Change(
            number, at, people.get(person), ChangeKind(kind), None if before is None else read(before),
            people.get(other), people.get(heir),
        )
        for number, at, person, kind, before, other, heir in rows
    ]  # fmt: skip


def put_co_owners(db: Connection, community: str, course: int, people: Collection[int]) -> None:
    """Say who looks after a course beside its owner, as it comes with its history."""
    rows = [{"community": community, "course": course, "person": person} for person in sorted(set(people))]
    if rows:
        db.execute(_ADD_CO_OWNER, rows)


def add_co_owner(db: Connection, community: str, course: int, person: int, by: int | None, now: datetime) -> bool:
    """Let somebody look after a course beside its owner."""
    hold(db, community)
    if not db.execute(_ADD_CO_OWNER, {"community": community, "course": course, "person": person}).rowcount:
        return False
    number = db.execute(_CARERS_CHANGE, {"tenant": community, "this": course}).scalar_one()
    note_change(db, community, course, number, by, now, ChangeKind.CO_OWNER_ADDED, heir=person)
    return True


def remove_co_owner(db: Connection, community: str, course: int, person: int, by: int | None, now: datetime) -> bool:
    """Let somebody look after a course no more."""
    hold(db, community)
    this = {"tenant": community, "this": course}
    if not db.execute(_REMOVE_CO_OWNER, this | {"person": person}).rowcount:
        return False
    number = db.execute(_CARERS_CHANGE, this).scalar_one()
    note_change(db, community, course, number, by, now, ChangeKind.CO_OWNER_REMOVED, other=person)
    return True


def open_page(db: Connection, community: str, course: int, token: str) -> Course | None:
    """Give a course a page, if it has none yet."""
    db.execute(_OPEN_PAGE, {"tenant": community, "this": course, "token": token})
    return one(db, community, course)


def show_page(db: Connection, community: str, course: int, *, on: bool) -> None:
    """Show a course's page, or don't."""
    db.execute(_SHOW_PAGE, {"tenant": community, "this": course, "shown": on})


def by_page(db: Connection, community: str, token: str) -> Course | None:
    """Find the course of a page that may be shown."""
    found = db.execute(_BY_PAGE, {"tenant": community, "token": token}).scalar()
    return None if found is None else one(db, community, found)
