"""A course's page for the world: its address, what stands on it, and the owner's switch."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands import Context, action, command
from bot.config import Config
from bot.courses.naming import CourseArgs, course_of, course_option, everybodys, pick
from bot.courses.rights import may_edit
from bot.errors import UserError
from bot.model import Checkpoint, Course, Page, PublicCourse, PublicStep
from bot.ui import Button, Buttons, Card, Code, Link, note, paragraph, token

PATH = "/courses/"
"""Where pages stand below the public address."""


@dataclass(frozen=True)
class LinkArgs:
    """Arguments of `/course link`."""

    course: str | None = course_option(everybodys)


@command("course link", "Get the address of a course's page, to tell the world", args=LinkArgs, changes=True)
async def link(ctx: Context, args: LinkArgs) -> Card:
    """Give the address of a course's page; its first asker makes it."""
    found = await pick(ctx, args.course, "course.link")
    return found if isinstance(found, Card) else await page_of(ctx, found)


@action("course.link", args=CourseArgs, changes=True)
async def link_tapped(ctx: Context, args: CourseArgs) -> Card:
    """Give the address of the page of a button's course."""
    return await page_of(ctx, await course_of(ctx, args))


async def page_of(ctx: Context, course: Course) -> Card:
    """Give the address of a course's page, unless its owner doesn't want one."""
    editable = may_edit(course, ctx.person, is_steward=ctx.is_steward)
    if not ctx.config.web.public_url:
        raise UserError("There are no pages for the world here yet: a steward has to set [web] public_url first.")
    if course.archived_at:
        raise UserError(f"{course.short_id} is archived, so the world can't see it. /course restore brings it back.")
    if not course.page_open and not editable:
        raise UserError(f"The owner of {course.short_id} has switched its page off. Ask them, or show the course here.")
    opened = await ctx.unit.courses.open_page(course.id, ctx.secret()) or course
    return page_card(opened, address_of(ctx.config.web.public_url, opened.page or ""), editable=editable)


def address_of(public_url: str, page: str) -> str:
    """Write the address of a page."""
    return f"{public_url.rstrip('/')}{PATH}{page}"


@action("course.hide_page", args=CourseArgs, changes=True)
async def hide(ctx: Context, args: CourseArgs) -> Card:
    """Switch a course's page off."""
    return await _switch(ctx, args, on=False)


@action("course.show_page", args=CourseArgs, changes=True)
async def unhide(ctx: Context, args: CourseArgs) -> Card:
    """Switch a course's page on again."""
    return await _switch(ctx, args, on=True)


async def _switch(ctx: Context, args: CourseArgs, *, on: bool) -> Card:
    course = await course_of(ctx, args)
    if not may_edit(course, ctx.person, is_steward=ctx.is_steward):
        raise UserError(f"Only those who look after {course.short_id} can switch its page on or off.")
    await ctx.unit.courses.show_page(course.id, on=on)
    return await page_of(ctx, await course_of(ctx, args))


def page_card(course: Course, address: str, *, editable: bool) -> Card:
    """Give the address of a course's page, with the switch for those who look after it."""
    shown = course.page_open
    said = f"The page of “{course.goal}” " + ("for the world:" if shown else "is switched off.")
    where = paragraph(Link(address, address)) if shown else paragraph("Nobody can open it: ", Code(address))
    tip = "Everybody who has this address can read it. No names stand on it."
    switch = (
        Button("Switch the page off", token("course.hide_page", course.id))
        if shown
        else Button("Switch the page on", token("course.show_page", course.id), "primary")
    )
    more = (Buttons((switch,)),) if editable else ()
    return Card(said, (paragraph(said), where, *([note(tip)] if shown else []), *more))


def public_course(course: Course, pages: Mapping[str, Page], config: Config) -> PublicCourse:
    """Take from a course what the world may see, all but names; `pages` tells of the addresses of its steps."""
    return PublicCourse(
        address=address_of(config.web.public_url, course.page or ""),
        community=config.community.name,
        goal=course.goal,
        steps=tuple(_public_step(step, pages.get(step.url, Page(step.url))) for step in course.steps),
        language=course.language or config.community.language,
        updated_at=course.updated_at,
        reviewed_at=course.reviewed_at,
        number=course.id,
        level=course.level,
        topics=course.topics,
        description=course.description,
    )


def _public_step(step: Checkpoint, page: Page) -> PublicStep:
    return PublicStep(step.task, step.url, page.title, page.kind)
