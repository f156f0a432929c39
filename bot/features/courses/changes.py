"""The history of a course: who changed what when, and how two versions differ, in words."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.commands import Context, action, command, option
from bot.courses import phrases
from bot.courses.naming import CourseArgs, course_of, course_option, everybodys, pick
from bot.model import Change, ChangeKind, Course, CourseContent, Person
from bot.requests import Reply
from bot.text import clamp
from bot.ui import Block, Bold, Button, Buttons, Card, Heading, Inline, Items, Mention, Text, Time, joined, text, token

ENTRIES = 8
"""Entries on a page."""
LAST_PAGE = 60
"""No button leads further back."""
QUOTED = 60
"""How much of an old or new text is quoted, in UTF-16 units."""


@dataclass(frozen=True)
class HistoryArgs:
    """Arguments of `/course history`."""

    course: str | None = course_option(everybodys)


@command("course history", "See who changed what in a course, and when", args=HistoryArgs)
async def history(ctx: Context, args: HistoryArgs) -> Card:
    """Show the history of the course that somebody names."""
    found = await pick(ctx, args.course, "course.history")
    return found if isinstance(found, Card) else await history_page(ctx, found, 0)


@dataclass(frozen=True)
class HistoryToken:
    """What a button of a history carries."""

    course: int = option("the course's number")
    page: int = option("the page", default=0)


@action("course.history", args=HistoryToken)
async def history_tapped(ctx: Context, args: HistoryToken) -> Reply:
    """Show a page of a history; a further one in place of the one shown."""
    course = await course_of(ctx, CourseArgs(args.course))
    return Reply(await history_page(ctx, course, min(args.page, LAST_PAGE)), replaces=args.page > 0)


async def history_page(ctx: Context, course: Course, page: int) -> Card:
    """Show a page of a course's history, the newest first; the sharing is the last entry of all."""
    # What an edit made of a course is what the next one found, so all newer changes are read too.
    found = await ctx.unit.courses.changes(course.id, 0, (page + 1) * ENTRIES + 1)
    parent = await ctx.unit.courses.get(course.parent) if course.parent else None
    return history_card(course, found, page, parent)


def history_card(course: Course, changes: Sequence[Change], page: int, parent: Course | None) -> Card:
    """List what was done to a course; `changes` are those of this page, one more, and all newer ones."""
    entries = [_entry(change, after) for change, after in _with_results(course, changes)]
    first = page * ENTRIES
    shown = entries[first : first + ENTRIES]
    more = len(entries) > first + ENTRIES
    if not more:
        shown.append(_beginning(course, parent, _sharer(course, changes)))
    turns = [Button("Newer", token("course.history", course.id, page - 1))] if page > 0 else []
    turns += [Button("Older", token("course.history", course.id, page + 1))] if more else []
    blocks: list[Block] = [
        Heading(f"History of {course.goal}"),
        Items(tuple(shown)),
        Buttons((*turns, Button("Show", token("course.show", course.id)))),
    ]
    return Card(f"History of {course.goal} ({course.short_id})", tuple(blocks))


def _with_results(course: Course, changes: Sequence[Change]) -> list[tuple[Change, CourseContent]]:
    """Give each change with the content that came of it."""
    after: CourseContent = course
    found: list[tuple[Change, CourseContent]] = []
    for change in changes:
        found.append((change, after))
        after = change.before or after
    return found


def _entry(change: Change, after: CourseContent) -> Text:
    who: Inline = Mention(change.person.name, change.person.accounts) if change.person else "Somebody"
    done = _CARE[change.kind](change) if change.kind in _CARE else text(change.kind.value)
    if change.kind is ChangeKind.EDITED and change.before is not None:
        done = text("edited: ", "; ".join(differences(change.before, after)) or "nothing that shows")
    return joined((Time(change.at, "date"), who, done), " · ")


def _handed_over(change: Change) -> Text:
    if change.heir is None:
        return text("let it go")
    took = change.person is not None and change.heir.id == change.person.id
    return text("took it over", *_from(change)) if took else text("passed it on to ", _named(change.heir))


def _adopted(change: Change) -> Text:
    return text("adopted it", *_from(change))


def _left(change: Change) -> Text:
    heir: Text = text("now with ", _named(change.heir)) if change.heir else text("it looks for an owner")
    return text("left; ", *heir)


def _returned(change: Change) -> Text:
    return text("came back to it")


def _added(change: Change) -> Text:
    return text("made ", _named(change.heir) if change.heir else "somebody", " a co-owner")


def _removed(change: Change) -> Text:
    if change.other and change.person and change.other.id == change.person.id:
        return text("is no co-owner any more")
    return text("took ", _named(change.other) if change.other else "somebody", " off the co-owners")


_OWNERSHIP: dict[ChangeKind, Callable[[Change], Text]] = {
    ChangeKind.HANDED_OVER: _handed_over,
    ChangeKind.ADOPTED: _adopted,
    ChangeKind.LEFT: _left,
    ChangeKind.RETURNED: _returned,
}


_CARE: dict[ChangeKind, Callable[[Change], Text]] = {
    **_OWNERSHIP,
    ChangeKind.CO_OWNER_ADDED: _added,
    ChangeKind.CO_OWNER_REMOVED: _removed,
}


def _from(change: Change) -> Text:
    return text(" from ", _named(change.other)) if change.other else ()


def _named(person: Person) -> Mention:
    return Mention(person.name, person.accounts)


def _sharer(course: Course, changes: Sequence[Change]) -> Person | None:
    """Find who shared a course: its owner before the first change of that; all changes are given."""
    first = next((change for change in reversed(changes) if change.kind in _OWNERSHIP), None)
    return course.owner if first is None else first.other


def _beginning(course: Course, parent: Course | None, sharer: Person | None) -> Text:
    made: Text = text("shared")
    if course.parent:
        made = text("forked from ", Bold(parent.goal) if parent else "another course", f" (C{course.parent})")
    who = [text("by ", _named(sharer))] if sharer else []
    return joined((Time(course.created_at, "date"), *who, made), " · ")


def differences(before: CourseContent, after: CourseContent) -> list[str]:
    """Say in words how two versions of a course differ, a sentence's part for each field."""
    said = [
        *_text_difference("goal", before.goal, after.goal),
        *_step_differences(before, after),
        *_text_difference("level", before.level or "everybody", after.level or "everybody"),
        *_topic_differences(before.topics, after.topics),
    ]
    if before.description != after.description:
        said.append(
            "description " + ("added" if not before.description else "changed" if after.description else "removed")
        )
    return said


def _text_difference(name: str, before: str, after: str) -> list[str]:
    return [] if before == after else [f"{name} “{clamp(before, QUOTED)}” → “{clamp(after, QUOTED)}”"]


def _topic_differences(before: Sequence[str], after: Sequence[str]) -> list[str]:
    new, gone = [t for t in after if t not in before], [t for t in before if t not in after]
    said = [f"topics added: {', '.join(new)}"] if new else []
    said += [f"topics removed: {', '.join(gone)}"] if gone else []
    return said or (["topics in another order"] if tuple(before) != tuple(after) else [])


def _step_differences(before: CourseContent, after: CourseContent) -> list[str]:
    old, now = Counter(before.steps), Counter(after.steps)  # the same step may stand in a course twice
    new, gone = (now - old).total(), (old - now).total()
    changed = min(new, gone)
    counts = {"changed": changed, "added": new - changed, "removed": gone - changed}
    said = [f"{phrases.counted(count, 'step')} {how}" for how, count in counts.items() if count]
    return said or (["steps in another order"] if before.steps != after.steps else [])
