"""How owners are asked about their courses: pure cards. Five courses with all their buttons fit on every platform."""

from collections.abc import Sequence
from datetime import datetime

from bot.care import FlagKind, Outcome, Reason
from bot.courses.freshness import MARKS, State
from bot.courses.phrases import counted
from bot.features.ownership import given
from bot.features.ownership.views import DigestView, Evidence, View
from bot.health import LinkHealth
from bot.model import Course
from bot.nudges import Asked, Item
from bot.text import clamp
from bot.ui import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Divider,
    Heading,
    Inline,
    Link,
    Note,
    Paragraph,
    Text,
    Time,
    joined,
    note,
    paragraph,
    text,
    token,
)
from bot.usage import WINDOW, Use

QUOTED = 140
"""How much of a reader's words is quoted, in UTF-16 units: five of them fit into a message on Discord."""
ADDRESS = 60
"""How much of an address is shown as its label, in UTF-16 units."""
NAMED = 5
"""Courses named where only their names are told."""
ALL_DONE = "All done here, thank you"
"""What a message says in which nothing waits any more."""
EDIT = "course.edit"
"""The action that opens the form of a course."""
HANDOVER = "course.handover"
"""The action that offers a course to somebody else."""
_FLAGS = {
    FlagKind.OUTDATED: "outdated",
    FlagKind.BROKEN_LINK: "a broken link",
    FlagKind.WRONG_LEVEL: "the wrong level",
    FlagKind.OTHER: "something else",
}
_MARKS = {
    Reason.BROKEN: MARKS[State.BROKEN],
    Reason.FLAGGED: MARKS[State.FLAGGED],
    Reason.QUESTION: "❓",
    Reason.TAKEN: MARKS[State.TAKEN],
    Reason.DUE: MARKS[State.DUE],
}
_DONE = {
    Outcome.REVIEWED: "Still good",
    Outcome.UPDATED: "Updated",
    Outcome.SNOOZED: "Put off",
    Outcome.OFFERED: given.LOOKED_FOR,
    Outcome.ARCHIVED: "Archived",
    Outcome.MOVED: "It has another owner now",
    Outcome.GONE: "Settled by itself",
    Outcome.WITHDRAWN: "Settled by itself",
}
UNDOABLE = frozenset({Outcome.REVIEWED, Outcome.SNOOZED, Outcome.ARCHIVED})
"""What a tap can take back. An edit is taken back by another one, a handing over by what `given.became` offers."""


def digest_card(shown: DigestView, community: str) -> Card:
    """Show a message to an owner: what waits with its buttons, and what became of the rest."""
    said = _headline(shown)
    blocks: list[Block] = [Heading(said)]
    if shown.is_first:
        blocks.append(paragraph(welcome(community)))
    for asked in shown.digest.asked:
        blocks += _asked_blocks(shown, asked)
    waiting = shown.waiting
    named = ", ".join(shown.view.courses[asked.course].goal for asked in waiting)
    return Card(f"{said}: {named}" if named else said, (*blocks, Divider(), *_footer(shown.view, len(waiting))))


def _headline(shown: DigestView) -> str:
    waiting, total = len(shown.waiting), len(shown.view.items)
    if not waiting:
        return ALL_DONE
    if total > waiting:
        return f"{waiting} of {total} courses of yours that need a look"
    return f"{counted(total, 'course')} of yours {'needs' if total == 1 else 'need'} a look"


def welcome(community: str) -> str:
    """Explain in one line why somebody gets this, and how to stop it."""
    return (
        f"You look after courses in {community}, so once a week at most I tell you here which of them need a look; "
        "“Stop these” below stops it at once."
    )


def _asked_blocks(shown: DigestView, asked: Asked) -> list[Block]:
    view = shown.view
    course = view.courses.get(asked.course)
    if course is None:
        return []
    item = view.item(asked.course)
    if asked.is_open and item is not None:
        return item_blocks(view, course, item)
    named = Paragraph(text(Bold(course.goal), f" ({course.short_id})"))
    if asked.outcome is Outcome.OFFERED:
        said, back = given.became(course, view.person.id, shown.given)
        return [named, note(f"✓ {said}"), *([Buttons((back,))] if back else [])]
    undo = asked.outcome in UNDOABLE and asked.settled_by == view.person.id and view.owns(course.id)
    taps = [Buttons((Button("Undo", token("nudge.undo", asked.id)),))] if undo else []
    return [named, Note(_done(shown, asked)), *taps]


def _done(shown: DigestView, asked: Asked) -> Text:
    said: list[Inline] = [f"✓ {_DONE[asked.outcome or Outcome.GONE]}"]
    if asked.outcome is Outcome.SNOOZED and asked.until is not None:
        said += [" until ", Time(asked.until, "date")]
    if asked.not_useful_at is not None:
        said.append(". Thank you for telling me that it wasn't useful")
    name = shown.names.get(asked.settled_by or 0)
    if name is not None:
        said.append(f", by {name}")
    return tuple(said)


def item_blocks(view: View, course: Course, item: Item, page: int = 0) -> list[Block]:
    """Show one course that needs a look, with what its owner can do at once; `page` of the list it stands in."""
    evidence = view.evidence.get(course.id, Evidence())
    return [
        Paragraph(text(Bold(course.goal), f" ({course.short_id})")),
        Note(told(course, item, evidence)),
        Buttons(
            (
                Button("Still good", token("nudge.good", course.id, page), "primary"),
                Button("Update", token("nudge.update", course.id)),
                Button("Snooze a week", token("nudge.snooze", course.id, page)),
                Button("More…", token("nudge.more", course.id)),
            )
        ),
    ]


