"""Making what a file says fit into a course: what is too short is completed, what is too long shortened if allowed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.addresses import check_url
from bot.config import Limits
from bot.features.courses import rules
from bot.levels import parse_level
from bot.model import Checkpoint, CourseContent, Page
from bot.text import clamp, clean, is_said, one_line
from bot.topics import TOPICS, normal_topics, parse_topics, split_topics

Taken = TypeVar("Taken")
Other = TypeVar("Other")

_ORIGIN = re.compile("[0-9a-f]{64}")
"""What a course is known by everywhere. That of a fork speaks of numbers, which mean others in another database."""


STEPS = 1000
"""Most steps of one course in a file, also where it is split: a file with nothing else must not fill the memory."""
TITLE_LENGTH = 200
"""How much of a page's title is kept, in UTF-16 units; the fetcher of pages keeps as much."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What may be done to a course that doesn't fit: `split` makes several of one with too many steps."""

    split: bool = False
    shorten: bool = False


@dataclass(frozen=True, slots=True)
class RawStep:
    """A step as a file has it; `title` is what its page is called, if the file tells."""

    task: str
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class RawCourse:
    """A course as a file has it, whatever the form of the file: nothing is checked yet."""

    goal: str
    steps: Sequence[RawStep]
    level: str = ""
    topics: Sequence[str] | str = ()
    language: str = ""
    description: str = ""
    owner: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What comes of a course in a file: one content or, where it was split, several.

    Attributes:
        contents: the courses to store.
        curator: the name of who looks after them, if any.
        origin: what an export said that the course is known by.
        titles: what its pages are called, by address.
        notes: what was done to make it fit.
    """

    contents: tuple[CourseContent, ...]
    curator: str | None = None
    origin: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def content(self) -> CourseContent:
        """The first of the contents, the only one of a course that was not split."""
        return self.contents[0]


