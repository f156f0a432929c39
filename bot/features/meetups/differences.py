"""How two versions of a meetup differ, in words, as those who come are told. Pure functions."""

from collections.abc import Sequence

from bot.meetups.lengths import said_length
from bot.meetups.meetup import MeetupContent
from bot.text import clamp
from bot.ui import Text, Time, text

QUOTED = 100
"""How much of an old or new text is quoted, in UTF-16 units."""


def differences(before: MeetupContent, after: MeetupContent) -> list[Text]:
    """Say how two versions differ, old → new, a line for each field; times show on each reader's own clock."""
    return [
        *_quoted("Title", before.title, after.title),
        *_moved(before, after),
        *_quoted("Where", before.address, after.address),
        *_link(before, after),
        *_about(before.about, after.about),
        *_plain("Topics", ", ".join(before.topics), ", ".join(after.topics)),
        *_plain("Course", _course(before.course), _course(after.course)),
        *_plain("Level", before.level or "all", after.level or "all"),
        *_quoted("Bring", before.bring, after.bring),
        *_plain("Places", _places(before.places), _places(after.places)),
    ]


def _moved(before: MeetupContent, after: MeetupContent) -> Sequence[Text]:
    length = _plain("Length", said_length(before.minutes), said_length(after.minutes))
    if before.starts_at == after.starts_at:
        return length
    return [text("When: ", Time(before.starts_at), " → ", Time(after.starts_at)), *length]


def _quoted(name: str, before: str, after: str) -> Sequence[Text]:
    old, new = (f"“{clamp(said, QUOTED)}”" if said else "" for said in (before, after))
    return _plain(name, old, new) if before != after else ()


def _plain(name: str, before: str, after: str) -> Sequence[Text]:
    if before == after:
        return ()
    return (text(f"{name}: {before or 'nothing'} → {after or 'nothing'}"),)


def _link(before: MeetupContent, after: MeetupContent) -> Sequence[Text]:
    """Tell that the link changed, and not which it is: not all who are told may see it."""
    if before.link == after.link:
        return () if before.link_for_all == after.link_for_all else (text(f"The link is {_seen_by(after)} now"),)
    if not after.link:
        return (text("There is no link any more"),)
    return (text("There is another link" if before.link else "There is a link to join online"),)


def _seen_by(content: MeetupContent) -> str:
    return "for everybody" if content.link_for_all else "for those who go"


def _about(before: str, after: str) -> Sequence[Text]:
    if before == after:
        return ()
    return (text(f"The description was {'added' if not before else 'changed' if after else 'removed'}"),)


def _course(number: int | None) -> str:
    return "" if number is None else f"C{number}"


def _places(places: int | None) -> str:
    return "any number" if places is None else str(places)
