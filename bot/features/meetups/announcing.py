"""Announcing meetups: one letter for each workspace, and the card that is kept up to date."""

from collections.abc import Iterable

from bot.commands import Background, post
from bot.config import Config, channels_of, homes
from bot.features.meetups import cards
from bot.features.meetups.pieces import NAMES
from bot.meetups.meetup import CARD, Meetup
from bot.model import Course, Letter, Recipient, Workspace
from bot.ports import Unit
from bot.ui import Card

MEETUPS = "meetups"
"""The purpose of the channel where meetups are announced."""


def announcements(meetup: int, workspaces: Iterable[Workspace], config: Config) -> list[Letter]:
    """Write one letter for the meetups channel of each workspace that has one."""
    return [
        Letter(CARD, str(meetup), Recipient.channel(workspace, MEETUPS), cards.ANNOUNCED)
        for workspace in homes(config, workspaces)
        if MEETUPS in channels_of(config, workspace.platform)
    ]


@post(CARD, title="the card of a meetup")
async def announce(background: Background, letter: Letter) -> Card | None:
    """Make the public card of a meetup."""
    meetup = await background.unit.meetups.get(int(letter.subject))
    if meetup is None:
        return None
    return cards.announcement_card(await public_view(background.unit, meetup), background.now)


async def public_view(unit: Unit, meetup: Meetup) -> cards.View:
    """Gather what everybody may know of a meetup."""
    counts = await unit.rsvps.counts([meetup.id])
    goers = await unit.rsvps.goers(meetup.id, NAMES)
    return cards.View(meetup, counts[meetup.id], goers, await course_of(unit, meetup.course))


async def course_of(unit: Unit, number: int | None) -> Course | None:
    """Find the course that a meetup is about."""
    return None if number is None else await unit.courses.get(number)
