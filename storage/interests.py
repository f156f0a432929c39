"""What people told of themselves: their level, what they want to learn, what they can help with."""

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.model import Interests, Level
from storage.columns import Number, folded
from storage.sql import mine, table

_PERSON, _INTEREST = table("person"), table("person_interest")
_WHO = bindparam("who", type_=Number)
_TOLD = select(_PERSON.c.level, _PERSON.c.welcomed_at).where(mine(_PERSON), _PERSON.c.id == _WHO)
_TOPICS = (
    select(_INTEREST.c.wish, _INTEREST.c.topic)
    .where(mine(_INTEREST), _INTEREST.c.person == _WHO)
    .order_by(_INTEREST.c.wish, _INTEREST.c.position)
)
_TELL = update(_PERSON).where(mine(_PERSON), _PERSON.c.id == _WHO)
_CLEAR = delete(_INTEREST).where(mine(_INTEREST), _INTEREST.c.person == _WHO)
_ADD = insert(_INTEREST)
LEARN, HELP = "learn", "help"


def interests(db: Connection, community: str, person: int) -> Interests:
    """Give what a person told of themselves."""
    told = db.execute(_TOLD, {"tenant": community, "who": person}).first()
    if told is None:
        return Interests()
    level, asked_at = told
    topics: dict[str, list[str]] = {LEARN: [], HELP: []}
    for wish, topic in db.execute(_TOPICS, {"tenant": community, "who": person}):
        topics[wish].append(topic)
    return Interests(Level(level) if level else None, tuple(topics[LEARN]), tuple(topics[HELP]), asked_at)


def set_interests(db: Connection, community: str, person: int, told: Interests) -> None:
    """Write down what a person tells of themselves, in place of what they told before."""
    who = {"tenant": community, "who": person}
    level = None if told.level is None else told.level.value
    db.execute(_TELL.values(level=level, welcomed_at=told.asked_at), who)
    db.execute(_CLEAR, who)
    rows = [
        {"community": community, "person": person, "wish": wish, "folded": key, "position": n, "topic": topic}
        for wish, topics in ((LEARN, told.learn), (HELP, told.help))
        for n, (key, topic) in enumerate({folded(topic): topic for topic in topics}.items())
    ]
    if rows:
        db.execute(_ADD, rows)
