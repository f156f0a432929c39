"""The way of a course whose owner is silent, out of reach or gone: a co-owner, the stewards, then everybody.

It is the course that goes this way, never the person: nothing of it is said in public, but that it looks for an owner.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.care import Escalation, Stage, Why
from bot.commands import Background, Round, due, post
from bot.config import Config, channels_of, homes
from bot.courses import phrases
from bot.courses.attention import HANDOVER, show_offer
from bot.errors import StoreUnavailable
from bot.features.ownership import unread
from bot.features.ownership.moving import named, refresh_posts, show
from bot.features.ownership.weekly import WEEK, is_time, latest, week_of
from bot.letters import letters_to
from bot.model import Account, Course, Letter, Person, Recipient
from bot.ports import Unit
from bot.ui import Block, Button, Buttons, Card, Code, Heading, note, paragraph, token

log = structlog.get_logger(__name__)

LATER = timedelta(hours=1)
"""When a course whose next step failed is looked at again: it must not stop those behind it."""
STEWARDS = "stewards.list"
"""The kind of letter that tells the stewards which courses need somebody; its subject is the week."""
ROOM = "support_centre"
"""The purpose of the stewards' channel."""
AT_ONCE = 50
"""Courses that take their next step in one tick."""
SHOWN = 5
"""Courses that one letter names; of the others it tells how many they are."""
_WHY = {
    Why.SILENT: "I asked about it several times, without an answer",
    Why.UNREACHABLE: "I can't reach who looks after it",
    Why.LEFT: "who looked after it has left",
    Why.GIVEN: "who looks after it likes to hand it over",
}


@due("ways to another owner")
async def move_on(round_: Round) -> None:
    """Let those courses take their next step whose time has come, each in a transaction of its own."""
    async with round_.read() as unit:
        waiting = await unit.escalations.due(round_.now, AT_ONCE)
    for one in waiting:
        try:
            async with round_.write() as unit:
                if await unit.escalations.of(one.course) == one:  # nobody did anything about it meanwhile
                    await take_step(unit, one, round_.now, round_.config)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("course not moved on", course=one.course)
            async with round_.write() as unit:
                if await unit.escalations.of(one.course) == one:
                    await unit.escalations.move(one.course, one.stage, round_.now + LATER)


async def take_step(unit: Unit, one: Escalation, now: datetime, config: Config) -> None:
    """Let a course take its next step."""
    course = await unit.courses.get(one.course)
    if course is None or one.stage is Stage.PASSED:
        await unit.escalations.end(one.course)  # a month has passed: it is theirs who have it
    elif course.archived_at:
        await unit.escalations.move(one.course, one.stage, now + WEEK)
    elif one.stage is Stage.BEGUN and one.why is not Why.UNREACHABLE and (heir := heir_of(course)):
        await _ask(unit, course, heir, now)
    elif one.stage in {Stage.BEGUN, Stage.ASKED}:
        await to_stewards(unit, one.course, now)
    elif one.why is Why.UNREACHABLE:
        await unit.escalations.move(one.course, Stage.LISTED, None)  # closed doors are no reason to lose a course
    else:
        await _to_everybody(unit, course, now, config)


def heir_of(course: Course) -> Person | None:
    """Find the first co-owner who is there."""
    return next((person for person in course.co_owners if person.accounts), None)


async def _ask(unit: Unit, course: Course, heir: Person, now: datetime) -> None:
    """Ask a co-owner; where the owner asked somebody themselves, wait for that answer."""
    if await unit.handovers.offer(course.id, None, heir.id, now):
        await unit.outbox.queue(letters_to([heir], HANDOVER, str(course.id), now.isoformat()), now)
    await unit.escalations.move(course.id, Stage.ASKED, now + WEEK)


async def ask_another(unit: Unit, course: int, now: datetime) -> None:
    """End the bot's offer to somebody who is no co-owner any more: another one is asked, else the stewards see it."""
    await unit.handovers.end(course)
    await show_offer(unit, course, now)
    await unit.escalations.move(course, Stage.BEGUN, now)


async def to_stewards(unit: Unit, course: int, now: datetime) -> None:
    """Put a course on the stewards' list, for a week before everybody is asked."""
    await unit.escalations.move(course, Stage.STEWARDS, now + WEEK)


async def _to_everybody(unit: Unit, course: Course, now: datetime, config: Config) -> None:
    await unit.handovers.put_up(course.id, now)
    await unit.escalations.move(course.id, Stage.ADOPTION, None)
    await unit.outbox.refresh(phrases.CARD, str(course.id), now)
    await refresh_posts(unit, now, config)


@due("stewards' list")
async def write_stewards(round_: Round) -> None:
    """Tell the stewards once a week what is on their list, if there is anything."""
    if not is_time(round_.now, round_.config):
        return
    week = week_of(latest(round_.now, round_.config), round_.config)
    async with round_.read() as unit:
        letters = await _to_their_room(unit, round_.config, week)
        known = {letter.recipient for letter in await unit.outbox.find(STEWARDS, week, "", None)}
        fresh = [] if known else letters
        if not fresh or not ((await _with_stewards(unit))[1] or (await unread.unread_of(unit)).first):
            return
    async with round_.write() as unit:
        await unit.outbox.queue(fresh, round_.now)


async def _to_their_room(unit: Unit, config: Config, week: str) -> list[Letter]:
    """Write to the stewards' channels; where there is none, to each steward in private."""
    rooms = [
        Letter(STEWARDS, week, Recipient.channel(workspace, ROOM))
        for workspace in homes(config, await unit.workspaces.all())
        if ROOM in channels_of(config, workspace.platform)
    ]
    if rooms:
        return rooms
    people = [await unit.people.of(Account.parse(steward)) for steward in config.community.stewards]
    return letters_to(people, STEWARDS, week, "")


async def _with_stewards(unit: Unit) -> tuple[Sequence[Escalation], int]:
    """Find what is new on the list: what was there before is up for adoption by now, or can only wait."""
    return await unit.escalations.listed(0, SHOWN, {Stage.STEWARDS})


@post(STEWARDS, why="you are a steward")
async def stewards_list(background: Background, letter: Letter) -> Card | None:
    """Make the stewards' letter of a week."""
    fresh, total = await _with_stewards(background.unit)
    found = await unread.unread_of(background.unit)
    if not fresh:
        return (
            Card(unread.said(found), (*unread.blocks(found), note("All there is: ", Code("/offcourse health"), ".")))
            if found.first
            else None
        )
    why = {one.course: one.why for one in fresh}
    said = f"{phrases.counted(total, 'course')} {'needs' if total == 1 else 'need'} somebody to look after."
    blocks: list[Block] = [Heading("Courses that need somebody"), paragraph(said)]
    for course in await background.unit.courses.several(tuple(why)):
        taps = (Button("Offer it to somebody", token(HANDOVER, course.id)), show(course))
        blocks += [paragraph(*named(course), f": {_WHY[why[course.id]]}."), Buttons(taps)]
    more = total - len(fresh)
    rest = f"{more} more are on /offcourse health. " if more > 0 else ""
    week = note(rest, "What finds nobody within a week is offered to all.")
    return Card(said, (*blocks, week, *unread.blocks(found)))
