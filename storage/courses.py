"""Courses: storing them, and the ways to find them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select

from bot.model import Change, Course, CourseContent, CoursePage, CourseQuery, Person, TopicCount
from bot.records import NewCourse
from bot.urls import resource_key
from storage import curation
from storage.batch import add_many
from storage.columns import StoredText, folded
from storage.content import add_parts, columns_of, origin
from storage.curation import beginnings
from storage.index import add_to_index
from storage.loading import courses_by_id
from storage.people import people_by_id
from storage.reviews import earliest, first_review, look
from storage.search import search, telling
from storage.session import Session
from storage.sql import draw, insert_new, literal_like, mine, table
from storage.vocabulary import Vocabularies, Vocabulary

_COURSE, _STEP, _TOPIC, _PERSON = (table(name) for name in ("course", "course_step", "course_topic", "person"))
_RESOURCE = table("resource")
_ROADS = 2  # from an address to where it redirects to, and from there to all others that do
_IS_FOUND = _COURSE.c.archived_at.is_(None)
_KNOWN = select(_COURSE.c.id).where(mine(_COURSE), _COURSE.c.origin == bindparam("origin"))
_ADD = insert_new(_COURSE)
_LIKE = bindparam("pattern", type_=StoredText)
_TITLED = (
    select(_COURSE.c.id)
    .where(mine(_COURSE), _IS_FOUND, _COURSE.c.folded.like(_LIKE, escape="!"))
    .order_by(
        case(
            (_COURSE.c.folded == bindparam("whole", type_=StoredText), 0),
            (_COURSE.c.folded.like(bindparam("start", type_=StoredText), escape="!"), 1),
            else_=2,
        ),
        _COURSE.c.created_at.desc(),
        _COURSE.c.id.desc(),
    )
    .limit(bindparam("most"))
)
_TOPICS = (
    select(func.min(_TOPIC.c.topic), func.count(), _TOPIC.c.folded)
    .join_from(_TOPIC, _COURSE, and_(_COURSE.c.community == _TOPIC.c.community, _COURSE.c.id == _TOPIC.c.course))
    .where(mine(_TOPIC), mine(_COURSE), _IS_FOUND)
    .group_by(_TOPIC.c.folded)
)
_OWNERS = (
    select(_PERSON.c.id)
    .where(
        mine(_PERSON),
        _PERSON.c.folded.like(_LIKE, escape="!"),
        exists().where(_COURSE.c.community == _PERSON.c.community, _COURSE.c.owner == _PERSON.c.id, _IS_FOUND),
    )
    .order_by(_PERSON.c.folded, _PERSON.c.id)
    .limit(bindparam("most"))
)
_KEYS = bindparam("keys", type_=StoredText, expanding=True)
_SAME = select(_RESOURCE.c.key, _RESOURCE.c.same_as).where(
    mine(_RESOURCE), or_(_RESOURCE.c.key.in_(_KEYS), _RESOURCE.c.same_as.in_(_KEYS))
)
_USING = (
    select(_COURSE.c.id)
    .where(
        mine(_COURSE),
        _IS_FOUND,
        exists().where(mine(_STEP), _STEP.c.course == _COURSE.c.id, _STEP.c.resource.in_(_KEYS)),
    )
    .order_by(_COURSE.c.created_at.desc(), _COURSE.c.id.desc())
    .limit(bindparam("most"))
)


def _add(
    db: Connection, community: str, content: CourseContent, owner: int | None, now: datetime, source: str | None
) -> tuple[Course, bool]:
    digest = origin(content, str(owner or 0) if source is None else source)
    known = db.execute(_KNOWN, {"tenant": community, "origin": digest}).scalar()
    if known is not None:
        return courses_by_id(db, community, [known])[0], False
    number = draw(db, community, "courses")
    due = first_review(db, community, content.topics, now)
    row = columns_of(content) | beginnings(community, number, owner, len(content.steps), now, due)
    if db.execute(_ADD, row | {"origin": digest, "root": number}).rowcount == 0:
        draw(db, community, "courses", -1)  # someone shared the same while we waited for the number
        known = db.execute(_KNOWN, {"tenant": community, "origin": digest}).scalar_one()
        return courses_by_id(db, community, [known])[0], False
    add_parts(db, community, number, content, range(1, len(content.steps) + 1), now)
    add_to_index(db, community, number, content)
    look(db, community, earliest([(owner, due)]))
    return courses_by_id(db, community, [number])[0], True


def _using(db: Connection, community: str, urls: Collection[str], limit: int) -> list[Course]:
    keys = {resource_key(url) for url in urls}
    for _ in range(_ROADS):
        rows = db.execute(_SAME, {"tenant": community, "keys": sorted(keys)}).all()
        found = keys.union(*((key, same_as) for key, same_as in rows)) - {None}
        if found == keys:
            break
        keys = found
    wanted = {"tenant": community, "keys": sorted(keys), "most": limit}
    return courses_by_id(db, community, list(db.execute(_USING, wanted).scalars()))


def _titled(db: Connection, community: str, text: str, limit: int) -> list[Course]:
    whole = folded(text)
    start = f"{literal_like(whole)}%"
    wanted = {"tenant": community, "whole": whole, "start": start, "pattern": f"%{start}", "most": limit}
    return courses_by_id(db, community, list(db.execute(_TITLED, wanted).scalars()))


def _topics(db: Connection, community: str) -> list[TopicCount]:
    counted = sorted((-count, key, topic) for topic, count, key in db.execute(_TOPICS, {"tenant": community}))
    return [TopicCount(topic, -fewer) for fewer, _, topic in counted]


def _owners(db: Connection, community: str, text: str, limit: int) -> list[Person]:
    pattern = f"%{literal_like(folded(text))}%"
    ids = list(db.execute(_OWNERS, {"tenant": community, "pattern": pattern, "most": limit}).scalars())
    people = people_by_id(db, community, ids) if ids else {}
    return [people[number] for number in ids]


class SqlCourses:
    """`bot.ports.Courses` in a database."""

    def __init__(self, session: Session, vocabularies: Vocabularies) -> None:
        self._run = session.run
        self._community = session.community
        self._vocabularies = vocabularies
        self._changed = False

    async def add(
        self, content: CourseContent, owner: int | None, now: datetime, source: str | None = None
    ) -> tuple[Course, bool]:
        self._changed = True
        return await self._run(_add, content, owner, now, source)

    async def add_many(self, courses: Sequence[NewCourse], now: datetime) -> Sequence[tuple[int, bool]]:
        self._changed = True
        return await self._run(add_many, courses, now)

    async def fork(self, parent: Course, person: int, now: datetime) -> tuple[Course, bool]:
        self._changed = True
        return await self._run(curation.fork, parent, person, now)

    async def edit(
        self, course: Course, content: CourseContent, numbers: Sequence[int], by: int, now: datetime
    ) -> Course | None:
        self._changed = True
        return await self._run(curation.edit, course, content, numbers, by, now)

    async def add_co_owner(self, course: int, person: int, by: int | None, now: datetime) -> bool:
        return await self._run(curation.add_co_owner, course, person, by, now)

    async def remove_co_owner(self, course: int, person: int, by: int | None, now: datetime) -> bool:
        return await self._run(curation.remove_co_owner, course, person, by, now)

    async def set_archived(self, course: int, by: int, now: datetime, *, on: bool) -> Course | None:
        self._changed = True
        return await self._run(curation.set_archived, course, by, now, on=on)

    async def changes(self, course: int, offset: int, limit: int) -> Sequence[Change]:
        return await self._run(curation.changes, course, offset, limit)

    async def of_lineage(self, root: int, person: int) -> Course | None:
        return await self._run(curation.of_lineage, root, person)

    async def open_page(self, course: int, token: str) -> Course | None:
        return await self._run(curation.open_page, course, token)

    async def show_page(self, course: int, *, on: bool) -> None:
        await self._run(curation.show_page, course, on=on)

    async def by_page(self, token: str) -> Course | None:
        return await self._run(curation.by_page, token)

    async def using(self, urls: Collection[str], limit: int) -> Sequence[Course]:
        return await self._run(_using, tuple(urls), limit) if urls else ()

    async def get(self, course: int) -> Course | None:
        return await self._run(curation.one, course)

    async def several(self, courses: Sequence[int]) -> Sequence[Course]:
        return await self._run(courses_by_id, tuple(courses))

    async def search(self, query: CourseQuery, offset: int, limit: int) -> CoursePage:
        # Words that this transaction added may never be committed: they must not enter the shared vocabulary.
        vocabulary = Vocabulary() if self._changed else self._vocabularies.of(self._community)
        return await self._run(search, query, offset, limit, vocabulary)

    async def telling(self, text: str) -> Sequence[str]:
        return await self._run(telling, text, self._vocabularies.of(self._community))

    async def titled(self, text: str, limit: int) -> Sequence[Course]:
        return await self._run(_titled, text, limit)

    async def topics(self) -> Sequence[TopicCount]:
        return await self._run(_topics)

    async def owners(self, text: str, limit: int) -> Sequence[Person]:
        return await self._run(_owners, text, limit)
