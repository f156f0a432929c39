"""What follows whenever a course comes to somebody else, however that happened."""

from datetime import datetime, timedelta

from bot.care import Outcome
from bot.config import Config
from bot.courses.attention import attend, show_offer
from bot.features.ownership.weekly import WEEK, latest, week_of
from bot.model import Course
from bot.ports import Unit
from bot.ui import Bold, Button, Buttons, Card, Text, paragraph, text, token

ADOPTION = "course.adoption"
"""The kind of the weekly post of courses that look for an owner; its subject is the week."""
POSTS_KEPT = 2
"""Weekly posts that are kept up to date: this one and the one before."""
MONTH = timedelta(days=30)
"""How long what somebody left behind comes back to them when they do."""


async def changed_hands(unit: Unit, course: int, by: int, now: datetime, config: Config) -> None:
    """Settle what was asked of the one who had it, and have all that shows the course show whose it is now."""
    await attend(unit, course, by, now, Outcome.MOVED)
    await show_offer(unit, course, now)
    await refresh_posts(unit, now, config)


async def refresh_posts(unit: Unit, now: datetime, config: Config) -> None:
    """Have the last weekly posts show what looks for an owner now."""
    moment = latest(now, config)
    for back in range(POSTS_KEPT):
        await unit.outbox.refresh(ADOPTION, week_of(moment - back * WEEK, config), now)


def named(course: Course) -> Text:
    """Name a course in running text."""
    return text(Bold(course.goal), f" ({course.short_id})")


def told(said: str, course: Course, *buttons: Button) -> Card:
    """Say something of a course, `{}` in it standing for its name, with a way to look at it."""
    before, _, after = said.partition("{}")
    plain = f"{before}“{course.goal}” ({course.short_id}){after}"
    return Card(plain, (paragraph(before, *named(course), after), Buttons((*buttons, show(course)))))


def show(course: Course) -> Button:
    """Make the button that shows a course."""
    return Button("Show", token("course.show", course.id))


def yours(course: Course, thanks: str) -> Card:
    """Tell somebody that a course is theirs to look after now."""
    card = told(
        f"{thanks} You look after {{}} now.", course, Button("Edit", token("course.edit", course.id), "primary")
    )
    hint = "Its review is due until you had a look: change what is outdated, or say that it is still good."
    return Card(card.summary, (*card.blocks, paragraph(hint)))
