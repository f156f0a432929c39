"""The rules of a course: what may stand in it, and how what people type becomes one. Pure functions."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from bot.addresses import ADDRESS, check_url
from bot.checks import Checks
from bot.config import LANGUAGE, Limits
from bot.errors import Invalid
from bot.levels import parse_level
from bot.model import Checkpoint, Course, CourseContent, Page
from bot.text import clamp, clean, is_said, one_line
from bot.topics import TOPIC_LENGTH, normal_topic, parse_topics

LANGUAGE_LENGTH = 24
"""Longest language code that one can type: in a button token it stands beside a topic, an owner and a page."""
SUGGESTED_TOPICS = 3
"""Most topics suggested at a time."""
SURE_TOPIC = 3
"""Shorter topics (`c`, `go`) are found in too many titles that mean something else."""
NOTHING = CourseContent("", ())
"""What stands in a course that isn't there yet."""
_LANGUAGE = re.compile(LANGUAGE)
_WORD = re.compile(r"\w+")


def split_steps(raw: str) -> list[tuple[str, str]]:
    """Read steps as typed, one a line, into (task, address); the task is empty where only an address stands.

    `task | address` is the form; the address may come first too.
    """
    return [_split_step(line) for line in clean(raw).split("\n") if line]


def _split_step(line: str) -> tuple[str, str]:
    apart = " | " if " | " in line else "|"  # a bar may also be part of an address
    task, bar, url = (part.strip() for part in line.rpartition(apart))
    if bar and ADDRESS.fullmatch(task) and not ADDRESS.match(url):
        return url, task
    return (task, url) if bar else ("", line)


def steps_text(steps: Iterable[Checkpoint]) -> str:
    """Write steps as they are typed into a form: `split_steps` reads them back."""
    return "\n".join(f"{step.task} | {step.url}" for step in steps)


def parse_steps(
    raw: str, pages: Mapping[str, Page], limits: Limits, standing: Sequence[Checkpoint] = ()
) -> tuple[Checkpoint, ...]:
    """Make the steps of a course from what was typed; raise ValueError that names the line and the cure.

    As many steps as stand there already may stay, and with their tasks, whatever the limits are now.
    """
    typed = split_steps(raw)
    most = max(limits.steps_max, len(standing))
    if not typed:
        raise ValueError("at least one step is needed: task | https://…")
    if len(typed) > most:
        raise ValueError(f"there are {len(typed)} steps, at most {most} are possible")
    tasks = {step.task for step in standing}
    return tuple(_checked_step(number, task, url, pages, limits, tasks) for number, (task, url) in enumerate(typed, 1))


def _checked_step(
    number: int, task: str, url: str, pages: Mapping[str, Page], limits: Limits, standing: Collection[str]
) -> Checkpoint:
    try:
        address = check_url(url)
        name = task or task_for(address, pages.get(address), limits)
        return Checkpoint(check_length(name, "the task", limits.task_min, limits.task_max, standing), address)
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from None


def task_for(url: str, page: Page | None, limits: Limits) -> str:
    """Name a step after its page's title, else after its address."""
    title = one_line(page.title).replace("|", "–") if page else ""
    name = title or _name_in(url)
    if len(name) < limits.task_min:
        name = f"Look at {name}"
    return clamp(name, limits.task_max)


def _name_in(url: str) -> str:
    parts = urlsplit(url)
    path = [part for part in unquote(parts.path, errors="replace").split("/") if part]
    host = (parts.hostname or "").removeprefix("www.")
    last = re.sub(r"\.(html?|php|aspx?|md|pdf)$", "", path[-1]) if path else ""
    words = one_line(re.sub(r"[-_+|]+", " ", last))
    return f"{words} ({host})" if is_said(words) else host


def suggested_topics(pages: Iterable[Page], known: Sequence[str]) -> tuple[str, ...]:
    """Suggest topics from what pages say of themselves: those of the community first, then the pages' own."""
    told = list(pages)
    said = [topic for page in told for topic in (normal_topic(raw) for raw in page.topics) if topic]
    usual = {topic.casefold() for topic in known}
    titled = " ".join(f"{page.title} {page.description}" for page in told).casefold()
    found = [topic for topic in said if topic in usual]
    words = frozenset(_WORD.findall(titled))
    found += [topic for topic in known if len(topic) >= SURE_TOPIC and _stands_in(titled, words, topic)]
    found += [topic for topic in said if topic not in usual]
    return tuple(topic for topic in dict.fromkeys(found) if len(topic) <= TOPIC_LENGTH)[:SUGGESTED_TOPICS]


