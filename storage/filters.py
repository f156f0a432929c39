"""What narrows a search or a listing beside its words."""

from sqlalchemy import bindparam, exists, func, or_, select, union_all

from bot.model import CourseQuery
from storage.columns import Number, StoredText, folded
from storage.sql import Values, literal_like, mine, table

_COURSE, _TOPIC = table("course"), table("course_topic")
_CO_OWNER, _OWNED = table("course_co_owner"), _COURSE.alias("owned")
_CARER = bindparam("carer", type_=Number)
FILTERS = {
    "level": _COURSE.c.level == bindparam("level"),
    "language": or_(
        func.lower(_COURSE.c.language) == bindparam("language", type_=StoredText),
        func.lower(_COURSE.c.language).like(bindparam("dialect", type_=StoredText), escape="!"),
    ),
    "owner": _COURSE.c.owner == bindparam("owner", type_=Number),
    "carer": _COURSE.c.id.in_(
        union_all(  # either part has an index; an OR of both has none
            select(_OWNED.c.id).where(mine(_OWNED), _OWNED.c.owner == _CARER),
            select(_CO_OWNER.c.course).where(mine(_CO_OWNER), _CO_OWNER.c.person == _CARER),
        )
    ),
    "topic": exists().where(mine(_TOPIC), _TOPIC.c.course == _COURSE.c.id, _TOPIC.c.folded == bindparam("topic")),
    "literal": _COURSE.c.folded.like(bindparam("literal", type_=StoredText), escape="!"),
    "archived": _COURSE.c.archived_at.is_not(None),
    "found": _COURSE.c.archived_at.is_(None),
}
"""Conditions by name."""


def given(query: CourseQuery) -> Values:
    """Give the filters of a query by name, each with its value."""
    values: Values = {}
    if query.level is not None:
        values["level"] = query.level.value
    if query.topic:
        values["topic"] = folded(query.topic)
    if query.language:
        values["language"] = query.language.casefold()
    if query.owner is not None:
        values["owner"] = query.owner
    if query.carer is not None:
        values["carer"] = query.carer
    return values


def arguments(filters: Values) -> Values:
    """Give what a statement with these filters must be told."""
    dialect = {"dialect": f"{literal_like(filters['language'])}-%"} if "language" in filters else {}
    return filters | dialect
