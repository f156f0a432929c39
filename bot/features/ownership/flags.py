"""Readers' flags: what is wrong with a course, in words; and what readers hear when theirs are settled."""

from dataclasses import dataclass

from bot.care import Flag, Outcome
from bot.commands import Background, Context, action, command, form, option, post
from bot.config import Config
from bot.courses import phrases
from bot.courses.attention import FLAG_SETTLED, occurrence_of
from bot.courses.flags import KINDS, SAID_MAX, SAID_MIN, check_flag, reason
from bot.courses.naming import CourseArgs, course_of, course_option, everybodys, pick
from bot.errors import NotFound, UserError
from bot.model import Course, Letter, Person, Recipient
from bot.requests import Submit
from bot.text import clamp
from bot.ui import Bold, Button, Buttons, Card, Code, Field, Form, Option, note, paragraph, token

FLAG = "course.flag"
"""The form to flag a course."""
NAMED = 90
"""How much of a course's name stands in the form, in UTF-16 units: Discord's hints take 100."""


_LENGTHS = f"{SAID_MIN} to {SAID_MAX} characters."


def flag_form(config: Config) -> Form:
    """Give the empty form to flag a course."""
    kinds = tuple(Option(kind.value, words.capitalize()) for kind, words in KINDS.items())
    return Form(
        FLAG,
        "Flag a course",
        (
            Field("kind", "What is wrong?", options=kinds, placeholder="Choose one"),
            Field(
                "said",
                "Say it in words",
                multiline=True,
                max_length=SAID_MAX,
                hint=f"{_LENGTHS} Who looks after it reads this, with your name.",
                placeholder="Step 2 is about version 1; version 3 works in another way",
            ),
        ),
        submit="Flag",
    )


@dataclass(frozen=True)
class FlagArgs:
    """Arguments of `/course flag`."""

    course: str | None = course_option(everybodys)


@command("course flag", "Tell who looks after a course that something is wrong with it", args=FlagArgs, opens_form=True)
async def flag(ctx: Context, args: FlagArgs) -> Card | Form:
    """Open the form for the course that somebody names."""
    found = await pick(ctx, args.course, FLAG)
    return found if isinstance(found, Card) else await open_flag(ctx, found)


@action(FLAG, args=CourseArgs, opens_form=True)
async def flag_tapped(ctx: Context, args: CourseArgs) -> Card | Form:
    """Open the form for the course of a button."""
    return await open_flag(ctx, await course_of(ctx, args))


async def open_flag(ctx: Context, course: Course) -> Card | Form:
    """Open the form, with the reader's open flag in it where there is one."""
    refused = _not_flaggable(course, ctx.person)
    if refused is not None:
        return refused
    blank = flag_form(ctx.config).hinting("kind", clamp(f"{course.goal} ({course.short_id})", NAMED))
    if not await is_heard(ctx, course):
        who = readers(course, ctx.config, is_heard=False)
        blank = blank.hinting("said", f"{_LENGTHS} {who} this, with your name.")
    own = next((one for one in await ctx.unit.flags.open(course.id) if one.person.id == ctx.person.id), None)
    typed = {"kind": own.kind.value, "said": own.said} if own else {}
    return blank.filled(typed, state=str(course.id))


def _not_flaggable(course: Course, person: Person) -> Card | None:
    """Say why somebody can't flag a course, with the next step; None where they can."""
    if course.archived_at:
        said = f"{course.short_id} is archived, so nobody needs to mend it. /course search finds others."
        return Card(said, (paragraph(said),))
    if person.id in {carer.id for carer in (course.owner, *course.co_owners) if carer}:
        said = f"You look after {course.short_id} yourself: you can mend what is wrong."
        edit = Button("Edit", token("course.edit", course.id), "primary")
        return Card(said, (paragraph(said), Buttons((edit, _show(course)))))
    return None


def _show(course: Course) -> Button:
    return Button("Show", token("course.show", course.id))


@form(FLAG, blank=flag_form)
async def flagged(ctx: Context, submit: Submit) -> Card:
    """Keep what a reader finds wrong; one who has an open flag there changes it."""
    course = await _flagged_course(ctx, submit.state)
    refused = _not_flaggable(course, ctx.person)
    if refused is not None:
        typed = (paragraph("This is what you typed:"), paragraph(Code(submit.values.get("said", "") or "nothing")))
        return Card(refused.summary, (*refused.blocks, *typed))
    kind, said = check_flag(submit.values)
    kept = await ctx.unit.flags.put(course.id, ctx.person.id, kind, said, ctx.now)
    if kept is None:  # it was put away between our reading and our writing
        raise NotFound(f"{course.short_id} was archived just now, so nobody needs to mend it.")
    await ctx.unit.outbox.refresh(phrases.CARD, str(course.id), ctx.now)
    who = readers(course, ctx.config, is_heard=await is_heard(ctx, course))
    return flagged_card(course, *kept, who)