def told(course: Course, item: Item, evidence: Evidence) -> Text:
    """Say why a course needs a look, with what is known."""
    return joined([text(f"{_MARKS[item.reason]} ", *_why(course, item, evidence)), used(item.use)], " · ")


def _why(course: Course, item: Item, evidence: Evidence) -> Text:
    match item.reason:
        case Reason.BROKEN:
            return _broken(item.since, evidence.link)
        case Reason.FLAGGED:
            newest = [f"; the newest: {_FLAGS[one.kind]}, “{clamp(one.said, QUOTED)}”" for one in evidence.flags[:1]]
            return text(f"flagged by {counted(course.flags, 'reader')}", *newest)
        case Reason.TAKEN:
            return text("yours since ", Time(course.taken_at or item.since, "date"), ", and not reviewed yet")
        case _:
            return text("last reviewed ", Time(course.reviewed_at, "relative"))


def _broken(since: datetime, found: LinkHealth | None) -> Text:
    if found is None:
        return text("a link is broken since ", Time(since, "date"))
    link = Link(clamp(found.url.partition("://")[2] or found.url, ADDRESS), found.url)
    status = f" ({found.status})" if found.status else ""
    return text("broken since ", Time(found.broken_since or since, "date"), ": ", link, status)


def used(use: Use) -> str:
    """Say in words how much a course is used."""
    parts = [
        counted(use.views, "look") if use.views else "",
        f"on {counted(use.saves, 'shelf').replace('shelfs', 'shelves')}" if use.saves else "",
        f"{use.learners} learning" if use.learners else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said} in {WINDOW.days} days" if said else f"no use in {WINDOW.days} days"


def _footer(view: View, waiting: int) -> list[Block]:
    carer = view.carer
    if carer.stopped:
        return [note("You stopped these messages."), Buttons((Button("Resume", token("nudge.resume")),))]
    if carer.quiet_until is not None and carer.is_quiet(view.now):
        quiet = note("Paused until ", Time(carer.quiet_until, "date"), ".")
        return [quiet, Buttons((Button("Resume", token("nudge.resume")),))]
    more = [Button("Show all", token("nudge.all", 1))] if len(view.items) > waiting else []
    taps = (
        *more,
        Button("Pause all", token("nudge.pause")),
        Button("Change day", token("nudge.settings")),
        Button("Stop these", token("nudge.stop")),
    )
    return [Buttons(taps)]


def more_card(view: View, course: Course, item: Item, *, handover: bool) -> Card:
    """Offer all that can be done about one course; `handover`: whether handing over is possible."""
    said = f"What about {course.goal} ({course.short_id})?"
    giving = [Button("Hand over", token(HANDOVER, course.id))] if handover else []
    return Card(
        said,
        (
            paragraph("What about ", Bold(course.goal), f" ({course.short_id})?"),
            Note(told(course, item, view.evidence.get(course.id, Evidence()))),
            Buttons(
                (
                    Button("Show", token("course.show", course.id)),
                    *giving,
                    Button("Archive", token("course.ask_archive", course.id)),
                )
            ),
            Buttons(
                (
                    Button("Snooze a month", token("nudge.month", course.id)),
                    Button("Snooze until…", token("nudge.until", course.id)),
                    Button("Not useful", token("nudge.useless", course.id)),
                )
            ),
            note("“Not useful” tells me that I needn't have asked, and puts it off for a month."),
        ),
    )


def done_card(course: Course, said: Text, undo: Button | None) -> Card:
    """Confirm in private what was done about a course."""
    taps = [Buttons((undo,))] if undo else []
    head = f"{course.goal} ({course.short_id})"
    return Card(head, (paragraph(Bold(course.goal), f" ({course.short_id})"), Note(text("✓ ", *said)), *taps))


def _came_of_silence(shown: DigestView) -> str:
    """Say what became of the courses that an owner was asked about after weeks of silence."""
    if shown.digest.answered_at is not None:
        return "Thank you, I'll keep that in mind"
    if shown.view.carer.rounds:  # somebody else looked after them, or the reason went away
        return ALL_DONE
    return "I look for somebody who likes to take them over"


def silence_card(shown: DigestView, courses: Sequence[Course]) -> Card:
    """Ask somebody who was silent for weeks whether their courses are still theirs."""
    if not courses or not shown.view.carer.rounds:
        said = _came_of_silence(shown)
        return Card(said, (paragraph(f"{said}."), note("See what you look after: ", Code("/offcourse mine"), ".")))
    said = "Are these courses still yours?"
    more = f" and {len(courses) - NAMED} more" if len(courses) > NAMED else ""
    goals = ", ".join(f"{course.goal} ({course.short_id})" for course in courses[:NAMED])
    return Card(
        said,
        (
            Heading(said),
            paragraph(f"{goals}{more}. I asked about them a few times, and it is fine if now is not the moment."),
            paragraph("If I hear nothing within a week, I look for somebody who likes to take them over."),
            Buttons(
                (
                    Button("Still mine", token("nudge.mine"), "primary"),
                    Button("Later", token("nudge.later")),
                    Button("I'd like to hand these over", token("nudge.give")),
                )
            ),
            Divider(),
            *_footer(shown.view, len(shown.view.items)),
        ),
    )