class Problems:
    """Gathers everything that is wrong with a course, so that a steward mends it once."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._names: set[str] = set()

    def take(self, name: str, parse: Callable[[], Taken], instead: Other) -> Taken | Other:
        """Give what a part of the course says; `instead`, and the problem kept, where it says nothing of use.

        A part that was found bad is not looked at again.
        """
        if name in self._names:
            return instead
        try:
            return parse()
        except ValueError as error:
            self.add(name, str(error))
            return instead

    def add(self, name: str, said: str) -> None:
        """Keep what is wrong with a part."""
        self._names.add(name)
        self.found.append(said if said.startswith((name, "the ", "step ", "checkpoints")) else f"{name}: {said}")

    def raise_any(self) -> None:
        """Raise a ValueError with all problems, parted by semicolons, if there are any."""
        if self.found:
            raise ValueError("; ".join(self.found))


def fit(raw: RawCourse, limits: Limits, how: Fit, problems: Problems | None = None) -> Fitted:
    """Make courses of what a file says; raise ValueError with everything that is wrong, and was found before."""
    problems = problems or Problems()
    work = _Fitting(limits, how)
    goal = problems.take("goal", lambda: work.goal(raw.goal), "")
    steps = problems.take("steps", lambda: work.steps(raw.steps), ())
    level = problems.take("level", lambda: parse_level(raw.level), None)
    topics = problems.take("topics", lambda: work.topics(raw.topics), ())
    language = problems.take("language", lambda: rules.parse_language(raw.language), None)
    description = problems.take("description", lambda: work.description(raw.description), "")
    goals = problems.take("goal", lambda: _part_goals(goal, len(steps), limits), ())
    problems.raise_any()
    return Fitted(
        tuple(CourseContent(*part, level, topics, description, language) for part in zip(goals, steps, strict=True)),
        one_line(raw.owner) or None,
        raw.origin if len(steps) == 1 and _ORIGIN.fullmatch(raw.origin) else None,
        {step.url: step.title for step in work.read if step.title},
        tuple(work.notes),
    )


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The parts of one course, each made to fit; `notes` tells what was done, `read` the pages with their titles."""

    limits: Limits
    how: Fit
    notes: list[str] = field(default_factory=list)
    read: list[RawStep] = field(default_factory=list)

    def goal(self, raw: str) -> str:
        """Give the goal; one that only names a thing gets a verb."""
        goal = one_line(raw)
        if is_said(goal) and len(goal) < self.limits.goal_min:
            goal = f"Learn {goal}"
            self.notes.append("goal completed")
        return self._checked(goal, "the goal", self.limits.goal_min, self.limits.goal_max)

    def _checked(self, text: str, name: str, shortest: int, longest: int) -> str:
        if len(text) <= longest:
            return rules.check_length(text, name, shortest, longest)
        if not self.how.shorten:
            raise ValueError(f"{name} has {len(text)} characters, {shortest} to {longest} are possible (--shorten)")
        self.notes.append(f"{name} shortened".removeprefix("the "))
        return rules.check_length(shortened(text, longest), name, shortest, longest)

    def steps(self, raw: Sequence[RawStep]) -> tuple[tuple[Checkpoint, ...], ...]:
        """Give the steps, in as many parts as they need."""
        if not raw:
            raise ValueError("there are none, at least one is needed")
        if len(raw) > STEPS:
            raise ValueError(f"there are more than {STEPS:,}, which can't be one course")
        most = self.limits.steps_max
        if len(raw) > most and not self.how.split:
            raise ValueError(f"there are {len(raw)}, at most {most} are possible (--split makes several courses)")
        before = len(self.notes)
        steps = [self._step(number, step) for number, step in enumerate(raw, 1)]
        self._count_notes(before)
        return tuple(_parts(steps, most))

    def _step(self, number: int, raw: RawStep) -> Checkpoint:
        try:
            url = check_url(clean(raw.url))
            task, title = one_line(raw.task), one_line(raw.title)
            if not task:
                task = rules.task_for(url, Page(url, title) if title else None, self.limits)
            elif is_said(task) and len(task) < self.limits.task_min:
                task = f"Look at {task}"
                self.notes.append("task completed")
            self.read.append(RawStep(task, url, clamp(title, TITLE_LENGTH)))
            return Checkpoint(self._checked(task, "the task", self.limits.task_min, self.limits.task_max), url)
        except ValueError as error:
            raise ValueError(f"step {number}: {error}") from None

    def _count_notes(self, before: int) -> None:
        """Say once what was done to several tasks."""
        told = self.notes[before:]
        del self.notes[before:]
        for note in dict.fromkeys(told):
            times = told.count(note)
            self.notes.append(note if times == 1 else f"{times} {note.replace('task', 'tasks')}")

    def topics(self, raw: Sequence[str] | str) -> tuple[str, ...]:
        """Give the topics; where shortening is allowed, those that are too long or too many are left out."""
        if not self.how.shorten:
            try:
                return parse_topics(raw) if isinstance(raw, str) else normal_topics(raw)
            except ValueError as error:
                raise ValueError(f"{error} (--shorten leaves topics out)") from None
        said = [raw] if isinstance(raw, str) else raw
        topics = list(dict.fromkeys(topic for one in said for topic in self._short_topics(one, isinstance(raw, str))))
        if len(topics) > TOPICS:
            self.notes.append(f"{len(topics) - TOPICS} topics left out")
        return tuple(topics[:TOPICS])

    def _short_topics(self, raw: str, many: bool) -> Iterator[str]:  # noqa: FBT001 - how the file writes them
        for topic in split_topics(raw) if many else [raw]:
            try:
                yield from normal_topics([topic])
            except ValueError:
                self.notes.append(f"topic “{clamp(topic, 40)}” left out")

    def description(self, raw: str) -> str:
        """Give the description; where shortening is allowed, one that is too short is left out."""
        description = clean(raw)
        if self.how.shorten and len(description) < self.limits.description_min:
            if description:
                self.notes.append("description left out")
            return ""
        if len(description) <= self.limits.description_max:
            return rules.check_description(description, self.limits)
        return self._checked(description, "the description", self.limits.description_min, self.limits.description_max)


MIN_KEPT = 0.5
"""How much of its room a shortened text must fill to end at a word's end; writings without blanks end anywhere."""


def shortened(text: str, longest: int) -> str:
    """Shorten a text at a word's end, with an ellipsis behind it."""
    if len(text) <= longest:
        return text
    head = clamp(text, longest)[:-1]
    whole, blank, _ = head.rpartition(" ")
    if blank and not text[len(head)].isspace() and len(whole) >= longest * MIN_KEPT:
        head = whole
    return head.rstrip(" ,;:.–—-([{/|&") + "…"


def _parts(steps: Sequence[Checkpoint], most: int) -> Iterator[tuple[Checkpoint, ...]]:
    """Part steps evenly: eight make four and four, not seven and one."""
    count = -(-len(steps) // most)
    size, more = divmod(len(steps), count)
    start = 0
    for number in range(count):
        end = start + size + (number < more)
        yield tuple(steps[start:end])
        start = end


def _part_goals(goal: str, count: int, limits: Limits) -> tuple[str, ...]:
    """Name the parts of a course; each name fits into a goal."""
    if count == 1:
        return (goal,)
    endings = [f" ({number} of {count})" for number in range(1, count + 1)]
    if endings and limits.goal_max - len(endings[-1]) < limits.goal_min:
        raise ValueError(f"a goal of {limits.goal_max} characters has no room for “{endings[-1].strip()}”")
    return tuple(shortened(goal, limits.goal_max - len(ending)) + ending for ending in endings)
