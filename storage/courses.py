"""Courses: storing them, and the ways to find them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, exists, func, insert, select

from bot.model import Course, CourseContent, CoursePage, CourseQuery, Person, TopicCount
from storage.columns import StoredText, storable
from storage.index import add_to_index
from storage.loading import courses_by_id
from storage.people import folded, people_by_id
from storage.search import search, telling
from storage.session import Session
from storage.sql import Values, draw, insert_new, literal_like, mine, table
from storage.vocabulary import Vocabularies, Vocabulary

_COURSE, _STEP, _TOPIC, _PERSON = (table(name) for name in ("course", "course_step", "course_topic", "person"))
_KNOWN = select(_COURSE.c.id).where(mine(_COURSE), _COURSE.c.origin == bindparam("origin"))
_ADD = insert_new(_COURSE)
_ADD_STEPS, _ADD_TOPICS = insert(_STEP), insert(_TOPIC)
_LIKE = bindparam("pattern", type_=StoredText)
_TITLED = (
    select(_COURSE.c.id)
    .where(mine(_COURSE), _COURSE.c.folded.like(_LIKE, escape="!"))
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
_TOPICS = select(func.min(_TOPIC.c.topic), func.count(), _TOPIC.c.folded).where(mine(_TOPIC)).group_by(_TOPIC.c.folded)
_OWNERS = (
    select(_PERSON.c.id)
    .where(
        mine(_PERSON),
        _PERSON.c.folded.like(_LIKE, escape="!"),
        exists().where(_COURSE.c.community == _PERSON.c.community, _COURSE.c.owner == _PERSON.c.id),
    )
    .order_by(_PERSON.c.folded, _PERSON.c.id)
    .limit(bindparam("most"))
)


def origin(content: CourseContent, source: str) -> str:
    """Make the digest that two sharings of the same have in common: source, goal and addresses."""
    parts = [source, folded(content.goal), *(step.url for step in content.steps)]
    return hashlib.sha256("\n".join(map(storable, parts)).encode()).hexdigest()


def _add(
    db: Connection, community: str, content: CourseContent, owner: int | None, now: datetime, source: str | None
) -> tuple[Course, bool]:
    digest = origin(content, str(owner or 0) if source is None else source)
    known = db.execute(_KNOWN, {"tenant": community, "origin": digest}).scalar()
    if known is not None:
        return courses_by_id(db, community, [known])[0], False
    number = draw(db, community, "courses")
    if db.execute(_ADD, _row(community, number, content, owner, digest, now)).rowcount == 0:
        draw(db, community, "courses", -1)  # someone shared the same while we waited for the number
        known = db.execute(_KNOWN, {"tenant": community, "origin": digest}).scalar_one()
        return courses_by_id(db, community, [known])[0], False
    _add_parts(db, community, number, content)
    add_to_index(db, community, number, content)
    return courses_by_id(db, community, [number])[0], True


def _row(community: str, number: int, content: CourseContent, owner: int | None, digest: str, now: datetime) -> Values:
    return {
        "community": community,
        "id": number,
        "goal": content.goal,
        "folded": folded(content.goal),
        "description": content.description,
        "level": None if content.level is None else content.level.value,
        "language": content.language,
        "owner": owner,
        "origin": digest,
        "created_at": now,
        "updated_at": now,
    }


def _add_parts(db: Connection, community: str, number: int, content: CourseContent) -> None:
    mine_too = {"community": community, "course": number}
    steps = [mine_too | {"position": n, "task": step.task, "url": step.url} for n, step in enumerate(content.steps)]
    topics = [
        mine_too | {"position": n, "topic": topic, "folded": key}
        for n, (key, topic) in enumerate({folded(topic): topic for topic in content.topics}.items())
    ]
    if steps:
        db.execute(_ADD_STEPS, steps)
    if topics:
        db.execute(_ADD_TOPICS, topics)


def _get(db: Connection, community: str, course: int) -> Course | None:
    return next(iter(courses_by_id(db, community, [course])), None)


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

    async def get(self, course: int) -> Course | None:
        return await self._run(_get, course)

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