async def _flagged_course(ctx: Context, state: str) -> Course:
    """Find the course that a form speaks of; raise NotFound for a made-up state."""
    if not (state.isascii() and state.isdigit()):
        raise NotFound("I don't know any more which course this form was for. /course flag opens it anew.")
    return await course_of(ctx, CourseArgs(int(state[:9])))


async def is_heard(ctx: Context, course: Course) -> bool:
    """Tell whether the owner of a course is asked about its flags."""
    return course.id in await ctx.unit.flags.heard([course.id])


def readers(course: Course, config: Config, *, is_heard: bool) -> str:
    """Say who reads a flag of a course; `is_heard`: its owner is asked about flags."""
    if course.owner and is_heard:
        return f"{course.owner.name} reads"
    if config.community.stewards:
        return "The stewards read"
    return f"{course.owner.name} isn't told, but can read" if course.owner else "Whoever takes it over reads"


def flagged_card(course: Course, flag: Flag, fresh: bool, who: str) -> Card:  # noqa: FBT001 - as the repository gives it
    """Confirm a flag: who reads it, and what one can do with it."""
    did = "Flagged:" if fresh else "Your flag is changed:"
    orphan = "" if course.owner else "It has no owner yet. "
    taps = (
        Button("Change my flag", token(FLAG, course.id)),
        Button("Withdraw", token("flag.withdraw", flag.id)),
        _show(course),
    )
    again = "" if fresh else "You had flagged it already, and one flag a course is enough. "
    return Card(
        f"{did} {course.goal} ({course.short_id})",
        (
            paragraph(f"{did} ", Bold(course.goal), f" ({course.short_id}). Thank you!"),
            paragraph(*reason(flag)),
            Buttons(taps),
            note(again, orphan, who, " it with your name, and you hear what comes of it."),
        ),
    )


@dataclass(frozen=True)
class FlagToken:
    """The flag that a button speaks of."""

    flag: int = option("the flag's number")


@action("flag.withdraw", args=FlagToken, changes=True)
async def withdraw(ctx: Context, args: FlagToken) -> Card:
    """Take one's own flag back; twice does nothing more."""
    found = await ctx.unit.flags.get(args.flag)
    if found is None or found.person.id != ctx.person.id:
        raise UserError("Only the one who raised a flag can withdraw it. /course flag raises one of your own.")
    course = await course_of(ctx, CourseArgs(found.course))
    if await ctx.unit.flags.settle(found.id, ctx.person.id, ctx.now, Outcome.WITHDRAWN) is None:
        said = f"Your flag at {course.short_id} isn't open any more: there is nothing to withdraw."
        return Card(said, (paragraph(said), Buttons((_show(course),))))
    await ctx.unit.outbox.refresh(phrases.CARD, str(course.id), ctx.now)
    said = f"Withdrawn: your flag at {course.goal} ({course.short_id})."
    return Card(said, (paragraph(said), Buttons((Button("Flag it again", token(FLAG, course.id)), _show(course)))))


_CAME_OF_IT = {
    Outcome.REVIEWED: "was looked at, and found still good as it is",
    Outcome.UPDATED: "was looked at and changed",
    Outcome.ARCHIVED: "was looked at and put away",
}


@post(FLAG_SETTLED, title="word of what became of a flag", why="you flagged a course")
async def tell_reader(background: Background, letter: Letter) -> Card | None:
    """Tell a reader what came of their flag; nothing where that was taken back, or settled anew, meanwhile."""
    flag = await background.unit.flags.get(int(letter.subject))
    if flag is None or flag.outcome not in _CAME_OF_IT or occurrence_of(flag) != letter.occurrence:
        return None
    course = await background.unit.courses.get(flag.course)
    theirs = any(Recipient.account(account) == letter.recipient for account in flag.person.accounts)
    return settled_letter(course, flag, _CAME_OF_IT[flag.outcome]) if course and theirs else None


def settled_letter(course: Course, flag: Flag, what: str) -> Card:
    """Write to a reader what came of their flag."""
    again = () if course.archived_at else (Button("Flag it again", token(FLAG, course.id)),)
    return Card(
        f"Your flag: “{course.goal}” ({course.short_id}) {what}. Thank you!",
        (
            paragraph(Bold(course.goal), f" ({course.short_id}) {what}, because you flagged it. Thank you!"),
            paragraph("You wrote: ", *reason(flag)),
            Buttons((_show(course), *again)),
            note("You get this once, because you flagged it."),
        ),
    )