def _stands_in(titled: str, words: Collection[str], topic: str) -> bool:
    """Tell whether a topic stands in a text as whole words; quickly where it doesn't: there are many topics."""
    first = _WORD.match(topic)
    if (first and first[0] not in words) or topic not in titled:
        return False
    return re.search(rf"\b{re.escape(topic)}\b", titled) is not None


_ALIKE: tuple[Callable[[Checkpoint, Checkpoint], bool], ...] = (
    lambda one, other: one == other,
    lambda one, other: one.url == other.url,
    lambda one, other: one.task == other.task,
)
"""How a step is known again, the surest sign first."""


def step_numbers(course: Course, steps: Sequence[Checkpoint]) -> tuple[int, ...]:
    """Number the steps of an edited course: one that stays itself keeps its number, and with it everybody's progress.

    It is the same step if nothing changed, else if its address stayed, else if its task did. A new step gets a number
    that no step of the course ever had.
    """
    left = dict(zip(course.step_numbers, course.steps, strict=True))
    numbers: dict[int, int] = {}
    for alike in _ALIKE:
        for position, step in enumerate(steps):
            if position not in numbers:
                number = next((n for n, old in left.items() if alike(old, step)), None)
                if number is not None:
                    numbers[position] = number
                    del left[number]
    fresh = iter(range(course.steps_drawn + 1, course.steps_drawn + 1 + len(steps)))
    return tuple(numbers[position] if position in numbers else next(fresh) for position in range(len(steps)))


def parse_language(raw: str) -> str | None:
    """Read a language code; None for none; raise ValueError for anything else."""
    code = raw.strip().lower().replace("_", "-")
    if code and not (_LANGUAGE.match(code) and len(code) <= LANGUAGE_LENGTH):
        raise ValueError(f"“{clamp(raw, 40)}” is no language code, write en, nl or pt-br")
    return code or None


def check_length(value: str, name: str, shortest: int, longest: int, standing: Collection[str] = ()) -> str:
    """Give a text back if its length is allowed; raise ValueError that says what is.

    What is `standing` in the course may stay: the limits were others when it was written.
    """
    if value in standing:
        return value
    if not is_said(value):
        raise ValueError(f"{name} needs some words, {shortest} to {longest} characters")
    if not shortest <= len(value) <= longest:
        raise ValueError(f"{name} has {len(value)} characters, {shortest} to {longest} are possible")
    return value


def check_content(
    values: Mapping[str, str],
    pages: Mapping[str, Page],
    limits: Limits,
    default_language: str,
    standing: CourseContent = NOTHING,
) -> CourseContent:
    """Make a course from the fields of its form; raise Invalid that names every field in need of a change.

    What is `standing` in an edited course may stay as it is, whatever the limits are now.
    """
    checks = Checks(values)
    goal = checks.take("goal", lambda raw: check_goal(raw, limits, standing.goal))
    steps = checks.take("steps", lambda raw: parse_steps(raw, pages, limits, standing.steps))
    level = checks.take("level", parse_level)
    topics = checks.take("topics", parse_topics)
    description = checks.take("description", lambda raw: check_description(raw, limits, standing.description))
    if checks.errors or goal is None or steps is None:
        raise Invalid(checks.errors)
    told = values.get("language", "")  # no field of a form: a draft brings what its pages told
    language = (told if _LANGUAGE.match(told) else None) or language_of(steps, pages) or default_language
    return CourseContent(goal, steps, level, topics or (), description or "", language)


def check_goal(raw: str, limits: Limits, standing: str = "") -> str:
    """Check a goal."""
    return check_length(one_line(raw), "the goal", limits.goal_min, limits.goal_max, {standing} - {""})


def check_description(raw: str, limits: Limits, standing: str = "") -> str:
    """Check a description; an empty one is fine."""
    description = clean(raw)
    if not description:
        return ""
    return check_length(description, "the description", limits.description_min, limits.description_max, {standing})


def language_of(steps: Sequence[Checkpoint], pages: Mapping[str, Page]) -> str | None:
    """Tell the language of a course from its pages: the one of the first page that tells its own."""
    for step in steps:
        page = pages.get(step.url)
        if page and _LANGUAGE.match(page.language.lower()):
            return page.language.lower()
    return None
