"""Leading a step to where its page moved for good, with a tap of somebody who looks after the course."""

from dataclasses import dataclass, replace

from bot.commands import Context, action, option
from bot.courses.naming import CourseArgs, course_of
from bot.errors import NotFound
from bot.features.courses.curate import content_of, edited_card, not_editable, saved
from bot.model import Course, CourseContent
from bot.ui import Button, Buttons, Card, paragraph, token

MEANWHILE = "This course was changed just now. Look at it again with /course show."


@dataclass(frozen=True)
class StepArgs:
    """The step that a button speaks of."""

    course: int = option("the course's number")
    step: int = option("the number that the step keeps through edits")


@action("course.relink", args=StepArgs, changes=True)
async def relink(ctx: Context, args: StepArgs) -> Card:
    """Store the new address of a step as an edit; where it has that already nothing changes."""
    course = await course_of(ctx, CourseArgs(args.course))
    refused = await not_editable(ctx, course)
    if refused is not None:
        return refused
    content = await _led_on(ctx, course, args.step)
    if content is None:
        return _nothing_card(course)
    new = await saved(ctx, course, content, course.step_numbers)
    if new is None:  # somebody else saved between our reading and our writing
        raise NotFound(MEANWHILE)
    return edited_card(course, new)


async def _led_on(ctx: Context, course: Course, number: int) -> CourseContent | None:
    """Give what a course says once a step leads to where its page moved; None where it didn't move."""
    if number not in course.step_numbers:
        return None
    position = course.step_numbers.index(number)
    steps = list(course.steps)
    for link in await ctx.unit.resources.ailing([steps[position].url]):
        if link.moved_to:
            steps[position] = replace(steps[position], url=link.moved_to)
            return replace(content_of(course), steps=tuple(steps))
    return None


def _nothing_card(course: Course) -> Card:
    said = f"Nothing to change: no new address is known for this step of {course.short_id}."
    return Card(said, (paragraph(said), Buttons((Button("Show", token("course.show", course.id)),))))
