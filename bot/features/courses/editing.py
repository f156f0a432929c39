"""What stands in the form of an edit: steps that are too long for a form are written short there. Pure functions."""

import re
from collections.abc import Mapping, Sequence

from bot.errors import Invalid
from bot.features.courses import cards, rules
from bot.model import ANY_LEVEL, Checkpoint, Course
from bot.text import units

SHORT_HINT = "#3 stands for a step's address that is too long for here: leave it, or write another one"
"""Explains an address that is written short."""
_SHORT = re.compile(r"#([1-9][0-9]{0,8})")


def typed(course: Course, suggested: Sequence[str]) -> dict[str, str]:
    """Give a course as it stands in the fields of its form; the suggested topics where it has none."""
    return {
        "goal": course.goal,
        "steps": steps_to_edit(course),
        "level": course.level or ANY_LEVEL,
        "topics": ", ".join(course.topics or suggested),
        "description": course.description,
    }


def steps_to_edit(course: Course) -> str:
    """Write the steps of a course so that they fit into a form: both platforms would cut them, and addresses with them.

    `#3` stands for the address of the step with that number. Where that is not enough, it stands for whole steps.
    """
    lines = rules.steps_text(course.steps).split("\n")
    numbered = list(zip(course.step_numbers, course.steps, strict=True))
    addresses = [f"{step.task} | #{number}" for number, step in numbered]
    for shorter in (addresses, [f"#{number}" for number, _ in numbered]):
        for place in sorted(range(len(lines)), key=lambda place: units(lines[place]), reverse=True):
            if units("\n".join(lines)) > cards.STEPS_LENGTH and units(shorter[place]) < units(lines[place]):
                lines[place] = shorter[place]
    return "\n".join(lines)


def spelled_out(raw: str, course: Course) -> str:
    """Write out what is written short in steps as typed; raise Invalid where the course has no such step any more."""
    known = dict(zip(course.step_numbers, course.steps, strict=True))
    lines = enumerate(rules.split_steps(raw), 1)
    return rules.steps_text(_spelled_out(line, Checkpoint(*typed), known) for line, typed in lines)


def _spelled_out(line: int, step: Checkpoint, known: Mapping[int, Checkpoint]) -> Checkpoint:
    short = _SHORT.fullmatch(step.url)
    if short is None:
        return step
    meant = known.get(int(short[1]))
    if meant is None:
        raise Invalid({"steps": f"Line {line}: there is no step {step.url} in this course. Write its address instead."})
    return Checkpoint(step.task or meant.task, meant.url)
