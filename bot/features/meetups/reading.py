"""Understanding what people type into the form of a meetup."""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands import Context
from bot.courses.naming import courses_named
from bot.errors import Invalid
from bot.meetups.about import About
from bot.meetups.plan import Plan, ReadWhen, read_plan
from bot.meetups.when import read


def reading_on(ctx: Context, zone: str) -> ReadWhen:
    """Read a time on clocks in a zone, unless another one is named."""
    return lambda typed: read(typed, zone, ctx.now, ctx.config.community.language)


async def understood(ctx: Context, values: Mapping[str, str], read_when: ReadWhen) -> Plan:
    """Read a form, and find the course that it speaks of; raise Invalid that names every field in need of a change."""
    found = read_plan(values, read_when)
    return replace(found, content=replace(found.content, course=await _course_meant(ctx, found.about)))


async def _course_meant(ctx: Context, about: About) -> int | None:
    """Find the course that is named, or else the first of those mentioned that is there."""
    if about.course:
        found = await courses_named(ctx, about.course)
        if len(found) != 1:
            what = "There is no course" if not found else "There are several courses"
            raise Invalid(
                {"about": f"{what} “{about.course}”. Write its number, such as Course: C12, or leave it out."}
            )
        return found[0].id
    there = await ctx.unit.courses.several(about.mentioned)
    return there[0].id if there else None
