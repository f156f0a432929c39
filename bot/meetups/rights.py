"""Who may do what with a meetup."""

from bot.meetups.meetup import Meetup
from bot.model import Person


def may_change(meetup: Meetup, person: Person, *, is_steward: bool) -> bool:
    """Tell whether somebody may change or cancel a meetup: its host, its co-hosts and the stewards may."""
    return is_steward or any(host.id == person.id for host in meetup.hosts)


def may_give(meetup: Meetup, person: Person, *, is_steward: bool) -> bool:
    """Tell whether somebody may say who hosts a meetup: its host and the stewards may."""
    return is_steward or meetup.host.id == person.id
