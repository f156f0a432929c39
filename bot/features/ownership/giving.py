"""Whether a course may be given to somebody else: what stands in the way, in words."""

from bot.commands import Context
from bot.courses.rights import may_give
from bot.features.ownership.moving import told
from bot.model import Course
from bot.ui import Button, Card, token


def not_yours(ctx: Context, course: Course) -> Card | None:
    """Say why a course isn't theirs to give, with the next step; None where it is."""
    if course.archived_at:
        return told("{} is archived, so nobody needs to look after it.", course)
    if may_give(course, ctx.person, is_steward=ctx.is_steward):
        return None
    whose = f"only {course.owner.name} and the stewards can hand it over" if course.owner else "it looks for an owner"
    adopt = () if course.owner else (Button("Adopt", token("course.adopt", course.id), "primary"),)
    return told(f"{{}} isn't yours to give: {whose}.", course, *adopt)


async def offered_already(ctx: Context, course: Course) -> Card | None:
    """Show the open offer of somebody; that of the bot stands in nobody's way."""
    offer = await ctx.unit.handovers.of(course.id)
    if offer is None or offer.giver is None:
        return None
    said = f"{{}} is offered to {offer.taker.name}, who hasn't answered yet."
    return told(said, course, Button("Take it back", token("course.take_back", course.id)))
